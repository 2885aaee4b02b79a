"""What the user put on conversations of the list at the left: pins, and "unread" by hand.

The window's own: nobody else learns of it, and the engine has no use for it.
"""

from typing import Final

from PySide6.QtCore import QObject

from ui.roster import Roster
from ui.window_file import WindowFile

MARKS_MAX: Final = 200
"""Of each; the oldest goes. They are read before the first frame."""


class Marks(QObject):
    def __init__(self, roster: Roster, file: WindowFile) -> None:
        super().__init__(roster)
        self._roster = roster
        self._file = file
        roster.pinned = dict.fromkeys(file.settings.pinned.split())
        roster.marked = dict.fromkeys(file.settings.marked_unread.split())
        roster.marks_changed.connect(self._keep)

    def pin(self, chat_id: str, is_on: bool) -> None:
        _set(self._roster.pinned, chat_id, is_on)
        self._roster.marks_changed.emit()

    def mark_unread(self, chat_id: str, is_on: bool) -> None:
        _set(self._roster.marked, chat_id, is_on)
        self._roster.marks_changed.emit()

    def _keep(self) -> None:
        self._file.change(
            pinned=" ".join(self._roster.pinned), marked_unread=" ".join(self._roster.marked)
        )
        self._roster.changed.emit()


def _set(marks: dict[str, None], chat_id: str, is_on: bool) -> None:
    marks.pop(chat_id, None)
    if is_on:
        marks[chat_id] = None
        while len(marks) > MARKS_MAX:
            del marks[next(iter(marks))]
