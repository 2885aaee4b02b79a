"""What is known of somebody, and where they may be called."""

import pytest

from app.engine.people import UNASKED_ENTRIES_MAX, Acquaintance
from app.model import Direction, Transfer, TransferState, Trust
from net.protocol.identity import PeerId

HERE = ("10.0.0.7", 48484)


def person(tcp_port: int) -> Acquaintance:
    return Acquaintance(PeerId(b"p" * 32), "P" * 52, b"k" * 32, address=HERE, tcp_port=tcp_port)


@pytest.mark.parametrize("port", [0, 22, 25, 1023])
def test_d07_a_port_of_another_service_is_never_called(port: int) -> None:
    assert person(port).stream_address is None


def test_streams_go_to_the_port_of_the_hello_where_the_session_is() -> None:
    assert person(2000).stream_address == ("10.0.0.7", 2000)
    assert Acquaintance(PeerId(b"p" * 32), "P" * 52, b"", tcp_port=2000).stream_address is None


def test_streams_are_tried_where_they_are_and_then_where_they_were() -> None:
    here = person(2000)
    here.addresses = [("10.0.0.7", 2000), ("10.0.0.8", 2001), ("fe80::1%eth0", 2000)]
    assert here.stream_addresses == (("10.0.0.7", 2000), ("10.0.0.8", 2000), ("fe80::1%eth0", 2000))
    here.address = None
    assert here.stream_addresses == ()
    assert person(22).stream_addresses == ()


def offer(*, size_bytes: int = 9, files: int = 1, folders: int = 0) -> Transfer:
    state, names = TransferState.OFFERED, ("a",)
    return Transfer("t", "p", Direction.IN, state, files, size_bytes, names, folders=folders)


def trusted(limit: int | None = 100, trust: Trust = Trust.ACCEPTED) -> Acquaintance:
    known = person(2000)
    known.trust, known.auto_accept, known.auto_accept_max_bytes = trust, True, limit
    return known


def test_who_was_chosen_is_taken_from_unasked_up_to_the_size_that_was_chosen() -> None:
    assert trusted().takes_unasked(offer(size_bytes=100))
    assert not trusted().takes_unasked(offer(size_bytes=101))
    assert trusted(None).takes_unasked(offer(size_bytes=2**62 - 1))
    one_not_chosen = trusted()
    one_not_chosen.auto_accept = False
    assert not one_not_chosen.takes_unasked(offer())


@pytest.mark.parametrize("trust", [Trust.NEW, Trust.BLOCKED])
def test_nobody_but_a_contact_is_taken_from_unasked(trust: Trust) -> None:
    assert not trusted(None, trust).takes_unasked(offer())


def test_nothing_is_taken_unasked_while_it_is_not_clear_who_has_their_name() -> None:
    known = trusted(None)
    known.successor = PeerId(b"q" * 32)
    assert not known.takes_unasked(offer())


def test_d11_a_small_size_of_very_many_things_is_asked_about() -> None:
    most = UNASKED_ENTRIES_MAX
    assert trusted().takes_unasked(offer(files=most - 1, folders=1))
    assert not trusted().takes_unasked(offer(files=most, folders=1))
