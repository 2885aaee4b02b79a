"""What stands around the words of a bubble: a day and a quote above them, reactions below."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics

from app.model import Message, Reaction
from ui.chat.line import said_line
from ui.look import Look

QUOTE_BAR: Final = 3
QUOTE_PADDING: Final = 8
_QUOTE_LEAST: Final = 120
_CHIP_GAP: Final = 4
_CHIP_PADDING: Final = 8
_META_GAP: Final = 10
GAP_ABOVE: Final = 8
GAP_BESIDE: Final = 40
"""Left for the lines on both sides of the words."""
GAP_ALIGN: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_ANY_HEIGHT: Final = 10_000


@dataclass(slots=True)
class Head:
    """Above the text, from the inside of the padding."""

    height: int
    width: int
    forwarded: QRect | None
    quote: QRect | None


@dataclass(slots=True)
class Chip:
    """One emoji with the number of those who gave it."""

    rect: QRect
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Foot:
    """Reactions, and how far below their top time and mark stand, at the right end."""

    size: QSize
    chips: list[Chip]
    meta_top: int


def lay_head(message: Message, name: str, room: int, look: Look) -> Head:
    """``name`` is the quoted one's; it may widen the bubble up to ``room``."""
    px = look.fonts.px
    small = QFontMetrics(look.fonts.small)
    height = width = 0
    forwarded = quote = None
    if message.is_forwarded:
        width = min(room, small.horizontalAdvance(look.words.forwarded()))
        forwarded = QRect(0, 0, room, small.height() + px(3))
        height = forwarded.height()
    if message.reply is not None:
        wanted = max(
            small.horizontalAdvance(quoted_line(message, look)),
            QFontMetrics(look.fonts.tiny_bold).horizontalAdvance(name),
        )
        inside = px(QUOTE_BAR) + 2 * px(QUOTE_PADDING)
        width = min(room, max(width, wanted + inside, px(_QUOTE_LEAST)))
        quote = QRect(0, height, room, 2 * small.height() + px(8))
        height = quote.bottom() + 1 + px(5)
    return Head(height, width, forwarded, quote)


def day_pill(message: Message, area: QRect, look: Look) -> QRect:
    """What stands in the middle of a day's line."""
    px, metrics = look.fonts.px, QFontMetrics(look.fonts.tiny)
    width = metrics.horizontalAdvance(look.format.day(message.time_ms, look.today()))
    pill = QRect(0, 0, width + px(22), metrics.height() + px(6))
    pill.moveCenter(area.center())
    return pill


def gap_text(message: Message, author: str, look: Look) -> str:
    """Above a message before which something of its author is missing."""
    return look.words.gap() if message.room_id is None else look.room_words.gap(author)


def lay_gap(text: str, width_px: int, look: Look) -> tuple[QRect, Qt.TextFlag]:
    """Where these words stand, in as many lines as they need, in the middle of a row this wide;
    and how they are broken: a name that is wider than the row somewhere within."""
    px, beside = look.fonts.px, look.fonts.px(GAP_BESIDE)
    room = QRect(beside, px(GAP_ABOVE), width_px - 2 * beside, _ANY_HEIGHT)
    metrics = QFontMetrics(look.fonts.tiny)
    breaks = Qt.TextFlag.TextWordWrap
    area = metrics.boundingRect(room, GAP_ALIGN | breaks, text)
    if area.width() > room.width():
        breaks = Qt.TextFlag.TextWrapAnywhere
        area = metrics.boundingRect(room, GAP_ALIGN | breaks, text)
    return area, breaks


def gap_height(text: str, width_px: int, look: Look) -> int:
    area, _ = lay_gap(text, width_px, look)
    return area.bottom() + 1 + look.fonts.px(GAP_ABOVE)


def quoted_line(message: Message, look: Look) -> str:
    """What is answered, as far as it is here."""
    quote = message.reply
    if quote is None or not quote.is_here:
        return look.words.not_here()
    return said_line(quote.text) or look.words.deleted()


def lay_chips(message: Message, room: int, look: Look) -> tuple[list[Chip], QSize]:
    """In rows, from the top left; and the room they take."""
    px = look.fonts.px
    metrics = QFontMetrics(look.fonts.body)
    height = metrics.height() + px(4)
    chips: list[Chip] = []
    at, widest = QPoint(0, 0), 0
    for reaction in message.reactions:
        width = metrics.horizontalAdvance(chip_text(reaction)) + 2 * px(_CHIP_PADDING)
        if at.x() and at.x() + width > room:
            at = QPoint(0, at.y() + height + px(_CHIP_GAP))
        chips.append(Chip(QRect(at, QSize(width, height)), reaction))
        widest = max(widest, at.x() + width)
        at.setX(at.x() + width + px(_CHIP_GAP))
    return chips, QSize(widest, at.y() + height if chips else 0)


def lay_foot(message: Message, meta: QSize, room: int, look: Look) -> Foot:
    """``meta``: time and mark, beside the last reaction if there is room for both."""
    px = look.fonts.px
    chips, size = lay_chips(message, room, look)
    last = chips[-1].rect
    beside = last.right() + 1 + px(_META_GAP) + meta.width()
    if beside <= room:
        width = max(size.width(), beside)
        return Foot(QSize(width, size.height()), chips, last.center().y() - meta.height() // 2)
    top = size.height() + px(2)
    return Foot(QSize(max(size.width(), meta.width()), top + meta.height()), chips, top)


def chip_text(reaction: Reaction) -> str:
    return (
        reaction.emoji if len(reaction.people) == 1 else f"{reaction.emoji} {len(reaction.people)}"
    )
