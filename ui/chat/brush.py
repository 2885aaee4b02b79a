"""The few strokes that rows and cards are drawn with, in the theme's colours."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from ui.icons import pixmap
from ui.look import Look

_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
"""Painted rows keep their sides in a window that is mirrored."""
ALIGN_LEFT: Final = Qt.AlignmentFlag.AlignLeft | _MIDDLE
ALIGN_RIGHT: Final = Qt.AlignmentFlag.AlignRight | _MIDDLE
ALIGN_CENTER: Final = Qt.AlignmentFlag.AlignCenter


class Brush:
    """Bound to one QPainter. Colours are tokens of the theme."""

    def __init__(self, painter: QPainter, look: Look) -> None:
        self._painter = painter
        self._look = look
        self._px = look.fonts.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # by the text's own

    def _color(self, token: str) -> QColor:
        return self._look.theme.color(token)

    def _fill(self, shape: QRectF, radius: float, color: str | QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._color(color) if isinstance(color, str) else color)
        self._painter.drawRoundedRect(shape, radius, radius)

    def _write(
        self, area: QRect, align: Qt.AlignmentFlag, text: str, font: QFont, token: str
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(self._color(token))
        self._painter.drawText(area, align | Qt.TextFlag.TextSingleLine, text)

    def _write_elided(
        self, area: QRect, text: str, font: QFont, token: str, mode: Qt.TextElideMode
    ) -> None:
        line = QFontMetrics(font).elidedText(text, mode, area.width())
        self._write(area, ALIGN_LEFT, line, font, token)

    def _draw_icon(self, name: str, area: QRect, side_px: int, token: str) -> None:
        """In the middle of ``area``."""
        ratio = self._painter.device().devicePixelRatioF()
        place = QRect(0, 0, side_px, side_px)
        place.moveCenter(area.center())
        drawn = pixmap(name, side_px, self._color(token), ratio)
        self._painter.drawPixmap(place.topLeft(), drawn)
