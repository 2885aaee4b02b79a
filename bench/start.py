"""The window's start over the profile of bench.hoard, then bench.pace. Prints one line of JSON.

python -m bench.begin start FOLDER
"""

import json
import time
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from bench.frames import Lateness
from bench.paint import memory_mb
from ui import app as shell

_REST_MS: Final = 2_000
"""After Ready: what goes on there belongs to the start."""


class Watched(shell.Shell):
    """Measures by itself, and closes."""

    def __init__(self, app: QApplication, wanted: shell.Arguments) -> None:
        super().__init__(app, wanted)
        self.window.painted.connect(self._on_painted)

    def _on_painted(self) -> None:
        self._lateness, self._painted_s = Lateness(), time.perf_counter()

    def _furnish(self) -> None:
        super()._furnish()
        assert self._back is not None
        self._desk = self._back.desk
        self._desk.ready.connect(self._on_ready)

    def _on_ready(self) -> None:
        self._ready_ms = (time.perf_counter() - self._painted_s) * 1000
        QTimer.singleShot(_REST_MS, self._measure)

    def _measure(self) -> None:
        self._lateness.stop()
        told = {
            "start": self._lateness.late_ms,
            "busy": self._lateness.busy_ms,
            "ready": [self._ready_ms],
            "fresh": [memory_mb()],
        }
        try:
            from bench import pace  # noqa: PLC0415 - what it loads would hide what the start costs

            told |= pace.measure(self.window, self._desk)
            told["used"] = [memory_mb()]
            told |= pace.measure_raw(str(self.folder / "landline.db"))
            print(json.dumps(told), flush=True)
        finally:
            self.window.close()


def main(words: list[str]) -> int:
    shell.Shell = Watched  # type: ignore[misc]
    return shell.run(["--profile", words[0], "--bind", "127.0.0.1"])
