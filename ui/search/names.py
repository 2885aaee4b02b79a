"""Whether a name is meant by what somebody types: in its own script, or as it sounds in Latin.

"chenli", "cl" and "li" all mean 陈立, and "mk" Marta Kowalska.
"""

import re
from functools import lru_cache
from typing import Final

from app.folding import fold
from ui.plain import shown_line

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_WORDS_MAX: Final = 24
"""Of one name; a syllable of Chinese is a word."""
_LETTERS_MAX: Final = 40
_NAMES_KEPT: Final = 8192


class Wanted:
    def __init__(self, typed: str) -> None:
        self._folded = fold(shown_line(typed))
        letters = self._folded.replace(" ", "")
        self._letters = letters if letters.isascii() and letters.isalnum() else ""

    def is_in(self, text: str) -> bool:
        """As it is written."""
        return self._folded in _folded(text)

    def is_name(self, name: str) -> bool:
        if self.is_in(name):
            return True
        is_short = 0 < len(self._letters) <= _LETTERS_MAX
        return is_short and _begins_words(_sounds(name), self._letters)


@lru_cache(_NAMES_KEPT)
def _folded(text: str) -> str:
    return fold(shown_line(text))


@lru_cache(_NAMES_KEPT)
def _sounds(name: str) -> tuple[str, ...]:
    """Its words and syllables in Latin letters, in lower case."""
    line = shown_line(name)
    if not line.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - with the first such name

        line = anyascii(line).replace("'", "")
    return tuple(word.lower() for word in _WORD.findall(line)[:_WORDS_MAX])


def _begins_words(words: tuple[str, ...], letters: str) -> bool:
    """Whether the letters are beginnings of words that follow each other.

    Looks at each place in the letters once a word: a name of many like words costs no more.
    """
    told: set[int] = set()
    for word in words:
        reached = set[int]()
        for start in (0, *told):
            length = _common_length(word, letters, start)
            reached.update(range(start + 1, start + length + 1))
        if len(letters) in reached:
            return True
        told = reached
    return False


def _common_length(word: str, letters: str, start: int) -> int:
    length = 0
    for one, other in zip(word, letters[start:], strict=False):
        if one != other:
            break
        length += 1
    return length
