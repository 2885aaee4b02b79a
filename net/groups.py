"""The sockets of discovery: one that hears groups and broadcasts, and one to speak on each card.

Other instances on this machine share the listening port. Speaking has sockets of its
own, bound to one address of one card: only then is it certain, on every system and
without a default route, which card a beacon leaves by and which sender it names.
"""

import socket
import struct
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Final

from net.addresses import Scopes, SockAddr
from net.interfaces import Card
from net.protocol.beacon import GROUP_V4, GROUP_V6
from net.protocol.hosts import broadcast_of

_IP_MULTICAST_ALL: Final = 49
_IPV6_MULTICAST_ALL: Final = 29
"""Linux's numbers; the socket module has no names for them."""
_UNREAD_BYTES: Final = 2048
"""Receive buffer of sockets that only send: strays shall not take memory."""

_Place = tuple[int, str]
"""A card's index and one of its addresses."""

_GROUP_V4: Final = socket.inet_pton(socket.AF_INET, GROUP_V4)
_GROUP_V6: Final = socket.inet_pton(socket.AF_INET6, GROUP_V6)


def open_listeners(port: int) -> tuple[socket.socket, ...]:
    """A shared socket for each family this machine has; none if the port is not to be had."""
    opened = []
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        with suppress(OSError):
            opened.append(_open_listener(family, (host, port)))
    return tuple(opened)


def _open_listener(family: socket.AddressFamily, sockaddr: tuple[str, int]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform != "win32" and sys.platform != "linux":
            # BSD and macOS share a port only so; on Linux it would exclude other users
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _hear_only_what_is_joined(sock)
        sock.bind(sockaddr)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _hear_only_what_is_joined(sock: socket.socket) -> None:
    """Linux lets a socket hear what any other program joined, on cards we do not use too."""
    if sys.platform != "linux":
        return
    with suppress(OSError):  # IPv6's came with Linux 4.20
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_MULTICAST_ALL, 0)
        else:
            sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)


def join(listeners: Sequence[socket.socket], card: Card) -> None:
    """Hear the groups on this card. What cannot be joined is heard by broadcast, or not."""
    _change(listeners, card, socket.IP_ADD_MEMBERSHIP, socket.IPV6_JOIN_GROUP)


def leave(listeners: Sequence[socket.socket], card: Card) -> None:
    """The card may be gone: then this makes room in the system's table, which is small."""
    _change(listeners, card, socket.IP_DROP_MEMBERSHIP, socket.IPV6_LEAVE_GROUP)


def _change(listeners: Sequence[socket.socket], card: Card, v4: int, v6: int) -> None:
    for sock in listeners:
        with suppress(OSError):
            if sock.family == socket.AF_INET6 and card.link_local:
                group = _GROUP_V6 + struct.pack("@I", card.index)
                sock.setsockopt(socket.IPPROTO_IPV6, v6, group)
            elif sock.family == socket.AF_INET and card.networks:
                group = _GROUP_V4 + _interface(card.networks[0], card.index)
                sock.setsockopt(socket.IPPROTO_IP, v4, group)


def _interface(network: IPv4Interface, index: int) -> bytes:
    """The end of ip_mreqn; Windows has only ip_mreq, and goes by the address."""
    return network.packed + (b"" if sys.platform == "win32" else struct.pack("@i", index))


@dataclass(frozen=True, slots=True)
class _Outlet:
    """A socket bound to one address, and all that listen on its network."""

    sock: socket.socket
    targets: Sequence[SockAddr]

    def send(self, data: bytes) -> bool:
        """Whether the system took it for at least one of them."""
        is_sent = False
        for target in self.targets:
            with suppress(OSError):
                self.sock.sendto(data, target)
                is_sent = True
        return is_sent

    def close(self) -> None:
        self.sock.close()


class Outlets:
    """Sends from every address of the cards it follows, to the group and broadcast there."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._wanted: dict[_Place, IPv4Interface | None] = {}
        self._open: dict[_Place, _Outlet] = {}
        self._silent: set[_Place] = set()
        """Places that the last beacon did not leave by."""

    def follow(self, cards: Iterable[Card]) -> None:
        """Speak on these cards from now on, and on no others."""
        self._wanted = {}
        for card in cards:
            for network in card.networks:
                self._wanted[card.index, str(network.ip)] = network
            if card.link_local:
                self._wanted[card.index, card.link_local] = None
        for place in [place for place in self._open if place not in self._wanted]:
            self._open.pop(place).close()

    def send(self, data: bytes) -> bool:
        """Whether it went out from every address.

        One that is still being checked (a second or two for IPv6) or just went gives no
        socket, or refuses: the next call tries again.
        """
        self._silent.clear()
        for place, network in self._wanted.items():
            try:
                if place not in self._open:
                    self._open[place] = self._open_outlet(place, network)
                is_sent = self._open[place].send(data)
            except (OSError, ValueError):
                is_sent = False
            if not is_sent:
                self._silent.add(place)
        return not self._silent

    def is_silent(self, card: Card) -> bool:
        """Whether the last beacon did not leave by every address of it."""
        return any(index == card.index for index, _ in self._silent)

    def close(self) -> None:
        self.follow(())

    def _open_outlet(self, place: _Place, network: IPv4Interface | None) -> _Outlet:
        index, host = place
        if network is None:
            return _open_v6(host, self._port)
        return _open_v4(network, index, self._port)


def _open_v4(network: IPv4Interface, index: int, port: int) -> _Outlet:
    hosts = (GROUP_V4, broadcast_of(network))
    with ExitStack() as undo:
        sock = undo.enter_context(_speaker(socket.AF_INET))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        card = _interface(network, index)
        # Linux tells the two structures apart by their length
        value = card if sys.platform == "win32" else bytes(4) + card
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, value)
        sock.bind((str(network.ip), 0))
        undo.pop_all()
    return _Outlet(sock, [(host, port) for host in hosts if host is not None])


def _open_v6(link_local: str, port: int) -> _Outlet:
    _, sockaddr = Scopes().sockaddr_of((link_local, port))
    host, scope = sockaddr[0], sockaddr[-1]
    with ExitStack() as undo:
        sock = undo.enter_context(_speaker(socket.AF_INET6))
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, scope)
        sock.bind((host, 0, 0, scope))
        undo.pop_all()
    return _Outlet(sock, [(GROUP_V6, port, 0, scope)])


def _speaker(family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UNREAD_BYTES)
    return sock
