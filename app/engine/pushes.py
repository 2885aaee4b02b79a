"""Receivers that do not come for what they accepted are called: they may not get through.

The receiver decides which stream is used (net/transfer/push.py). What comes of a call is a
stream like one that the receiver has opened.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine.core import Core
from app.engine.exchange import is_reachable
from app.engine.helpers import Helpers
from app.engine.people import Acquaintance, People
from app.engine.retries import Retries
from app.engine.runs import Runs
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
DIAL_TIMEOUT_S: Final = 5.0
PUSH_S: Final = 40.0
"""For a receiver that is reached and then says nothing."""


@dataclass(slots=True, eq=False)
class _Call:
    receiver: Acquaintance
    head_start: asyncio.TimerHandle | None = None
    progress: Progress | None = None


class Pushes:
    """All on the engine's loop."""

    def __init__(
        self,
        core: Core,
        people: People,
        helpers: Helpers,
        runs: Runs,
        on_pulled: Callable[[Stream], None],
    ) -> None:
        """``on_pulled`` takes over a stream on which the receiver waits for our word."""
        self._core = core
        self._people = people
        self._helpers = helpers
        self._runs = runs
        self._on_pulled = on_pulled
        self._retries = Retries(core, self._ring)
        self._calls: dict[bytes, _Call] = {}
        self.on_due: Callable[[], None]
        """Set by the engine: some are to be considered again."""

    def stop(self) -> None:
        self._retries.stop()
        for call in self._calls.values():
            if call.head_start:
                call.head_start.cancel()

    def consider(self, accepted: Sequence[StoredTransfer]) -> None:
        """Calls for those of these offers of ours that do not run and whose receiver is here."""
        for stored in accepted:
            self._begin(stored)

    def hurry(self, peer: PeerId | None = None) -> None:
        """The person is here (again), or the networks are others: nothing waits longer."""
        self._retries.hurry(peer)

    def forget(self, transfer_id: bytes) -> None:
        """Something new was said about it: it is not put off any more."""
        self._retries.forget(transfer_id)

    def on_ended(self, stored: StoredTransfer, *, has_moved: bool) -> None:
        """A stream of it has ended. ``has_moved``: it was good for something."""
        if has_moved:
            self._retries.forget(stored.transfer_id)
        else:
            self._retries.put_off(stored.transfer_id, stored.peer_id, has_moved=False)

    def _ring(self) -> None:
        self.on_due()

    def call_off(self, stream: Stream) -> None:
        """If it is the receiver who has come by itself: its own stream is used."""
        transfer_id = _transfer_id(stream)
        call = self._calls.get(transfer_id)
        is_for_it = stream.hello.use == TRANSFER and not stream.hello.push
        if call is None or call.receiver.peer != stream.peer or not is_for_it:
            return
        if call.head_start:
            call.head_start.cancel()
            del self._calls[transfer_id]
        elif call.progress:
            call.progress.cancel(Fault.STOPPED)

    def _begin(self, stored: StoredTransfer) -> None:
        """The receiver's own way has its head start, unless the other one worked last."""
        key, receiver = stored.transfer_id, self._people.get(stored.peer_id)
        is_busy = key in self._calls or self._runs.is_claimed(key)
        if is_busy or not self._retries.is_due(key) or not receiver or not is_reachable(receiver):
            return
        head_start_s = 0.0 if receiver.way is Way.SENDER else HEAD_START_S
        call = self._calls[key] = _Call(receiver)
        call.head_start = self._core.loop.call_later(head_start_s, self._call, stored, call)

    def _call(self, stored: StoredTransfer, call: _Call) -> None:
        call.head_start = None
        addresses = call.receiver.stream_addresses
        identity, entropy = self._core.identity, self._core.entropy

        def work(progress: Progress) -> Stream:
            return push(
                addresses,
                identity,
                entropy,
                stored.peer_id,
                stored.transfer_id,
                timeout_s=DIAL_TIMEOUT_S,
                progress=progress,
            )

        if not self._runs.is_claimed(stored.transfer_id) and not self._comes(call.receiver):
            call.progress = self._helpers.start(
                "push",
                work,
                lambda result: self._end(stored, call, result),
                most=AT_ONCE,
                timeout_s=PUSH_S,
            )
        if call.progress is None:
            self._put_off(stored)

    def _comes(self, receiver: Acquaintance) -> bool:
        """It has reached us for another one, and will for this when it is its turn."""
        return self._runs.has_come(receiver.peer)

    def _end(self, stored: StoredTransfer, call: _Call, result: Stream | TransferFault) -> None:
        if isinstance(result, Stream):
            del self._calls[stored.transfer_id]
            self._on_pulled(result)
        else:
            self._put_off(stored)

    def _put_off(self, stored: StoredTransfer) -> None:
        del self._calls[stored.transfer_id]
        self._retries.put_off(stored.transfer_id, stored.peer_id, has_moved=False)


def _transfer_id(stream: Stream) -> bytes:
    try:
        return bytes.fromhex(stream.hello.transfer)
    except ValueError:
        return b""
