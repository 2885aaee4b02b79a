"""All emoji, in groups and found by words; resources/emoji/emoji.tsv, made by tools/emoji.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QTextLayout

from ui.resources import RESOURCES

_LIGHT: Final = "\U0001f3fb"
TONES: Final = ("", "\U0001f3fb", "\U0001f3fc", "\U0001f3fd", "\U0001f3fe", "\U0001f3ff")
"""None first: the yellow that is nobody's."""
RECENT_MAX: Final = 27
"""Three rows."""


@dataclass(frozen=True, slots=True)
class Emoji:
    char: str
    light: str
    """With the lightest colour of skin; empty when it shows no skin."""
    version: float
    english: str
    chinese: str
    words: str
    """All names and search words, small, each behind a bar."""

    def toned(self, tone: int) -> str:
        """``tone`` counts in TONES."""
        return self.light.replace(_LIGHT, TONES[tone]) if tone and self.light else self.char


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    """As Unicode calls it."""
    emoji: tuple[Emoji, ...]


@cache
def all_groups() -> tuple[Group, ...]:
    """Read once, when they are first asked for."""
    groups: list[tuple[str, list[Emoji]]] = []
    text = (RESOURCES / "emoji" / "emoji.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) == 1:
            groups.append((line[1:], []))
            continue
        char, light, version, english, chinese = fields
        words = f"|{english}|{chinese}".lower()
        name, named = english.partition("|")[0], chinese.partition("|")[0]
        groups[-1][1].append(Emoji(char, light, float(version), name, named, words))
    return tuple(Group(name, tuple(found)) for name, found in groups)


@cache
def by_char() -> dict[str, Emoji]:
    """Also by its shape in any colour of skin."""
    found = {}
    for group in all_groups():
        for one in group.emoji:
            found.update({one.toned(tone): one for tone in range(len(TONES))})
    return found


def find_emoji(wanted: str, groups: Iterable[Group]) -> list[Emoji]:
    """Those that every word begins something of; those called so first."""
    terms = wanted.lower().split()
    if not terms:
        return []
    found = [
        (_rank(one.words, terms), one)
        for group in groups
        for one in group.emoji
        if all(_has(one.words, term) for term in terms)
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _has(words: str, term: str) -> bool:
    if not term.isascii():
        return term in words
    return f"|{term}" in words or f" {term}" in words or f"-{term}" in words


def _rank(words: str, terms: Sequence[str]) -> int:
    """In the order of use: a name, its beginning, a search word, something in one."""
    phrase = f"|{' '.join(terms)}"
    if words.startswith(phrase):
        return 0 if words[len(phrase) :].startswith("|") else 1
    return 2 if f"{phrase}|" in f"{words}|" else 3


def with_recent(recent: str, char: str) -> str:
    """``recent``, parted by blanks, after ``char`` was used."""
    rest = [one for one in recent.split() if one != char]
    return " ".join([char, *rest][:RECENT_MAX])


def drawn_groups(font: QFont) -> tuple[Group, ...]:
    """What the system's fonts can show: they stop at some version of Unicode's list."""
    newest = _newest_drawn(font.toString())
    return tuple(
        Group(group.name, tuple(one for one in group.emoji if one.version <= newest))
        for group in all_groups()
    )


@cache
def _newest_drawn(family: str) -> float:
    font = QFont()
    font.fromString(family)
    samples: dict[float, str] = {}
    for group in all_groups():
        for one in group.emoji:
            if len(one.char) == 1:
                samples.setdefault(one.version, one.char)
    newest_first = sorted(samples, reverse=True)
    return next((one for one in newest_first if _is_drawn(samples[one], font)), newest_first[-1])


def _is_drawn(char: str, font: QFont) -> bool:
    layout = QTextLayout(char, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    glyphs = [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
    return bool(glyphs) and 0 not in glyphs
