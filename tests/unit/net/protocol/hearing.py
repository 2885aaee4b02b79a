"""A table of sightings under a clock that only tests move."""

from ipaddress import IPv4Interface

from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.identity import PeerId
from net.protocol.sightings import Drop, Sighting, SightingTable

OWN = PeerId(b"O" * 32)
BOB = PeerId(b"B" * 32)
HOST = "10.0.0.2"
SOURCE_PORT = 5000
OUR_EPOCH = (7).to_bytes(8, "big")


def peer(number: int) -> PeerId:
    return PeerId(number.to_bytes(32, "big"))


def host(number: int) -> str:
    return f"10.{16 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


class Table:
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.table = SightingTable(OWN, 48484, self.now_s, OUR_EPOCH)
        self.table.set_networks(
            [IPv4Interface("10.0.0.1/24"), IPv4Interface("11.0.0.1/31")], {"10.0.0.1", "127.0.0.1"}
        )
        self._sequence = 1000

    def hear(
        self,
        peer_id: PeerId = BOB,
        at: str = HOST,
        *,
        epoch: int = 1,
        sequence: int | None = None,
        port: int = 48484,
        source_port: int = SOURCE_PORT,
    ) -> Sighting | None:
        if sequence is None:
            self._sequence += 1
            sequence = self._sequence
        data = encode_beacon(Beacon(peer_id, epoch.to_bytes(8, "big"), sequence, port, port))
        return self.table.observe(data, (at, source_port), self.now_s)

    def only_drop(self) -> Drop:
        (reason,) = [reason for reason, count in self.table.dropped.items() if count]
        return reason


def flags(sighting: Sighting | None) -> tuple[bool, bool] | None:
    return None if sighting is None else (sighting.is_new_epoch, sighting.is_new_address)
