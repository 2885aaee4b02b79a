"""The first four bytes of every datagram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.limits import DATAGRAM_MAX_BYTES
from net.protocol.packet import MAGIC, VERSION, PacketType, peek_type, prefix


@pytest.mark.parametrize("kind", PacketType)
def test_each_kind_is_told_from_its_prefix(kind: PacketType) -> None:
    assert peek_type(prefix(kind)) is kind
    assert peek_type(prefix(kind) + b"body") is kind


@pytest.mark.parametrize("size", range(4))
def test_a01_a02_cut_prefix_is_nothing(size: int) -> None:
    assert peek_type(prefix(PacketType.DATA)[:size]) is None


def test_a03_larger_than_any_of_ours_is_nothing() -> None:
    whole = prefix(PacketType.DATA).ljust(DATAGRAM_MAX_BYTES, b"\0")
    assert peek_type(whole) is PacketType.DATA
    assert peek_type(whole + b"\0") is None
    assert peek_type(whole.ljust(65_507, b"\0")) is None


def test_a04_every_other_magic_version_and_type_is_nothing() -> None:
    known = {prefix(kind) for kind in PacketType}
    for place in range(4):
        for value in range(256):
            changed = bytearray(prefix(PacketType.INIT))
            changed[place] = value
            assert (peek_type(bytes(changed)) is None) == (bytes(changed) not in known)


def test_a22_packet_of_a_future_version_is_nothing() -> None:
    for version in range(VERSION + 1, 256):
        for kind in range(256):
            assert peek_type(MAGIC + bytes((version, kind)) + b"\xff" * 1000) is None


@given(st.binary(max_size=64))
def test_any_bytes_are_a_kind_or_nothing(datagram: bytes) -> None:
    assert peek_type(datagram) in (None, *PacketType)
