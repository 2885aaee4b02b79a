"""Columns of which the schema only knows that they are JSON, or bytes."""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

import apsw

from net.protocol.errors import LocalProtocolError

K = TypeVar("K")
V = TypeVar("V")

_DAMAGE: Final = (
    *(ValueError, TypeError, KeyError, AttributeError, RecursionError),
    *(LocalProtocolError, apsw.CorruptError),
)


def forgiving(default: V) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """What no version of Landline writes there is read as ``default``: it costs what it said,
    and neither the start nor the page that it stands in."""

    def around(read: Callable[[K], V]) -> Callable[[K], V]:
        @wraps(read)
        def forgive(stored: K) -> V:
            try:
                return read(stored)
            except _DAMAGE:
                return default

        return forgive

    return around
