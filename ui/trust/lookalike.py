"""Names that pose as a contact's: the same to the eye, whatever letters they are made of.

Source: Unicode UTS 39, "Confusable Detection": two names are alike if their skeletons are
equal. Beyond it, letter case, spaces and punctuation do not tell people apart either.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from PySide6.QtCore import QObject

from app.model import Person, Trust
from ui.roster import Roster
from ui.worker import Worker

_NAMES_KEPT: Final = 8192
"""Twice the people an engine remembers."""
_ROUNDS: Final = 2
"""A letter may stand for two, and one of these for another."""
_PLAIN: Final = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9 .,'_()-]+")
_PLAIN_DIGITS: Final = str.maketrans("01", "ol")
"""All that the table, 3 MB to read, says of a plain name's letters but for what is said below
of every name: few need the table."""
_UNSEEN: Final = dict.fromkeys(
    (
        0x34F,
        0x17B4,
        0x17B5,
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)
"""Marks that draw nothing, or choose how the letter before them is drawn."""
THE_APP: Final = Person("", "Landline")
_OWN_NAMES: Final = (
    *("You", "Everyone here", "System", "System message"),
    *("你", "所有人", "系统", "系统消息"),
)
"""What the window calls somebody itself, or what people take for it, in all its languages: a
person of that name is marked, whoever it is."""
_RANKS: Final = {Trust.NEW: 0, Trust.ACCEPTED: 1, Trust.VERIFIED: 2}
"""Who could pose as whom: the lower as the higher. The blocked are out of it."""


class Lookalikes(QObject):
    """Keeps ``Entry.resembles`` right: for a stranger the contact whose name theirs is like,
    for a contact the verified one, for anybody the app. The comparing is done by ``worker``."""

    def __init__(self, roster: Roster, worker: Worker) -> None:
        super().__init__(roster)
        self._roster = roster
        self._worker = worker
        self._seen_round = -1
        self._is_looking = False
        roster.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        if self._is_looking or self._seen_round == self._roster.people_round:
            return
        self._seen_round = self._roster.people_round
        people = tuple(one.person for one in self._roster if one.person is not None)
        self._is_looking = True
        self._worker.run(self, lambda: find_lookalikes(people), self._on_found)

    def _on_found(self, found: dict[str, Person]) -> None:
        is_current = self._seen_round == self._roster.people_round
        self._roster.set_lookalikes(found)
        if is_current:
            self._seen_round = self._roster.people_round
        self._is_looking = False
        self._look()


def find_lookalikes(people: Sequence[Person]) -> dict[str, Person]:
    """By peer id, whom each of them could be taken for. For any thread."""
    ranked = sorted((one for one in people if one.trust in _RANKS), key=_rank)
    best = {skeleton(one.name): one for one in ranked if one.trust is not Trust.NEW}
    found = {}
    for person in ranked:
        name = skeleton(person.name)
        resembled = best.get(name)
        is_own = resembled is not None and resembled.peer_id == person.successor
        if resembled is not None and not is_own and _rank(resembled) > _rank(person):
            found[person.peer_id] = resembled
        elif _is_ours(name):
            found[person.peer_id] = THE_APP
    return found


def _is_ours(name: str) -> bool:
    """A skeleton that is a name of the window's own, or has the app's in it."""
    return name in _own_names(name.isascii()) or skeleton(THE_APP.name) in name


@cache
def _own_names(is_plain: bool) -> frozenset[str]:
    """Their skeletons."""
    return frozenset(skeleton(name) for name in _OWN_NAMES if name.isascii() == is_plain)


def _rank(person: Person) -> int:
    return _RANKS[person.trust]


@lru_cache(maxsize=_NAMES_KEPT)
def skeleton(name: str) -> str:
    """Equal for names that look alike; never shown. I is drawn like l, and i is a small I."""
    plain = name.translate(_PLAIN_DIGITS) if _PLAIN.fullmatch(name) else _prototype(name)
    return _fold(plain)


def _prototype(name: str) -> str:
    table, text = _prototypes(), unicodedata.normalize("NFKD", name)
    for _ in range(_ROUNDS):
        text = unicodedata.normalize("NFD", "".join(table.get(char, char) for char in text))
    return text


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold()).translate(_UNSEEN)
    folded = folded.replace("i", "l").replace("rn", "m").replace("vv", "w")
    kept = "".join(char for char in folded if char.isalnum() or _is_mark(char))
    return kept or folded


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


@cache
def _prototypes() -> dict[str, str]:
    """For each letter what it is drawn like. The library's table pairs letters without saying
    which is the prototype: it is the one that most others are like."""
    alike = _confusables()
    degrees = {text: len(others) for text, others in alike.items()}
    table: dict[str, str] = {}
    for char, others in alike.items():
        if len(char) == 1:
            table[char] = max(
                [char, *others], key=lambda text: (degrees.get(text, 0), -len(text), text)
            )
    return table


def _confusables() -> dict[str, list[str]]:
    """The library's data alone: its module keeps 8 MB of it, and loads the web's protocols."""
    from importlib.resources import files  # noqa: PLC0415 - names show up after the window

    data = files("confusable_homoglyphs").joinpath("confusables.json")
    alike: dict[str, list[str]] = json.loads(data.read_bytes(), object_hook=_without_name)
    return alike


def _without_name(read: dict[str, Any]) -> Any:
    """Of ``{"c": a letter, "n": its name}`` the letter; anything larger is the whole table."""
    return read["c"] if read.keys() == {"c", "n"} else read
