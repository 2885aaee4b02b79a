"""The icon in the system's tray, where there is one."""

from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.desktop.note import OPEN, Note, Teller
from ui.icons import app_icon, app_image
from ui.look import Look
from ui.names import placed_told_name
from ui.plain import menu_text
from ui.roster import Roster
from ui.window_file import WindowFile

LOOK_EVERY_MS: Final = 2_000
"""Trays come and go with the desktop's own parts."""
SIZES: Final = (16, 22, 24, 32, 48, 64)
CHATS_MAX: Final = 5
MANY: Final = 99
_NO_MARKUP: Final = {ord("<"): "\u2039"}
_BADGE: Final = QColor("#c81e1e")


class Tray(QObject):
    toggled = Signal()
    """A click on the icon."""
    chat_wanted = Signal(str)
    """A conversation, empty for the window alone."""
    quit_wanted = Signal()
    lost = Signal()
    """There is no tray any more."""

    def __init__(self, look: Look, roster: Roster, file: WindowFile) -> None:
        super().__init__()
        self._look = look
        self._roster = roster
        self._file = file
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu()
        self._menu.aboutToShow.connect(self._fill_menu)
        self._unread = -1
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        roster.changed.connect(self.show_unread)
        self.look()

    @property
    def icon(self) -> QSystemTrayIcon | None:
        return self._icon

    @property
    def is_there(self) -> bool:
        return self._icon is not None and QSystemTrayIcon.isSystemTrayAvailable()

    def look(self) -> None:
        """Whether a tray has come or gone."""
        is_there = QSystemTrayIcon.isSystemTrayAvailable()
        if is_there and self._icon is None:
            self._icon = QSystemTrayIcon(self)
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._on_activated)
            self._fill_menu()
            self.show_unread()
            self._icon.show()
        elif not is_there and self._icon is not None:
            self._icon.deleteLater()
            self._icon, self._unread = None, -1
            self.lost.emit()

    def show_unread(self) -> None:
        unread = self._roster.unread()
        if self._icon is None or unread == self._unread:
            return
        self._unread = unread
        self._icon.setIcon(_icon_with(unread))
        told = self.tr("Landline · %n unread", "", unread) if unread else "Landline"
        self._icon.setToolTip(told)

    def stop(self) -> None:
        self._timer.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon = None

    def _on_activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how is QSystemTrayIcon.ActivationReason.Trigger:
            self.toggled.emit()

    def _fill_menu(self) -> None:
        """Anew each time, in the language in force."""
        menu = self._menu
        menu.clear()
        menu.addAction(self.tr("Open Landline")).triggered.connect(
            lambda: self.chat_wanted.emit("")
        )
        unread = [one for one in self._roster if one.unread and not one.is_quiet]
        if unread:
            menu.addSeparator()
        for entry in unread[:CHATS_MAX]:
            name = menu_text(placed_told_name(entry, self._look))
            action = menu.addAction(f"{name} · {entry.unread}")
            action.triggered.connect(lambda _=False, one=entry.chat_id: self.chat_wanted.emit(one))
        menu.addSeparator()
        quiet = menu.addAction(self.tr("Do not disturb"))
        quiet.setCheckable(True)
        quiet.setChecked(self._file.settings.is_undisturbed)
        quiet.triggered.connect(lambda checked: self._file.change(is_undisturbed=checked))
        menu.addSeparator()
        menu.addAction(self.tr("Quit")).triggered.connect(self.quit_wanted)


class TrayTeller(Teller):
    """Notes as the tray shows them: one at a time, and a click is all one can do.

    Qt hands them to a server on Linux as they are, which may read markup: there is none to read.
    """

    def __init__(self, tray: Tray) -> None:
        super().__init__()
        self._tray = tray
        self._key = ""

    def show(self, note: Note) -> None:
        icon = self._tray.icon
        if icon is None:
            self.refused.emit(note)
            return
        icon.messageClicked.connect(self._on_clicked, Qt.ConnectionType.UniqueConnection)
        self._key = note.key
        title, body = note.title.translate(_NO_MARKUP), note.body.translate(_NO_MARKUP)
        icon.showMessage(title, body, _icon_of(note))

    def _on_clicked(self) -> None:
        if self._key:
            self.acted.emit(self._key, OPEN, "")


def _icon_with(unread: int) -> QIcon:
    """The app's own, drawn for each size, with a count in its corner."""
    icon = QIcon()
    for size in SIZES:
        image = app_image(size)
        if unread:
            _draw_count(image, str(min(unread, MANY)))
        icon.addPixmap(QPixmap.fromImage(image))
    return icon


def _draw_count(image: QImage, count: str) -> None:
    size = image.width()
    height = round(size * 0.6)
    width = height if len(count) == 1 else round(size * 0.78)
    badge = QRectF(size - width, size - height, width, height)
    ring = max(1, round(size / 24))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        cut = badge.adjusted(-ring, -ring, ring, ring)
        painter.drawRoundedRect(cut, cut.height() / 2, cut.height() / 2)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setBrush(_BADGE)
        painter.drawRoundedRect(badge, height / 2, height / 2)
        font = QFont(painter.font())
        font.setPixelSize(round(height * (0.8 if len(count) == 1 else 0.72)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, count)


def _icon_of(note: Note) -> QIcon:
    face = note.face
    if face is None:
        return app_icon()
    kind = QImage.Format.Format_RGBA8888
    return QIcon(QPixmap.fromImage(QImage(face.pixels, face.side, face.side, kind)))
