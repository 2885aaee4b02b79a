"""The card of a transfer: where its parts stand."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics

from app.model import Transfer, TransferState
from ui.chat.actions import ASKING, Action, actions_of
from ui.look import Look

CARD_WIDTH: Final = 380
_BADGE: Final = QSize(42, 48)
_BADGE_GAP: Final = 11
_BUTTON_HEIGHT: Final = 30
_ICON_BUTTON: Final = 28
_BAR_HEIGHT: Final = 6

_WITH_BAR: Final = frozenset({TransferState.RUNNING, TransferState.PAUSED})


@dataclass(frozen=True, slots=True)
class Button:
    action: Action
    rect: QRect


@dataclass(frozen=True, slots=True)
class Card:
    """All rectangles relative to the card's own top left corner."""

    size: QSize
    badge: QRect
    title: QRect
    bar: QRect | None
    detail: QRect
    left: QRect | None
    """Where the time still needed stands."""
    buttons: tuple[Button, ...]


def lay_out(transfer: Transfer, width_px: int, look: Look) -> Card:
    px = look.fonts.px
    badge = QRect(QPoint(0, 0), QSize(px(_BADGE.width()), px(_BADGE.height())))
    actions = actions_of(transfer)
    icons = () if actions == ASKING else actions
    left = badge.right() + 1 + px(_BADGE_GAP)
    right = width_px - len(icons) * px(_ICON_BUTTON)
    column = _column(transfer, QRect(left, 0, right - left - (px(8) if icons else 0), 0), look)
    bottom = max(badge.bottom() + 1, column.bottom)
    middle = QRect(right, 0, px(_ICON_BUTTON), bottom)
    buttons = tuple(
        Button(action, _centered(middle.translated(place * middle.width(), 0), px(_ICON_BUTTON)))
        for place, action in enumerate(icons)
    )
    if actions == ASKING:
        buttons = _asking(look, QPoint(0, bottom + px(10)))
        bottom += px(10) + px(_BUTTON_HEIGHT)
    badge.moveTop((max(badge.height(), column.bottom) - badge.height()) // 2)
    return Card(
        size=QSize(width_px, bottom),
        badge=badge,
        title=column.title,
        bar=column.bar,
        detail=column.detail,
        left=column.left,
        buttons=buttons,
    )


@dataclass(frozen=True, slots=True)
class _Column:
    title: QRect
    bar: QRect | None
    detail: QRect
    left: QRect | None
    bottom: int


def _column(transfer: Transfer, area: QRect, look: Look) -> _Column:
    """Name, bar and detail one under the other, right of the badge."""
    px = look.fonts.px
    title = QRect(area.left(), 0, area.width(), QFontMetrics(look.fonts.bold).height())
    small = QFontMetrics(look.fonts.small).height()
    if transfer.state in _WITH_BAR:
        bar = QRect(area.left(), title.bottom() + px(6), area.width(), px(_BAR_HEIGHT))
        line = QRect(area.left(), bar.bottom() + px(4), area.width(), small)
        left = QRect(line.right() - px(90), line.top(), px(91), small)
        detail = line.adjusted(0, 0, -px(94), 0)
        return _Column(title, bar, detail, left, line.bottom() + 1)
    used = title.height() + px(3) + small
    top = max(0, (px(_BADGE.height()) - used) // 2)
    title.moveTop(top)
    detail = QRect(area.left(), title.bottom() + px(3), area.width(), small)
    return _Column(title, None, detail, None, max(px(_BADGE.height()), detail.bottom() + 1))


def _asking(look: Look, corner: QPoint) -> tuple[Button, ...]:
    """Fixed places and widths of our own words: no name, however long, can push them away."""
    px = look.fonts.px
    metrics = QFontMetrics(look.fonts.body)
    buttons = []
    left = corner.x()
    for action in ASKING:
        width = metrics.horizontalAdvance(look.words.action(action)) + px(28)
        buttons.append(Button(action, QRect(left, corner.y(), width, px(_BUTTON_HEIGHT))))
        left += width + px(8)
    return tuple(buttons)


def _centered(area: QRect, side_px: int) -> QRect:
    square = QRect(0, 0, side_px, side_px)
    square.moveCenter(area.center())
    return square
