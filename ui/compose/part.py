"""A picture of which a part can be chosen, by the pointer or by keys."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look

_LEAST_PX: Final = 8
"""Of the picture; less is a slip of the hand."""
_STEP: Final = 40
"""A key moves an edge by this share of the picture."""
_MOVES: Final = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class PartView(QWidget):
    """Arrows move the upper left corner of the part, with Shift the lower right one."""

    part_changed = Signal()

    def __init__(self, look: Look, image: QImage, room: QSize) -> None:
        """``room``: what there is, in pixels; it is shown no larger than it is."""
        super().__init__()
        self._look = look
        self.image = image
        self.part = image.rect()
        """In pixels of the picture."""
        self._grip: QPoint | None = None
        size = image.size()
        is_small = size.boundedTo(room) == size
        self._shown = size if is_small else size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        ratio = self.devicePixelRatioF()
        self._pixmap = QPixmap.fromImage(
            image.scaled(
                self._shown * ratio,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return self._shown

    def chosen(self) -> QImage:
        return self.image if self.part == self.image.rect() else self.image.copy(self.part)

    # --- Choosing ----------------------------------------------------------
    def _area(self) -> QRect:
        """Where the picture is drawn."""
        area = QRect(QPoint(0, 0), self._shown)
        area.moveCenter(self.rect().center())
        return area

    def _to_image(self, point: QPoint) -> QPoint:
        at, whole = point - self._area().topLeft(), self.image.size()
        x = at.x() * whole.width() // max(self._shown.width(), 1)
        y = at.y() * whole.height() // max(self._shown.height(), 1)
        return QPoint(max(0, min(x, whole.width() - 1)), max(0, min(y, whole.height() - 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = self._to_image(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._choose(self._grip, self._to_image(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a move takes the whole again."""
        if self._grip is not None:
            self._choose(self._grip, self._to_image(event.position().toPoint()))
            self._grip = None

    def _choose(self, one: QPoint, other: QPoint) -> None:
        xs, ys = sorted((one.x(), other.x())), sorted((one.y(), other.y()))
        wanted = QRect(QPoint(xs[0], ys[0]), QPoint(xs[1], ys[1]))
        is_part = min(wanted.width(), wanted.height()) >= _LEAST_PX
        self._take(wanted if is_part else self.image.rect())

    def _take(self, part: QRect) -> None:
        if part != self.part:
            self.part = part
            self.update()
            self.part_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        whole = self.image.rect()
        by = QPoint(move.x() * whole.width() // _STEP, move.y() * whole.height() // _STEP)
        part = QRect(self.part)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            part.setBottomRight(part.bottomRight() + by)
        else:
            part.setTopLeft(part.topLeft() + by)
        part = part.intersected(whole)
        if min(part.width(), part.height()) >= _LEAST_PX:
            self._take(part)

    # --- Drawing -----------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, area = self._look.theme, self._area()
        painter.drawPixmap(area, self._pixmap)
        if self.part != self.image.rect():
            self._draw_part(painter, area)
        edge = "accent" if self.hasFocus() else "line"
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(edge), 1))
        painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5))

    def _draw_part(self, painter: QPainter, area: QRect) -> None:
        theme, scale = self._look.theme, area.width() / self.image.width()
        inside = QRectF(
            area.left() + self.part.left() * scale,
            area.top() + self.part.top() * scale,
            self.part.width() * scale,
            self.part.height() * scale,
        )
        veil = theme.color("panel")
        veil.setAlphaF(0.7)
        outside = QPainterPath()
        outside.addRect(QRectF(area))
        outside.addRect(inside)
        painter.fillPath(outside, veil)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRect(inside)
