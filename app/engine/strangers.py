"""What somebody may leave here before they are accepted. The rest waits in their outbox.

In a room that is still a request it is the same: whoever brought us there may make up its
members, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from app.engine.core import Core
from app.engine.people import Acquaintance
from app.model import Reach, Trust
from net.protocol.identity import PeerId
from net.protocol.records import (
    Delete,
    Edit,
    Offer,
    React,
    Record,
    RoomEntry,
    RoomHave,
    RoomPost,
    Text,
)

REQUEST_TEXTS: Final = 3
"""Who one is, what one wants, and what was forgotten."""
REQUEST_OFFERS: Final = 1
"""It is asked about; what else they would send is seen once they are known."""
REQUEST_TEXT_MAX_BYTES: Final = 1_000
"""Some ten lines: what is read before one decides."""
REQUEST_POST_MAX_BYTES: Final = REQUEST_TEXT_MAX_BYTES + 200
"""Such a text as it is signed in a room."""
REQUEST_DEEDS: Final = 30
"""Edits, deletions and reactions: some for each text."""
REQUEST_ROOMS: Final = 1
"""One that they bring us into: it counts as what they want."""
REQUEST_LOG_MAX_BYTES: Final = 256 * 1024
"""Of that room's log: a thousand entries, or seven pictures."""
REQUEST_TOLD: Final = 16
"""Rooms that they tell of, and that are not known here: each is asked about."""
REQUESTS_MAX: Final = 100
"""People whose requests are here; others' wait with them until one of these is decided. Nobody's
makes room for another's: it was acknowledged, so it is nowhere else, and it costs nothing to make
up people who push it out. Whoever waits stands in the list all the same, and can be accepted."""
REQUESTS_PER_HOST_MAX: Final = 20
"""Of them from one host: a machine of many users; and one that makes up people leaves room for
others."""

Concerning = RoomEntry | RoomPost | RoomHave | Offer
"""What may be for a room."""
Number = tuple[bytes, int]
"""Of a record: its lane, and its place there."""


@dataclass(slots=True)
class _Left:
    """What a stranger has left: on the disk when they came, and since."""

    texts: int = 0
    offers: int = 0
    new_texts: set[Number] = field(default_factory=set)
    new_offers: set[Number] = field(default_factory=set)
    deeds: set[Number] = field(default_factory=set)
    rooms: set[bytes] = field(default_factory=set)
    entries: dict[Number, int] = field(default_factory=dict)
    """Bytes of each."""
    told: set[bytes] = field(default_factory=set)
    """Rooms."""


class Strangers:
    def __init__(self, core: Core, is_ours: Callable[[Acquaintance, Concerning], bool]) -> None:
        """``is_ours``: it is for a room that we share, which is no request."""
        self._core = core
        self._is_ours = is_ours
        self._left: dict[PeerId, _Left] = {}
        self._asking: dict[PeerId, str] = {}
        """Who has left something, and from which host."""

    def load_all(self, asking: Iterable[Acquaintance]) -> None:
        """Whose requests are on the disk."""
        for person in asking:
            self._asking[person.peer] = person.addresses[0][0] if person.addresses else ""

    def load(self, peer: PeerId, texts: int, offers: int) -> None:
        """What of theirs is on the disk, before anything new is taken in."""
        self._left[peer] = _Left(texts, offers)

    def forget(self, peer: PeerId) -> None:
        self._left.pop(peer, None)
        self._asking.pop(peer, None)

    def on_decided(self, peer: PeerId) -> bool:
        """Whether their place is free now for another's request, which waited for one."""
        host = self._asking.get(peer)
        was_full = host is not None and self._is_full(host)
        self._asking.pop(peer, None)
        return was_full

    def admits(self, person: Acquaintance, number: Number, record: Record) -> bool:
        """Whether it may come in now. What was refused by the disk comes again and counts once."""
        is_free = self._core.profile.settings.reach is Reach.EVERYONE
        if person.trust is not Trust.NEW or self._asks_nothing(person, record):
            return True
        if is_free:
            _count(self._left.setdefault(person.peer, _Left()), record)
            return True
        if isinstance(record, RoomHave):
            return _take_told(self._left.setdefault(person.peer, _Left()), record.room)
        host = person.address[0] if person.address else ""
        if person.peer not in self._asking and self._is_full(host):
            return False
        left = self._left.setdefault(person.peer, _Left())
        is_admitted = _has_room(left, number, record)
        if is_admitted:
            self._asking.setdefault(person.peer, host)
        return is_admitted

    def _is_full(self, host: str) -> bool:
        """No more people may ask, or no more who are there."""
        of_host = sum(other == host for other in self._asking.values())
        return len(self._asking) >= REQUESTS_MAX or of_host >= REQUESTS_PER_HOST_MAX

    def _asks_nothing(self, person: Acquaintance, record: Record) -> bool:
        """It leaves nothing here, or in a room that is ours, too."""
        if isinstance(record, RoomEntry | RoomPost | RoomHave | Offer):
            return self._is_ours(person, record)
        return not isinstance(record, Text | Edit | Delete | React)


def _count(left: _Left, record: Record) -> None:
    """While anyone may write: it counts should that be taken back. Twice does no harm."""
    left.texts += isinstance(record, Text | RoomPost)
    left.offers += isinstance(record, Offer)


def _has_room(left: _Left, number: Number, record: Record) -> bool:
    match record:
        case Text():
            is_short = len(record.text.encode()) <= REQUEST_TEXT_MAX_BYTES
            return is_short and _take(left.new_texts, number, REQUEST_TEXTS - left.texts)
        case RoomPost():
            is_short = len(record.body) <= REQUEST_POST_MAX_BYTES
            return is_short and _take(left.new_texts, number, REQUEST_TEXTS - left.texts)
        case Offer():
            return _take(left.new_offers, number, REQUEST_OFFERS - left.offers)
        case RoomEntry():
            return _take_entry(left, number, record)
        case Edit() if len(record.text.encode()) > REQUEST_TEXT_MAX_BYTES:
            return False
    return _take(left.deeds, number, REQUEST_DEEDS)


def _take(taken: set[Number], number: Number, room: int) -> bool:
    if number not in taken and len(taken) >= room:
        return False
    taken.add(number)
    return True


def _take_told(left: _Left, room: bytes) -> bool:
    if room not in left.told and len(left.told) >= REQUEST_TOLD:
        return False
    left.told.add(room)
    return True


def _take_entry(left: _Left, number: Number, record: RoomEntry) -> bool:
    is_known = record.room in left.rooms
    if not is_known and len(left.rooms) >= REQUEST_ROOMS:
        return False
    size = len(record.entry)
    if sum(left.entries.values()) - left.entries.get(number, 0) + size > REQUEST_LOG_MAX_BYTES:
        return False
    left.rooms.add(record.room)
    left.entries[number] = size
    return True
