"""A disk that refuses: real system calls, of which one fails."""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from net.transfer import durable, folders

CALLS = (
    "open", "mkdir", "read", "write", "ftruncate", "fsync", "fdatasync", "utime", "unlink",
    "rmdir", "rename", "replace", "stat", "listdir", "scandir",
)  # fmt: skip


class Injected:
    """The n-th call of the receiving side that can fail does; ``failed`` is its name then.

    Syncs that do not fail are left out: hundreds of them would be all that is waited for.
    """

    def __init__(self, patch: pytest.MonkeyPatch, code: int, fail_at: int) -> None:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(os, "fdatasync", lambda _: None)
        patch.setattr(durable, "_syncfs", lambda _: 0)
        self.calls = 0
        self.failed = ""
        self._code, self._fail_at = code, fail_at
        self._own = threading.current_thread()
        for name in CALLS:
            self._patch(patch, os, name, self._raising)
        self._patch(patch, folders, "_exclusive_rename", self._returning)
        self._patch(patch, durable, "_syncfs", self._returning)

    def _patch(self, patch: pytest.MonkeyPatch, owner: Any, name: str, how: Any) -> None:
        patch.setattr(owner, name, how(name, getattr(owner, name)))

    def _is_due(self, name: str) -> bool:
        """Only in the thread that writes and the one that syncs for it: a sender beside
        them has a disk of its own."""
        thread = threading.current_thread()
        if thread is not self._own and not thread.name.startswith("sync-"):
            return False
        self.calls += 1
        if self.calls == self._fail_at:
            self.failed = name
        return self.calls == self._fail_at

    def _raising(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._is_due(name):
                raise OSError(self._code, os.strerror(self._code))
            return real(*args, **kwargs)

        return call

    def _returning(self, name: str, real: Callable[..., int]) -> Callable[..., int]:
        def call(*args: Any) -> int:
            if self._is_due(name):
                ctypes.set_errno(self._code)
                return -1
            return real(*args)

        return call


@contextmanager
def injected(code: int, fail_at: int) -> Iterator[Injected]:
    with pytest.MonkeyPatch.context() as patch:
        yield Injected(patch, code, fail_at)
