"""Two starts at the same moment: the second finds no window yet, and then a profile in use."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ui.desktop.instance import hand_over

_AGAIN_MS: Final = 500
_TRIES: Final = 60
"""The first listens once its engine runs; headless, which may hold a profile too, never does."""
_ANSWER_S: Final = 0.3
"""This window waits meanwhile."""


class LateHandOver(QObject):
    taken = Signal()
    """By the first window: this one is not needed."""

    def __init__(self, folder: Path, words: dict[str, Any]) -> None:
        """``folder`` is the profile's."""
        super().__init__()
        self.is_taken = False
        self._folder = folder
        self._words = words
        self._left = _TRIES
        self._timer = QTimer(self, interval=_AGAIN_MS)
        self._timer.timeout.connect(self.attempt)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def attempt(self) -> None:
        self._left -= 1
        self.is_taken = hand_over(self._folder, self._words, _ANSWER_S)
        if self.is_taken or not self._left:
            self._timer.stop()
        if self.is_taken:
            self.taken.emit()
