"""From a deed to the frame that shows it, and how late timers are."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

STEP_MS: Final = 5
"""A timer that is due this often: what it is late by is what a click would wait."""
_ROUNDS_MAX: Final = 10


class Frames(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._was_drawn = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self._was_drawn = self._was_drawn or event.type() is QEvent.Type.Paint
        return False

    def timed_ms(self, work: Callable[[], object]) -> float:
        """Until the widget is drawn, and all else is done that it set going at once.

        ``work`` must change what is seen.
        """
        self._was_drawn = False
        took_ms = timed_ms(lambda: (work(), self._await_frame()))
        assert self._was_drawn, "nothing was drawn"
        return took_ms

    def _await_frame(self) -> None:
        """A layout that is put off is done in one round of the loop, and drawn in the next."""
        for _ in range(_ROUNDS_MAX):
            QApplication.processEvents()
            if self._was_drawn:
                break


def timed_ms(work: Callable[[], object]) -> float:
    begin_s = time.perf_counter()
    work()
    return (time.perf_counter() - begin_s) * 1000


class Lateness(QObject):
    """Notes how late each step is, from when it is made until ``stop``."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self.busy_ms: list[float] = []
        """What the thread itself computed between two steps: the rest is others' time."""
        self._last_s, self._last_busy_s = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=STEP_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_step)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_step(self) -> None:
        now_s, busy_s = time.perf_counter(), time.thread_time()
        self.late_ms.append(max(0.0, (now_s - self._last_s) * 1000 - STEP_MS))
        self.busy_ms.append((busy_s - self._last_busy_s) * 1000)
        self._last_s, self._last_busy_s = now_s, busy_s
