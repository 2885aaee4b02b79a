"""Finds what a test left behind: threads, descriptors, event loops and tasks, log records."""

import asyncio
import gc
import logging
import os
import re
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

GRACE_S = 2.0
"""How long a thread may take to end once it was told to: the bound of every stop() here."""

_FD_DIR = Path("/proc/self/fd")
_LAZILY_OPENED = ("/dev/", "/proc/", "/sys/", "/usr/", "/etc/", "/var/cache/", "/memfd:")
_LAZILY_OPENED_KINDS = ("anon_inode:[eventfd]", "anon_inode:[timerfd]")

_loops: "weakref.WeakSet[asyncio.AbstractEventLoop]" = weakref.WeakSet()


def watch_event_loops() -> None:
    """Remember every event loop made from now on (asyncio offers no list of them)."""
    plain = asyncio.BaseEventLoop.__init__

    def remember(self: asyncio.BaseEventLoop, *args: Any, **kwargs: Any) -> None:
        plain(self, *args, **kwargs)
        _loops.add(self)

    asyncio.BaseEventLoop.__init__ = remember  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Resources:
    """What this process holds at one moment."""

    threads: frozenset[threading.Thread]
    descriptors: frozenset[tuple[int, str]]
    loops: frozenset[asyncio.AbstractEventLoop]
    tasks: frozenset["asyncio.Task[Any]"]

    @classmethod
    def now(cls) -> Self:
        return cls(
            frozenset(threading.enumerate()),
            frozenset(_descriptors().items()),
            frozenset(loop for loop in list(_loops) if not loop.is_closed()),
            frozenset(_tasks()),
        )

    def what_is_left(self) -> list[str]:
        """One line for each thing that is there now and was not at ``self``."""
        return [
            *self._threads_left(),
            *self._tasks_left(),
            *self._loops_left(),
            *self._descriptors_left(),
        ]

    def _threads_left(self) -> list[str]:
        deadline = time.monotonic() + GRACE_S
        extra = set(threading.enumerate()) - self.threads
        for thread in extra:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [f"thread {thread.name}" for thread in extra if thread.is_alive()]

    def _tasks_left(self) -> list[str]:
        return [f"task {task!r}" for task in _tasks() - self.tasks]

    def _loops_left(self) -> list[str]:
        return [f"open {loop!r}" for loop in list(_loops - self.loops) if not loop.is_closed()]

    def _descriptors_left(self) -> list[str]:
        before = dict(self.descriptors)
        extra = _new_descriptors(before)
        if extra:
            gc.collect()  # what only a cycle held warns by itself (ResourceWarning is an error)
            extra = _new_descriptors(before)
        return [f"descriptor {number} {target}" for number, target in sorted(extra.items())]


def _tasks() -> set["asyncio.Task[Any]"]:
    return {task for loop in list(_loops) for task in asyncio.all_tasks(loop)}


def _new_descriptors(before: dict[int, str]) -> dict[int, str]:
    now = _descriptors()
    return {number: now[number] for number in now if before.get(number) != now[number]}


def _descriptors() -> dict[int, str]:
    """Number and target of everything open, without what libraries open once and keep."""
    if not _FD_DIR.is_dir():
        return {}
    found = {}
    for entry in os.listdir(_FD_DIR):
        try:
            target = os.readlink(_FD_DIR / entry)
        except OSError:  # the descriptor of the listing itself
            continue
        if not target.startswith(_LAZILY_OPENED) and target not in _LAZILY_OPENED_KINDS:
            found[int(entry)] = target
    return found


class LogWatch(logging.Handler):
    """Collects records at WARNING and above and compares them with what a test said."""

    def __init__(self, expected: list[str], allowed: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._missing = [re.compile(pattern) for pattern in expected]
        self._fine = self._missing + [re.compile(pattern) for pattern in allowed]
        self._records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def faults(self) -> list[str]:
        records = list(self._records)
        unexpected = [line for line in records if not any(p.search(line) for p in self._fine)]
        absent = [p for p in self._missing if not any(p.search(line) for line in records)]
        return [f"unexpected {line}" for line in unexpected] + [
            f"expected but never came: {pattern.pattern}" for pattern in absent
        ]

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        logging.getLogger().removeHandler(self)
