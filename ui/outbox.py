"""Files on their way out: to one person or a whole room, and asked about before they go to many."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.commands import SendFiles
from app.model import Room, Trust
from ui.desk import Desk
from ui.look import Look
from ui.names import chat_name, doubts
from ui.opening import choose_files, choose_folder
from ui.roster import Entry, Section
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.dialogs.picker import Chats

ASK_ABOVE: Final = 10
"""So many people are asked for files without a question; a slip to more disturbs too many."""
_LISTED: Final = (Section.ROOMS, Section.HERE, Section.AWAY)


class Outbox(QObject):
    refused = Signal(str)
    """The sentence that says why nothing was sent."""

    def __init__(self, desk: Desk, look: Look, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._worker = worker
        self._window = window

    def receivers(self, room: Room) -> int:
        """The other members, the blocked left out."""
        return len(self._receivers(room))

    def count(self, chat_ids: Sequence[str]) -> int:
        """How many people are asked when files go to all of these."""
        rooms = {one: room for one in chat_ids if (room := self._room(one))}
        people = {one for one in chat_ids if one not in rooms}
        return len(people.union(*map(self._receivers, rooms.values())))

    def _receivers(self, room: Room) -> set[str]:
        people = {one: self._desk.roster.person(one) for one in room.members if one}
        is_in = {one: p is None or p.trust is not Trust.BLOCKED for one, p in people.items()}
        return {one for one, is_asked in is_in.items() if is_asked}

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

    def ask_for_many(self, chat_id: str, paths: tuple[Path, ...] = ()) -> None:
        """To whom; the conversation ``chat_id``, if files can go there, is ticked already."""
        from ui.dialogs.many import SendManyDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = SendManyDialog(
            self._look,
            self._worker,
            paths,
            chats=self.chats(chat_id),
            count=self.count,
            parent=self._window,
        )
        dialog.send_wanted.connect(self._send_to_many)
        dialog.open()

    def _send_to_many(self, paths: tuple[Path, ...], chat_ids: tuple[str, ...]) -> None:
        self._desk.submit(SendFiles(chat_ids[0], paths, also=chat_ids[1:]))

    def chats(self, ticked: str = "") -> "Chats":
        """Where files can go: who is ticked, rooms, people who are here, people who are away."""
        from ui.dialogs.picker import Chats  # noqa: PLC0415

        entries = [
            entry
            for entry in self._desk.roster
            if entry.can_send
            and (entry.section in _LISTED or entry.chat_id == ticked)
            and not self.why_not(entry.chat_id)
        ]
        away = self._look.words.online(False)
        entries.sort(key=lambda one: _order(one, ticked))
        return Chats(
            tuple((entry.chat_id, chat_name(entry, self._look)) for entry in entries),
            rooms={entry.chat_id: entry.room for entry in entries if entry.room},
            notes={entry.chat_id: away for entry in entries if entry.section is Section.AWAY}
            | doubts(entries, self._look),
            pictures={one.chat_id: one.person.picture for one in entries if one.person},
            ticked=ticked,
        )

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


def _order(entry: Entry, first: str) -> tuple[bool, bool, int, str]:
    rank = _LISTED.index(entry.section) if entry.section in _LISTED else 0
    return entry.chat_id != first, entry.is_doubtful, rank, entry.given_name.casefold()
