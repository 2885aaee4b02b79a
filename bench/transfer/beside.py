"""What else goes on: a tiny file, texts beside a transfer."""

import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from bench.common import median, progress, quantile
from bench.transfer.loads import GIB, check_arrived, fresh, one_file
from bench.transfer.pair import Instance, Pair, pair
from bench.transfer.scene import Scene

TINY_ROUNDS = 30
TEXT = "x" * 200
TEXT_EVERY_S = 0.02
QUIET_S = 3.0


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
            alone = write_texts(
                (both.anna, both.ben), lambda end=until_s: time.perf_counter() > end
            )
            beside = _texts_beside(both, path, fresh(scene.folder / "landed"))
            if turn:  # the first one warms up
                quiet += alone
                busy += beside
    path.unlink()
    table = scene.report.table(
        "A text to 'delivered'", "beside", "texts", "p50 ms", "p99 ms", "max ms"
    )
    for name, seconds in (("nothing", quiet), ("1 GiB, one file", busy)):
        table.add(name, len(seconds), *told_ms(seconds))
    p50, p99, _ = (f"{ms:.1f}" for ms in told_ms(busy))
    alone_p99 = f"alone {told_ms(quiet)[1]:.1f} ms"
    scene.tell("a text beside 1 GiB, p50 / p99", f"{p50} / {p99} ms", "< 50 ms", alone_p99)


def _texts_beside(both: Pair, path: Path, into: Path) -> list[float]:
    transfer = both.offer(path)
    since = both.ben.mark()
    both.ben.say("accept", transfer=transfer, into=str(into))

    def is_over() -> bool:
        return bool(both.ben.all("transfer", since=since, transfer=transfer, state="done"))

    took = write_texts((both.anna, both.ben), is_over)
    both.ben.when_done(transfer)
    both.anna.when_done(transfer)
    check_arrived(path, into)
    return took


def write_texts(
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


def told_ms(seconds: list[float]) -> tuple[float, float, float]:
    """p50, p99 and the longest, in milliseconds."""
    ordered = [median(seconds), quantile(seconds, 0.99), max(seconds)]
    return ordered[0] * 1000, ordered[1] * 1000, ordered[2] * 1000
