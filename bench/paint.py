"""One window, one first paint: prints the milliseconds since $BENCH_START_NS, and the memory.

python -m bench.paint                 a QWidget with a label
python -m bench.begin paint FOLDER    Landline's window, the profile in FOLDER
"""

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget


def report() -> None:
    took_ms = (time.monotonic_ns() - int(os.environ["BENCH_START_NS"])) / 1e6
    print(took_ms, memory_mb(), flush=True)


def memory_mb() -> float:
    """Resident now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


class Bare(QWidget):
    def __init__(self) -> None:
        super().__init__()
        QLabel("hello", self)
        self.resize(1080, 720)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        report()
        QTimer.singleShot(0, QApplication.quit)


def paint_bare() -> int:
    app = QApplication(["bare"])
    window = Bare()
    window.show()
    return app.exec()


def main(words: list[str]) -> int:
    from ui import app as shell  # noqa: PLC0415 - the bare window must not pay for it

    class Watched(shell.Shell):
        def __init__(self, app: QApplication, wanted: shell.Arguments) -> None:
            super().__init__(app, wanted)
            self.window.painted.connect(report)
            self.window.painted.connect(lambda: QTimer.singleShot(0, self.window.close))

    shell.Shell = Watched  # type: ignore[misc]
    return shell.run(["--profile", words[0], "--bind", "127.0.0.1"])


if __name__ == "__main__":
    sys.exit(paint_bare())
