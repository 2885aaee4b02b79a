"""The endpoint against malformed datagrams, spoofing, replay, floods and its own limits."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol import initiator, peer_session, responder, session_table
from net.protocol.errors import LocalProtocolError
from net.protocol.limits import DATAGRAM_MAX_BYTES, PAYLOAD_MAX_BYTES
from net.protocol.noise import KeyPair
from net.protocol.packet import MAGIC, VERSION, Address, PacketType, prefix
from net.protocol.replay import WINDOW_PACKETS
from net.protocol.responder import ALL_BURST, FREE_BURST, HALF_OPEN_S
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import (
    ConnectFailed,
    ConnectFault,
    Ended,
    EndReason,
    Established,
    Moved,
    Received,
)
from net.protocol.session_packet import (
    FINISH_BYTES,
    INIT_BYTES,
    KNOCK_BYTES,
    decode_handshake,
    encode_init,
    encode_knock,
    encode_response,
    encode_retry,
)
from tests.sim.network import Host, Network, Sent, identity, seeded

STRANGER: Address = ("10.66.6.6", 6666)


@pytest.fixture
def network() -> Network:
    return Network(7)


@pytest.fixture
def met(network: Network) -> tuple[Network, Host, Host]:
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    a.events.clear()
    b.events.clear()
    return network, a, b


def flips(datagram: bytes) -> Iterator[bytes]:
    for bit in range(len(datagram) * 8):
        changed = bytearray(datagram)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def of_kind(network: Network, kind: PacketType) -> Sent:
    return network.seen(kind)[-1]


# --- A: malformed ---------------------------------------------------------------------------


@given(st.binary(max_size=1300) | st.binary(max_size=300).map(lambda body: MAGIC + body))
def test_a01_a02_a03_any_bytes_are_dropped_without_an_answer(datagram: bytes) -> None:
    endpoint = DatagramEndpoint(identity("x"), seeded(0), 0.0)
    endpoint.receive(datagram, STRANGER, 0.0)
    assert not endpoint.take_events()
    answers = endpoint.take_datagrams()
    assert sum(len(answer) for answer, _ in answers) <= len(datagram)


@given(st.sampled_from(PacketType), st.binary(max_size=300))
def test_a04_any_body_of_any_type_is_survived(kind: PacketType, body: bytes) -> None:
    endpoint = DatagramEndpoint(identity("x"), seeded(0), 0.0)
    endpoint.connect(STRANGER, 0.0)
    endpoint.take_datagrams()
    datagram = prefix(kind) + body
    endpoint.receive(datagram, STRANGER, 0.0)
    assert sum(len(answer) for answer, _ in endpoint.take_datagrams()) <= len(datagram)


def test_a02_every_cut_of_every_packet_changes_nothing(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.send(a, b, b"hello")
    packets = [of_kind(network, kind) for kind in PacketType if network.seen(kind)]
    before = len(network.log)
    for sent in packets:
        for size in range(len(sent.datagram)):
            for host in (a, b):
                network.inject(sent.datagram[:size], sent.source, host)
    assert len(network.log) == before
    assert not a.events
    assert not b.events


def test_a05_every_flipped_bit_of_a_data_packet_is_dropped(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    network.send(a, b, b"hello")
    sent = network.log[-1]
    for changed in flips(sent.datagram):
        network.inject(changed, a.address, b)
    assert not b.events
    network.inject(sent.datagram, a.address, b)
    assert b.payloads() == [b"hello"]


@pytest.mark.parametrize("kind", [PacketType.INIT, PacketType.RESPONSE, PacketType.FINISH])
def test_a05_no_flipped_bit_of_a_handshake_makes_a_session(kind: PacketType) -> None:
    """Nor keeps the untouched packet, which comes after, from making one."""
    for bit in range(0, 8 * INIT_BYTES, 7):
        network = Network(bit)
        a, b = network.add("a"), network.add("b")
        network.is_cut = lambda sent: sent.kind is kind
        network.connect(a, b)
        network.run(0.1)
        sent = of_kind(network, kind)
        if bit >= 8 * len(sent.datagram):
            return
        target, source = (a, b.address) if sent.target == a.address else (b, a.address)
        changed = list(flips(sent.datagram))[bit]
        if kind is PacketType.INIT and bit // 8 in range(8, 24):
            continue  # the cookie is not part of the handshake
        network.inject(changed, source, target)
        network.run(0.02)
        assert not b.of(Established)
        network.is_cut = lambda sent: False
        network.inject(sent.datagram, source, target)
        network.run(2.0)
        assert a.has_met(b)
        assert b.has_met(a)


def test_a06_trailing_byte_is_refused(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    network.send(a, b, b"hello")
    network.inject(network.log[-1].datagram + b"\0", a.address, b)
    assert not b.events


@pytest.mark.parametrize(
    "point",
    [
        bytes(32),
        b"\x01" + bytes(31),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    ],
)
def test_a17_low_order_key_is_dropped_by_both_sides(network: Network, point: bytes) -> None:
    a, b = network.add("a"), network.add("b")
    network.inject(encode_init(5, bytes(16), point), STRANGER, b)
    assert not network.log
    network.is_cut = lambda sent: True
    network.connect(a, b)
    network.run(0.0)
    index = int.from_bytes(of_kind(network, PacketType.INIT).datagram[4:8], "big")
    network.inject(encode_response(index, point + bytes(165)), b.address, a)
    assert not network.seen(PacketType.FINISH)
    assert not a.events


@pytest.mark.parametrize(
    "source",
    [
        ("10.0.0.9", 0),
        ("239.255.1.1", 48484),
        ("255.255.255.255", 48484),
        ("0.0.0.0", 48484),
        ("::", 48484),
        ("ff02::1%2", 48484),
        ("not a number", 48484),
        ("", 48484),
    ],
)
def test_a20_no_answer_to_what_is_no_hosts_address(network: Network, source: Address) -> None:
    a = network.add("a")
    network.inject(encode_knock(9), source, a)
    network.inject(encode_init(9, bytes(16), KeyPair.from_seed(b"e" * 32).public), source, a)
    assert not network.log
    a.endpoint.connect(source, network.now_s)
    network.run(1.0)
    assert not network.log
    assert a.events == [ConnectFailed(source, None, ConnectFault.BAD_ADDRESS)]


def test_a20_a_session_does_not_move_to_a_group_address(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    network.send(a, b, b"hello")
    network.inject(network.log[-1].datagram, ("239.255.1.1", 48484), b)
    assert b.endpoint.address_of(a.peer_id) == a.address
    assert not b.of(Moved)


def test_a20_own_packets_looped_back_do_nothing(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.connect(a, b)
    network.run(0.5)
    network.send(a, b, b"hello")
    network.run(0.5)
    a.events.clear()
    own = [sent for sent in network.log if sent.source == a.address]
    before = len(network.log)
    for sent in own:
        network.inject(sent.datagram, a.address, a)
    answers = network.log[before:]
    assert not a.events
    assert all(answer.kind is PacketType.RESPONSE for answer in answers)


def test_calling_oneself_is_noticed_and_dropped(network: Network) -> None:
    a = network.add("a")
    a.endpoint.connect(a.address, network.now_s)
    a.endpoint.connect(("10.0.0.77", 1), network.now_s, expected=a.peer_id)
    network.run(2.0)
    assert {event.reason for event in a.of(ConnectFailed)} == {ConnectFault.SELF}
    assert len(a.of(ConnectFailed)) == 2
    assert not a.of(Established)


@pytest.mark.parametrize("version", [0, VERSION + 1, 255])
def test_a22_e11_packets_of_another_version_are_dropped(
    met: tuple[Network, Host, Host], version: int
) -> None:
    network, a, b = met
    network.connect(a, b)
    network.run(0.5)
    b.events.clear()
    before = len(network.log)
    for sent in network.log[:before]:
        other = sent.datagram[:2] + bytes((version,)) + sent.datagram[3:]
        network.inject(other, STRANGER, b)
        network.inject(other.ljust(DATAGRAM_MAX_BYTES, b"\xff"), STRANGER, b)
    assert len(network.log) == before
    assert not b.events


# --- E: spoofing and replay -----------------------------------------------------------------


def test_e01_a_call_mirrored_back_does_not_keep_the_right_one_from_answering(
    network: Network,
) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    network.run(0.0)
    network.inject(of_kind(network, PacketType.INIT).datagram, b.address, a)
    assert not network.seen(PacketType.RESPONSE)
    network.run(1.0)
    assert a.has_met(b)


def test_e01_every_packet_mirrored_makes_no_session(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: True
    network.connect(a, b)
    for _ in range(50):
        network.run(0.1)
        for sent in network.log[-3:]:
            network.inject(sent.datagram, b.address, a)
    assert not a.of(Established)


def test_e04_everything_replayed_at_once_and_later_changes_nothing(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    for number in range(10):
        network.send(a, b, b"a%d" % number)
        network.send(b, a, b"b%d" % number)
    network.run(1.0)
    recorded = list(network.log)
    for wait_s in (0.0, 600.0, 4000.0):
        network.run(wait_s)
        a.events.clear()
        b.events.clear()
        for sent in recorded:
            network.inject(sent.datagram, STRANGER, a)
            network.inject(sent.datagram, STRANGER, b)
        network.run(HALF_OPEN_S + 1)
        assert not a.events
        assert not b.events
        assert a.endpoint.address_of(b.peer_id) == b.address
        assert network.send(a, b, b"fresh")
        network.run(0.1)
        assert b.payloads() == [b"fresh"]


def test_e04_everything_replayed_to_a_restarted_peer_changes_nothing(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    network.send(a, b, b"hello")
    network.run(1.0)
    recorded = list(network.log)
    reborn = network.add("b", address=b.address)
    for sent in recorded:
        network.inject(sent.datagram, a.address, reborn)
    network.run(HALF_OPEN_S + 1)
    assert not reborn.events
    assert reborn.endpoint.next_deadline() is None


def test_e04_a_counter_behind_the_window_is_dropped(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    for number in range(WINDOW_PACKETS + 1):
        network.send(a, b, b"%d" % number)
    data = [sent for sent in network.log if sent.source == a.address][-WINDOW_PACKETS - 1 :]
    for sent in reversed(data):
        network.inject(sent.datagram, a.address, b)
    expected = {b"%d" % number for number in range(1, WINDOW_PACKETS + 1)}
    assert set(b.payloads()) == expected
    assert len(b.payloads()) == WINDOW_PACKETS


def test_e23_no_counter_is_used_twice_and_a_new_process_has_new_keys(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    headers = set()
    data: list[bytes] = []
    for _ in range(3):
        network.meet(a, b)
        for number in range(50):
            network.send(a, b, b"%d" % number)
        network.run(0.1)
        a = network.add("a", address=a.address)
    for sent in network.seen(PacketType.DATA):
        header = (sent.source, sent.target, sent.datagram[:16])
        assert header not in headers
        headers.add(header)
        data.append(sent.datagram)
    assert len(data) > 150


def test_e16_the_lower_id_decides_whichever_call_comes_in_first(network: Network) -> None:
    """See tests/sim for the same in motion; here one call is held back."""
    a, b = sorted((network.add("a"), network.add("b")), key=lambda host: host.peer_id)
    held: list[Sent] = []

    def is_cut(sent: Sent) -> bool:
        if sent.source == a.address and sent.kind is PacketType.INIT:
            held.append(sent)
            return True
        return False

    network.connect(a, b)
    network.connect(b, a)
    network.is_cut = is_cut
    network.run(0.05)
    assert b.has_met(a)
    network.inject(held[0].datagram, a.address, b)
    network.run(0.5)
    network.send(a, b, b"from a")
    network.send(b, a, b"from b")
    network.run(0.1)
    assert (a.payloads(), b.payloads()) == ([b"from b"], [b"from a"])


def test_wrong_peer_is_told_and_the_right_one_still_taken(network: Network) -> None:
    a, b, mallory = network.add("a"), network.add("b"), network.add("mallory")
    a.endpoint.connect(mallory.address, network.now_s, expected=b.peer_id)
    network.run(2.0)
    assert a.events == [ConnectFailed(mallory.address, b.peer_id, ConnectFault.WRONG_PEER)]
    assert not mallory.of(Established)
    a.events.clear()
    network.connect(a, b)
    network.run(0.0)
    init = of_kind(network, PacketType.INIT)
    network.inject(init.datagram, a.address, mallory)  # who sees the call and races
    racing = of_kind(network, PacketType.RESPONSE)
    network.inject(racing.datagram, mallory.address, a)
    network.run(1.0)
    assert a.has_met(b)
    assert not a.of(ConnectFailed)


def test_a_forged_cookie_only_costs_a_round_trip(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    network.run(0.0)
    index = int.from_bytes(of_kind(network, PacketType.INIT).datagram[4:8], "big")
    for number in range(100):
        network.inject(encode_retry(index, bytes((number + 1,)) * 16), b.address, a)
    assert len(network.seen(PacketType.INIT)) <= 1 + initiator.RETRIES_MAX
    network.run(1.0)
    assert a.has_met(b)


def test_a_cookie_from_another_address_is_not_followed(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: True
    network.connect(a, b, proven=False)
    network.run(0.0)
    index = int.from_bytes(of_kind(network, PacketType.KNOCK).datagram[4:8], "big")
    network.inject(encode_retry(index, b"c" * 16), STRANGER, a)
    network.run(1.0)
    assert not network.seen(PacketType.INIT)


# --- D: load ---------------------------------------------------------------------------------


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


def test_d08_cookies_do_not_lift_the_limit_on_one_host_nor_on_all(network: Network) -> None:
    b = network.add("b")
    for number in range(900):
        source = (f"10.7.{number % 3}.{number % 9 + 1}", 2000)
        network.inject(encode_knock(1), source, b)
        retry = decode_handshake(PacketType.RETRY, network.log[-1].datagram)
        assert retry is not None
        fresh = KeyPair.from_seed(b"%032d" % number).public
        network.inject(encode_init(number + 1, retry.cookie, fresh), source, b)
    per_source: dict[Address, int] = {}
    for sent in network.seen(PacketType.RESPONSE):
        per_source[sent.target] = per_source.get(sent.target, 0) + 1
    assert max(per_source.values()) <= responder.HOST_BURST
    assert sum(per_source.values()) <= ALL_BURST


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
    finish = of_kind(network, PacketType.FINISH)
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
    network.meet(strangers[3], hub)
    assert [(event.peer, event.reason) for event in hub.of(Ended)] == [
        (strangers[1].peer_id, EndReason.EVICTED)
    ]
    held = [hub.endpoint.has_session(host.peer_id) for host in (friend, *strangers)]
    assert held == [True, True, False, True, True]
    hub.endpoint.pin(friend.peer_id, False)
    assert sum(hub.endpoint.has_session(host.peer_id) for host in (friend, *strangers)) == 3


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


# --- Behaviour -------------------------------------------------------------------------------


def test_on_a_beacons_word_knock_comes_first_then_a_cookie(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b, proven=False)
    network.run(0.5)
    assert [sent.kind for sent in network.log] == [
        PacketType.KNOCK,
        PacketType.RETRY,
        PacketType.INIT,
        PacketType.RESPONSE,
        PacketType.FINISH,
        PacketType.DATA,
    ]
    assert a.of(Established)[0].is_initiator
    assert a.of(Established)[0].is_fresh
    assert not b.of(Established)[0].is_initiator
    assert not a.of(Received), "an empty payload is not reported"


def test_a_vouched_for_address_is_called_at_once(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b, proven=False)
    network.connect(a, b, proven=True)
    network.run(0.5)
    assert not network.seen(PacketType.RETRY) or network.seen(PacketType.INIT)
    assert len(a.of(Established)) == 1


def test_both_can_send_at_once_after_established(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    network.run(0.0025)
    assert a.has_met(b)
    assert not b.has_met(a)
    assert network.send(a, b, b"overtakes nothing")
    network.run(0.1)
    assert b.payloads() == [b"overtakes nothing"]


def test_data_that_overtakes_finish_waits_for_it(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    held: list[Sent] = []

    def is_cut(sent: Sent) -> bool:
        if sent.kind is PacketType.FINISH:
            held.append(sent)
        return sent.kind is PacketType.FINISH

    network.is_cut = is_cut
    network.connect(a, b)
    network.run(0.01)
    for number in range(10):
        network.send(a, b, b"%d" % number)
    network.run(0.001)
    assert not b.events
    network.inject(held[0].datagram, a.address, b)
    assert b.payloads() == [b"0", b"1", b"2", b"3"], "a few are kept, a flood is not"


def test_address_follows_the_newest_authentic_datagram(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    network.send(a, b, b"older")
    older = network.log[-1]
    network.is_cut = lambda sent: False
    network.move(a, ("10.0.9.9", 50000))
    network.send(a, b, b"newer")
    network.run(0.1)
    assert b.of(Moved) == [Moved(a.peer_id, a.address)]
    network.inject(older.datagram, older.source, b)
    assert b.payloads() == [b"newer", b"older"]
    assert b.endpoint.address_of(a.peer_id) == a.address
    network.send(b, a, b"found you")
    network.run(0.1)
    assert a.payloads() == [b"found you"]


def test_a_forged_datagram_moves_nobody(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    network.send(a, b, b"x")
    datagram = network.log[-1].datagram
    network.inject(datagram[:-1] + bytes((datagram[-1] ^ 1,)), STRANGER, b)
    network.inject(datagram[:8] + b"\x00" * 7 + b"\xff" + datagram[16:], STRANGER, b)
    assert b.endpoint.address_of(a.peer_id) == a.address


def test_largest_payload_fills_one_datagram_and_one_more_byte_is_our_fault(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    assert network.send(a, b, bytes(PAYLOAD_MAX_BYTES))
    assert len(network.log[-1].datagram) == DATAGRAM_MAX_BYTES
    network.run(0.1)
    assert b.payloads() == [bytes(PAYLOAD_MAX_BYTES)]
    with pytest.raises(LocalProtocolError):
        network.send(a, b, bytes(PAYLOAD_MAX_BYTES + 1))


def test_without_a_session_nothing_is_sent(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    assert not network.send(a, b, b"x")
    assert not network.log
    assert a.endpoint.address_of(b.peer_id) is None


def test_same_call_twice_is_one_call(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    for _ in range(5):
        network.connect(a, b)
    network.run(0.1)
    assert len(network.seen(PacketType.INIT)) == 1
    assert len(a.of(Established)) == 1


def test_of_many_addresses_the_first_that_answers_serves(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    a.endpoint.connect(("10.0.0.99", 1), network.now_s, expected=b.peer_id)
    network.connect(a, b)
    a.endpoint.connect(("fe80::1%3", 1), network.now_s, expected=b.peer_id)
    network.run(6.0)
    assert len(a.of(Established)) == 1
    assert not a.of(ConnectFailed)


def test_keys_are_renewed_by_count_and_refused_when_worn_out(
    met: tuple[Network, Host, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, a, b = met
    monkeypatch.setattr(peer_session, "REKEY_AFTER_PACKETS", 100)
    for number in range(150):
        network.send(a, b, b"%d" % number)
        network.run(0.001)
    assert len(b.payloads()) == 150
    assert [event.is_fresh for event in b.of(Established)] == [False]
    monkeypatch.setattr(peer_session, "DEAD_AFTER_PACKETS", 20)
    assert not network.send(a, b, b"worn out")
    network.run(0.0)
    assert [event.reason for event in a.of(Ended)] == [EndReason.EXPIRED]


def test_finish_is_no_larger_than_room_was_left_for() -> None:
    assert FINISH_BYTES <= INIT_BYTES
