"""The window's figures: its first frame, a million messages, the event loop beside a transfer.

Each beside a reference, by turns, in the same run. Warm: files are in the system's cache.
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
from typing import Any

from bench.common import ROOT, Report, median, memory_folder, progress, quantile
from bench.hoard import HAN_WORD, MESSAGES, PEOPLE, RARE_WORD, hoard
from bench.transfer.cable import cable
from bench.transfer.loads import GIB, TEXTS_AT_ONCE, fresh, one_file
from bench.transfer.pair import Instance, instance
from tests.e2e.rig import Place
from tools.xvfb import has_xvfb, virtual_screen

TURNS = 15
WARM_UP = 2
PACE_TURNS = 3
LOOP_TURNS = 5
BURST_TURNS = 3
BURST_OFFERS = 3
"""At once, of 1 GiB each, so that the burst ends before they do."""
BURST_STEP = 20
"""Texts that are sent without a pause, evenly over BURST_S."""
BURST_S = 0.9

Sample = tuple[float, float]
Times = dict[str, list[float]]

PACE = (
    ("open", "open a chat", 80, "bare list: show it", "open"),
    ("scroll", "scroll, a frame", 8, "bare list", "scroll"),
    ("append", "append a message", 5, "bare list", "append"),
    ("jump", "jump to any message", 15, "bare list", "jump"),
    ("han", f"search {HAN_WORD}", 10, "SQLite alone", "raw han"),
    ("rare", f"search {RARE_WORD}", 30, "SQLite alone", "raw rare"),
    ("filter", f"filter {PEOPLE:,} chats, a key", 16, "QSortFilterProxyModel", "filter"),
)


def run() -> Report:
    report = Report()
    folder = memory_folder()
    try:
        with screen() as (title, environment):
            _tell_paint(report, title, *_by_turns(folder, environment))
            _tell_pace(report, *_pace(folder, environment))
            _tell_loop(report, _late(folder, environment))
    finally:
        shutil.rmtree(folder)
    return report


# --- The first frame -------------------------------------------------------
def _tell_paint(report: Report, title: str, bare: list[Sample], ours: list[Sample]) -> None:
    table = report.table(
        f"First paint, {title}, medians of {TURNS}; goal < 400 ms, ratio <= 2.5",
        "window", "ms", "slowest ms", "ratio", "MB",
    )  # fmt: skip
    for name, samples in (("bare PySide6", bare), ("Landline", ours)):
        times = [ms for ms, _ in samples]
        ratio = median(times) / median([ms for ms, _ in bare])
        table.add(
            name, median(times), quantile(times, 1.0), ratio, median([mb for _, mb in samples])
        )


def _by_turns(folder: Path, environment: dict[str, str]) -> tuple[list[Sample], list[Sample]]:
    bare, ours = [], []
    for turn in range(WARM_UP + TURNS):
        progress(f"window: turn {turn + 1} of {WARM_UP + TURNS}")
        bare.append(_paint(environment, "paint"))
        ours.append(_paint(environment, "begin", "paint", str(folder / "profile")))
    return bare[WARM_UP:], ours[WARM_UP:]


def _paint(environment: dict[str, str], *words: str) -> Sample:
    told = _ask({**environment, "BENCH_START_NS": str(time.monotonic_ns())}, *words)
    took_ms, memory_mb = told.split()
    return float(took_ms), float(memory_mb)


# --- A million messages ----------------------------------------------------
def _pace(folder: Path, environment: dict[str, str]) -> tuple[Times, Times]:
    """Landline's times of all turns together; the bare list's."""
    kept = hoard(folder)
    ours: Times = {}
    for turn in range(PACE_TURNS):
        progress(f"window: a million messages, turn {turn + 1} of {PACE_TURNS}")
        for name, times in json.loads(_ask(environment, "begin", "start", str(kept))).items():
            ours.setdefault(name, []).extend(times)
    progress("window: a bare list of a million rows")
    return ours, json.loads(_ask(environment, "barelist"))


def _tell_pace(report: Report, ours: Times, bare: Times) -> None:
    table = report.table(
        f"{MESSAGES:,} messages, {PEOPLE:,} chats: from the deed to its frame",
        "what", "p50 ms", "p95 ms", "max ms", "goal ms", "reference", "its p50 ms",
    )  # fmt: skip
    for name, title, goal_ms, reference, its in PACE:
        times = ours[name]
        table.add(
            title, median(times), quantile(times, 0.95), max(times), goal_ms,
            reference, median((bare | ours if its.startswith("raw") else bare)[its]),
        )  # fmt: skip
    table = report.table(
        f"The start with {MESSAGES:,} messages", "what", "median", "largest", "goal", "bare list"
    )
    ready, start, busy = ours["ready"], ours["start"], ours["busy"]
    table.add("from the first frame to ready, ms", median(ready), max(ready), None, None)
    table.add("timers late meanwhile, ms", median(start), max(start), 50, None)
    table.add("its own thread's part, ms", median(busy), max(busy), None, None)
    for name, title in (("fresh", "resident then, MB"), ("used", "resident after all that, MB")):
        table.add(title, median(ours[name]), max(ours[name]), 120, bare["memory"][0])


# --- Beside a transfer -----------------------------------------------------
def _tell_loop(report: Report, told: dict[str, Any]) -> None:
    table = report.table(
        "How late the window's timers are beside 1 GiB, and what its thread computed in between;"
        f" goal p99 < 12 ms, max < 50 ms. {TEXTS_AT_ONCE:,} messages came within"
        f" {max(told['took_s']):.2g} s",
        "while it", "steps", "p50 ms", "p99 ms", "max ms", "own max ms",
    )  # fmt: skip
    for name, times in told["late"].items():
        table.add(
            name, len(times), median(times), quantile(times, 0.99), max(times),
            max(told["busy"][name]),
        )  # fmt: skip


def _late(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """A window that receives 1 GiB LOOP_TURNS times, then more with texts, then sends it."""
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
        for turn in range(BURST_TURNS):
            progress(f"window: receives much, turn {turn + 1} of {BURST_TURNS}")
            _burst(ben, peer_id, path)
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


def _burst(ben: Instance, peer_id: str, path: Path) -> None:
    """The texts begin when the first transfer runs."""
    since = ben.mark()
    told = [
        ben.ask("send_files", to=peer_id, paths=[str(path)])["transfer"]
        for _ in range(BURST_OFFERS)
    ]
    ben.wait("transfer", state="running", since=since)
    begin_s = time.perf_counter()
    for number in range(TEXTS_AT_ONCE):
        if number % BURST_STEP == 0:
            due_s = begin_s + BURST_S * number / TEXTS_AT_ONCE
            time.sleep(max(0.0, due_s - time.perf_counter()))
        ben.say("send", to=peer_id, text=f"message {number} of many")
    for transfer in told:
        ben.when_done(str(transfer))


@contextmanager
def _watched(
    folder: Path, place: Place, environment: dict[str, str], path: Path
) -> Iterator[subprocess.Popen[str]]:
    offers = LOOP_TURNS + BURST_TURNS * BURST_OFFERS
    words = ["loop", str(offers), str(LOOP_TURNS), str(path), "--bind", place.ip]
    folders = ["--profile", str(folder / "watched"), "--downloads", str(folder / "landed")]
    with subprocess.Popen(
        place.command([sys.executable, "-m", "bench.begin", *words, *folders]),
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


# --- Both ------------------------------------------------------------------
def _ask(environment: dict[str, str], program: str, *words: str) -> str:
    """What a program of this folder prints."""
    return subprocess.run(
        [sys.executable, "-m", f"bench.{program}", *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


@contextmanager
def screen() -> Iterator[tuple[str, dict[str, str]]]:
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield "on this desktop", dict(os.environ)
    elif has_xvfb():
        with virtual_screen() as environment:
            yield "under Xvfb", environment
    else:
        yield "drawn into memory", {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
