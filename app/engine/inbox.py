"""The receiving ends of lanes: to the disk, then acknowledged, then shown in order."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.engine.arrivals import Arrival, Handler
from app.engine.core import Core
from app.engine.gaps import Gaps
from app.engine.people import Acquaintance
from app.engine.strangers import Strangers
from app.errors import KnownError
from app.events import MessagesAdded
from app.model import Direction, Message, Trust
from app.store.types import COUNT_END, InboundLane, IncomingItem
from app.store.writer import Writer
from net.protocol.delivery import Incoming
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.limits import HELD_MAX
from net.protocol.records import Ack, Data, Held, RoomEntry, decode_record, encode_frame
from net.protocol.sequencer import Sequencer

log = logging.getLogger(__name__)

SHOWN_MARK_DELAY_S = 0.2
_LATER: Final = Arrival()
"""As if it had not come; it comes again."""


@dataclass(slots=True, eq=False)
class InLane:
    person: Acquaintance
    incoming: Incoming
    former: bytes = b""
    """The lane before this one: what still comes of it in this session was overtaken."""
    sequencer: Sequencer[Message] = field(default_factory=Sequencer)
    owes_ack: bool = False
    is_holding: bool = False
    """Something of it is not taken in before its sender is accepted; they were told."""
    arrivals: dict[int, Arrival] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None


class Inbox:
    def __init__(
        self,
        core: Core,
        handler: Handler,
        touch: Callable[[Acquaintance], None],
        strangers: Strangers,
        gaps: Gaps,
    ) -> None:
        """``handler`` turns a record into what is done with it; ``touch`` asks for a round
        of work for this person, soon."""
        self._core = core
        self._handler = handler
        self._touch = touch
        self._strangers = strangers
        self._gaps = gaps
        self._lanes: dict[PeerId, InLane] = {}
        self._shown: list[bytes] = []
        self._marking: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def load(self, person: Acquaintance, stored: InboundLane) -> None:
        incoming = Incoming(stored.lane_id, stored.next_seq, set(stored.beyond))
        self._lanes[person.peer] = InLane(person, incoming)

    def on_session(self, peer: PeerId) -> None:
        """A fresh one: nothing of what was said before it can still come."""
        lane = self._lanes.get(peer)
        if lane:
            lane.former = b""

    def forget(self, peer: PeerId) -> None:
        lane = self._lanes.pop(peer, None)
        if lane:
            self._show(lane)

    def on_data(self, person: Acquaintance, data: Data) -> None:
        """Takes in what is new; the rest is acknowledged again, for the answer was lost."""
        if person.trust is Trust.BLOCKED or self._core.store.is_busy or self._is_stopped:
            return  # unacknowledged, it comes again
        lane = self._lanes.get(person.peer)
        if lane is None or lane.incoming.lane != data.lane:
            if lane and lane.former == data.lane:
                return
            lane = self._begin(person, data, lane)
        records = dict(data.records)
        held, later = [], []
        for seq in lane.incoming.admit(data.low, records):
            arrival = self._read(lane, seq, records[seq])
            if arrival is None:
                held.append(seq)
            elif arrival is _LATER:
                later.append(seq)
            else:
                lane.arrivals[seq] = arrival
        lane.incoming.refuse(later)
        self._hold(lane, held)
        lane.owes_ack = lane.owes_ack or not lane.arrivals
        self._touch(person)

    def commit(self, peer: PeerId) -> None:
        """What arrived is on its way to the disk from now on."""
        lane = self._lanes.get(peer)
        if lane and lane.arrivals:
            arrivals, lane.arrivals = lane.arrivals, {}
            self._core.spawn(self._commit(lane, arrivals))

    def take_ack(self, peer: PeerId) -> bytes | None:
        """The frame that is owed, if one is."""
        lane = self._lanes.get(peer)
        if lane is None or not lane.owes_ack:
            return None
        lane.owes_ack = False
        next_seq, beyond = lane.incoming.acknowledgement()
        return encode_frame(Ack(lane.incoming.lane, next_seq, beyond))

    def revise(self, peer: PeerId, message: Message) -> bool:
        """True: the row was not shown yet, and will be as it is now."""
        lane = self._lanes.get(peer)
        if lane is None or message.direction is Direction.OUT:
            return False  # ours is shown at once; theirs may bear the same id
        return lane.sequencer.swap(lambda held: held.message_id == message.message_id, message)

    def announce(self, messages: Sequence[Message]) -> None:
        """Shows incoming messages, and remembers (lazily) that they were shown."""
        self._core.emit(MessagesAdded(tuple(messages)))
        self._shown += [bytes.fromhex(m.message_id) for m in messages]
        if self._is_stopped:
            self._mark_shown()
        elif self._marking is None:
            self._marking = self._core.loop.call_later(SHOWN_MARK_DELAY_S, self._mark_shown)

    def stop(self) -> None:
        """Takes in no more. What is at the disk is still shown, what is held back next time."""
        self._is_stopped = True
        for lane in self._lanes.values():
            if lane.timer:
                lane.timer.cancel()
        self._mark_shown()

    def _begin(self, person: Acquaintance, data: Data, before: InLane | None) -> InLane:
        lane = InLane(person, Incoming(data.lane, max(1, data.low)))
        self._lanes[person.peer] = lane
        if before:
            lane.former = before.incoming.lane
            self._show(before)
        return lane

    def _hold(self, lane: InLane, seqs: Sequence[int]) -> None:
        """They come again; their sender may as well know that there is no hurry."""
        if seqs:
            lane.incoming.refuse(seqs)
            lane.is_holding = True
            self._core.node.send(
                lane.person.peer, [encode_frame(Held(lane.incoming.lane, tuple(seqs[:HELD_MAX])))]
            )

    def release(self, person: Acquaintance) -> None:
        """They are accepted now. Should this be lost, what they hold back comes all the same."""
        lane = self._lanes.get(person.peer)
        if lane and lane.is_holding:
            lane.is_holding = False
            self._core.node.send(person.peer, [encode_frame(Held(lane.incoming.lane))])

    def _read(self, lane: InLane, seq: int, record: bytes) -> Arrival | None:
        """A record of a kind unknown here is passed over, so that the lane goes on. None: it
        has to wait until its sender is accepted."""
        person = lane.person
        try:
            read = decode_record(record)
            if not self._strangers.admits(person, (lane.incoming.lane, seq), read):
                return None
            if isinstance(read, RoomEntry):
                return self._read_entry(person, read)
            return self._handler(person, read)
        except RemoteProtocolError as error:
            log.info("passed over a record of %s: %s", person.text_id[:8], error)
            return Arrival()

    def _read_entry(self, person: Acquaintance, entry: RoomEntry) -> Arrival:
        """What it costs to judge one depends on what its author has made of the log."""
        begun_s = self._core.now_s()
        if not person.effort.take(begun_s, 0):
            return _LATER
        try:
            return self._handler(person, entry)
        finally:
            person.effort.owe(self._core.now_s() - begun_s)

    async def _commit(self, lane: InLane, arrivals: dict[int, Arrival]) -> None:
        """Arrivals to the disk, then the acknowledgement, then to the user."""
        items = [IncomingItem(seq, a.message) for seq, a in arrivals.items()]
        effects = [a.effect for a in arrivals.values() if a.effect]
        incoming, peer, low = lane.incoming, lane.person.peer, lane.incoming.next_seq

        def work(w: Writer) -> tuple[tuple[Message, ...], InboundLane, list[object]]:
            received = w.receive(peer, incoming.lane, low, items)
            return received.messages, received.lane, [e.run(w) for e in effects]

        try:
            messages, state, results = await self._core.write(work)
        except KnownError as error:
            incoming.refuse(arrivals)
            self._core.report(error)
            return
        except BaseException:
            incoming.refuse(arrivals)
            raise
        incoming.commit(state.next_seq, state.beyond, arrivals)
        lane.owes_ack = True
        self._touch(lane.person)
        self._take_up(lane, arrivals, messages)
        for effect, result in zip(effects, results, strict=True):
            effect.after(result)

    def _take_up(
        self, lane: InLane, arrivals: dict[int, Arrival], messages: Sequence[Message]
    ) -> None:
        """What is durable into the sender's order; each new row once, whatever names it."""
        by_id = {m.message_id: m for m in messages}
        now_s = self._core.now_s()
        added = []
        for seq, arrival in arrivals.items():
            if arrival.message:
                message = by_id.pop(arrival.message.message_id.hex(), None)
                if message:
                    lane.sequencer.put(seq, message, now_s)
                    added.append(arrival.on_added)
        self._show(lane)
        for on_added in added:
            if on_added:
                on_added()

    def _show(self, lane: InLane) -> None:
        """What is in order; of a lane that is over everything, for no gap will be filled."""
        is_over = self._lanes.get(lane.person.peer) is not lane
        next_seq = COUNT_END if is_over else lane.incoming.next_seq
        ready = lane.sequencer.take(next_seq, self._core.now_s())
        if ready:
            self.announce(ready)
        if lane.sequencer.is_ahead(next_seq) or self._gaps.has(lane.person):
            self._gaps.look(lane.person)
        self._set_timer(lane)

    def _set_timer(self, lane: InLane) -> None:
        """For what is held back."""
        if lane.timer:
            lane.timer.cancel()
            lane.timer = None
        deadline_s = lane.sequencer.next_deadline_s()
        if deadline_s is not None and not self._is_stopped:
            lane.timer = self._core.loop.call_at(deadline_s, self._show, lane)

    def _mark_shown(self) -> None:
        if self._marking:
            self._marking.cancel()
            self._marking = None
        if self._shown:
            shown, self._shown = self._shown, []
            self._core.write_later(lambda w: w.mark_announced(shown))
