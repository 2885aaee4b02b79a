"""The rows of the list at the left: sections, the requests row, rooms and people."""

from collections.abc import Callable, Container, Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from ui.natural import NameOrder, name_order
from ui.roster import Entry, Section

if TYPE_CHECKING:
    from ui.search.names import Wanted

_Index = QModelIndex
_EVERYONE_IS_CALLED: Final = ("Everyone here", "所有人")
"""In each language: who filters may think in another one than the window speaks."""


class RowKind(Enum):
    HEADING = auto()
    REQUESTS = auto()
    CHAT = auto()
    """With a person, or in a room."""


class ListRow(NamedTuple):
    """A tuple: a thousand are made and compared ten times a second."""

    kind: RowKind
    section: Section
    chats: int = 0
    """That a heading stands above, or the requests row for."""
    is_open: bool = False
    entry: Entry | None = None
    is_marked: bool = False
    """As unread, by hand."""
    shown: object = None
    """What its line is made of; an entry changes in place."""

    @property
    def chat_id(self) -> str:
        return self.entry.chat_id if self.entry else ""

    @property
    def is_somebody(self) -> bool:
        """A person, strangers, or people in a room: not all who may be here."""
        if self.entry is None:
            return self.kind is RowKind.REQUESTS
        return not self.entry.is_everyone

    @property
    def key(self) -> tuple[RowKind, Section, str]:
        return self.kind, self.section, self.chat_id


def build_rows(
    entries: Iterable[Entry],
    *,
    search: str,
    shows_requests: bool,
    shown_chat: str = "",
    people_round: int = 0,
    pinned: Container[str] = (),
    marked: Container[str] = (),
) -> list[ListRow]:
    """Pinned, requests, rooms, who is here, who is away; newest talk on top of each.

    ``people_round``: another number after somebody was renamed, came or went: in rooms they
    are named. The room of everyone that is turned off is listed only while it is the
    ``shown_chat``.
    """
    sections: dict[Section, list[Entry]] = {section: [] for section in Section}
    is_shown = _filter(search) if search else None
    for entry in entries:
        section = _section(entry, pinned) if pinned else entry.section
        if entry.room is not None and _is_left(entry) and entry.chat_id != shown_chat:
            continue
        if section is not None and (is_shown is None or is_shown(entry)):
            sections[section].append(entry)
    asking, is_open = sections[Section.REQUESTS], shows_requests or bool(search)
    rows: list[ListRow] = []
    order = [Section.PINNED, Section.ROOMS, Section.HERE, Section.AWAY]
    # Who looks for a name means somebody they know, not a stranger who took it.
    order.insert(len(order) if search else 1, Section.REQUESTS)
    for section in order:
        chats = sorted(sections[section], key=talk_order if not search else found_order)
        if section is Section.REQUESTS:
            rows.extend(_request_rows(asking, is_open, people_round))
        elif chats:
            rows.append(ListRow(RowKind.HEADING, section, chats=len(chats)))
            rows.extend(
                _chat_row(section, entry, people_round, is_marked=entry.chat_id in marked)
                for entry in chats
            )
    return rows


def _is_left(entry: Entry) -> bool:
    """The room of everyone, turned off."""
    return entry.is_everyone and not entry.can_send


def _section(entry: Entry, pinned: Container[str]) -> Section | None:
    """A pin keeps nobody in sight who would not be, and no request out of its row."""
    section = entry.section
    is_pinned = entry.chat_id in pinned and section not in (None, Section.REQUESTS)
    return Section.PINNED if is_pinned else section


def _chat_row(
    section: Section, entry: Entry, people_round: int, *, is_marked: bool = False
) -> ListRow:
    about = people_round if entry.room is not None else entry.person
    shown = (about, entry.room, entry.last, entry.unread, entry.draft, entry.resembles)
    return ListRow(RowKind.CHAT, section, entry=entry, is_marked=is_marked, shown=shown)


def _request_rows(entries: list[Entry], is_open: bool, people_round: int) -> list[ListRow]:
    if not entries:
        return []
    rows = [ListRow(RowKind.REQUESTS, Section.REQUESTS, chats=len(entries), is_open=is_open)]
    if is_open:
        people = sorted(entries, key=talk_order)
        rows.extend(_chat_row(Section.REQUESTS, entry, people_round) for entry in people)
    return rows


def _filter(search: str) -> Callable[[Entry], bool]:
    from ui.search.names import Wanted  # noqa: PLC0415 - once somebody looks for one

    wanted = Wanted(search)
    return lambda entry: is_wanted(entry, wanted)


def is_wanted(entry: Entry, wanted: "Wanted") -> bool:
    """By its name, or that of the computer."""
    names = _EVERYONE_IS_CALLED if entry.is_everyone else (entry.given_name,)
    device = entry.person.device if entry.person else ""
    return any(map(wanted.is_name, names)) or wanted.is_in(device)


def talk_order(entry: Entry) -> tuple[int, NameOrder, str]:
    newest = entry.last.order_key if entry.last else 0
    return -newest, name_order(entry.given_name), entry.chat_id


def found_order(entry: Entry) -> tuple[bool, int, NameOrder, str]:
    """For those who are looked for by name: who may pose as another comes last."""
    return entry.is_doubtful, *talk_order(entry)


class ListModel(QAbstractListModel):
    """Rows are replaced as a whole; where only contents changed nothing moves, and only
    what has changed is drawn again."""

    def __init__(self, describe: Callable[[ListRow], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._rows: list[ListRow] = []

    def rowCount(self, parent: QModelIndex = _Index()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(self._rows[index.row()])
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if self._rows[index.row()].kind is RowKind.HEADING:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def row(self, number: int) -> ListRow:
        return self._rows[number]

    def chats(self) -> list[str]:
        """The ids in the order they are listed."""
        return [row.chat_id for row in self._rows if row.kind is RowKind.CHAT]

    def first(self) -> str:
        """Who is meant when nobody is named: people and rooms before everyone at once, and
        before those who may pose as them."""
        entries = [row.entry for row in self._rows if row.entry is not None]
        entries.sort(key=lambda entry: (found_order(entry)[0], entry.is_everyone))
        return entries[0].chat_id if entries else ""

    def find(self, chat_id: str) -> int | None:
        numbers = range(len(self._rows))
        return next((at for at in numbers if self._rows[at].chat_id == chat_id), None)

    def show(self, rows: list[ListRow]) -> bool:
        """True when rows moved, came or went: the view then finds its place again."""
        before = self._rows
        changed = [
            at for at, (old, new) in enumerate(zip(before, rows, strict=False)) if old != new
        ]
        if len(before) != len(rows) or any(before[at].key != rows[at].key for at in changed):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        self._rows = rows
        for at in changed:
            self.dataChanged.emit(self.index(at), self.index(at))
        return False
