"""Reading small files before they are due, when a disk takes its time over each.

Only to have them in the system's cache: what is sent is what the sender reads itself.
Measured, 10,000 files of 4 KiB not in the cache: 0.2 s instead of 1.0; threads that wait
for what they read, 0.5 s and three times the processor.
"""

import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable
from typing import Final

from net.protocol.limits import CONTENT_BYTES

THREADS: Final = 4
"""A disk that is asked for several things at once finds them sooner; eight were no faster."""

_OPEN: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


COLD_FILE_S: Final = 0.00015
"""To open and read a small file: 10 µs from the system's cache, 200 and more from a disk."""
SLOW_FILE_S: Final = 0.001
"""Where the system counts what came from disks: for those it does not count (FUSE). The
other figure is reached by a busy processor too."""


class DiskWatch:
    """Whether files come from a disk or from the system's cache. Belongs to one thread."""

    def __init__(self) -> None:
        self._blocks = _blocks_read()

    def is_cold(self, files: int, took_s: float) -> bool:
        """``files`` were opened and read in this time, since the last call."""
        if self._blocks is None:
            return took_s > files * COLD_FILE_S
        before, self._blocks = self._blocks, _blocks_read()
        return self._blocks != before or took_s > files * SLOW_FILE_S


class ReadAhead:
    """Threads that start with the first request. Used by one thread."""

    def __init__(self) -> None:
        self._paths: deque[str] = deque()
        self._changed = threading.Condition()
        self._is_stopping = False
        self._threads: list[threading.Thread] = []

    def ask(self, paths: Iterable[str]) -> None:
        """Touch these, in this order, instead of what is left of an earlier request."""
        with self._changed:
            self._paths = deque(paths)
            self._changed.notify_all()
        if not self._threads:
            names = [f"read-ahead-{number}" for number in range(1, THREADS + 1)]
            self._threads = [threading.Thread(target=self._run, name=name) for name in names]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Returns when the threads are gone. Idempotent."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (path := self._take()) is not None:
            with contextlib.suppress(OSError):  # the sender will meet it too, and tell
                descriptor = os.open(path, _OPEN)
                try:
                    _fetch(descriptor)
                finally:
                    os.close(descriptor)

    def _take(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._paths or self._is_stopping)
            return None if self._is_stopping else self._paths.popleft()


def _fetch(descriptor: int) -> None:
    """Have the beginning of an open file brought into the cache."""
    if sys.platform == "linux":
        os.posix_fadvise(descriptor, 0, CONTENT_BYTES, os.POSIX_FADV_WILLNEED)
    else:
        os.read(descriptor, CONTENT_BYTES)


def _blocks_read() -> int | None:
    """Blocks that this thread had to have brought from a disk; None where nobody counts."""
    if sys.platform != "linux":
        return None
    import resource  # noqa: PLC0415  not on Windows

    return resource.getrusage(resource.RUSAGE_THREAD).ru_inblock
