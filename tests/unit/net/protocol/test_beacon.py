"""A beacon is exactly one thing, and whatever else arrives is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.beacon import BEACON_BYTES, PORT_MIN, Beacon, decode_beacon, encode_beacon
from net.protocol.errors import LocalProtocolError
from net.protocol.identity import PeerId
from net.protocol.packet import PacketType, peek_type, prefix

BEACON = Beacon(PeerId(bytes(range(32))), b"epoch678", 7, 48484, 48485)
PORTS = st.integers(PORT_MIN, 65535)


def test_layout_on_the_wire_never_changes() -> None:
    assert encode_beacon(BEACON).hex() == (
        "f14c0101"
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        "65706f6368363738"
        "00000007"
        "bd64"
        "bd65"
    )
    assert len(encode_beacon(BEACON)) == BEACON_BYTES <= 60
    assert peek_type(encode_beacon(BEACON)) is PacketType.BEACON


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=8, max_size=8),
    st.integers(0, 2**32 - 1),
    PORTS,
    PORTS,
)
def test_what_is_encoded_is_decoded(
    peer_id: bytes, epoch: bytes, sequence: int, udp_port: int, tcp_port: int
) -> None:
    beacon = Beacon(PeerId(peer_id), epoch, sequence, udp_port, tcp_port)
    assert decode_beacon(encode_beacon(beacon)) == beacon


@pytest.mark.parametrize("size", range(BEACON_BYTES))
def test_a02_every_truncation_is_ignored(size: int) -> None:
    assert decode_beacon(encode_beacon(BEACON)[:size]) is None


@pytest.mark.parametrize("tail", [b"\0", b"x", bytes(8), bytes(65_000)])
def test_a06_a22_trailing_bytes_are_ignored_with_the_whole(tail: bytes) -> None:
    assert decode_beacon(encode_beacon(BEACON) + tail) is None


@pytest.mark.parametrize("position", [2, 3])
def test_a04_e11_other_versions_and_types_are_ignored(position: int) -> None:
    data = bytearray(encode_beacon(BEACON))
    right = data[position]
    for value in range(256):
        data[position] = value
        assert (decode_beacon(bytes(data)) is None) == (value != right)


@pytest.mark.parametrize("position", [0, 1])
def test_a04_other_magic_is_ignored(position: int) -> None:
    data = bytearray(encode_beacon(BEACON))
    data[position] ^= 1
    assert decode_beacon(bytes(data)) is None


@pytest.mark.parametrize("offset", [48, 50])
@pytest.mark.parametrize("port", [0, 1, 53, 123, PORT_MIN - 1])
def test_d07_ports_of_other_services_are_refused(offset: int, port: int) -> None:
    data = bytearray(encode_beacon(BEACON))
    data[offset : offset + 2] = port.to_bytes(2, "big")
    assert decode_beacon(bytes(data)) is None


@given(st.binary(max_size=100))
def test_any_bytes_are_a_beacon_or_nothing(data: bytes) -> None:
    beacon = decode_beacon(data)
    assert beacon is None or encode_beacon(beacon) == data


@given(st.binary(min_size=48, max_size=48))
def test_any_fields_are_a_beacon_or_nothing(fields: bytes) -> None:
    data = prefix(PacketType.BEACON) + fields
    beacon = decode_beacon(data)
    assert beacon is None or encode_beacon(beacon) == data


@pytest.mark.parametrize(
    "wrong",
    [
        Beacon(PeerId(b"short"), b"epoch678", 1, 48484, 48484),
        Beacon(PeerId(bytes(32)), b"epoch", 1, 48484, 48484),
        Beacon(PeerId(bytes(32)), b"epoch678", -1, 48484, 48484),
        Beacon(PeerId(bytes(32)), b"epoch678", 1 << 32, 48484, 48484),
        Beacon(PeerId(bytes(32)), b"epoch678", 1, 1023, 48484),
        Beacon(PeerId(bytes(32)), b"epoch678", 1, 48484, 65536),
    ],
)
def test_no_beacon_goes_out_that_others_would_drop(wrong: Beacon) -> None:
    with pytest.raises(LocalProtocolError):
        encode_beacon(wrong)
