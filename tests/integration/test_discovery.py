"""Several instances on one machine meet on its loopback, with real sockets.

Each test has a discovery port of its own, so that nothing else on the machine is
heard. What real networks add is tried on the rig (tests/e2e).
"""

import asyncio
import hashlib
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import pytest

from net import discovery
from net.discovery import Discovery
from net.ports import open_ports
from net.protocol.beacon import BEACON_BYTES, Beacon, encode_beacon
from net.protocol.identity import PeerId
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.rates import TokenBucket
from net.protocol.schedule import BURST_S
from net.protocol.sightings import Drop, Sighting
from net.udp import UdpSockets

LOOPBACK = "127.0.0.1"
COPIES = 2
"""Of each beacon on loopback: to the group and to the broadcast address."""


def name_to_id(name: str) -> PeerId:
    return PeerId(hashlib.sha256(name.encode()).digest())


class Instance:
    """One Landline as far as discovery goes."""

    def __init__(self, discovery_port: int, name: str, near: str) -> None:
        loop = asyncio.get_running_loop()
        self.peer_id = name_to_id(name)
        self.seen: list[Sighting] = []
        self.on_seen: Callable[[], None] = lambda: None
        self.networks: list[int] = []
        self.answers: list[tuple[bytes, Address]] = []
        self._ports = open_ports(20000, bind=[LOOPBACK])
        self.port = self._ports.port
        self._udp = UdpSockets(loop, self._ports.udp, self._on_datagram)
        self.discovery = Discovery(
            loop,
            self.peer_id,
            os.urandom(8),
            self.port,
            self.port,
            bind=[near],
            on_sighting=self._on_sighting,
            on_networks=self.networks.append,
            send=self._send,
            discovery_port=discovery_port,
            entropy=lambda size: b"\xff" * size,  # every delay at its longest
        )

    def has_seen(self, other: "Instance") -> bool:
        return (other.peer_id, (LOOPBACK, other.port)) in {
            (s.peer_id, s.address) for s in self.seen
        }

    def close(self) -> None:
        self.discovery.stop()
        self._udp.close()
        self._ports.close()

    @property
    def dropped(self) -> dict[Drop, int]:
        return self.discovery.dropped

    def _send(self, data: bytes, address: Address) -> bool:
        self.answers.append((data, address))
        return self._udp.send(data, address)

    def _on_sighting(self, sighting: Sighting) -> None:
        self.seen.append(sighting)
        self.on_seen()

    def _on_datagram(self, data: bytes, address: Address) -> None:
        assert peek_type(data) is PacketType.BEACON
        self.discovery.receive_unicast(data, address)


class Office:
    """A discovery port of its own and all who share it."""

    def __init__(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((LOOPBACK, 0))
            self.port = int(probe.getsockname()[1])
        self.stack = ExitStack()

    def open(self, name: str, near: str = LOOPBACK) -> Instance:
        instance = Instance(self.port, name, near)
        self.stack.callback(instance.close)
        instance.discovery.start()
        return instance

    def shout(self, data: bytes, count: int = 1, *, host: str = LOOPBACK) -> None:
        """From a socket that is no Landline."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.bind((host, 0))
            for _ in range(count):
                sock.sendto(data, ("127.255.255.255", self.port))

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)


def run(test: Callable[[Office], Awaitable[None]]) -> None:
    async def body() -> None:
        office = Office()
        with office.stack:
            await test(office)

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(body())


def beacon_of(name: str, sequence: int = 1, port: int = 30000) -> bytes:
    return encode_beacon(Beacon(name_to_id(name), b"12345678", sequence, port, port))


@pytest.mark.parametrize("count", [2, 6])
def test_instances_on_one_machine_meet(count: int) -> None:
    async def meet(office: Office) -> None:
        everyone = [office.open(f"person {number}") for number in range(count)]
        await office.wait_until(
            lambda: all(a.has_seen(b) for a in everyone for b in everyone if a is not b)
        )
        assert not any(a.has_seen(a) for a in everyone)
        assert all(a.dropped[Drop.OWN] for a in everyone)

    run(meet)


def test_a_newcomer_is_answered_and_need_not_wait_for_the_next_beacon() -> None:
    """The answer goes to its main port, and is as long as what it answers."""

    async def meet(office: Office) -> None:
        old = office.open("old")
        await office.wait_until(lambda: old.dropped[Drop.OWN] >= COPIES * len(BURST_S))
        new = office.open("new")
        await office.wait_until(lambda: new.has_seen(old) and old.has_seen(new))
        await office.wait_until(lambda: bool(old.answers))
        assert [(len(data), to) for data, to in old.answers] == [
            (BEACON_BYTES, (LOOPBACK, new.port))
        ]

    run(meet)


def test_d07_what_is_no_newcomers_beacon_gets_no_answer() -> None:
    async def meet(office: Office) -> None:
        one = office.open("one")
        for data in (b"", b"hello", beacon_of("x")[:-1], beacon_of("x") + b"x", bytes(1200)):
            office.shout(data)
        await office.wait_until(lambda: one.dropped[Drop.MALFORMED] >= 5)
        one.discovery.receive_unicast(beacon_of("answering"), (LOOPBACK, 30000))
        assert [s.peer_id for s in one.seen] == [name_to_id("answering")]
        office.shout(beacon_of("answering", sequence=2))
        await office.wait_until(lambda: len(one.seen) == 2)
        office.shout(beacon_of("newcomer", port=30001))
        await office.wait_until(lambda: len(one.seen) == 3)
        assert not one.answers
        office.shout(beacon_of("newcomer", sequence=2, port=30001))
        await office.wait_until(lambda: bool(one.answers))
        assert one.answers[0][1] == (LOOPBACK, 30001)

    run(meet)


def test_d07_newcomers_are_answered_at_a_bounded_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "ANSWERS_BURST", 2)
    monkeypatch.setattr(discovery, "ANSWERS_PER_S", 0.001)

    async def meet(office: Office) -> None:
        one = office.open("one")

        async def come(number: int) -> None:
            for sequence in (1, 2):
                before = len(one.seen)
                office.shout(beacon_of(f"{number}", sequence, port=30000 + number))
                await office.wait_until(lambda before=before: len(one.seen) > before)

        for number in range(1, 6):
            await come(number)
        one.discovery._answers = TokenBucket(1, 0.0, 0.0)
        await come(6)  # each waits as long, so this answer is the last
        await office.wait_until(lambda: bool(one.answers) and one.answers[-1][1][1] == 30006)
        assert [address[1] for _, address in one.answers] == [30001, 30002, 30006]

    run(meet)


def test_d05_a_flood_of_the_shared_port_is_left_unread_beyond_its_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(discovery, "INTAKE_BURST", 100)
    monkeypatch.setattr(discovery, "INTAKE_PER_S", 1000)

    async def meet(office: Office) -> None:
        loop = asyncio.get_running_loop()
        one, started_s = office.open("one"), loop.time()
        for _ in range(64):
            office.shout(b"flood", 256)
            await asyncio.sleep(0)
        allowed = 100 + 1000 * (loop.time() - started_s)
        assert sum(one.dropped.values()) <= allowed
        for sequence in range(1000):
            office.shout(beacon_of("honest", sequence), host="127.0.0.2")
            await asyncio.sleep(0.01)
            if one.seen:
                break
        assert one.seen[0].address == ("127.0.0.2", 30000)

    run(meet)


def test_another_program_on_the_discovery_port_only_slows_us_down() -> None:
    """Answers still come to the main port; and once the port is free, all is well."""

    async def meet(office: Office) -> None:
        with ExitStack() as holders:
            for family in (socket.AF_INET, socket.AF_INET6):
                holder = holders.enter_context(socket.socket(family, socket.SOCK_DGRAM))
                if family == socket.AF_INET6:
                    holder.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                holder.bind(("", office.port))
            deaf = office.open("deaf")
        other = office.open("other")
        await office.wait_until(lambda: deaf.has_seen(other) and other.has_seen(deaf))
        await office.wait_until(lambda: deaf.dropped[Drop.OWN] > 0)

    run(meet)


def test_only_the_networks_bound_to_are_heard() -> None:
    async def meet(office: Office) -> None:
        elsewhere, here = office.open("elsewhere", "198.51.100.7"), office.open("here")
        office.shout(beacon_of("other"))
        await office.wait_until(lambda: len(here.seen) > 0)
        office.shout(beacon_of("other", 2))
        await office.wait_until(lambda: len(here.seen) > 1)
        assert elsewhere.networks == [0]
        assert not elsewhere.seen
        assert not any(elsewhere.dropped.values())
        assert not here.has_seen(elsewhere)

    run(meet)


def test_announcing_sends_three_beacons_again() -> None:
    async def meet(office: Office) -> None:
        one = office.open("one")
        await office.wait_until(lambda: one.dropped[Drop.OWN] == COPIES * len(BURST_S))
        one.discovery.announce()
        await office.wait_until(lambda: one.dropped[Drop.OWN] == 2 * COPIES * len(BURST_S))

    run(meet)


def test_nothing_is_called_or_sent_after_the_stop() -> None:
    async def meet(office: Office) -> None:
        one = office.open("one")
        one.discovery.set_live_peers(1000)  # so that its answer is a second away
        office.shout(beacon_of("newcomer"))
        await office.wait_until(lambda: bool(one.seen))
        one.discovery.stop()
        one.discovery.stop()
        one.discovery.announce()
        one.discovery.receive_unicast(beacon_of("late"), (LOOPBACK, 30000))
        other = office.open("other")
        await office.wait_until(lambda: other.dropped[Drop.OWN] >= COPIES * len(BURST_S))
        assert len(one.seen) == 1
        assert not one.answers
        assert not other.seen

    run(meet)


def test_stopping_within_a_sighting_leaves_nothing_behind() -> None:
    async def meet(office: Office) -> None:
        one = office.open("one")
        one.on_seen = one.discovery.stop
        office.shout(beacon_of("newcomer"))
        await office.wait_until(lambda: bool(one.seen))
        assert not one.answers

    run(meet)


def test_a_peer_is_doubtful_the_later_the_more_there_are() -> None:
    async def meet(office: Office) -> None:
        one = office.open("one")
        alone_s = one.discovery.doubtful_after_s
        one.discovery.set_live_peers(1000)
        assert one.discovery.doubtful_after_s > 5 * alone_s

    run(meet)
