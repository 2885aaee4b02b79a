"""The network cards of this machine that can carry Landline, as they are now."""

import socket
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface, ip_address
from typing import Final, Protocol

import psutil  # type: ignore[import-untyped]

from net.addresses import canonical_host

CARDS_MAX: Final = 32
"""Real machines have a few; a container host has hundreds of virtual ones. Those with the
lowest index are kept: they were there first."""
NETWORKS_MAX: Final = 4
"""IPv4 addresses of one card on which beacons go out; more are a server's aliases."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card that is up and has an address that a beacon can come from.

    ``index``: the system's number of it, 0 if not needed there. ``is_virtual``: a tunnel to
    somewhere else. ``networks``: IPv4 addresses with their masks. ``link_local``: an IPv6
    address, its scope the card. ``hosts``: all addresses of the card, canonical, to know our
    own by.
    """

    name: str
    index: int
    is_loopback: bool
    networks: tuple[IPv4Interface, ...]
    link_local: str | None
    hosts: frozenset[str]
    is_virtual: bool = False


_TUNNELS: Final = ("tun", "tap", "wg", "wireguard", "vpn", "ppp", "tailscale", "zerotier", "ipsec")
"""Parts of names that drivers and VPN programs give their cards."""


class _Entry(Protocol):
    """One address as psutil gives it; its own type has no stable name."""

    @property
    def family(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def netmask(self) -> str | None: ...


class _State(Protocol):
    """What psutil says about one card."""

    @property
    def isup(self) -> bool: ...
    @property
    def flags(self) -> str: ...


class CardWatch:
    """Looks at the cards as often as asked; what did not change is not worked out again."""

    def __init__(self, bind: Sequence[str] = ()) -> None:
        """``bind``: canonical addresses; if there are any, no other address is in ``networks``
        or ``link_local``, and cards without one are left out.
        """
        self._bind = frozenset(bind)
        self._seen: object = None
        self._cards: tuple[Card, ...] = ()

    def look(self) -> tuple[Card, ...]:
        """Cards that are up, loopback first, then the lowest index first.

        An address may not be usable yet (IPv6 checks a new one for a second or two). Costs
        0.2 ms with a few cards, 6 ms with 120. Never raises.
        """
        try:
            addresses, states = psutil.net_if_addrs(), _states()
            seen = addresses, states, socket.if_nameindex()
        except OSError:  # a card went away between two questions; the next look knows
            return self._cards
        if seen != self._seen:
            self._seen = seen
            self._cards = self._usable(addresses, states)
        return self._cards

    def _usable(
        self, addresses: dict[str, list[_Entry]], states: dict[str, _State]
    ) -> tuple[Card, ...]:
        scopes = _windows_scopes()
        cards = []
        for name, entries in addresses.items():
            if name not in states or states[name].isup:
                card = _card(name, entries, scopes, self._bind, states.get(name))
                if card.networks or card.link_local:
                    cards.append(card)
        cards.sort(key=lambda card: (not card.is_loopback, card.index, card.name))
        return tuple(cards[:CARDS_MAX])


def _states() -> dict[str, _State]:
    """By name. A sandbox may hide it, but not the addresses: then all count as up."""
    with suppress(OSError):
        return dict(psutil.net_if_stats())
    return {}


def _card(
    name: str,
    entries: Iterable[_Entry],
    scopes: dict[str, int],
    bind: Collection[str],
    state: _State | None,
) -> Card:
    hosts: set[str] = set()
    networks: list[IPv4Interface] = []
    link_locals: list[str] = []
    for entry in entries:
        host = _host(entry, scopes)
        if host is None:
            continue
        hosts.add(host)
        if bind and host not in bind:
            continue
        if entry.family == socket.AF_INET:
            networks.append(IPv4Interface(f"{host}/{entry.netmask or 32}"))
        elif "%" in host:
            link_locals.append(host)
    return Card(
        name=name,
        index=_index(name, link_locals),
        is_loopback=any(ip_address(host.partition("%")[0]).is_loopback for host in hosts),
        networks=tuple(networks[:NETWORKS_MAX]),
        link_local=link_locals[0] if link_locals else None,
        hosts=frozenset(hosts),
        is_virtual=_is_virtual(name, state),
    )


def _is_virtual(name: str, state: _State | None) -> bool:
    """POSIX says which cards end at one other machine; elsewhere names are all there is."""
    is_tunnel = state is not None and "pointopoint" in state.flags
    return is_tunnel or any(part in name.casefold() for part in _TUNNELS)


def _host(entry: _Entry, scopes: dict[str, int]) -> str | None:
    """The canonical address; None for a hardware address and for what is not usable."""
    text = entry.address
    if entry.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    if text in scopes:
        text = f"{text}%{scopes[text]}"
    try:
        return canonical_host(text)
    except ValueError:
        return None


def _index(name: str, link_locals: Sequence[str]) -> int:
    scope = link_locals[0].partition("%")[2] if link_locals else name
    with suppress(OSError):
        return socket.if_nametoindex(scope)
    return 0


def _windows_scopes() -> dict[str, int]:
    """Link-local addresses of Windows with the index of their card, which psutil leaves out.

    Source: the documentation of getaddrinfo there: this name stands for the machine
    itself and is answered without asking the network.
    """
    if sys.platform != "win32":
        return {}
    with suppress(OSError):
        found = socket.getaddrinfo(b"..localmachine", None, socket.AF_INET6, socket.SOCK_DGRAM)
        return {str(to[0]).partition("%")[0]: int(to[-1]) for *_, to in found}
    return {}
