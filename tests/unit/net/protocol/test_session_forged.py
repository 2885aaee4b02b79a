"""The endpoint against forged parts of handshakes, from who sees its packets and who does not."""

import pytest

from net.protocol import gate
from net.protocol.gate import ALL_BURST, CALL_PROOF_BURST, CALL_PROOF_RATE
from net.protocol.noise import KeyPair
from net.protocol.packet import Address, PacketType
from net.protocol.responder import FREE_BURST
from net.protocol.session_event import Established
from net.protocol.session_packet import (
    FINISH_BYTES,
    RESPONSE_BYTES,
    decode_handshake,
    encode_finish,
    encode_init,
    encode_knock,
    encode_response,
    encode_retry,
)
from tests.sim.network import Host, Network, Sent

STRANGER: Address = ("10.66.6.6", 6666)
NO_COOKIE = bytes(16)


def fresh_key(number: int) -> bytes:
    return KeyPair.from_seed(b"%032d" % number).public


def index_of(sent: Sent) -> int:
    return int.from_bytes(sent.datagram[4:8], "big")


def hold_back(network: Network, kind: PacketType) -> tuple[Host, Host, Sent]:
    """A calls B; what is returned was on the wire and did not arrive, nor does another."""
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.kind is kind
    network.connect(a, b)
    network.run(0.1)
    return a, b, network.last(kind)


def test_b11_answers_to_calls_that_nobody_made_are_dropped(met: tuple[Network, Host, Host]) -> None:
    network, a, b = met
    held = index_of(network.last(PacketType.FINISH))  # a session's, at B
    before = len(network.log)
    for index in (held, 1, 0xFFFFFFFF):
        network.inject(encode_retry(index, b"c" * 16), a.address, b)
        network.inject(encode_response(index, bytes(RESPONSE_BYTES - 8)), a.address, b)
        network.inject(encode_finish(index, bytes(FINISH_BYTES - 8)), a.address, b)
    assert len(network.log) == before
    assert not b.events
    network.send(a, b, b"hello")
    network.run(0.1)
    assert b.payloads() == [b"hello"]


@pytest.mark.parametrize("kind", [PacketType.RESPONSE, PacketType.FINISH])
@pytest.mark.parametrize("host", ["0.0.0.0", "255.255.255.255", "239.255.1.1", "ff02::1%2"])
def test_a20_no_session_comes_about_with_what_is_no_hosts_address(
    network: Network, kind: PacketType, host: str
) -> None:
    a, b, sent = hold_back(network, kind)
    hearer, speaker = (a, b) if kind is PacketType.RESPONSE else (b, a)
    before = len(network.log)
    network.inject(sent.datagram, (host, 48484), hearer)
    assert not hearer.events
    assert len(network.log) == before
    network.inject(sent.datagram, speaker.address, hearer)
    assert hearer.of(Established)


def test_e01_another_call_under_our_own_index_ends_none_of_ours(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.target == b.address
    network.connect(a, b)
    network.run(0.1)
    index = index_of(network.last(PacketType.INIT))
    network.inject(encode_init(index, NO_COOKIE, fresh_key(1)), STRANGER, a)
    assert network.last(PacketType.RESPONSE).target == STRANGER
    network.run(1.5)
    network.is_cut = lambda sent: False
    network.run(2.0)
    assert a.has_met(b)


def test_a_repeated_cookie_is_not_answered_again(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: True
    network.connect(a, b)
    network.run(0.0)
    retry = encode_retry(index_of(network.last(PacketType.INIT)), b"c" * 16)
    network.inject(retry, b.address, a)
    called = len(network.seen(PacketType.INIT))
    for _ in range(3):
        network.inject(retry, b.address, a)
    assert called == len(network.seen(PacketType.INIT)) == 2


def test_d08_a_made_up_cookie_proves_no_address(network: Network) -> None:
    b = network.add("b")
    for number in range(int(FREE_BURST) + 20):
        forged = b"%016d" % number
        network.inject(encode_init(number + 1, forged, fresh_key(number)), STRANGER, b)
    assert len(network.seen(PacketType.RESPONSE)) == FREE_BURST
    assert len(network.seen(PacketType.RETRY)) == 20


def test_d08_the_free_ones_count_among_all(network: Network) -> None:
    b = network.add("b")
    for number in range(int(ALL_BURST)):
        source = (f"10.7.7.{number % 100 + 1}", 2000 + number)
        network.inject(encode_knock(1), source, b)
        retry = decode_handshake(PacketType.RETRY, network.log[-1].datagram)
        assert retry is not None
        network.inject(encode_init(number + 1, retry.cookie, fresh_key(number)), source, b)
    assert len(network.seen(PacketType.RESPONSE)) == ALL_BURST
    network.inject(encode_init(9999, NO_COOKIE, fresh_key(9999)), STRANGER, b)
    assert len(network.seen(PacketType.RESPONSE)) == ALL_BURST


@pytest.mark.parametrize("kind", [PacketType.RESPONSE, PacketType.FINISH])
def test_d08_forged_proofs_are_looked_into_at_a_bounded_rate(
    network: Network, kind: PacketType
) -> None:
    """One who sees the index can forge as many as they like: beyond the bound even the true one
    is not looked at, and a moment later it is."""
    a, b, sent = hold_back(network, kind)
    hearer, speaker = (a, b) if kind is PacketType.RESPONSE else (b, a)
    forged = sent.datagram[:-1] + bytes((sent.datagram[-1] ^ 1,))
    for _ in range(int(CALL_PROOF_BURST)):
        network.inject(forged, speaker.address, hearer)
    network.inject(sent.datagram, speaker.address, hearer)
    assert not hearer.of(Established)
    network.run(2 / CALL_PROOF_RATE)
    network.inject(sent.datagram, speaker.address, hearer)
    assert hearer.of(Established)


def test_d08_forged_proofs_of_one_call_cost_the_others_nothing(network: Network) -> None:
    _, b, sent = hold_back(network, PacketType.FINISH)
    forged = sent.datagram[:-1] + bytes((sent.datagram[-1] ^ 1,))
    for _ in range(5000):
        network.inject(forged, STRANGER, b)
    network.is_cut = lambda _sent: False
    c = network.add("c")
    network.connect(c, b)
    network.run(0.01)
    assert c.has_met(b)
    assert b.has_met(c)


@pytest.mark.parametrize("is_contact", [True, False])
def test_d08_calls_of_strangers_together_do_not_use_up_what_is_for_contacts(
    network: Network, monkeypatch: pytest.MonkeyPatch, is_contact: bool
) -> None:
    a = network.add("a")
    monkeypatch.setattr(gate, "PROOF_BURST", 0)
    monkeypatch.setattr(gate, "PROOF_RATE", 0)
    b = network.add("b", known=[a.address[0]] if is_contact else [])
    network.connect(a, b)
    network.run(1.0)
    assert b.has_met(a) is is_contact
