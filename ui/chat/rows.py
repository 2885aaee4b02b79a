"""A message as a row of the chat, with what depends on its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize

from app.model import Direction, Message, MessageKind
from ui.format import moment

GROUP_MS: Final = 5 * 60 * 1000
"""Messages of one side within this time stand close together."""
_QUARTER_MS: Final = 15 * 60 * 1000
"""Days begin with one, in every time zone: within one nobody needs a calendar."""


RowId = tuple[Direction, str, str]
"""Within one conversation. An id alone is not enough: a peer may reuse one of ours, or
in a room one of another member's."""
NO_ROW: Final[RowId] = (Direction.IN, "", "")


GapKeys = Mapping[str, frozenset[int]]
"""By conversation, the order keys of messages before which something is missing."""

RowKey = tuple[int, str, Direction, str]
"""Sorts rows; all behind the order key only makes it unique."""


def row_id(message: Message) -> RowId:
    return message.direction, message.peer_id, message.message_id


def row_key(message: Message) -> RowKey:
    return message.order_key, message.message_id, message.direction, message.peer_id


@dataclass(slots=True)
class Row:
    """``message`` is shared and frozen; a change replaces it."""

    message: Message
    starts_day: bool = False
    starts_unread: bool = False
    starts_group: bool = True
    is_behind_gap: bool = False
    """Something that its author sent before it has not arrived yet."""
    size: QSize | None = None
    """As measured last, for ``measured_for``: the list asks for all sizes at every change."""
    measured_for: tuple[int, int] = (0, 0)
    """The width, and the round of layouts it belongs to."""
    bubble_height: int = 0
    """For ``bubble_for``, what its layout depends on."""
    bubble_for: object = None

    @property
    def key(self) -> RowKey:
        return row_key(self.message)

    @property
    def is_news(self) -> bool:
        return self.message.kind is MessageKind.NEWS

    @property
    def has_face(self) -> bool:
        """In a room, what others say stands beside their faces."""
        is_theirs = self.message.direction is Direction.IN and not self.is_news
        return is_theirs and self.message.room_id is not None

    @property
    def shows_author(self) -> bool:
        """Name and face, at the first of what somebody else says."""
        return self.has_face and self.starts_group

    def shape(self) -> tuple[bool, bool, bool, bool]:
        return self.starts_day, self.starts_unread, self.starts_group, self.is_behind_gap


def decorate(rows: Sequence[Row], index: int, unread_key: int | None, gaps: GapKeys) -> bool:
    """Work out one row's marks, most from the row above; True when they changed."""
    row = rows[index]
    above = rows[index - 1] if index else None
    before = row.shape()
    row.starts_day = above is None or not _same_day(above.message, row.message)
    row.starts_unread = _starts_unread(above, row, unread_key)
    row.is_behind_gap = row.message.order_key in gaps.get(row.message.chat_id, ())
    row.starts_group = (
        row.starts_day
        or row.starts_unread
        or row.is_behind_gap
        or above is None
        or above.message.direction is not row.message.direction
        or above.message.peer_id != row.message.peer_id
        or above.is_news is not row.is_news
        or abs(row.message.time_ms - above.message.time_ms) > GROUP_MS
    )
    if row.shape() == before:
        return False
    row.size = None
    return True


def _same_day(one: Message, other: Message) -> bool:
    if one.time_ms // _QUARTER_MS == other.time_ms // _QUARTER_MS:
        return True
    return moment(one.time_ms).date() == moment(other.time_ms).date()


def _starts_unread(above: Row | None, row: Row, unread_key: int | None) -> bool:
    """The first message from the other side at or after the key; ours are never new to us."""
    if unread_key is None or row.message.order_key < unread_key:
        return False
    if row.message.direction is Direction.OUT or row.is_news:
        return False
    return above is None or above.message.order_key < unread_key
