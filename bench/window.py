"""From start to first paint, beside a bare window; and the event loop beside a transfer.

Warm: files are in the system's cache, the profile exists. By turns, in the same run.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.common import ROOT, Report, median, memory_folder, progress, quantile
from bench.transfer.cable import cable
from bench.transfer.loads import GIB, fresh, one_file
from bench.transfer.pair import instance
from tests.e2e.rig import Place
from tools.xvfb import has_xvfb, virtual_screen

TURNS = 15
WARM_UP = 2
LOOP_TURNS = 5

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
            late_ms = _late(folder, environment)
    finally:
        shutil.rmtree(folder)
    for name, samples in (("bare PySide6", bare), ("Landline", ours)):
        times = [ms for ms, _ in samples]
        ratio = median(times) / median([ms for ms, _ in bare])
        table.add(
            name, median(times), quantile(times, 1.0), ratio, median([mb for _, mb in samples])
        )
    _tell_loop(report, late_ms)
    return report


def _tell_loop(report: Report, late_ms: dict[str, list[float]]) -> None:
    table = report.table(
        "How late the window's timers are beside 1 GiB; goal p99 < 12 ms, max < 50 ms",
        "while", "steps", "p50 ms", "p99 ms", "max ms",
    )  # fmt: skip
    for name, times in late_ms.items():
        table.add(name, len(times), median(times), quantile(times, 0.99), max(times))


def _late(folder: Path, environment: dict[str, str]) -> dict[str, list[float]]:
    """A window that receives 1 GiB LOOP_TURNS times, then sends it as often."""
    path, landed = one_file(folder / "large", GIB), fresh(folder / "landed")
    with cable() as made, ExitStack() as undo:
        ben = instance(undo, folder, made.sender, "ben")
        window = undo.enter_context(_watched(folder, made.receiver, environment, path))
        assert window.stdout is not None
        peer_id = window.stdout.readline().strip()
        ben.sees(peer_id)
        for turn in range(LOOP_TURNS):
            progress(f"window: receives, turn {turn + 1} of {LOOP_TURNS}")
            told = ben.ask("send_files", to=peer_id, paths=[str(path)])
            ben.when_done(str(told["transfer"]))
            fresh(landed)
        since = 0
        for turn in range(LOOP_TURNS):
            progress(f"window: sends, turn {turn + 1} of {LOOP_TURNS}")
            offer = ben.wait("offer", direction="in", since=since)
            since = ben.mark()
            ben.say("accept", transfer=offer["transfer"], into=str(landed))
            ben.when_done(str(offer["transfer"]))
            fresh(landed)
        return json.loads(window.stdout.readline())


@contextmanager
def _watched(
    folder: Path, place: Place, environment: dict[str, str], path: Path
) -> Iterator[subprocess.Popen[str]]:
    options = ["--profile", str(folder / "watched"), "--bind", place.ip]
    command = [sys.executable, "-m", "bench.loop", str(LOOP_TURNS), str(path), *options]
    with subprocess.Popen(
        place.command([*command, "--downloads", str(folder / "landed")]),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        try:
            yield window
        finally:
            window.terminate()


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
