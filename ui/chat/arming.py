"""Buttons that decide something work only after they have been in sight for a moment.

Otherwise a card that slides under the pointer takes a click meant for what was
there before (ATTACKS F-10).
"""

import time
from collections import OrderedDict
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

ARMING_MS: Final = 700
_ROUND: Final = "arming-round"
_KNOWN_MAX: Final = 1000
"""Offers remembered as seen; an old one is simply armed again."""


class Arming(QObject):
    """Starts counting for an offer when it is first drawn in the active window."""

    armed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._since_s: OrderedDict[str, float] = OrderedDict()

    def is_armed(self, transfer_id: str) -> bool:
        since_s = self._since_s.get(transfer_id)
        if since_s is None:
            self._start(transfer_id)
            return False
        return time.monotonic() - since_s >= ARMING_MS / 1000

    def disarm_all(self) -> None:
        """The window came back to the front: its first click may have been meant for another."""
        self._since_s.clear()

    def _start(self, transfer_id: str) -> None:
        self._since_s[transfer_id] = time.monotonic()
        if len(self._since_s) > _KNOWN_MAX:
            self._since_s.popitem(last=False)
        QTimer.singleShot(ARMING_MS + 20, self, self.armed.emit)


def arm(*buttons: QWidget) -> None:
    """Real buttons that have just come up, or mean somebody else now: dead for a moment, then
    alive. Begun anew, it counts anew."""
    for button in buttons:
        button.setEnabled(False)
        button.setProperty(_ROUND, rounds := (button.property(_ROUND) or 0) + 1)
        QTimer.singleShot(ARMING_MS, button, partial(_enable, button, rounds))


def _enable(button: QWidget, rounds: int) -> None:
    if button.property(_ROUND) == rounds:
        button.setEnabled(True)
