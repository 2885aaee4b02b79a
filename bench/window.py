"""From starting the process to the first paint, beside a bare PySide6 window.

Warm: files are in the system's cache, the profile exists. By turns, in the same run.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.common import ROOT, Report, median, memory_folder, progress, quantile
from tools.xvfb import has_xvfb, virtual_screen

TURNS = 15
WARM_UP = 2

Sample = tuple[float, float]


def run() -> Report:
    report = Report()
    folder = memory_folder()
    try:
        with _screen() as (title, environment):
            table = report.table(
                f"First paint, {title}, medians of {TURNS}",
                "window", "ms", "slowest ms", "ratio", "MB",
            )  # fmt: skip
            bare, ours = _by_turns(folder, environment)
    finally:
        shutil.rmtree(folder)
    for name, samples in (("bare PySide6", bare), ("Landline", ours)):
        times = [ms for ms, _ in samples]
        ratio = median(times) / median([ms for ms, _ in bare])
        table.add(
            name, median(times), quantile(times, 1.0), ratio, median([mb for _, mb in samples])
        )
    return report


@contextmanager
def _screen() -> Iterator[tuple[str, dict[str, str]]]:
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield "on this desktop", dict(os.environ)
    elif has_xvfb():
        with virtual_screen() as environment:
            yield "under Xvfb", environment
    else:
        yield "drawn into memory", {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def _by_turns(folder: Path, environment: dict[str, str]) -> tuple[list[Sample], list[Sample]]:
    bare, ours = [], []
    for turn in range(WARM_UP + TURNS):
        progress(f"window: turn {turn + 1} of {WARM_UP + TURNS}")
        bare.append(_paint(environment, "bare"))
        ours.append(_paint(environment, "landline", str(folder / "profile")))
    return bare[WARM_UP:], ours[WARM_UP:]


def _paint(environment: dict[str, str], *words: str) -> Sample:
    done = subprocess.run(
        [sys.executable, "-m", "bench.paint", *words],
        cwd=ROOT,
        env={**environment, "BENCH_START_NS": str(time.monotonic_ns())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    took_ms, memory_mb = done.stdout.split()
    return float(took_ms), float(memory_mb)
