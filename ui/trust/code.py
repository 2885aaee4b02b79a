"""What a QR code of ours says, and what one that was read means for the person asked about.

It names who shows it and for whom, so that a picture of one's own screen, or a code that was
made for somebody else, never passes for a comparison. Source: PROTOCOL, "Identity".
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ui.ids import peer_bytes

_HEAD: Final = "LANDLINE:1"
CODE_MAX_CHARS: Final = 400
"""Ours have 115; a QR code may hold thousands."""


class Finding(Enum):
    RIGHT = auto()
    """Theirs, made for us: nobody is in between."""
    OWN = auto()
    """Our own code, photographed or copied here."""
    SOMEBODY_ELSE = auto()
    """Shown by another identity than the one asked about."""
    FOR_ANOTHER = auto()
    """Theirs, but made for somebody else than us."""
    FOREIGN = auto()
    """A QR code, but none of Landline's."""
    NO_CODE = auto()
    NO_PICTURE = auto()
    """Too large, of an unknown kind, damaged, or not there."""


@dataclass(frozen=True, slots=True)
class Reading:
    finding: Finding
    shown_by: str = ""
    """Peer id of who shows it, where it is a code of Landline's."""


def write_code(my_id: str, their_id: str) -> str:
    """What we show to them. Both are 52-character peer ids; all of it is alphanumeric to QR."""
    return f"{_HEAD}:{my_id}:{their_id}"


def judge(texts: tuple[str, ...], *, my_id: str, their_id: str) -> Reading:
    """``texts``: what the QR codes in one picture say."""
    if not texts:
        return Reading(Finding.NO_CODE)
    readings = [_judge_one(text, my_id, their_id) for text in texts]
    readings.sort(key=lambda reading: _ORDER.index(reading.finding))
    return readings[0]


_ORDER: Final = (
    Finding.SOMEBODY_ELSE,
    Finding.FOR_ANOTHER,
    Finding.RIGHT,
    Finding.OWN,
    Finding.FOREIGN,
)
"""Of several codes in one picture the worst counts."""


def _judge_one(text: str, my_id: str, their_id: str) -> Reading:
    pair = _read(text)
    if pair is None:
        return Reading(Finding.FOREIGN)
    shown_by, shown_to = pair
    if shown_by == my_id:
        return Reading(Finding.OWN, shown_by)
    if shown_by != their_id:
        return Reading(Finding.SOMEBODY_ELSE, shown_by)
    return Reading(Finding.RIGHT if shown_to == my_id else Finding.FOR_ANOTHER, shown_by)


def _read(text: str) -> tuple[str, str] | None:
    """Who shows it, and to whom; None for what is no code of ours."""
    head, _, ids = text[:CODE_MAX_CHARS].partition(f"{_HEAD}:")
    shown_by, _, shown_to = ids.partition(":")
    try:
        is_pair = not head and peer_bytes(shown_by) != peer_bytes(shown_to)
    except ValueError:
        return None
    return (shown_by, shown_to) if is_pair else None
