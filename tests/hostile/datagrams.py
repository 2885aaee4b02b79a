"""What anybody can throw at a port, without a session."""

import os
import random
from collections.abc import Iterable, Iterator

from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.identity import PeerId
from net.protocol.limits import DATAGRAM_MAX_BYTES
from net.protocol.noise import KeyPair
from net.protocol.packet import MAGIC, PacketType, prefix
from net.protocol.session_packet import encode_init, encode_knock

NOISE = random.Random(20)
SIZES = (0, 1, 2, 3, 4, 51, 52, 53, 256, DATAGRAM_MAX_BYTES, DATAGRAM_MAX_BYTES + 1, 65_507)
LOW_ORDER = (bytes(32), b"\x01" + bytes(31), b"\xff" * 32)
OTHER_FORMATS = (
    b"[" * 60_000,
    b"\x91" * 1000,
    bytes(1200),
    *(
        text.encode(code)
        for text in ('{"type":"hello","id":1}', "hello", "1:100:user:host:1:hi")
        for code in ("utf-8", "utf-16", "utf-32")
    ),
)
OF_THE_FUTURE = [MAGIC + bytes((version, 4)) + bytes(1196) for version in range(2, 256)]


def garbage() -> list[bytes]:
    """Of every size, version and type."""
    plain = [NOISE.randbytes(size) for size in SIZES for _ in range(20)]
    heads = [MAGIC + bytes((version, kind)) for version in range(4) for kind in range(256)]
    return plain + [head + NOISE.randbytes(60) for head in heads]


def of_no_session(kind: PacketType) -> list[bytes]:
    return [prefix(kind) + NOISE.randbytes(size) for size in (28, 201, 252) for _ in range(99)]


def cuts(packets: Iterable[bytes]) -> list[bytes]:
    return [packet[:size] for packet in packets for size in range(len(packet))]


def changed(packet: bytes) -> Iterator[bytes]:
    """With a tail, and with each bit behind the first four bytes flipped."""
    yield packet + b"\0"
    for bit in range(32, len(packet) * 8):
        flipped = bytearray(packet)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bytes(flipped)


def calls(count: int) -> list[bytes]:
    """Each as if of somebody else, of whom nothing more is heard."""
    made = []
    for number in range(1, count + 1):
        made.append(encode_init(number, bytes(16), KeyPair.from_seed(os.urandom(32)).public))
        made.append(encode_knock(number))
    return made


def low_order_calls() -> list[bytes]:
    return [encode_init(number, bytes(16), point) for number, point in enumerate(LOW_ORDER, 1)]


def beacons(port: int, count: int) -> list[bytes]:
    """Two of each of ``count`` people who are not there, all at this port."""
    return [
        encode_beacon(Beacon(claimed, b"e" * 8, sequence, port, port))
        for claimed in (PeerId(os.urandom(32)) for _ in range(count))
        for sequence in (1, 2)
    ]
