"""D-07 for sessions: an address that has proven nothing is sent no more than came from it."""

import pytest

from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.packet import Address, PacketType
from net.protocol.path import CHECK_EVERY_S, PathCheck
from net.protocol.session_event import Moved
from net.protocol.session_packet import CHECK_BYTES
from tests.sim.network import Host, Network, Sent, Weather

VICTIM: Address = ("10.66.6.6", 48484)
ELSEWHERE: Address = ("10.0.9.9", 50000)


def sealed(network: Network, sender: Host, receiver: Host, payload: bytes = bytes(20)) -> bytes:
    """A datagram of theirs that somebody keeps from arriving."""
    before, network.is_cut = network.is_cut, lambda _sent: True
    network.send(sender, receiver, payload)
    network.is_cut = before
    return network.log[-1].datagram


def sent_to(network: Network, address: Address) -> int:
    return sum(len(sent.datagram) for sent in network.log if sent.target == address)


def test_d07_who_lies_about_their_address_directs_nothing_at_it(
    met: tuple[Network, Host, Host],
) -> None:
    """A peer with valid keys who forges its source while a window of datagrams is on its way."""
    network, a, b = met
    came = 0
    for number in range(50):
        lie = sealed(network, a, b)
        network.inject(lie, VICTIM, b)
        came += len(lie)
        for _ in range(10):
            network.send(b, a, bytes(PAYLOAD_MAX_BYTES))
        assert sent_to(network, VICTIM) <= came, number
        network.run(0.02)
    assert 0 < sent_to(network, VICTIM) <= came
    assert {sent.kind for sent in network.log if sent.target == VICTIM} == {PacketType.CHECK}
    assert b.endpoint.address_of(a.peer_id) == a.address
    assert len(a.payloads()) == 500
    assert not b.of(Moved)


def test_d07_a_datagram_sent_on_from_elsewhere_leads_nothing_away(
    met: tuple[Network, Host, Host],
) -> None:
    """Somebody who sees the wire is faster than the sender, and from another address."""
    network, a, b = met
    network.inject(sealed(network, a, b), VICTIM, b)
    network.send(b, a, b"still to you")
    network.send(a, b, b"words of my own")
    network.run(0.1)
    assert a.payloads() == [b"still to you"]
    assert b.endpoint.address_of(a.peer_id) == a.address
    assert sent_to(network, VICTIM) == CHECK_BYTES


def test_a_peer_that_moved_is_followed_within_one_round_trip(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    network.move(a, ELSEWHERE)
    network.send(a, b, b"I am here now")
    network.run(3.5 * network.weather.delay_s)
    assert b.of(Moved) == [Moved(a.peer_id, ELSEWHERE)]
    network.send(b, a, b"found you")
    network.run(0.1)
    assert a.payloads() == [b"found you"]
    assert len(network.seen(PacketType.CHECK)) == len(network.seen(PacketType.ECHO)) == 1


def test_both_may_move_at_once(met: tuple[Network, Host, Host]) -> None:
    """Each has heard where the other is now: from their beacons, say."""
    network, a, b = met
    moved = ("10.0.9.10", 50000)
    network.move(a, ELSEWHERE)
    network.move(b, moved)
    network.inject(sealed(network, a, b), ELSEWHERE, b)
    network.run(0.01)
    for _ in range(2):
        network.inject(sealed(network, b, a), moved, a)
        network.run(0.01)
        network.inject(sealed(network, a, b), ELSEWHERE, b)
        network.run(0.01)
    assert b.endpoint.address_of(a.peer_id) == ELSEWHERE
    assert a.endpoint.address_of(b.peer_id) == moved


@pytest.mark.parametrize("seed", range(8))
def test_a_peer_is_followed_through_bad_weather(seed: int) -> None:
    network = Network(seed, Weather(loss=0.3, twice=0.1, jitter_s=0.02))
    a, b = network.add("a"), network.add("b")
    for _ in range(3):
        network.connect(a, b)
        network.run(5.1)
    for number in range(1, 4):
        network.move(a, ("10.0.9.9", 50000 + number))
        for _ in range(30):
            network.send(a, b, b"I am here now")
            network.run(0.1)
        assert b.endpoint.address_of(a.peer_id) == a.address


def test_only_the_token_from_the_very_address_moves_a_session(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    network.is_cut = lambda sent: sent.kind in (PacketType.CHECK, PacketType.ECHO)
    network.inject(sealed(network, a, b), VICTIM, b)
    check = network.last(PacketType.CHECK)
    network.inject(check.datagram, b.address, a)  # as a relay would
    echo = network.last(PacketType.ECHO)
    network.inject(echo.datagram, a.address, b)
    assert b.endpoint.address_of(a.peer_id) == a.address
    network.inject(sealed(network, a, b), VICTIM, b)
    network.inject(echo.datagram, VICTIM, b)
    assert not b.of(Moved), "a counter that has passed, and the token of another check"


def test_who_is_heard_again_where_they_were_has_not_moved(
    met: tuple[Network, Host, Host],
) -> None:
    network, a, b = met
    network.is_cut = lambda sent: sent.target == VICTIM
    network.inject(sealed(network, a, b), VICTIM, b)
    check = network.last(PacketType.CHECK)
    network.send(a, b, b"from where I am")
    network.run(0.01)
    network.inject(check.datagram, b.address, a)
    network.inject(network.last(PacketType.ECHO).datagram, VICTIM, b)
    assert b.endpoint.address_of(a.peer_id) == a.address


def test_a_question_goes_again_with_what_comes_but_seldom_and_never_for_less() -> None:
    check = PathCheck(VICTIM, bytes(8))
    check.came(CHECK_BYTES - 1)
    assert not check.take_turn(0.0)
    check.came(1)
    assert check.take_turn(0.0)
    assert not check.take_turn(1.0), "nothing is left of what came"
    check.came(2 * CHECK_BYTES)
    assert check.take_turn(1.0)
    assert not check.take_turn(1.0 + CHECK_EVERY_S / 2)
    assert check.take_turn(1.0 + CHECK_EVERY_S)


def test_d07_a_call_ends_where_its_answer_went_wherever_the_last_word_is_from(
    network: Network,
) -> None:
    """INIT from the caller's address and from the victim's, FINISH from the victim's."""
    a, b = network.add("a"), network.add("b")
    network.is_cut = lambda sent: sent.kind is PacketType.FINISH
    network.connect(a, b)
    network.run(0.01)
    network.inject(network.last(PacketType.INIT).datagram, VICTIM, b)
    answer = network.last(PacketType.RESPONSE)
    assert answer.target == VICTIM
    before = len(network.log)
    network.inject(network.last(PacketType.FINISH).datagram, VICTIM, b)
    assert b.endpoint.address_of(a.peer_id) == a.address
    assert all(sent.target != VICTIM for sent in network.log[before:])


def test_d07_an_answer_from_elsewhere_is_ended_once_there_and_again_where_was_called(
    network: Network,
) -> None:
    a, b = network.add("a"), network.add("b")

    def is_cut(sent: Sent) -> bool:
        return sent.kind in (PacketType.RESPONSE, PacketType.FINISH)

    network.is_cut = is_cut
    network.connect(a, b)
    network.run(0.01)
    answer = network.last(PacketType.RESPONSE).datagram
    network.inject(answer, VICTIM, a)
    for _ in range(20):
        network.send(a, b, bytes(PAYLOAD_MAX_BYTES))
    network.run(3.0)
    assert 0 < sent_to(network, VICTIM) <= len(answer)
    assert network.last(PacketType.FINISH).target == b.address
