"""Geometry and paint of a row in the list of all transfers: the card, with whose it is."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model import Direction, Transfer
from ui.chat.actions import ASKING, MOVING, Action, actions_of, is_queued
from ui.chat.arming import Arming
from ui.chat.brush import ALIGN_END, ALIGN_START, Brush
from ui.chat.card import WIDE, Card, Who, has_bar, lay_out
from ui.chat.cardpaint import CardPainter, CardState
from ui.look import Look
from ui.names import is_here, person_name
from ui.roster import Roster
from ui.transfers.model import Line, Part, TransfersModel

_Index = QModelIndex | QPersistentModelIndex
WIDEST: Final = 780
MARGIN: Final = 14
_PADDING: Final = QSize(12, 10)
_HEADING: Final = 34
_MOVES_FROM: Final = 480
"""Narrower cards have them in the menu and on keys alone."""


@dataclass(frozen=True, slots=True)
class Hover:
    """A row, and the button in it that the pointer is over."""

    transfer_id: str = ""
    action: Action | None = None


NO_HOVER: Final = Hover()


class TransfersDelegate(QStyledItemDelegate):
    def __init__(self, model: TransfersModel, look: Look, roster: Roster, arming: Arming) -> None:
        super().__init__(model)
        self._model = model
        self._look = look
        self._roster = roster
        self._arming = arming
        self._round = 0
        self._plain_heights: dict[object, int] = {}
        """Of wide cards without a sentence of their own, which is most: by what is in them."""
        self.width_px = 0
        """Of the view, which sets both before it lays out."""
        self.left_px = 0
        """Where it begins: left of the rows, if its scroll bar stands there."""
        self.hover = NO_HOVER
        self.shows_focus = False

    def forget_layouts(self) -> None:
        """Colours, fonts or words have changed."""
        self._round += 1
        self._plain_heights.clear()

    # --- Words -------------------------------------------------------------
    def about(self, transfer: Transfer) -> str:
        """Whose it is, and when."""
        look = self._look
        is_in = transfer.direction is Direction.IN
        sentence = self.tr("From {name} · {time}") if is_in else self.tr("To {name} · {time}")
        time = look.format.list_time(transfer.time_ms, look.today())
        return sentence.format(name=self.name(transfer), time=time)

    def name(self, transfer: Transfer) -> str:
        return person_name(transfer.peer_id, self._roster, self._look)

    def _who(self, transfer: Transfer) -> Who:
        return Who(self.name(transfer), self.is_here(transfer))

    def is_here(self, transfer: Transfer) -> bool:
        return is_here(transfer.peer_id, self._roster)

    def heading(self, part: Part) -> str:
        return {
            Part.ASKING: self.tr("For you to decide"),
            Part.RUNNING: self.tr("Running"),
            Part.WAITING: self.tr("Waiting"),
            Part.PAUSED: self.tr("Paused"),
            Part.FAILED: self.tr("Stopped"),
            Part.OVER: self.tr("Finished"),
        }[part]

    def describe(self, line: Line) -> str:
        """A row as one sentence for assistive technology."""
        transfer, words = line.transfer, self._look.transfer_words
        if transfer is None:
            return f"{self.heading(line.part)}, {self._model.count(line.part)}"
        here = self.is_here(transfer)
        state = words.line(transfer, self.name(transfer), self._look.format, is_here=here)
        return f"{words.title(transfer)}, {self.about(transfer)}, {state}"

    # --- Geometry ----------------------------------------------------------
    def frame(self, area: QRect) -> QRect:
        """In a wide window a row does not become a long line that the eye loses; the scroll
        bar, when it comes, moves nothing."""
        px = self._look.fonts.px
        width = min(self.width_px - 2 * px(MARGIN), px(WIDEST))
        left = self.left_px + (self.width_px - width) // 2
        return QRect(left, area.top(), width, area.height())

    def card(self, transfer: Transfer, frame: QRect) -> tuple[Card, QPoint]:
        """And where its corner is."""
        px = self._look.fonts.px
        is_moved = is_queued(transfer) and self._model.count(Part.WAITING) > 1
        moves = MOVING if is_moved and frame.width() >= px(_MOVES_FROM) else ()
        width = frame.width() - 2 * px(_PADDING.width())
        who = self._who(transfer)
        card = lay_out(transfer, width, self._look, who, has_about=True, more=moves)
        return card, frame.topLeft() + QPoint(px(_PADDING.width()), px(_PADDING.height()))

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = self._model.line(index.row())
        wanted = (self.width_px, self._round)
        if not line.height_px or line.measured_for != wanted:
            line.height_px = self._height(line.transfer)
            line.measured_for = wanted
        return QSize(1, line.height_px)

    def _height(self, transfer: Transfer | None) -> int:
        px = self._look.fonts.px
        if transfer is None:
            small = QFontMetrics(self._look.fonts.tiny_bold).height()
            return max(px(_HEADING), small + px(12))
        is_narrow = self.frame(QRect()).width() < px(WIDE)
        if is_narrow or self._look.transfer_words.notes(transfer, ""):
            return self._measured(transfer)
        kind = (transfer.state, transfer.direction, has_bar(transfer), transfer.files > 1)
        if (self.width_px, kind) not in self._plain_heights:
            self._plain_heights[self.width_px, kind] = self._measured(transfer)
        return self._plain_heights[self.width_px, kind]

    def _measured(self, transfer: Transfer) -> int:
        frame = self.frame(QRect())
        card, corner = self.card(transfer, frame)
        return card.size.height() + 2 * corner.y()

    def action_at(self, number: int, area: QRect, point: QPoint) -> Action | None:
        transfer = self._model.line(number).transfer
        if transfer is None:
            return None
        card, corner = self.card(transfer, self.frame(area))
        inside = point - corner
        return next((one.action for one in card.buttons if one.rect.contains(inside)), None)

    # --- Paint -------------------------------------------------------------
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = self._model.line(index.row())
        frame = self.frame(option.rect)
        painter.save()
        drawn = _RowPainter(painter, self._look)
        if line.transfer is None:
            count = self._look.format.number(self._model.count(line.part))
            drawn.draw_heading(frame, self.heading(line.part), count)
        else:
            is_current = bool(option.state & QStyle.StateFlag.State_HasFocus)
            is_lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
            drawn.draw_ground(frame, is_lit=is_lit, is_framed=self.shows_focus and is_current)
            card, corner = self.card(line.transfer, frame)
            state = self._state(line.transfer)
            CardPainter(painter, self._look, state).draw(line.transfer, card, corner)
        painter.restore()

    def _state(self, transfer: Transfer) -> CardState:
        is_hovered = self.hover.transfer_id == transfer.transfer_id
        is_asked = actions_of(transfer) == ASKING
        state = CardState(
            who=self._who(transfer),
            hovered=self.hover.action if is_hovered else None,
            about=self.about(transfer),
        )
        if is_asked:
            state = replace(state, is_armed=self._arming.is_armed(transfer.transfer_id))
        return state


class _RowPainter(Brush):
    def draw_heading(self, frame: QRect, title: str, count: str) -> None:
        px, font = self._px, self._look.fonts.tiny_bold
        line = frame.adjusted(px(_PADDING.width()), px(8), -px(_PADDING.width()), 0)
        self._write(line, ALIGN_START, title, font, "faint")
        self._write(line, ALIGN_END, count, font, "faint")

    def draw_ground(self, frame: QRect, *, is_lit: bool, is_framed: bool) -> None:
        px = self._px
        shape = QRectF(frame).adjusted(0.5, 2.5, -0.5, -2.5)
        self._painter.setPen(QPen(self._color("line"), 1))
        self._painter.setBrush(self._color("hover" if is_lit else "panel"))
        if is_framed:
            self._painter.setPen(QPen(self._color("accent"), 2))
            shape = shape.adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.drawRoundedRect(shape, px(10), px(10))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
