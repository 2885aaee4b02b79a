"""One file of 1 GiB, and 10,000 of 4 KiB, between two real instances, files in memory.

Beside a plain copy (sendfile to recv) over the same network in the same run, by turns.
Landline's seconds run from "accept" to "done": connect, handshake, list, content, sync, rename.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from bench.common import ROOT, Report, Table, median, memory_folder, progress
from tools.headless import Headless, Line

GIB = 1 << 30
SMALL_FILES = 10_000
SMALL_BYTES = 4096
TURNS = 5
LOOPBACK = "127.0.0.1"
PATIENCE_S = 300.0


@dataclass(slots=True)
class Seconds:
    plain: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    sending_cpu: list[float] = field(default_factory=list)
    receiving_cpu: list[float] = field(default_factory=list)


def run() -> Report:
    report = Report()
    folder = memory_folder()
    try:
        table = report.table(
            f"Files in memory, over loopback, medians of {TURNS}",
            "what", "plain s", "Landline s", "ratio", "MB/s",
            "CPU s sending", "CPU s receiving", "peak MB",
        )  # fmt: skip
        _measure(table, folder)
    finally:
        shutil.rmtree(folder)
    return report


def _measure(table: Table, folder: Path) -> None:
    big, many = folder / "big", folder / "many"
    _write_noise(big, GIB)
    many.mkdir()
    for number in range(SMALL_FILES):
        _write_noise(many / f"{number}.bin", SMALL_BYTES)
    with Course(folder) as course:
        for title, path, size in (
            ("1 GiB, one file", big, GIB),
            (f"{SMALL_FILES:,} x 4 KiB", many, SMALL_FILES * SMALL_BYTES),
        ):
            seconds = course.by_turns(path)
            plain, ours = median(seconds.plain), median(seconds.ours)
            cpu = median(seconds.sending_cpu), median(seconds.receiving_cpu)
            speed = size / ours / 1e6
            table.add(title, plain, ours, ours / plain, speed, *cpu, course.peak_mb())


class Course:
    """Two instances, and two bare sockets, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._anna, self._ben = self._instance("anna"), self._instance("ben")

    def __enter__(self) -> Self:
        self._anna.sees(self._ben)
        self._ben.sees(self._anna)
        return self

    def __exit__(self, *_: object) -> None:
        self._anna.kill()
        self._ben.kill()

    def by_turns(self, path: Path) -> Seconds:
        seconds = Seconds()
        with self._plain_server(path) as port:
            for turn in range(TURNS):
                progress(f"transfer: {path.name}, turn {turn + 1} of {TURNS}")
                seconds.plain.append(self._plain_fetch(port))
                before = _cpu(self._anna), _cpu(self._ben)
                seconds.ours.append(self._landline(path))
                seconds.sending_cpu.append(_cpu(self._anna) - before[0])
                seconds.receiving_cpu.append(_cpu(self._ben) - before[1])
        return seconds

    def peak_mb(self) -> float:
        """Of the larger of the two, since its start."""
        return max(_peak_mb(self._anna), _peak_mb(self._ben))

    def _instance(self, name: str) -> Headless:
        options = ["--name", name, "--downloads", str(self._folder), "--bind", LOOPBACK]
        return Headless(self._folder / f"profile-{name}", *options)

    @contextmanager
    def _plain_server(self, path: Path) -> Iterator[str]:
        """Its port."""
        command = [sys.executable, "-m", "bench.plain", "serve", str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                yield server.stdout.readline().strip()
            finally:
                server.kill()

    def _plain_fetch(self, port: str) -> float:
        command = [sys.executable, "-m", "bench.plain", "fetch", LOOPBACK, port]
        with self._target() as target:
            done = subprocess.run(
                [*command, str(target)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
        return float(done.stdout)

    def _landline(self, path: Path) -> float:
        anna, ben = self._anna, self._ben
        answer = anna.ask("send_files", to=ben.peer_id, paths=[str(path)], within_s=PATIENCE_S)
        transfer = answer["transfer"]
        ben.wait("offer", transfer=transfer)
        with self._target() as target:
            start = time.perf_counter()
            ben.say("accept", transfer=transfer, into=str(target))
            ended = ben.wait("transfer", transfer=transfer, where=_has_ended, within_s=PATIENCE_S)
            seconds = time.perf_counter() - start
            if ended["state"] != "done":
                raise AssertionError(f"the transfer ended badly: {ended}")
            anna.wait("transfer", transfer=transfer, state="done")
            _check(path, target)
        return seconds

    @contextmanager
    def _target(self) -> Iterator[Path]:
        """A fresh folder; in memory removing it costs the next run nothing."""
        target = self._folder / "landed"
        target.mkdir()
        yield target
        shutil.rmtree(target)


def _has_ended(line: Line) -> bool:
    return line["state"] in {"done", "failed", "cancelled"}


def _check(path: Path, target: Path) -> None:
    """Fast is nothing if it is not all there."""
    landed = target / path.name
    names = sorted(one.name for one in path.iterdir()) if path.is_dir() else []
    if (sorted(one.name for one in landed.iterdir()) if landed.is_dir() else []) != names:
        raise AssertionError(f"not all of {path} arrived")
    for one in [path / name for name in names] or [path]:
        if (landed / one.relative_to(path)).stat().st_size != one.stat().st_size:
            raise AssertionError(f"{one} did not arrive whole")


def _cpu(one: Headless) -> float:
    times = psutil.Process(one.process.pid).cpu_times()
    return float(times.user + times.system)


def _peak_mb(one: Headless) -> float:
    for line in Path(f"/proc/{one.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def _write_noise(path: Path, size_bytes: int) -> None:
    with Path("/dev/urandom").open("rb") as noise, path.open("wb") as file:
        while size_bytes:
            size_bytes -= file.write(noise.read(min(size_bytes, 1 << 20)))
