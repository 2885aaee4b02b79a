"""A text from here to "delivered", two engines in two processes, beside a bare UDP socket.

Delivered means: committed here (synchronous=FULL), sent, committed there, acknowledged,
committed here again, told to the shell. The reference is the same 200 bytes sent by a
bare UDP socket and sent back; and that with one such commit at each end, which no
messenger that keeps its word can do without.
"""

import multiprocessing
import shutil
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from app.commands import SendText
from app.events import Event, StatesChanged
from app.model import MessageState
from bench.common import Report, disk_folder, median, memory_folder, progress, quantile
from bench.person import Person, start_elsewhere

TEXT = "x" * 200
ROUNDS = 500
TURNS = 4
"""Reference and Landline by turns, so that what else the machine does hits both."""
BURST = 5_000
PLAIN_BURST = 50_000
PATIENCE_S = 60.0


def run() -> Report:
    report = Report()
    memory = memory_folder()
    try:
        _compare(report, "profiles in memory", memory)
    finally:
        shutil.rmtree(memory)
    _compare(report, "profiles on disk", disk_folder())
    return report


@dataclass(slots=True)
class Series:
    rounds_s: list[float] = field(default_factory=list)
    burst_per_s: float | None = None


def _compare(report: Report, title: str, folder: Path) -> None:
    table = report.table(
        f"200-byte text to 'delivered', two processes, {title}",
        "way", "p50 µs", "p99 µs", "to bare UDP", "texts/s in a burst", "to bare UDP ",
    )  # fmt: skip
    measured = _measure(folder)
    bare = measured["bare UDP socket"]
    for name, series in measured.items():
        p50, p99 = median(series.rounds_s), quantile(series.rounds_s, 0.99)
        burst = series.burst_per_s
        ratio = burst / bare.burst_per_s if burst and bare.burst_per_s else None
        table.add(name, p50 * 1e6, p99 * 1e6, p50 / median(bare.rounds_s), burst, ratio)


def _measure(folder: Path) -> dict[str, Series]:
    """All ways by turns."""
    bare, committing, ours = Series(), Series(), Series()
    with (
        PlainEcho() as echo,
        PlainEcho(folder) as slow_echo,
        Landline(folder) as landline,
    ):
        ways = (
            (bare, echo.round_trip),
            (committing, slow_echo.round_trip),
            (ours, landline.round_trip),
        )
        for turn in range(1 + TURNS):
            progress(f"text: turn {turn} of {TURNS} in {folder}")
            for series, round_trip in ways:
                rounds_s = [_timed(round_trip) for _ in range(ROUNDS)]
                series.rounds_s += rounds_s if turn else []  # the first one warms up
        ours.burst_per_s = BURST / _timed(lambda: landline.burst(BURST))
    bare.burst_per_s = _plain_burst()
    return {"bare UDP socket": bare, "bare UDP, a commit at each end": committing, "Landline": ours}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Landline:
    """Somebody here and somebody in another process."""

    def __init__(self, folder: Path) -> None:
        self._delivered = 0
        self._wanted = 0
        self._is_there = threading.Event()
        self._person = Person(folder / "here", self._on_event)
        self._there, self._peer_id = start_elsewhere(folder / "there")
        self._person.wait_ready()
        self._person.wait_accepted(self._peer_id)

    def round_trip(self) -> None:
        self.burst(1)

    def burst(self, count: int) -> None:
        """``count`` texts at once; returns when all are delivered."""
        self._is_there.clear()
        self._wanted = self._delivered + count
        for _ in range(count):
            self._person.submit(SendText(self._peer_id, TEXT))
        if not self._is_there.wait(PATIENCE_S):
            raise TimeoutError(f"{self._wanted - self._delivered} of {count} not delivered")

    def _on_event(self, event: Event) -> None:
        if isinstance(event, StatesChanged):
            done = [c for c in event.changes if c.state is MessageState.DELIVERED]
            self._delivered += len(done)
            if done and self._delivered >= self._wanted:
                self._is_there.set()

    def __enter__(self) -> "Landline":
        return self

    def __exit__(self, *_: object) -> None:
        self._there.communicate()
        self._person.close()


class Journal:
    """One table, one commit a row; nothing at all without a folder."""

    def __init__(self, path: Path | None) -> None:
        self._connection = apsw.Connection(str(path)) if path else None
        if self._connection:
            self._connection.pragma("journal_mode", "WAL")
            self._connection.pragma("synchronous", "FULL")
            self._connection.execute("CREATE TABLE text (body BLOB)")

    def add(self, data: bytes) -> None:
        if self._connection:
            self._connection.execute("INSERT INTO text VALUES (?)", (data,))

    def close(self) -> None:
        if self._connection:
            self._connection.close()


class PlainEcho:
    """The reference: 200 bytes to a bare socket in another process, and back.

    With a folder, both ends commit what they are about to send.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._socket = _udp_socket()
        there = _udp_socket()
        paths = [folder / name if folder else None for name in ("echo-there", "echo-here")]
        self._process = multiprocessing.Process(target=_echo, args=(there, paths[0]))
        self._process.start()
        self._address = there.getsockname()
        there.close()
        self._journal = Journal(paths[1])
        self._data = TEXT.encode()

    def round_trip(self) -> None:
        self._journal.add(self._data)
        self._socket.sendto(self._data, self._address)
        self._socket.recv(2048)

    def __enter__(self) -> "PlainEcho":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._address)
        self._process.join()
        self._socket.close()
        self._journal.close()


def _udp_socket() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", 0))
    one.settimeout(PATIENCE_S)
    return one


def _echo(there: socket.socket, path: Path | None) -> None:
    journal = Journal(path)
    while True:
        data, address = there.recvfrom(2048)
        if not data:
            journal.close()
            return
        journal.add(data)
        there.sendto(data, address)


def _plain_burst() -> float:
    """Datagrams a second that a bare Python receiver takes in; what it misses is not counted."""
    here, there = _udp_socket(), _udp_socket()
    there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    results: multiprocessing.SimpleQueue[float] = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=_count, args=(there, results))
    process.start()
    data, address = TEXT.encode(), there.getsockname()
    there.close()
    for _ in range(PLAIN_BURST):
        here.sendto(data, address)
    while process.is_alive():  # the end mark may be among what is missed
        here.sendto(b"", address)
        process.join(0.05)
    here.close()
    return results.get()


def _count(there: socket.socket, results: "multiprocessing.SimpleQueue[float]") -> None:
    there.recv(2048)
    start, count = time.perf_counter(), 1
    while there.recv(2048):
        count += 1
    results.put(count / (time.perf_counter() - start))
