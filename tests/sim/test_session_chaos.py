"""Everything at once, at random: calls, restarts, moves, closing, sleep, bad weather. Then calm."""

import random

import pytest

from net.protocol.session_event import Received
from tests.sim.network import Host, Network, Weather

HOSTS = 4
STEPS = 300
CALM_S = 60.0


class Chaos:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.network = Network(seed)
        self.hosts = [self.network.add(f"h{number}") for number in range(HOSTS)]
        self.said = 0
        self.heard: list[bytes] = []

    def pair(self) -> tuple[Host, Host]:
        a, b = self.dice.sample(self.hosts, 2)
        return a, b

    def step(self) -> None:
        a, b = self.pair()
        what = self.dice.choices(
            [self.call, self.say, self.restart, self.move, self.close, self.change_weather],
            weights=[20, 60, 3, 4, 3, 5],
        )[0]
        what(a, b)
        self.network.run(self.dice.choice([0.0, 0.001, 0.05, 0.5, 8.0]))
        self.take_in()

    def take_in(self) -> None:
        for host in self.hosts:
            self.heard += [event.payload for event in host.of(Received)]
            host.events.clear()

    def call(self, a: Host, b: Host) -> None:
        self.network.connect(a, b, proven=self.dice.random() < 0.5)

    def say(self, a: Host, b: Host) -> None:
        for _ in range(self.dice.randrange(1, 5)):
            self.said += 1
            self.network.send(a, b, b"%d" % self.said)

    def restart(self, a: Host, _b: Host) -> None:
        reborn = self.network.add(a.name, address=a.address)
        self.hosts[self.hosts.index(a)] = reborn

    def move(self, a: Host, _b: Host) -> None:
        self.network.move(
            a, (f"10.8.{self.dice.randrange(250)}.1", self.dice.randrange(1024, 65536))
        )

    def close(self, a: Host, b: Host) -> None:
        a.endpoint.close(b.peer_id)

    def change_weather(self, _a: Host, _b: Host) -> None:
        self.network.weather = Weather(
            loss=self.dice.choice([0.0, 0.1, 0.5]),
            twice=0.2,
            jitter_s=self.dice.choice([0.0, 0.01, 0.3]),
        )


@pytest.mark.parametrize("seed", range(10))
def test_after_any_turmoil_everyone_can_talk_to_everyone(seed: int) -> None:
    chaos = Chaos(seed)
    for _ in range(STEPS):
        chaos.step()
    network = chaos.network
    network.weather = Weather()
    for a in chaos.hosts:
        for b in chaos.hosts:
            if a is not b:
                network.connect(a, b)
    network.run(CALM_S)
    chaos.take_in()
    assert len(chaos.heard) == len(set(chaos.heard)), "a datagram passed twice"
    for a in chaos.hosts:
        for b in chaos.hosts:
            if a is not b:
                assert network.send(a, b, a.name.encode())
    network.run(1.0)
    for host in chaos.hosts:
        others = {other.name.encode() for other in chaos.hosts if other is not host}
        assert set(host.payloads()) == others
    network.run(3 * CALM_S)
    for host in chaos.hosts:
        assert len(host.endpoint._core.slots) <= 2 * HOSTS
    network.run(8000.0)
    for host in chaos.hosts:
        assert not host.endpoint._core.slots
        assert host.endpoint.next_deadline() is None
