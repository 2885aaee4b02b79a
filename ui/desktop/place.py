"""Connects the window with the desktop around it, once the engine is there."""

import os
import sys
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.commands import Connect
from ui.desk import Desk
from ui.desktop.appearance import Appearance, AppearanceWatch
from ui.desktop.errand import Errand, from_words
from ui.desktop.instance import TOKEN, Reception
from ui.desktop.links import SCHEME, ConnectLink, parse_link
from ui.desktop.note import Note, Teller
from ui.desktop.notifier import REQUESTS, Notifier
from ui.desktop.tray import Tray, TrayTeller
from ui.look import Look
from ui.switchboard import Switchboard
from ui.window import Window

TRAY_WITHIN_MS: Final = 10_000
"""After a hidden start; without a tray the window shows itself in the task bar then."""
CLICK_MS: Final = 400
"""So long ago at most, the window was in front when its icon was clicked."""


class DesktopPlace(QObject):
    def __init__(
        self, window: Window, desk: Desk, look: Look, board: Switchboard, folder: Path
    ) -> None:
        """``folder`` is the profile's."""
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._badge = 0
        self._board = board
        self._file = board.preferences.window
        self.tray = Tray(look, desk.roster, self._file)
        self._by_tray = TrayTeller(self.tray)
        self.teller = _make_teller() or self._by_tray
        self.notifier = Notifier(desk, look, self._file, self.teller, self._is_seen)
        self._reception = Reception(folder)
        self._watch = AppearanceWatch() if _has_bus() else None
        for part in (self.tray, self._by_tray, self.notifier):
            part.setParent(self)  # none hears anything once the window is gone
        self._since_front = QElapsedTimer()
        self._listen()
        self._show_badge()
        QDesktopServices.setUrlHandler(SCHEME, self, "open_url")

    def _listen(self) -> None:
        if self._watch is None:
            self._on_appearance(Appearance())  # the profile may come from a desktop that had a word
        else:
            self._watch.changed.connect(self._on_appearance)
            self._watch.begin()
        self.tray.toggled.connect(self._toggle)
        self.tray.chat_wanted.connect(self.open)
        self.tray.quit_wanted.connect(self._window.leave)
        self.tray.lost.connect(self._on_tray_lost)
        if self.teller is not self._by_tray:
            self.teller.refused.connect(self._by_tray.show)
            self._by_tray.acted.connect(self.teller.acted)
        self.notifier.chat_wanted.connect(self.open)
        self._reception.called.connect(self._on_called)
        self._window.goes_on = self._goes_on
        _app().applicationStateChanged.connect(self._on_state)
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

    def begin(self, errand: Errand) -> None:
        """What this start was asked for."""
        if errand.is_hidden:
            QTimer.singleShot(TRAY_WITHIN_MS, self, self._show_without_tray)
        self._do(errand)

    def _do(self, errand: Errand) -> None:
        """Shows what is to be decided; nothing is sent, and nobody called, before it is."""
        if errand.link:
            self._follow(errand.link)
        if errand.send is not None:
            self._board.sending.to_many(errand.send)

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        """How macOS brings a link to a program that runs."""
        self.open()
        self._do(Errand(link=url.toString(QUrl.ComponentFormattingOption.FullyEncoded)))

    def _follow(self, text: str) -> None:
        link = parse_link(text)
        if isinstance(link, ConnectLink):
            self._ask_to_connect(link.address)
        elif link is not None and self._desk.roster.get(link.peer_id) is not None:
            self._board.open_person(link.peer_id)
        elif link is not None:
            self._board.sending.refused.emit(self.tr("Nobody with this link is known here."))
        else:
            self._board.sending.refused.emit(self.tr("This link is not one of Landline's."))

    def _ask_to_connect(self, address: str) -> None:
        """Not while one is asked about: a page may bring links without end, and what is read
        there does not change under the pointer."""
        from ui.dialogs.connect import ConnectDialog  # noqa: PLC0415 - dialogs load when opened

        if any(one.isVisible() for one in self._window.findChildren(ConnectDialog)):
            return
        dialog = ConnectDialog(self._look, self._window, address)
        dialog.address_entered.connect(lambda entered: self._desk.submit(Connect(entered)))
        dialog.open()

    def _show_without_tray(self) -> None:
        """A session begins with its panel, or has none."""
        if not self._window.isVisible() and not self.tray.is_there:
            self._window.showMinimized()

    def stop(self) -> None:
        """Idempotent."""
        QDesktopServices.unsetUrlHandler(SCHEME)
        self._reception.stop()
        if self._watch is not None:
            self._watch.stop()
        if self._badge:
            self.teller.show_count(0)
        self.teller.stop()
        self.tray.stop()

    def _on_appearance(self, found: Appearance) -> None:
        self._file.change(
            desktop_scheme=found.scheme.value,
            desktop_high=found.is_high,
            desktop_still=found.is_still,
        )

    def _is_seen(self, chat_id: str) -> bool:
        return self._window.isActiveWindow() and self._board.chat.peer_id == chat_id

    def _toggle(self) -> None:
        """The click itself may have taken the focus away."""
        was_in_front = self._since_front.isValid() and self._since_front.elapsed() < CLICK_MS
        is_in_front = self._window.isActiveWindow() or was_in_front
        if self._window.isVisible() and is_in_front and self.tray.is_there:
            self._window.hide()
        else:
            self.open()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self._since_front.invalidate()
        elif not self._since_front.isValid():
            self._since_front.start()

    def _goes_on(self) -> bool:
        """Not when the session ends: that would wait for the window in vain."""
        is_wanted = self._file.settings.closes_to_tray and self.tray.is_there
        return is_wanted and not _app().isSavingSession()

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
        errand = from_words(words)
        if not errand.is_hidden:
            is_token = isinstance(token, str) and token.isprintable()
            self.open(token=token if is_token else "")
        self._do(errand)

    def _show_badge(self) -> None:
        """By Qt where the system has a way of its own, else by the bus."""
        unread = self._desk.roster.unread()
        if unread != self._badge:
            self._badge = unread
            _app().setBadgeNumber(unread)
            self.teller.show_count(unread)


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app


def _make_teller() -> Teller | None:
    """None: the tray's own is the best there is."""
    if not _has_bus():
        return None
    from ui.desktop.bus import BusTeller  # noqa: PLC0415 - nowhere else

    return BusTeller()


def _has_bus() -> bool:
    """The desktop can be talked to by D-Bus."""
    return sys.platform.startswith("linux")
