"""Which counters of a session were seen: each datagram passes once, whatever the network does.

Source: RFC 6479's idea; the width is PROTOCOL's, "Datagram sessions".
"""

from typing import Final

WINDOW_PACKETS: Final = 2048
"""How far behind the newest one a datagram may arrive: 2 MB in flight, some 20 ms of
reordering at a full gigabit, and 256 bytes of memory a session."""
_MASK: Final = (1 << WINDOW_PACKETS) - 1


class ReplayWindow:
    """Ask ``is_new`` first (cheap), ``accept`` only after the datagram authenticated."""

    __slots__ = ("_seen", "newest")

    def __init__(self) -> None:
        self.newest = -1
        self._seen = 0
        """Bit n: the counter ``newest - n`` has been seen."""

    def is_new(self, counter: int) -> bool:
        behind = self.newest - counter
        if behind < 0:
            return True
        return behind < WINDOW_PACKETS and not self._seen >> behind & 1

    def accept(self, counter: int) -> bool:
        """Mark it seen; whether it is the newest of all. ``is_new`` must have held."""
        ahead = counter - self.newest
        if ahead <= 0:
            self._seen |= 1 << -ahead
            return False
        self._seen = (self._seen << ahead | 1) & _MASK if ahead < WINDOW_PACKETS else 1
        self.newest = counter
        return True
