"""Ten people talk for hours on a network that loses 5 of 100 packets. Six of them come, go and
die; the other four must not grow, and in the end all disks say the same."""

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from app.engine.workers import THREADS
from net.streams import IDLE_TIMEOUT_S
from tests.e2e.rig import Rig, make_rig
from tests.e2e.trees import MIB, write_random
from tests.sim.chaos import BrokenPromiseError
from tests.torture.people import LADDER, Person, check_chat, is_own_text, need
from tools.headless import wait_until

PEOPLE: Final = 10
STEADY: Final = 4
"""Live from the start to the end, and are measured."""
LOSS_PERCENT: Final = 5.0
TALK_S: Final = 0.5
"""One text of somebody to somebody, or to all."""
TO_ALL: Final = 0.2
CHURN_S: Final = 20.0
CABLE_S: Final = 120.0
"""Somebody's cable is pulled; it is back a tenth of that later."""
FILE_S: Final = 60.0
SAMPLE_S: Final = 10.0
LOOKS: Final = 3
"""At rest, of which the lowest counts: a stream may stand in for lost datagrams for a while."""
REPORT_S: Final = 300.0
WARM_UP: Final = 1 / 12
"""Share of the time after which nothing may grow: ten minutes of two hours."""
MEET_S: Final = 120.0
CALM_S: Final = 300.0
GROWTH_MAX_BYTES: Final = 6 * MIB
"""Of the median: the writer's cache fills with pages of the database (app/store/opening.py), and
what an allocator keeps goes up and down by some."""
LATE_THREADS: Final = THREADS - 1
"""Of the pool for scans: they begin when two scans meet for the first time."""

Report = Callable[[str], None]


@dataclass
class Watch:
    """What one process takes, sampled since the warming up."""

    rss_bytes: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    """At rest: after the warming up, and in the end."""

    def look(self, process: psutil.Process) -> None:
        with process.oneshot():
            self.rss_bytes.append(process.memory_info().rss)
            self.threads.append(process.num_threads())

    @property
    def growth(self) -> tuple[int, int, int]:
        """Bytes, descriptors and threads; of what is sampled from the first fifth to the last."""
        # A transfer that runs has a thread: what is always there counts.
        return (
            _growth(self.rss_bytes, median),
            self.descriptors[-1] - self.descriptors[0],
            _growth(self.threads, min),
        )

    def __str__(self) -> str:
        more_bytes, more_files, more_threads = self.growth
        return f"{more_bytes / MIB:+.1f} MiB, {more_files:+} files, {more_threads:+} threads"

    def has_grown(self) -> bool:
        more_bytes, more_files, more_threads = self.growth
        return more_bytes > GROWTH_MAX_BYTES or more_files > 0 or more_threads > LATE_THREADS


def _growth(samples: Sequence[int], middle: Callable[[Sequence[int]], float]) -> int:
    fifth = max(1, len(samples) // 5)
    return int(middle(samples[-fifth:]) - middle(samples[:fifth]))


class Soak:
    def __init__(self, time_s: float, seed: int, folder: Path, rig: Rig) -> None:
        self.people = [
            Person(f"p{number}", folder, rig[f"h{number}"]) for number in range(1, PEOPLE + 1)
        ]
        self.steady, self.fickle = self.people[:STEADY], self.people[STEADY:]
        self.watches = {person.name: Watch() for person in self.steady}
        self.ends = {"kill": 0, "quit": 0, "cable": 0, "file": 0}
        self._time_s = time_s
        self._chance = random.Random(seed)
        self._folder = folder
        self._rig = rig
        self._room = ""
        self._pulled = ""
        self._is_warm = False
        self._pause = threading.Event()

    @property
    def texts(self) -> int:
        return sum(len(person.acknowledged) for person in self.people)

    def run(self, report: Report) -> str:
        """By how much or little they grew. Raises BrokenPromiseError or AssertionError."""
        self._meet()
        self._rig.impair("all", loss=LOSS_PERCENT, ttl=self._time_s + 3600)
        began_s = time.monotonic()
        self._live(report, began_s, self._time_s * WARM_UP)
        self._rest()
        self._is_warm = True
        self._live(report, began_s, self._time_s)
        self._calm_down()
        try:
            wait_until(self._is_all_agreed, CALM_S)
        except AssertionError:
            self._agree()  # says what they do not agree on
            raise
        self._rest()
        grown = "; ".join(f"{name} {watch}" for name, watch in self.watches.items())
        need(not any(watch.has_grown() for watch in self.watches.values()), f"grew: {grown}")
        return grown

    def stop(self) -> None:
        for person in self.people:
            if person.one:
                person.one.kill()

    # --- what happens ------------------------------------------------------

    def _meet(self) -> None:
        for person in self.people:
            person.start()
        running = [person.be_ready() for person in self.people]
        for one in running:
            for other in running:
                if one is not other:
                    one.sees(other, within_s=MEET_S)
        for one in running[:STEADY]:
            for other in running[:STEADY]:
                if one is not other:
                    one.ask("trust", peer=other.peer_id, accepted=True, auto_accept=True)
        others = [person.peer_id for person in self.people[1:]]
        self._room = running[0].ask("room_create", name="All", people=others)["room"]
        for one in running[1:]:
            one.wait("room", room=self._room, within_s=MEET_S)

    def _live(self, report: Report, began_s: float, until_s: float) -> None:
        acts = (
            (TALK_S, self._talk),
            (CHURN_S, self._churn),
            (CABLE_S, self._pull),
            (CABLE_S / 10, self._plug),
            (FILE_S, self._send_file),
            (SAMPLE_S, self._sample),
            (REPORT_S, lambda: report(self._story(time.monotonic() - began_s))),
        )
        due = [time.monotonic() - began_s + period_s for period_s, _ in acts]
        while (lived_s := time.monotonic() - began_s) < until_s:
            for number, (period_s, act) in enumerate(acts):
                if lived_s >= due[number]:
                    due[number] += period_s
                    act()
            self._pause.wait(TALK_S / 5)

    def _talk(self) -> None:
        speaker = self._chance.choice([person for person in self.people if person.one])
        other = self._chance.choice([person for person in self.people if person is not speaker])
        chat = self._room if self._chance.random() < TO_ALL else other.peer_id
        speaker.say(chat, self._chance.choice([0, 20, 200, 3000]))
        for person in self.people:
            if person.one:
                person.listen(person.one)

    def _churn(self) -> None:
        """One of the six: who is away comes, who is here goes, well or badly."""
        person = self._chance.choice(self.fickle)
        if person.one is None:
            person.start()
        elif self._chance.random() < 0.5:
            self.ends["kill"] += 1
            person.kill()
        else:
            self.ends["quit"] += 1
            one, person.one = person.be_ready(), None
            one.quit()
            person.listen(one)
            one.check_manners()

    def _pull(self) -> None:
        self.ends["cable"] += 1
        self._pulled = f"h{self._chance.randint(1, PEOPLE)}"
        self._rig.link(self._pulled, is_up=False)

    def _plug(self) -> None:
        if self._pulled:
            self._rig.link(self._pulled, is_up=True)
            self._pulled = ""

    def _send_file(self) -> None:
        """Between two of the four, who take it unasked."""
        self.ends["file"] += 1
        number = self.ends["file"]
        sender, receiver = self._chance.sample(self.steady, 2)
        size_bytes = self._chance.randrange(1, 4 * MIB)
        path = write_random(self._folder / f"file-{number}.bin", size_bytes, seed=number)
        sender.be_ready().say("send_files", to=receiver.peer_id, paths=[str(path)])

    def _sample(self) -> None:
        if self._is_warm:
            for person in self.steady:
                self.watches[person.name].look(psutil.Process(person.be_ready().process.pid))

    def _rest(self) -> None:
        """Nobody says anything until the streams that large texts took are closed. How many there
        are while people talk is chance."""
        self._plug()
        self._pause.wait(IDLE_TIMEOUT_S)
        for person in self.steady:
            process = psutil.Process(person.be_ready().process.pid)
            counts = [process.num_fds() for _ in range(LOOKS) if not self._pause.wait(SAMPLE_S)]
            self.watches[person.name].descriptors.append(min(counts))

    def _story(self, lived_s: float) -> str:
        return f"{lived_s / 60:.0f} min, {self.texts} texts, {self.ends}"

    # --- what must be true -------------------------------------------------

    def _calm_down(self) -> None:
        self._plug()
        running = [person.be_ready() for person in self.people]
        wait_until(lambda: all(one.ask("status")["queued"] == 0 for one in running), CALM_S)
        wait_until(self._are_files_there, CALM_S)
        for person, one in zip(self.people, running, strict=True):
            person.listen(one)
            person.look_at_files()

    def _are_files_there(self) -> bool:
        """Each under its name, with a whole file's size."""
        landed = {
            path.name: path.stat().st_size
            for person in self.steady
            for path in (self._folder / f"{person.name}-downloads").glob("file-*.bin")
        }
        sent = {path.name: path.stat().st_size for path in self._folder.glob("file-*.bin")}
        return landed == sent

    def _is_all_agreed(self) -> bool:
        try:
            self._agree()
        except BrokenPromiseError:
            return False
        return True

    def _agree(self) -> None:
        for ann, ben in combinations(self.people, 2):
            for one, other in ((ann, ben), (ben, ann)):
                check_chat(one, other, {one: other.peer_id, other: one.peer_id}, 1)
                check_chat(one, other, {one: self._room, other: self._room}, 1)
                waiting = [
                    line
                    for line in one.history(other.peer_id, 1)
                    if is_own_text(line) and LADDER[line["state"]] < LADDER["delivered"]
                ]
                need(not waiting, f"{one.name}'s text to {other.name} is on its way: {waiting[:1]}")


def soak(hours: float, seed: int, report: Report) -> str:
    """The counts. Raises BrokenPromiseError or AssertionError; the profiles are kept then.

    RigUnavailableError where there are no network namespaces.
    """
    folder = Path(tempfile.mkdtemp(prefix="landline-soak-"))
    rig = make_rig(PEOPLE)
    run = Soak(hours * 3600, seed, folder, rig)
    try:
        grown = run.run(report)
    except BaseException:
        report(f"the profiles are in {folder}")
        raise
    finally:
        run.stop()
        rig.down()
    shutil.rmtree(folder)
    return f"{hours} h, {run.texts} texts, {run.ends}, none lost; {grown}"
