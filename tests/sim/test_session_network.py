"""Sessions over a network that loses, doubles, delays and reorders. Seeds are in the ids."""

import pytest

from net.protocol.packet import PacketType
from net.protocol.peer_session import DEAD_AFTER_S, REKEY_AFTER_S, REKEY_PATIENCE_S
from net.protocol.session_event import ConnectFailed, ConnectFault, Ended, EndReason, Established
from net.protocol.session_table import FINISH_GROWTH, SUPERSEDED_S
from tests.sim.network import Host, Network, Sent, Weather

BAD = Weather(loss=0.3, twice=0.1, delay_s=0.001, jitter_s=0.05)
SEEDS = range(12)


def talk(network: Network, a: Host, b: Host, count: int = 20) -> None:
    """Both say numbered things; in this weather some are lost, none may come twice."""
    before = len(a.payloads()), len(b.payloads())
    for number in range(count):
        assert network.send(a, b, b"a%d" % number)
        assert network.send(b, a, b"b%d" % number)
        network.run(0.01)
    network.run(1.0)
    for host, start in ((a, before[0]), (b, before[1])):
        heard = host.payloads()[start:]
        assert len(heard) == len(set(heard)), "a datagram passed twice"
        assert heard, "nothing came through"


def assert_same_session(a: Host, b: Host) -> None:
    ours, theirs = a.endpoint._table.sending(b.peer_id), b.endpoint._table.sending(a.peer_id)
    assert ours is not None
    assert theirs is not None
    assert (ours.local_index, ours.remote_index) == (theirs.remote_index, theirs.local_index)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("is_proven", [True, False])
def test_peers_meet_in_bad_weather(seed: int, is_proven: bool) -> None:
    network = Network(seed, BAD)
    a, b = network.add("a"), network.add("b")
    for _ in range(4):  # as the engine does with every beacon
        if not a.has_met(b):
            network.connect(a, b, proven=is_proven)
        network.run(5.1)
    assert a.has_met(b)
    assert b.has_met(a)
    talk(network, a, b)


@pytest.mark.parametrize("seed", SEEDS)
def test_e16_simultaneous_calls_end_on_one_session_without_loss(seed: int) -> None:
    """In good weather every datagram sent after Established arrives, whoever wins."""
    network = Network(seed, Weather(jitter_s=0.0005))
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    network.connect(b, a)
    said: dict[str, list[bytes]] = {"a": [], "b": []}
    for number in range(200):
        for sender, receiver in ((a, b), (b, a)):
            is_settled = sender.has_met(receiver) and receiver.has_met(sender)
            payload = b"%d" % number
            if is_settled and network.send(sender, receiver, payload):
                said[sender.name].append(payload)
        network.run(0.0002)
    network.run(1.0)
    assert sorted(b.payloads()) == sorted(said["a"])
    assert sorted(a.payloads()) == sorted(said["b"])
    assert_same_session(a, b)
    network.run(2 * SUPERSEDED_S)
    assert len(a.endpoint._core.slots) == len(b.endpoint._core.slots) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_e16_simultaneous_calls_in_bad_weather(seed: int) -> None:
    network = Network(seed, BAD)
    a, b = network.add("a"), network.add("b")
    for _ in range(4):
        network.connect(a, b)
        network.connect(b, a)
        network.run(5.1)
    assert a.has_met(b)
    assert b.has_met(a)
    talk(network, a, b)


@pytest.mark.parametrize("seed", SEEDS)
def test_renewal_by_age_loses_nothing_and_is_not_a_fresh_meeting(seed: int) -> None:
    network = Network(seed, Weather(jitter_s=0.001))
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    network.run(REKEY_AFTER_S - 10)
    sent = 0
    for number in range(int((REKEY_PATIENCE_S + 20) * 2)):
        assert network.send(a, b, b"a%d" % number)
        assert network.send(b, a, b"b%d" % number)
        sent += 1
        network.run(0.5)
    network.run(SUPERSEDED_S * 2)
    assert len(a.payloads()) == len(b.payloads()) == sent
    assert [event.is_fresh for event in a.of(Established)] == [True, False]
    assert [event.is_fresh for event in b.of(Established)] == [True, False]
    assert not a.of(ConnectFailed)


def test_keys_nobody_renews_are_forgotten() -> None:
    network = Network()
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    network.run(DEAD_AFTER_S + 1)
    for host, other in ((a, b), (b, a)):
        assert [event.reason for event in host.of(Ended)] == [EndReason.EXPIRED]
        assert not host.endpoint.has_session(other.peer_id)
        assert host.endpoint.heard_s(other.peer_id) is None
        assert not network.send(host, other, b"x")
        assert host.endpoint.next_deadline() is None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_peer_that_restarted_is_reached_again(seed: int) -> None:
    network = Network(seed, BAD)
    a, b = network.add("a"), network.add("b")
    for _ in range(3):
        network.connect(a, b)
        network.run(5.1)
    reborn = network.add("b", address=b.address)
    network.send(a, reborn, b"into the void")
    network.run(1.0)
    assert not reborn.events
    for _ in range(4):
        network.connect(reborn, a)
        network.run(5.1)
    talk(network, a, reborn)
    first = {event.process: event for event in reversed(a.of(Established))}
    assert [event.is_fresh for event in first.values()] == [True, True]


def test_old_session_serves_until_the_new_one_is_confirmed() -> None:
    network = Network()
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    network.is_cut = lambda sent: sent.kind is PacketType.FINISH
    network.connect(a, b)
    network.run(1.0)
    assert network.send(a, b, b"on the old keys")
    network.run(1.0)
    assert b.payloads() == [b"on the old keys"]
    network.run(5.0)
    assert not a.of(Ended)
    assert network.send(a, b, b"still")
    network.run(1.0)
    assert b.payloads()[-1] == b"still"


def test_a_renewal_that_only_one_side_believes_in_is_taken_back() -> None:
    """B's answers to FINISH are all lost: A gives the new session up, B sends on it."""
    network = Network()
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    network.is_cut = lambda sent: sent.source == b.address and sent.kind is PacketType.DATA
    network.connect(a, b)
    network.run(6.0)
    network.is_cut = lambda sent: False
    assert len(b.of(Established)) == 2
    for number in range(12):
        network.send(a, b, b"a%d" % number)
        network.send(b, a, b"b%d" % number)
        network.run(1.0)
    assert len(b.payloads()) == 12
    assert a.payloads()[-1] == b"b11"
    assert not a.of(Ended)
    assert not b.of(Ended)


def test_of_two_calls_both_sides_use_the_later_whichever_finish_came_last() -> None:
    """The first call's FINISH is lost, and sent again behind the whole second call."""
    network = Network()
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.kind is PacketType.FINISH
    network.connect(a, b)
    network.run(0.01)
    network.is_cut = lambda sent: False
    network.connect(a, b)
    network.run(1.0)
    assert len(b.of(Established)) == 2
    assert_same_session(a, b)


def test_a_session_never_confirmed_ends() -> None:
    network = Network()
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.kind is PacketType.FINISH
    network.connect(a, b)
    network.run(10.0)
    assert [event.reason for event in a.of(Ended)] == [EndReason.UNCONFIRMED]
    assert not b.of(Established)
    assert not a.endpoint.has_session(b.peer_id)
    assert a.endpoint.next_deadline() is None
    assert b.endpoint.next_deadline() is None


def test_lost_answers_to_finish_are_made_up_for() -> None:
    network = Network()
    a, b = network.add("a"), network.add("b")
    cut: list[Sent] = []

    def is_cut(sent: Sent) -> bool:
        if sent.kind is PacketType.DATA and len(cut) < 3:
            cut.append(sent)
            return True
        return False

    network.is_cut = is_cut
    network.connect(a, b)
    network.run(10.0)
    assert len(cut) == 3
    assert a.endpoint.has_session(b.peer_id)
    assert not a.of(Ended)
    assert len(b.of(Established)) == 1


@pytest.mark.parametrize(("delay_s", "pause_s"), [(0.001, 0.02), (0.05, 0.2)])
def test_finish_is_repeated_after_twice_the_round_trip(delay_s: float, pause_s: float) -> None:
    network = Network(0, Weather(delay_s=delay_s))
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.kind is PacketType.DATA
    network.connect(a, b)
    network.run(1.0)
    first, second, third = (sent.at_s for sent in network.seen(PacketType.FINISH)[:3])
    assert second - first == pytest.approx(pause_s, rel=0.25)
    assert third - second == pytest.approx(pause_s * FINISH_GROWTH, rel=0.25)


def test_nobody_there_is_a_timeout_after_some_five_seconds() -> None:
    network = Network()
    a = network.add("a")
    a.endpoint.connect(("10.9.9.9", 48484), network.now_s)
    network.run(4.9)
    assert not a.events
    network.run(0.2)
    assert a.events == [ConnectFailed(("10.9.9.9", 48484), None, ConnectFault.TIMEOUT)]
    assert 8 <= len(network.seen(PacketType.INIT)) <= 20
    assert a.endpoint.next_deadline() is None


@pytest.mark.parametrize("seed", range(3))
def test_e15_two_machines_with_one_profile_confuse_nobody(seed: int) -> None:
    network = Network(seed, Weather(jitter_s=0.002))
    a = network.add("a")
    clones = [network.add("clone-1", key="c"), network.add("clone-2", key="c")]
    for _ in range(3):
        for clone in clones:
            network.connect(clone, a)
            network.run(1.0)
            assert network.send(clone, a, clone.name.encode())
            network.run(0.1)
    assert a.payloads() == [b"clone-1", b"clone-2"] * 3
    assert len({event.process for event in a.of(Established)}) == 2
    network.connect(clones[0], clones[1])
    clones[0].endpoint.connect(clones[1].address, network.now_s)
    network.run(6.0)
    reasons = {event.reason for event in clones[0].of(ConnectFailed)}
    assert reasons == {ConnectFault.SELF, ConnectFault.COPY}
    assert network.send(clones[1], a, b"still here")
    network.run(0.1)
    assert a.payloads()[-1] == b"still here"


def test_many_peers_start_at_once() -> None:
    """Everyone calls everyone on beacons alone, both directions at the same time."""
    network = Network(1, Weather(jitter_s=0.02))
    hosts = [network.add(f"h{number}") for number in range(24)]
    for a in hosts:
        for b in hosts:
            if a is not b:
                network.connect(a, b, proven=False)
    network.run(6.0)
    for a in hosts:
        assert all(a.has_met(b) for b in hosts if a is not b)
        assert not a.of(ConnectFailed)
        assert not a.of(Ended)
