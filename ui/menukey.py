"""Shift+F10 does what the menu key does: many keyboards have none, and Qt on X11 knows no other."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

MENU_KEY = "Shift+F10"


def add_menu_key(window: QWidget) -> None:
    """For a window or dialog, and all that is in it."""
    QShortcut(QKeySequence(MENU_KEY), window).activated.connect(_ask_for_menu)


def _ask_for_menu() -> None:
    """As Qt asks at the menu key: whoever has the focus, where its cursor or current row is."""
    widget = QApplication.focusWidget()
    if widget is not None:
        cursor = QRectF(widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle))
        point = cursor.center().toPoint()
        place = widget.mapToGlobal(point)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, point, place)
        QApplication.sendEvent(widget, asked)
