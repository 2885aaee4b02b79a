"""Ways to give files: dropped on a chat or a row, chosen from a menu, for one or for several."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QMenu

from ui.chat.drop import DropOverlay
from ui.chat.panel import ChatPanel
from ui.compose.keys import SCREENSHOT_KEY
from ui.desk import Desk
from ui.look import Look
from ui.menu import MANY_KEY, pop_up
from ui.names import doubt, placed_chat_name
from ui.outbox import Outbox
from ui.window import Window
from ui.worker import Worker


class Sending(QObject):
    refused = Signal(str)
    """A sentence that says why not."""
    chat_wanted = Signal(str)
    """Files were dropped on this conversation's row."""
    screenshot_wanted = Signal()

    def __init__(
        self, window: Window, desk: Desk, look: Look, worker: Worker, chat: ChatPanel
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._chat = chat
        self.area: Callable[[], QRect] = window.middle.rect
        """Where the overlay may lie."""
        self.drop = DropOverlay(look, worker, window.middle)
        self.outbox = Outbox(desk, look, worker, window)
        self.outbox.refused.connect(self.refused)
        chat.files_given.connect(self.outbox.send)
        chat.page.composer.attach_wanted.connect(self._open_attach_menu)
        chat.page.files_hovered.connect(self._on_files_over_chat)
        chat.page.files_dropped_for_many.connect(self.to_many)
        people = window.side.people
        people.files_hovered.connect(self._announce)
        people.files_dropped.connect(self._on_files_dropped)
        people.files_dropped_for_many.connect(self.outbox.ask_for_many)

    def choose_files(self) -> None:
        if self._chat.can_send:
            self.outbox.choose_files(self._chat.peer_id)

    def choose_folder(self) -> None:
        if self._chat.can_send:
            self.outbox.choose_folder(self._chat.peer_id)

    def to_many(self, paths: tuple[Path, ...] = ()) -> None:
        self.outbox.ask_for_many(self._chat.peer_id, paths)

    def add_many(self, menu: QMenu) -> None:
        many = menu.addAction(self.tr("Send to several people…"))
        many.setShortcut(MANY_KEY)
        many.triggered.connect(lambda: self.to_many(()))

    def _open_attach_menu(self) -> None:
        sentence = self.outbox.why_not(self._chat.peer_id)
        if sentence:
            self.refused.emit(sentence)
            return
        menu = QMenu(self._window)
        files = menu.addAction(self.tr("Files…"))
        files.setShortcut("Ctrl+O")
        files.triggered.connect(self.choose_files)
        menu.addAction(self.tr("Folder…")).triggered.connect(self.choose_folder)
        screenshot = menu.addAction(self.tr("Screenshot…"))
        screenshot.setShortcut(SCREENSHOT_KEY)
        screenshot.triggered.connect(self.screenshot_wanted)
        menu.addSeparator()
        self.add_many(menu)
        pop_up(menu, self._chat.page.composer.attach_button, above=True)

    def _on_files_over_chat(self, paths: tuple[Path, ...]) -> None:
        self._announce(self._chat.peer_id if paths else "", paths)

    def _announce(self, chat_id: str, paths: tuple[Path, ...]) -> None:
        entry = self._desk.roster.get(chat_id)
        if entry is None or self.outbox.why_not(chat_id):
            self.drop.dismiss()
        else:
            people = self.outbox.receivers(entry.room) if entry.room is not None else None
            self.drop.setGeometry(self.area())
            name = placed_chat_name(entry, self._look)
            self.drop.announce(name, paths, people, doubt=doubt(entry, self._look))

    def _on_files_dropped(self, chat_id: str, paths: tuple[Path, ...]) -> None:
        self.chat_wanted.emit(chat_id)
        self.outbox.send(chat_id, paths)
