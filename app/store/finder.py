"""Where a message stands, and the rows around it: what reading and writing both need."""

from dataclasses import dataclass

from app.errors import ErrorCode, KnownError
from app.model import Message, Transfer
from app.store.rows import (
    MESSAGE_COLUMNS,
    MESSAGE_TABLES,
    TRANSFER_COLUMNS,
    read_message,
    read_transfer_of,
)
from app.store.table import Table
from app.store.types import ChatId
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId


@dataclass(frozen=True, slots=True)
class Found:
    """A message's row and conversation; ``author`` as in the table message. Of person and
    room one is not None: with whom, or where, it was written."""

    row: int
    conversation: int
    author: int
    peer_id: PeerId | None
    room_id: RoomId | None
    is_news: bool


class Finder(Table):
    def _found(self, message_id: bytes, chat: ChatId | None = None) -> Found | None:
        """Ids are unique per author: our own is preferred, ``chat`` narrows it to one."""
        found = self._row(
            "SELECT m.message_row, m.conversation_row, m.author, p.peer_id, r.room_id,"
            " m.news IS NOT NULL"
            " FROM message AS m JOIN conversation AS c ON c.conversation_row = m.conversation_row"
            " LEFT JOIN person AS p ON p.person_row = c.person_row"
            " LEFT JOIN room AS r ON r.room_row = c.room_row"
            " WHERE m.message_id = ?1 AND (?2 IS NULL OR ?2 IN (p.peer_id, r.room_id))"
            " ORDER BY m.author LIMIT 1",
            (message_id, chat),
        )
        if found is None:
            return None
        return Found(*found)

    def _must_find(self, message_id: bytes, chat: ChatId | None = None) -> Found:
        """What somebody said. Raises KnownError NO_SUCH_MESSAGE."""
        found = self._found(message_id, chat)
        if found is None or found.is_news:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"no message {message_id.hex()}")
        return found

    def _message_at(self, message_row: int) -> Message:
        found = self._value(
            read_message,
            f"SELECT {MESSAGE_COLUMNS} FROM {MESSAGE_TABLES} WHERE m.message_row = ?",
            (message_row,),
        )
        assert found is not None
        return found

    def _transfer_at(self, transfer: int) -> Transfer:
        found = self._value(
            read_transfer_of,
            f"SELECT p.peer_id, {TRANSFER_COLUMNS} FROM transfer AS t"
            " JOIN person AS p ON p.person_row = t.person_row WHERE t.transfer_row = ?",
            (transfer,),
        )
        assert found is not None
        return found
