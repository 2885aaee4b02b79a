"""Files on their way out: to one person or a whole room, and asked about before they go to many."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.commands import SendFiles
from app.model import Room, Trust
from ui.desk import Desk
from ui.look import Look
from ui.opening import choose_files, choose_folder

ASK_ABOVE: Final = 10
"""So many people are asked for files without a question; a slip to more disturbs too many."""


class Outbox(QObject):
    refused = Signal(str)
    """The sentence that says why nothing was sent."""

    def __init__(self, desk: Desk, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._window = window

    def receivers(self, room: Room) -> int:
        """The other members, the blocked left out."""
        others = (self._desk.roster.person(one) for one in room.members if one)
        return sum(one is None or one.trust is not Trust.BLOCKED for one in others)

    def why_not(self, chat_id: str) -> str:
        """A sentence when files cannot go there at all, else empty."""
        room, words = self._room(chat_id), self._look.room_words
        if room is None:
            return ""
        if room.is_everyone:
            return words.only_texts()
        if not room.is_member:
            return words.not_in_it()
        return "" if self.receivers(room) else words.nobody_to_send_to()

    def send(self, chat_id: str, paths: tuple[Path, ...]) -> None:
        self.ask(chat_id, lambda: self._desk.submit(SendFiles(chat_id, paths)))

    def ask(self, chat_id: str, send: Callable[[], object]) -> None:
        """Do it, after a question when it goes to many; say so where it cannot be."""
        sentence, room = self.why_not(chat_id), self._room(chat_id)
        if sentence:
            self.refused.emit(sentence)
        elif room is not None and self.receivers(room) > ASK_ABOVE:
            self._ask(self.receivers(room), send)
        else:
            send()

    def choose_files(self, chat_id: str) -> None:
        """To that chat, even if another one is open when the choice is made."""
        if self._can_choose(chat_id):
            title = self.tr("Send files")
            choose_files(self._window, title, lambda paths: self.send(chat_id, paths))

    def choose_folder(self, chat_id: str) -> None:
        if self._can_choose(chat_id):
            title = self.tr("Send a folder")
            choose_folder(self._window, title, lambda folder: self.send(chat_id, (folder,)))

    def _can_choose(self, chat_id: str) -> bool:
        """Nobody looks for files in vain."""
        sentence = self.why_not(chat_id)
        if sentence:
            self.refused.emit(sentence)
        return not sentence

    def _ask(self, count: int, send: Callable[[], object]) -> None:
        from ui.dialogs.send import SendDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = SendDialog(self._look, count, self._window)
        dialog.accepted.connect(send)
        dialog.open()

    def _room(self, chat_id: str) -> Room | None:
        entry = self._desk.roster.get(chat_id)
        return entry.room if entry else None
