"""Twenty transfers at once to twenty people, and texts to them meanwhile.

All twenty run on this machine, so at full speed it is the processor that is shared. On a cable of
1 Gbit/s it is the cable, as it would be with twenty machines.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.common import Table, disk_folder, median, progress
from bench.transfer.beside import told_ms, write_texts
from bench.transfer.loads import MIB, check_arrived, chill, fresh, one_file
from bench.transfer.pair import Instance, Pair, instance, meet
from bench.transfer.scene import Scene

PEERS = 20
PEER_BYTES = 64 * MIB
"""Long enough for TCP to settle who has which share of the cable."""
RATE = "1gbit"
TURNS_MAX = 3


@dataclass(slots=True)
class Crowd:
    folder: Path
    anna: Instance
    peers: list[Instance]
    path: Path

    def send_to_all(self) -> "Turn":
        pairs = [Pair(self.anna, peer) for peer in self.peers]
        transfers = [both.offer(self.path) for both in pairs]
        targets = [fresh(self.folder / f"landed-{number}") for number in range(PEERS)]
        chill(self.path)
        before = self.anna.read_bytes()
        marks = [peer.mark() for peer in self.peers]
        start_s = time.perf_counter()
        for peer, transfer, target in zip(self.peers, transfers, targets, strict=True):
            peer.say("accept", transfer=transfer, into=str(target))

        def is_over() -> bool:
            return all(
                peer.all("transfer", since=since, state="done")
                for peer, since in zip(self.peers, marks, strict=True)
            )

        texts_s = write_texts((self.anna,), is_over, to=self.peers)
        ends_s = [
            peer.when_done(transfer) - start_s
            for peer, transfer in zip(self.peers, transfers, strict=True)
        ]
        for target, transfer in zip(targets, transfers, strict=True):
            self.anna.when_done(transfer)
            check_arrived(self.path, target)
            fresh(target)
        after = self.anna.read_bytes()
        reads, brought = ((b - a) / PEER_BYTES for a, b in zip(before, after, strict=True))
        half_s = start_s + min(ends_s) / 2
        halves = [
            _bytes_at(peer, since, start_s, half_s)
            for peer, since in zip(self.peers, marks, strict=True)
        ]
        return Turn(_spread(halves), _spread(ends_s), reads, brought, texts_s)


@dataclass(frozen=True, slots=True)
class Turn:
    """Spreads are from the least to the most, as a share of the mean."""

    spread: float
    """Of the bytes that had arrived at half the time of the first to end."""
    ends_spread: float
    reads: float
    """How often each byte was read from its file, by anybody."""
    brought: float
    """How often a disk had to bring it."""
    texts_s: list[float] = field(repr=False)


def crowd(scene: Scene) -> None:
    """One sends the same file, at first on the disk alone, to each at once; and texts in turn."""
    table = scene.report.table(
        f"{PEERS} transfers of {PEER_BYTES // MIB} MiB at once, from one",
        "cable", "spread of bytes at half time", "spread of ends",
        "text p50 ms", "text p99 ms", "text max ms", "each byte read", "by the disk",
    )  # fmt: skip
    with _gathered(scene) as people:
        full = _turns(scene, people, "full speed")
        _tell(table, "full speed", full)
        if not scene.cable.is_own:
            return
        with scene.cable.limited(RATE):
            limited = _turns(scene, people, RATE)
        _tell(table, RATE, limited)
    texts_s = [second for turn in limited for second in turn.texts_s]
    what = f"{PEERS} at once over 1 Gbit/s"
    spread = median([turn.ends_spread for turn in limited])
    scene.tell(f"{what}: spread of their times", f"{spread:.0%}", "<= 20 %")
    scene.tell(f"{what}: a text meanwhile, p99", f"{told_ms(texts_s)[1]:.1f} ms", "< 50 ms")
    brought = median([turn.brought for turn in full])
    scene.tell(f"each byte read from the disk for {PEERS}", f"{brought:.1f} times", "1")


@contextmanager
def _gathered(scene: Scene) -> Iterator[Crowd]:
    path = one_file(disk_folder() / "shared", PEER_BYTES)
    with ExitStack() as undo:
        anna = instance(undo, scene.folder, scene.cable.sender, "anna")
        names = [f"peer{number}" for number in range(PEERS)]
        peers = [instance(undo, scene.folder, scene.cable.receiver, name) for name in names]
        for peer in peers:
            meet(anna, peer)
        yield Crowd(scene.folder, anna, peers, path)
    path.unlink()


def _turns(scene: Scene, people: Crowd, name: str) -> list[Turn]:
    turns, count = [], 1 + min(scene.turns, TURNS_MAX)
    for number in range(count):  # the first one warms up
        progress(f"transfer: {PEERS} at once, {name}, turn {number + 1} of {count}")
        turns.append(people.send_to_all())
    return turns[1:]


def _tell(table: Table, name: str, turns: Sequence[Turn]) -> None:
    texts_s = [second for turn in turns for second in turn.texts_s]
    table.add(
        name,
        median([turn.spread for turn in turns]),
        median([turn.ends_spread for turn in turns]),
        *told_ms(texts_s),
        median([turn.reads for turn in turns]),
        median([turn.brought for turn in turns]),
    )


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / (sum(values) / len(values))


def _bytes_at(peer: Instance, since: int, start_s: float, when_s: float) -> float:
    """How much had arrived by then, in a straight line between two lines that say so."""
    then_s, then = start_s, 0.0
    for line, came_s in zip(peer.lines[since:], peer.came_s[since:], strict=True):
        if line["event"] != "transfer":
            continue
        if came_s > when_s:
            return then + (line["bytes"] - then) * (when_s - then_s) / (came_s - then_s)
        then_s, then = came_s, float(line["bytes"])
    return then
