"""Where something is missing in a chat: messages stand there that were sent after it."""

from typing import Final

from app.model import Gap
from app.store.rows import peer_text
from app.store.table import Table
from app.store.types import ChatId
from app.store.window import first_behind_gap
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId

GAPS_MAX: Final = 8
"""Of one author in a chat, the first ones: whoever leaves out every second number for ever fills
no chat with lines. What is missing behind them is told once one of them is filled."""

_NUMBERED: Final = """
    SELECT l.lane_row, l.next_seq, l.beyond, p.peer_id
        FROM person AS p JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 0
        WHERE p.peer_id = ?1 AND l.beyond <> x'' AND NOT p.is_blocked
    UNION ALL SELECT -f.feed_row, f.next_number, f.beyond, p.peer_id
        FROM room AS r JOIN room_feed AS f ON f.room_row = r.room_row
        JOIN person AS p ON p.person_row = f.author
        WHERE r.room_id = ?1 AND f.beyond <> x'' AND NOT p.is_blocked"""
"""Whose numbers have gaps in a chat: the lane of who it is with, or authors in a room."""


class GapTable(Table):
    def gaps(self, chat: ChatId) -> tuple[Gap, ...]:
        """In the order of the chat. Of a lane that another has replaced nothing is waited for."""
        conversation = self._find_conversation(chat)
        found = [
            gap
            for lane, next_seq, beyond, peer_id in self._rows(_NUMBERED, (chat,))
            for gap in self._gaps_of(conversation, lane, next_seq, beyond, peer_text(peer_id))
        ]
        return tuple(sorted(found, key=lambda gap: gap.order_key))

    def gapped_chats(self) -> tuple[list[PeerId], list[RoomId]]:
        """Where numbers are missing; not all of them need be of messages."""
        people = self._rows(
            "SELECT p.peer_id FROM lane AS l JOIN person AS p ON p.person_row = l.person_row"
            " WHERE l.is_outgoing = 0 AND l.beyond <> x''"
        )
        rooms = self._rows(
            "SELECT DISTINCT r.room_id FROM room_feed AS f"
            " JOIN room AS r ON r.room_row = f.room_row WHERE f.beyond <> x''"
        )
        return [PeerId(peer) for (peer,) in people], [RoomId(room) for (room,) in rooms]

    def _gaps_of(
        self, conversation: int | None, lane: int, next_seq: int, beyond: bytes, author: str
    ) -> list[Gap]:
        """Two with nothing shown between them are one."""
        gaps: list[Gap] = []
        behind = first_behind_gap(next_seq, beyond, 0)
        while behind is not None and len(gaps) < GAPS_MAX:
            row = self._row(
                "SELECT seq, message_id, order_key FROM message"
                " WHERE lane_row = ? AND seq >= ? AND conversation_row = ? ORDER BY seq LIMIT 1",
                (lane, behind, conversation),
            )
            if row is None:
                break
            gaps.append(Gap(row[1].hex(), author, row[2]))
            behind = first_behind_gap(next_seq, beyond, row[0] + 1)
        return gaps
