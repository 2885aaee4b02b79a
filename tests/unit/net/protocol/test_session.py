"""What the endpoint does for its owner."""

import pytest

from net.protocol import peer_session
from net.protocol.errors import LocalProtocolError
from net.protocol.limits import DATAGRAM_MAX_BYTES, PAYLOAD_MAX_BYTES
from net.protocol.packet import Address, PacketType
from net.protocol.peer_session import Session
from net.protocol.session_event import (
    ConnectFailed,
    Ended,
    EndReason,
    Established,
    Moved,
    Received,
)
from net.protocol.session_packet import (
    FINISH_BYTES,
    INIT_BYTES,
)
from net.protocol.session_table import UNUSED_S
from tests.sim.network import Host, Network, Sent

STRANGER: Address = ("10.66.6.6", 6666)


def in_order(network: Network, is_lower_first: bool) -> tuple[Host, Host]:
    """Two processes, by their ids."""
    hosts = network.add("a"), network.add("b")
    first, second = sorted(hosts, key=lambda host: host.peer_id, reverse=not is_lower_first)
    return first, second


def used(ours: Host, theirs: Host) -> Session:
    """What is sent on."""
    session = ours.endpoint._table.sending(theirs.peer_id)
    assert session is not None
    return session


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
    network.send(a, b, b"the newer")
    network.run(0.1)
    assert b.of(Moved) == [Moved(a.peer_id, a.address)]
    network.inject(older.datagram, older.source, b)
    assert b.payloads() == [b"the newer", b"older"]
    assert b.endpoint.address_of(a.peer_id) == a.address
    network.send(b, a, b"found you")
    network.run(0.1)
    assert a.payloads() == [b"found you"]


def test_what_a_former_process_said_is_known_by_it(network: Network) -> None:
    """A goodbye, say, that comes when its speaker has long been back."""
    a, b = network.add("a", key="anna"), network.add("b")
    network.meet(a, b)
    network.is_cut = lambda _sent: True
    network.send(a, b, b"bye")
    late = network.log[-1]
    network.is_cut = lambda _sent: False
    again = network.add("again", key="anna")
    network.meet(again, b)
    network.run(UNUSED_S + 1)
    network.inject(late.datagram, late.source, b)
    network.send(again, b, b"here")
    network.send(b, again, b"and so am I")
    network.run(0.1)
    assert again.payloads() == [b"and so am I"]
    assert [(event.payload, event.is_former) for event in b.of(Received)] == [
        (b"bye", True),
        (b"here", False),
    ]


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


def test_a_call_of_whoever_may_be_there_is_over_when_somebody_answers(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    a.endpoint.connect(b.address, network.now_s)
    network.run(6.0)
    assert a.has_met(b)
    assert not a.of(ConnectFailed)


def test_a_call_that_joins_a_renewal_ends_as_calls_do(
    met: tuple[Network, Host, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, a, b = met
    network.is_cut = lambda sent: True
    monkeypatch.setattr(peer_session, "REKEY_AFTER_S", 0.0)
    network.send(a, b, b"starts a renewal")
    network.connect(a, b)
    network.run(6.0)
    assert [event.address for event in a.of(ConnectFailed)] == [b.address]


def test_a_call_is_over_when_the_called_one_calls(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    a.endpoint.connect(("10.0.0.99", 1), network.now_s, expected=b.peer_id)
    network.connect(b, a)
    network.run(6.0)
    assert len(a.of(Established)) == 1
    assert not a.of(ConnectFailed)
    assert len(network.seen(PacketType.INIT)) == 2


def test_a_restarted_peer_is_sent_to_on_the_new_keys_at_once(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    reborn = network.add("b", address=b.address)
    network.connect(a, reborn)
    network.run(0.0025)
    assert a.has_met(reborn)
    network.send(a, reborn, b"at once")
    network.run(0.1)
    assert reborn.payloads() == [b"at once"]


@pytest.mark.parametrize("is_lower_first", [True, False])
@pytest.mark.parametrize("seconds", [0.0, 3.0, 11.0, 30.0])
def test_the_newer_of_two_sessions_serves_whoever_called(
    network: Network, seconds: float, is_lower_first: bool
) -> None:
    first, second = in_order(network, is_lower_first)
    network.meet(first, second)
    network.run(seconds)
    network.meet(second, first)
    network.send(second, first, b"x")
    network.run(0.1)
    ours, theirs = used(second, first), used(first, second)
    assert ours.is_initiator
    assert (ours.local_index, ours.remote_index) == (theirs.remote_index, theirs.local_index)


@pytest.mark.parametrize("is_lower_first", [True, False])
@pytest.mark.parametrize("who_forgets", [0, 1])
def test_e16_a_call_soon_after_the_session_before_was_closed_is_spoken_on_at_once(
    network: Network, who_forgets: int, is_lower_first: bool
) -> None:
    """Whoever closed it knows nothing of it; the other still does."""
    first, second = in_order(network, is_lower_first)
    network.meet(first, second)
    network.send(first, second, b"words")
    network.send(second, first, b"words")
    network.run(0.1)
    forgetful, other = (first, second) if who_forgets == 0 else (second, first)
    forgetful.endpoint.close(other.peer_id)
    network.meet(second, first, seconds=0.1)
    for number in range(5):
        network.send(first, second, b"1%d" % number)
        network.send(second, first, b"2%d" % number)
        network.run(0.1)
    assert second.payloads()[1:] == [b"1%d" % number for number in range(5)]
    assert first.payloads()[1:] == [b"2%d" % number for number in range(5)]


@pytest.mark.parametrize(("seconds", "follows"), [(0.0, True), (18.0, True), (21.0, False)])
def test_e16_the_higher_id_stays_where_it_is_spoken_to(
    network: Network, seconds: float, follows: bool
) -> None:
    """Of what was made at about the same time. What is said in any session says nothing."""
    lower, higher = in_order(network, is_lower_first=True)
    network.meet(lower, higher)
    older = used(lower, higher)
    network.run(seconds)
    network.meet(higher, lower)
    newer = used(lower, higher)

    def goes_on_in(datagram: bytes) -> Session:
        network.run(0.1)
        network.inject(datagram, lower.address, higher)
        session = used(higher, lower)
        return older if session.local_index == older.remote_index else newer

    assert goes_on_in(older.seal(b"")) is newer
    assert goes_on_in(older.seal(bytes(8), PacketType.CHECK)) is newer
    assert goes_on_in(older.seal(b"words")) is (older if follows else newer)
    assert goes_on_in(newer.seal(b"words")) is newer
    assert higher.endpoint.heard_s(lower.peer_id) == network.now_s, "in any of them"
    network.send(lower, higher, b"words of the one that decides")
    assert network.log[-1].datagram[4:8] == newer.remote_index.to_bytes(4, "big")


def freshness(host: Host) -> list[bool]:
    return [event.is_fresh for event in host.of(Established)]


def test_a_call_asked_for_is_a_fresh_conversation_for_both(
    met: tuple[Network, Host, Host],
) -> None:
    """Else the one who closed waits for a greeting that the other has made before."""
    network, a, b = met
    a.endpoint.close(b.peer_id)
    network.connect(a, b)
    network.run(1.0)
    b.endpoint.close(a.peer_id)
    network.connect(a, b)
    network.run(1.0)
    assert freshness(a) == freshness(b) == [True, True]


def test_two_calls_at_once_are_one_conversation(network: Network) -> None:
    a, b = network.add("a"), network.add("b")
    network.connect(a, b)
    network.connect(b, a)
    network.run(1.0)
    assert freshness(a) == freshness(b) == [True, False]


def test_renewal_of_what_the_other_forgot_becomes_a_call(
    met: tuple[Network, Host, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, a, b = met
    b.endpoint.close(a.peer_id)
    monkeypatch.setattr(peer_session, "REKEY_AFTER_S", 0.0)
    network.send(a, b, b"starts a renewal, and is lost")
    monkeypatch.setattr(peer_session, "REKEY_AFTER_S", 3600.0)
    network.run(2.0)
    assert freshness(a) == [False, True]
    assert freshness(b) == [True, True]
    network.send(a, b, b"x")
    network.run(0.1)
    assert b.payloads() == [b"x"]


def test_an_answer_from_another_address_names_the_one_that_was_called(network: Network) -> None:
    """A machine with two addresses answers from the one its system prefers."""
    a, b = network.add("a"), network.add("b")
    second = ("10.0.0.50", 48484)
    a.endpoint.connect(second, network.now_s)
    network.run(0.0)
    network.inject(network.last(PacketType.INIT).datagram, a.address, b)
    network.run(0.5)
    [event] = a.of(Established)
    assert (event.called, event.address) == (second, second)
    assert not a.of(ConnectFailed)
    assert b.of(Established)[0].called is None
    network.send(b, a, b"words of theirs")
    network.run(0.1)
    assert a.of(Moved) == [Moved(b.peer_id, b.address)], "once that address has proven itself"


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
