"""Two real headless instances on the cable, and what one transfer between them costs."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.transfer.cable import Cable, cpu_s
from tests.e2e.rig import Place
from tools.headless import Headless, Line

PATIENCE_S = 600.0
ENDS = {"done", "failed", "cancelled", "declined"}


class Sample(NamedTuple):
    """One transfer."""

    seconds: float
    """From "accept" to "done": connect, handshake, list, content, sync, rename."""
    whole_s: float
    """From the drop to "done": that, and scanning and offering before it."""
    sending_cpu_s: float
    receiving_cpu_s: float
    sending_mb: float
    """Peak memory above what the instance had when idle."""
    receiving_mb: float


class Instance(Headless):
    """Notes when each of its lines came."""

    def __init__(self, folder: Path, place: Place, name: str, *options: str) -> None:
        self.came_s: list[float] = []
        words = ["--name", name, "--bind", place.ip, "--downloads", str(folder), *options]
        super().__init__(folder / f"profile-{name}", *words, prefix=place.prefix)
        self.wait("ready")
        self.idle_mb = 0.0

    def settle(self) -> None:
        """What it has in memory now is idle."""
        self.idle_mb = self._memory_mb("VmRSS")

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def begin_peak(self) -> None:
        with contextlib.suppress(OSError):  # then the peak is that of its whole life
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def peak_mb(self) -> float:
        return self._memory_mb("VmHWM") - self.idle_mb

    def read_bytes(self) -> tuple[int, int]:
        """Read from files so far; and how much of it a disk had to bring."""
        told = Path(f"/proc/{self.process.pid}/io").read_text(encoding="ascii")
        counts = dict(line.split(": ") for line in told.splitlines())
        return int(counts["rchar"]), int(counts["read_bytes"])

    def when(self, event: str, *, since: int = 0, **how: Any) -> tuple[Line, float]:
        """The line that fits, and when it came (perf_counter)."""
        line = self.wait(event, since=since, within_s=PATIENCE_S, **how)
        place = next(n for n in range(since, len(self.lines)) if self.lines[n] is line)
        return line, self.came_s[place]

    def when_done(self, transfer: str) -> float:
        """Fails when it ended in another way."""
        ended, came_s = self.when("transfer", transfer=transfer, where=_has_ended)
        if ended["state"] != "done":
            raise AssertionError(f"the transfer ended badly: {ended}\n{self.log}")
        return came_s

    def _on_line(self, line: bytes) -> None:
        now_s = time.perf_counter()
        super()._on_line(line)
        self.came_s += [now_s] * (len(self.lines) - len(self.came_s))

    def _memory_mb(self, name: str) -> float:
        told = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(told.partition(f"{name}:")[2].split()[0]) / 1024


@dataclass(slots=True)
class Pair:
    anna: Instance
    """Sends."""
    ben: Instance

    def send(self, path: Path, into: Path) -> Sample:
        begin_s = time.perf_counter()
        transfer = self.offer(path)
        for one in (self.anna, self.ben):
            one.begin_peak()
        before = self.anna.cpu_s(), self.ben.cpu_s()
        start_s = time.perf_counter()
        self.ben.say("accept", transfer=transfer, into=str(into))
        end_s = self.ben.when_done(transfer)
        self.anna.when_done(transfer)
        after = self.anna.cpu_s(), self.ben.cpu_s()
        return Sample(
            end_s - start_s,
            end_s - begin_s,
            after[0] - before[0],
            after[1] - before[1],
            self.anna.peak_mb(),
            self.ben.peak_mb(),
        )

    def offer(self, path: Path) -> str:
        """The transfer's id, once it is shown to the other."""
        told = self.anna.ask(
            "send_files", to=self.ben.peer_id, paths=[str(path)], within_s=PATIENCE_S
        )
        self.ben.wait("offer", transfer=told["transfer"], within_s=PATIENCE_S)
        return str(told["transfer"])


@contextmanager
def pair(cable: Cable, folder: Path) -> Iterator[Pair]:
    """Two who see each other and are idle."""
    with contextlib.ExitStack() as undo:
        anna = instance(undo, folder, cable.sender, "anna")
        ben = instance(undo, folder, cable.receiver, "ben")
        meet(anna, ben)
        yield Pair(anna, ben)


def instance(undo: contextlib.ExitStack, folder: Path, place: Place, name: str) -> Instance:
    one = Instance(folder, place, name)
    undo.callback(one.kill)
    return one


def meet(one: Instance, other: Instance) -> None:
    one.sees(other)
    other.sees(one)
    message = one.send(other, "hello")
    one.delivered(message)
    for each in (one, other):
        each.settle()


def _has_ended(line: Line) -> bool:
    return line["state"] in ENDS
