"""What a DatagramEndpoint tells its owner."""

from dataclasses import dataclass
from enum import StrEnum

from net.protocol.identity import PeerId
from net.protocol.packet import Address


class ConnectFault(StrEnum):
    TIMEOUT = "timeout"
    """No answer, or given up to make room for newer attempts."""
    WRONG_PEER = "wrong_peer"
    """Somebody is there, well proven, but not the one expected."""
    SELF = "self"
    """It is us: our own address, or a mirror."""
    COPY = "copy"
    """Another process that has proven to have our key: a second copy of this profile."""
    BAD_PEER = "bad_peer"
    """Somebody is there who cannot prove who they are."""
    BAD_ADDRESS = "bad_address"
    """Not the address of one host: multicast, broadcast, unspecified, port 0, not numeric."""


class EndReason(StrEnum):
    EXPIRED = "expired"
    """Its keys got too old, and no handshake for new ones succeeded."""
    UNCONFIRMED = "unconfirmed"
    """They answered once, then never again."""
    EVICTED = "evicted"
    """The table is full and this stranger was silent longest."""


@dataclass(frozen=True, slots=True)
class Established:
    """Keys are shared with this peer, who has proven to be there *now*. Both may send.

    ``is_fresh``: a new conversation, for both sides alike: one of them had no session
    with the other's process (first contact, restart, expiry, ``close``), or its
    owner called ``connect``. Otherwise keys were renewed by age, or both called at once.
    ``called``: what ``connect`` was given, if this ends a call of ours; they may answer
    from another ``address``.
    ``process``: stays the same while their process lives. Two values in turn mean
    two machines with one profile. Empty: by a stream, which does not tell it.
    """

    peer: PeerId
    public_key: bytes
    address: Address
    is_initiator: bool
    is_fresh: bool
    process: bytes
    called: Address | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Authentic, and passed on once. Datagrams may come out of order or never.

    ``is_former``: there is a newer session, with another process of theirs.
    """

    peer: PeerId
    payload: bytes
    address: Address
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The peer's newest authentic datagram came from another address; ours go there now."""

    peer: PeerId
    address: Address


@dataclass(frozen=True, slots=True)
class Ended:
    """No session with this peer any more. Not sent for ``close``."""

    peer: PeerId
    reason: EndReason


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    """One ``connect`` came to nothing. A session that was there before is still there."""

    address: Address
    expected: PeerId | None
    reason: ConnectFault


SessionEvent = Established | Received | Moved | Ended | ConnectFailed
