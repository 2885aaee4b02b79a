"""The sending ends of lanes: from the outbox on this disk to the one at the other end."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.engine.core import Core
from app.engine.people import Acquaintance
from app.errors import KnownError
from app.events import StateChange, StatesChanged
from app.store.types import PendingRecord, Queued
from app.store.writer import Writer
from net.protocol.delivery import Outgoing
from net.protocol.identity import PeerId
from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.rates import TokenBucket
from net.protocol.records import Ack, Held, encode_data

log = logging.getLogger(__name__)

ASK_AGAIN_S = 0.1
ASK_GROWTH = 1.4
ASK_CAP_S = 2.0
SENT_MARK_DELAY_S = 0.02
"""``sent`` is written with the acknowledgement if that comes sooner: one commit less."""
SETTLE_AGAIN_S = 1.0
"""After a disk that refused."""
LARGE_AGAIN_S = 0.5
"""What no datagram holds, while no stream can be opened."""
REFILL_RECORDS = 256
HELD_AGAIN_S = 20.0
"""What waits to be accepted: they tell when it is, which may be lost."""


RELEASES_BURST, RELEASES_PER_S = 4, 0.1
"""Of one lane: each sends a window anew, a thousand times what asked for it. What is not heard
costs HELD_AGAIN_S."""


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """One lane as it is on the disk, with the first of what waits in it."""

    lane_id: bytes
    next_seq: int
    pending: Sequence[PendingRecord]


def read_outbox(w: Writer, peer: PeerId, make_id: Callable[[], bytes]) -> OutboxPage:
    lane = w.lane_for(peer, make_id)
    return OutboxPage(lane.lane_id, lane.next_seq, w.pending(peer, 0, REFILL_RECORDS))


@dataclass(slots=True, eq=False)
class OutLane:
    person: Acquaintance
    lane_id: bytes
    out: Outgoing
    is_agreed: bool = False
    """In this session they have said what they have of it; nothing is sent before."""
    is_behind: bool = False
    """More waits in the outbox than is in memory."""
    is_filling: bool = False
    is_renewing: bool = False
    acked: list[int] = field(default_factory=list)
    unmarked: list[int] = field(default_factory=list)
    """Sent, but not yet marked so on disk."""
    releases: TokenBucket = field(
        default_factory=lambda: TokenBucket(RELEASES_BURST, RELEASES_PER_S, 0.0)
    )
    timer: asyncio.TimerHandle | None = None
    asking: asyncio.TimerHandle | None = None
    settling: asyncio.TimerHandle | None = None

    def cancel_timers(self) -> None:
        for handle in (self.timer, self.asking, self.settling):
            if handle:
                handle.cancel()
        self.timer = self.asking = self.settling = None


class Outbox:
    def __init__(
        self,
        core: Core,
        touch: Callable[[Acquaintance], None],
        want: Callable[[Acquaintance], None],
    ) -> None:
        """``touch`` asks for a round of work for this person, soon; ``want`` for a session."""
        self._core = core
        self._touch = touch
        self._want = want
        self._lanes: dict[PeerId, OutLane] = {}
        self._given: dict[PeerId, int] = {}
        """By lane, the lowest number that was never on the wire: here or before the start."""

    def load_given(self, given: dict[PeerId, int]) -> None:
        """The numbers given before this start."""
        self._given = given

    def given(self, peer: PeerId) -> int:
        return self._given.get(peer, 1)

    def is_loaded(self, peer: PeerId) -> bool:
        return peer in self._lanes

    def load(self, person: Acquaintance, page: OutboxPage) -> OutLane:
        pending = page.pending
        out = Outgoing(pending[0].seq if pending else page.next_seq)
        for record in pending:
            out.put(record.seq, record.record)
        lane = OutLane(person, page.lane_id, out, is_behind=out.next_seq < page.next_seq)
        self._lanes[person.peer] = lane
        return lane

    def on_session(self, peer: PeerId) -> None:
        """A fresh one: the numbers are agreed on anew, and what is unacknowledged goes again."""
        lane = self._lanes[peer]
        lane.out.restart()
        lane.is_agreed = False
        self._ask(lane)
        self._touch(lane.person)

    def put(self, peer: PeerId, queued: Queued) -> None:
        """A record is in the outbox now: send it, or wait for the person."""
        lane = self._lanes[peer]
        if queued.seq == lane.out.next_seq and lane.out.has_room:
            lane.out.put(queued.seq, queued.record)
        elif queued.seq >= lane.out.next_seq:
            lane.is_behind = True
        self._touch(lane.person)

    def replace(self, peer: PeerId, seq: int, record: bytes) -> None:
        """The outbox holds another record at ``seq`` now (one was taken back)."""
        lane = self._lanes.get(peer)
        if lane and seq < lane.out.next_seq:
            lane.out.put(seq, record)

    def on_ack(self, person: Acquaintance, ack: Ack) -> None:
        lane = self._lanes.get(person.peer)
        if lane is None or ack.lane != lane.lane_id or lane.is_renewing:
            return
        if not lane.is_agreed and not self._agree(lane, ack.next_seq):
            return
        lane.acked += lane.out.acknowledge(ack.next_seq, ack.beyond, self._core.now_s())
        self._touch(person)

    def on_held(self, person: Acquaintance, held: Held) -> None:
        """They take these only once they accept us; or (none) do so now."""
        lane = self._lanes.get(person.peer)
        if lane is None or held.lane != lane.lane_id or not lane.is_agreed:
            return
        if held.seqs:
            lane.out.postpone(held.seqs, self._core.now_s(), HELD_AGAIN_S)
        elif person.is_held and lane.releases.take(self._core.now_s()):
            lane.out.restart()
        person.is_held = bool(held.seqs)
        self._touch(person)

    def is_drained(self, peer: PeerId) -> bool:
        lane = self._lanes.get(peer)
        return lane is not None and lane.out.is_empty and not lane.is_behind

    def on_stream_lost(self, peer: PeerId) -> None:
        lane = self._lanes.get(peer)
        if lane:
            lane.out.release_large()
            self._touch(lane.person)

    def settle(self, peer: PeerId) -> None:
        """What was acknowledged goes to the disk now."""
        lane = self._lanes.get(peer)
        if lane and lane.acked:
            self._settle(lane)

    def pump(self, person: Acquaintance, first: bytes | None) -> None:
        """Sends what is due, after ``first``, and sets the timer for what comes next."""
        node, peer, now_s = self._core.node, person.peer, self._core.now_s()
        frames = [first] if first else []
        lane = self._lanes.get(peer)
        if lane:
            person.has_pending = lane.is_behind or not lane.out.is_empty
            if not node.has_session(peer):
                if person.has_pending:
                    self._want(person)
                return
            if lane.is_agreed:
                frames += self._take_due(lane, now_s)
        if frames:
            node.send(peer, frames)
        if lane:
            self._refill_if_behind(lane)
            self._set_timer(lane, now_s)

    def stop(self) -> None:
        """Writes what is still only in memory. Records stay in the outbox."""
        for lane in self._lanes.values():
            lane.cancel_timers()
            self._settle(lane)

    def forget(self, peer: PeerId) -> None:
        lane = self._lanes.pop(peer, None)
        if lane:
            lane.cancel_timers()
            self._settle(lane)

    # --- agreeing on numbers -----------------------------------------------

    def _ask(self, lane: OutLane, pause_s: float = ASK_AGAIN_S) -> None:
        """What have you of this lane? Again until it is answered, ever more rarely.

        A record would do as a question, were our database never an older copy of
        itself: its next numbers are then known there already, as others' numbers.
        """
        if lane.asking:
            lane.asking.cancel()
            lane.asking = None
        question = encode_data(lane.lane_id, lane.out.low, ())
        if not lane.is_agreed and self._core.node.send(lane.person.peer, [question]):
            later_s = min(ASK_CAP_S, pause_s * ASK_GROWTH)
            lane.asking = self._core.loop.call_later(pause_s, self._ask, lane, later_s)

    def _agree(self, lane: OutLane, known_seq: int) -> bool:
        """They say what they have; if that is more than we ever gave, the lane is renewed.

        Then our database is an older copy of itself. To go on would give numbers
        twice, and what bears them would be taken for a repeat and lost.
        """
        lane.is_agreed = known_seq <= self.given(lane.person.peer)
        if not lane.is_agreed:
            lane.is_renewing = True
            self._core.spawn(self._renew(lane))
        return lane.is_agreed

    async def _renew(self, lane: OutLane) -> None:
        person, make_id = lane.person, self._core.lane_id
        log.warning("the numbering towards %s was started anew", person.text_id[:8])

        def work(w: Writer) -> OutboxPage:
            w.renew_lane(person.peer, make_id)
            return read_outbox(w, person.peer, make_id)

        try:
            page = await self._core.write(work)
        except KnownError as error:
            lane.is_renewing = False
            self._core.report(error)
            return
        lane.cancel_timers()
        if self._lanes.get(person.peer) is lane:
            # nobody can know anything of a lane just made: there is nothing to ask
            self.load(person, page).is_agreed = True
            self._touch(person)

    # --- sending -----------------------------------------------------------

    def _take_due(self, lane: OutLane, now_s: float) -> list[bytes]:
        frames: list[bytes] = []
        firsts: list[int] = []
        for flight in lane.out.take_flights(now_s, PAYLOAD_MAX_BYTES):
            frames.append(encode_data(lane.lane_id, flight.low, flight.records))
            firsts += flight.first_seqs
        firsts += self._send_large(lane, now_s)
        self._mark_sent_soon(lane, firsts)
        self._given[lane.person.peer] = max(self.given(lane.person.peer), lane.out.next_seq)
        return frames

    def _send_large(self, lane: OutLane, now_s: float) -> list[int]:
        """Over the stream what no datagram holds; which of it for the first time."""
        address = lane.person.stream_address
        if address is None or not lane.out.has_large(PAYLOAD_MAX_BYTES):
            return []
        large = lane.out.take_large(PAYLOAD_MAX_BYTES, now_s)
        frames = [encode_data(lane.lane_id, lane.out.low, [(s, r)]) for s, r, _ in large]
        self._core.node.send_large(lane.person.peer, address, frames)
        return [seq for seq, _, is_first in large if is_first]

    def _set_timer(self, lane: OutLane, now_s: float) -> None:
        if lane.timer:
            lane.timer.cancel()
            lane.timer = None
        deadline_s = lane.out.next_deadline_s()
        if lane.out.has_large(PAYLOAD_MAX_BYTES):
            # their stream's port is not known yet: their hello tells it, not the lane
            deadline_s = min(deadline_s or math.inf, now_s + LARGE_AGAIN_S)
        if deadline_s is not None:
            at_s = max(deadline_s, now_s + 0.001)
            lane.timer = self._core.loop.call_at(at_s, self._touch, lane.person)

    def _refill_if_behind(self, lane: OutLane) -> None:
        if lane.is_behind and lane.out.has_room and not lane.is_filling:
            lane.is_filling = True
            self._core.spawn(self._refill(lane))

    async def _refill(self, lane: OutLane) -> None:
        peer, after = lane.person.peer, lane.out.next_seq - 1
        try:
            pending = await self._core.write(lambda w: w.pending(peer, after, REFILL_RECORDS))
        except KnownError as error:
            self._core.report(error)
            return
        finally:
            lane.is_filling = False
        if self._lanes.get(peer) is not lane or lane.is_renewing:
            return
        for record in pending:
            if lane.out.has_room:
                lane.out.put(record.seq, record.record)
        lane.is_behind = len(pending) == REFILL_RECORDS or not lane.out.has_room
        self._touch(lane.person)

    # --- the ladder --------------------------------------------------------

    def _mark_sent_soon(self, lane: OutLane, seqs: Sequence[int]) -> None:
        lane.unmarked += seqs
        if seqs and lane.settling is None:
            lane.settling = self._core.loop.call_later(SENT_MARK_DELAY_S, self._settle, lane)

    def _settle(self, lane: OutLane) -> None:
        """The ladder's next steps to the disk, then to the user."""
        if lane.settling:
            lane.settling.cancel()
            lane.settling = None
        sent, lane.unmarked = lane.unmarked, []
        acked, lane.acked = lane.acked, []
        if lane.is_renewing or not (sent or acked):
            return  # renewed, they get other numbers and are sent again
        peer, lane_id = lane.person.peer, lane.lane_id

        def work(w: Writer) -> list[StateChange]:
            changes = w.mark_sent(peer, sent) if sent else []
            return changes + (w.acknowledge(peer, lane_id, acked) if acked else [])

        self._core.spawn(self._tell_states(lane, self._core.write(work), sent, acked))

    async def _tell_states(
        self,
        lane: OutLane,
        written: asyncio.Future[list[StateChange]],
        sent: list[int],
        acked: list[int],
    ) -> None:
        try:
            changes = await written
        except KnownError as error:
            self._core.report(error)
            lane.unmarked, lane.acked = sent + lane.unmarked, acked + lane.acked
            if lane.settling is None:
                lane.settling = self._core.loop.call_later(SETTLE_AGAIN_S, self._settle, lane)
            return
        if changes:
            self._core.emit(StatesChanged(tuple(changes)))
