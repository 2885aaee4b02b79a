"""When small files are worth asking for ahead."""

import os
import sys
from pathlib import Path

import pytest

from net.transfer.readahead import SLOW_FILE_S, DiskWatch


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a thread reads")
def test_files_in_the_cache_are_not_cold_on_a_busy_processor(tmp_path: Path) -> None:
    path = tmp_path / "warm"
    path.write_bytes(os.urandom(4096))
    watch = DiskWatch()
    path.read_bytes()
    assert not watch.is_cold(1, SLOW_FILE_S / 2)


def test_files_that_took_long_are_cold_wherever_they_lie() -> None:
    assert DiskWatch().is_cold(32, 33 * SLOW_FILE_S)
