"""Files step back behind chat and window where the processor is short."""

import contextlib
import os
import sys
import threading
from typing import Final

STEPS: Final = 10
"""Of nice: a tenth of the weight. Twenty transfers at once on two cores, a text meanwhile: p50
0.15 s instead of 0.6."""
_LAST: Final = 19


def step_back(steps: int = STEPS) -> None:
    """For the calling thread and those it starts; ``steps`` of nice from the main thread's. Raises
    nothing.

    Linux only: elsewhere it would be the whole process that steps back.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            nice = os.getpriority(os.PRIO_PROCESS, os.getpid()) + steps
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(nice, _LAST))
