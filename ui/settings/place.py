"""What opens settings, the sheet of keys, About and the first run; each is made when asked for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from ui.desk import Desk
from ui.look import Look
from ui.menu import SETTINGS_KEY, SHEET_KEY
from ui.preferences import Preferences
from ui.trust.place import TrustPlace
from ui.window import Window
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.settings.welcome import WelcomePage
    from ui.settings.window import SettingsWindow


PROFILE = 1
"""Which of the pages it is."""


class SettingsPlace(QObject):
    restart_wanted = Signal()
    """A backup was put back: it is shown from the next start on."""

    def __init__(
        self,
        window: Window,
        desk: Desk,
        look: Look,
        preferences: Preferences,
        *,
        trust: TrustPlace,
        worker: Worker,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.desk = desk
        self.look = look
        self.preferences = preferences
        self.trust = trust
        self.worker = worker
        self.window: SettingsWindow | None = None
        self._page: WelcomePage | None = None
        for key, act in ((SETTINGS_KEY, self.open), (SHEET_KEY, self.open_sheet)):
            QShortcut(QKeySequence(key), window).activated.connect(act)

    def open(self) -> "SettingsWindow":
        """The one there is comes to the front."""
        from ui.settings.pages import make_pages  # noqa: PLC0415 - dialogs load when opened
        from ui.settings.window import SettingsWindow  # noqa: PLC0415

        if self.window is None:
            made = SettingsWindow(self.look, lambda: make_pages(self), self._window)
            self.window = made
            made.destroyed.connect(self._on_closed)
            made.show()
        self.window.raise_()
        self.window.activateWindow()
        return self.window

    def open_about(self) -> None:
        window = self.open()
        window.open_page(len(window.pages()) - 1)

    def open_profile(self) -> None:
        self.open().open_page(PROFILE)

    def open_sheet(self) -> None:
        from ui.settings.sheet import KeySheet  # noqa: PLC0415

        KeySheet(self.look, self._window).open()

    def export(self, chat_id: str = "") -> None:
        """``chat_id``: offered first."""
        from ui.settings.exporting import ExportDialog  # noqa: PLC0415

        parent = self.window or self._window
        ExportDialog(self.look, self.desk, self.worker, chat_id, parent).open()

    def back_up(self) -> None:
        from ui.settings.saving import BackupDialog  # noqa: PLC0415

        parent = self.window or self._window
        BackupDialog(self.look, self.worker, self.preferences.window, parent).open()

    def restore(self) -> None:
        from ui.settings.restoring import RestoreDialog  # noqa: PLC0415

        file, parent = self.preferences.window, self.window or self._window
        dialog = RestoreDialog(self.look, self.worker, file, self.desk.roster, parent)
        dialog.restored.connect(self.restart_wanted)
        dialog.open()

    # --- The first run -----------------------------------------------------
    def welcome(self) -> None:
        """In the middle, once for a profile, until it is done with or a chat is opened."""
        file = self.preferences.window
        if file.settings.is_welcomed:
            return
        if any(one.last is not None for one in self.desk.roster):
            file.change(is_welcomed=True)
            return
        from ui.settings.welcome import WelcomePage  # noqa: PLC0415

        page = self._page = WelcomePage(self.look, self.desk, self.worker)
        page.finished.connect(lambda: self._window.show_chat(False))
        page.restore_wanted.connect(self.restore)
        self._window.show_page(page)
        self._window.middle.currentChanged.connect(self._on_shown)
        page.begin()

    def _on_shown(self) -> None:
        """Whatever else is shown in its place ends it."""
        page, middle = self._page, self._window.middle
        if page is not None and middle.currentWidget() is not page:
            self._page = None
            middle.removeWidget(page)
            page.deleteLater()
            self.preferences.window.change(is_welcomed=True)
            self._window.side.search.setFocus()

    def _on_closed(self) -> None:
        self.window = None
