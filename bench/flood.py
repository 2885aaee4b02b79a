"""A window that is flooded: honest texts, its event loop, its memory, and how soon it recovers."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from bench.common import ROOT, Report, median, memory_folder, progress, quantile
from bench.flooder import FLOODS, IDENTITIES, JUNK_PER_S, OVER, SILENT
from bench.transfer.cable import Cable, cable
from bench.transfer.pair import Instance, instance
from bench.window import screen
from tests.e2e.rig import Place
from tools.profiles import let_anyone_write

QUIET: Final = "nobody"
WORDS: Final = {
    QUIET: "nothing",
    "junk": f"junk, {JUNK_PER_S:,} datagrams a second",
    "calls": "first messages of handshakes, as many",
    "ids": f"beacons of {IDENTITIES:,} identities, as many",
    "silent": f"{SILENT:,} silent connections",
}
FLOOD_S: Final = 20.0
TEXT_EVERY_S: Final = 0.5
HONEST_S: Final = 60.0
RECOVERED_S: Final = 0.1
"""A text that takes no longer: all is calm."""


@dataclass
class Phase:
    name: str
    per_s: float = 0.0
    texts_s: list[float] = field(default_factory=list)
    """Each honest text, from "send" to "delivered"."""
    grown_mb: float = 0.0
    """At the most, above what it had before all floods."""
    recovered_s: float = 0.0


def run() -> Report:
    report = Report()
    folder = memory_folder()
    try:
        with screen() as (title, environment), cable() as made, ExitStack() as undo:
            window = undo.enter_context(_besieged(folder, made.receiver, environment))
            assert window.stdout is not None
            peer_id, port = window.stdout.readline().split()
            ann = instance(undo, folder, made.sender, "ann")
            ann.sees(peer_id, within_s=HONEST_S)
            siege = _Siege(ann, peer_id, port, made, psutil.Process(window.pid))
            phases = [siege.phase(name) for name in (QUIET, *FLOODS)]
            siege.say(f"now {OVER}")
            late = json.loads(window.stdout.readline())
    finally:
        shutil.rmtree(folder)
    _tell(report, title, phases, late)
    return report


class _Siege:
    def __init__(
        self, ann: Instance, peer_id: str, port: str, made: Cable, window: psutil.Process
    ) -> None:
        self._ann = ann
        self._peer_id = peer_id
        self._port = port
        self._cable = made
        self._window = window
        self._calm_bytes = 0

    def say(self, text: str) -> float:
        """Seconds until it is on the other's disk, and ours knows it."""
        begin_s = time.perf_counter()
        message = self._ann.send(self._peer_id, text)
        _, came_s = self._ann.when(
            "state", id=message, where=lambda line: line["state"] in ("delivered", "read")
        )
        return came_s - begin_s

    def phase(self, name: str) -> Phase:
        progress(f"flood: {WORDS[name]}")
        phase = Phase(name)
        self.say(f"now {name}")
        self._calm_bytes = self._calm_bytes or self._window.memory_info().rss
        flood = self._flood(name) if name != QUIET else None
        end_s = time.monotonic() + FLOOD_S
        while time.monotonic() < end_s:
            phase.texts_s.append(self.say("are you there?"))
            grown_bytes = self._window.memory_info().rss - self._calm_bytes
            phase.grown_mb = max(phase.grown_mb, grown_bytes / 1e6)
            time.sleep(TEXT_EVERY_S)
        if flood is not None:
            count, _ = flood.communicate()
            phase.per_s = int(count) / FLOOD_S
            phase.recovered_s = self._recover()
        return phase

    def _flood(self, name: str) -> subprocess.Popen[str]:
        words = [name, self._cable.receiver.ip, self._port, str(FLOOD_S)]
        return subprocess.Popen(
            self._cable.sender.command([sys.executable, "-m", "bench.flooder", *words]),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _recover(self) -> float:
        begin_s = time.perf_counter()
        while self.say("is it over?") > RECOVERED_S:
            continue
        return time.perf_counter() - begin_s


def _tell(report: Report, title: str, phases: list[Phase], late: dict[str, list[float]]) -> None:
    table = report.table(
        f"A window {title} that is flooded for {FLOOD_S:.0f} s each; goals: texts within 2 s, loop"
        " p99 < 50 ms, at most 64 MiB more, calm within 5 s",
        "flood", "a second", "text p50 ms", "text max ms", "loop p50 ms", "loop p99 ms",
        "loop max ms", "MB more", "calm after ms",
    )  # fmt: skip
    for phase in phases:
        texts, loop = [1000 * took_s for took_s in phase.texts_s], late[phase.name]
        table.add(
            WORDS[phase.name], phase.per_s, median(texts), max(texts), median(loop),
            quantile(loop, 0.99), max(loop), phase.grown_mb, 1000 * phase.recovered_s,
        )  # fmt: skip


@contextmanager
def _besieged(
    folder: Path, place: Place, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    profile = folder / "besieged"
    let_anyone_write(profile)
    words = ["siege", "--bind", place.ip, "--profile", str(profile)]
    with subprocess.Popen(
        place.command([sys.executable, "-m", "bench.begin", *words]),
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
