"""Drawing one row of the list at the left."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from app.model import Person
from ui.avatar import draw_person, draw_presence, draw_room
from ui.chat.brush import ALIGN_CENTER, ALIGN_END, ALIGN_START, Brush
from ui.icons import mark_pixmap
from ui.look import Look
from ui.names import chat_name
from ui.roster import Entry, Section
from ui.sidebar.model import ListRow, RowKind
from ui.sidebar.preview import Preview

HEIGHTS: Final = {RowKind.HEADING: 30, RowKind.REQUESTS: 46, RowKind.CHAT: 54}
_AVATAR: Final = 38
_MARGIN: Final = 6
_INSET: Final = 12
_ICON: Final = 15
_COUNT_MAX: Final = 99


class RowPainter(Brush):
    """Bound to one QPainter for one row. ``ground`` is the token the row stands on."""

    def __init__(self, painter: QPainter, look: Look, ground: str) -> None:
        super().__init__(painter, look)
        self._ground = ground

    def draw_ground(self, area: QRect, seen: QRect, *, is_framed: bool, is_dashed: bool) -> None:
        """The highlight behind a row, and the frame of focus or of files held over it.
        ``seen``: what the scroll bar leaves of the row."""
        px = self._px
        shape = QRectF(area).adjusted(px(_MARGIN), 0.5, -px(_MARGIN), -0.5)
        shape &= QRectF(seen).adjusted(1, 0, -1, 0)
        if self._ground != "side":
            self._fill(shape, px(9), self._ground)
            if self._look.theme.is_high:  # not by a shade alone
                self._painter.setPen(self._look.theme.color("line"))
                self._painter.drawRoundedRect(shape, px(9), px(9))
        if is_framed or is_dashed:
            style = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
            self._painter.setPen(QPen(self._look.theme.color("accent"), 2, style))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(shape.adjusted(1, 1, -1, -1), px(9), px(9))

    def draw_heading(self, area: QRect, row: ListRow) -> None:
        look, px = self._look, self._px
        self.mirror_in(area)
        line = area.adjusted(px(16), px(8), -px(18), 0)
        title = look.words.section(row.section)
        self._write(line, ALIGN_START, title, look.fonts.tiny_bold, "faint")
        count = look.format.locale.toString(row.chats)
        self._write(line, ALIGN_END, count, look.fonts.tiny_bold, "faint")

    def draw_requests(self, area: QRect, row: ListRow) -> None:
        look, px = self._look, self._px
        self.mirror_in(area)
        tile = QRect(area.left() + px(_MARGIN + _INSET), 0, px(_AVATAR), px(30))
        tile.moveTop(area.center().y() - tile.height() // 2 + 1)
        self._fill(QRectF(tile), px(8), "hover" if self._ground == "side" else "line")
        self._draw_mark_icon(tile, "stranger", px(20))
        right = area.right() - px(_MARGIN + _INSET)
        right = self._draw_badge(right, area.center().y(), row.chats, "dim")
        arrow = QRect(right - px(18), area.center().y() - px(7), px(14), px(14))
        self._draw_mark_icon(arrow, "chevron-down" if row.is_open else "chevron-right", px(14))
        left = tile.right() + px(11)
        line = QRect(left, area.top(), arrow.left() - left - px(4), area.height())
        text = look.words.section(row.section)
        self._write(line, ALIGN_START, text, look.fonts.body, "dim")

    def draw_chat(
        self, area: QRect, entry: Entry, preview: Preview, *, is_marked: bool = False
    ) -> None:
        px = self._px
        self.mirror_in(area)
        side = px(_AVATAR)
        top = area.top() + (area.height() - side) // 2
        disc = QRectF(area.left() + px(_MARGIN + _INSET), top, side, side)
        name = chat_name(entry, self._look)
        if entry.room is not None:
            draw_room(self._painter, self._turned_f(disc), entry.room, self._look)
        elif entry.person is not None:
            self._draw_person(self._turned_f(disc), entry.person, name)
        left = int(disc.right()) + px(10)
        width = area.right() - px(_MARGIN + _INSET) - left
        line = QRect(left, top, width, side // 2)
        self._draw_first_line(line, entry, name, is_doubtful=bool(preview.doubt))
        line.translate(0, line.height())
        if is_marked and not entry.unread:
            line.setRight(self._draw_mark(line) - px(8))
        self._draw_second_line(line, entry, preview)

    def _draw_mark(self, line: QRect) -> int:
        """A dot in the place of a count; returns its left edge."""
        side = self._px(10)
        dot = QRect(line.right() - side, line.center().y() - side // 2 + 1, side, side)
        self._fill(QRectF(dot), side / 2, "accent")
        return dot.left()

    def _draw_person(self, disc: QRectF, person: Person, name: str) -> None:
        look = self._look
        draw_person(self._painter, disc, person, name, look)
        draw_presence(
            self._painter,
            disc,
            is_online=person.is_online,
            color=look.theme.color("online" if person.is_online else "offline"),
            ground=look.theme.color(self._ground),
        )

    # --- Parts -------------------------------------------------------------
    def _draw_first_line(self, line: QRect, entry: Entry, name: str, *, is_doubtful: bool) -> None:
        look, px = self._look, self._px
        if entry.last is not None:
            when = look.format.list_time(entry.last.time_ms, look.today())
            self._write(line, ALIGN_END, when, look.fonts.tiny, "faint")
            used = QFontMetrics(look.fonts.tiny).horizontalAdvance(when) + px(8)
            line = line.adjusted(0, 0, -used, 0)
        if is_doubtful:
            line = line.adjusted(0, 0, -px(_ICON + 4), 0)
            used = min(QFontMetrics(look.fonts.bold).horizontalAdvance(name), line.width())
            top = line.center().y() - px(_ICON) // 2 + 1
            mark = QRect(line.left() + used + px(4), top, px(_ICON), px(_ICON))
            self._draw_mark_icon(mark, "alert", px(_ICON))
        self._write(line, ALIGN_START, name, look.fonts.bold, "text")

    def _draw_second_line(self, area: QRect, entry: Entry, preview: Preview) -> None:
        look, px = self._look, self._px
        line = QRect(area)
        if entry.unread:
            is_quiet = entry.is_quiet or entry.section is Section.REQUESTS
            token = "dim" if is_quiet else "accent"
            left = self._draw_badge(line.right(), line.center().y() + 1, entry.unread, token)
            line.setRight(left - px(8))
        if preview.icon:
            icon = QRect(line.left(), line.center().y() - px(_ICON) // 2 + 1, px(_ICON), px(_ICON))
            self._draw_mark_icon(icon, preview.icon, px(_ICON))
            line.setLeft(icon.right() + px(4))
        token = "accent" if preview.is_draft else "dim"
        self._write(line, ALIGN_START, preview.text, look.fonts.small, token)

    def _draw_badge(self, right: int, middle: int, count: int, token: str) -> int:
        """Returns its left edge."""
        look, px = self._look, self._px
        font = look.fonts.tiny_bold
        text = look.format.locale.toString(min(count, _COUNT_MAX))
        text = f"{text}+" if count > _COUNT_MAX else text
        height = px(18)
        width = max(height, QFontMetrics(font).horizontalAdvance(text) + px(12))
        badge = QRect(right - width, middle - height // 2, width, height)
        self._fill(QRectF(badge), height / 2, token)
        ink = "on_accent" if token == "accent" else "panel"
        self._write(badge, ALIGN_CENTER, text, font, ink)
        return badge.left()

    def _draw_mark_icon(self, area: QRect, name: str, side: int) -> None:
        theme = self._look.theme
        ratio = self._painter.device().devicePixelRatioF()
        drawn = mark_pixmap(name, side, theme.color("dim"), theme.color(self._ground), ratio)
        place = QRect(0, 0, side, side)
        place.moveCenter(self._turned(area).center())
        self._painter.drawPixmap(place.topLeft(), drawn)

    def _write(
        self, area: QRect, align: Qt.AlignmentFlag, text: str, font: QFont, token: str
    ) -> None:
        line = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        super()._write(area, align, line, font, token)
