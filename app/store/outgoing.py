"""The writing half of: our messages, the lane they go out on, what became of them."""

from collections.abc import Callable, Iterable

from app.errors import BugError, ErrorCode, KnownError
from app.events import StateChange
from app.model import MessageKind, MessageState
from app.store.chat import ChatRow
from app.store.ordering import newest_key, own_key
from app.store.receipts import ReceiptWriter
from app.store.rows import STATE_NUMBER, US, Row, peer_text, room_text
from app.store.types import PLAIN, Cancelled, Extras, OutLane, Queued
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId

_ROOM = (
    "(SELECT r.room_id FROM conversation AS c JOIN room AS r ON r.room_row = c.room_row"
    " WHERE c.conversation_row = message.conversation_row)"
)
"""Of a row of ``message`` that stands in one."""


class OutgoingWriter(ReceiptWriter):
    def lane_for(self, peer_id: PeerId, make_id: Callable[[], bytes]) -> OutLane:
        """Our lane towards ``peer_id``; made, with ``make_id``'s 8 random bytes, at first use."""
        person = self._person_row(peer_id)
        query = "SELECT lane_row, lane_id, next_seq FROM lane WHERE person_row = ? AND is_outgoing"
        row = self._row(query, (person,))
        if row is None:
            insert = "INSERT INTO lane (person_row, is_outgoing, lane_id) VALUES (?, 1, ?)"
            self._run(insert, (person, make_id()))
            row = self._row(query, (person,))
            assert row is not None
        low = self._number("SELECT min(seq) FROM outbox WHERE lane_row = ?", (row[0],))
        return OutLane(lane_id=row[1], next_seq=row[2], low_seq=row[2] if low is None else low)

    def renew_lane(self, peer_id: PeerId, make_id: Callable[[], bytes]) -> OutLane:
        """Starts a new lane and moves what is not acknowledged into it, in order.

        For when the peer knows of numbers we never gave: this database is an older
        copy, or somebody else runs one, and going on would give numbers twice.
        """
        old, _, person = self._lane(peer_id)
        waiting = self._rows(
            "SELECT record, message_row FROM outbox WHERE lane_row = ? ORDER BY seq", (old,)
        )
        self._run("DELETE FROM lane WHERE lane_row = ?", (old,))
        insert = "INSERT INTO lane (person_row, is_outgoing, lane_id) VALUES (?, 1, ?)"
        self._run(insert, (person, make_id()))
        lane = self._connection.last_insert_rowid()
        for record, message_row in waiting:
            seq = self._put(lane, record, message_row)
            for table, rest in (("message", "lane_row > 0"), ("receipt", f"person_row = {person}")):
                self._run(
                    f"UPDATE {table} SET lane_row = ?, seq = ? WHERE message_row = ? AND {rest}",
                    (lane, seq, message_row),
                )
        return self.lane_for(peer_id, make_id)

    def fail_what_has_no_record(self) -> None:
        """Messages that wait for a record which is lost fail, and can be sent again."""
        self._run("""
            UPDATE message SET state = 4
            WHERE author = 0 AND state < 2 AND lane_row > 0 AND message_row NOT IN
                (SELECT message_row FROM outbox WHERE message_row IS NOT NULL)""")

    def add_message(
        self,
        peer_id: PeerId,
        message_id: bytes,
        *,
        kind: MessageKind,
        text: str,
        time_ms: int,
        encode: Callable[[int], bytes],
        transfer_id: bytes | None = None,
        extras: Extras = PLAIN,
        room_id: RoomId | None = None,
    ) -> Queued:
        """A chat row of ours and, in the same transaction, its record in the outbox.

        ``encode`` makes the record from the order key the message gets; it runs on
        the store thread. ``time_ms`` is now. ``lane_for`` was called before. It is shown in
        the room where one is given.
        """
        lane, seq, person = self._lane(peer_id)
        room = room_id and self._find_conversation(room_id)
        conversation = room or self._need_conversation(person)
        key = own_key(newest_key(self._connection, conversation), time_ms, message_id)
        transfer = None if transfer_id is None else self._transfer_row(transfer_id)
        row = ChatRow(
            conversation=conversation,
            author=US,
            order_key=key,
            message_id=message_id,
            kind=kind,
            text=text,
            time_ms=time_ms,
            state=MessageState.QUEUED,
            lane=lane,
            seq=seq,
            transfer=transfer,
            extras=extras,
        )
        message_row = self._insert(row)
        record = encode(key)
        self._put(lane, record, message_row)
        is_plain = extras is PLAIN and not room
        message = self._show(row, peer_id) if is_plain else self._message_at(message_row)
        return Queued(seq=seq, record=record, message=message)

    def add_record(self, peer_id: PeerId, record: bytes) -> Queued:
        """A record without a chat row. ``lane_for`` was called before."""
        lane, *_ = self._lane(peer_id)
        return Queued(seq=self._put(lane, record, None), record=record, message=None)

    def mark_sent(self, peer_id: PeerId, seqs: Iterable[int]) -> list[StateChange]:
        """For messages that were only queued; all others keep their state."""
        lane, *_ = self._lane(peer_id)
        changes, in_rooms = [], []
        for seq in seqs:
            row = self._row(
                "UPDATE message SET state = 1 WHERE lane_row = ? AND seq = ?"
                f" AND author = 0 AND state = 0 RETURNING message_id, {_ROOM}",
                (lane, seq),
            )
            if row is not None:
                changes.append(_change(row, peer_id, MessageState.SENT))
            else:
                in_rooms += self._raise_receipts(lane, [seq], MessageState.SENT)
        return changes + self._sum_up(in_rooms)

    def acknowledge(
        self, peer_id: PeerId, lane_id: bytes, seqs: Iterable[int]
    ) -> list[StateChange]:
        """The peer has these on its disk. Numbers of another lane, or never given, are nothing."""
        lane = self._lane_named(peer_id, lane_id)
        if lane is None:
            return []
        changes, in_rooms = [], []
        for seq in seqs:
            row = self._row(
                "DELETE FROM outbox WHERE lane_row = ? AND seq = ? RETURNING message_row",
                (lane, seq),
            )
            if row is None or row[0] is None:
                continue
            changed = self._row(
                "UPDATE message SET state = 2 WHERE message_row = ? AND state < 2 AND lane_row > 0"
                f" RETURNING message_id, {_ROOM}",
                (row[0],),
            )
            if changed is not None:
                changes.append(_change(changed, peer_id, MessageState.DELIVERED))
            else:
                in_rooms += self._raise_receipts(lane, [seq], MessageState.DELIVERED)
        return changes + self._sum_up(in_rooms)

    def mark_read_by_peer(
        self, peer_id: PeerId, lane_id: bytes, up_to_seq: int
    ) -> list[StateChange]:
        """The peer has and has read all up to this number: that acknowledges them too."""
        lane = self._lane_named(peer_id, lane_id)
        if lane is None:
            return []
        arrived = self._rows(
            "DELETE FROM outbox WHERE lane_row = ? AND seq <= ? RETURNING seq", (lane, up_to_seq)
        )
        read = self._rows(
            "UPDATE message SET state = 3 WHERE lane_row = ? AND seq <= ?"
            f" AND author = 0 AND state < 3 AND {_ROOM} IS NULL RETURNING seq, message_id",
            (lane, up_to_seq),
        )
        elsewhere = self._rows(  # offers that stand in a room came, and were not read with these
            "UPDATE message SET state = 2 WHERE lane_row = ? AND seq <= ?"
            f" AND author = 0 AND state < 2 RETURNING message_id, {_ROOM}",
            (lane, up_to_seq),
        )
        delivered = [seq for (seq,) in sorted(arrived)]
        in_rooms = self._raise_receipts(lane, delivered, MessageState.DELIVERED)
        changes = [_change((row[1], None), peer_id, MessageState.READ) for row in sorted(read)]
        changes += [_change(row, peer_id, MessageState.DELIVERED) for row in elsewhere]
        return changes + self._sum_up(in_rooms)

    def cancel_message(self, message_id: bytes, void_record: bytes) -> Cancelled:
        """Takes one of ours back: ``void_record`` goes out in its place, so no number is missing.

        Raises KnownError NO_SUCH_MESSAGE, or WRONG_STATE when it is delivered already.
        """
        row = self._row(
            "SELECT m.message_row, m.lane_row, m.seq, m.state, p.peer_id FROM message AS m"
            " JOIN conversation AS c ON c.conversation_row = m.conversation_row"
            " JOIN person AS p ON p.person_row = c.person_row"
            " WHERE m.message_id = ? AND m.author = 0",
            (message_id,),
        )
        if row is None:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"no message {message_id.hex()} of ours")
        message_row, lane, seq, state, peer_id = row
        if state >= STATE_NUMBER[MessageState.DELIVERED]:
            raise KnownError(ErrorCode.WRONG_STATE, "only what is not delivered can be taken back")
        self._run("UPDATE message SET state = 4 WHERE message_row = ?", (message_row,))
        self._run(
            "UPDATE outbox SET record = ?, message_row = NULL WHERE lane_row = ? AND seq = ?",
            (void_record, lane, seq),
        )
        change = _change((message_id, None), PeerId(peer_id), MessageState.FAILED)
        return Cancelled(change=change, peer_id=PeerId(peer_id), seq=seq, record=void_record)

    def _lane(self, peer_id: PeerId) -> tuple[int, int, int]:
        """``(lane_row, next_seq, person_row)``"""
        row = self._row(
            "SELECT l.lane_row, l.next_seq, l.person_row FROM person AS p"
            " JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 1"
            " WHERE p.peer_id = ?",
            (peer_id,),
        )
        if row is None:
            self._person_row(peer_id)
            raise BugError("lane_for comes before the first record")
        return row[0], row[1], row[2]

    def _lane_named(self, peer_id: PeerId, lane_id: bytes) -> int | None:
        """Our lane to this peer if it is the one meant, else None."""
        return self._number(
            "SELECT l.lane_row FROM person AS p"
            " JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 1"
            " WHERE p.peer_id = ? AND l.lane_id = ?",
            (peer_id, lane_id),
        )

    def _put(self, lane: int, record: bytes, message_row: int | None) -> int:
        """Gives the lane's next number."""
        seq = self._number(
            "UPDATE lane SET next_seq = next_seq + 1 WHERE lane_row = ? RETURNING next_seq - 1",
            (lane,),
        )
        assert seq is not None
        self._run(
            "INSERT INTO outbox (lane_row, seq, record, message_row) VALUES (?, ?, ?, ?)",
            (lane, seq, record, message_row),
        )
        return seq


def _change(row: Row, peer_id: PeerId, state: MessageState) -> StateChange:
    """``row``: message id, and room id or None."""
    message_id, room_id = row
    room = room_text(RoomId(room_id)) if room_id else None
    return StateChange(message_id.hex(), peer_text(peer_id), state, room)
