"""One picture as large as there is room, or larger: moved with the hand, zoomed by the wheel."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ui.look import Look

_STEP: Final = 1.25
_MOST: Final = 8.0
_NOTCH: Final = 120
"""Of a wheel, in Qt's eighths of a degree."""
_PAN_PX: Final = 60


class Canvas(QWidget):
    """``zoom`` counts pixels of the screen to one of the picture; None: fitted in."""

    zoomed = Signal()
    stepped = Signal(int)
    """To the next (1) or the previous (-1) picture, by an arrow key."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._size = QSize()
        self._drawn = QPixmap()
        self._note = ""
        self._shows_focus = False
        self._offset = QPointF()
        self._hand: QPoint | None = None
        self.zoom: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.theme.changed.connect(self.update)

    def show_size(self, size: QSize) -> None:
        """A picture of so many pixels is about to come; nothing is drawn until then."""
        self._size, self._drawn, self._note = size, QPixmap(), ""
        self.fit()

    def show_picture(self, picture: QPixmap) -> None:
        """Of the size announced, perhaps with fewer pixels."""
        self._drawn = picture
        self.update()

    def show_note(self, sentence: str) -> None:
        """In the picture's place."""
        self._note = sentence
        self.update()

    # --- Zoom --------------------------------------------------------------
    @property
    def scale(self) -> float:
        """Pixels of the screen to one of the picture."""
        return self._fitting() if self.zoom is None else self.zoom

    @property
    def needs_all_pixels(self) -> bool:
        """Whether what is drawn has fewer than could be seen."""
        shown = self._size * self.scale
        is_short = self._drawn.width() < min(shown.width(), self._size.width())
        return not self._drawn.isNull() and is_short

    def fit(self) -> None:
        self.zoom = None
        self._offset = QPointF()
        self._tell()

    def zoom_full(self) -> None:
        self.zoom_to(1.0)

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        self.zoom_to(self.scale * _STEP**steps, at)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """What is ``at`` this place, else the middle, stays there."""
        least = min(self._fitting(), 1.0)
        wanted = min(max(zoom, least), _MOST)
        center = QRectF(self.rect()).center()
        fixed = (at or center) - center
        self._offset = fixed - (fixed - self._offset) * (wanted / self.scale)
        self.zoom = wanted
        self._bound()
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.zoomed.emit()

    def _fitting(self) -> float:
        """Never larger than it is."""
        if self._size.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        across = self.width() * ratio / self._size.width()
        down = self.height() * ratio / self._size.height()
        return max(min(across, down, 1.0), 0.001)

    def _shown(self) -> QSizeF:
        return QSizeF(self._size) * (self.scale / self.devicePixelRatioF())

    def _bound(self) -> None:
        """No farther than its edge at the window's."""
        shown = self._shown()
        x = max(0.0, (shown.width() - self.width()) / 2)
        y = max(0.0, (shown.height() - self.height()) / 2)
        self._offset.setX(min(max(self._offset.x(), -x), x))
        self._offset.setY(min(max(self._offset.y(), -y), y))

    def _is_larger(self) -> bool:
        shown = self._shown()
        return shown.width() > self.width() + 1 or shown.height() > self.height() + 1

    def focusInEvent(self, event: QFocusEvent) -> None:
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._shows_focus = event.reason() in reasons
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._shows_focus = False
        super().focusOutEvent(event)

    # --- Events ------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bound()
        self.zoomed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(event.angleDelta().y() / _NOTCH, event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.zoom is None:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._is_larger():
            self._hand = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._hand is not None:
            point = event.position().toPoint()
            self._pan(QPointF(point - self._hand))
            self._hand = point

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._hand = None
        self.unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {
            Qt.Key.Key_Left: QPointF(_PAN_PX, 0),
            Qt.Key.Key_Right: QPointF(-_PAN_PX, 0),
            Qt.Key.Key_Up: QPointF(0, _PAN_PX),
            Qt.Key.Key_Down: QPointF(0, -_PAN_PX),
        }
        way = arrows.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        elif self._is_larger():
            self._pan(way)
        elif way.x():
            self.stepped.emit(-1 if (way.x() > 0) is not self._is_mirrored() else 1)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _pan(self, way: QPointF) -> None:
        self._offset += way
        self._bound()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("bg"))
        if self._note:
            painter.setPen(self._look.theme.color("dim"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(40, 0, -40, 0), int(flags), self._note)
        elif not self._drawn.isNull():
            area = QRectF(QPointF(), self._shown())
            area.moveCenter(QRectF(self.rect()).center() + self._offset)
            is_smooth = self.scale < 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
            painter.drawPixmap(area, self._drawn, QRectF(self._drawn.rect()))
        if self._shows_focus:
            painter.setPen(self._look.theme.color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
