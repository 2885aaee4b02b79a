"""The writing half of: what peers send, and how far we told them we have read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.model import Direction, Message, MessageState, TransferState
from app.store.chat import ChatRow
from app.store.deeds import DeedWriter
from app.store.ordering import Placer
from app.store.rows import DIRECTION_NUMBER, TRANSFER_NUMBER, write_strings
from app.store.types import (
    PLAIN,
    TIME_END_MS,
    InboundLane,
    IncomingItem,
    IncomingMessage,
    IncomingOffer,
    ReadMark,
    Received,
)
from app.store.window import Window
from net.protocol.identity import PeerId
from net.protocol.text import clean_text


@dataclass(slots=True)
class _Source:
    """Whose records are being received, and what the window on their lane is."""

    peer_id: PeerId
    person: int
    is_stranger: bool
    lane: int
    window: Window
    placer: Placer | None = None


class IncomingWriter(DeedWriter):
    def inbound(self, peer_id: PeerId) -> InboundLane | None:
        """What of the peer's lane is here; None before its first record."""
        row = self._row(
            "SELECT l.lane_id, l.next_seq, l.beyond FROM person AS p"
            " JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 0"
            " WHERE p.peer_id = ?",
            (peer_id,),
        )
        return None if row is None else _lane_value(row[0], Window(row[1], row[2]))

    def receive(
        self, peer_id: PeerId, lane_id: bytes, low_seq: int, items: Sequence[IncomingItem]
    ) -> Received:
        """Takes records of a peer's lane: each number once, each message id once.

        A lane id that is new replaces the one before, from ``low_seq`` on; all below
        ``low_seq`` counts as received. A number beyond the window is left out, so
        ``lane`` does not claim it. A message whose id, or whose transfer's id, is
        here already adds no row, but its number is taken.
        """
        source = self._open(peer_id, lane_id, low_seq)
        window = source.window
        window.advance(low_seq)
        messages: list[Message] = []
        for item in items:
            if not window.wants(item.seq):
                continue
            if item.message is not None and not self._is_known(item.message, source.person):
                messages.append(self._add(source, item.seq, item.message))
            window.take(item.seq)
        self._run(
            "UPDATE lane SET next_seq = ?, beyond = ? WHERE lane_row = ?",
            (window.next_seq, window.encode_beyond(), source.lane),
        )
        return Received(messages=tuple(messages), lane=_lane_value(lane_id, window))

    def mark_announced(self, message_ids: Iterable[bytes]) -> None:
        """These were shown to the user; they are not in ``unannounced`` any more."""
        self._connection.executemany(
            "UPDATE message SET is_announced = 1"
            " WHERE message_id = ? AND author <> 0 AND is_announced = 0",
            ((message_id,) for message_id in message_ids),
        )

    def mark_read(self, peer_id: PeerId) -> ReadMark | None:
        """The user has read this chat. What to tell the peer, None when nothing is new.

        The mark never passes a gap: what is read behind one is told once it is filled.
        """
        conversation = self._find_conversation(peer_id)
        self._run(
            "UPDATE message SET state = 3 WHERE conversation_row = ? AND author <> 0 AND state < 3",
            (conversation,),
        )
        row = self._row(
            """
            SELECT l.lane_row, l.lane_id, l.receipted_seq, (SELECT max(m.seq) FROM message AS m
                WHERE m.lane_row = l.lane_row AND m.seq < l.next_seq AND m.conversation_row = ?)
            FROM person AS p JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 0
            WHERE p.peer_id = ?""",
            (conversation, peer_id),
        )
        if row is None or row[3] is None or row[3] <= row[2]:
            return None
        self._run("UPDATE lane SET receipted_seq = ? WHERE lane_row = ?", (row[3], row[0]))
        return ReadMark(lane_id=row[1], up_to_seq=row[3])

    def _open(self, peer_id: PeerId, lane_id: bytes, low_seq: int) -> "_Source":
        row = self._row("SELECT person_row, is_accepted FROM person WHERE peer_id = ?", (peer_id,))
        person, is_accepted = row if row else (self._person_row(peer_id), False)
        row = self._row(
            "SELECT lane_row, lane_id, next_seq, beyond FROM lane"
            " WHERE person_row = ? AND is_outgoing = 0",
            (person,),
        )
        if row is not None and row[1] == lane_id:
            return _Source(peer_id, person, not is_accepted, row[0], Window(row[2], row[3]))
        self._run("DELETE FROM lane WHERE person_row = ? AND is_outgoing = 0", (person,))
        first = max(low_seq, 1)
        self._run(
            "INSERT INTO lane (person_row, is_outgoing, lane_id, next_seq) VALUES (?, 0, ?, ?)",
            (person, lane_id, first),
        )
        lane = self._connection.last_insert_rowid()
        return _Source(peer_id, person, not is_accepted, lane, Window(first))

    def _add(self, source: "_Source", seq: int, message: IncomingMessage) -> Message:
        """The row in the chat, and the offer that the message may bring."""
        conversation, order_key = self._place(source, seq, message)
        time_ms = min(message.time_ms, TIME_END_MS - 1)
        offer = message.transfer
        row = ChatRow(
            conversation=conversation,
            author=source.person,
            order_key=order_key,
            message_id=message.message_id,
            kind=message.kind,
            text=clean_text(message.text),
            time_ms=time_ms,
            state=MessageState.DELIVERED,
            lane=source.lane,
            seq=seq,
            transfer=None if offer is None else self._insert_offer(offer, source.person, time_ms),
            is_announced=False,
            extras=message.extras,
        )
        message_row = self._insert(row)
        is_plain = message.extras is PLAIN and message.room_id is None
        if self._take_up_early(message_row, row) or not is_plain:
            return self._message_at(message_row)
        return self._show(row, source.peer_id, is_request=source.is_stranger)

    def _place(self, source: "_Source", seq: int, message: IncomingMessage) -> tuple[int, int]:
        """In which conversation, and where in it."""
        room = message.room_id and self._find_conversation(message.room_id)
        if room:
            placer = Placer(self._connection, room, source.lane, source.window)
            return room, placer.place_apart(message.order)
        conversation = self._need_conversation(source.person)
        if source.placer is None:
            source.placer = Placer(self._connection, conversation, source.lane, source.window)
        return conversation, source.placer.place(seq, message.order)

    def _is_known(self, message: IncomingMessage, person: int) -> bool:
        """Here already; or an id of ours sent back, or a transfer that is somebody else's."""
        query = "SELECT 1 FROM message WHERE message_id = ? AND author IN (0, ?)"
        if self._row(query, (message.message_id, person)):
            return True
        if message.transfer is None:
            return False
        query = "SELECT 1 FROM transfer WHERE transfer_id = ?"
        return self._row(query, (message.transfer.transfer_id,)) is not None

    def _insert_offer(self, offer: IncomingOffer, person: int, time_ms: int) -> int:
        self._run(
            """
            INSERT INTO transfer (transfer_id, person_row, direction, state, manifest_hash,
                files, folders, size_bytes, names, time_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                offer.transfer_id,
                person,
                DIRECTION_NUMBER[Direction.IN],
                TRANSFER_NUMBER[TransferState.OFFERED],
                offer.manifest_hash,
                offer.files,
                offer.folders,
                offer.size_bytes,
                write_strings(offer.names),
                time_ms,
            ),
        )
        return self._connection.last_insert_rowid()


def _lane_value(lane_id: bytes, window: Window) -> InboundLane:
    return InboundLane(lane_id, window.next_seq, frozenset(window.beyond))
