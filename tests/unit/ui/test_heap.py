"""The C library gives back what it does not need, and keeps one heap for all threads."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = "import ctypes; glibc = ctypes.CDLL(None)"
RESIDENT = "resident = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096"

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another C library than glibc"
)


def told(*lines: str) -> str:
    code = "\n".join(lines)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_what_lies_free_between_things_in_use_is_given_back() -> None:
    kept = told(
        RESIDENT,
        "from ui.heap import trim_heap",
        "blocks = [bytearray(2_000) for _ in range(20_000)]",
        "full = resident()",
        "blocks = blocks[::50]",
        "trim_heap()",
        "print((full - resident()) // 1_000_000)",
    )
    assert int(kept) >= 20


def test_threads_share_one_heap() -> None:
    heaps = told(
        LIBRARY,
        "import threading",
        "from ui.heap import share_heap",
        "share_heap()",
        "gate = threading.Barrier(5)",
        "def work():",
        "    blocks = [bytearray(2_000) for _ in range(100)]",
        "    gate.wait()",
        "threads = [threading.Thread(target=work) for _ in range(4)]",
        "[one.start() for one in threads]",
        "gate.wait()",
        "[one.join() for one in threads]",
        "glibc.malloc_info(0, ctypes.c_void_p.in_dll(glibc, 'stdout'))",
        "glibc.fflush(None)",
    )
    assert heaps.count("<heap nr=") == 1
