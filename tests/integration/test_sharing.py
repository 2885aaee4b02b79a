"""One drop on several people: what they fetch at the same time comes from the disk once."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.unit.net.transfer.talk import scan, transfer

SIZE_BYTES = 96 * 1024 * 1024
RECEIVERS = 3


def read_from_disk() -> int:
    """Bytes that this process made a disk read."""
    counters = Path("/proc/self/io").read_text()
    found = re.search(r"^read_bytes: (\d+)$", counters, re.MULTILINE)
    assert found is not None
    return int(found[1])


def make_cold(path: Path) -> None:
    """Out of the system's cache, or skips: not every file system can."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    before = read_from_disk()
    os.pread(descriptor, 4096, SIZE_BYTES // 2)
    has_read = read_from_disk() > before
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)
    if not has_read:
        pytest.skip("this file system has no disk to read")


@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="counts as Linux does")
def test_a_file_sent_to_three_at_once_is_read_from_the_disk_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(os.urandom(SIZE_BYTES // 96) * 96)
    make_cold(file)
    sources, before = scan(file), read_from_disk()
    with ThreadPoolExecutor(RECEIVERS) as pool:
        inboxes = [tmp_path / f"inbox {number}" for number in range(RECEIVERS)]
        paths = [outcome.got.path for outcome in pool.map(lambda i: transfer(sources, i), inboxes)]
    bytes_read = read_from_disk() - before
    assert SIZE_BYTES <= bytes_read < SIZE_BYTES * 1.05
    for path in paths:
        assert path.stat().st_size == SIZE_BYTES
