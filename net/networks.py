"""All usable networks of this machine as one: hear everything there, speak everywhere."""

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Interface, ip_address
from typing import Final

from net.addresses import canonical_host
from net.facts import CardFacts
from net.groups import Outlets, join, leave, open_listeners
from net.interfaces import Card, CardWatch
from net.udp import OnDatagram, UdpSockets

LISTENER_BUFFER_BYTES: Final = 512 * 1024
"""Some 1,300 beacons on Linux: hundreds of people starting at once while we are busy; yet
after a flood what waits in it is not older than a second."""

OWN_COPY_S: Final = 0.5
"""After so long a beacon of our own has come back, or does not."""


class Networks:
    """Follows the cards when asked to look; ``on_datagram`` gets what comes to ``port``.

    The port is shared with other instances on this machine. If another program keeps it
    for itself nothing is heard until it lets go, but speaking goes on. ``bind``: if it
    has any address, only the networks of those are used, and heard.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        port: int,
        bind: Sequence[str],
        on_datagram: OnDatagram,
    ) -> None:
        self._loop = loop
        self._port = port
        self._bind = tuple(_canonical(bind))
        self._on_datagram = on_datagram
        self._watch = CardWatch(self._bind)
        self._cards: tuple[Card, ...] = ()
        self._since_s: dict[str, float] = {}
        """When a card of that name came, or our port."""
        self._spoken_s = loop.time(), loop.time()
        """When the last two beacons left."""
        self._sockets: tuple[socket.socket, ...] = ()
        self._listener: UdpSockets | None = None
        self._outlets = Outlets(port)

    @property
    def count(self) -> int:
        """Usable cards, loopback not counted."""
        return sum(not card.is_loopback for card in self._cards)

    @property
    def hosts(self) -> frozenset[str]:
        """Our own addresses on these networks."""
        return frozenset(host for card in self._cards for host in card.hosts)

    @property
    def interfaces(self) -> tuple[IPv4Interface, ...]:
        """Our IPv4 addresses with their networks, loopback's too."""
        return tuple(interface for card in self._cards for interface in card.networks)

    def look(self) -> bool:
        """Follow the cards as they are now. True when one came, went or changed, and when the
        port could be had at last."""
        cards = self._watch.look()
        gone = [card for card in self._cards if card not in cards]
        new = [card for card in cards if card not in self._cards]
        self._cards = cards
        now_s = self._loop.time()
        self._since_s = {card.name: self._since_s.get(card.name, now_s) for card in cards}
        for card in gone:
            leave(self._sockets, card)
        is_news = bool(gone or new)
        if self._listener is None:
            is_news = self._listen() or is_news
        else:
            for card in new:
                join(self._sockets, card)
        self._outlets.follow(cards)
        return is_news

    def send(self, data: bytes) -> bool:
        """To everyone on every network; whether every card took it. Never raises."""
        self._spoken_s = self._spoken_s[1], self._loop.time()
        return self._outlets.send(data)

    def facts(self, own_heard_s: Mapping[str, float]) -> tuple[CardFacts, ...]:
        """Of all cards but loopback. ``own_heard_s``: when a beacon of ours came back, by host."""
        return tuple(
            CardFacts(
                card.name,
                tuple(sorted(card.hosts)),
                card.is_virtual,
                is_spoken=not self._outlets.is_silent(card),
                is_heard=self._is_heard(card, own_heard_s),
            )
            for card in self._cards
            if not card.is_loopback
        )

    def _is_heard(self, card: Card, own_heard_s: Mapping[str, float]) -> bool | None:
        """By the last two beacons: a copy of each comes back at once, where it may."""
        since_s = self._spoken_s[0]
        if any(own_heard_s.get(host, since_s) > since_s for host in card.hosts):
            return True
        is_due = self._loop.time() - self._spoken_s[1] > OWN_COPY_S
        was_here = self._since_s.get(card.name, since_s) < since_s
        return False if is_due and was_here and self.is_listening and not card.is_virtual else None

    @property
    def is_listening(self) -> bool:
        """Whether the shared port is to be had."""
        return self._listener is not None

    def pause(self) -> None:
        """Hear nothing for now; what comes is lost once the system's buffer is full."""
        if self._listener is not None:
            self._listener.pause()

    def resume(self) -> None:
        if self._listener is not None:
            self._listener.resume()

    def close(self) -> None:
        self._outlets.close()
        if self._listener is not None:
            self._listener.close()
            self._listener, self._sockets = None, ()

    def is_near(self, host: str) -> bool:
        """Whether a datagram from this host belongs to the networks in use.

        Without ``bind`` all do: several networks on one wire are common.
        """
        if not self._bind:
            return True
        bare, _, scope = host.partition("%")
        if scope:
            return any(
                card.link_local.endswith(f"%{scope}") for card in self._cards if card.link_local
            )
        parsed = ip_address(bare)
        return any(parsed in interface.network for interface in self.interfaces)

    def _listen(self) -> bool:
        self._sockets = open_listeners(self._port)
        if not self._sockets:
            return False
        self._since_s = dict.fromkeys(self._since_s, self._loop.time())
        for card in self._cards:
            join(self._sockets, card)
        self._listener = UdpSockets(
            self._loop, self._sockets, self._on_datagram, buffer_bytes=LISTENER_BUFFER_BYTES
        )
        return True


def _canonical(bind: Sequence[str]) -> Iterator[str]:
    for host in bind:
        with suppress(ValueError):
            yield canonical_host(host)
