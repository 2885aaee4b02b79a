"""What somebody may leave here before they are accepted. The rest waits in their outbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.engine.core import Core
from app.engine.people import Acquaintance
from app.model import Reach, Trust
from net.protocol.identity import PeerId
from net.protocol.records import Edit, Offer, Record, Text

REQUEST_TEXTS: Final = 3
"""Who one is, what one wants, and what was forgotten."""
REQUEST_OFFERS: Final = 1
REQUEST_TEXT_MAX_BYTES: Final = 1_000
"""Some ten lines: what is read before one decides."""

Number = tuple[bytes, int]
"""Of a record: its lane, and its place there."""


@dataclass(slots=True)
class _Left:
    """What a stranger has left: on the disk when they came, and since."""

    texts: int = 0
    offers: int = 0
    new_texts: set[Number] = field(default_factory=set)
    new_offers: set[Number] = field(default_factory=set)


class Strangers:
    def __init__(self, core: Core, is_in_room: Callable[[Acquaintance, Offer], bool]) -> None:
        """``is_in_room``: the offer stands in a room that we share, which is no request."""
        self._core = core
        self._is_in_room = is_in_room
        self._left: dict[PeerId, _Left] = {}

    def load(self, peer: PeerId, texts: int, offers: int) -> None:
        """What of theirs is on the disk, before anything new is taken in."""
        self._left[peer] = _Left(texts, offers)

    def forget(self, peer: PeerId) -> None:
        self._left.pop(peer, None)

    def admits(self, person: Acquaintance, number: Number, record: Record) -> bool:
        """Whether it may come in now. What was refused by the disk comes again and counts once."""
        is_free = self._core.profile.settings.reach is Reach.EVERYONE
        if person.trust is not Trust.NEW or is_free:
            return True
        left = self._left.setdefault(person.peer, _Left())
        if isinstance(record, Text):
            room = REQUEST_TEXTS - left.texts
            return _is_short(record.text) and _take(left.new_texts, number, room)
        if isinstance(record, Offer) and not self._is_in_room(person, record):
            return _take(left.new_offers, number, REQUEST_OFFERS - left.offers)
        return not isinstance(record, Edit) or _is_short(record.text)


def _is_short(text: str) -> bool:
    return len(text.encode()) <= REQUEST_TEXT_MAX_BYTES


def _take(taken: set[Number], number: Number, room: int) -> bool:
    if number not in taken and len(taken) >= room:
        return False
    taken.add(number)
    return True
