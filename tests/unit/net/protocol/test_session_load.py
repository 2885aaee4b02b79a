"""The endpoint against floods, amplification and its own limits."""

import random

import pytest

from net.protocol import initiator, peer_session, responder, session_table
from net.protocol.gate import ALL_BURST, HOST_BURST
from net.protocol.handshake import Channel
from net.protocol.noise import KeyPair, NoiseXX
from net.protocol.packet import Address, PacketType
from net.protocol.responder import FREE_BURST, HALF_OPEN_S, RETRY_BURST, RETRY_RATE
from net.protocol.session_event import (
    ConnectFailed,
    ConnectFault,
    Ended,
    EndReason,
)
from net.protocol.session_packet import (
    KNOCK_BYTES,
    decode_handshake,
    encode_finish,
    encode_init,
    encode_knock,
)
from tests.sim.network import Host, Network, identity

STRANGER: Address = ("10.66.6.6", 6666)


def test_d07_a_beacons_word_earns_less_than_the_beacon_weighed(network: Network) -> None:
    a = network.add("a")
    victim = ("10.0.0.200", 48484)
    a.endpoint.connect(victim, network.now_s, expected=identity("v").peer_id, proven=False)
    network.run(6.0)
    assert sum(len(sent.datagram) for sent in network.log) == 2 * KNOCK_BYTES <= 52
    assert [event.reason for event in a.of(ConnectFailed)] == [ConnectFault.TIMEOUT]


def test_d07_never_more_bytes_out_than_in_to_who_has_proven_nothing(network: Network) -> None:
    """A thousand forged questions of every kind, recorded ones and mangled ones among them."""
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    network.run(HALF_OPEN_S + 1)
    questions = [sent.datagram for sent in network.log]
    dice = random.Random(3)
    received = sent_back = 0
    for number in range(1000):
        datagram = bytearray(dice.choice(questions))
        for _ in range(dice.randrange(3)):
            datagram[dice.randrange(4, len(datagram))] = dice.randrange(256)
        if dice.random() < 0.3:
            fresh = KeyPair.from_seed(dice.randbytes(32)).public
            datagram = bytearray(encode_init(number + 1, bytes(16), fresh))
        before = len(network.log)
        network.inject(bytes(datagram), STRANGER, b)
        answers = [sent for sent in network.log[before:] if sent.target == STRANGER]
        received += len(datagram)
        sent_back += sum(len(sent.datagram) for sent in answers)
        assert sent_back <= received
        network.run(dice.random() * 0.01)
    assert sent_back > 0


def test_d08_beyond_the_free_ones_a_cookie_is_asked_for(network: Network) -> None:
    b = network.add("b")
    for number in range(int(FREE_BURST) + 20):
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, bytes(16), fresh), STRANGER, b)
    assert len(network.seen(PacketType.RESPONSE)) == FREE_BURST
    assert len(network.seen(PacketType.RETRY)) == 20


def test_d08_an_honest_peer_gets_through_a_flood(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    for number in range(3000):
        source = (f"10.7.{number % 200}.{number % 250 + 1}", 1000 + number)
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, bytes(16), fresh), source, b)
        network.run(0.001)
    assert a.has_met(b)
    answered = [sent for sent in network.seen(PacketType.RESPONSE) if sent.target != a.address]
    assert len(answered) <= FREE_BURST + 16 * 3.1 + 1


@pytest.mark.parametrize(("hosts", "limit"), [(1, HOST_BURST), (100, ALL_BURST)])
def test_d08_cookies_do_not_lift_the_limit_on_one_host_nor_on_all(
    network: Network, hosts: int, limit: float
) -> None:
    b = network.add("b")
    for number in range(600):
        source = (f"10.7.7.{number % hosts + 1}", 2000 + number)
        network.inject(encode_knock(1), source, b)
        retry = decode_handshake(PacketType.RETRY, network.log[-1].datagram)
        assert retry is not None
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, retry.cookie, fresh), source, b)
    assert len(network.seen(PacketType.RESPONSE)) == limit


@pytest.mark.parametrize("is_contact", [True, False])
def test_d08_a_flood_from_everywhere_leaves_contacts_their_share(
    network: Network, is_contact: bool
) -> None:
    """Whoever has a whole network of addresses keeps strangers out, and no contact."""
    a = network.add("a")
    b = network.add("b", known=[a.address[0]] if is_contact else [])
    for number in range(int(RETRY_BURST)):
        source = (f"10.8.{number // 250}.{number % 250}", 1000 + number)
        network.inject(encode_knock(1), source, b)
        cookie = network.log[-1].datagram[8:24]
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, cookie, fresh), source, b)
    assert len(network.seen(PacketType.RESPONSE)) == ALL_BURST
    for number in range(int(FREE_BURST)):
        network.inject(encode_init(number + 1, bytes(16), bytes(32)), STRANGER, b)
    network.is_cut = lambda _sent: True  # all in one moment, so that no bucket fills again
    network.connect(a, b)
    network.run(0.0)
    for kind in (PacketType.INIT, PacketType.RETRY, PacketType.INIT, PacketType.RESPONSE):
        sent = network.last(kind)
        network.inject(sent.datagram, sent.source, b if kind is PacketType.INIT else a)
    assert a.has_met(b) is is_contact
    answers = [sent for sent in network.log if sent.target == a.address]
    assert bool(answers) is is_contact


def test_d08_cookies_are_baked_at_a_bounded_rate(network: Network) -> None:
    b = network.add("b")
    for number in range(5000):
        network.inject(encode_knock(number + 1), ("10.8.8.8", number + 1), b)
    assert len(network.log) == RETRY_BURST
    network.run(1.0)
    for number in range(5000):
        network.inject(encode_knock(number + 1), ("10.8.8.8", number + 1), b)
    assert len(network.log) == RETRY_BURST + min(RETRY_BURST, RETRY_RATE)


def test_a_caller_who_proves_nothing_is_done_for(network: Network) -> None:
    """Only the caller can have sent this FINISH, so no forger ends another's call with it."""
    b = network.add("b")
    caller = NoiseXX(
        is_initiator=True,
        prologue=Channel.DATAGRAM.value + b"\0" + (5).to_bytes(4, "big"),
        static=KeyPair.from_seed(b"s" * 32),
        ephemeral=KeyPair.from_seed(b"e" * 32),
    )
    network.inject(encode_init(5, bytes(16), caller.write(lambda _binding: b"")), STRANGER, b)
    payload, _ = caller.read(network.log[-1].datagram[8:])
    index = int.from_bytes(payload[-4:], "big")
    finish = encode_finish(index, caller.write(lambda _binding: bytes(98)))
    network.inject(finish[:-1] + b"\0", STRANGER, b)
    assert b.endpoint._core.slots
    network.inject(finish, STRANGER, b)
    assert not b.endpoint._core.slots
    assert not b.events


def test_d08_half_open_calls_are_bounded_and_forgotten(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responder, "HALF_OPEN_MAX", 10)
    b = network.add("b")
    for number in range(30):
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, bytes(16), fresh), STRANGER, b)
    assert len(b.endpoint._core.slots) == 10
    network.run(HALF_OPEN_S + 0.1)
    assert not b.endpoint._core.slots
    assert b.endpoint.next_deadline() is None


def test_a_repeated_init_gets_the_same_answer_and_no_new_call(network: Network) -> None:
    b = network.add("b")
    init = encode_init(5, bytes(16), KeyPair.from_seed(b"e" * 32).public)
    for _ in range(5):
        network.inject(init, STRANGER, b)
    assert len({sent.datagram for sent in network.log}) == 1
    assert len(b.endpoint._core.slots) == 1


def test_d18_a_repeated_finish_is_answered_seldom(met: tuple[Network, Host, Host]) -> None:
    network, _, b = met
    finish = network.last(PacketType.FINISH)
    before = len(network.log)
    for _ in range(1000):
        network.inject(finish.datagram, STRANGER, b)
        network.run(0.0001)
    answers = network.log[before:]
    assert len(answers) <= 11
    assert all(sent.target != STRANGER for sent in answers)


def test_d04_strangers_beyond_the_cap_push_out_the_most_silent_but_never_the_pinned(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_table, "STRANGERS_MAX", 3)
    hub = network.add("hub")
    friend = network.add("friend")
    hub.endpoint.pin(friend.peer_id)
    network.meet(friend, hub)
    strangers = [network.add(f"s{number}") for number in range(4)]
    for stranger in strangers[:3]:
        network.meet(stranger, hub)
    network.send(strangers[0], hub, b"I am still here")
    network.run(0.1)
    hub.endpoint.pin(strangers[2].peer_id)
    hub.endpoint.pin(strangers[2].peer_id, False)
    network.meet(strangers[3], hub)
    assert [(event.peer, event.reason) for event in hub.of(Ended)] == [
        (strangers[1].peer_id, EndReason.EVICTED)
    ]
    held = [hub.endpoint.has_session(host.peer_id) for host in (friend, *strangers)]
    assert held == [True, True, False, True, True]
    hub.endpoint.pin(strangers[0].peer_id)
    for number in range(3):
        network.meet(network.add(f"t{number}"), hub)
    assert hub.endpoint.has_session(strangers[0].peer_id)
    hub.endpoint.pin(friend.peer_id, False)
    assert sum(hub.endpoint.has_session(host.peer_id) for host in (friend, *strangers)) == 2
    assert len(hub.endpoint._table._peers) == 4, "three strangers, and who is pinned"
    hub.endpoint.close(friend.peer_id)
    for number in range(3):
        network.meet(network.add(f"u{number}"), hub)
    network.meet(friend, hub)
    assert len(hub.endpoint._table._peers) == 4, "who is pinned no more counts as a stranger again"


@pytest.mark.parametrize(("proven", "cap"), [(True, "ATTEMPTS_MAX"), (False, "KNOCKS_MAX")])
def test_d04_calls_are_bounded_and_the_oldest_gives_way(
    network: Network, monkeypatch: pytest.MonkeyPatch, proven: bool, cap: str
) -> None:
    monkeypatch.setattr(initiator, cap, 5)
    a = network.add("a")
    for number in range(8):
        a.endpoint.connect(("10.0.1.1", 1000 + number), network.now_s, proven=proven)
    assert len(a.endpoint._core.slots) == 5
    network.run(0.0)
    assert [event.address[1] for event in a.of(ConnectFailed)] == [1000, 1001, 1002]
    network.run(6.0)
    assert not a.endpoint._core.slots
    assert len(a.of(ConnectFailed)) == 8


def test_d04_calls_that_are_vouched_for_later_are_bounded_too(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(initiator, "ATTEMPTS_MAX", 5)
    a = network.add("a")
    for number in range(8):
        for proven in (False, True):
            a.endpoint.connect(("10.0.1.1", 1000 + number), network.now_s, proven=proven)
    assert len(a.endpoint._core.slots) == 5
    network.run(0.0)
    assert [event.address[1] for event in a.of(ConnectFailed)] == [1000, 1001, 1002]


def test_one_peer_that_keeps_calling_holds_few_sessions(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    for _ in range(10):
        network.connect(a, b)
        network.run(0.1)
    for host in (a, b):
        assert len(host.endpoint._core.slots) <= peer_session.SESSIONS_PER_PEER + 10
    network.run(HALF_OPEN_S + 1)
    for host in (a, b):
        assert len(host.endpoint._core.slots) <= peer_session.SESSIONS_PER_PEER
    network.run(200.0)
    for host in (a, b):
        assert len(host.endpoint._core.slots) == 1
    network.send(a, b, b"x")
    network.run(0.1)
    assert b.payloads() == [b"x"]


def test_d17_nothing_is_left_when_all_is_over(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    a.endpoint.close(b.peer_id)
    network.run(HALF_OPEN_S + 1)
    assert not a.endpoint._core.slots
    assert a.endpoint.next_deadline() is None
    assert not a.endpoint.has_session(b.peer_id)
    assert not a.events
