"""What is put into the full-text index, and how a user's words are asked of it.

Chinese, Japanese and Korean have no spaces, so their runs are indexed as pairs
of neighbouring characters plus the last one alone: any word of two characters
or more is then a phrase, and a single character is the beginning of a pair.
Everything else is left to SQLite's unicode61 tokenizer.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_CJK: Final = (
    "\u1100-\u11ff"  # hangul jamo
    "\u3005-\u3007\u3021-\u3029\u3038-\u303b"  # repetition mark, zero, old numerals
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # kana
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7af\ud7b0-\ud7fb\uf900-\ufaff"
    "\uff66-\uff9f\uffa1-\uffdc"  # half width
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_CJK_RUN: Final = re.compile(f"[{_CJK}]+")
_PIECE: Final = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_WORDS_MAX: Final = 32
"""Words of one search; more is a pasted text, whose beginning is enough to find it."""
_WORD_MAX_CHARS: Final = 64
"""Nobody looks for more of a word."""


def index_text(text: str) -> str:
    """``text`` as it is handed to the index."""
    if text.isascii():
        return text
    return _CJK_RUN.sub(_spell_run, unicodedata.normalize("NFKC", text))


def place_word(conversation_row: int) -> str:
    """The one word in the index's ``place`` that stands for a conversation."""
    return f"c{conversation_row}"


def search_terms(text: str) -> list[str]:
    """The user's words: normalised like the index, split at white space, bounded."""
    words = unicodedata.normalize("NFKC", text.replace("\0", " ")).split()
    return [word[:_WORD_MAX_CHARS] for word in words[:_WORDS_MAX]]


def match_expression(terms: list[str]) -> str | None:
    """An FTS5 expression that wants every term; None when a term has nothing to index.

    Whatever the user typed stands in quotes: no syntax of FTS5 is ever reached.
    """
    parts: list[str] = []
    for term in terms:
        spellings = [p for one in _spellings(term) if (p := _all_phrases(one))]
        if not spellings:
            return None
        parts.append(spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})")
    return " AND ".join(parts) or None


def is_inside_word(term: str) -> bool:
    """True when the index alone may miss ``term``: it could stand within a word."""
    return _CJK_RUN.fullmatch(term) is None


def like_pattern(term: str) -> str:
    """For ``LIKE ... ESCAPE '\\'``: the term anywhere."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _spell_run(found: re.Match[str]) -> str:
    run = found.group()
    pairs = [run[i : i + 2] for i in range(len(run))]
    return f" {' '.join(pairs)} "


def _spellings(term: str) -> Iterator[str]:
    """The index keeps ß apart from ss; people write either."""
    yield term
    small = term.lower()
    if "ß" in small:
        yield small.replace("ß", "ss")
    elif "ss" in small:
        yield small.replace("ss", "ß")


def _all_phrases(term: str) -> str | None:
    phrases = [p for piece in _PIECE.findall(term) if (p := _phrase(piece))]
    if not phrases:
        return None
    return phrases[0] if len(phrases) == 1 else f"({' AND '.join(phrases)})"


def _phrase(piece: str) -> str | None:
    """One piece (all CJK, or none of it) as a quoted phrase.

    The beginning of a word is enough, but for single letters: as beginnings they
    would match near to everything, and cost as much.
    """
    if _CJK_RUN.match(piece):
        if len(piece) == 1:
            return f'"{piece}"*'
        return '"' + " ".join(piece[i : i + 2] for i in range(len(piece) - 1)) + '"'
    if not any(unicodedata.category(char)[0] in "LN" for char in piece):
        return None
    escaped = piece.replace('"', '""')
    return f'"{escaped}"' if len(piece) == 1 else f'"{escaped}"*'
