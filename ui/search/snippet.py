"""The words around the first match of a text."""

from typing import Final

from app.folding import find_words
from ui.chat.markdown import read_markdown
from ui.plain import shown_line

_BEFORE: Final = 18
"""Characters shown before a match that stands further in than _NEAR: it is in the first lines
however narrow they are."""
_NEAR: Final = 30
_LENGTH: Final = 220


def snippet(text: str, words: tuple[str, ...]) -> str:
    """One line; ``words`` are folded."""
    plain, _ = read_markdown(text)
    spans = find_words(plain, words)
    start = spans[0][0] - _BEFORE if spans and spans[0][0] > _NEAR else 0
    if start:
        space = plain.find(" ", start, spans[0][0])
        start = space + 1 if space >= 0 else start
    piece = plain[start : start + _LENGTH]
    return ("…" if start else "") + shown_line(piece)
