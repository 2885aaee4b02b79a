"""Addresses as people write them, as the code holds them, and as the system wants them.

The one form inside Landline is ``Address``: a numeric host in its shortest spelling
and a port. An IPv6 link-local host carries its card's name (``fe80::1%eth0``): the
same peer has one spelling whether it was typed, heard, or read from the store.
"""

import ipaddress
import re
import socket
from contextlib import suppress
from typing import Final

from net.protocol.hosts import is_host
from net.protocol.packet import Address

SockAddr = tuple[str, int] | tuple[str, int, int, int]
"""What the socket calls take. Never a name: a look-up there would block the loop."""

_BRACKETED: Final = re.compile(r"\[([^\[\]]+)\](?::([0-9]{1,5}))?")
_SCOPES_MAX: Final = 256
"""Cards remembered; more only after hundreds were plugged and unplugged."""


def parse_address(text: str, default_port: int) -> Address:
    """Read ``ip``, ``ip:port``, ``[ip]``, ``[ip]:port`` or a bare IPv6 address.

    Raises ValueError for anything else: host names, ports outside 1 to 65535, and
    addresses at which nobody can be (0.0.0.0, groups, 255.255.255.255). The card of a
    link-local address need not be there now: it may come back.
    """
    host, port = _split(text.strip())
    number = default_port if port is None else int(port)
    if not 0 < number < 0x10000:
        raise ValueError("a port is a number from 1 to 65535")
    return canonical_host(host), number


def format_address(address: Address) -> str:
    """``ip:port`` or ``[ip%scope]:port``; ``parse_address`` reads it back."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def canonical_host(text: str) -> str:
    """The one spelling of a numeric unicast host. ValueError if it is none."""
    parsed = ipaddress.ip_address(text)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if not is_host(str(parsed)):
        raise ValueError("not the address of one host")
    if isinstance(parsed, ipaddress.IPv4Address) or not parsed.is_link_local:
        return str(parsed).partition("%")[0]
    if parsed.scope_id is None:
        raise ValueError("a link-local address needs its card: fe80::1%eth0")
    bare = str(parsed).partition("%")[0]
    return f"{bare}%{_scope_name(parsed.scope_id)}"


def _split(text: str) -> tuple[str, str | None]:
    if bracketed := _BRACKETED.fullmatch(text):
        return bracketed[1], bracketed[2]
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        if not (port.isascii() and port.isdigit() and len(port) <= 5):
            raise ValueError("a port is a number from 1 to 65535")
        return host, port
    return text, None


class Scopes:
    """Names and indices of network cards, looked up once.

    Not for use from several threads. Whoever meets an error that a re-plugged or
    renamed card explains calls ``forget``.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def forget(self) -> None:
        self._names.clear()

    def address_of(self, sockaddr: SockAddr) -> Address:
        """What a receive call gave, as an Address. Never raises."""
        if len(sockaddr) == 2:
            return sockaddr
        host, port, _, scope = sockaddr
        if not scope:
            return host, port
        return f"{host}%{self._name(scope)}", port

    def sockaddr_of(self, address: Address) -> tuple[socket.AddressFamily, SockAddr]:
        """Family and socket address for a send or bind call.

        Raises ValueError for a host that is not numeric, OSError for a card that is
        not there.
        """
        host, port = address
        if not 0 < port < 0x10000:
            raise ValueError("port out of range")
        parsed = ipaddress.ip_address(host)
        if isinstance(parsed, ipaddress.IPv4Address):
            return socket.AF_INET, (host, port)
        bare, _, scope = host.partition("%")
        return socket.AF_INET6, (bare, port, 0, _scope_index(scope) if scope else 0)

    def _name(self, index: int) -> str:
        name = self._names.get(index)
        if name is None:
            if len(self._names) >= _SCOPES_MAX:
                self._names.clear()
            try:
                name = socket.if_indextoname(index)
            except OSError:
                return str(index)
            self._names[index] = name
        return name


def _scope_name(scope: str) -> str:
    """A card given by its index, as is usual on Windows, gets its name if it is there."""
    if scope.isascii() and scope.isdigit() and len(scope) < 10:
        with suppress(OSError):
            return socket.if_indextoname(int(scope))
    return scope


def _scope_index(scope: str) -> int:
    """Cards go by name; a bare number is an index (Windows writes them so)."""
    try:
        return socket.if_nametoindex(scope)
    except OSError:
        if scope.isascii() and scope.isdigit() and len(scope) < 10:
            return int(scope)
        raise
