"""What nobody may say on a connection: other protocols, hellos that are none, broken records."""

import os
import random
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Raw

from net.protocol.limits import CONTENT_BYTES, HANDSHAKE_BODY_MAX_BYTES, TAG_BYTES
from net.protocol.records import Data, Text, encode_frame, encode_record
from net.protocol.stream import StreamType
from net.streams import StreamHello
from tests.hostile.peer import HostilePeer
from tests.unit.net.transfer.talk import End

NOISE = random.Random(16)


CHAT = StreamHello(v=1, use="chat")


SESSION = StreamHello(v=1, use="session", port=48499)


PING = b"\x91\x92\x03\x01"


OTHERS = {
    "b16-http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "b16-tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "b16-ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "b16-smb": b"\x00\x00\x00\x54\xffSMB" + bytes(80),
    "b16-noise": NOISE.randbytes(4096),
    "b01-length-0": bytes(5) + bytes(64),
    "b02-one-more": (HANDSHAKE_BODY_MAX_BYTES + 1).to_bytes(4, "big") + b"\0" + bytes(2000),
    "b03-2-gib": b"\x7f\xff\xff\xff\0" + bytes(64),
    "b03-sign-bit": b"\x80\x00\x00\x00\0" + bytes(64),
    "b03-4-gib": b"\xff\xff\xff\xff\0" + bytes(64),
    "b11-header-before-the-handshake": b"\x00\x00\x00\x30\x01" + bytes(48),
    "b11-frame-before-the-handshake": b"\x00\x00\x00\x30\x04" + bytes(48),
    "b11-close-before-the-handshake": b"\x00\x00\x00\x10\x03" + bytes(16),
    "b05-two-handshakes-at-once": 2 * (b"\x00\x00\x00\x20\x00" + bytes(range(32))),
    "a17-low-order-key": b"\x00\x00\x00\x20\x00" + bytes(32),
}


HELLOS = {
    "a02-nothing": b"{}",
    "a06-two": b'{"t":"hello","v":1,"for":"chat"}{"t":"hello","v":1,"for":"chat"}',
    "a08-deep": b'{"t":"hello","v":1,"for":"chat","x":' + b"[" * 60_000,
    "a09-nan": b'{"t":"hello","v":NaN,"for":"chat"}',
    "a09-flag": b'{"t":"hello","v":true,"for":"chat"}',
    "a10-5000-digits": b'{"t":"hello","v":' + b"1" * 5000 + b',"for":"chat"}',
    "a11-key-twice": b'{"t":"hello","v":1,"for":"transfer","for":"chat"}',
    "a12-surrogate": b'{"t":"hello","v":1,"for":"\\ud800"}',
    "a13-no-utf8": b'{"t":"hello","v":1,"for":"chat","x":"\xff"}',
    "a13-utf16": '{"t":"hello","v":1,"for":"chat"}'.encode("utf-16"),
    "a22-of-a-later-version": b'{"t":"hello","v":2,"for":"chat"}',
    "b11-no-hello": b'{"t":"fetch","count":0}',
    "for-something-else": b'{"t":"hello","v":1,"for":"shell"}',
    "line-break-in-the-tag": b'{"t":"he\\nllo\\u001b[2J","v":1,"for":"chat"}',
    "transfer-that-is-no-id": b'{"t":"hello","v":1,"for":"transfer","transfer":"../../x"}',
    "transfer-of-nobody": b'{"t":"hello","v":1,"for":"transfer","transfer":"' + b"0" * 32 + b'"}',
}


def _say(kind: StreamType, body: bytes) -> Callable[[End], None]:
    return lambda end: end.say_bytes(body, kind)


def _raw(data: bytes) -> Callable[[End], None]:
    return lambda end: end.sock.sendall(data)


def _changed(end: End) -> None:
    record = bytearray(end.sealer.seal(StreamType.FRAME, PING))
    record[-1] ^= 1
    end.sock.sendall(record)


def _twice(end: End) -> None:
    record = end.sealer.seal(StreamType.FRAME, PING)
    end.sock.sendall(record + record)


ENDINGS: dict[str, Callable[[End], None]] = {
    "b01-nothing-in-it": _raw((0).to_bytes(4, "big") + b"\x04"),
    "b02-frame-of-content-size": _raw((CONTENT_BYTES + TAG_BYTES).to_bytes(4, "big") + b"\x04"),
    "b03-4-gib": _raw(b"\xff\xff\xff\xff\x04"),
    "b03-sign-bit": _raw(b"\x80\x00\x00\x00\x02"),
    "a04-unknown-type": _raw(b"\x00\x00\x00\x20\x09" + bytes(32)),
    "a05-changed": _changed,
    "e04-twice": _twice,
    "b11-content-on-a-chat": _say(StreamType.CONTENT, b"x"),
    "b11-header-on-a-chat": _say(StreamType.HEADER, b'{"t":"end"}'),
    "b11-handshake-again": _raw(b"\x00\x00\x00\x20\x00" + bytes(32)),
    "b17-close": _say(StreamType.CLOSE, b""),
    "b16-plain-text": _raw(b"GET / HTTP/1.1\r\n\r\n"),
}


STREAM_PAYLOADS: list[Any] = [
    b"x",
    b"\x91" * 60_000,
    msgspec.msgpack.encode([[5, 1]] * 257),
    msgspec.msgpack.encode([[1, "x" * 60_000]]),
    os.urandom(69_000),
]


def frame_of(mallory: HostilePeer, seq: int, words: str) -> bytes:
    record = encode_record(Text(os.urandom(16), 1, 1, words))
    return b"\x91" + encode_frame(Data(mallory.lane, 1, ((seq, Raw(record)),)))
