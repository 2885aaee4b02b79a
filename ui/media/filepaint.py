"""One shared file as a line: a small picture or badge, its name, size and day."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from app.model import Direction, Message
from ui.chat.brush import ALIGN_CENTER, Brush
from ui.chat.cardpaint import badge_text
from ui.look import Look
from ui.media.decode import Wish
from ui.media.previews import Previews

_THUMB: Final = 38
_PADDING: Final = 5
_GAP: Final = 10
_RADIUS: Final = 6


def row_height(look: Look) -> int:
    words = QFontMetrics(look.fonts.body).height() + QFontMetrics(look.fonts.tiny).height()
    return max(look.fonts.px(_THUMB), words) + 2 * look.fonts.px(_PADDING)


def describe_file(message: Message, look: Look) -> str:
    """For assistive technology."""
    transfer = message.transfer
    title = look.transfer_words.title(transfer) if transfer else ""
    return f"{title}, {detail(message, look)}"


def detail(message: Message, look: Look) -> str:
    transfer = message.transfer
    size = look.format.size(transfer.size_bytes) if transfer else ""
    return f"{size} · {look.format.day(message.time_ms, look.today())}"


class FilePainter(Brush):
    """``previews``: who has the small pictures."""

    def __init__(self, painter: QPainter, look: Look, previews: Previews) -> None:
        super().__init__(painter, look)
        self._previews = previews

    def draw(self, message: Message, area: QRect, *, is_lit: bool = False) -> None:
        """``is_lit``: under the pointer, or where the keyboard is."""
        px, look = self._px, self._look
        self.mirror_in(area)
        if is_lit:
            self._fill(QRectF(area), px(8), "hover")
        side = px(_THUMB)
        inside = area.adjusted(px(_PADDING), px(_PADDING), -px(_PADDING), -px(_PADDING))
        thumb = QRect(inside.left(), inside.center().y() - side // 2, side, side)
        self._draw_thumb(message, thumb)
        words = inside.adjusted(side + px(_GAP), 0, 0, 0)
        upper, lower = QRect(words), QRect(words)
        line = QFontMetrics(look.fonts.body).height()
        top = words.center().y() - (line + QFontMetrics(look.fonts.tiny).height()) // 2
        upper.setTop(top)
        upper.setHeight(line)
        lower.setTop(top + line)
        title = look.transfer_words.title(message.transfer) if message.transfer else ""
        middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        self._write_elided(upper, title, look.fonts.body, "text", middle)
        self._write_elided(lower, self._detail(message), look.fonts.tiny, "dim", right)

    def _detail(self, message: Message) -> str:
        arrow = "↑" if message.direction is Direction.OUT else "↓"
        return f"{arrow} {detail(message, self._look)}"

    def _draw_thumb(self, message: Message, area: QRect) -> None:
        transfer = message.transfer
        if transfer is None:
            return
        album, ratio = self._previews.album(message), self._painter.device().devicePixelRatioF()
        if album is not None:
            side = round(area.width() * ratio)
            wish = Wish(side, side, round(self._px(_RADIUS) * ratio), fills=True)
            picture = self._previews.pixmap(album, 0, wish)
            if picture is not None:
                self._painter.drawPixmap(self._turned(area), picture)
                return
        self._fill(QRectF(area), self._px(_RADIUS), "accent_soft")
        label = badge_text(transfer)
        if label:
            self._write(area, ALIGN_CENTER, label, self._look.fonts.tiny_bold, "accent")
        else:
            icon = "folder" if transfer.folders else "file"
            self._draw_icon(icon, area, self._px(20), "accent")
