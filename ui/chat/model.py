"""A window of at most 300 rows onto a conversation of any length.

Rows come from disk by key; a million of them cost the same as a hundred
(measured: a plain model of 1 M rows takes 7 s to open, this 60 ms).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from app.events import StateChange
from app.model import Direction, Message, Quote, Transfer
from ui.chat.card import shape_of
from ui.chat.cast import NO_CAST
from ui.chat.rows import GapKeys, Row, RowId, RowKey, decorate, row_id, row_key
from ui.desk import Pages

if TYPE_CHECKING:
    from app.store.types import ChatId

ROWS_MAX: Final = 300
PAGE_ROWS: Final = 60
"""Read at once: under a millisecond, and more than a screen."""
_AROUND_ROWS: Final = 30
"""On either side of a place in the middle: what a screen shows, and no layout more."""

_BEFORE_ALL: Final[RowKey] = (-1, "", Direction.IN, "")
_Index = QModelIndex


class ChatModel(QAbstractListModel):
    """The rows in view and some around them. ``has_older``/``has_newer``: there is more on disk."""

    repainted = Signal(int)
    """This row looks different, but is as large as before."""

    def __init__(self, describe: Callable[[Row], str], parent: QObject | None = None) -> None:
        """``describe``: a row in words, for assistive technology."""
        super().__init__(parent)
        self._describe = describe
        self._rows: list[Row] = []
        self._history: Pages | None = None
        self._chat: ChatId | None = None
        self.cast = NO_CAST
        """Whose words are answered is read by it."""
        self.unread_key: int | None = None
        self.gap_keys: GapKeys = {}
        """May change at any time; ``mark_gaps`` tells of it."""
        self.has_older = False
        self.has_newer = False

    # --- Qt ----------------------------------------------------------------
    def rowCount(self, parent: QModelIndex = _Index()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(self._rows[index.row()])
        return None

    def authors(self) -> tuple[str, ...]:
        """Whose messages are loaded, each once."""
        return tuple(dict.fromkeys(row.message.peer_id for row in self._rows))

    def row(self, index: int) -> Row:
        return self._rows[index]

    def number_of(self, message: Message) -> int | None:
        """Where it stands, if it is in the window of rows."""
        at = bisect_left(self._rows, row_key(message), key=_key)
        is_there = at < len(self._rows) and self._rows[at].key == row_key(message)
        return at if is_there else None

    def number_at(self, order_key: int) -> int | None:
        """Where the message with this key stands, if it is in the window of rows."""
        at = bisect_left(self._rows, order_key, key=_order_key)
        is_there = at < len(self._rows) and self._rows[at].message.order_key == order_key
        return at if is_there else None

    # --- Opening -----------------------------------------------------------
    def clear(self) -> None:
        self._fill([], None, None)

    def open_newest(self, history: Pages, chat: "ChatId") -> None:
        page = history.messages_before(chat, None, PAGE_ROWS)
        self._fill(page, history, chat)
        self.has_older = len(page) == PAGE_ROWS

    def open_at(self, history: Pages, chat: "ChatId", order_key: int) -> int:
        """Rows on both sides of the key; returns the row at or after it."""
        below = history.messages_before(chat, order_key, _AROUND_ROWS)
        above = history.messages_after(chat, order_key - 1, _AROUND_ROWS)
        self._fill([*below, *above], history, chat)
        self.has_older = len(below) == _AROUND_ROWS
        self.has_newer = len(above) == _AROUND_ROWS
        return min(len(below), max(0, len(self._rows) - 1))

    def _fill(
        self, messages: Iterable[Message], history: Pages | None, chat: "ChatId | None"
    ) -> None:
        self.beginResetModel()
        self._history, self._chat = history, chat
        self._rows = sorted((Row(message) for message in messages), key=_key)
        self.has_older = self.has_newer = False
        for index in range(len(self._rows)):
            self._decorate_row(self._rows, index)
        self.endResetModel()

    # --- Sliding -----------------------------------------------------------
    def load_older(self) -> None:
        """One page above; rows that fall out below come back from disk when asked for."""
        if not (self._history and self._chat and self.has_older and self._rows):
            return
        first = self._rows[0].message.order_key
        page = self._history.messages_before(self._chat, first, PAGE_ROWS)
        self.has_older = len(page) == PAGE_ROWS
        self._insert(0, [Row(message) for message in sorted(page, key=row_key)])
        if len(self._rows) > ROWS_MAX:
            self._remove(ROWS_MAX, len(self._rows))
            self.has_newer = True

    def load_newer(self) -> None:
        if not (self._history and self._chat and self.has_newer and self._rows):
            return
        last = self._rows[-1].message.order_key
        page = self._history.messages_after(self._chat, last, PAGE_ROWS)
        self.has_newer = len(page) == PAGE_ROWS
        self._insert(len(self._rows), [Row(message) for message in sorted(page, key=row_key)])
        if len(self._rows) > ROWS_MAX:
            self._remove(0, len(self._rows) - ROWS_MAX)
            self.has_older = True

    # --- Changes -----------------------------------------------------------
    def add(self, messages: Iterable[Message], *, follows: bool = False) -> None:
        """Put new rows where their order key says; those beyond the window stay on disk.

        ``follows``: the reader is at the end, so the window makes room there. Else
        what would not fit is left for when they come down.
        """
        rows = sorted((Row(message) for message in messages), key=_key)
        last = self._rows[-1].key if self._rows else _BEFORE_ALL
        begin = bisect_right(rows, last, key=_key)
        for row in rows[:begin]:
            self._add(row)
        if begin < len(rows) and not self.has_newer:
            self._append(rows[begin:], follows=follows)

    def _append(self, rows: list[Row], *, follows: bool) -> None:
        if not follows:
            room = max(0, ROWS_MAX - len(self._rows))
            self.has_newer = len(rows) > room
            self._insert(len(self._rows), rows[:room])
            return
        if len(rows) >= PAGE_ROWS:  # nobody reads what rushes past: it is on disk
            self._replace(rows[-PAGE_ROWS:])
            return
        self._insert(len(self._rows), rows)
        if len(self._rows) > ROWS_MAX:
            self._remove(0, len(self._rows) - ROWS_MAX + PAGE_ROWS)
            self.has_older = True

    def _replace(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.has_older = True
        for index in range(len(rows)):
            self._decorate_row(rows, index)
        self.endResetModel()

    def _add(self, row: Row) -> None:
        at = bisect_left(self._rows, row.key, key=_key)
        if at < len(self._rows) and self._rows[at].key == row.key:
            self._change(at, row.message)
            return
        if at == 0 and self.has_older:
            return
        self._insert(at, [row])

    def change(self, messages: Iterable[Message]) -> None:
        """Rows in sight are otherwise now, and so is what answers them."""
        changed = {}
        for message in messages:
            changed[row_id(message)] = message
            at = self.number_of(message)
            if at is not None:
                self._change(at, message)
        for at, row in enumerate(self._rows):
            quote = row.message.reply
            if quote is None:
                continue
            quoted = changed.get(self._quoted_row(row.message, quote))
            if quoted is not None:
                quote = replace(quote, text=quoted.text, is_here=True)
                self._change(at, replace(row.message, reply=quote))

    def _quoted_row(self, message: Message, quote: Quote) -> RowId:
        author = self.cast.quoted_author(message, quote)
        if author:
            return Direction.IN, author, quote.message_id
        return Direction.OUT, "" if message.room_id else message.peer_id, quote.message_id

    def set_states(self, changes: Iterable[StateChange]) -> None:
        states = {change.message_id: change for change in changes}
        for at, row in enumerate(self._rows):
            message = row.message
            change = states.get(message.message_id)
            if change is not None and message.direction is Direction.OUT:
                now = replace(message, state=change.state, receipts=change.receipts)
                self._change(at, now)

    def has_transfer(self, transfer_id: str) -> bool:
        """Whether its card is in the window of rows; in a room each member has one."""
        shown = (row.message.transfer for row in self._rows)
        return any(one is not None and one.transfer_id == transfer_id for one in shown)

    def set_transfer(self, transfer: Transfer) -> None:
        for at, row in enumerate(self._rows):
            shown = row.message.transfer
            if shown is not None and shown.transfer_id == transfer.transfer_id:
                self._change(at, replace(row.message, transfer=transfer))

    def remeasure(self, transfer_ids: frozenset[str]) -> None:
        """These cards are pictures now, or no longer."""
        for at, row in enumerate(self._rows):
            shown = row.message.transfer
            if shown is not None and shown.transfer_id in transfer_ids:
                row.size = None
                self.dataChanged.emit(self.index(at), self.index(at))

    def mark_unread_from(self, order_key: int | None) -> None:
        """Where the "New" line stands; None takes it away."""
        if order_key != self.unread_key:
            self.unread_key = order_key
            self._decorate(range(len(self._rows)))

    def mark_gaps(self) -> None:
        """Where something is missing is otherwise now."""
        self._decorate(range(len(self._rows)))

    # --- Inside ------------------------------------------------------------
    def _change(self, at: int, message: Message) -> None:
        """A mark or a bar that moves keeps its row's size: the list is not laid out for it."""
        row = self._rows[at]
        keeps_size = _shape(row.message) == _shape(message)
        row.message = message
        if keeps_size:
            self.repainted.emit(at)
        else:
            row.size = None
            self.dataChanged.emit(self.index(at), self.index(at))

    def _insert(self, at: int, rows: list[Row]) -> None:
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
        self._rows[at:at] = rows
        for index in range(at, at + len(rows)):
            self._decorate_row(self._rows, index)
        self.endInsertRows()
        self._decorate(range(at + len(rows), at + len(rows) + 1))

    def _remove(self, begin: int, end: int) -> None:
        self.beginRemoveRows(QModelIndex(), begin, end - 1)
        del self._rows[begin:end]
        self.endRemoveRows()
        self._decorate(range(begin, begin + 1))

    def _decorate_row(self, rows: list[Row], index: int) -> bool:
        return decorate(rows, index, self.unread_key, self.gap_keys)

    def _decorate(self, indexes: range) -> None:
        for index in indexes:
            if index < len(self._rows) and self._decorate_row(self._rows, index):
                self.dataChanged.emit(self.index(index), self.index(index))


def _shape(message: Message) -> object:
    """What a row's size depends on."""
    transfer = message.transfer
    return (
        message.text,
        shape_of(transfer) if transfer else None,
        message.edited_ms,
        message.is_deleted,
        message.reply,
        message.reactions,
    )


def _order_key(row: Row) -> int:
    return row.message.order_key


def _key(row: Row) -> RowKey:
    return row.key
