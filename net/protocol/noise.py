"""Noise_XX_25519_AESGCM_SHA256: the key agreement under every session and stream.

Source: The Noise Protocol Framework, revision 34, sections 4, 5 and 7; proven
against the published cacophony vector. Who the other side *is* comes one floor
up, in ``handshake``.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import TAG_BYTES

PROTOCOL_NAME: Final = b"Noise_XX_25519_AESGCM_SHA256"
KEY_BYTES: Final = 32
HASH_BYTES: Final = 32
MESSAGES: Final = 3

FIRST_MESSAGE_BYTES: Final = KEY_BYTES
"""Each message's size without its payload."""
SECOND_MESSAGE_BYTES: Final = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES
THIRD_MESSAGE_BYTES: Final = KEY_BYTES + TAG_BYTES + TAG_BYTES


def make_nonce(counter: int) -> bytes:
    """AES-GCM's 96 bits as Noise defines them: 32 zero bits, then the counter, big-endian."""
    return counter.to_bytes(12, "big")


def hkdf(chaining_key: bytes, material: bytes) -> tuple[bytes, bytes]:
    """HKDF-SHA256 (RFC 5869) with an empty info and two outputs of 32 bytes."""
    secret = hmac.digest(chaining_key, material, "sha256")
    first = hmac.digest(secret, b"\x01", "sha256")
    return first, hmac.digest(secret, first + b"\x02", "sha256")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """X25519."""

    private: X25519PrivateKey
    public: bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """``seed``: 32 bytes of entropy."""
        private = X25519PrivateKey.from_private_bytes(seed)
        return cls(private, private.public_key().public_bytes_raw())

    def agree(self, public: bytes) -> bytes:
        """The shared secret. Raises RemoteProtocolError when it comes out all zero.

        A point of small order gives the same secret to everyone (RFC 7748, 6.1).
        """
        try:
            return self.private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            raise RemoteProtocolError("degenerate key agreement") from None


class _Symmetric:
    """Noise's SymmetricState and the CipherState within it."""

    __slots__ = ("chaining_key", "cipher", "counter", "hash")

    def __init__(self, prologue: bytes) -> None:
        self.hash = PROTOCOL_NAME.ljust(HASH_BYTES, b"\0")
        self.chaining_key = self.hash
        self.cipher: AESGCM | None = None
        self.counter = 0
        self.mix_hash(prologue)

    def copy(self) -> "_Symmetric":
        twin = object.__new__(_Symmetric)
        twin.hash, twin.chaining_key = self.hash, self.chaining_key
        twin.cipher, twin.counter = self.cipher, self.counter
        return twin

    def mix_hash(self, data: bytes) -> None:
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix_key(self, material: bytes) -> None:
        self.chaining_key, key = hkdf(self.chaining_key, material)
        self.cipher, self.counter = AESGCM(key), 0

    def seal(self, plain: bytes) -> bytes:
        sealed = plain
        if self.cipher is not None:
            sealed = self.cipher.encrypt(make_nonce(self.counter), plain, self.hash)
            self.counter += 1
        self.mix_hash(sealed)
        return sealed

    def open(self, sealed: bytes) -> bytes:
        plain = sealed
        if self.cipher is not None:
            try:
                plain = self.cipher.decrypt(make_nonce(self.counter), sealed, self.hash)
            except InvalidTag:
                raise RemoteProtocolError("handshake message does not authenticate") from None
            self.counter += 1
        self.mix_hash(sealed)
        return plain


class NoiseXX:
    """One side of ``-> e``, ``<- e, ee, s, es``, ``-> s, se``.

    A failed ``read`` leaves this unusable. Who must survive forged messages
    (datagrams) reads on a ``copy`` and keeps it when all is well.
    """

    __slots__ = (
        "_ephemeral",
        "_is_initiator",
        "_remote_ephemeral",
        "_static",
        "_symmetric",
        "messages_done",
        "remote_static",
    )

    def __init__(
        self, *, is_initiator: bool, prologue: bytes, static: KeyPair, ephemeral: KeyPair
    ) -> None:
        self._is_initiator = is_initiator
        self._static = static
        self._ephemeral = ephemeral
        self._remote_ephemeral = b""
        self._symmetric = _Symmetric(prologue)
        self.messages_done = 0
        self.remote_static = b""

    def copy(self) -> "NoiseXX":
        twin = object.__new__(NoiseXX)
        for slot in self.__slots__:
            setattr(twin, slot, getattr(self, slot))
        twin._symmetric = self._symmetric.copy()
        return twin

    @property
    def static_public(self) -> bytes:
        return self._static.public

    @property
    def is_done(self) -> bool:
        return self.messages_done == MESSAGES

    @property
    def is_our_turn(self) -> bool:
        return not self.is_done and (self.messages_done % 2 == 0) == self._is_initiator

    @property
    def handshake_hash(self) -> bytes:
        """Of everything said so far; equal at both ends if nobody is between them."""
        return self._symmetric.hash

    def write(self, payload: Callable[[bytes], bytes]) -> bytes:
        """Our next message. ``payload`` gets the handshake hash as it stands before it,
        our static key included where this message carries one."""
        if not self.is_our_turn:
            raise LocalProtocolError("not our turn in the handshake")
        symmetric = self._symmetric
        message = b""
        if self.messages_done < 2:
            message = self._ephemeral.public
            symmetric.mix_hash(message)
        if self.messages_done == 1:
            symmetric.mix_key(self._ephemeral.agree(self._remote_ephemeral))
        if self.messages_done > 0:
            message += symmetric.seal(self._static.public)
            symmetric.mix_key(self._static.agree(self._remote_ephemeral))
        self.messages_done += 1
        return message + symmetric.seal(payload(symmetric.hash))

    def read(self, message: bytes) -> tuple[bytes, bytes]:
        """Take their next message: its payload, and the hash as it stood before that.

        Raises RemoteProtocolError: too short, not authentic, or a degenerate key.
        """
        if self.is_our_turn or self.is_done:
            raise RemoteProtocolError("handshake message out of turn")
        symmetric = self._symmetric
        rest = message
        if self.messages_done < 2:
            self._remote_ephemeral, rest = _take(rest, KEY_BYTES)
            symmetric.mix_hash(self._remote_ephemeral)
        if self.messages_done == 1:
            symmetric.mix_key(self._ephemeral.agree(self._remote_ephemeral))
        if self.messages_done > 0:
            sealed, rest = _take(rest, KEY_BYTES + TAG_BYTES)
            self.remote_static = symmetric.open(sealed)
            symmetric.mix_key(self._ephemeral.agree(self.remote_static))
        binding = symmetric.hash
        payload = symmetric.open(rest)
        self.messages_done += 1
        return payload, binding

    def split(self) -> tuple[bytes, bytes]:
        """The two transport keys: ours to send with, ours to receive with."""
        if not self.is_done:
            raise LocalProtocolError("the handshake is not done")
        first, second = hkdf(self._symmetric.chaining_key, b"")
        return (first, second) if self._is_initiator else (second, first)


def _take(data: bytes, size: int) -> tuple[bytes, bytes]:
    if len(data) < size:
        raise RemoteProtocolError("handshake message too short")
    return data[:size], data[size:]
