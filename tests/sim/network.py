"""Datagram endpoints joined in memory: a seeded bad network under a fake clock."""

import heapq
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import Established, Received, SessionEvent

Event = TypeVar("Event", bound=SessionEvent)


@dataclass(frozen=True)
class Weather:
    """What the network does to each datagram; shares of one, times in seconds."""

    loss: float = 0.0
    twice: float = 0.0
    delay_s: float = 0.001
    jitter_s: float = 0.0


def seeded(seed: object) -> Callable[[int], bytes]:
    """Entropy that is the same in every run."""
    return random.Random(repr(seed)).randbytes


def identity(name: object) -> Identity:
    return Identity(seeded(("identity", name))(32))


@dataclass
class Host:
    """One process: its endpoint, where it is, and all that it was told."""

    name: str
    address: Address
    endpoint: DatagramEndpoint
    identity: Identity
    events: list[SessionEvent] = field(default_factory=list)

    @property
    def peer_id(self) -> PeerId:
        return self.identity.peer_id

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def payloads(self) -> list[bytes]:
        return [event.payload for event in self.of(Received)]

    def has_met(self, other: "Host") -> bool:
        return any(event.peer == other.peer_id for event in self.of(Established))


@dataclass(frozen=True)
class Sent:
    """One datagram as somebody on the same wire saw it."""

    at_s: float
    datagram: bytes
    source: Address
    target: Address

    @property
    def kind(self) -> PacketType | None:
        return peek_type(self.datagram)


class Network:
    """``log`` is what an eavesdropper has; ``is_cut`` decides what never arrives."""

    def __init__(self, seed: object = 0, weather: Weather | None = None) -> None:
        self.now_s = 1000.0
        self.weather = weather or Weather()
        self.log: list[Sent] = []
        self.is_cut: Callable[[Sent], bool] = lambda sent: False
        self._seed = seed
        self._random = random.Random(repr(seed))
        self._hosts: dict[Address, Host] = {}
        self._flying: list[tuple[float, int, Sent]] = []
        self._number = 0

    def add(
        self,
        name: str,
        *,
        address: Address | None = None,
        key: object = None,
        known: Collection[str] = (),
    ) -> Host:
        """A fresh process; with the address of an old one, it takes that one's place.
        ``known``: hosts of its contacts."""
        self._number += 1
        at = address or (f"10.0.{self._number // 250}.{self._number % 250 + 1}", 48484)
        who = identity(name if key is None else key)
        entropy = seeded((self._seed, self._number))
        host = Host(name, at, DatagramEndpoint(who, entropy, self.now_s, known.__contains__), who)
        self._hosts[at] = host
        return host

    def move(self, host: Host, address: Address) -> None:
        del self._hosts[host.address]
        host.address = address
        self._hosts[address] = host

    def inject(self, datagram: bytes, source: Address, host: Host) -> None:
        """What somebody else puts on the wire, arriving at once."""
        host.endpoint.receive(datagram, source, self.now_s)
        self._collect(host)

    def connect(self, caller: Host, callee: Host, *, proven: bool = True) -> None:
        caller.endpoint.connect(callee.address, self.now_s, expected=callee.peer_id, proven=proven)

    def send(self, sender: Host, receiver: Host, payload: bytes) -> bool:
        is_sent = sender.endpoint.send(receiver.peer_id, payload, self.now_s)
        self._collect(sender)
        return is_sent

    def run(self, seconds: float) -> None:
        """Everything that happens in this time, in order."""
        until_s = self.now_s + seconds
        for host in self._hosts.values():
            self._collect(host)
        while (next_s := self._next_s()) is not None and next_s <= until_s:
            self.now_s = max(self.now_s, next_s)
            self._step()
        self.now_s = until_s

    def meet(self, caller: Host, callee: Host, *, seconds: float = 1.0) -> None:
        self.connect(caller, callee)
        self.run(seconds)
        assert caller.has_met(callee)
        assert callee.has_met(caller)

    def seen(self, kind: PacketType) -> list[Sent]:
        return [sent for sent in self.log if sent.kind is kind]

    def last(self, kind: PacketType) -> Sent:
        return self.seen(kind)[-1]

    def _next_s(self) -> float | None:
        times = [self._flying[0][0]] if self._flying else []
        deadlines = (host.endpoint.next_deadline() for host in self._hosts.values())
        return min(times + [time for time in deadlines if time is not None], default=None)

    def _step(self) -> None:
        while self._flying and self._flying[0][0] <= self.now_s:
            sent = heapq.heappop(self._flying)[2]
            host = self._hosts.get(sent.target)
            if host is not None:
                host.endpoint.receive(sent.datagram, sent.source, self.now_s)
                self._collect(host)
        for host in self._hosts.values():
            deadline_s = host.endpoint.next_deadline()
            if deadline_s is not None and deadline_s <= self.now_s:
                host.endpoint.tick(self.now_s)
                self._collect(host)

    def _collect(self, host: Host) -> None:
        host.events += host.endpoint.take_events()
        for datagram, target in host.endpoint.take_datagrams():
            sent = Sent(self.now_s, datagram, host.address, target)
            self.log.append(sent)
            copies = 2 if self._random.random() < self.weather.twice else 1
            for _ in range(copies):
                self._fly(sent)

    def _fly(self, sent: Sent) -> None:
        if self._random.random() < self.weather.loss or self.is_cut(sent):
            return
        delay_s = self.weather.delay_s + self._random.random() * self.weather.jitter_s
        self._number += 1
        heapq.heappush(self._flying, (self.now_s + delay_s, self._number, sent))
