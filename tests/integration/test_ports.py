"""A port is ours in all four ways or not at all."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from net.ports import NoSuchAddressError, PortTakenError, open_ports

V4, V6 = socket.AF_INET, socket.AF_INET6
UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM


@pytest.fixture
def undo() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def base(undo: ExitStack) -> int:
    """A port with some free ones above it."""
    while True:
        with socket.socket(V4, UDP) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        try:
            with ExitStack() as probes:
                for candidate in range(port, port + 3):
                    probes.callback(open_ports(candidate, is_fixed=True).close)
        except PortTakenError:
            continue
        return port


def taken(undo: ExitStack, family: int, kind: int, host: str, port: int) -> socket.socket:
    sock = undo.enter_context(socket.socket(family, kind))
    if family == V6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((host, port))
    if kind == TCP:
        sock.listen()
    return sock


def test_a_free_port_is_ours_in_both_families_and_both_kinds(base: int, undo: ExitStack) -> None:
    ports = open_ports(base, is_fixed=True)
    undo.callback(ports.close)
    assert ports.port == base
    for kind, socks in ((UDP, ports.udp), (TCP, ports.tcp)):
        assert [s.family for s in socks] == [V4, V6]
        assert all(s.type == kind and s.getsockname()[1] == base for s in socks)
        assert not any(s.getblocking() for s in socks)


@pytest.mark.parametrize("host", ["", "127.0.0.1"])
@pytest.mark.parametrize("kind", [UDP, TCP])
@pytest.mark.parametrize("family", [V4, V6])
def test_g09_a_port_taken_in_one_way_only_is_passed_over(
    base: int, undo: ExitStack, family: int, kind: int, host: str
) -> None:
    if family == V6:
        host = "::1" if host else "::"
    taken(undo, family, kind, host, base)
    ports = open_ports(base)
    undo.callback(ports.close)
    assert ports.port > base


def test_g09_a_fixed_port_that_is_taken_is_an_error_and_leaves_nothing_open(
    base: int, undo: ExitStack
) -> None:
    holder = taken(undo, V6, TCP, "::", base)
    with pytest.raises(PortTakenError) as caught:
        open_ports(base, is_fixed=True)
    assert (caught.value.first, caught.value.last) == (base, base)
    holder.close()
    open_ports(base, is_fixed=True).close()


def test_nobody_can_take_a_port_of_ours_by_asking_for_reuse(base: int, undo: ExitStack) -> None:
    undo.callback(open_ports(base, is_fixed=True).close)
    for kind, host in ((UDP, ""), (UDP, "127.0.0.1"), (TCP, ""), (TCP, "127.0.0.1")):
        thief = undo.enter_context(socket.socket(V4, kind))
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):  # noqa: PT012 (either call may refuse)
            thief.bind((host, base))
            thief.listen()


def test_a_restart_need_not_wait_for_old_streams(base: int, undo: ExitStack) -> None:
    ports = open_ports(base, is_fixed=True)
    client = undo.enter_context(socket.create_connection(("127.0.0.1", base)))
    ports.tcp[0].setblocking(True)
    server, _ = ports.tcp[0].accept()
    server.close()  # our side closes first: the port stays in TIME_WAIT
    assert client.recv(1) == b""
    client.close()
    ports.close()
    open_ports(base, is_fixed=True).close()


def test_only_the_addresses_asked_for_are_listened_on(base: int, undo: ExitStack) -> None:
    ports = open_ports(base, bind=["127.0.0.1", "::1", "127.0.0.1"])
    undo.callback(ports.close)
    assert [s.getsockname()[0] for s in ports.udp] == ["127.0.0.1", "::1"]
    assert [s.getsockname()[0] for s in ports.tcp] == ["127.0.0.1", "::1"]


@pytest.mark.parametrize("host", ["198.51.100.7", "fe80::1%nowhere", "localhost", "0.0.0.0"])
def test_an_address_that_is_none_of_ours_is_named(base: int, host: str) -> None:
    with pytest.raises(NoSuchAddressError) as caught:
        open_ports(base, bind=["127.0.0.1", host])
    assert caught.value.host == host
    open_ports(base, is_fixed=True, bind=["127.0.0.1"]).close()


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="port"):
        open_ports(port)


@pytest.mark.parametrize("port", [1, 80, 1023])
def test_ports_that_no_beacon_may_name_are_not_opened(port: int) -> None:
    with pytest.raises(PortTakenError, match="other services"):
        open_ports(port)


def test_the_search_ends_at_the_last_port(undo: ExitStack) -> None:
    with suppress(PortTakenError):
        undo.callback(open_ports(65535, is_fixed=True).close)
    with pytest.raises(PortTakenError) as caught:
        open_ports(65535)
    assert caught.value.last == 65535
