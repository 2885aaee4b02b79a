"""Files step back behind chat and window."""

import os
import sys
import threading

import pytest

from net.transfer.background import STEPS, step_back


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_a_transfer_steps_back_with_what_it_starts_and_nobody_else() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    found: list[int] = []

    def look() -> None:
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    def work() -> None:
        step_back()
        look()
        helper = threading.Thread(target=look)
        helper.start()
        helper.join()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [min(before + STEPS, 19)] * 2
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
