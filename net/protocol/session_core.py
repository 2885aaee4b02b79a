"""What the parts of a DatagramEndpoint share: identity, entropy, indexes, deadlines, outbox."""

from functools import lru_cache
from typing import Final

from net.protocol.deadlines import Deadlines, Timed
from net.protocol.handshake import Channel, Entropy, Handshake
from net.protocol.hosts import is_host
from net.protocol.identity import Identity, PeerId
from net.protocol.noise import KEY_BYTES, KeyPair
from net.protocol.packet import Address
from net.protocol.session_event import SessionEvent
from net.protocol.session_packet import INDEX_BYTES

_PORTS: Final = range(1, 1 << 16)


class SessionCore:
    """One per endpoint. The static Noise key is made here: it lives as long as the process,
    is never stored, and names the process to others."""

    __slots__ = (
        "datagrams",
        "deadlines",
        "entropy",
        "events",
        "identity",
        "slots",
        "static",
    )

    def __init__(self, identity: Identity, entropy: Entropy) -> None:
        self.identity = identity
        self.entropy = entropy
        self.static = KeyPair.from_seed(entropy(KEY_BYTES))
        self.deadlines = Deadlines()
        self.slots: dict[int, Timed] = {}
        """Whatever a receiver index of ours stands for: an attempt, half a session, a session."""
        self.datagrams: list[tuple[bytes, Address]] = []
        self.events: list[SessionEvent] = []

    def new_index(self) -> int:
        """A free receiver index: random, so that one who does not see our packets cannot
        guess it; never 0."""
        while True:
            index = int.from_bytes(self.entropy(INDEX_BYTES), "big")
            if index and index not in self.slots:
                return index

    def new_handshake(
        self, index: int, *, is_initiator: bool, expected: PeerId | None = None
    ) -> Handshake:
        """``index``: the initiator's, which both sides thereby agree on."""
        return Handshake(
            self.identity,
            static=self.static,
            ephemeral=KeyPair.from_seed(self.entropy(KEY_BYTES)),
            is_initiator=is_initiator,
            channel=Channel.DATAGRAM,
            context=index.to_bytes(INDEX_BYTES, "big"),
            expected=expected,
        )

    def release(self, index: int, slot: Timed) -> None:
        """Forget a slot and its deadline, if the index is still its own."""
        self.deadlines.cancel(slot)
        if self.slots.get(index) is slot:
            del self.slots[index]

    def jitter(self, seconds: float) -> float:
        """Up to a quarter more or less, so that many peers do not speak in step."""
        return seconds * (0.75 + int.from_bytes(self.entropy(2), "big") / 131_072)


def is_host_address(address: Address) -> bool:
    """Whether this can be the address of one host: no port 0, group, broadcast or name."""
    return address[1] in _PORTS and _is_host(address[0])


_is_host: Final = lru_cache(maxsize=4096)(is_host)
"""Asked for every handshake datagram; parsing costs more than the rest of it."""
