"""Which addresses one host can have, and where all hosts of a network listen."""

from ipaddress import IPv4Address, IPv4Interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.hosts import broadcast_of, is_host


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.0.0.1", "169.254.3.4", "fe80::1%eth0", "::1", "fd00::1", "1.2.3.255"]
)
def test_a_host_can_be_here(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "0.0.0.0",
        "0.9.9.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "ff02::1",
        "ff02::1%eth0",
        "1.2.3",
        "1.2.3.4%eth0",
    ],
)
def test_a20_no_host_can_be_here(host: str) -> None:
    assert not is_host(host)


@given(st.text())
def test_any_text_is_a_host_or_not(text: str) -> None:
    assert is_host(text) in (True, False)


@pytest.mark.parametrize(
    ("network", "broadcast"),
    [
        ("192.168.1.7/24", "192.168.1.255"),
        ("10.1.2.3/22", "10.1.3.255"),
        ("127.0.0.1/8", "127.255.255.255"),
        ("10.0.0.1/30", "10.0.0.3"),
        ("10.0.0.1/31", None),
        ("10.0.0.1/32", None),
    ],
)
def test_where_all_hosts_of_a_network_listen(network: str, broadcast: str | None) -> None:
    assert broadcast_of(IPv4Interface(network)) == broadcast


_OCTETS = st.integers(0, 300).map(str) | st.sampled_from(["", "01", "１", "a"])


@given(st.lists(_OCTETS, min_size=3, max_size=5))
def test_a20_it_says_of_ipv4_what_the_library_says(octets: list[str]) -> None:
    text = ".".join(octets)
    try:
        parsed = IPv4Address(text)
    except ValueError:
        assert not is_host(text)
    else:
        is_none = parsed.is_multicast or parsed.is_reserved or octets[0] == "0"
        assert is_host(text) is not is_none
