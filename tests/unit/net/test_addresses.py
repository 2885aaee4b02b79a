"""One spelling for each address, and no host name ever looked up."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.addresses import Scopes, format_address, parse_address

LOOPBACK_INDEX, LOOPBACK_NAME = socket.if_nameindex()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.1.5", ("192.168.1.5", 48484)),
        (" 192.168.1.5:7 ", ("192.168.1.5", 7)),
        ("fd00::0:2", ("fd00::2", 48484)),
        ("[FD00::2]", ("fd00::2", 48484)),
        ("[fd00::2]:65535", ("fd00::2", 65535)),
        ("fe80::1%eth7", ("fe80::1%eth7", 48484)),
        ("[fe80::1%eth7]:9", ("fe80::1%eth7", 9)),
        ("::ffff:10.0.0.1", ("10.0.0.1", 48484)),
        ("[::1]:9", ("::1", 9)),
    ],
)
def test_every_way_to_write_an_address_is_read(text: str, expected: tuple[str, int]) -> None:
    assert parse_address(text, 48484) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "example.org:80",
        "1.2.3.4:0",
        "1.2.3.4:65536",
        "1.2.3.4:-1",
        "1.2.3.4:٣",
        "1.2.3.4:",
        "1.2.3",
        "010.0.0.1",
        "[fe80::1%eth0]:",
        "[1.2.3.4",
        "[[::1]]:3",
        "fe80::1",
        "0.0.0.0",
        "0.1.2.3",
        "255.255.255.255",
        "239.255.1.1",
        "240.0.0.1",
        "::",
        "ff02::1%eth0",
        "::ffff:224.0.0.1",
    ],
)
def test_what_is_not_the_address_of_one_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_address(text, 48484)


@given(st.ip_addresses(), st.integers(1, 65535))
def test_written_addresses_are_read_back_the_same(host: object, port: int) -> None:
    try:
        address = parse_address(format_address((str(host), port)), 1)
    except ValueError:
        return
    assert parse_address(format_address(address), 1) == address


@given(st.text())
def test_no_text_raises_anything_but_value_error(text: str) -> None:
    try:
        host, port = parse_address(text, 48484)
    except ValueError:
        return
    assert 0 < port < 65536
    assert parse_address(format_address((host, port)), 1) == (host, port)


def test_a_card_given_by_number_gets_its_name() -> None:
    typed = parse_address(f"fe80::1%{LOOPBACK_INDEX}", 1)
    assert typed == (f"fe80::1%{LOOPBACK_NAME}", 1)
    assert Scopes().address_of(("fe80::1", 1, 0, LOOPBACK_INDEX)) == typed


def test_an_address_goes_to_the_system_and_back_unchanged() -> None:
    scopes = Scopes()
    for address in [("10.0.0.1", 5), ("fd00::1", 5), (f"fe80::1%{LOOPBACK_NAME}", 5)]:
        _, sockaddr = scopes.sockaddr_of(address)
        assert scopes.address_of(sockaddr) == address


def test_an_unknown_card_is_an_error_of_the_system_and_its_number_a_name() -> None:
    with pytest.raises(OSError, match=r"."):
        Scopes().sockaddr_of(("fe80::1%no-such-card", 5))
    assert Scopes().address_of(("fe80::1", 5, 0, 987654)) == ("fe80::1%987654", 5)


@pytest.mark.parametrize("host", ["localhost", "example.org", "", "1.2.3.4%x", "fe80::1%a\0b"])
def test_a_host_that_is_no_number_is_never_looked_up(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Scopes().sockaddr_of((host, 5))
