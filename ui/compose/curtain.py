"""What lies over the window while something small in it is open, and takes it away."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

_DIRECT: Final = Qt.FindChildOption.FindDirectChildrenOnly


class Curtain(QWidget):
    """Holds one widget. Escape, a press beside it and a focus elsewhere close it; then it
    goes. Inside the window, so that input methods and screen readers are at home in it."""

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._is_open = True
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._on_focus)

    def place(self, inside: QWidget, corner: QPoint) -> None:
        """With its lower right corner there (global), or as near as the window lets it."""
        room = self.rect().adjusted(4, 4, -4, -4)
        area = QRect(QPoint(0, 0), inside.sizeHint().boundedTo(room.size()))
        area.moveBottomRight(self.mapFromGlobal(corner))
        area.moveLeft(max(room.left(), min(area.left(), room.right() - area.width())))
        area.moveTop(max(room.top(), min(area.top(), room.bottom() - area.height())))
        inside.setGeometry(area)
        self.raise_()
        self.show()

    def dismiss(self) -> None:
        """Idempotent."""
        if self._is_open:
            self._is_open = False
            QApplication.instance().focusChanged.disconnect(self._on_focus)
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """To nothing means to another window, from which one comes back."""
        if now is not None and now is not self and not self.isAncestorOf(now):
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size: what stands at its lower right stays there."""
        is_resized = watched is self.parent() and event.type() is QEvent.Type.Resize
        if is_resized and self._is_open:
            by = self.parentWidget().size() - self.size()
            self.setGeometry(self.parentWidget().rect())
            for inside in self.findChildren(QWidget, options=_DIRECT):
                corner = inside.geometry().bottomRight() + QPoint(by.width(), by.height())
                self.place(inside, self.mapToGlobal(corner))
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.dismiss()

    def event(self, event: QEvent) -> bool:
        """Escape, before the window's own shortcut takes it."""
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
