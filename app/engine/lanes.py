"""Lanes at work: between the outbox on this disk and the one at the other end.

One lane a person and direction. What goes out is in the outbox first; what comes
in is acknowledged when its commit is done, and shown in the sender's order.
"""

from collections.abc import Callable, Sequence

from app.engine.arrivals import Handler
from app.engine.core import Core
from app.engine.gaps import Gaps
from app.engine.inbox import Inbox
from app.engine.outbox import Outbox, OutboxPage, read_outbox
from app.engine.people import Acquaintance
from app.engine.strangers import Strangers
from app.errors import KnownError
from app.model import Message, Trust
from app.store.types import InboundLane, Queued
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Ack, Data, Held


class Lanes:
    """Both ends of everybody's lanes, and the datagrams they share."""

    def __init__(
        self,
        core: Core,
        handler: Handler,
        want: Callable[[Acquaintance], None],
        strangers: Strangers,
        gaps: Gaps,
    ) -> None:
        """``handler`` turns a record into what is done with it; ``want`` asks for a session."""
        self._core = core
        self._strangers = strangers
        self.gaps = gaps
        self._in = Inbox(core, handler, self._touch, strangers, gaps)
        self._out = Outbox(core, self._touch, want)
        self._opening: set[PeerId] = set()
        self._early: dict[PeerId, Data] = {}
        """What came while a lane was being opened; the newest alone, the rest comes again."""
        self._dirty: dict[PeerId, Acquaintance] = {}
        self.on_held_changed: Callable[[Acquaintance], None]
        """Set by the engine: something of ours waits to be accepted, or no longer."""

    def load(self, given: dict[PeerId, int]) -> None:
        """The numbers given before this start."""
        self._out.load_given(given)

    def given(self, person: Acquaintance) -> int:
        """The lowest number of our lane to them that was never on the wire."""
        return self._out.given(person.peer)

    async def open(self, person: Acquaintance) -> None:
        """Brings a person's lanes into memory; called at every new session."""
        peer = person.peer
        if not self._out.is_loaded(peer) and not await self._load(person):
            return
        self._in.on_session(peer)
        self._out.on_session(peer)
        early = self._early.pop(peer, None)
        if early:
            self._in.on_data(person, early)

    def put(self, person: Acquaintance, queued: Queued) -> None:
        """A record is in the outbox now: send it, or wait for the person."""
        if self._out.is_loaded(person.peer):
            self._out.put(person.peer, queued)
        elif person.peer not in self._opening:
            self._core.spawn(self.open(person))

    def replace(self, peer: PeerId, seq: int, record: bytes) -> None:
        """The outbox holds another record at ``seq`` now (one was taken back)."""
        self._out.replace(peer, seq, record)

    def on_data(self, person: Acquaintance, data: Data) -> None:
        if self._out.is_loaded(person.peer):
            self._in.on_data(person, data)
            return
        self._early[person.peer] = data
        if person.peer not in self._opening:
            self._core.spawn(self.open(person))  # the disk refused when the session began

    def on_ack(self, person: Acquaintance, ack: Ack) -> None:
        self._out.on_ack(person, ack)
        if person.is_held and self._out.is_drained(person.peer):
            person.is_held = False
            self.on_held_changed(person)

    def on_held(self, person: Acquaintance, held: Held) -> None:
        self._out.on_held(person, held)
        self.on_held_changed(person)

    def release(self, person: Acquaintance) -> None:
        """What a stranger has to hold back may come now."""
        self._in.release(person)

    def on_stream_lost(self, peer: PeerId) -> None:
        self._out.on_stream_lost(peer)

    def revise(self, peer: PeerId, message: Message) -> bool:
        """A row of theirs has changed. True: it was not shown yet, and will be as it is now."""
        return self._in.revise(peer, message)

    async def announce_rest(self, up_to: int) -> None:
        """Shows what was durable, but not shown, when the last run ended.

        ``up_to``: the store's ``last_arrival`` before the network was met. What comes
        from there is shown by the inbox.
        """
        while messages := await self._core.write(lambda w: w.unannounced(up_to)):
            self._in.announce(messages)
            shown = [bytes.fromhex(m.message_id) for m in messages]
            await self._core.write(lambda w, ids=shown: w.mark_announced(ids))  # type: ignore[misc]

    def announce(self, messages: Sequence[Message]) -> None:
        """Shows what came through lanes, in an order of its own."""
        self._in.announce(messages)

    def is_drained(self, person: Acquaintance) -> bool:
        """They have everything that was ever put into our lane towards them."""
        return self._out.is_drained(person.peer)

    def forget(self, peer: PeerId) -> None:
        """This person's lanes leave the memory; on the disk they stay."""
        self._in.forget(peer)
        self._out.forget(peer)
        self._early.pop(peer, None)
        self._strangers.forget(peer)

    def stop(self) -> None:
        """Takes in no more, and writes what is still only in memory."""
        self._in.stop()
        self._out.stop()

    async def _load(self, person: Acquaintance) -> bool:
        """False: it is being loaded already, or the disk refused."""
        peer, make_id = person.peer, self._core.lane_id
        if peer in self._opening:
            return False
        self._opening.add(peer)

        now_ms = self._core.now_ms()

        is_stranger = person.trust is Trust.NEW

        def read(w: Writer) -> tuple[OutboxPage, InboundLane | None, tuple[int, int]]:
            person.save_to(w, now_ms)  # the disk may have refused when they were met
            left = w.left_by(peer) if is_stranger else (0, 0)
            return read_outbox(w, peer, make_id), w.inbound(peer), left

        try:
            page, inbound, left = await self._core.write(read)
        except KnownError as error:
            self._core.report(error)
            return False
        finally:
            self._opening.discard(peer)
        self._strangers.load(peer, *left)
        self._out.load(person, page)
        if inbound:
            self._in.load(person, inbound)
        return True

    def _touch(self, person: Acquaintance) -> None:
        """One round of work for all that happens in this turn of the loop."""
        if not self._dirty:
            self._core.loop.call_soon(self._work)
        self._dirty[person.peer] = person

    def _work(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for peer, person in dirty.items():
            self._in.commit(peer)
            self._out.settle(peer)
            self._out.pump(person, self._in.take_ack(peer))
