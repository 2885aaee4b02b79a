"""A bubble's ground: rounded, outlined, with a breath of shadow; drawn from cached corners.

Filling one large rounded rectangle with smooth edges costs ten times as much as
its four corners and three plain rectangles, and the chat draws a dozen a frame.
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

SHADOW: Final = 1


def draw_frame(
    painter: QPainter, area: QRect, radius: int, *, fill: QColor, edge: QColor, shadow: QColor
) -> None:
    """``area`` is at least twice ``radius`` wide and high; the shadow lies below it."""
    colors = (fill, edge, shadow)
    ratio = painter.device().devicePixelRatioF()
    if ratio.is_integer():
        _draw(painter, area, radius, ratio, colors)
        return
    # At 125 percent an edge lies between two pixels, and parts beside each other show a seam.
    painter.save()
    to_screen = painter.deviceTransform()
    back, _ = to_screen.inverted()
    painter.setWorldTransform(back * painter.worldTransform())
    on_screen = to_screen.mapRect(QRectF(area))
    corners = (on_screen.topLeft().toPoint(), on_screen.bottomRight().toPoint() - QPoint(1, 1))
    _draw(painter, QRect(*corners), round(radius * ratio), 1.0, colors)
    painter.restore()


def _draw(
    painter: QPainter, area: QRect, radius: int, ratio: float, colors: tuple[QColor, ...]
) -> None:
    left, top, width, height = area.getRect()
    across, down = width - 2 * radius, height - 2 * radius
    fill, edge, shadow = colors
    painter.fillRect(left + radius, top, across, height, fill)
    painter.fillRect(left, top + radius, radius, down, fill)
    painter.fillRect(left + width - radius, top + radius, radius, down, fill)
    painter.fillRect(left + radius, top, across, 1, edge)
    painter.fillRect(left + radius, top + height - 1, across, 1, edge)
    painter.fillRect(left, top + radius, 1, down, edge)
    painter.fillRect(left + width - 1, top + radius, 1, down, edge)
    painter.fillRect(left + radius, top + height, across, SHADOW, shadow)
    names = [color.name(QColor.NameFormat.HexArgb) for color in colors]
    corners = _corners(radius, ratio, *names)
    for x, from_x in ((left, 0), (left + width - radius, radius)):
        for y, from_y, high in (
            (top, 0, radius),
            (top + height - radius, radius, radius + SHADOW),
        ):
            source = QRectF(from_x * ratio, from_y * ratio, radius * ratio, high * ratio)
            painter.drawPixmap(QRectF(x, y, radius, high), corners, source)


@lru_cache(maxsize=32)
def _corners(radius: int, ratio: float, fill: str, edge: str, shadow: str) -> QPixmap:
    """The four of them side by side: a bubble with nothing between its corners."""
    side = 2 * radius
    sheet = QPixmap(round(side * ratio), round((side + SHADOW) * ratio))
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(Qt.GlobalColor.transparent)
    shape = QRectF(0.5, 0.5, side - 1, side - 1)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shadow))
    painter.drawRoundedRect(shape.translated(0, SHADOW), radius, radius)
    painter.setPen(QPen(QColor(edge), 1))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(shape, radius, radius)
    painter.end()
    return sheet
