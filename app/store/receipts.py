"""The writing half of: how far a message of ours in a room came with each of its members."""

from collections.abc import Iterable

from app.events import StateChange
from app.model import MessageState, Receipts
from app.store.chat import Chat
from app.store.rows import STATE_NUMBER, read_state, room_text
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId


class ReceiptWriter(Chat):
    def mark_read_by_member(
        self, room_id: RoomId, peer_id: PeerId, next_number: int
    ) -> list[StateChange]:
        """A member has, and has read, all posts of ours below this number."""
        rows = self._rows(
            "UPDATE receipt SET state = 3 WHERE person_row = ? AND state < 3 AND message_row IN"
            " (SELECT m.message_row FROM room AS r JOIN room_feed AS f ON f.room_row = r.room_row"
            "  JOIN message AS m ON m.lane_row = -f.feed_row"
            "  WHERE r.room_id = ? AND f.author = 0 AND m.seq < ?) RETURNING message_row",
            (self._person_row(peer_id), room_id, next_number),
        )
        return self._sum_up(sorted(row for (row,) in rows))

    def _raise_receipts(self, lane: int, seqs: Iterable[int], state: MessageState) -> list[int]:
        """Rows of messages that came further with who is at the end of this lane."""
        number, rows = STATE_NUMBER[state], []
        for seq in seqs:
            row = self._number(
                "UPDATE receipt SET state = ?1 WHERE lane_row = ?2 AND seq = ?3 AND state < ?1"
                " RETURNING message_row",
                (number, lane, seq),
            )
            if row is not None:
                rows.append(row)
        return rows

    def _sum_up(self, message_rows: Iterable[int]) -> list[StateChange]:
        """What the members' receipts say together: read and delivered by all, sent to one."""
        return [self._sum(row) for row in dict.fromkeys(message_rows)]

    def _sum(self, message_row: int) -> StateChange:
        counts = self._row(
            "SELECT count(*), total(state >= 1), total(state >= 2), total(state >= 3)"
            " FROM receipt WHERE message_row = ?",
            (message_row,),
        )
        assert counts is not None
        members, sent, delivered, read = (int(count) for count in counts)
        state = MessageState.SENT if sent else MessageState.QUEUED
        if delivered == members:
            state = MessageState.READ if read == members and members else MessageState.DELIVERED
        found = self._row(
            "UPDATE message SET state = max(state, ?) WHERE message_row = ? RETURNING message_id,"
            " state, (SELECT r.room_id FROM conversation AS c JOIN room AS r"
            "  ON r.room_row = c.room_row WHERE c.conversation_row = message.conversation_row)",
            (STATE_NUMBER[state], message_row),
        )
        assert found is not None
        message_id, number, room_id = found
        receipts = Receipts(members, delivered, read)
        return StateChange(
            message_id.hex(), "", read_state(number), room_text(RoomId(room_id)), receipts
        )
