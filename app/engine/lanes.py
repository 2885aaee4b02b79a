"""Lanes at work: between the outbox on this disk and the one at the other end.

One lane a person and direction. What goes out is in the outbox first; what comes
in is acknowledged when its commit is done, and shown in the sender's order.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.engine.core import Core
from app.engine.people import Acquaintance
from app.errors import KnownError
from app.events import MessagesAdded, StateChange, StatesChanged
from app.model import Message, Trust
from app.store.types import InboundLane, IncomingItem, IncomingMessage, PendingRecord, Queued
from app.store.writer import Writer
from net.protocol.delivery import Incoming, Outgoing, Sequencer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.records import Ack, Data, Record, decode_record, encode_data, encode_frame

log = logging.getLogger(__name__)

ASK_AGAIN_S = 0.1
ASK_GROWTH = 1.4
ASK_CAP_S = 2.0
SENT_MARK_DELAY_S = 0.02
"""``sent`` is written with the acknowledgement if that comes sooner: one commit less."""
SHOWN_MARK_DELAY_S = 0.2
REFILL_RECORDS = 256


@dataclass(frozen=True, slots=True)
class Effect:
    """What a record does besides adding a row: in the same commit, and once it is durable."""

    apply: Callable[[Writer], object]
    after: Callable[[object], None] = lambda _result: None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record taken in: its row in the chat, or its effect, or neither."""

    message: IncomingMessage | None = None
    effect: Effect | None = None


Handler = Callable[[Acquaintance, Record], Arrival]


@dataclass(slots=True, eq=False)
class Lane:
    person: Acquaintance
    lane_id: bytes
    out: Outgoing
    incoming: Incoming | None
    sequencer: Sequencer[Message] = field(default_factory=Sequencer)
    is_agreed: bool = False
    """In this session they have said what they have of it; nothing is sent before."""
    is_behind: bool = False
    """More waits in the outbox than is in memory."""
    is_filling: bool = False
    owes_ack: bool = False
    arrivals: dict[int, Arrival] = field(default_factory=dict)
    acked: list[int] = field(default_factory=list)
    unmarked: list[int] = field(default_factory=list)
    """Sent, but not yet marked so on disk."""
    timer: asyncio.TimerHandle | None = None


class Lanes:
    def __init__(self, core: Core, handler: Handler, want: Callable[[Acquaintance], None]) -> None:
        """``handler`` turns a record into what is done with it; ``want`` asks for a session."""
        self._core = core
        self._handler = handler
        self._want = want
        self._lanes: dict[PeerId, Lane] = {}
        self._opening: set[PeerId] = set()
        self._early: dict[PeerId, Data] = {}
        """What came while a lane was being opened; the newest alone, the rest comes again."""
        self._given: dict[PeerId, int] = {}
        """By lane, the lowest number that was never on the wire: here or before the start."""
        self._dirty: dict[PeerId, Lane] = {}
        self._shown: list[bytes] = []
        self._marking: asyncio.TimerHandle | None = None

    def load(self, given: dict[PeerId, int]) -> None:
        """The numbers given before this start."""
        self._given = given

    async def open(self, person: Acquaintance) -> None:
        """Brings a person's lanes into memory; called at every new session."""
        peer = person.peer
        lane = self._lanes.get(peer)
        if lane is None:
            if peer in self._opening:
                return
            self._opening.add(peer)
            try:
                lane = await self._load(person)
            finally:
                self._opening.discard(peer)
            self._lanes[peer] = lane
            if peer in self._early:
                self.on_data(person, self._early.pop(peer))
        lane.out.restart()
        lane.is_agreed = False
        self.pump(lane)
        self._ask(lane)

    def _ask(self, lane: Lane, pause_s: float = ASK_AGAIN_S) -> None:
        """What have you of this lane? Again until it is answered, ever more rarely.

        A record would do as a question, were our database never an older copy of
        itself: its next numbers are then known there already, as others' numbers.
        """
        peer = lane.person.peer
        if lane.is_agreed or self._lanes.get(peer) is not lane:
            return
        if self._core.node.send(peer, [encode_data(lane.lane_id, lane.out.low, ())]):
            later_s = min(ASK_CAP_S, pause_s * ASK_GROWTH)
            self._core.loop.call_later(pause_s, self._ask, lane, later_s)

    async def _load(self, person: Acquaintance) -> Lane:
        entropy = self._core.lane_id
        peer = person.peer

        def read(w: Writer) -> tuple[bytes, int, InboundLane | None, list[PendingRecord]]:
            lane = w.lane_for(peer, entropy)
            pending = w.pending(peer, 0, REFILL_RECORDS)
            return lane.lane_id, lane.next_seq, w.inbound(peer), pending

        lane_id, next_seq, inbound, pending = await self._core.write(read)
        out = Outgoing(pending[0].seq if pending else next_seq)
        for record in pending:
            out.put(record.seq, record.record)
        incoming = (
            Incoming(inbound.lane_id, inbound.next_seq, set(inbound.beyond)) if inbound else None
        )
        return Lane(person, lane_id, out, incoming, is_behind=out.next_seq < next_seq)

    def put(self, person: Acquaintance, queued: Queued) -> None:
        """A record is in the outbox now: send it, or wait for the person."""
        lane = self._lanes.get(person.peer)
        if lane is None:
            self._core.spawn(self.open(person))
            return
        if queued.seq == lane.out.next_seq and lane.out.has_room:
            lane.out.put(queued.seq, queued.record)
        elif queued.seq >= lane.out.next_seq:
            lane.is_behind = True
        self._touch(lane)

    def replace(self, peer: PeerId, seq: int, record: bytes) -> None:
        """The outbox holds another record at ``seq`` now (one was taken back)."""
        lane = self._lanes.get(peer)
        if lane and seq < lane.out.next_seq:
            lane.out.put(seq, record)

    def on_data(self, person: Acquaintance, data: Data) -> None:
        """Takes in what is new; the rest is acknowledged again, for the answer was lost."""
        lane = self._lanes.get(person.peer)
        if person.trust is Trust.BLOCKED or self._core.store.is_busy:
            return  # unacknowledged, it comes again
        if lane is None:
            if person.peer in self._opening:
                self._early[person.peer] = data
            return
        if lane.incoming is None or lane.incoming.lane != data.lane:
            lane.incoming = Incoming(data.lane, max(1, data.low))
            lane.arrivals.clear()
        records = dict(data.records)
        for seq in lane.incoming.admit(data.low, records):
            lane.arrivals[seq] = self._read(person, records[seq])
        lane.owes_ack = lane.owes_ack or not lane.arrivals
        self._touch(lane)

    def on_ack(self, person: Acquaintance, ack: Ack) -> None:
        lane = self._lanes.get(person.peer)
        if lane and ack.lane == lane.lane_id:
            if not lane.is_agreed:
                self._core.spawn(self._agree(lane, ack.next_seq))
            lane.acked += lane.out.acknowledge(ack.next_seq, ack.beyond, self._core.now_s())
            self._touch(lane)

    async def _agree(self, lane: Lane, known_seq: int) -> None:
        """They say what they have; if that is more than we ever gave, the lane is renewed.

        Then our database is an older copy of itself. To go on would give numbers
        twice, and what bears them would be taken for a repeat and lost.
        """
        if known_seq > self._given.get(lane.person.peer, 1):
            await self._renew(lane)
            return
        lane.is_agreed = True
        self.pump(lane)

    async def _renew(self, lane: Lane) -> None:
        peer = lane.person.peer
        if self._lanes.get(peer) is not lane:
            return
        log.warning("the numbering towards %s was started anew", lane.person.text_id[:8])
        await self._core.write(lambda w: w.renew_lane(peer, self._core.lane_id))
        fresh = await self._load(lane.person)
        fresh.incoming, fresh.sequencer, fresh.arrivals = (
            lane.incoming,
            lane.sequencer,
            lane.arrivals,
        )
        self._lanes[peer] = fresh
        if lane.timer:
            lane.timer.cancel()
        self._ask(fresh)

    def on_stream_lost(self, peer: PeerId) -> None:
        lane = self._lanes.get(peer)
        if lane:
            lane.out.release_large(PAYLOAD_MAX_BYTES)
            self._touch(lane)

    def announce(self, messages: Sequence[Message], ref: str | None = None) -> None:
        """Shows incoming messages, and remembers (lazily) that they were shown."""
        self._core.emit(MessagesAdded(tuple(messages), ref))
        self._shown += [bytes.fromhex(m.message_id) for m in messages]
        if self._marking is None:
            self._marking = self._core.loop.call_later(SHOWN_MARK_DELAY_S, self.mark_shown)

    def mark_shown(self) -> None:
        if self._marking:
            self._marking.cancel()
            self._marking = None
        if self._shown:
            shown, self._shown = self._shown, []
            self._core.write_later(lambda w: w.mark_announced(shown))

    def stop(self) -> None:
        """Writes what is still only in memory. Records stay in the outbox."""
        for lane in self._lanes.values():
            if lane.timer:
                lane.timer.cancel()
            if lane.unmarked or lane.acked:
                self._settle(lane)
        self.mark_shown()

    def _read(self, person: Acquaintance, record: bytes) -> Arrival:
        """A record of a kind unknown here is passed over, so that the lane goes on."""
        try:
            return self._handler(person, decode_record(record))
        except RemoteProtocolError as error:
            log.info("passed over a record of %s: %s", person.text_id[:8], error)
            return Arrival()

    def _touch(self, lane: Lane) -> None:
        """One round of work for all that happens in this turn of the loop."""
        if not self._dirty:
            self._core.loop.call_soon(self._work)
        self._dirty[lane.person.peer] = lane

    def _work(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for lane in dirty.values():
            if lane.arrivals:
                self._core.spawn(self._commit(lane))
            if lane.acked:
                self._settle(lane)
            self.pump(lane)

    def pump(self, lane: Lane) -> None:
        """Sends what is due and sets the timer for what comes next."""
        node, peer = self._core.node, lane.person.peer
        lane.person.has_pending = lane.is_behind or not lane.out.is_empty
        if not node.has_session(peer):
            if lane.person.has_pending:
                self._want(lane.person)
            return
        now_s = self._core.now_s()
        frames = [self._ack_frame(lane)] if lane.owes_ack and lane.incoming else []
        lane.owes_ack = False
        if lane.is_agreed:
            for flight in lane.out.take_flights(now_s, PAYLOAD_MAX_BYTES):
                frames.append(encode_data(lane.lane_id, flight.low, flight.records))
                self._mark_sent_soon(lane, flight.first_seqs)
            self._pump_large(lane, now_s)
            self._given[peer] = max(self._given.get(peer, 1), lane.out.next_seq)
        if frames:
            node.send(peer, frames)
        if lane.is_behind and lane.out.has_room and not lane.is_filling:
            self._core.spawn(self._refill(lane))
        self._set_timer(lane, now_s)

    def _pump_large(self, lane: Lane, now_s: float) -> None:
        address = lane.person.stream_address
        if address is None or not lane.out.has_large(PAYLOAD_MAX_BYTES):
            return
        large = lane.out.take_large(PAYLOAD_MAX_BYTES, now_s)
        frames = [encode_data(lane.lane_id, lane.out.low, [(s, r)]) for s, r, _ in large]
        self._mark_sent_soon(lane, [seq for seq, _, is_first in large if is_first])
        self._core.node.send_large(lane.person.peer, address, frames)

    def _ack_frame(self, lane: Lane) -> bytes:
        assert lane.incoming is not None
        next_seq, beyond = lane.incoming.acknowledgement()
        return encode_frame(Ack(lane.incoming.lane, next_seq, beyond))

    def _set_timer(self, lane: Lane, now_s: float) -> None:
        if lane.timer:
            lane.timer.cancel()
            lane.timer = None
        times = (lane.out.next_deadline_s(), lane.sequencer.next_deadline_s())
        deadline_s = min((t for t in times if t is not None), default=None)
        if deadline_s is not None:
            at_s = max(deadline_s, now_s + 0.001)
            lane.timer = self._core.loop.call_at(at_s, self._on_timer, lane)

    def _on_timer(self, lane: Lane) -> None:
        lane.timer = None
        self._show(lane)
        self.pump(lane)

    async def _refill(self, lane: Lane) -> None:
        lane.is_filling = True
        try:
            after = lane.out.next_seq - 1
            peer = lane.person.peer
            pending = await self._core.write(lambda w: w.pending(peer, after, REFILL_RECORDS))
        finally:
            lane.is_filling = False
        for record in pending:
            if lane.out.has_room:
                lane.out.put(record.seq, record.record)
        lane.is_behind = len(pending) == REFILL_RECORDS or not lane.out.has_room
        self.pump(lane)

    async def _commit(self, lane: Lane) -> None:
        """Arrivals to the disk, then the acknowledgement, then to the user."""
        incoming = lane.incoming
        arrivals, lane.arrivals = lane.arrivals, {}
        if incoming is None or not arrivals:
            return
        items = [IncomingItem(seq, a.message) for seq, a in arrivals.items()]
        effects = [a.effect for a in arrivals.values() if a.effect]
        peer, low = lane.person.peer, incoming.next_seq

        def work(w: Writer) -> tuple[tuple[Message, ...], InboundLane, list[object]]:
            received = w.receive(peer, incoming.lane, low, items)
            return received.messages, received.lane, [e.apply(w) for e in effects]

        try:
            messages, state, results = await self._core.write(work)
        except KnownError as error:
            incoming.refuse(arrivals)
            self._core.report_disk(error)
            return
        incoming.commit(state.next_seq, state.beyond, arrivals)
        self._after_commit(lane, arrivals, messages)
        for effect, result in zip(effects, results, strict=True):
            effect.after(result)

    def _after_commit(
        self, lane: Lane, arrivals: dict[int, Arrival], messages: Sequence[Message]
    ) -> None:
        lane.owes_ack = True
        by_id = {m.message_id: m for m in messages}
        now_s = self._core.now_s()
        for seq, arrival in arrivals.items():
            message = by_id.get(arrival.message.message_id.hex()) if arrival.message else None
            if message:
                lane.sequencer.put(seq, message, now_s)
        self._show(lane)
        self._touch(lane)

    def _show(self, lane: Lane) -> None:
        next_seq = lane.incoming.next_seq if lane.incoming else 0
        ready = lane.sequencer.take(next_seq, self._core.now_s())
        if ready:
            self.announce(ready)

    def _mark_sent_soon(self, lane: Lane, seqs: Sequence[int]) -> None:
        if seqs and not lane.unmarked:
            self._core.loop.call_later(SENT_MARK_DELAY_S, self._settle, lane)
        lane.unmarked += seqs

    def _settle(self, lane: Lane) -> None:
        """The ladder's next steps to the disk, then to the user."""
        sent, lane.unmarked = lane.unmarked, []
        acked, lane.acked = lane.acked, []
        if sent or acked:
            self._core.spawn(self._write_states(lane, sent, acked))

    async def _write_states(self, lane: Lane, sent: list[int], acked: list[int]) -> None:
        peer, lane_id = lane.person.peer, lane.lane_id

        def work(w: Writer) -> list[StateChange]:
            changes = w.mark_sent(peer, sent) if sent else []
            return changes + (w.acknowledge(peer, lane_id, acked) if acked else [])

        try:
            changes = await self._core.write(work)
        except KnownError as error:
            self._core.report_disk(error)
            return
        if changes:
            self._core.emit(StatesChanged(tuple(changes)))
