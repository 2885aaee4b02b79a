"""Threads beside the transfers that say no, show lists or call somebody: short, and few."""

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final, TypeVar

from app.engine.core import Core
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress

log = logging.getLogger(__name__)

JOIN_TIMEOUT_S: Final = 1.0
"""A thread that was stopped ends at its next look; a disk that hangs may hold it longer."""

T = TypeVar("T")


class Helpers:
    """Never blocks the loop. All methods on the engine's loop."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._running: dict[threading.Thread, Progress] = {}
        self._kinds: Counter[str] = Counter()
        self._is_stopping = False

    def start(
        self,
        kind: str,
        work: Callable[[Progress], T],
        on_end: Callable[[T | TransferFault], None] | None = None,
        *,
        most: int,
        timeout_s: float,
    ) -> Progress | None:
        """Runs ``work`` in a thread, ``timeout_s`` at most; ``on_end`` hears on the loop what
        came of it. None, and nothing is done: ``most`` of this kind run, or we are stopping."""
        if self._is_stopping or self._kinds[kind] >= most:
            return None
        progress = Progress()
        timer = self._core.loop.call_later(timeout_s, progress.cancel, Fault.STOPPED)

        def end(result: T | TransferFault) -> None:
            timer.cancel()
            del self._running[thread]
            self._kinds[kind] -= 1
            if on_end:
                on_end(result)

        def run() -> None:
            result = _result_of(work, progress)
            with contextlib.suppress(RuntimeError):  # the loop is gone, and so is the need
                self._core.loop.call_soon_threadsafe(end, result)

        thread = threading.Thread(target=run, name=f"transfer-{kind}")
        self._running[thread] = progress
        self._kinds[kind] += 1
        thread.start()
        return progress

    async def stop(self) -> None:
        """Ends all threads. Bounded by JOIN_TIMEOUT_S."""
        self._is_stopping = True
        for progress in self._running.values():
            progress.cancel(Fault.STOPPED)
        if self._running:
            await asyncio.to_thread(join_all, list(self._running), JOIN_TIMEOUT_S)
            await asyncio.sleep(0)


def _result_of(work: Callable[[Progress], T], progress: Progress) -> T | TransferFault:
    """On the helper's thread, its top."""
    try:
        return work(progress)
    except TransferFault as fault:
        log.info("a helper ended: %s", fault)
        return fault
    except Exception:
        log.exception("a helper failed in an unforeseen way")
        return TransferFault(Fault.INTERNAL)


def join_all(threads: list[threading.Thread], timeout_s: float) -> None:
    """Of all together."""
    deadline_s = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, deadline_s - time.monotonic()))
