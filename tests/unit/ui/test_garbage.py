"""Qt objects are freed where they live, whichever thread makes garbage."""

import gc
import threading
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

from tests.unit.ui.stage import wait_until
from ui.garbage import Collector


class Cycle(QObject):
    """Holds itself, so that only the collector can free it."""

    freed_in: ClassVar[list[threading.Thread]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self._timer = QTimer(self, interval=1)
        self._timer.start()

    def __del__(self) -> None:
        self.freed_in.append(threading.current_thread())


def make_garbage() -> None:
    """Far more than the collector's thresholds."""
    for _ in range(50_000):
        cycle: list[object] = []
        cycle.append(cycle)


def test_cycle_with_a_qt_object_is_freed_in_the_gui_thread(collector: Collector) -> None:
    assert not gc.isenabled()
    Cycle.freed_in.clear()
    Cycle()
    other = threading.Thread(target=make_garbage, name="garbage")
    other.start()
    other.join()
    assert Cycle.freed_in == []
    make_garbage()
    wait_until(lambda: bool(Cycle.freed_in))
    assert Cycle.freed_in == [threading.main_thread()]


def test_stopped_collector_leaves_python_as_it_was() -> None:
    made = Collector()
    made.stop()
    assert gc.isenabled()
    gc.disable()  # as the tests of this folder run
