"""The C library's heap, kept small where it is glibc's."""

import ctypes
import sys
from typing import Any, Final

_ARENA_MAX: Final = -8
"""M_ARENA_MAX of mallopt(3)."""


def share_heap() -> None:
    """One heap for all threads: each would keep for itself what it needed once.

    Call it before they are started.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_ARENA_MAX, 1)


def trim_heap() -> None:
    """Gives back what is free by now; a quarter of a millisecond."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(ctypes.c_size_t(0))


def _glibc() -> Any:
    """None on another system, or where the C library is another."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") else None
