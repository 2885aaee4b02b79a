"""The datagrams that make and carry sessions, byte by byte.

Decoding never raises: what is not exactly ours is None. Source: PROTOCOL,
"Datagram handshake" and "Datagram sessions".

    KNOCK     prefix 4 | sender index 4   | zero 16
    RETRY     prefix 4 | receiver index 4 | cookie 16
    INIT      prefix 4 | sender index 4   | cookie 16 | Noise 32 | zero up to INIT_BYTES
    RESPONSE  prefix 4 | receiver index 4 | Noise 197 and more, with the responder's index
    FINISH    prefix 4 | receiver index 4 | Noise 162 and more, with CALL or RENEWAL
    DATA      prefix 4 | receiver index 4 | counter 8 | sealed payload
    CHECK     prefix 4 | receiver index 4 | counter 8 | sealed token 8
    ECHO      prefix 4 | receiver index 4 | counter 8 | sealed token 8
"""

from dataclasses import dataclass
from struct import Struct
from typing import Final

from net.protocol.cookie import COOKIE_BYTES
from net.protocol.handshake import FIRST_BYTES, SECOND_BYTES, THIRD_BYTES
from net.protocol.limits import DATAGRAM_HEADER_BYTES, TAG_BYTES
from net.protocol.packet import PREFIX_BYTES, PacketType, prefix

INDEX_BYTES: Final = 4
_START_BYTES: Final = PREFIX_BYTES + INDEX_BYTES

KNOCK_BYTES: Final = _START_BYTES + COOKIE_BYTES
"""Two of them weigh less than the one beacon they answer."""
RETRY_BYTES: Final = KNOCK_BYTES
INIT_BYTES: Final = 256
"""Padded, so that the answer is never larger than the question; room for it to grow."""
RESPONSE_BYTES: Final = _START_BYTES + SECOND_BYTES + INDEX_BYTES
FINISH_BYTES: Final = _START_BYTES + THIRD_BYTES + 1
RENEWAL: Final = b"\0"
"""In FINISH: new keys for a session that is there, which its owner need not notice."""
CALL: Final = b"\1"
"""In FINISH: the initiator has no session, or its owner asked for a new one."""
SEALED: Final = frozenset({PacketType.DATA, PacketType.CHECK, PacketType.ECHO})
"""With the keys of a session."""
SEALED_MIN_BYTES: Final = DATAGRAM_HEADER_BYTES + TAG_BYTES
TOKEN_BYTES: Final = 8
CHECK_BYTES: Final = SEALED_MIN_BYTES + TOKEN_BYTES
"""As large as the smallest frame that a peer says, so that one is enough to be asked."""

_INIT_FILLING: Final = bytes(INIT_BYTES - KNOCK_BYTES - FIRST_BYTES)
_SIZES: Final = {
    PacketType.KNOCK: range(KNOCK_BYTES, KNOCK_BYTES + 1),
    PacketType.RETRY: range(RETRY_BYTES, RETRY_BYTES + 1),
    PacketType.INIT: range(INIT_BYTES, INIT_BYTES + 1),
    PacketType.RESPONSE: range(RESPONSE_BYTES, INIT_BYTES + 1),
    PacketType.FINISH: range(FINISH_BYTES, INIT_BYTES + 1),
}
_PREFIXES: Final = {kind: prefix(kind) for kind in PacketType}
_SEALED_HEADER: Final = Struct(f">{PREFIX_BYTES}sIQ")


@dataclass(frozen=True, slots=True)
class HandshakePacket:
    """``index``: the sender's in KNOCK and INIT, the receiver's in the others."""

    kind: PacketType
    index: int
    cookie: bytes
    """RETRY and INIT only."""
    message: bytes
    """Noise: INIT, RESPONSE and FINISH only."""


def encode_knock(sender: int) -> bytes:
    return _start(PacketType.KNOCK, sender) + bytes(COOKIE_BYTES)


def encode_retry(receiver: int, cookie: bytes) -> bytes:
    return _start(PacketType.RETRY, receiver) + cookie


def encode_init(sender: int, cookie: bytes, message: bytes) -> bytes:
    return _start(PacketType.INIT, sender) + cookie + message + _INIT_FILLING


def encode_response(receiver: int, message: bytes) -> bytes:
    return _start(PacketType.RESPONSE, receiver) + message


def encode_finish(receiver: int, message: bytes) -> bytes:
    return _start(PacketType.FINISH, receiver) + message


def encode_sealed_header(kind: PacketType, receiver: int, counter: int) -> bytes:
    return _SEALED_HEADER.pack(_PREFIXES[kind], receiver, counter)


def decode_sealed_header(datagram: bytes) -> tuple[int, int]:
    """Receiver index and counter of what ``peek_type`` called one of SEALED, of
    SEALED_MIN_BYTES or more."""
    _, receiver, counter = _SEALED_HEADER.unpack_from(datagram)
    return receiver, counter


def decode_handshake(kind: PacketType, datagram: bytes) -> HandshakePacket | None:
    """``kind``: what ``peek_type`` said. None when size or filling is wrong."""
    if kind not in _SIZES or len(datagram) not in _SIZES[kind]:
        return None
    index = int.from_bytes(datagram[PREFIX_BYTES:_START_BYTES], "big")
    cookie, message = b"", datagram[_START_BYTES:]
    if kind in (PacketType.KNOCK, PacketType.RETRY, PacketType.INIT):
        cookie, message = message[:COOKIE_BYTES], message[COOKIE_BYTES:]
    if kind == PacketType.INIT:
        message, filling = message[:FIRST_BYTES], message[FIRST_BYTES:]
        if filling != _INIT_FILLING:
            return None
    if index == 0 or (kind == PacketType.KNOCK and any(cookie)):
        return None
    return HandshakePacket(kind, index, cookie, message)


def _start(kind: PacketType, index: int) -> bytes:
    return _PREFIXES[kind] + index.to_bytes(INDEX_BYTES, "big")
