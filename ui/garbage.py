"""Python's cycle collector, kept to the GUI thread.

It runs in whichever thread allocates, and frees what it finds there: a Qt object
freed in the engine's or the store's thread cannot stop its timers, and the next
one that fires crashes the process (seen in a test: a timer's event for a freed
object). So it is turned off and called by a timer of the GUI thread.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_MS: Final = 300
"""How long a cycle may wait; everything else is freed at once by its last reference."""


class Collector(QObject):
    """One per process, made in the GUI thread before another thread is started."""

    def __init__(self) -> None:
        super().__init__()
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.collect)
        gc.disable()
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due, by Python's own thresholds."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def settle(self) -> None:
        """All that is there now stays for good: leave it out of every later round."""
        gc.freeze()

    def stop(self) -> None:
        """Idempotent."""
        self._timer.stop()
        gc.enable()
