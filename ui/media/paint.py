"""Drawing the pictures of a bubble, or what keeps their places meanwhile."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from ui.chat.brush import ALIGN_CENTER, Brush
from ui.look import Look
from ui.media.album import Album, Grid
from ui.media.decode import Wish
from ui.media.previews import Previews

PICTURE_RADIUS: Final = 10
_VEIL: Final = QColor(0, 0, 0, 130)


class PicturePainter(Brush):
    def __init__(self, painter: QPainter, look: Look, previews: Previews) -> None:
        super().__init__(painter, look)
        self._previews = previews

    def draw(self, album: Album, grid: Grid, corner: QPoint) -> None:
        for number, tile in enumerate(grid.tiles):
            self._draw_tile(album, number, tile.translated(corner), fills=grid.fills)
        if grid.more:
            self._draw_more(grid.more, grid.tiles[-1].translated(corner))

    def _draw_tile(self, album: Album, number: int, area: QRect, *, fills: bool) -> None:
        ratio = self._painter.device().devicePixelRatioF()
        radius = self._px(PICTURE_RADIUS)
        wish = Wish(
            round(area.width() * ratio), round(area.height() * ratio), round(radius * ratio), fills
        )
        picture = self._previews.pixmap(album, number, wish)
        if picture is None:
            ground = self._color("text")
            ground.setAlphaF(0.06)
            self._fill(QRectF(area), radius, ground)
            self._draw_icon("picture", area, self._px(26), "hint")
        else:
            self._painter.drawPixmap(area, picture)

    def _draw_more(self, count: int, area: QRect) -> None:
        radius = self._px(PICTURE_RADIUS)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(area), radius, radius)
        self._painter.fillPath(shape, _VEIL)
        self._painter.setFont(self._look.fonts.large)
        self._painter.setPen(Qt.GlobalColor.white)
        self._painter.drawText(area, ALIGN_CENTER, f"+{self._look.format.number(count)}")
