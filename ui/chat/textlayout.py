"""Words inside a bubble: broken into lines, with what marks them."""

from dataclasses import dataclass
from math import ceil
from typing import Final
from unicodedata import bidirectional

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextCharFormat, QTextLayout, QTextOption

from ui.chat.links import Link
from ui.chat.markdown import Span, Style
from ui.look import Look
from ui.mirror import is_mirrored

_LINE_PITCH: Final = 19.2
_DIRECTION_CHARS: Final = 200
"""Looked at for the direction a text starts in."""


_INSET: Final = 10
_BLOCK_PADDING: Final = 7
_BLOCK_GAP: Final = 4
_COPY: Final = 26
"""The side of the button at a block's upper right."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of code on a ground of their own. Rectangles from the text's own corner."""

    code: str
    rect: QRect
    copy: QRect
    """The button that copies them."""


@dataclass(frozen=True, slots=True)
class Content:
    """A text as it is shown."""

    text: str
    is_cut: bool = False
    links: tuple[Link, ...] = ()
    spans: tuple[Span, ...] = ()

    def blocks(self) -> list[Span]:
        return [span for span in self.spans if span.style is Style.BLOCK]


@dataclass(slots=True)
class Laid:
    """Words in lines. ``ends_in_block``: nothing stands beside the last of them."""

    layout: QTextLayout
    size: QSize
    blocks: list[Block]
    ends_in_block: bool = False
    leans_right: bool = False
    """The words stand at the right, whatever the window does."""

    def widen(self, width: int) -> None:
        """The grounds of its blocks, to a bubble that became wider than the words."""
        self.blocks = [_widened(block, width) for block in self.blocks]


def lay_text(content: Content, room: int, look: Look) -> Laid:
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
    blocks = content.blocks()
    if blocks:
        return _lay_with_blocks(layout, content, room, look)
    size = break_lines(layout, room, pitch)
    leans = leans_right(text)
    if leans:
        option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        layout.setTextOption(option)
        size = break_lines(layout, size.width(), pitch)
    return Laid(layout, size, [], leans_right=leans)


def _lay_with_blocks(layout: QTextLayout, content: Content, room: int, look: Look) -> Laid:
    """Code stands to the left whatever the words around it do; what is too long is broken."""
    px, text = look.fonts.px, content.text
    inset, padding, copy, gap = map(px, (_INSET, _BLOCK_PADDING, _COPY, _BLOCK_GAP))
    waiting = [(utf16(text[: one.start]), utf16(text[: one.end]), one) for one in content.blocks()]
    blocks: list[Block] = []
    height = widest = top = 0.0
    is_in_block = False
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        start = line.textStart()
        is_first = bool(waiting) and start == waiting[0][0]
        is_in_block = bool(waiting) and waiting[0][0] <= start < waiting[0][1]
        aside = 2 * inset + (copy if is_first else 0) if is_in_block else 0
        line.setLineWidth(max(1, room - aside))
        if is_first:
            top = height + (gap if height else 0)
            height = top + padding
        step = max(float(px(_LINE_PITCH)), line.height())
        line.setPosition(QPointF(inset if is_in_block else 0, height + (step - line.height()) / 2))
        height += step
        widest = max(widest, line.naturalTextWidth() + aside)
        if is_in_block and start + line.textLength() >= waiting[0][1]:
            span = waiting.pop(0)[2]
            height += padding
            blocks.append(_block(text[span.start : span.end], top, height, copy))
            height += gap
    layout.endLayout()
    if is_in_block:
        height -= gap
    size = QSize(min(room, ceil(widest)), ceil(height))
    laid = Laid(layout, size, blocks, is_in_block)
    laid.widen(size.width())
    return laid


def _block(code: str, top: float, bottom: float, copy: int) -> Block:
    rect = QRect(0, round(top), copy, round(bottom - top))
    return Block(code, rect, QRect(0, rect.top(), copy, min(copy, rect.height())))


def _widened(block: Block, width: int) -> Block:
    rect, copy = QRect(block.rect), QRect(block.copy)
    rect.setWidth(width)
    copy.moveRight(rect.right() - 1)
    copy.moveTop(rect.top() + 1)
    return Block(block.code, rect, copy)


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
    laid: Laid, size: QSize, meta: QSize, room: int, gap: int, *, has_line_below: bool
) -> tuple[QSize, QPoint]:
    """Time and mark beside the last line where there is room, else below it."""
    last = laid.layout.lineAt(laid.layout.lineCount() - 1)
    beside = ceil(last.naturalTextWidth()) + gap + meta.width()
    has_line_below = has_line_below or laid.ends_in_block
    ends_there = laid.leans_right == is_mirrored()  # else the line begins where the time stands
    if ends_there and not has_line_below and beside <= room:
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
    elif style is Style.BLOCK:
        made.setFontFamilies(look.fonts.mono.families())
    else:
        ground = look.theme.color("text")
        ground.setAlphaF(0.08)
        made.setFontFamilies(look.fonts.mono.families())
        made.setBackground(ground)
    return made


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
