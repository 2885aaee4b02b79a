"""Letters that people do not tell apart when they look for a word: case, accents, width, ß and ss.

The search index folds by itself (unicode61), but LIKE only knows ASCII, and what was
found must be marked where it stands in the text as it was written.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from unicodedata import normalize

_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
"""Of Latin, Greek and Cyrillic letters. Marks of other scripts make another letter."""
_PARTS: Final = re.compile("[\u1100-\u11ff\u3099\u309a]")
"""Of hangul and kana, which come apart with the accents and belong together."""
OTHER_LATIN: Final = (
    "\u00aa-\u024f\u0300-\u036f\u1e00-\u1eff\u2100-\u214f\ufb00-\ufb06\uff01-\uff5e"
)
"""For a set in a pattern: what may fold to ASCII letters, and ASCII in full width."""


def fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", normalize("NFKD", text)).casefold()
    return normalize("NFC", plain) if _PARTS.search(plain) else plain


def find_words(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of the folded ``words`` stands in ``text``: start and end, in order, apart."""
    folded, origins = _folded_with_origins(text)
    found = []
    for word in words:
        at = folded.find(word) if word else -1
        while at >= 0:
            found.append((at, at + len(word)))
            at = folded.find(word, at + len(word))
    merged = _merged(found)
    if origins is None:
        return merged
    return _merged([(origins[start], _end(origins, end, len(text))) for start, end in merged])


def _folded_with_origins(text: str) -> tuple[str, list[int] | None]:
    """Of each folded character the place in ``text`` it came from; None where it is the same."""
    if text.isascii():
        return text.lower(), None
    pieces = [_fold_char(char) for char in text]
    origins = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins


def _end(origins: list[int], end: int, length: int) -> int:
    """Behind the character that the last folded one came from, and the accents on it."""
    after = bisect_right(origins, origins[end - 1])
    return origins[after] if after < len(origins) else length


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    return fold(char)
