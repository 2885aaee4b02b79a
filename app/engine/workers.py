"""A few threads for what the disk may hold up: scans, folders, free space."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.engine.core import Core

T = TypeVar("T")

THREADS = 2


class Workers:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="scan")
        self._working = 0
        self.is_closing = False
        """For work that takes long: it is to be given up."""

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """``work`` in a thread; raises what it raises."""
        self._working += 1
        try:
            return await self._core.loop.run_in_executor(self._pool, work, *arguments)
        finally:
            self._working -= 1

    def stop(self) -> None:
        self.is_closing = True

    def close(self) -> None:
        """Waits only for threads that have nothing to do: a disk may take its time."""
        self._pool.shutdown(wait=not self._working, cancel_futures=True)
