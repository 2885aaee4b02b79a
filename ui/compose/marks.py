"""Markers put around what is selected, and taken away again. Knows no widget."""

from dataclasses import dataclass
from typing import Final

from ui.chat.markdown import FENCE, blocks

BOLD: Final = ("**",)
ITALIC: Final = ("_", "*")
CODE: Final = ("`",)
"""What is put there, then what else is taken away."""


@dataclass(frozen=True, slots=True)
class Change:
    """``text`` goes to where ``start`` to ``end`` was; then ``first`` to ``last`` is selected."""

    start: int
    end: int
    text: str
    first: int
    last: int


def toggle_mark(text: str, start: int, end: int, markers: tuple[str, ...]) -> Change:
    """For a selection, the word the cursor stands in, or what will be typed next."""
    if start == end:
        start, end = _word_at(text, start)
    if start == end:
        return _begin_or_leave(text, start, markers[0])
    start, end = _without_blanks(text, start, end)
    for marker in markers:
        outer = _around(text, start, end, marker)
        if outer is not None:
            inside = text[outer[0] + len(marker) : outer[1] - len(marker)]
            return Change(*outer, inside, outer[0], outer[0] + len(inside))
    marker = markers[0]
    lines = text[start:end].split("\n")
    marked = "\n".join(_wrapped(line, marker) for line in lines)
    inset = len(marker) if len(lines) == 1 else 0
    return Change(start, end, marked, start + inset, start + len(marked) - inset)


def toggle_block(text: str, start: int, end: int) -> Change:
    """Whole lines become a block of code; the block that the cursor stands in becomes text."""
    lines = text.split("\n")
    first, last = text.count("\n", 0, start), text.count("\n", 0, end)
    for begin, close in blocks(text):
        if begin <= first and last <= close:
            return _unfenced(lines, begin, close)
    at, stop = _span(lines, first, last)
    inside = text[at:stop]
    fenced = f"{FENCE}\n{inside}\n{FENCE}"
    inner = at + len(FENCE) + 1
    return Change(at, stop, fenced, inner + len(inside), inner + len(inside))


def _unfenced(lines: list[str], begin: int, close: int) -> Change:
    at, stop = _span(lines, begin, close)
    inside = "\n".join(lines[begin + 1 : close])
    return Change(at, stop, inside, at, at + len(inside))


def _span(lines: list[str], first: int, last: int) -> tuple[int, int]:
    """Where these lines begin and end in the whole text."""
    at = sum(len(line) + 1 for line in lines[:first])
    return at, at + len("\n".join(lines[first : last + 1]))


def _word_at(text: str, at: int) -> tuple[int, int]:
    """Around ``at`` when it stands inside of a word; Chinese has no borders to find."""
    start = end = at
    while start > 0 and _is_of_word(text[start - 1]):
        start -= 1
    while end < len(text) and _is_of_word(text[end]):
        end += 1
    return (start, end) if start < at < end else (at, at)


def _is_of_word(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _begin_or_leave(text: str, at: int, marker: str) -> Change:
    """A pair to write between; an empty one goes, and behind a full one is left."""
    width = len(marker)
    closes = text.startswith(marker, at)
    if closes and text[max(at - width, 0) : at] == marker:
        return Change(at - width, at + width, "", at - width, at - width)
    if closes and _is_open(text[text.rfind("\n", 0, at) + 1 : at], marker):
        return Change(at, at, "", at + width, at + width)
    return Change(at, at, marker + marker, at + width, at + width)


def _is_open(before: str, marker: str) -> bool:
    return before.count(marker) % 2 == 1


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """A marker beside a blank marks nothing."""
    chosen = text[start:end]
    if not chosen.strip():
        return start, end
    return start + len(chosen) - len(chosen.lstrip()), end - len(chosen) + len(chosen.rstrip())


def _around(text: str, start: int, end: int, marker: str) -> tuple[int, int] | None:
    """The marked span: selected with its markers, or what lies between them."""
    width = len(marker)
    for at, stop in ((start, end), (start - width, end + width)):
        span = text[max(at, 0) : stop]
        is_marked = span.startswith(marker) and span.endswith(marker) and len(span) > 2 * width
        if at >= 0 and is_marked and "\n" not in span and _is_whole(text, at, stop, marker):
            return at, stop
    return None


def _is_whole(text: str, at: int, stop: int, marker: str) -> bool:
    """One star is not one of two."""
    if marker != "*":
        return True
    inner = text[at + 1 : stop - 1]
    beside = text[max(at - 1, 0) : at] + text[stop : stop + 1]
    return "*" not in (inner[:1], inner[-1:]) and "*" not in beside


def _wrapped(line: str, marker: str) -> str:
    inside = line.strip()
    return line.replace(inside, marker + inside + marker, 1) if inside else line
