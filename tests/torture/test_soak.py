"""What the soak insists on; the soak itself takes hours (`make soak`)."""

import os

import psutil
import pytest

from tests.e2e.trees import MIB
from tests.torture.soak import GROWTH_MAX_BYTES, LATE_THREADS, Watch

SAMPLES = 50


def watched(*, bytes_a_sample: int = 0, files: int = 0, threads: int = 0) -> Watch:
    steps = range(SAMPLES)
    return Watch(
        [100 * MIB + step * bytes_a_sample + step % 3 * MIB for step in steps],
        [4 + step % 2 + (step > SAMPLES // 2) * threads for step in steps],
        [30, 30 + files],
    )


def test_who_goes_up_and_down_has_not_grown() -> None:
    watch = watched(threads=LATE_THREADS)
    assert str(watch) == f"+0.0 MiB, +0 files, +{LATE_THREADS} threads"
    assert not watch.has_grown()


@pytest.mark.parametrize(
    "grown",
    [
        watched(bytes_a_sample=GROWTH_MAX_BYTES // SAMPLES * 2),
        watched(files=1),
        watched(threads=LATE_THREADS + 1),
    ],
)
def test_g16_who_grows_is_found(grown: Watch) -> None:
    assert grown.has_grown()


def test_a_process_is_looked_at() -> None:
    watch = Watch()
    watch.look(psutil.Process(os.getpid()))
    assert watch.rss_bytes[0] > MIB
    assert watch.threads[0] >= 1
