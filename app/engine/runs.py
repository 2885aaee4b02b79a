"""Running transfers: a thread each, counters that the loop reads ten times a second."""

import asyncio
import contextlib
import itertools
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from app.engine.core import Core
from app.events import TransferChanged
from app.model import Reason, Transfer, TransferState
from app.store.types import StoredTransfer
from net.protocol.packet import Address
from net.protocol.records import Verdict
from net.streams import Stream
from net.transfer.channel import SealedChannel
from net.transfer.dial import dial
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import discard_landing, new_landing
from net.transfer.progress import Progress
from net.transfer.receiver import ReceiveRequest, receive_transfer
from net.transfer.scan import Sources, TooManyFilesError, scan_sources
from net.transfer.sender import refuse_transfer, serve_transfer

log = logging.getLogger(__name__)

PROGRESS_EVERY_S: Final = 0.1
RATE_OVER_S: Final = 3.0
DIAL_TIMEOUT_S: Final = 5.0
JOIN_TIMEOUT_S: Final = 1.0
SOURCES_KEPT: Final = 16
"""Scans of offers that may be fetched soon; older ones are scanned again."""

REFUSALS_AT_ONCE: Final = 4
"""Threads that say no; whoever asks for what is not there more often hears nothing."""

_SEEN_BY_BOTH: Final = (Reason.CONNECTION_LOST, Reason.UNREACHABLE, Reason.NOT_OFFERED)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a thread ended. ``path``: where it landed, on the receiving side."""

    state: TransferState
    reason: Reason | None = None
    path: Path | None = None
    done_bytes: int = 0

    def verdict(self, *, is_receiver: bool) -> Verdict | None:
        """What the other side should hear of it; None: nothing, or it sees for itself."""
        if self.state is TransferState.DONE and is_receiver:
            return Verdict.DONE
        if self.state is TransferState.FAILED and self.reason not in _SEEN_BY_BOTH:
            return Verdict.FAILED
        return None


@dataclass(slots=True, eq=False)
class _Run:
    stored: StoredTransfer
    transfer: Transfer
    progress: Progress
    thread: threading.Thread
    is_receiving: bool
    samples: deque[tuple[float, int]] = field(default_factory=deque)
    told_bytes: int = -1

    def view(self, now_s: float) -> Transfer:
        """As it is right now; the rate is the mean over RATE_OVER_S."""
        done = self.progress.done_bytes
        self.samples.append((now_s, done))
        while len(self.samples) > 2 and now_s - self.samples[1][0] >= RATE_OVER_S:
            self.samples.popleft()
        (then_s, then_bytes) = self.samples[0]
        rate = (done - then_bytes) / (now_s - then_s) if now_s > then_s else 0.0
        return replace(
            self.transfer, state=TransferState.RUNNING, done_bytes=done, rate=max(0.0, rate)
        )


OnEnd = Callable[[StoredTransfer, Outcome], None]


class Runs:
    """Runs threads; never blocks the loop. All methods on the engine's loop."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._runs: dict[bytes, _Run] = {}
        self._claimed: set[bytes] = set()
        self._sources: OrderedDict[bytes, Sources] = OrderedDict()
        self._helpers: set[threading.Thread] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopping = False

    @property
    def receiving(self) -> int:
        return sum(run.is_receiving for run in self._runs.values())

    def claim(self, transfer_id: bytes) -> bool:
        """False: it runs already, or we are stopping. Else only the claimer may start it."""
        if transfer_id in self._claimed or self._is_stopping:
            return False
        self._claimed.add(transfer_id)
        return True

    def release(self, transfer_id: bytes) -> None:
        """It was claimed, and will not be started."""
        self._claimed.discard(transfer_id)

    def keep_sources(self, transfer_id: bytes, sources: Sources) -> None:
        self._sources[transfer_id] = sources
        while len(self._sources) > SOURCES_KEPT:
            self._sources.popitem(last=False)

    def live_view(self, transfer: Transfer) -> Transfer:
        run = self._runs.get(bytes.fromhex(transfer.transfer_id))
        return run.view(self._core.now_s()) if run and not run.progress.is_cancelled else transfer

    def cancel(self, transfer_id: bytes, reason: Reason) -> None:
        """The thread notices at once, whatever it waits for."""
        run = self._runs.get(transfer_id)
        if run:
            run.progress.cancel(Fault(reason.value))

    def receive(
        self,
        stored: StoredTransfer,
        transfer: Transfer,
        addresses: Sequence[Address],
        on_end: OnEnd,
    ) -> None:
        progress = Progress()

        def work() -> Outcome:
            identity, entropy = self._core.identity, self._core.entropy
            channel = dial(
                addresses,
                identity,
                entropy,
                stored.peer_id,
                stored.transfer_id,
                timeout_s=DIAL_TIMEOUT_S,
                progress=progress,
            )
            request = ReceiveRequest(
                stored.transfer_id,
                stored.manifest_hash,
                stored.transfer.size_bytes,
                Path(stored.into or self._core.downloads),
                new_landing(),
                files=transfer.files,
                folders=transfer.folders,
                names=transfer.names,
            )
            try:
                path = receive_transfer(channel, request, progress).path
            except TransferFault:
                discard_landing(request.destination, request.landing)
                raise
            return Outcome(TransferState.DONE, path=path, done_bytes=transfer.size_bytes)

        self._start(stored, transfer, progress, work, on_end, is_receiving=True)

    def serve(
        self, stored: StoredTransfer, transfer: Transfer, stream: Stream, on_end: OnEnd
    ) -> None:
        progress = Progress()

        def work() -> Outcome:
            channel = SealedChannel(stream.sock, stream.sealer, stream.opener)
            sources = self._sources.get(stored.transfer_id)
            serve_transfer(channel, sources or _scan_again(stored, channel, progress), progress)
            return Outcome(TransferState.DONE, done_bytes=transfer.size_bytes)

        self._start(stored, transfer, progress, work, on_end, is_receiving=False)

    def refuse(self, stream: Stream) -> None:
        """Tells a receiver that there is nothing to fetch; in a thread, for it may not listen."""
        if len(self._helpers) >= REFUSALS_AT_ONCE or self._is_stopping:
            stream.sock.close()
            return

        def work() -> None:
            channel = SealedChannel(stream.sock, stream.sealer, stream.opener)
            refuse_transfer(channel, Fault.NOT_OFFERED)
            with contextlib.suppress(RuntimeError):  # the loop is gone, and so is the need
                self._core.loop.call_soon_threadsafe(self._helpers.discard, thread)

        thread = threading.Thread(target=work, name="transfer-refuse")
        self._helpers.add(thread)
        thread.start()

    async def stop(self) -> None:
        """Ends all threads; what was received waits to go on. Bounded by JOIN_TIMEOUT_S."""
        self._is_stopping = True
        for run in self._runs.values():
            run.progress.cancel(Fault.STOPPED)
        threads = [run.thread for run in self._runs.values()] + list(self._helpers)
        if threads:
            await asyncio.to_thread(_join_all, threads, JOIN_TIMEOUT_S)
            await asyncio.sleep(0)
        if self._timer:
            self._timer.cancel()

    def _start(
        self,
        stored: StoredTransfer,
        transfer: Transfer,
        progress: Progress,
        work: Callable[[], Outcome],
        on_end: OnEnd,
        *,
        is_receiving: bool,
    ) -> None:
        def run_thread() -> None:
            outcome = _outcome_of(work, progress)
            with contextlib.suppress(RuntimeError):
                # a disk may hold the thread up beyond the loop's end: found at the next start
                self._core.loop.call_soon_threadsafe(self._end, stored, outcome, on_end)

        thread = threading.Thread(target=run_thread, name=f"transfer-{next(_numbers)}")
        self._runs[stored.transfer_id] = _Run(stored, transfer, progress, thread, is_receiving)
        thread.start()
        if self._timer is None:
            self._timer = self._core.loop.call_later(PROGRESS_EVERY_S, self._tell_progress)

    def _end(self, stored: StoredTransfer, outcome: Outcome, on_end: OnEnd) -> None:
        self._runs.pop(stored.transfer_id, None)
        self._claimed.discard(stored.transfer_id)
        if outcome.state is TransferState.DONE:
            self._sources.pop(stored.transfer_id, None)
        on_end(stored, outcome)

    def _tell_progress(self) -> None:
        self._timer = None
        now_s = self._core.now_s()
        for run in self._runs.values():
            view = run.view(now_s)
            if view.done_bytes != run.told_bytes and not run.progress.is_cancelled:
                run.told_bytes = view.done_bytes
                self._core.emit(TransferChanged(view))
        if self._runs:
            self._timer = self._core.loop.call_later(PROGRESS_EVERY_S, self._tell_progress)


def _outcome_of(work: Callable[[], Outcome], progress: Progress) -> Outcome:
    """On the transfer's thread, its top."""
    try:
        return work()
    except TransferFault as fault:
        log.info("a transfer ended: %s", fault)
        cause = progress.fault or fault.fault
        return _outcome_of_fault(cause, progress.done_bytes)
    except Exception:
        log.exception("a transfer failed in an unforeseen way")
        return Outcome(TransferState.FAILED, Reason.INTERNAL, done_bytes=progress.done_bytes)


def _outcome_of_fault(fault: Fault, done_bytes: int) -> Outcome:
    if fault is Fault.STOPPED:
        # not a failure: goes on at the next start
        return Outcome(TransferState.WAITING)
    if fault in (Fault.BY_USER, Fault.BY_PEER):
        return Outcome(TransferState.CANCELLED, Reason(fault.value), done_bytes=done_bytes)
    return Outcome(TransferState.FAILED, Reason(fault.value), done_bytes=done_bytes)


def _scan_again(stored: StoredTransfer, channel: SealedChannel, progress: Progress) -> Sources:
    """After a restart. What is not as it was offered is not sent."""
    fault = Fault.SOURCE_CHANGED
    try:
        sources = scan_sources([Path(s) for s in stored.sources], lambda: progress.is_cancelled)
        if sources.manifest.totals.manifest_hash == stored.manifest_hash:
            return sources
    except (OSError, TooManyFilesError):
        fault = Fault.SOURCE_UNREADABLE
    except TransferFault as error:
        fault = error.fault
    refuse_transfer(channel, fault)
    raise TransferFault(fault)


def _join_all(threads: Sequence[threading.Thread], timeout_s: float) -> None:
    deadline_s = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, deadline_s - time.monotonic()))
