"""The bytes of the handshake's datagrams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.packet import PacketType, peek_type
from net.protocol.session_packet import (
    FINISH_BYTES,
    INIT_BYTES,
    KNOCK_BYTES,
    RESPONSE_BYTES,
    RETRY_BYTES,
    SEALED,
    HandshakePacket,
    decode_handshake,
    decode_sealed_header,
    encode_finish,
    encode_init,
    encode_knock,
    encode_response,
    encode_retry,
    encode_sealed_header,
)

INDEX = 0x01020304
COOKIE = b"c" * 16
PACKETS = [
    (encode_knock(INDEX), HandshakePacket(PacketType.KNOCK, INDEX, bytes(16), b"")),
    (encode_retry(INDEX, COOKIE), HandshakePacket(PacketType.RETRY, INDEX, COOKIE, b"")),
    (
        encode_init(INDEX, COOKIE, b"m" * 32),
        HandshakePacket(PacketType.INIT, INDEX, COOKIE, b"m" * 32),
    ),
    (
        encode_response(INDEX, b"r" * 197),
        HandshakePacket(PacketType.RESPONSE, INDEX, b"", b"r" * 197),
    ),
    (encode_finish(INDEX, b"f" * 162), HandshakePacket(PacketType.FINISH, INDEX, b"", b"f" * 162)),
]
IDS = [packet.kind.name for _, packet in PACKETS]


def decode(datagram: bytes) -> HandshakePacket | None:
    kind = peek_type(datagram)
    return None if kind is None else decode_handshake(kind, datagram)


@pytest.mark.parametrize(("datagram", "packet"), PACKETS, ids=IDS)
def test_packets_survive_the_wire(datagram: bytes, packet: HandshakePacket) -> None:
    assert decode(datagram) == packet


@pytest.mark.parametrize(("datagram", "packet"), PACKETS, ids=IDS)
def test_a02_every_cut_packet_is_nothing(datagram: bytes, packet: HandshakePacket) -> None:
    assert all(decode(datagram[:size]) is None for size in range(len(datagram)))


@pytest.mark.parametrize(("datagram", "packet"), PACKETS, ids=IDS)
def test_a06_what_does_not_fit_the_type_is_nothing(
    datagram: bytes, packet: HandshakePacket
) -> None:
    too_long = datagram.ljust(INIT_BYTES + 1, b"\0")
    assert decode(too_long) is None
    if packet.kind in (PacketType.KNOCK, PacketType.RETRY, PacketType.INIT):
        assert decode(datagram + b"\0") is None


@pytest.mark.parametrize(("datagram", "packet"), PACKETS, ids=IDS)
def test_index_zero_is_nobodys(datagram: bytes, packet: HandshakePacket) -> None:
    assert decode(datagram[:4] + bytes(4) + datagram[8:]) is None


def test_filling_must_be_zero() -> None:
    knock, init = PACKETS[0][0], PACKETS[2][0]
    assert decode(knock[:-1] + b"\1") is None
    for place in range(KNOCK_BYTES + 32, INIT_BYTES):
        assert decode(init[:place] + b"\1" + init[place + 1 :]) is None


def test_d07_no_answer_is_larger_than_its_question() -> None:
    assert RETRY_BYTES <= KNOCK_BYTES
    assert RESPONSE_BYTES <= INIT_BYTES
    assert 2 * KNOCK_BYTES <= 52, "two knocks, less than one beacon"
    assert [len(datagram) for datagram, _ in PACKETS] == [
        KNOCK_BYTES,
        RETRY_BYTES,
        INIT_BYTES,
        RESPONSE_BYTES,
        FINISH_BYTES,
    ]


@given(st.sampled_from(sorted(SEALED)), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_header_of_what_is_sealed_survives(kind: PacketType, receiver: int, counter: int) -> None:
    header = encode_sealed_header(kind, receiver, counter)
    assert len(header) == 16
    assert peek_type(header) is kind
    assert decode_sealed_header(header) == (receiver, counter)


@given(st.sampled_from(PacketType), st.binary(max_size=300))
def test_any_bytes_are_a_packet_or_nothing(kind: PacketType, body: bytes) -> None:
    packet = decode_handshake(kind, body)
    assert packet is None or (packet.kind is kind and packet.index > 0)
