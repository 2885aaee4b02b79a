"""What every datagram of ours begins with, and what kinds there are.

Source: PROTOCOL, "Datagrams".
"""

from enum import IntEnum
from typing import Final

from net.protocol.limits import DATAGRAM_MAX_BYTES

Address = tuple[str, int]
"""Host (numeric; an IPv6 link-local one carries ``%scope``) and UDP or TCP port."""

MAGIC: Final = b"\xf1L"
"""First bytes of every datagram. No other protocol seen on these ports begins so, and
0xf1 is not ASCII, so that text sent to the port by mistake is dropped at once."""
VERSION: Final = 1
"""Of the whole datagram format. Another version is dropped unread: it may mean anything."""
PREFIX_BYTES: Final = 4
"""Magic 2, version 1, type 1."""


class PacketType(IntEnum):
    BEACON = 1
    KNOCK = 2
    """"Is someone there?": all that is ever sent on a beacon's word alone."""
    RETRY = 3
    """A cookie to come back with, in answer to KNOCK or to INIT under load."""
    INIT = 4
    RESPONSE = 5
    FINISH = 6
    DATA = 7
    CHECK = 8
    """To an address that a session may move to: can you be reached there?"""
    ECHO = 9
    """The same token, back from there."""


_PREFIXES: Final = {MAGIC + bytes((VERSION, kind)): kind for kind in PacketType}


def prefix(kind: PacketType) -> bytes:
    """The first PREFIX_BYTES of a packet of this kind."""
    return MAGIC + bytes((VERSION, kind))


def peek_type(datagram: bytes) -> PacketType | None:
    """What this claims to be; None when it is none of ours. Never raises, looks no further."""
    if len(datagram) > DATAGRAM_MAX_BYTES:
        return None
    return _PREFIXES.get(datagram[:PREFIX_BYTES])
