"""Where the page of all transfers opens from, and that nothing of it is there while it is shut."""

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.chat.panel import ChatPanel
from ui.decisions import Decisions
from ui.desk import Desk
from ui.look import Look
from ui.menu import TRANSFERS_KEY
from ui.transfers.gauge import Gauge
from ui.window import Window

if TYPE_CHECKING:
    from ui.transfers.page import TransfersPage


class TransfersPlace(QObject):
    chat_left = Signal()
    """No chat is open any more."""
    chat_wanted = Signal(str)

    def __init__(
        self, window: Window, desk: Desk, look: Look, decisions: Decisions, chat: ChatPanel
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._decisions = decisions
        self._chat = chat
        self._chat_before = ""
        self._page: TransfersPage | None = None
        self.gauge = Gauge(look, TRANSFERS_KEY)
        window.side.add_above_foot(self.gauge)
        window.activated.connect(self._on_window_activated)
        desk.transfer_changed.connect(self.gauge.show_transfer)
        self.gauge.clicked.connect(self.toggle)
        chat.page.view.transfers_wanted.connect(self.show_named)

    @property
    def page(self) -> "TransfersPage | None":
        """While it is open."""
        return self._page

    def toggle(self) -> None:
        """All transfers in the chat's place, and back: what is covered is not read."""
        if self._page is None:
            self._chat_before = self._chat.peer_id
            self._chat.close_person()
            self.chat_left.emit()
            self._open()
        elif self._chat_before:
            self.chat_wanted.emit(self._chat_before)
        else:
            self.close()
            self.chat_left.emit()

    def show_named(self, name: str) -> None:
        """All transfers with this in a name, whoever they are with."""
        if self._page is None:
            self.toggle()
        if self._page is not None:
            self._page.search.setText(name)

    def _open(self) -> None:
        from ui.transfers.page import TransfersPage  # noqa: PLC0415 - loads when opened

        page = self._page = TransfersPage(self._desk, self._look, self._decisions)
        page.closed.connect(self.toggle)
        page.chat_wanted.connect(self.chat_wanted)
        self._window.show_page(page)
        for before, after in pairwise([self.gauge, *page.tab_order()]):
            QWidget.setTabOrder(before, after)
        page.search.setFocus()

    def close(self) -> None:
        if self._page is not None:
            page, self._page = self._page, None
            self._window.middle.removeWidget(page)
            page.hide()
            page.deleteLater()

    def focus_search(self) -> bool:
        """False when the page is not open."""
        if self._page is not None:
            self._page.focus_search()
        return self._page is not None

    def step_back(self) -> bool:
        """What Escape does here; whether it did something."""
        if self._page is None:
            return False
        if not self._page.step_back():
            self.toggle()
        return True

    def _on_window_activated(self) -> None:
        if self._page is not None:
            self._page.on_window_activated()
