"""Whether a peer can be reached where its newest datagrams come from.

A source address proves nothing: who has the keys may lie about it, and who only sees our
datagrams may send one on from elsewhere. So a session goes on where it was until a CHECK
that was sent to the new address has been answered from there. Until then no more goes there
than came from there. Source: PROTOCOL, "Roaming"; RFC 9000, 8.2 and 9.3, for the idea.
"""

from typing import Final

from net.protocol.packet import Address
from net.protocol.session_packet import CHECK_BYTES

CHECK_EVERY_S: Final = 0.01
"""A CHECK, or its ECHO, may be lost: it goes again with what comes next, at most this often."""


class PathCheck:
    """One address that a session may move to. ``token``: unguessable."""

    __slots__ = ("_asked_s", "_credit_bytes", "address", "token")

    def __init__(self, address: Address, token: bytes) -> None:
        self.address = address
        self.token = token
        self._credit_bytes = 0
        self._asked_s = float("-inf")

    def came(self, size_bytes: int) -> None:
        """So much that is authentic came from there."""
        self._credit_bytes += size_bytes

    def take_turn(self, now_s: float) -> bool:
        """Whether a CHECK may go there now; it counts as sent."""
        if self._credit_bytes < CHECK_BYTES or now_s < self._asked_s + CHECK_EVERY_S:
            return False
        self._credit_bytes -= CHECK_BYTES
        self._asked_s = now_s
        return True
