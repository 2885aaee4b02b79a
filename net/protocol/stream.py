"""Sealed records over TCP: the handshake to get there, and the two directions after it.

    record = length (4, big-endian, of the body) || type (1) || body

Handshake bodies are Noise messages; every other body is sealed with the
direction's key, the record's number as nonce and the five bytes before it as
associated data. Source: PROTOCOL, "Streams".
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.handshake import Channel, Entropy, Handshake
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import (
    CONTENT_BYTES,
    HANDSHAKE_BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
    RECORD_MAX_BYTES,
    STREAM_PREFIX_BYTES,
    TAG_BYTES,
)
from net.protocol.noise import KEY_BYTES, KeyPair, make_nonce

Buffer = bytes | bytearray | memoryview

RECORDS_PER_KEY: Final = 1 << 16
"""Then the key moves on by Noise's Rekey: 16 GiB of content, 2^30 AES blocks, where the
advantage of one who tells GCM from random is 2^-69 (RFC 9001 allows 2^-57)."""
FRAME_ENVELOPE_BYTES: Final = 64
"""What the chat layer may put around one record of RECORD_MAX_BYTES."""

_REKEY_NONCE: Final = make_nonce((1 << 64) - 1)


class StreamType(IntEnum):
    HANDSHAKE = 0
    HEADER = 1
    CONTENT = 2
    CLOSE = 3
    """The last record. Without it the stream was cut, and nothing in it is complete."""
    FRAME = 4
    """Chat records too large for a datagram."""


_PLAIN_SIZES: Final[dict[int, range]] = {
    StreamType.HEADER: range(1, HEADER_MAX_BYTES + 1),
    StreamType.CONTENT: range(1, CONTENT_BYTES + 1),
    StreamType.CLOSE: range(1),
    StreamType.FRAME: range(1, RECORD_MAX_BYTES + FRAME_ENVELOPE_BYTES + 1),
}
"""By type, so that a small thing cannot claim the room of a large one."""


def parse_handshake_prefix(prefix: Buffer) -> int:
    """How many bytes of handshake body follow these five.

    Raises RemoteProtocolError for another type, nothing, or more than one Noise
    message needs: HTTP, TLS and SSH end here.
    """
    length = int.from_bytes(prefix[:4], "big")
    if len(prefix) != STREAM_PREFIX_BYTES or prefix[4] != StreamType.HANDSHAKE:
        raise RemoteProtocolError("not a handshake record")
    if not KEY_BYTES <= length <= HANDSHAKE_BODY_MAX_BYTES:
        raise RemoteProtocolError("handshake record of impossible size")
    return length


class _Direction:
    """One key and its counter. Once broken or closed it stays so."""

    __slots__ = ("_cipher", "_counter", "is_closed", "is_usable")

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._counter = 0
        self.is_usable = True
        self.is_closed = False
        """The CLOSE record has passed: all there was has passed too."""

    def _next_nonce(self) -> bytes:
        """Never twice the same with one key: counts before use, whatever becomes of it."""
        counter = self._counter
        if counter and counter % RECORDS_PER_KEY == 0:
            self._cipher = AESGCM(self._cipher.encrypt(_REKEY_NONCE, bytes(32), b"")[:32])
        self._counter += 1
        return make_nonce(counter)


class RecordSealer(_Direction):
    """Our direction. Records must reach the wire in the order they were sealed."""

    def seal(self, kind: StreamType, body: Buffer) -> bytes:
        """One whole record."""
        record = bytearray(STREAM_PREFIX_BYTES + len(body) + TAG_BYTES)
        self.seal_into(kind, body, record)
        return bytes(record)

    def seal_into(self, kind: StreamType, body: Buffer, out: bytearray | memoryview) -> int:
        """Write one whole record at the start of ``out``; how many bytes it took.

        ``body`` and ``out`` must not overlap. Raises LocalProtocolError: a size the
        type does not allow, ``out`` too small, or the stream is closed.
        """
        size = len(body)
        if not self.is_usable or kind == StreamType.HANDSHAKE:
            raise LocalProtocolError("nothing more can be sealed on this stream")
        if size not in _PLAIN_SIZES[kind]:
            raise LocalProtocolError(f"{size} bytes are no {kind.name}")
        end = STREAM_PREFIX_BYTES + size + TAG_BYTES
        if len(out) < end:
            raise LocalProtocolError("no room for the record")
        prefix = (size + TAG_BYTES).to_bytes(4, "big") + bytes((kind,))
        view = memoryview(out)
        view[:STREAM_PREFIX_BYTES] = prefix
        nonce = self._next_nonce()
        self._cipher.encrypt_into(nonce, body, prefix, view[STREAM_PREFIX_BYTES:end])
        if kind == StreamType.CLOSE:
            self.is_closed, self.is_usable = True, False
        return end


class RecordOpener(_Direction):
    """Their direction. After any RemoteProtocolError it refuses everything."""

    def parse_prefix(self, prefix: Buffer) -> tuple[int, StreamType]:
        """Sealed length and type of the record that follows, checked before anything is
        allocated for it. Raises RemoteProtocolError."""
        if not self.is_usable:
            raise RemoteProtocolError("record after the end of the stream")
        length = int.from_bytes(prefix[:4], "big")
        sizes = _PLAIN_SIZES.get(prefix[4]) if len(prefix) == STREAM_PREFIX_BYTES else None
        if sizes is None or length - TAG_BYTES not in sizes:
            self.is_usable = False
            raise RemoteProtocolError("record of unknown type or impossible size")
        return length, StreamType(prefix[4])

    def open(self, prefix: Buffer, body: Buffer) -> bytes:
        """The plain body. Raises RemoteProtocolError."""
        plain = bytearray(max(len(body) - TAG_BYTES, 0))
        self.open_into(prefix, body, memoryview(plain))
        return bytes(plain)

    def open_into(self, prefix: Buffer, body: Buffer, out: memoryview) -> int:
        """Write the plain body at the start of ``out``; its size.

        ``body`` and ``out`` must not overlap, ``out`` must have room
        (LocalProtocolError). What ``out`` holds after a RemoteProtocolError is
        nobody's word: throw it away.
        """
        length, kind = self.parse_prefix(prefix)
        size = length - TAG_BYTES
        if len(body) != length or len(out) < size:
            raise LocalProtocolError("body or room does not match the prefix")
        nonce = self._next_nonce()
        try:
            self._cipher.decrypt_into(nonce, body, prefix, out[:size])
        except InvalidTag:
            self.is_usable = False
            raise RemoteProtocolError("record does not authenticate") from None
        if kind == StreamType.CLOSE:
            self.is_closed, self.is_usable = True, False
        return size


class StreamHandshake:
    """The three handshake records of one stream, as a pure step machine.

        while not handshake.is_done:
            record = handshake.send()           # None when it is their turn
            if record is not None: write(record)
            else: handshake.receive(read(parse_handshake_prefix(read(5))))

    Then ``peer``, ``public_key``, ``sealer`` and ``opener`` are there. Both keys are
    fresh for this stream, so nothing from another one can be replayed into it.
    """

    def __init__(
        self,
        identity: Identity,
        entropy: Entropy,
        *,
        is_initiator: bool,
        expected: PeerId | None = None,
    ) -> None:
        """``expected``: who must be at the other end; anyone proven when None."""
        self._handshake = Handshake(
            identity,
            static=KeyPair.from_seed(entropy(KEY_BYTES)),
            ephemeral=KeyPair.from_seed(entropy(KEY_BYTES)),
            is_initiator=is_initiator,
            channel=Channel.STREAM,
            expected=expected,
        )
        self._is_broken = False
        self._sealer: RecordSealer | None = None
        self._opener: RecordOpener | None = None

    @property
    def is_done(self) -> bool:
        return self._sealer is not None

    @property
    def peer(self) -> PeerId:
        peer = self._handshake.peer
        if peer is None or not self.is_done:
            raise LocalProtocolError("the stream's handshake is not done")
        return peer

    @property
    def public_key(self) -> bytes:
        return self._handshake.public_key

    @property
    def sealer(self) -> RecordSealer:
        if self._sealer is None:
            raise LocalProtocolError("the stream's handshake is not done")
        return self._sealer

    @property
    def opener(self) -> RecordOpener:
        if self._opener is None:
            raise LocalProtocolError("the stream's handshake is not done")
        return self._opener

    def send(self) -> bytes | None:
        """Our next whole record to write; None when it is their turn, or all is done.

        Raises RemoteProtocolError when their key was a degenerate one.
        """
        if self._is_broken or not self._handshake.is_our_turn:
            return None
        body = self._step(self._handshake.write)
        return len(body).to_bytes(4, "big") + bytes((StreamType.HANDSHAKE,)) + body

    def receive(self, body: bytes) -> None:
        """Take the body of their handshake record.

        Raises RemoteProtocolError (WrongPeerError, SelfPeerError among them); the
        stream is then done for.
        """
        if self._is_broken:
            raise RemoteProtocolError("the handshake has failed before")
        self._step(lambda: self._handshake.read(body))

    def _step(self, step: Callable[[], bytes]) -> bytes:
        try:
            result = step()
        except RemoteProtocolError:
            self._is_broken = True
            raise
        if self._handshake.is_done:
            keys = self._handshake.keys()
            self._sealer, self._opener = RecordSealer(keys.send), RecordOpener(keys.receive)
        return result
