"""Noise with identities: at the end both sides know whom they share keys with.

Each side shows its Ed25519 key and signs, with it, its role, its Noise static
key and the hash of everything said so far (both fresh keys included). So a
proof is good for one role in one handshake and for nothing else.
Source: PROTOCOL, "Handshake".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Identity,
    PeerId,
    peer_id_of,
    verify,
)
from net.protocol.noise import (
    FIRST_MESSAGE_BYTES,
    SECOND_MESSAGE_BYTES,
    THIRD_MESSAGE_BYTES,
    KeyPair,
    NoiseXX,
)
from net.protocol.packet import VERSION

Entropy = Callable[[int], bytes]
"""So many bytes nobody can guess: ``os.urandom`` outside tests."""

PROOF_BYTES: Final = PUBLIC_KEY_BYTES + SIGNATURE_BYTES + 1
"""Public key, signature, highest version spoken."""
FIRST_BYTES: Final = FIRST_MESSAGE_BYTES
SECOND_BYTES: Final = SECOND_MESSAGE_BYTES + PROOF_BYTES
THIRD_BYTES: Final = THIRD_MESSAGE_BYTES + PROOF_BYTES
"""Each message's size when nothing extra is said behind the proof."""

_ROLES: Final = {True: b"I", False: b"R"}


class Channel(Enum):
    """What the keys are for. Signing domain and start of the Noise prologue, so that
    nothing said on one channel means anything on the other."""

    DATAGRAM = b"landline/datagram/v1"
    STREAM = b"landline/stream/v1"


class ProofError(RemoteProtocolError):
    """The message itself is authentic, so nobody forged it on the way: whoever is at the
    other end did not prove to be somebody, or (below) not the right one."""


class WrongPeerError(ProofError):
    """A well proven somebody, but not the one who was asked for."""


class SelfPeerError(ProofError):
    """The other side is us: our own address, a reflection, or a copy of this profile."""


class CopiedPeerError(SelfPeerError):
    """A copy of this profile: our key, in a process that is not this one."""


@dataclass(frozen=True, slots=True)
class Keys:
    """32 bytes each, made by Noise's Split. Not shown when printed."""

    send: bytes = field(repr=False)
    receive: bytes = field(repr=False)


class Handshake:
    """One side's three messages: a step machine without time, size or framing rules.

    A failed ``read`` leaves it unusable; see ``fork``.
    """

    __slots__ = (
        "_channel",
        "_expected",
        "_identity",
        "_is_initiator",
        "_noise",
        "peer",
        "public_key",
    )

    def __init__(
        self,
        identity: Identity,
        *,
        static: KeyPair,
        ephemeral: KeyPair,
        is_initiator: bool,
        channel: Channel,
        context: bytes = b"",
        expected: PeerId | None = None,
    ) -> None:
        """``context``: what both sides know beforehand and must agree on."""
        self._identity = identity
        self._is_initiator = is_initiator
        self._channel = channel
        self._expected = expected
        self._noise = NoiseXX(
            is_initiator=is_initiator,
            prologue=channel.value + b"\0" + context,
            static=static,
            ephemeral=ephemeral,
        )
        self.peer: PeerId | None = None
        self.public_key = b""

    def fork(self) -> "Handshake":
        """A twin to try a message on that may be forged; drop it if ``read`` raises."""
        twin = object.__new__(Handshake)
        for slot in self.__slots__:
            setattr(twin, slot, getattr(self, slot))
        twin._noise = self._noise.copy()
        return twin

    @property
    def is_done(self) -> bool:
        return self._noise.is_done

    @property
    def is_our_turn(self) -> bool:
        return self._noise.is_our_turn

    @property
    def remote_static(self) -> bytes:
        """Their Noise static key: lives as long as their process does (datagrams)."""
        return self._noise.remote_static

    def write(self, extra: bytes = b"") -> bytes:
        """Our next message. The first one has no secret yet and so says nothing at all."""
        if self._noise.messages_done == 0:
            return self._noise.write(lambda _binding: b"")
        return self._noise.write(lambda binding: self._prove(binding) + extra)

    def read(self, message: bytes) -> bytes:
        """Take their next message; what they said beside their proof.

        Raises RemoteProtocolError for what anyone could have forged, ProofError for
        what only the other end itself can have sent.
        """
        payload, binding = self._noise.read(message)
        if self._noise.messages_done > 1:
            return self._check(payload, binding)
        if payload:
            raise RemoteProtocolError("user data in the clear first message")
        return b""

    def keys(self) -> Keys:
        send, receive = self._noise.split()
        return Keys(send, receive)

    def _prove(self, binding: bytes) -> bytes:
        statement = _ROLES[self._is_initiator] + binding + self._noise.static_public
        signature = self._identity.sign(self._channel.value, statement)
        return self._identity.public_key + signature + bytes((VERSION,))

    def _check(self, payload: bytes, binding: bytes) -> bytes:
        if len(payload) < PROOF_BYTES:
            raise ProofError("handshake proof too short")
        public_key, rest = payload[:PUBLIC_KEY_BYTES], payload[PUBLIC_KEY_BYTES:]
        statement = _ROLES[not self._is_initiator] + binding + self._noise.remote_static
        try:
            verify(public_key, self._channel.value, statement, rest[:SIGNATURE_BYTES])
        except RemoteProtocolError as error:
            raise ProofError(str(error)) from None
        if rest[SIGNATURE_BYTES] < VERSION:
            raise ProofError("peer claims not to speak the version it speaks")
        peer = peer_id_of(public_key)
        if peer == self._identity.peer_id:
            if self._noise.remote_static != self._noise.static_public:
                raise CopiedPeerError("the other side is a copy of ourselves")
            raise SelfPeerError("the other side is ourselves")
        if self._expected is not None and peer != self._expected:
            raise WrongPeerError("somebody else answered")
        self.peer, self.public_key = peer, public_key
        return rest[SIGNATURE_BYTES + 1 :]
