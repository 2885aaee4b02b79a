"""Which words are marked where they stand, and how that looks."""

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from app.folding import find_words, fold
from ui.chat.rows import NO_ROW, RowId
from ui.chat.textlayout import leans_right
from ui.mirror import is_mirrored
from ui.theme import Theme

_WHOLE = (0, 2**31)
_TEXTS_KEPT = 512
"""Where the words stand in them: the chat paints each many times a second."""


class Marks:
    """Of one search. ``here``: the row of the match that is shown right now."""

    def __init__(self, theme: Theme, words: Iterable[str]) -> None:
        self._theme = theme
        self.here: RowId = NO_ROW
        folded = tuple(dict.fromkeys(filter(None, map(fold, words))))
        self.spans = lru_cache(_TEXTS_KEPT)(lambda text: find_words(text, folded))
        """Start and end of each, counted in characters."""

    def ranges(
        self, text: str, *, is_here: bool = False, within: tuple[int, int] = _WHOLE
    ) -> list[QTextLayout.FormatRange]:
        """For QTextLayout.draw, which counts UTF-16 units. ``within``: nothing else is marked."""
        spans = [one for one in self.spans(text) if within[0] <= one[0] and one[1] <= within[1]]
        if not spans:
            return []
        style = QTextCharFormat()
        style.setBackground(self._theme.color("found_here" if is_here else "found"))
        style.setForeground(self._theme.color("on_found"))
        return [_range(text, start, end, style) for start, end in spans]


def _range(text: str, start: int, end: int, style: QTextCharFormat) -> QTextLayout.FormatRange:
    marked = QTextLayout.FormatRange()
    marked.start = _units(text[:start])
    marked.length = _units(text[start:end])
    marked.format = style
    return marked


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def draw_lines(
    painter: QPainter,
    area: QRect,
    text: str,
    font: QFont,
    marks: Marks,
    *,
    lines: int = 1,
    is_here: bool = False,
    within: tuple[int, int] = _WHOLE,
) -> None:
    """``text`` in the painter's pen, broken into ``lines`` at most and cut with an ellipsis.

    A single line stands in the middle of ``area``, at the side where rows begin; more of them
    from its top, by their own direction.
    """
    layout, bottom = _break(text, font, area.width(), lines)
    last = layout.lineAt(layout.lineCount() - 1)
    end = last.textStart() + last.textLength()
    if lines > 1 and end < _units(text):
        kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (end - 2)]
        text = kept.decode("utf-16-le", "ignore").rstrip() + "…"
        layout, bottom = _break(text, font, area.width(), lines)
    top = area.top() + (max(0.0, (area.height() - bottom) / 2) if lines == 1 else 0)
    ranges = marks.ranges(text, is_here=is_here, within=within)
    layout.draw(painter, QPointF(area.left(), top), ranges)


def _break(text: str, font: QFont, width_px: int, lines: int) -> tuple[QTextLayout, float]:
    """The layout and its height."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    mode = QTextOption.WrapMode
    option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if lines > 1 else mode.NoWrap)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    if is_mirrored() if lines == 1 else leans_right(text):
        option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    layout.beginLayout()
    bottom = 0.0
    for _ in range(lines):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width_px)
        line.setPosition(QPointF(0, bottom))
        bottom += line.height()
    layout.endLayout()
    return layout, bottom
