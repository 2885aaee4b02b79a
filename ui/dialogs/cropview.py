"""The square of a picture that is shown of it: dragged, enlarged, by the pointer or by keys."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look

STEPS: Final = 100
"""From the largest square to the smallest."""
_ENLARGED_MAX: Final = 8
_LEAST_PX: Final = 48
"""Of the picture's own pixels: fewer are a blur."""
_KEY_STEPS: Final = 5
_KEY_SHARE: Final = 0.05
"""Of the square, that an arrow moves it by."""
_WHEEL_STEP: Final = 120
"""Qt's unit of one notch."""
_MOVES: Final = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_ZOOMS: Final = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class CropView(QWidget):
    """What lies outside the circle is veiled; all of the square is sent."""

    zoomed = Signal(int)
    """Steps, from 0 to STEPS."""

    def __init__(self, look: Look, image: QImage, side: int) -> None:
        """``side``: of the view, in pixels."""
        super().__init__()
        self._look = look
        self._pixmap = QPixmap.fromImage(image)
        self._size = image.size()
        self._largest = min(image.width(), image.height())
        self._step = 0
        self._center = QPointF(image.width() / 2, image.height() / 2)
        self._grip: QPointF | None = None
        self._side = side
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def part(self) -> QRect:
        """The square, in pixels of the picture."""
        square = self._square()
        side = max(1, min(round(square.width()), self._largest))
        left = min(round(square.left()), self._size.width() - side)
        return QRect(left, min(round(square.top()), self._size.height() - side), side, side)

    def can_zoom(self) -> bool:
        return self._smallest() < self._largest

    def zoom(self, step: int) -> None:
        step = max(0, min(step, STEPS))
        if step != self._step:
            self._step = step
            self._move_to(self._center)
            self.zoomed.emit(step)

    def _smallest(self) -> float:
        return min(self._largest, max(_LEAST_PX, self._largest / _ENLARGED_MAX))

    def _square(self) -> QRectF:
        ratio = self._smallest() / self._largest
        side = self._largest * ratio ** (self._step / STEPS)
        return QRectF(self._center.x() - side / 2, self._center.y() - side / 2, side, side)

    def _move_to(self, center: QPointF) -> None:
        """Never over an edge of the picture."""
        half = self._square().width() / 2
        x = max(half, min(center.x(), self._size.width() - half))
        y = max(half, min(center.y(), self._size.height() - half))
        self._center = QPointF(x, y)
        self.update()

    # --- Events ------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            scale = self._square().width() / max(1, self.width())
            self._move_to(self._center - (event.position() - self._grip) * scale)
            self._grip = event.position()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(self._step + round(event.angleDelta().y() * _KEY_STEPS / _WHEEL_STEP))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._move_to(self._center + _MOVES[key] * (self._square().width() * _KEY_SHARE))
        elif key in _ZOOMS:
            self.zoom(self._step + _ZOOMS[key] * _KEY_STEPS)
        else:
            super().keyPressEvent(event)

    # --- Drawing -----------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        theme, area = self._look.theme, QRectF(self.rect())
        painter.fillRect(area, Qt.GlobalColor.white)  # below what is clear, as it will be shown
        painter.drawPixmap(area, self._pixmap, self._square())
        veil = theme.color("panel")
        veil.setAlphaF(0.75)
        outside = QPainterPath()
        outside.addRect(area)
        outside.addEllipse(area.adjusted(1, 1, -1, -1))
        painter.fillPath(outside, veil)
        is_focused = self.hasFocus()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(theme.color("accent" if is_focused else "line"), 2 if is_focused else 1)
        )
        painter.drawEllipse(area.adjusted(1, 1, -1, -1))
