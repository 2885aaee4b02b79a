"""Receivers that do not come for what they accepted are called: they may not get through.

The receiver decides which stream is used (net/transfer/push.py). What comes of a call is a
stream like one that the receiver has opened. A person is called for one transfer at a time:
whoever has a long queue of ours takes the next one when there is a place for it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.engine.core import Core
from app.engine.exchange import is_reachable
from app.engine.helpers import Helpers
from app.engine.people import Acquaintance, People
from app.engine.retries import Retries
from app.engine.runs import DIAL_TIMEOUT_S, Runs
from app.model import Way
from app.store.types import StoredTransfer
from net.protocol.identity import PeerId
from net.streams import Stream
from net.transfer.dial import TRANSFER
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.push import HEAD_START_S, push

AT_ONCE: Final = 8
"""Threads that call. The others' turn comes with their next try."""
ROUND_MAX: Final = 16
"""Refusals in a row until the receiver is left alone for a while: it wants those only whose
turn it is there, and most people have no longer queues."""
PUSH_S: Final = 40.0
"""For a receiver that is reached and then says nothing."""


@dataclass(slots=True, eq=False)
class _Call:
    stored: StoredTransfer
    head_start: asyncio.TimerHandle | None = None
    progress: Progress | None = None


@dataclass(slots=True, eq=False)
class _Line:
    """What of ours waits for one person."""

    waiting: dict[bytes, StoredTransfer] = field(default_factory=dict)
    last: bytes = b""
    """Called for before."""
    fresh: bytes = b""
    """Accepted, or taken up again, since then."""
    refusals: int = 0
    """In a row, of different ones."""
    call: _Call | None = None

    def update(self, waiting: Sequence[StoredTransfer]) -> None:
        now = {stored.transfer_id: stored for stored in waiting}
        fresh = [key for key in now if key not in self.waiting]
        self.waiting, self.fresh = now, fresh[0] if fresh else b""

    def next(self) -> StoredTransfer | None:
        """What is fresh, else each in turn: of some the receiver wants nothing right now."""
        keys = list(self.waiting)
        if not keys:
            return None
        place = keys.index(self.last) + 1 if self.last in self.waiting else 0
        self.last = self.fresh or keys[place % len(keys)]
        self.fresh = b""
        return self.waiting[self.last]


class Pushes:
    """All on the engine's loop."""

    def __init__(
        self,
        core: Core,
        people: People,
        helpers: Helpers,
        runs: Runs,
        serve: Callable[[Stream], Coroutine[Any, Any, None]],
    ) -> None:
        """``serve`` takes over a stream on which the receiver waits for our word; done when
        that runs."""
        self._core = core
        self._people = people
        self._helpers = helpers
        self._runs = runs
        self._serve = serve
        self._retries = Retries(core, self._ring)
        """Of people: there is one line to each."""
        self._lines: dict[PeerId, _Line] = {}
        self.on_due: Callable[[], None]
        """Set by the engine: some are to be considered again."""

    def stop(self) -> None:
        self._retries.stop()
        for line in self._lines.values():
            if line.call and line.call.head_start:
                line.call.head_start.cancel()

    def consider(self, accepted: Sequence[StoredTransfer]) -> None:
        """``accepted``: all offers of ours that wait for their receivers, oldest first."""
        waiting: dict[PeerId, list[StoredTransfer]] = {}
        for stored in accepted:
            if not self._runs.is_claimed(stored.transfer_id):
                waiting.setdefault(stored.peer_id, []).append(stored)
        for peer in {*self._lines, *waiting}:
            line = self._lines.setdefault(peer, _Line())
            line.update(waiting.get(peer, ()))
            if line.fresh:
                line.refusals = 0
                self._retries.forget(peer)
            self._begin(peer, line)
            if not line.waiting and not line.call:
                del self._lines[peer]

    def hurry(self, peer: PeerId | None = None) -> None:
        """The person is here (again), or the networks are others: nothing waits longer."""
        self._retries.hurry(peer)

    def forget(self, transfer_id: bytes) -> None:
        """Something new was said about it: its receiver is not put off any more."""
        for peer, line in self._lines.items():
            if transfer_id in line.waiting:
                self._retries.forget(peer)

    def on_ended(self, stored: StoredTransfer, *, has_moved: bool) -> None:
        """A stream of it has ended. ``has_moved``: it was good for something."""
        if has_moved:
            self._retries.forget(stored.peer_id)
        else:
            self._lines.setdefault(stored.peer_id, _Line()).waiting[stored.transfer_id] = stored
            self._put_off(stored.peer_id)

    def call_off(self, stream: Stream) -> None:
        """If it is the receiver who has come by itself: its own stream is used."""
        line = self._lines.get(stream.peer)
        is_for_it = stream.hello.use == TRANSFER and not stream.hello.push
        if line is None or line.call is None or not is_for_it:
            return
        if stream.hello.transfer != line.call.stored.transfer_id.hex():
            return
        if line.call.progress:
            line.call.progress.cancel(Fault.STOPPED)
        elif line.call.head_start:
            line.call.head_start.cancel()
            line.call = None

    def _ring(self) -> None:
        self.on_due()

    def _begin(self, peer: PeerId, line: _Line) -> None:
        """The receiver's own way has its head start, unless the other one worked last."""
        receiver = self._people.get(peer)
        if line.call or not self._retries.is_due(peer):
            return
        if receiver is None or not is_reachable(receiver):
            return
        stored = line.next()
        if stored:
            line.call = _Call(stored)
            is_known = receiver.way is Way.SENDER or line.refusals
            head_start_s = 0.0 if is_known else HEAD_START_S
            line.call.head_start = self._core.loop.call_later(
                head_start_s, self._call, receiver, line, line.call
            )

    def _call(self, receiver: Acquaintance, line: _Line, call: _Call) -> None:
        call.head_start = None
        peer, transfer_id = receiver.peer, call.stored.transfer_id
        addresses = receiver.stream_addresses
        identity, entropy = self._core.identity, self._core.entropy

        def work(progress: Progress) -> Stream:
            return push(
                addresses,
                identity,
                entropy,
                peer,
                transfer_id,
                timeout_s=DIAL_TIMEOUT_S,
                progress=progress,
            )

        # who is being served on a stream of their own comes for this when it is its turn
        if not self._runs.is_claimed(transfer_id) and not self._runs.has_come(peer):
            call.progress = self._helpers.start(
                "push",
                work,
                lambda result: self._end(line, call, result),
                most=AT_ONCE,
                timeout_s=PUSH_S,
            )
        if call.progress is None:
            line.call = None
            self._put_off(peer)

    def _end(self, line: _Line, call: _Call, result: Stream | TransferFault) -> None:
        if isinstance(result, Stream):
            self._core.spawn(self._go_on(line, call, result))
        else:
            line.call = None
            line.refusals += 1
            if result.is_remote and line.refusals < min(len(line.waiting), ROUND_MAX):
                self.on_due()
            else:
                self._put_off(call.stored.peer_id)

    async def _go_on(self, line: _Line, call: _Call, stream: Stream) -> None:
        """There may be a place for the next one, too."""
        try:
            await self._serve(stream)
        finally:
            line.call = None
            line.refusals = 0
        self._retries.forget(call.stored.peer_id)
        self.on_due()

    def _put_off(self, peer: PeerId) -> None:
        self._lines.setdefault(peer, _Line()).refusals = 0
        self._retries.put_off(peer, peer, has_moved=False)
