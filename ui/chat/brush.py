"""The few strokes that rows and cards are drawn with, in the theme's colours."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from ui.icons import pixmap
from ui.look import Look
from ui.mirror import is_mirrored, mirrored, mirrored_f

_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
"""By the window's direction, not the text's: names below each other begin at one line."""
ALIGN_START: Final = Qt.AlignmentFlag.AlignLeft | _MIDDLE
ALIGN_END: Final = Qt.AlignmentFlag.AlignRight | _MIDDLE
ALIGN_CENTER: Final = Qt.AlignmentFlag.AlignCenter
_OTHER_SIDE: Final = {ALIGN_START: ALIGN_END, ALIGN_END: ALIGN_START}


class Brush:
    """Bound to one QPainter. Colours are tokens of the theme."""

    def __init__(self, painter: QPainter, look: Look) -> None:
        self._painter = painter
        self._look = look
        self._px = look.fonts.px
        self._is_mirrored = is_mirrored()
        self._around: QRect | None = None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # by the text's own

    def mirror_in(self, area: QRect) -> None:
        """What is drawn from now on is meant for a window from left to right, in this row."""
        self._around = area if self._is_mirrored else None

    def _turned(self, rect: QRect) -> QRect:
        return rect if self._around is None else mirrored(rect, self._around)

    def _turned_f(self, rect: QRectF) -> QRectF:
        return rect if self._around is None else mirrored_f(rect, self._around)

    def _inside(self, rect: QRect, box: QRect) -> QRect:
        """A part of a box that itself stands where it is shown."""
        return mirrored(rect, box) if self._is_mirrored else rect

    def _sided(self, align: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
        return _OTHER_SIDE.get(align, align) if self._is_mirrored else align

    def _color(self, token: str) -> QColor:
        return self._look.theme.color(token)

    def _fill(self, shape: QRectF, radius: float, color: str | QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._color(color) if isinstance(color, str) else color)
        self._painter.drawRoundedRect(self._turned_f(shape), radius, radius)

    def _write(
        self, area: QRect, align: Qt.AlignmentFlag, text: str, font: QFont, token: str
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(self._color(token))
        flags = self._sided(align) | Qt.TextFlag.TextSingleLine
        self._painter.drawText(self._turned(area), flags, text)

    def _write_elided(
        self, area: QRect, text: str, font: QFont, token: str, mode: Qt.TextElideMode
    ) -> None:
        line = QFontMetrics(font).elidedText(text, mode, area.width())
        self._write(area, ALIGN_START, line, font, token)

    def _draw_icon(self, name: str, area: QRect, side_px: int, token: str) -> None:
        """In the middle of ``area``."""
        ratio = self._painter.device().devicePixelRatioF()
        place = QRect(0, 0, side_px, side_px)
        place.moveCenter(self._turned(area).center())
        drawn = pixmap(name, side_px, self._color(token), ratio)
        self._painter.drawPixmap(place.topLeft(), drawn)
