"""The window as it is in its first frame: three columns, nothing in the middle yet.

What the middle and the right hold is made and connected by ui.switchboard once
this frame is on the screen.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from ui.columns import Columns
from ui.empty import EmptyPage
from ui.look import Look
from ui.roster import Roster
from ui.sidebar.panel import SidePanel

_SIZE = (1200, 780)
_LEAST = (380, 460)
_FRAME = 30
"""Left for the window manager's title bar."""


class Window(QMainWindow):
    painted = Signal()
    """Once, after the first frame is on the screen."""
    activated = Signal()
    """It came to the front."""
    closing = Signal()
    """The last moment to say something to the engine."""
    hidden = Signal()
    """Closed, and the app goes on."""
    middle_resized = Signal()
    list_wanted = Signal()
    """What covers the list shall give way to it."""

    def __init__(self, look: Look, roster: Roster) -> None:
        super().__init__()
        self._look = look
        self._roster = roster
        self._is_painted = False
        self._is_leaving = False
        self.goes_on: Callable[[], bool] = lambda: False
        """Whether the app stays when this window is closed: there is a tray to come back from."""
        self.side = SidePanel(look, roster)
        self.empty = EmptyPage(look)
        self.middle = QStackedWidget()
        self._chat: QWidget | None = None
        self.columns = Columns(look, self.side, self.middle, self.empty)
        look.theme.dress(self)
        self._lay_out()
        self.middle.installEventFilter(self)
        roster.changed.connect(self._name_title)
        self._name_title()
        self.side.search.setFocus()
        # Here, not with the other keys: it works from the first frame on.
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self.leave)
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        self.middle.setObjectName("middle")
        self.middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.middle.addWidget(self.empty)
        columns = QWidget()
        self._row = QHBoxLayout(columns)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.side, 1)
        self._row.addWidget(self.middle, 1000)
        self.setCentralWidget(columns)
        available = self.screen().availableGeometry()
        room = QSize(available.width(), available.height() - px(_FRAME))
        self.setMinimumSize(QSize(*map(px, _LEAST)).boundedTo(room))
        self.resize(QSize(*map(px, _SIZE)).boundedTo(room))

    def furnish(self, chat: QWidget, *infos: QWidget) -> None:
        """Put the rest of the columns in."""
        self._chat = chat
        self.middle.addWidget(chat)
        for info in infos:
            info.hide()
            self._row.addWidget(info, 1)
        self.columns.add(infos)

    def show_chat(self, shows: bool) -> None:
        if self._chat is not None:
            self.middle.setCurrentWidget(self._chat if shows else self.empty)

    def show_page(self, page: QWidget) -> None:
        """In the middle, in the chat's place, until another is shown there."""
        self.middle.addWidget(page)
        self.middle.setCurrentWidget(page)

    def middle_area(self) -> QRect:
        return self.middle.rect()

    def _name_title(self) -> None:
        unread = self._roster.unread()
        self.setWindowTitle(f"({unread}) Landline" if unread else "Landline")

    # --- Events ------------------------------------------------------------
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.middle and event.type() is QEvent.Type.Resize:
            self.middle_resized.emit()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def leave(self) -> None:
        """Ends the app, whatever a closed window does otherwise."""
        self._is_leaving = True
        self.close()
        QApplication.quit()  # a hidden window is not closed

    def come_to_front(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.resize(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        if not self._is_leaving and self.goes_on():
            event.ignore()
            self.hide()
            self.hidden.emit()
            return
        super().closeEvent(event)
        QApplication.quit()
