"""The beacon: somebody with this id listens at these ports. A hint, never identity.

Source: PROTOCOL, "Beacon". It is not signed: whatever it says is proven by a
handshake or worth nothing. It names no person and no version.
"""

import struct
from dataclasses import dataclass
from typing import Final

from net.protocol.errors import LocalProtocolError
from net.protocol.identity import PEER_ID_BYTES, PeerId
from net.protocol.limits import PORT_MIN
from net.protocol.packet import PacketType, prefix

GROUP_V4: Final = "239.255.189.99"
"""RFC 2365 local scope, which no router forwards; 189.99 is DISCOVERY_PORT in two bytes."""
GROUP_V6: Final = "ff12::8000:bd63"
"""Transient (RFC 4291), link-local, group id of the range for such (RFC 3307); the port again."""

EPOCH_BYTES: Final = 8
BEACON_BYTES: Final = 52

_LAYOUT: Final = struct.Struct(">4s32s8sIHH")
_PREFIX: Final = prefix(PacketType.BEACON)


@dataclass(frozen=True, slots=True)
class Beacon:
    """``epoch`` is random for each start of the program, ``sequence`` counts within it."""

    peer_id: PeerId
    epoch: bytes
    sequence: int
    udp_port: int
    tcp_port: int


def encode_beacon(beacon: Beacon) -> bytes:
    """BEACON_BYTES. Raises LocalProtocolError for what no beacon may say."""
    if (
        len(beacon.peer_id) != PEER_ID_BYTES
        or len(beacon.epoch) != EPOCH_BYTES
        or not PORT_MIN <= beacon.udp_port < 0x10000
        or not PORT_MIN <= beacon.tcp_port < 0x10000
        or not 0 <= beacon.sequence < 1 << 32
    ):
        raise LocalProtocolError("a field of the beacon is out of range")
    return _LAYOUT.pack(
        _PREFIX,
        beacon.peer_id,
        beacon.epoch,
        beacon.sequence,
        beacon.udp_port,
        beacon.tcp_port,
    )


def decode_beacon(datagram: bytes) -> Beacon | None:
    """None for anything but exactly one beacon of this version. Never raises."""
    if len(datagram) != BEACON_BYTES or not datagram.startswith(_PREFIX):
        return None
    _, peer_id, epoch, sequence, udp_port, tcp_port = _LAYOUT.unpack(datagram)
    if udp_port < PORT_MIN or tcp_port < PORT_MIN:
        return None
    return Beacon(peer_id, epoch, sequence, udp_port, tcp_port)
