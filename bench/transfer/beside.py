"""What else goes on: a tiny file, texts beside a transfer, twenty transfers at once."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from bench.common import median, progress, quantile
from bench.transfer.loads import GIB, MIB, check_arrived, fresh, one_file
from bench.transfer.pair import Instance, Pair, instance, meet, pair
from bench.transfer.scene import Scene

TINY_ROUNDS = 30
TEXT = "x" * 200
TEXT_EVERY_S = 0.02
QUIET_S = 3.0
PEERS = 20
PEER_BYTES = 64 * MIB


def tiny(scene: Scene) -> None:
    path = one_file(scene.folder / "tiny", 1024)
    with pair(scene.cable, scene.folder) as both:
        milliseconds = [
            both.send(path, fresh(scene.folder / "landed")).seconds * 1000
            for _ in range(1 + TINY_ROUNDS)
        ]
    first, *others = milliseconds
    table = scene.report.table("1 KiB from accept to done", "first ms", "p50 ms", "p99 ms")
    table.add(first, median(others), quantile(others, 0.99))
    scene.tell("1 KiB from accept to done", f"{median(others):.1f} ms", "< 10 ms")
    scene.tell("the first one after a start", f"{first:.1f} ms", "< 10 ms")


def texts(scene: Scene) -> None:
    """200 bytes to "delivered", both ways in turn, while nothing and while 1 GiB goes."""
    path = one_file(scene.folder / "large", GIB)
    quiet, busy = [], []
    with pair(scene.cable, scene.folder) as both:
        for turn in range(1 + scene.turns):
            progress(f"transfer: texts beside it, turn {turn + 1} of {1 + scene.turns}")
            until_s = time.perf_counter() + QUIET_S / scene.turns
            alone = _texts((both.anna, both.ben), lambda end=until_s: time.perf_counter() > end)
            beside = _texts_beside(both, path, fresh(scene.folder / "landed"))
            if turn:  # the first one warms up
                quiet += alone
                busy += beside
    path.unlink()
    table = scene.report.table(
        "A text to 'delivered'", "beside", "texts", "p50 ms", "p99 ms", "max ms"
    )
    for name, seconds in (("nothing", quiet), ("1 GiB, one file", busy)):
        table.add(name, len(seconds), *_told_ms(seconds))
    p50, p99, _ = (f"{ms:.1f}" for ms in _told_ms(busy))
    alone_p99 = f"alone {_told_ms(quiet)[1]:.1f} ms"
    scene.tell("a text beside 1 GiB, p50 / p99", f"{p50} / {p99} ms", "< 50 ms", alone_p99)


def crowd(scene: Scene) -> None:
    """One sends a file of its own to each of twenty, all at once, and texts them meanwhile."""
    path = one_file(scene.folder / "shared", PEER_BYTES)
    with ExitStack() as undo:
        anna = instance(undo, scene.folder, scene.cable.sender, "anna")
        peers = [
            instance(undo, scene.folder, scene.cable.receiver, f"peer{number}")
            for number in range(PEERS)
        ]
        for peer in peers:
            meet(anna, peer)
        spreads, ends, said, reads = [], [], [], []
        for turn in range(1 + scene.turns):
            progress(f"transfer: {PEERS} at once, turn {turn + 1} of {1 + scene.turns}")
            before = anna.read_bytes()
            start_s, done_s, transfers, took = _send_to_all(scene.folder, anna, peers, path)
            if turn:
                reads.append((anna.read_bytes() - before) / PEER_BYTES)
                half_s = start_s + (min(done_s) - start_s) / 2
                halves = [
                    _bytes_at(peer, transfer, start_s, half_s)
                    for peer, transfer in zip(peers, transfers, strict=True)
                ]
                spreads.append((max(halves) - min(halves)) / (sum(halves) / PEERS))
                times = [one - start_s for one in done_s]
                ends.append((max(times) - min(times)) / max(times))
                said += took
    path.unlink()
    _, p99, worst = _told_ms(said)
    table = scene.report.table(
        f"{PEERS} transfers of {PEER_BYTES // MIB} MiB at once",
        "spread of bytes at half time", "spread of ends", "text p99 ms", "text max ms",
        "times each byte was read",
    )  # fmt: skip
    table.add(median(spreads), median(ends), p99, worst, median(reads))
    what = f"{PEERS} transfers to {PEERS} peers"
    scene.tell(f"{what}: spread at half time", f"{median(spreads):.0%}", "<= 20 %")
    scene.tell(f"{what}: spread of their ends", f"{median(ends):.0%}", "<= 20 %")
    scene.tell(f"{what}: a text meanwhile, p99", f"{p99:.1f} ms", "< 50 ms")
    scene.tell(f"{what}: each byte read", f"{median(reads):.1f} times", "1")


def _texts_beside(both: Pair, path: Path, into: Path) -> list[float]:
    transfer = both.offer(path)
    since = both.ben.mark()
    both.ben.say("accept", transfer=transfer, into=str(into))

    def is_over() -> bool:
        return bool(both.ben.all("transfer", since=since, transfer=transfer, state="done"))

    took = _texts((both.anna, both.ben), is_over)
    both.ben.when_done(transfer)
    both.anna.when_done(transfer)
    check_arrived(path, into)
    return took


def _send_to_all(
    folder: Path, anna: Instance, peers: list[Instance], path: Path
) -> tuple[float, list[float], list[str], list[float]]:
    """When it began, when each ended, the transfers, and the seconds of texts meanwhile."""
    transfers = [Pair(anna, peer).offer(path) for peer in peers]
    targets = [fresh(folder / f"landed-{number}") for number in range(len(peers))]
    start_s = time.perf_counter()
    for peer, transfer, target in zip(peers, transfers, targets, strict=True):
        peer.say("accept", transfer=transfer, into=str(target))
    marks = [peer.mark() for peer in peers]

    def is_over() -> bool:
        return all(
            peer.all("transfer", since=since, state="done")
            for peer, since in zip(peers, marks, strict=True)
        )

    took = _texts((anna,), is_over, to=peers)
    done_s = [peer.when_done(one) for peer, one in zip(peers, transfers, strict=True)]
    for target, one in zip(targets, transfers, strict=True):
        anna.when_done(one)
        check_arrived(path, target)
        fresh(target)
    return start_s, done_s, transfers, took


def _texts(
    people: tuple[Instance, ...],
    is_over: Callable[[], bool],
    *,
    to: Sequence[Instance] = (),
) -> list[float]:
    """One each TEXT_EVERY_S, written by each of ``people`` in turn; seconds to "delivered"."""
    pause, said = threading.Event(), []
    for number in count():
        if is_over():
            break
        author = people[number % len(people)]
        reader = to[number % len(to)] if to else people[(number + 1) % len(people)]
        since = author.mark()
        start_s = time.perf_counter()
        said.append((author, since, author.say("send", to=reader.peer_id, text=TEXT), start_s))
        pause.wait(TEXT_EVERY_S)
    return [_delivered_s(author, since, ref) - start_s for author, since, ref, start_s in said]


def _delivered_s(author: Instance, since: int, ref: str) -> float:
    message, _ = author.when("message", since=since, ref=ref)
    _, came_s = author.when("state", since=since, id=message["id"], state="delivered")
    return came_s


def _bytes_at(peer: Instance, transfer: str, start_s: float, when_s: float) -> float:
    """How much had arrived by then, between two lines that say so in a straight line."""
    then_s, then = start_s, 0.0
    for line, came_s in zip(peer.lines, peer.came_s, strict=True):
        if line["event"] != "transfer" or line["transfer"] != transfer or came_s < start_s:
            continue
        if came_s > when_s:
            return then + (line["bytes"] - then) * (when_s - then_s) / (came_s - then_s)
        then_s, then = came_s, float(line["bytes"])
    return then


def _told_ms(seconds: list[float]) -> tuple[float, float, float]:
    ordered = [median(seconds), quantile(seconds, 0.99), max(seconds)]
    return ordered[0] * 1000, ordered[1] * 1000, ordered[2] * 1000
