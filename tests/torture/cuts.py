"""Power cuts without end: lives of a database that goes on from what each cut left.

A seed is one life, exactly as it was whenever it is lived again: what is written, what
goes into which commit, at which operations of the disk the power goes, and what of the
unsynced writes is found afterwards.
"""

import os
import random
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.store.types import Queued
from net.protocol.identity import PeerId
from tests.disk import Disk, Image, Loss, disk, write_images
from tests.torture.ledger import PEER, Lab, Promises, SeededStore
from tests.torture.verdict import judge
from tests.unit.app.store.desk import LANE, an_id, item, meet, send

CUTS_A_LIFE = 10
CUTS_A_RUN = 2
"""The database goes on from what the later one left."""
STEPS_MAX = 200
OPERATIONS = 800
"""Within so many of them from the start of a run on the power goes."""
NEARBY = 8
PROGRESS = 20
"""Numbers of peers by which a run goes on; those before may come again."""
OUR_LANE = (1).to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Cut:
    images: dict[str, Image]
    promises: Promises


class Life:
    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.lab = Lab(self.chance)
        self.promises = Promises()
        self.cuts = 0
        self._folder = folder
        self._number = 0
        self._faults: list[BaseException] = []
        self._waiting: list[tuple[bytes, int]] = []
        """Ids and numbers of texts that nobody acknowledged."""

    def live(self, cuts: int) -> None:
        """Raises BrokenPromiseError or AssertionError."""
        place = self._folder / "0"
        place.mkdir()
        while self.cuts < cuts:
            for cut in self._run(place):
                self.cuts += 1
                place = self._folder / str(self.cuts)
                place.mkdir()
                write_images(cut.images, place, self.chance, self.chance.choice(list(Loss)))
                entries = judge(place / "landline.db", cut.promises, self.lab)
            self.promises = cut.promises
            self.lab.load(entries)
            self._waiting = []

    def _run(self, place: Path) -> list[Cut]:
        """What the power cuts of this run leave."""
        taken: list[Cut] = []
        with disk() as device:
            points = sorted(self.chance.randrange(1, OPERATIONS) for _ in range(CUTS_A_RUN))

            def watch(_kind: str, _file: str) -> None:
                while len(taken) < len(points) and device.operations >= points[len(taken)]:
                    taken.append(self._cut(device))

            device.before_operation = watch
            store = SeededStore(place / "landline.db", device.name, self.chance)
            store.start()
            self._begin(store)
            for _ in range(STEPS_MAX):
                self._step(store)
                if len(taken) == len(points):
                    break
            store.stop()
            while len(taken) < len(points):
                taken.append(self._cut(device))
        if self._faults:
            raise self._faults[0]
        return taken

    def _cut(self, device: Disk) -> Cut:
        return Cut(device.snapshot(), deepcopy(self.promises))

    # --- what happens ------------------------------------------------------

    def _begin(self, store: SeededStore) -> None:
        store.do(meet)
        if not len(self.lab.log):
            self._change_room(store)
        base = self.cuts // CUTS_A_RUN * PROGRESS
        self._lane = self._nearby(base)
        self._feeds = {author: self._nearby(base) for author in self.lab.others}

    def _nearby(self, base: int) -> list[int]:
        """Numbers in about their order, the next to come last."""
        numbers = range(max(1, base - NEARBY), base + 3 * PROGRESS)
        return sorted(numbers, key=lambda n: n + self.chance.random() * NEARBY, reverse=True)

    def _step(self, store: SeededStore) -> None:
        dice = self.chance.random()
        if dice < 0.2:
            self._send(store)
        elif dice < 0.4 and self._lane:
            self._receive(store)
        elif dice < 0.5 and self._waiting:
            self._acknowledge(store)
        elif dice < 0.7:
            self._post(store)
        elif dice < 0.95:
            self._take_post(store)
        else:
            self._change_room(store)

    def _then(self, future: Future[Any], keep: Callable[[Any], None]) -> None:
        """Once it is durable. Nothing here may be refused."""

        def on_done(done: Future[Any]) -> None:
            error = done.exception()
            if error is None:
                keep(done.result())
            else:
                self._faults.append(error)

        future.add_done_callback(on_done)

    def _text(self) -> str:
        return "x" * self.chance.choice([1, 40, 700, 4000])

    def _next_id(self) -> bytes:
        self._number += 1
        return an_id(self._number)

    def _send(self, store: SeededStore) -> None:
        message_id, number, text = self._next_id(), self._number, self._text()

        def keep(queued: Queued) -> None:
            self.promises.sent.add(message_id)
            self._waiting.append((message_id, queued.seq))

        self._then(store.submit(lambda w: send(w, PEER, number, text)), keep)

    def _receive(self, store: SeededStore) -> None:
        seq, text = self._lane.pop(), self._text()
        received = store.submit(lambda w: w.receive(PEER, LANE, 1, [item(seq, text)]))
        self._then(received, lambda _: self.promises.received.add(seq))

    def _acknowledge(self, store: SeededStore) -> None:
        message_id, seq = self._waiting.pop(self.chance.randrange(len(self._waiting)))
        done = store.submit(lambda w: w.acknowledge(PEER, OUR_LANE, [seq]))
        self._then(done, lambda _: self.promises.delivered.add(message_id))

    def _post(self, store: SeededStore) -> None:
        message_id = self._next_id()
        done = store.submit(self.lab.poster(message_id, self._text()))
        self._then(done, lambda made: self.promises.posted.add((made.post[1], message_id)))

    def _take_post(self, store: SeededStore) -> None:
        author = self.chance.choice(self.lab.others)
        if self._feeds[author]:
            number = self._feeds[author].pop()
            what: tuple[PeerId, int] = author.peer_id, number
            done = store.submit(self.lab.taker(author, number, self._text()))
            self._then(done, lambda _: self.promises.taken.add(what))

    def _change_room(self, store: SeededStore) -> None:
        signed = self.lab.next_entry(self.chance.randrange(10**6))
        done = store.submit(self.lab.saver(signed))
        self._then(done, lambda _: self.promises.entries.add(signed.entry_id))


def live(seed: int, cuts: int) -> int:
    """The cuts of one life. Raises BrokenPromiseError or AssertionError."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="landline-cuts-", dir=memory) as folder:
        life = Life(seed, Path(folder))
        life.live(cuts)
        return life.cuts
