"""Landline's own port: one number on which UDP and TCP, IPv4 and IPv6 are all ours."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from net.addresses import Scopes, canonical_host
from net.protocol.limits import DEFAULT_PORT, PORT_MIN, PORT_TRIES

_BACKLOG: Final = 128
"""Streams waiting to be accepted; the loop takes them every few milliseconds."""
_TAKEN: Final = frozenset({errno.EADDRINUSE, errno.EACCES})
"""Windows says EACCES for a port held exclusively or reserved by the system."""
_NO_FAMILY: Final = frozenset({errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.EADDRNOTAVAIL})
"""What a machine with IPv6 (or IPv4) switched off answers."""


class PortTakenError(Exception):
    """No port of those allowed is to be had. ``first`` and ``last`` are those tried."""

    def __init__(self, first: int, last: int, reason: str = "in use") -> None:
        tried = f"port {first} is" if first == last else f"ports {first} to {last} are"
        super().__init__(f"{tried} {reason}")
        self.first = first
        self.last = last


class NoSuchAddressError(Exception):
    """An address to listen on is malformed or none of this machine's."""

    def __init__(self, host: str) -> None:
        super().__init__(f"no network card of this machine has the address {host}")
        self.host = host


@dataclass(frozen=True, slots=True)
class PortSet:
    """Open sockets on one port: bound, not blocking, the TCP ones listening.

    One of each kind per family, or per address when addresses were asked for.
    """

    port: int
    udp: tuple[socket.socket, ...]
    tcp: tuple[socket.socket, ...]

    def close(self) -> None:
        for sock in (*self.udp, *self.tcp):
            sock.close()


def open_ports(
    port: int = DEFAULT_PORT, *, is_fixed: bool = False, bind: Sequence[str] = ()
) -> PortSet:
    """Take ``port``, or unless it ``is_fixed`` the next free one of PORT_TRIES.

    ``bind``: numeric addresses to listen on; none means all. No other program can take
    these ports while they are open, nor did any hold them before: not even in part.
    Raises PortTakenError, NoSuchAddressError, and OSError when the machine gives no
    socket at all.
    """
    if not 0 < port < 0x10000:
        raise ValueError("a port is a number from 1 to 65535")
    if port < PORT_MIN:
        raise PortTakenError(port, port, f"kept for other services; use one from {PORT_MIN}")
    last = port if is_fixed else min(port + PORT_TRIES - 1, 0xFFFF)
    for candidate in range(port, last + 1):
        try:
            return _open_all(candidate, bind)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
    raise PortTakenError(port, last)


def _open_all(port: int, bind: Sequence[str]) -> PortSet:
    """All sockets on exactly this port, or OSError and none."""
    with ExitStack() as undo:
        udp = tuple(_open_kind(socket.SOCK_DGRAM, port, bind, undo))
        tcp = tuple(_open_kind(socket.SOCK_STREAM, port, bind, undo))
        undo.pop_all()
    return PortSet(port, udp, tcp)


def _open_kind(
    kind: socket.SocketKind, port: int, bind: Sequence[str], undo: ExitStack
) -> Iterator[socket.socket]:
    if not bind:
        yield from _open_everywhere(kind, port, undo)
        return
    for host in dict.fromkeys(bind):
        try:
            family, sockaddr = Scopes().sockaddr_of((canonical_host(host), port))
        except (ValueError, OSError):
            raise NoSuchAddressError(host) from None
        try:
            yield undo.enter_context(_open_one(family, kind, sockaddr))
        except OSError as error:
            if error.errno in _NO_FAMILY:
                raise NoSuchAddressError(host) from None
            raise


def _open_everywhere(
    kind: socket.SocketKind, port: int, undo: ExitStack
) -> Iterator[socket.socket]:
    """One socket a family; a family that this machine does not have is left out."""
    missing: OSError | None = None
    is_any = False
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        try:
            yield undo.enter_context(_open_one(family, kind, (host, port)))
            is_any = True
        except OSError as error:
            if error.errno not in _NO_FAMILY:
                raise
            missing = error
    if missing is not None and not is_any:
        raise missing


def _open_one(
    family: socket.AddressFamily, kind: socket.SocketKind, sockaddr: tuple[str | int, ...]
) -> socket.socket:
    sock = socket.socket(family, kind)
    try:
        _claim_alone(sock, family, kind)
        sock.bind(sockaddr)
        if kind == socket.SOCK_STREAM:
            sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _claim_alone(
    sock: socket.socket, family: socket.AddressFamily, kind: socket.SocketKind
) -> None:
    if family == socket.AF_INET6:
        # or this socket would take IPv4 too, and the IPv4 one could not be opened
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if sys.platform == "win32":
        # there a port is shared with whoever asks, unless its holder says no
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    elif kind == socket.SOCK_STREAM:
        # elsewhere this lets nobody else listen, but a restart need not wait for old streams
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
