"""What is known of somebody, and where they may be called."""

import pytest

from app.engine.people import Acquaintance
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
