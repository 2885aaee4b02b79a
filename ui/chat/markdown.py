"""The little of Markdown that people type into a chat: bold, italic, code, code blocks.

Everything else, raw HTML first of all, stays the text that it is. Linear in the length
of the text, whatever it holds: markers are looked for within a line and a short reach.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

FENCE: Final = "```"
_REACH: Final = 400
"""Characters between two markers: a sentence or two."""
SPANS_MAX: Final = 300
"""Marked in one message; layout cost grows with them. Later ones only lose their markers."""
_EDGE: Final = "A-Za-z0-9_*`"
"""Beside these a star is arithmetic, and an underscore part of a name."""
_NO_PAIR: Final = r"(?:[^*\n]|\*(?!\*))"
"""No search goes beyond the next marker of its kind: a text may be nothing but beginnings."""
_INLINE: Final = re.compile(
    r"(?P<link>\bhttps?://\S+)"
    rf"|`(?P<code>[^`\n]{{1,{_REACH}}})`"
    rf"|(?<![{_EDGE}])\*\*(?P<bold>[^\s*](?:{_NO_PAIR}{{0,{_REACH}}}?[^\s*])?)\*\*(?![{_EDGE}])"
    rf"|(?<![{_EDGE}])\*(?P<star>[^\s*](?:[^*\n]{{0,{_REACH}}}?[^\s*])?)\*(?![{_EDGE}])"
    rf"|(?<![{_EDGE}])_(?P<low>[^\s_](?:[^_\n]{{0,{_REACH}}}?[^\s_])?)_(?![{_EDGE}])",
    re.IGNORECASE,
)


class Style(Enum):
    BOLD = auto()
    ITALIC = auto()
    CODE = auto()
    BLOCK = auto()
    """Lines of code between fences."""
    MENTION = auto()
    """Of oneself; not found here."""


@dataclass(frozen=True, slots=True)
class Span:
    """``start`` and ``end`` count characters of the shown text."""

    start: int
    end: int
    style: Style


_STYLES: Final = {"bold": Style.BOLD, "star": Style.ITALIC, "low": Style.ITALIC, "code": Style.CODE}


def read_markdown(text: str) -> tuple[str, list[Span]]:
    """The text without its markers, and what they marked; spans may lie in each other."""
    if not any(marker in text for marker in "*_`"):
        return text, []
    reader = _Reader()
    for piece, is_block in _pieces(text.split("\n")):
        if reader.length:
            reader.add("\n")
        if is_block:
            reader.add(piece, Style.BLOCK)
        else:
            reader.read(piece)
    return reader.text(), reader.spans


class _Reader:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.spans: list[Span] = []

    def text(self) -> str:
        return "".join(self._parts)

    def add(self, text: str, style: Style | None = None) -> None:
        start = self.length
        self._parts.append(text)
        self.length += len(text)
        if style is not None:
            self._mark(start, style)

    def _mark(self, start: int, style: Style) -> None:
        if start < self.length and len(self.spans) < SPANS_MAX:
            self.spans.append(Span(start, self.length, style))

    def read(self, text: str) -> None:
        at = 0
        for match in _INLINE.finditer(text):
            self.add(text[at : match.start()])
            at = match.end()
            kind = match.lastgroup or "link"
            if kind == "link":
                self.add(match.group())
            elif kind == "code":
                self.add(match["code"], Style.CODE)
            else:
                start = self.length
                self.read(match[kind])
                self._mark(start, _STYLES[kind])
        self.add(text[at:])


def _pieces(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Runs of lines, and whether a run stood between fences. An open fence is text."""
    at = 0
    for begin, end in _fences(lines):
        if begin > at:
            yield "\n".join(lines[at:begin]), False
        yield "\n".join(lines[begin + 1 : end]), True
        at = end + 1
    if at < len(lines):
        yield "\n".join(lines[at:]), False


def _fences(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The numbers of the lines that open and close a block."""
    fences = [at for at, line in enumerate(lines) if line.startswith(FENCE)]
    for begin, end in zip(fences[::2], fences[1::2], strict=False):
        if lines[end].strip() != FENCE:
            break
        yield begin, end


# --- Where a text is still being written ------------------------------------
@dataclass(frozen=True, slots=True)
class Mark:
    """``start`` and ``end`` count characters of the text as typed, both markers included."""

    start: int
    end: int
    style: Style
    marker_chars: int
    """Of each of the two."""


def inline_marks(line: str, start: int = 0) -> Iterator[Mark]:
    """What is marked in one line outside of a block, the outer before the inner."""
    for match in _INLINE.finditer(line):
        kind = match.lastgroup or "link"
        if kind == "link":
            continue
        inner = match.start(kind)
        at, end = start + match.start(), start + match.end()
        yield Mark(at, end, _STYLES[kind], inner - match.start())
        if kind != "code":
            yield from inline_marks(match[kind], start + inner)


def blocks(text: str) -> list[tuple[int, int]]:
    """The numbers of the lines that open and close each block of code."""
    return list(_fences(text.split("\n"))) if FENCE in text else []
