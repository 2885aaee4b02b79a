"""Running transfers: a thread each, counters that the loop reads ten times a second."""

import asyncio
import contextlib
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.engine.core import Core
from app.engine.helpers import JOIN_TIMEOUT_S, Helpers, join_all
from app.engine.offer_lists import OfferLists
from app.engine.run import Outcome, Run
from app.events import TransferChanged
from app.model import Direction, Transfer, TransferState, Way
from app.store.types import StoredTransfer
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.streams import Stream
from net.transfer.background import step_back
from net.transfer.channel import SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.offer_list import StoredList
from net.transfer.progress import Progress
from net.transfer.push import PushSlot, Reached, reach_sender, refuse_push
from net.transfer.receiver import Received, ReceiveRequest, finish_landed, receive_transfer
from net.transfer.sender import refuse_transfer, serve_transfer

log = logging.getLogger(__name__)

PROGRESS_EVERY_S: Final = 0.1
"""Of one transfer: ten times a second is as smooth as a bar can be."""
DIAL_TIMEOUT_S: Final = 5.0
"""For all addresses together, on a network where most answer within milliseconds."""
REFUSALS_AT_ONCE: Final = 4
"""Threads that say no; whoever asks for what is not there more often hears nothing."""
REFUSAL_S: Final = 5.0
SERVED_MAX: Final = 100
"""Threads that give files away. A room has more members; whoever is left out comes again, and
all have it no later."""
SERVED_PER_PERSON_MAX: Final = 25
"""Of them for one person, who may fetch twenty at once, and may read as slowly as they like."""
LANDED_MAX: Final = 10_000
"""Things at the top that are remembered by name: a megabyte. Of more only the folder is."""

_numbers = itertools.count(1)


OnEnd = Callable[[StoredTransfer, Outcome], None]


class Runs:
    """Runs threads; never blocks the loop. All methods on the engine's loop."""

    def __init__(self, core: Core, helpers: Helpers) -> None:
        self._core = core
        self._helpers = helpers
        self.lists = OfferLists(core)
        self._runs: dict[bytes, Run] = {}
        self._claimed: dict[bytes, Fault | None] = {}
        """From before a run is written down until its end is. The fault: what it is to
        end for, should it not have begun yet."""
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopping = False
        self._stalled = 0
        self.on_stalled: Callable[[], None] = lambda: None
        """Set by the engine: a place may be free."""

    @property
    def receiving(self) -> int:
        """Places taken: of runs that move, or have just begun."""
        now_s = self._core.now_s()
        return sum(run.is_receiving and not run.is_stalled(now_s) for run in self._runs.values())

    @property
    def threads_receiving(self) -> int:
        return sum(run.is_receiving for run in self._runs.values())

    def may_serve(self, peer_id: PeerId) -> bool:
        """Whether one more thread may give this person something."""
        served = [run.stored.peer_id for run in self._runs.values() if not run.is_receiving]
        return len(served) < SERVED_MAX and served.count(peer_id) < SERVED_PER_PERSON_MAX

    def claim(self, transfer_id: bytes) -> bool:
        """False: it runs already, or we are stopping. Else only the claimer may start it."""
        if transfer_id in self._claimed or self._is_stopping:
            return False
        self._claimed[transfer_id] = None
        return True

    def is_claimed(self, transfer_id: bytes) -> bool:
        return transfer_id in self._claimed

    def release(self, transfer_id: bytes) -> None:
        """It will not be started, or its end is written down."""
        self._claimed.pop(transfer_id, None)

    def live_view(self, transfer: Transfer) -> Transfer:
        """With what a thread knows better than the disk."""
        run = self._runs.get(bytes.fromhex(transfer.transfer_id))
        if run is None:
            return transfer
        if transfer.state is TransferState.RUNNING:
            return run.view(self._core.now_s())
        return replace(transfer, **run.counts())

    def cancel(self, transfer_id: bytes, fault: Fault) -> None:
        """The thread notices at once, whatever it waits for; or soon after it began."""
        run = self._runs.get(transfer_id)
        if run:
            run.progress.cancel(fault)
        elif transfer_id in self._claimed:
            self._claimed[transfer_id] = fault

    def cancel_stalled(self, transfer_id: bytes) -> None:
        """Its other side is here with a new stream: the old one is dead."""
        run = self._runs.get(transfer_id)
        if run and run.is_stalled(self._core.now_s()):
            run.progress.cancel(Fault.STOPPED)

    def doubt(self, peer_id: bytes | None = None) -> None:
        """The person, or (None) we, may be at another address: a stream on which nothing
        moves any more is dead, and there is no need to wait until it says so."""
        for run in self._runs.values():
            if peer_id in (None, run.stored.peer_id):
                run.doubted_s = self._core.now_s()

    def of(self, peer_id: bytes) -> list[bytes]:
        """Ids of the transfers that run with this person."""
        return [key for key, run in self._runs.items() if run.stored.peer_id == peer_id]

    def has_come(self, peer_id: bytes) -> bool:
        """Whether this person is being served on a stream of their own."""
        own = [run for run in self._runs.values() if run.stored.peer_id == peer_id]
        return any(run.way is Way.RECEIVER and not run.is_receiving for run in own)

    def receive(
        self,
        stored: StoredTransfer,
        transfer: Transfer,
        addresses: Sequence[Address],
        slot: PushSlot,
        on_end: OnEnd,
    ) -> None:
        """Until the sender is reached, a stream that it has opened itself may be put into
        ``slot``."""
        assert stored.landing
        request = ReceiveRequest(
            stored.transfer_id,
            stored.manifest_hash,
            transfer.size_bytes,
            Path(stored.into or self._core.downloads),
            stored.landing,
            stored.choices,
            files=transfer.files,
            folders=transfer.folders,
            names=transfer.names,
        )

        def work(run: Run) -> Received:
            landed = finish_landed(request)
            if landed:
                return landed
            reached = self._reach(stored, addresses, slot, run.progress)
            run.way = Way.SENDER if reached.is_pushed else Way.RECEIVER
            return receive_transfer(reached.channel, request, run.progress)

        self._start(stored, transfer, work, on_end)

    def serve(
        self, stored: StoredTransfer, transfer: Transfer, stream: Stream, on_end: OnEnd
    ) -> None:
        def work(run: Run) -> None:
            run.way = Way.SENDER if stream.hello.push else Way.RECEIVER
            channel = SealedChannel(stream.sock, stream.sealer, stream.opener)
            try:
                listed = self.open_list(stored, run.progress)
            except TransferFault as fault:
                refuse_transfer(channel, fault.fault)
                raise
            with contextlib.closing(listed):
                serve_transfer(channel, listed.sources, run.progress)

        self._start(stored, transfer, work, on_end)

    def refuse(self, stream: Stream, fault: Fault) -> None:
        """Tells a receiver that there is nothing to fetch now, or (NOT_OFFERED) ever."""

        def work() -> None:
            channel = SealedChannel(stream.sock, stream.sealer, stream.opener)
            refuse_transfer(channel, fault)

        self._say_no(stream, work)

    def refuse_push(self, stream: Stream) -> None:
        """Tells a sender that its stream is not the one to be used, or not now."""
        self._say_no(stream, lambda: refuse_push(stream))

    def _say_no(self, stream: Stream, work: Callable[[], None]) -> None:
        """In a thread, for they may not listen."""
        helper = self._helpers.start(
            "refuse", lambda _: work(), most=REFUSALS_AT_ONCE, timeout_s=REFUSAL_S
        )
        if helper is None:
            stream.sock.close()

    def open_list(self, stored: StoredTransfer, progress: Progress) -> StoredList:
        """Of an offer of ours. For a thread, which closes it. Raises TransferFault."""
        return self.lists.open(stored, lambda: progress.is_cancelled)

    async def stop(self) -> None:
        """Ends all threads; what was received waits to go on. Bounded by JOIN_TIMEOUT_S."""
        self._is_stopping = True
        for run in self._runs.values():
            run.progress.cancel(Fault.STOPPED)
        threads = [run.thread for run in self._runs.values() if run.thread]
        if threads:
            await asyncio.to_thread(join_all, threads, JOIN_TIMEOUT_S)
            await asyncio.sleep(0)
        if self._timer:
            self._timer.cancel()

    def _reach(
        self,
        stored: StoredTransfer,
        addresses: Sequence[Address],
        slot: PushSlot,
        progress: Progress,
    ) -> Reached:
        identity, entropy = self._core.identity, self._core.entropy
        try:
            return reach_sender(
                addresses,
                identity,
                entropy,
                stored.peer_id,
                stored.transfer_id,
                slot=slot,
                timeout_s=DIAL_TIMEOUT_S,
                progress=progress,
            )
        except TransferFault as fault:
            if fault.fault is Fault.BROKEN_PEER:
                # somebody else has that address now, which says nothing about the person
                raise TransferFault(Fault.UNREACHABLE, fault.detail) from fault
            raise

    def _start(
        self,
        stored: StoredTransfer,
        transfer: Transfer,
        work: Callable[[Run], Received | None],
        on_end: OnEnd,
    ) -> None:
        run = Run(stored, transfer, Progress(), self._core.now_s())

        def run_thread() -> None:
            step_back()
            outcome = _outcome_of(work, run)
            with contextlib.suppress(RuntimeError):
                # a disk may hold the thread up beyond the loop's end: found at the next start
                self._core.loop.call_soon_threadsafe(self._end, stored, outcome, on_end)

        run.thread = threading.Thread(target=run_thread, name=f"transfer-{next(_numbers)}")
        self._runs[stored.transfer_id] = run
        wish = Fault.STOPPED if self._is_stopping else self._claimed.get(stored.transfer_id)
        if wish:
            run.progress.cancel(wish)
        run.thread.start()
        if self._timer is None:
            self._timer = self._core.loop.call_later(PROGRESS_EVERY_S, self._tell_progress)

    def _end(self, stored: StoredTransfer, outcome: Outcome, on_end: OnEnd) -> None:
        self._runs.pop(stored.transfer_id, None)
        if outcome.fault is None and stored.direction is Direction.OUT:
            self.lists.release(stored.transfer_id)
        on_end(stored, outcome)

    def _tell_progress(self) -> None:
        self._timer = None
        now_s = self._core.now_s()
        for run in self._runs.values():
            if run.is_dead(now_s):
                run.progress.cancel(Fault.CONNECTION_LOST)
            view = run.view(now_s)
            shown = (view.done_bytes, view.done_files, round(view.rate))
            if shown != run.told and not run.progress.is_cancelled:
                run.told = shown
                self._core.emit(TransferChanged(view))
        stalled = sum(run.is_stalled(now_s) for run in self._runs.values())
        if stalled > self._stalled:
            self.on_stalled()
        self._stalled = stalled
        if self._runs:
            self._timer = self._core.loop.call_later(PROGRESS_EVERY_S, self._tell_progress)


def _outcome_of(work: Callable[[Run], Received | None], run: Run) -> Outcome:
    """On the transfer's thread, its top."""
    progress = run.progress
    try:
        received = work(run)
        counts = run.counts_when_done()
        if received is None:
            return Outcome(counts=counts)
        return Outcome(path=received.path, landed=_landed(received), counts=counts)
    except TransferFault as fault:
        log.info("a transfer ended: %s", fault)
        is_their_disk = fault.is_remote and run.is_receiving and fault.fault is Fault.NO_SPACE
        return Outcome(
            progress.fault or (Fault.STOPPED if is_their_disk else fault.fault),
            is_ours=progress.is_cancelled,
            bad_names=fault.names,
            counts=run.counts(),
            has_moved=run.has_moved,
        )
    except Exception:
        log.exception("a transfer failed in an unforeseen way")
        return Outcome(Fault.INTERNAL, counts=run.counts())


def _landed(received: Received) -> tuple[str, ...]:
    is_single = received.names == (received.path.name,)
    if is_single or len(received.names) > LANDED_MAX:
        return ()
    return tuple(str(received.path / name) for name in received.names)
