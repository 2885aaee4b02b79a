"""A text to a room of 200: from the line that asks for it until its last datagram is out.

The members are real to the client: an address, a key, a session each (see ``neighbours``).
A witness on the client's own card notes when each datagram leaves; the reference is the
same text to one person.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.common import ROOT, Report, median, memory_folder, progress, quantile
from bench.crowd import Client, crowd
from bench.crowd_net import CARD, Cable, cable
from net.protocol.limits import ROOM_MEMBERS_MAX
from tests.e2e.rig import Place, RigUnavailableError

MEMBERS: Final = ROOM_MEMBERS_MAX - 1
ROUNDS: Final = 40
TEXT: Final = "x" * 200
LARGE_BYTES: Final = 300
"""IP packets above this carry the text; keep-alives and acknowledgements are smaller."""
DESTINATION: Final = slice(16, 20)
"""Of an IPv4 header."""
PAUSE_S: Final = 0.3
"""Between rounds: acknowledgements are in, nothing is sent again."""
SETTLE_S: Final = 5.0
GOAL: Final = "goal: 25 ms"


def run() -> Report:
    report = Report()
    try:
        with cable(MEMBERS) as ends:
            _measure(report, ends)
    except RigUnavailableError as error:
        print(f"  rooms: left out, for there can be no network here: {error}", file=sys.stderr)
    return report


def _measure(report: Report, ends: Cable) -> None:
    table = report.table(
        f"A text of 200 bytes, from the request to its last datagram on the wire; {GOAL}",
        "to", "datagrams", "p50 ms", "p90 ms", "to one person",
    )  # fmt: skip
    folder = memory_folder()
    try:
        with crowd(ends.crowd, MEMBERS, is_settled=True) as count:
            count()
            client = Client(folder / "client", ends.client)
            try:
                one_s, all_s = _both(client, ends.client)
            finally:
                client.kill()
    finally:
        shutil.rmtree(folder)
    for name, took_s, datagrams in (("one", one_s, 1), (f"{MEMBERS} members", all_s, MEMBERS)):
        p50, p90 = median(took_s), quantile(took_s, 0.9)
        table.add(name, datagrams, p50 * 1e3, p90 * 1e3, p50 / median(one_s))


def _both(client: Client, place: Place) -> tuple[list[float], list[float]]:
    client.wait_seen(MEMBERS)
    people = [person["peer_id"] for person in client.ask("peers")["peers"]]
    room = client.ask("room_create", name="Bench", people=people)["room"]
    threading.Event().wait(SETTLE_S)
    with _witness(place) as witness:
        progress("rooms: to one person")
        one_s = [_round(client, witness, people[0], 1) for _ in range(ROUNDS)]
        progress(f"rooms: to {MEMBERS} members")
        return one_s, [_round(client, witness, room, MEMBERS) for _ in range(ROUNDS)]


def _round(client: Client, witness: "Witness", to: str, datagrams: int) -> float:
    witness.look_out(datagrams)
    begin_s = time.monotonic()
    client.say("send", to=to, text=TEXT)
    end_s = witness.wait()
    threading.Event().wait(PAUSE_S)
    return end_s - begin_s


class Witness:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def look_out(self, people: int) -> None:
        """From now on, for large datagrams to so many different people."""
        assert self._process.stdin is not None
        print(people, file=self._process.stdin, flush=True)
        assert self._answer() == "ready"

    def wait(self) -> float:
        """When the last of them left (monotonic)."""
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def _witness(place: Place) -> Iterator[Witness]:
    process = subprocess.Popen(
        place.command([sys.executable, "-m", "bench.rooms"]),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Witness(process)
    finally:
        process.kill()
        process.communicate()


def _watch() -> None:
    """The witness: for each number on standard input when that many people were sent to."""
    card = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
    card.bind((CARD, 0x0003))
    card.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    for line in sys.stdin:
        _drain(card)
        print("ready", flush=True)
        people: set[bytes] = set()
        while len(people) < int(line):
            packet, (_, _, kind, _, _) = card.recvfrom(2048)
            if kind == socket.PACKET_OUTGOING and len(packet) > LARGE_BYTES:
                people.add(packet[DESTINATION])
        print(time.monotonic(), flush=True)


def _drain(card: socket.socket) -> None:
    """What left before."""
    card.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while card.recv(1):
            pass
    card.setblocking(True)


if __name__ == "__main__":
    _watch()
