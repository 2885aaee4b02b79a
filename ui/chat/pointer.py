"""What lies under the pointer in a row of the chat."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize

from app.model import Direction, Message
from ui.chat.actions import Action
from ui.chat.bubble import MARK, PADDING_X, PADDING_Y, Bubble, Pictures, Placed
from ui.chat.extras import day_pill
from ui.chat.marks import mark_rect
from ui.chat.rows import NO_ROW, RowId, row_id
from ui.chat.textlayout import utf16
from ui.look import Look

TARGET: Final = 24
"""The least side of what can be hit. Source: WCAG 2.2, 2.5.8."""


class Place(Enum):
    NOTHING = auto()
    DAY = auto()
    """The name of a day between messages."""
    BUBBLE = auto()
    TEXT = auto()
    LINK = auto()
    MORE = auto()
    """The line that opens the whole of a long message."""
    CARD = auto()
    PICTURE = auto()
    COPY = auto()
    """The button on lines of code."""
    BUTTON = auto()
    MARK = auto()
    QUOTE = auto()
    CHIP = auto()
    """A reaction that one can give too, or take back."""


@dataclass(frozen=True, slots=True)
class Hover:
    place: Place
    row: RowId = NO_ROW
    action: Action | None = None
    url: str = ""
    emoji: str = ""
    picture: int = 0
    """Which one of the bubble's."""
    code: str = ""
    """What a click copies."""


def hover_at(message: Message, placed: Placed, point: QPoint, look: Look) -> Hover:
    if placed.day is not None and placed.day.contains(point):
        return _on_day(message, placed.day, point, look)
    if message.news is not None or not placed.frame.contains(point):
        return Hover(Place.NOTHING)
    return _on_bubble(message, placed, point, look)


def _on_bubble(message: Message, placed: Placed, point: QPoint, look: Look) -> Hover:
    inside = point - placed.frame.topLeft()
    bubble = placed.bubble
    px = look.fonts.px
    if message.direction is Direction.OUT and _mark_contains(placed, inside, px(MARK)):
        return Hover(Place.MARK, row_id(message))
    around = _around_text(message, bubble, inside, px(TARGET))
    if around is not None:
        return around
    if bubble.card is not None:
        in_card = inside - QPoint(px(PADDING_X), px(PADDING_Y))
        for button in bubble.card.buttons:
            if button.rect.contains(in_card):
                return Hover(Place.BUTTON, row_id(message), button.action)
        return Hover(Place.CARD, row_id(message))
    return _in_text(message, placed, point)


def _on_day(message: Message, area: QRect, point: QPoint, look: Look) -> Hover:
    pill = day_pill(message, area, look)
    is_hit = _reach(pill, look.fonts.px(TARGET)).contains(point)
    return Hover(Place.DAY if is_hit else Place.NOTHING, row_id(message))


def _reach(drawn: QRect, least_px: int) -> QRect:
    """What counts as hit: more than is drawn of something small."""
    reach = QRect(drawn)
    reach.setSize(drawn.size().expandedTo(QSize(least_px, least_px)))
    reach.moveCenter(drawn.center())
    return reach


def _around_text(message: Message, bubble: Bubble, inside: QPoint, least_px: int) -> Hover | None:
    """Above and below the words, and pictures in their place."""
    for chip in bubble.chips:
        if _reach(chip.rect, least_px).contains(inside):
            return Hover(Place.CHIP, row_id(message), emoji=chip.reaction.emoji)
    if bubble.quote is not None and bubble.quote.contains(inside):
        return Hover(Place.QUOTE, row_id(message))
    if bubble.more is not None and _reach(bubble.more, least_px).contains(inside):
        return Hover(Place.MORE, row_id(message))
    for block in bubble.blocks:
        if block.copy.contains(inside - bubble.text_at):
            return Hover(Place.COPY, row_id(message), code=block.code)
    if bubble.pictures is not None:
        return _in_pictures(message, bubble.pictures, inside)
    return None


def _in_pictures(message: Message, pictures: Pictures, inside: QPoint) -> Hover:
    for number, tile in enumerate(pictures.grid.tiles):
        if tile.contains(inside - pictures.place.topLeft()):
            return Hover(Place.PICTURE, row_id(message), picture=number)
    return Hover(Place.CARD, row_id(message))


def text_position(placed: Placed, point: QPoint) -> int:
    """The place between characters nearest to the point, in UTF-16 units."""
    layout = placed.bubble.layout
    if layout is None:
        return 0
    local = _text_point(placed, point)
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        is_last = number == layout.lineCount() - 1
        if is_last or local.y() < line.y() + line.height():
            return line.xToCursor(local.x())
    return 0


def _in_text(message: Message, placed: Placed, point: QPoint) -> Hover:
    layout = placed.bubble.layout
    local = _text_point(placed, point)
    if layout is None:
        return Hover(Place.BUBBLE, row_id(message))
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        rect = line.naturalTextRect()
        if rect.contains(local):
            position = line.xToCursor(local.x())
            return (
                Hover(Place.LINK, row_id(message), url=url)
                if (url := _link_at(placed, position))
                else Hover(Place.TEXT, row_id(message))
            )
    return Hover(Place.BUBBLE, row_id(message))


def _link_at(placed: Placed, position: int) -> str:
    text = placed.bubble.text
    for link in placed.bubble.links:
        if utf16(text[: link.start]) <= position <= utf16(text[: link.end]):
            return link.url
    return ""


def _text_point(placed: Placed, point: QPoint) -> QPointF:
    return QPointF(point - placed.frame.topLeft() - placed.bubble.text_at)


def _mark_contains(placed: Placed, inside: QPoint, side_px: int) -> bool:
    meta = placed.bubble.meta
    mark = mark_rect(meta, side_px)
    return meta.contains(inside) and mark.left() <= inside.x() <= mark.right()
