"""Drawing what a search everywhere has found."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.avatar import draw_person, draw_presence, draw_room
from ui.chat.brush import ALIGN_END, ALIGN_START, Brush
from ui.look import Look
from ui.names import chat_name
from ui.roster import Entry
from ui.search.marks import Marks, draw_lines
from ui.search.results import Group, Line, LineKind, ResultsModel
from ui.search.resultwords import ResultWords, Told
from ui.sidebar.panel import WIDTH

_HEADING_HEIGHT: Final = 30
_MORE_HEIGHT: Final = 34
_HEIGHT: Final = 54
_SCROLL_BAR: Final = 9
_AVATAR: Final = 38
_MARK: Final = 15
_MARGIN: Final = 6
_INSET: Final = 12
_RIGHT: Final = Qt.TextElideMode.ElideRight
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle


class ResultPainter(Brush):
    """Bound to one QPainter for one row. ``ground`` is the token the row stands on."""

    def __init__(self, painter: QPainter, look: Look, words: ResultWords, ground: str) -> None:
        super().__init__(painter, look)
        self._words = words
        self._ground = ground

    def draw_ground(self, area: QRect, *, is_framed: bool) -> None:
        px = self._px
        shape = QRectF(area).adjusted(px(_MARGIN), 0.5, -px(_MARGIN), -0.5)
        if self._ground != "side":
            self._fill(shape, px(9), self._ground)
        if is_framed:
            self._painter.setPen(QPen(self._color("accent"), 2))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(shape.adjusted(1, 1, -1, -1), px(9), px(9))

    def draw_heading(self, area: QRect, line: Line) -> None:
        px, font = self._px, self._look.fonts.tiny_bold
        self.mirror_in(area)
        inside = area.adjusted(px(16), px(8), -px(18), 0)
        self._write(inside, ALIGN_START, self._words.group(line.group), font, "faint")
        self._write(inside, ALIGN_END, self._words.count(line), font, "faint")

    def draw_more(self, area: QRect) -> None:
        self.mirror_in(area)
        left = self._px(_MARGIN + _INSET + _AVATAR + 10)
        inside = area.adjusted(left, 0, -self._px(_MARGIN), 0)
        self._write(inside, ALIGN_START, self._words.more(), self._look.fonts.small, "accent")

    def draw_result(self, area: QRect, line: Line, entry: Entry, marks: Marks) -> None:
        px, side = self._px, self._px(_AVATAR)
        self.mirror_in(area)
        small = QFontMetrics(self._look.fonts.small).height()
        top = area.top() + px(8)
        disc = QRectF(area.left() + px(_MARGIN + _INSET), top, side, side)
        self._draw_face(self._turned_f(disc), entry)
        left = int(disc.right()) + px(10)
        first = QRect(left, top, area.right() - px(_MARGIN + _INSET) - left, side // 2)
        self._draw_name(first, line, entry, marks)
        rest = QRect(left, first.bottom() + 1, first.width(), small * 2 + px(4))
        if line.group is Group.MESSAGES:
            self._draw_told(rest, self._words.said(line), marks, lines=2)
            return
        rest.setHeight(side // 2)
        if line.group is Group.FILES:
            icon = QRect(left, rest.top(), px(15), rest.height())
            self._draw_icon("attach", icon, px(15), "dim")
            rest.setLeft(icon.right() + px(4))
            told, font = self._words.file(line), self._look.fonts.small
            shown = QFontMetrics(font).elidedText(told.text, _MIDDLE, rest.width())
            is_whole = shown == told.text
            self._draw_told(rest, told if is_whole else Told(shown, 0, len(shown)), marks)
        else:
            about = self._words.about(entry)
            self._write_elided(rest, about, self._look.fonts.small, "dim", _RIGHT)

    def _draw_face(self, disc: QRectF, entry: Entry) -> None:
        look = self._look
        if entry.room is not None:
            draw_room(self._painter, disc, entry.room, look)
        elif entry.person is not None:
            name, here = chat_name(entry, look), entry.person.is_online
            draw_person(self._painter, disc, entry.person, name, look)
            draw_presence(
                self._painter,
                disc,
                is_online=here,
                color=self._color("online" if here else "offline"),
                ground=self._color(self._ground),
            )

    def _draw_name(self, area: QRect, line: Line, entry: Entry, marks: Marks) -> None:
        look, room = self._look, QRect(area)
        if line.message is not None:
            when = look.format.list_time(line.message.time_ms, look.today())
            self._write(area, ALIGN_END, when, look.fonts.tiny, "faint")
            used = QFontMetrics(look.fonts.tiny).horizontalAdvance(when) + self._px(8)
            room.setWidth(area.width() - used)
        font = look.fonts.bold
        if entry.resembles is not None:
            room.setWidth(room.width() - self._px(_MARK + 4))
        name = QFontMetrics(font).elidedText(chat_name(entry, look), _RIGHT, room.width())
        self._painter.setPen(self._color("text"))
        if line.group is Group.PEOPLE:
            draw_lines(self._painter, self._turned(room), name, font, marks)
        else:
            self._write(room, ALIGN_START, name, font, "text")
        if entry.resembles is not None:
            used = QFontMetrics(font).horizontalAdvance(name) + self._px(4)
            mark = QRect(room.left() + used, room.top(), self._px(_MARK), room.height())
            self._draw_icon("alert", mark, self._px(_MARK), "dim")

    def _draw_told(self, area: QRect, told: Told, marks: Marks, *, lines: int = 1) -> None:
        self._painter.setPen(self._color("dim"))
        font, within = self._look.fonts.small, (told.start, told.end)
        draw_lines(
            self._painter, self._turned(area), told.text, font, marks, lines=lines, within=within
        )


class ResultsDelegate(QStyledItemDelegate):
    def __init__(self, model: ResultsModel, look: Look, words: ResultWords) -> None:
        super().__init__(model)
        self._model = model
        self._look = look
        self._words = words
        self.marks = Marks(look.theme, ())
        self.opened: Line | None = None
        """What was opened last."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        line, px = self._model.line(index.row()), self._look.fonts.px
        if line.kind is not LineKind.RESULT:
            return QSize(1, px(_HEADING_HEIGHT if line.kind is LineKind.HEADING else _MORE_HEIGHT))
        small = QFontMetrics(self._look.fonts.small)
        is_long = line.group is Group.MESSAGES and (
            small.horizontalAdvance(self._words.said(line).text) > self._text_room()
        )
        return QSize(1, px(_HEIGHT) + (small.height() if is_long else 0))

    def _text_room(self) -> int:
        """What the column leaves for words beside the face."""
        taken = 2 * (_MARGIN + _INSET) + _AVATAR + 10
        return self._look.fonts.px(WIDTH - taken) - _SCROLL_BAR

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line = self._model.line(index.row())
        painter.save()
        drawn = ResultPainter(painter, self._look, self._words, self._ground(option, line))
        if line.kind is LineKind.HEADING:
            drawn.draw_heading(option.rect, line)
        else:
            by_key = QStyle.StateFlag.State_KeyboardFocusChange | QStyle.StateFlag.State_HasFocus
            drawn.draw_ground(option.rect, is_framed=option.state & by_key == by_key)
            if line.entry is None:
                drawn.draw_more(option.rect)
            else:
                drawn.draw_result(option.rect, line, line.entry, self.marks)
        painter.restore()

    def _ground(self, option: QStyleOptionViewItem, line: Line) -> str:
        if line == self.opened:
            return "selected"
        is_hovered = option.state & QStyle.StateFlag.State_MouseOver
        return "hover" if is_hovered and line.kind is not LineKind.HEADING else "side"
