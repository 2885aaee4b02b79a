"""One real headless client among a thousand people: met how fast, at what cost to be idle.

The others are real to it: an address, a key, a session each (see ``neighbours``).
Idle is measured with nobody there, with some and with all; from what they differ by
follows what one person costs, and from that 5,000, on paper.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.common import ROOT, Report, Table, memory_folder, progress
from bench.crowd_net import CARD, Cable, cable
from bench.neighbours import BUSY_S
from net.protocol.schedule import interval_s
from net.protocol.session_table import STRANGERS_MAX
from tests.e2e.rig import Place, RigUnavailableError
from tools.headless import Headless

SOME, ALL, PAPER = 250, 1_000, 5_000
WINDOW_S = 60.0
"""Of idling: everybody's beacon comes at least once."""
SETTLE_S = 5.0
"""Between the last one seen and the window: last answers, commits."""
PATIENCE_S = 120.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
GOALS = "goals at 1,000: all seen in 30 s, < 2 % of a core, < 120 MB, < 25 beacons/s"


def run() -> Report:
    report = Report()
    try:
        with cable(ALL) as ends:
            _measure(report, ends)
    except RigUnavailableError as error:
        print(f"  crowd: left out, for there can be no network here: {error}", file=sys.stderr)
    return report


@dataclass(frozen=True, slots=True)
class Result:
    people: int
    is_settled: bool
    ready_s: float
    seen_s: tuple[float, ...]
    """When each was first seen, from the start of the process, in order."""
    joining_cpu_s: float
    idle_cpu: float
    """Share of one core."""
    rss_mb: float
    beacons_per_s: float
    """Of the whole network."""
    busiest_per_s: float
    """In that part of the window, BUSY_S long, that had most."""
    datagrams_per_s: float
    """Of all kinds in both directions, while idle."""
    lost: int
    """People who were told to have gone, though all stayed."""


def _measure(report: Report, ends: Cable) -> None:
    alone = _live(ends, 0)
    some = _live(ends, SOME)
    everybody = _live(ends, ALL)
    together = _live(ends, ALL, is_settled=False)
    meeting = report.table(
        f"A headless client meets people; {GOALS}",
        "people, here before", "ready s", "half seen s", "99 % s", "all s", "CPU until then s",
        "lost",
    )  # fmt: skip
    for result in (some, everybody, together):
        _tell_meeting(meeting, result)
    idle = report.table(
        f"Then idle for {WINDOW_S:.0f} s, nobody says anything",
        "people", "CPU % of a core", "RSS MB", "beacons/s of all", "in the busiest 10 s",
        "one's own every s", "datagrams/s",
    )  # fmt: skip
    for result in (alone, some, everybody, together):
        _tell_idle(idle, result)
    _tell_paper(idle, alone, some, everybody)


def _tell_meeting(table: Table, result: Result) -> None:
    seen_s, people = result.seen_s, result.people
    table.add(
        f"{people:,}, {'yes' if result.is_settled else 'all start at once'}",
        result.ready_s,
        seen_s[people // 2],
        seen_s[people * 99 // 100],
        seen_s[-1],
        result.joining_cpu_s,
        result.lost,
    )


def _tell_idle(table: Table, result: Result) -> None:
    table.add(
        f"{result.people:,}" + ("" if result.is_settled else ", started at once"),
        result.idle_cpu * 100,
        result.rss_mb,
        result.beacons_per_s,
        result.busiest_per_s,
        interval_s(result.people),
        result.datagrams_per_s,
    )


def _tell_paper(table: Table, alone: Result, some: Result, everybody: Result) -> None:
    """As many beacons come from 250 as from 5,000: more people cost by their number alone.

    Only contacts have sessions beyond those of STRANGERS_MAX strangers.
    """
    step = PAPER - everybody.people
    people = everybody.people - some.people
    cpu = everybody.idle_cpu + step * (everybody.idle_cpu - some.idle_cpu) / people
    rss_mb = everybody.rss_mb + step * (everybody.rss_mb - alone.rss_mb) / everybody.people
    beacons = (PAPER + 1) / interval_s(PAPER)
    name = f"{PAPER:,}, on paper, {STRANGERS_MAX:,} strangers at most"
    table.add(name, cpu * 100, rss_mb, beacons, None, interval_s(PAPER), None)


def _live(ends: Cable, people: int, *, is_settled: bool = True) -> Result:
    """One client's life, with a fresh profile in memory."""
    progress(f"crowd: {people} people{'' if is_settled else ' who start at once'}")
    folder = memory_folder()
    try:
        with crowd(ends.crowd, people, is_settled) as count:
            if is_settled:
                count()  # the first question starts them
            client = Client(folder / "client", ends.client)
            try:
                count()
                return _observe(client, ends.client, people, is_settled, count)
            finally:
                client.kill()
    finally:
        shutil.rmtree(folder)


def _observe(
    client: "Client", place: Place, people: int, is_settled: bool, count: "Count"
) -> Result:
    client.wait("ready")
    ready_s = time.monotonic() - client.start_s
    client.wait_seen(people)
    joining_cpu_s = client.cpu_s()
    pause = threading.Event()
    pause.wait(SETTLE_S)
    begin = _beacons(count()), _datagrams(place), client.cpu_s()
    begin_s = time.monotonic()
    pause.wait(WINDOW_S)
    took_s = time.monotonic() - begin_s
    told = count()
    end = _beacons(told), _datagrams(place), client.cpu_s()
    beacons, datagrams, cpu = ((b - a) / took_s for a, b in zip(begin, end, strict=True))
    progress(f"crowd: {told}")
    return Result(
        people,
        is_settled,
        ready_s,
        tuple(sorted(client.seen_s.values())),
        joining_cpu_s,
        cpu,
        client.rss_mb(),
        beacons,
        told["busiest"] / BUSY_S,
        datagrams,
        client.lost,
    )


class Client(Headless):
    """The client. Notes when each person was first seen, and who was given up."""

    def __init__(self, folder: Path, place: Place) -> None:
        self.start_s = time.monotonic()
        self.seen_s: dict[str, float] = {}
        self.lost = 0
        super().__init__(folder, prefix=place.prefix)

    def wait_seen(self, people: int) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.seen_s) >= people, PATIENCE_S):
                progress(f"crowd: {len(self.seen_s)} of {people} seen in {PATIENCE_S:.0f} s")
                raise TimeoutError("not everybody was seen")

    def cpu_s(self) -> float:
        """Of all its threads, in user and kernel mode."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def rss_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def _on_line(self, line: bytes) -> None:
        now_s = time.monotonic() - self.start_s
        super()._on_line(line)
        if b'"event":"peer"' in line:
            told = json.loads(line)
            if told["online"]:
                self.seen_s.setdefault(told["peer_id"], now_s)
            else:
                self.lost += 1


Count = Callable[[], dict[str, int]]


@contextmanager
def crowd(place: Place, people: int, is_settled: bool) -> Iterator[Count]:
    """The neighbours; what they counted so far, when asked."""
    if not people:
        yield lambda: dict.fromkeys(("beacons", "client_beacons", "busiest"), 0)
        return
    how = "settled" if is_settled else "fresh"
    process = subprocess.Popen(
        place.command([sys.executable, "-m", "bench.neighbours", str(people), how]),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    to, answers = process.stdin, process.stdout

    def count() -> dict[str, int]:
        print(file=to, flush=True)
        return json.loads(answers.readline())

    try:
        assert answers.readline() == "ready\n"
        yield count
    finally:
        to.close()
        answers.close()
        process.wait()


def _beacons(counts: dict[str, int]) -> int:
    return counts["beacons"] + counts["client_beacons"]


def _datagrams(place: Place) -> int:
    """Packets of the place's card so far, both ways."""
    shown = place.run("ip", "-j", "-s", "link", "show", "dev", CARD)
    counted = json.loads(shown)[0]["stats64"]
    return int(counted["rx"]["packets"]) + int(counted["tx"]["packets"])


if __name__ == "__main__":
    run().print()
