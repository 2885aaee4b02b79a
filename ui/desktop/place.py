"""Connects the window with the desktop around it, once the engine is there."""

import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from ui.desk import Desk
from ui.desktop.instance import TOKEN, Reception
from ui.desktop.note import Note, Teller
from ui.desktop.notifier import REQUESTS, Notifier
from ui.desktop.tray import Tray, TrayTeller
from ui.look import Look
from ui.switchboard import Switchboard
from ui.window import Window


class DesktopPlace(QObject):
    def __init__(
        self, window: Window, desk: Desk, look: Look, board: Switchboard, folder: Path
    ) -> None:
        """``folder`` is the profile's."""
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._board = board
        self._file = board.preferences.window
        self.tray = Tray(look, desk.roster, self._file)
        self._by_tray = TrayTeller(self.tray)
        self.teller = _make_teller() or self._by_tray
        self.notifier = Notifier(desk, look, self._file, self.teller, self._is_seen)
        self._reception = Reception(folder)
        for part in (self.tray, self._by_tray, self.notifier):
            part.setParent(self)  # none hears anything once the window is gone
        self._listen()
        self._show_badge()

    def _listen(self) -> None:
        self.tray.toggled.connect(self._toggle)
        self.tray.chat_wanted.connect(self.open)
        self.tray.quit_wanted.connect(self._window.leave)
        self.tray.lost.connect(self._on_tray_lost)
        if self.teller is not self._by_tray:
            self.teller.refused.connect(self._by_tray.show)
            self._by_tray.acted.connect(self.teller.acted)
        self.notifier.chat_wanted.connect(self.open)
        self._reception.called.connect(self._on_called)
        self._window.goes_on = lambda: self._file.settings.closes_to_tray and self.tray.is_there
        self._window.hidden.connect(self._on_hidden)
        self._window.activated.connect(self._on_activated)
        self._desk.roster.changed.connect(self._show_badge)

    def open(self, chat_id: str = "", token: str = "") -> None:
        """The window in front, with this conversation. ``token``: the desktop's leave for it."""
        if token:
            os.environ[TOKEN] = token  # Qt reads it when it asks to be activated
        self._window.come_to_front()
        if chat_id and self._desk.roster.get(chat_id) is not None:
            self._board.open_person(chat_id)

    def stop(self) -> None:
        """Idempotent."""
        self._reception.stop()
        self.teller.stop()
        self.tray.stop()

    def _is_seen(self, chat_id: str) -> bool:
        return self._window.isActiveWindow() and self._board.chat.peer_id == chat_id

    def _toggle(self) -> None:
        if self._window.isVisible() and self._window.isActiveWindow():
            self._window.close()
        else:
            self.open()

    def _on_hidden(self) -> None:
        if not self._file.settings.knows_tray:
            self._file.change(knows_tray=True)
            told = self.tr("Landline goes on here. Click to open it, or quit from its menu.")
            self.teller.show(Note("tray", "Landline", told, is_silent=True))

    def _on_tray_lost(self) -> None:
        """Nobody could find a hidden window any more."""
        if not self._window.isVisible():
            self._window.show()

    def _on_activated(self) -> None:
        self.teller.withdraw(REQUESTS)
        self.notifier.take_back_seen()

    def _on_called(self, words: dict[str, Any]) -> None:
        token = words.get("token")
        self.open(token=token if isinstance(token, str) else "")

    def _show_badge(self) -> None:
        QGuiApplication.instance().setBadgeNumber(self._desk.roster.unread())


def _make_teller() -> Teller | None:
    """None: the tray's own is the best there is."""
    if not sys.platform.startswith("linux"):
        return None
    from ui.desktop.bus import BusTeller  # noqa: PLC0415 - nowhere else

    return BusTeller()
