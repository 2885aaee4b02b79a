"""Words inside a bubble: broken into lines, with what marks them."""

from dataclasses import dataclass
from math import ceil
from typing import Final
from unicodedata import bidirectional

from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextCharFormat, QTextLayout, QTextOption

from ui.chat.links import Link
from ui.chat.markdown import Span, Style
from ui.look import Look

_LINE_PITCH: Final = 19.2
_DIRECTION_CHARS: Final = 200
"""Looked at for the direction a text starts in."""


@dataclass(frozen=True, slots=True)
class Content:
    """A text as it is shown."""

    text: str
    is_cut: bool = False
    links: tuple[Link, ...] = ()
    spans: tuple[Span, ...] = ()


def lay_text(content: Content, room: int, look: Look) -> tuple[QTextLayout, QSize]:
    text = content.text
    layout = QTextLayout(text.replace("\n", "\u2028"), look.fonts.body)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(4 * QFontMetrics(look.fonts.body).horizontalAdvance(" "))
    layout.setTextOption(option)
    layout.setFormats(
        [_marked(text, span.start, span.end, _style(span.style, look)) for span in content.spans]
        + [_marked(text, link.start, link.end, _link_style(look)) for link in content.links]
    )
    pitch = look.fonts.px(_LINE_PITCH)
    size = break_lines(layout, room, pitch)
    if leans_right(text):
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.setTextOption(option)
        size = break_lines(layout, size.width(), pitch)
    return layout, size


def break_lines(layout: QTextLayout, room: int, pitch: int) -> QSize:
    """Lines stand evenly, also where a Han or emoji font brings taller ones."""
    height = widest = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        step = max(float(pitch), line.height())
        line.setPosition(QPointF(0, height + (step - line.height()) / 2))
        height += step
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return QSize(min(room, ceil(widest)), ceil(height))


def leans_right(text: str) -> bool:
    """Whether its first letter with a direction is Hebrew, Arabic or the like."""
    if text.isascii():
        return False
    for char in text[:_DIRECTION_CHARS]:
        direction = bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def fit_meta(
    layout: QTextLayout, size: QSize, meta: QSize, room: int, gap: int, *, has_line_below: bool
) -> tuple[QSize, QPoint]:
    """Time and mark beside the last line where there is room, else below it."""
    last = layout.lineAt(layout.lineCount() - 1)
    beside = ceil(last.naturalTextWidth()) + gap + meta.width()
    is_left = not leans_right(layout.text())
    if is_left and not has_line_below and beside <= room:
        width = max(size.width(), beside)
        inner = QSize(width, size.height())
    else:
        width = max(size.width(), meta.width())
        inner = QSize(width, size.height() + meta.height())
    return inner, QPoint(inner.width() - meta.width(), inner.height() - meta.height())


def _marked(text: str, start: int, end: int, style: QTextCharFormat) -> QTextLayout.FormatRange:
    """Qt counts UTF-16 units, Python code points."""
    marked = QTextLayout.FormatRange()
    marked.start = utf16(text[:start])
    marked.length = utf16(text[start:end])
    marked.format = style
    return marked


def _link_style(look: Look) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(look.theme.color("accent"))
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return style


def _style(style: Style, look: Look) -> QTextCharFormat:
    """Only what it adds, so that styles in each other add up."""
    made = QTextCharFormat()
    if style is Style.BOLD:
        made.setFontWeight(QFont.Weight.DemiBold)
    elif style is Style.ITALIC:
        made.setFontItalic(True)
    elif style is Style.MENTION:
        made.setFontWeight(QFont.Weight.DemiBold)
        ground = look.theme.color("accent")
        made.setForeground(ground)
        ground.setAlphaF(0.12)
        made.setBackground(ground)
    else:
        ground = look.theme.color("text")
        ground.setAlphaF(0.08)
        made.setFontFamilies(look.fonts.mono.families())
        made.setBackground(ground)
    return made


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
