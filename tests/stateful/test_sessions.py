"""Three sessions under somebody who owns the network: reads, keeps, changes, forges all of it."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from net.protocol import gate, initiator, responder
from net.protocol.packet import PREFIX_BYTES, Address, PacketType, peek_type
from net.protocol.peer_session import SESSIONS_PER_PEER
from net.protocol.session_event import Established, Moved, Received
from net.protocol.session_packet import INDEX_BYTES, encode_init, encode_knock, encode_retry
from tests.pace import pace
from tests.sim.network import Host, Network, Sent, seeded

NAMES = ("ann", "ben", "eve")
STRANGERS: tuple[Address, ...] = (("10.66.6.6", 6666), ("10.66.6.7", 5353))
BEACON_BYTES = 52
CALM_S = 3
ATTEMPTS_MAX, KNOCKS_MAX, HALF_OPEN_MAX = 6, 2, 2
SLOTS_MAX = ATTEMPTS_MAX + KNOCKS_MAX + HALF_OPEN_MAX + SESSIONS_PER_PEER * (len(NAMES) - 1)

PAIRS = [(a, b) for a in range(3) for b in range(3) if a != b]
FORGED = [PacketType.KNOCK, PacketType.RETRY, PacketType.INIT]

pairs = st.sampled_from(PAIRS)
hosts = st.integers(0, 2)
which = st.integers(0, 10_000)
places = st.integers(0, 4)
times = st.sampled_from([0.005, 0.2, 1.0, 6.0, 12.0, 70.0, 3700.0, 7300.0])


@dataclass
class Ledger:
    """What one process took from each address, gave to it, and has reason to trust."""

    taken: Counter[Address] = field(default_factory=Counter)
    given: Counter[Address] = field(default_factory=Counter)
    proven: set[Address] = field(default_factory=set)
    echoes: set[tuple[Address, bytes]] = field(default_factory=set)
    """Indexes that went to an address: who says one from there can be reached there."""


@dataclass(frozen=True)
class Said:
    teller: str
    hearer: str
    step: int


def called(event: Moved | Established) -> bool:
    """Then it is where the call went, which was vouched for or had answered before. Else
    they have read there what went there."""
    return isinstance(event, Established) and event.is_initiator


class Sessions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.network = Network("machine")
        self.network.is_cut = lambda sent: True
        self.step = self.looked = 0
        self.born: dict[bytes, tuple[str, int]] = {}
        self.died: dict[bytes, int] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.pending: list[Sent] = []
        self.said: dict[bytes, Said] = {}
        self.heard: set[bytes] = set()
        self.noise = seeded("noise")
        self.hosts = [self.network.add(name) for name in NAMES]
        for host in self.hosts:
            self.begin(host)

    # --- What the three do ---------------------------------------------------

    @initialize()
    def all_have_met(self) -> None:
        for pair in ((0, 1), (1, 2), (2, 0)):
            self.call(pair, proven=True)
        for _ in range(4):
            self.deliver_all()

    @rule(pair=pairs, proven=st.booleans(), where=hosts, is_anyone=st.booleans())
    def call(
        self,
        pair: tuple[int, int],
        proven: bool,
        where: int | None = None,
        is_anyone: bool = False,
    ) -> None:
        """``where``: whose address it is called at, perhaps somebody else's. ``is_anyone``: it
        was typed, whoever may be there."""
        caller, callee = self.hosts[pair[0]], self.hosts[pair[1]]
        at = self.hosts[pair[1] if where is None else where]
        address, ledger = at.address, self.ledgers[caller.name]
        if proven:
            ledger.proven.add(address)
        else:
            ledger.taken[address] += BEACON_BYTES
        expected = None if is_anyone else callee.peer_id
        caller.endpoint.connect(address, self.network.now_s, expected=expected, proven=proven)
        self.network.run(0)
        self.look()

    @rule(pair=pairs, count=st.integers(1, 3))
    def say(self, pair: tuple[int, int], count: int) -> None:
        teller, hearer = self.hosts[pair[0]], self.hosts[pair[1]]
        for _ in range(count):
            payload = self.noise(16)
            self.said[payload] = Said(teller.name, hearer.name, self.step)
            self.network.send(teller, hearer, payload)
        self.look()

    @rule(pair=pairs, place=st.none() | places)
    def talk(self, pair: tuple[int, int], place: int | None) -> None:
        """One says something, which comes from ``place`` or from where it was said, and the
        other says more."""
        self.say(pair, count=1)
        while self.pending:
            self.deliver(len(self.pending) - 1, copies=1, place=place)
        self.say((pair[1], pair[0]), count=3)

    @rule(number=hosts)
    def restart(self, number: int) -> None:
        old = self.hosts[number]
        self.died[old.endpoint._core.static.public] = self.step
        self.hosts[number] = self.network.add(old.name, address=old.address)
        self.begin(self.hosts[number])

    @rule(number=hosts, place=places)
    def move(self, number: int, place: int) -> None:
        self.network.move(self.hosts[number], (f"10.8.{number}.{place + 1}", 48484))

    @rule(pair=pairs)
    def close(self, pair: tuple[int, int]) -> None:
        self.hosts[pair[0]].endpoint.close(self.hosts[pair[1]].peer_id)

    @rule(seconds=times)
    def pass_time(self, seconds: float) -> None:
        self.network.run(seconds)
        self.look()

    # --- What whoever owns the network does ----------------------------------

    @precondition(lambda self: self.pending)
    @rule(which=which, copies=st.integers(1, 2), place=st.none() | places)
    def deliver(self, which: int, copies: int, place: int | None) -> None:
        """``place``: where it seems to come from, if not from where it does."""
        sent = self.pending.pop(which % len(self.pending))
        for _ in range(copies):
            source = sent.source if place is None else self.place(place)
            self.arrive(sent.datagram, source, self.host_at(sent.target))

    @precondition(lambda self: self.pending)
    @rule()
    def deliver_all(self) -> None:
        pending, self.pending = self.pending, []
        for sent in pending:
            self.arrive(sent.datagram, sent.source, self.host_at(sent.target))

    @precondition(lambda self: self.pending)
    @rule(which=which)
    def lose(self, which: int) -> None:
        del self.pending[which % len(self.pending)]

    @precondition(lambda self: self.network.log)
    @rule(which=which, back=st.booleans())
    def replay(self, which: int, back: bool) -> None:
        """Anything that ever was on the wire: again, or back to who sent it."""
        sent = self.old(which)
        source, target = (sent.target, sent.source) if back else (sent.source, sent.target)
        self.arrive(sent.datagram, source, self.host_at(target))

    @precondition(lambda self: self.network.log)
    @rule(which=which, number=hosts, place=places)
    def misdirect(self, which: int, number: int, place: int) -> None:
        """To anybody, as if from anywhere."""
        self.arrive(self.old(which).datagram, self.place(place), self.hosts[number])

    @precondition(lambda self: self.network.log)
    @rule(which=which, at=st.integers(0, 1199), change=st.integers(1, 255), is_cut=st.booleans())
    def tamper(self, which: int, at: int, change: int, is_cut: bool) -> None:
        sent = self.old(which)
        changed = bytearray(sent.datagram)
        changed[at % len(changed)] ^= change
        if is_cut:
            del changed[at % len(changed) :]
        self.arrive(bytes(changed), sent.source, self.host_at(sent.target))

    @rule(
        number=hosts,
        place=places,
        which=which,
        kind=st.sampled_from(FORGED),
        count=st.integers(1, 3),
    )
    def forge(self, number: int, place: int, which: int, kind: PacketType, count: int) -> None:
        """What needs no key: calls, or answers to one that was overheard."""
        for _ in range(count):
            index = int.from_bytes(self.noise(INDEX_BYTES), "big") | 1
            if kind is PacketType.RETRY:
                overheard = self.old(which).datagram[PREFIX_BYTES:][:INDEX_BYTES]
                forged = encode_retry(int.from_bytes(overheard, "big"), self.noise(16))
            elif kind is PacketType.KNOCK:
                forged = encode_knock(index)
            else:
                forged = encode_init(index, bytes(16), self.noise(32))
            self.arrive(forged, self.place(place), self.hosts[number])

    # --- What must hold ------------------------------------------------------

    @rule(callers=st.lists(pairs, min_size=1, max_size=3))
    def calm(self, callers: list[tuple[int, int]] = PAIRS) -> None:
        """The network is itself again: whoever calls is connected, both ways at once, whatever
        either still keeps of what the other has closed.
        """
        self.pending.clear()
        self.network.is_cut = lambda sent: False
        for ledger in self.ledgers.values():
            ledger.proven.update(host.address for host in self.hosts)
        for pair in callers:
            self.call(pair, proven=True)
        talkers = {way for a, b in callers for way in ((a, b), (b, a))}
        for _ in range(CALM_S):
            self.network.run(1.0)
            before = set(self.said)
            for pair in sorted(talkers):
                self.say(pair, count=1)
        self.network.run(1.0)
        self.look()
        assert set(self.said) - before <= self.heard, "somebody is not reached any more"
        self.network.is_cut = lambda sent: True
        self.pending.clear()

    @invariant()
    def nobody_unproven_gets_more_than_came(self) -> None:
        for ledger in self.ledgers.values():
            for address, given in ledger.given.items():
                assert address in ledger.proven or given <= ledger.taken[address]

    @invariant()
    def tables_are_bounded(self) -> None:
        for host in self.hosts:
            slots = host.endpoint._core.slots
            assert len(slots) <= SLOTS_MAX
            kinds = Counter(type(slot).__name__ for slot in slots.values())
            assert kinds["HalfOpen"] <= HALF_OPEN_MAX
            assert kinds["Attempt"] <= ATTEMPTS_MAX + KNOCKS_MAX

    def teardown(self) -> None:
        self.calm()
        self.network.run(8000.0)
        for host in self.hosts:
            assert not host.endpoint._core.slots, "something is kept for ever"
            assert host.endpoint.next_deadline() is None

    # --- How it is seen ------------------------------------------------------

    def begin(self, host: Host) -> None:
        self.born[host.endpoint._core.static.public] = host.name, self.step
        self.ledgers[host.name] = Ledger()

    def host_at(self, address: Address) -> Host | None:
        return next((host for host in self.hosts if host.address == address), None)

    def place(self, number: int) -> Address:
        return (*(host.address for host in self.hosts), *STRANGERS)[number]

    def old(self, which: int) -> Sent:
        return self.network.log[which % len(self.network.log)]

    def arrive(self, datagram: bytes, source: Address, host: Host | None) -> None:
        if host is None:
            return
        ledger = self.ledgers[host.name]
        ledger.taken[source] += len(datagram)
        index = datagram[PREFIX_BYTES:][:INDEX_BYTES]
        if peek_type(datagram) is PacketType.RETRY and (source, index) in ledger.echoes:
            ledger.proven.add(source)
        self.network.inject(datagram, source, host)
        self.look()

    def look(self) -> None:
        """Take note of what was sent, and hold what was heard to what was said."""
        self.step += 1
        for sent in self.network.log[self.looked :]:
            host = self.host_at(sent.source)
            assert host is not None
            ledger = self.ledgers[host.name]
            ledger.given[sent.target] += len(sent.datagram)
            ledger.echoes.add((sent.target, sent.datagram[PREFIX_BYTES:][:INDEX_BYTES]))
            assert not any(words in sent.datagram for words in list(self.said)[-20:])
            self.pending.append(sent)
        self.looked = len(self.network.log)
        for host in self.hosts:
            for event in host.events:
                if isinstance(event, Received):
                    self.hear(host, event)
                elif isinstance(event, Established):
                    self.meet(host, event)
                if isinstance(event, Moved | Established) and not called(event):
                    self.ledgers[host.name].proven.add(event.address)
            host.events.clear()

    def hear(self, host: Host, event: Received) -> None:
        said = self.said[event.payload]
        teller = next(other for other in self.hosts if other.peer_id == event.peer)
        assert (said.teller, said.hearer) == (teller.name, host.name), "somebody else's words"
        assert event.payload not in self.heard, "taken in twice"
        assert self.born[host.endpoint._core.static.public][1] <= said.step, "from a former life"
        self.heard.add(event.payload)

    def meet(self, host: Host, event: Established) -> None:
        """Whoever is proven to be there lives, or did while this process was here."""
        name, _ = self.born[event.process]
        other = next(one for one in self.hosts if one.name == name)
        assert event.peer == other.peer_id != host.peer_id
        ours = self.born[host.endpoint._core.static.public][1]
        assert self.died.get(event.process, self.step) >= ours, "a process that was dead before"


def test_e04_e16_whoever_owns_the_network_can_only_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(initiator, "ATTEMPTS_MAX", ATTEMPTS_MAX)
    monkeypatch.setattr(initiator, "KNOCKS_MAX", KNOCKS_MAX)
    monkeypatch.setattr(responder, "HALF_OPEN_MAX", HALF_OPEN_MAX)
    for module in (gate, responder):
        monkeypatch.setattr(module, "HOSTS_MAX", 2)
    monkeypatch.setattr(responder, "FREE_BURST", 3.0)
    run_state_machine_as_test(Sessions, settings=pace(20, 40))
