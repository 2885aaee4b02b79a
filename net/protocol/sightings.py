"""Who was heard where: beacons from strangers in, news out.

Anyone can send any beacon, as often as they like. So every table here is capped and
every rate bounded, and no single beacon takes away what was heard before: a forged one
adds an address to try in vain. A flood of them can crowd out real news while it
lasts; what sessions have proven is not kept here and not touched by it.

Source: PROTOCOL, "Discovery". How often beacons go out: ``schedule``.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import IPv4Interface, IPv4Network, ip_address
from typing import Final

from net.protocol.beacon import Beacon, decode_beacon
from net.protocol.hosts import broadcast_of, is_host
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.protocol.rates import TokenBucket
from net.protocol.schedule import silence_limit_s

STRANGERS_MAX: Final = 512
"""Ids nobody has proven yet. The one silent longest makes room: a real one is heard again."""
SOURCES_MAX: Final = 1024
"""Hosts whose rate is watched. The one silent longest is forgotten: its rate was low."""
ADDRESSES_MAX: Final = 8
"""For one id: four cards in two families. The one silent longest makes room."""
EPOCHS_MAX: Final = 4
"""For one id: two programs with one identity and their last restarts."""
_RECENT_MAX: Final = 16
"""Beacons of one id known as duplicates: some 70 s of them, or a start and its answers."""

_ANSWERED_DATAGRAMS: Final = 2
"""From one address before it is answered: two beacons are more bytes than ours and the knocks
that their sighting may bring (48 bytes), so that nobody is sent more than came from there."""

_SOURCE_BURST, _SOURCE_PER_S = 256, 50
"""Datagrams from one host: ten instances starting at once, three times what they then send."""
_SOURCE_SIGHTINGS_BURST, _SOURCE_SIGHTINGS_PER_S = 64, 4
"""Sightings at one host, enough for the users of a terminal server. Each may make us knock
there, and everyone else who hears it: whoever forges a victim's address gets no more than
that. Proven ids where and as they were are told beyond it: they have a session."""
_PEER_SIGHTINGS_BURST, _PEER_SIGHTINGS_PER_S = 16, 0.5
"""Sightings of one id: two for each address it can have, then twice its beacons."""
_SIGHTINGS_BURST, _SIGHTINGS_PER_S = 1024, 128
"""Sightings of ids not proven yet, all together: a full office found at once, then what
handshakes keep up with."""

_COPIES_BURST, _COPIES_PER_S = 3, 1 / 30
"""Beacons with our own id that are looked into: whoever forges them makes us knock no more."""


class Drop(Enum):
    """Why a datagram was no use; for counting."""

    TOO_MANY_FROM_SOURCE = auto()
    MALFORMED = auto()
    OWN = auto()
    DUPLICATE = auto()
    BAD_SOURCE = auto()
    TOO_MANY_SIGHTINGS = auto()


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody claims to be ``peer_id`` at ``address``: worth a knock if there is no session.

    ``address`` is the host the beacon came from with the UDP port it names.
    ``is_new_epoch``: first heard, or restarted. ``is_new_address``: not heard from
    there of late. Neither: somebody says again what was known. ``is_answer_due``, once an
    epoch: enough bytes came from there that a beacon of ours is less than that, knocks
    included.
    """

    peer_id: PeerId
    epoch: bytes
    address: Address
    tcp_port: int
    is_new_epoch: bool
    is_new_address: bool
    is_answer_due: bool


@dataclass(slots=True)
class _Source:
    datagrams: TokenBucket
    sightings: TokenBucket


@dataclass(slots=True)
class _Path:
    heard_s: float
    datagrams: int = 0


@dataclass(slots=True)
class _Entry:
    sightings: TokenBucket
    epochs: deque[bytes] = field(default_factory=lambda: deque(maxlen=EPOCHS_MAX))
    recent: deque[tuple[bytes, int]] = field(default_factory=lambda: deque(maxlen=_RECENT_MAX))
    answered: deque[bytes] = field(default_factory=lambda: deque(maxlen=EPOCHS_MAX))
    """Epochs that know us, as we answered or were answered."""
    paths: OrderedDict[Address, _Path] = field(default_factory=OrderedDict)
    """Silent longest first."""


class SightingTable:
    """What beacons have said lately. Pinned ids (proven by a handshake) are never evicted."""

    def __init__(
        self, own_id: PeerId, own_udp_port: int, now_s: float, own_epoch: bytes = b""
    ) -> None:
        """Without ``own_epoch`` nobody is taken for a copy of us."""
        self.dropped: dict[Drop, int] = dict.fromkeys(Drop, 0)
        self.own_heard_s: dict[str, float] = {}
        """When a beacon of ours came back, by the address of ours that it left from."""
        self._own_id = own_id
        self._own_epoch = own_epoch
        self._copies = TokenBucket(_COPIES_BURST, _COPIES_PER_S, now_s)
        self._copy: Address | None = None
        self._own_udp_port = own_udp_port
        self._own_hosts: frozenset[str] = frozenset()
        self._bad_hosts: frozenset[str] = frozenset()
        self._networks: tuple[IPv4Network, ...] = ()
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._strangers: OrderedDict[PeerId, _Entry] = OrderedDict()
        self._pinned: dict[PeerId, _Entry | None] = {}
        self._sightings = TokenBucket(_SIGHTINGS_BURST, _SIGHTINGS_PER_S, now_s)
        self._fresh_s = silence_limit_s(0)

    def set_networks(self, networks: Iterable[IPv4Interface], own_hosts: Iterable[str]) -> None:
        """The networks this machine is on now, and all its addresses."""
        interfaces = tuple(networks)
        self._networks = tuple(interface.network for interface in interfaces)
        self._bad_hosts = frozenset(filter(None, map(broadcast_of, interfaces)))
        self._own_hosts = frozenset(own_hosts)
        kept = self.own_heard_s.items()
        self.own_heard_s = {host: at_s for host, at_s in kept if host in self._own_hosts}

    def set_live_peers(self, count: int) -> None:
        """How many share the network with us: with more of them each is heard more rarely."""
        self._fresh_s = silence_limit_s(count)

    def pin(self, peer_id: PeerId) -> None:
        """This id proved itself once; the caller bounds how many there are."""
        if peer_id not in self._pinned:
            self._pinned[peer_id] = self._strangers.pop(peer_id, None)

    def unpin(self, peer_id: PeerId) -> None:
        entry = self._pinned.pop(peer_id, None)
        if entry is not None:
            self._add_stranger(peer_id, entry)

    def observe(
        self, datagram: bytes, source: Address, now_s: float, *, is_answer: bool = False
    ) -> Sighting | None:
        """Take in one datagram; a Sighting for a beacon not heard before, on any path, or now
        from a new address. None for what is dropped. Never raises.

        ``is_answer``: it came to us alone, from somebody who knows us, and is not answered.
        """
        outcome: Beacon | Sighting | Drop = self._admit(datagram, source, now_s)
        if isinstance(outcome, Beacon):
            address = source[0], outcome.udp_port
            outcome = self._take_in(outcome, address, now_s, is_answer=is_answer)
        if isinstance(outcome, Drop):
            self.dropped[outcome] += 1
            return None
        return outcome

    def _admit(self, datagram: bytes, source: Address, now_s: float) -> Beacon | Drop:
        host, port = source
        if not port:
            return Drop.BAD_SOURCE
        if not self._watch(host, now_s).datagrams.take(now_s):
            return Drop.TOO_MANY_FROM_SOURCE
        beacon = decode_beacon(datagram)
        if beacon is None:
            return Drop.MALFORMED
        if beacon.peer_id != self._own_id:
            return beacon
        if host in self._own_hosts:  # so the table stays as small as they are few
            self.own_heard_s[host] = now_s
        if self._own_epoch and beacon.epoch != self._own_epoch:
            self._look_at_copy((host, beacon.udp_port), now_s)
        return Drop.OWN

    def _look_at_copy(self, address: Address, now_s: float) -> None:
        if self._is_possible(address) and self._copies.take(now_s):
            self._copy = address

    def take_copy(self) -> Address | None:
        """Where a beacon with our id came from that is not ours: a copy of this profile, if it
        proves to be one. Each at most once, and seldom."""
        address, self._copy = self._copy, None
        return address

    def heard_count(self, now_s: float) -> int:
        """How many ids were heard lately, on any path."""
        entries = (*self._strangers.values(), *filter(None, self._pinned.values()))
        return sum(
            any(now_s - path.heard_s <= self._fresh_s for path in entry.paths.values())
            for entry in entries
        )

    def _take_in(
        self, beacon: Beacon, address: Address, now_s: float, *, is_answer: bool
    ) -> Sighting | Drop:
        entry = self._entry(beacon.peer_id)
        if entry is not None and self._is_copy(entry, beacon, address, now_s):
            return Drop.DUPLICATE
        if not self._is_possible(address):
            return Drop.BAD_SOURCE
        if not self._is_affordable(entry, beacon, address, now_s):
            return Drop.TOO_MANY_SIGHTINGS
        if entry is None:
            entry = self._add_entry(beacon.peer_id, now_s)
        if is_answer:
            entry.answered.append(beacon.epoch)
        return self._note(entry, beacon, address, now_s)

    def _is_affordable(
        self, entry: _Entry | None, beacon: Beacon, address: Address, now_s: float
    ) -> bool:
        is_pinned = beacon.peer_id in self._pinned
        if is_pinned and self._is_known(entry, beacon, address, now_s):
            return True
        # one bucket after the other: what one refuses costs the next nothing
        return (
            self._watch(address[0], now_s).sightings.take(now_s)
            and (entry is None or entry.sightings.take(now_s))
            and (is_pinned or self._sightings.take(now_s))
        )

    def _watch(self, host: str, now_s: float) -> _Source:
        source = self._sources.get(host)
        if source is not None:
            self._sources.move_to_end(host)
            return source
        if len(self._sources) >= SOURCES_MAX:
            self._sources.popitem(last=False)
        source = self._sources[host] = _Source(
            TokenBucket(_SOURCE_BURST, _SOURCE_PER_S, now_s),
            TokenBucket(_SOURCE_SIGHTINGS_BURST, _SOURCE_SIGHTINGS_PER_S, now_s),
        )
        return source

    def _entry(self, peer_id: PeerId) -> _Entry | None:
        return self._pinned.get(peer_id) or self._strangers.get(peer_id)

    def _is_copy(self, entry: _Entry, beacon: Beacon, address: Address, now_s: float) -> bool:
        """Whether this beacon was heard before and its path is no news either."""
        if (beacon.epoch, beacon.sequence) not in entry.recent:
            return False
        if self._is_fresh(entry, address, now_s):
            # it says that this path works, too: every beacon comes by several
            self._note_path(entry, address, now_s)
            return True
        oldest = next(iter(entry.paths))
        return len(entry.paths) >= ADDRESSES_MAX and self._is_fresh(entry, oldest, now_s)

    def _is_known(
        self, entry: _Entry | None, beacon: Beacon, address: Address, now_s: float
    ) -> bool:
        """Neither restarted nor moved."""
        if entry is None or beacon.epoch not in entry.epochs:
            return False
        return self._is_fresh(entry, address, now_s)

    def _is_fresh(self, entry: _Entry, address: Address, now_s: float) -> bool:
        path = entry.paths.get(address)
        return path is not None and now_s - path.heard_s <= self._fresh_s

    def _is_possible(self, address: Address) -> bool:
        """Whether another instance of Landline can be there.

        Not on the internet: whoever forges such a source shall not make a whole office
        knock at it. Other private networks may share a wire with ours.
        """
        host, port = address
        if host in self._bad_hosts or (host in self._own_hosts and port == self._own_udp_port):
            return False
        if not is_host(host):
            return False
        parsed = ip_address(host)
        return not parsed.is_global or any(parsed in network for network in self._networks)

    def _note(self, entry: _Entry, beacon: Beacon, address: Address, now_s: float) -> Sighting:
        is_new_address = not self._is_fresh(entry, address, now_s)
        is_new_epoch = beacon.epoch not in entry.epochs
        if is_new_epoch:
            entry.epochs.append(beacon.epoch)
        entry.recent.append((beacon.epoch, beacon.sequence))
        path = self._note_path(entry, address, now_s)
        is_answer_due = path.datagrams >= _ANSWERED_DATAGRAMS and beacon.epoch not in entry.answered
        if is_answer_due:
            entry.answered.append(beacon.epoch)
        if beacon.peer_id in self._strangers:
            self._strangers.move_to_end(beacon.peer_id)
        return Sighting(
            beacon.peer_id,
            beacon.epoch,
            address,
            beacon.tcp_port,
            is_new_epoch,
            is_new_address,
            is_answer_due,
        )

    def _add_entry(self, peer_id: PeerId, now_s: float) -> _Entry:
        entry = _Entry(TokenBucket(_PEER_SIGHTINGS_BURST, _PEER_SIGHTINGS_PER_S, now_s))
        if peer_id in self._pinned:
            self._pinned[peer_id] = entry
        else:
            self._add_stranger(peer_id, entry)
        return entry

    def _add_stranger(self, peer_id: PeerId, entry: _Entry) -> None:
        if len(self._strangers) >= STRANGERS_MAX:
            self._strangers.popitem(last=False)
        self._strangers[peer_id] = entry

    def _note_path(self, entry: _Entry, address: Address, now_s: float) -> _Path:
        path = entry.paths.get(address)
        if path is None:
            if len(entry.paths) >= ADDRESSES_MAX:
                entry.paths.popitem(last=False)
            path = entry.paths[address] = _Path(now_s)
        path.heard_s = now_s
        path.datagrams += 1
        entry.paths.move_to_end(address)
        return path
