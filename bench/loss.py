"""Texts over lines that lose, between two real headless processes on two hosts.

Sent to delivered, as a script sees it: from the line on standard input to the line
on standard output, with a commit at each end between them. Loss is each way, so at
30 % half of all questions and answers do not come through. The reference is a bare
UDP socket's round trip on the same line, of those that came back.
"""

import itertools
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.common import Report, median, memory_folder, progress, quantile
from tests.e2e.rig import Place, Rig, RigUnavailableError, make_rig
from tools.headless import Headless

LOSSES = (0, 10, 30, 50)
"""Percent, each way."""
TEXTS = 1_000
PACE_S = 1 / 200
BURST = 1_000
SLOW_MBIT = 1
SLOW_TEXTS = 1_000
PATIENCE_S = 120.0
ECHO = """
import socket, sys
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind((sys.argv[1], 40000))
print("ready", flush=True)
while True:
    data, address = here.recvfrom(2048)
    here.sendto(data, address)
"""
ASK = """
import socket, sys, time
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.settimeout(0.5)
for number in range(int(sys.argv[2])):
    start = time.perf_counter()
    here.sendto(number.to_bytes(200, "big"), (sys.argv[1], 40000))
    try:
        while here.recv(2048) != number.to_bytes(200, "big"):
            pass
    except TimeoutError:
        continue
    print(time.perf_counter() - start)
"""


def run() -> Report:
    report = Report()
    try:
        rig = make_rig(2)
    except RigUnavailableError as error:
        print(f"  loss: left out, for there can be no network here: {error}", file=sys.stderr)
        return report
    folder = memory_folder()
    try:
        _measure(report, rig, folder)
    finally:
        rig.down()
        shutil.rmtree(folder)
    return report


def _measure(report: Report, rig: Rig, folder: Path) -> None:
    table = report.table(
        f"{TEXTS} texts of 200 bytes at 200 a second, sent to delivered; then {BURST} at once",
        "loss each way %", "bare UDP p50 ms", "p50 ms", "p99 ms", "max ms", "all of a burst s",
    )  # fmt: skip
    with _Pair(rig, folder) as pair:
        for loss in LOSSES:
            progress(f"loss: {loss} %")
            rig.clear()
            rig.impair("h2", loss=loss)
            bare_s = median(_bare(rig["h1"], rig["h2"]))
            took_s = pair.send(TEXTS, PACE_S)
            burst_s = max(pair.send(BURST, 0.0))
            table.add(
                loss,
                bare_s * 1e3,
                median(took_s) * 1e3,
                quantile(took_s, 0.99) * 1e3,
                max(took_s) * 1e3,
                burst_s,
            )
        progress(f"loss: {SLOW_MBIT} Mbit/s")
        rig.clear()
        rig.impair("h2", rate=SLOW_MBIT)
        slow = report.table(
            f"{SLOW_TEXTS} texts at once over {SLOW_MBIT} Mbit/s", "wire alone s", "Landline s"
        )
        slow.add(SLOW_TEXTS * 200 * 8 / (SLOW_MBIT * 1e6), max(pair.send(SLOW_TEXTS, 0.0)))


def _bare(here: Place, there: Place) -> list[float]:
    """Seconds, of those that came back."""
    echo = subprocess.Popen(
        there.command([sys.executable, "-c", ECHO, there.ip]), stdout=subprocess.PIPE
    )
    assert echo.stdout is not None
    try:
        echo.stdout.readline()
        told = here.run(sys.executable, "-c", ASK, there.ip, "100")
    finally:
        echo.kill()
        echo.wait()
        echo.stdout.close()
    return [float(line) for line in told.split()]


class _Sender(Headless):
    """Notes when each text was told to be delivered."""

    delivered_s: dict[str, float]

    def _on_line(self, line: bytes) -> None:
        now_s = time.perf_counter()
        if b'"state":"delivered"' in line and b'"event":"state"' in line:
            identifier = line.split(b'"id":"', 1)[1][:32].decode()
            self.delivered_s.setdefault(identifier, now_s)
        super()._on_line(line)


class _Pair:
    def __init__(self, rig: Rig, folder: Path) -> None:
        _Sender.delivered_s = {}
        self._anna = _Sender(folder / "anna", prefix=rig["h1"].prefix)
        self._ben = Headless(folder / "ben", prefix=rig["h2"].prefix)
        self._rounds = itertools.count()

    def __enter__(self) -> "_Pair":
        self._anna.sees(self._ben)
        self._ben.sees(self._anna)
        self._anna.ask("trust", peer=self._ben.peer_id, accepted=True)
        self._ben.ask("trust", peer=self._anna.peer_id, accepted=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._anna.kill()
        self._ben.kill()

    def send(self, count: int, pace_s: float) -> list[float]:
        """Seconds from each line written to the line that says delivered."""
        mark, begun_s, number = self._anna.mark(), {}, next(self._rounds)
        pause = threading.Event()
        start_s = time.perf_counter()
        for at in range(count):
            pause.wait(max(0.0, start_s + at * pace_s - time.perf_counter()))
            begun_s[f"{number}-{at}"] = time.perf_counter()
            self._anna.write(
                b'{"do":"send","to":"%s","text":"%s","ref":"%d-%d"}\n'
                % (self._ben.peer_id.encode(), b"x" * 200, number, at)
            )
        end_s = time.perf_counter() + PATIENCE_S
        while True:
            sent = {
                line["ref"]: line["id"]
                for line in self._anna.all("message", since=mark)
                if line.get("ref") in begun_s
            }
            if len(sent) == count and all(one in self._anna.delivered_s for one in sent.values()):
                break
            if time.perf_counter() > end_s:
                raise TimeoutError(f"not all of {count} texts were delivered")
            pause.wait(0.05)
        return [
            self._anna.delivered_s[identifier] - begun_s[ref] for ref, identifier in sent.items()
        ]


if __name__ == "__main__":
    run().print()
