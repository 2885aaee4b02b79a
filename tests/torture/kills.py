"""kill -9 without end: two people talk both ways while now the one, now the other dies.

Between the stretches all is calm for a while, and both disks must say the same. The
plan of a seed (who, when, what) is the same always; what a kill meets is not.
"""

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.e2e.rig import Place, private_loopback
from tests.torture.people import Person, check_chat
from tools.headless import Headless, wait_until

STRETCH = 50
"""Kills between two looks at everything. Each stretch has a room of its own."""
CALM_S = 120.0
"""Within which all is delivered once nobody dies any more."""
LOOK_S = 0.004
START_S = 0.6
"""A process is ready within that mostly: a kill before hits it while it starts."""
NEWBORN = 0.05
"""Share of kills that hit somebody who starts for the first time ever."""

Report = Callable[[str], None]


class Marathon:
    def __init__(self, kills: int, seed: int, folder: Path, place: Place) -> None:
        self.kills = kills
        self.done = 0
        self.early = 0
        """Kills before the process was ready."""
        self.people = (Person("ann", folder, place), Person("ben", folder, place))
        self._chance = random.Random(seed)
        self._folder = folder
        self._place = place
        self._rooms: list[str] = []
        self._since = 1
        self._pause = threading.Event()

    @property
    def texts(self) -> int:
        """That were acknowledged."""
        return sum(len(person.acknowledged) for person in self.people)

    def run(self, report: Report) -> None:
        """Raises BrokenPromiseError or AssertionError."""
        self._meet()
        while self.done < self.kills:
            self._begin_room()
            for _ in range(min(STRETCH, self.kills - self.done)):
                self._kill_somebody()
            self._calm_down()
            self._check(self._since, self._rooms[-1:])
            report(f"{self.done} of {self.kills} kills, {self.texts} texts")
        self._check(1, self._rooms)

    def stop(self) -> None:
        """Ends what still runs, after a failure too."""
        for person in self.people:
            if person.one:
                person.one.kill()

    # --- what happens ------------------------------------------------------

    def _meet(self) -> None:
        ann, ben = self.people
        for one, other in ((ann, ben), (ben, ann)):
            one.be_ready()
            other.be_ready()
        for one, other in ((ann, ben), (ben, ann)):
            one.be_ready().sees(other.peer_id)

    def _begin_room(self) -> None:
        owner, other = self._chance.sample(self.people, 2)
        made = owner.be_ready().ask("room_create", name="Lab", people=[other.peer_id])
        self._rooms.append(made["room"])
        other.be_ready().wait("room", room=made["room"], within_s=CALM_S)
        self._since = 1 + min(person.last_number for person in self.people)

    def _kill_somebody(self) -> None:
        self.done += 1
        if self._chance.random() < NEWBORN:
            self._kill_a_newborn()
            return
        for person in self.people:
            if person.one is None and self._chance.random() < 0.85:
                person.start()
        if not any(person.one for person in self.people):
            self._chance.choice(self.people).start()
        end_s = START_S * 2 if self._chance.random() < 0.6 else START_S
        self._talk(self._chance.uniform(0, end_s))
        victims = [person for person in self.people if person.one]
        self.early += self._chance.choice(victims).kill()

    def _kill_a_newborn(self) -> None:
        """Whatever was begun of a profile when its process was killed: it opens."""
        newborn = Person(f"newborn-{self.done}", self._folder, self._place)
        newborn.start()
        self._talk(self._chance.uniform(0, START_S))
        self.early += newborn.kill()
        newborn.be_ready()
        newborn.kill()

    def _talk(self, time_s: float) -> None:
        """Both, to each other and in the room."""
        end_s = time.monotonic() + time_s
        while time.monotonic() < end_s:
            for person, other in (self.people, self.people[::-1]):
                if person.one:
                    person.listen(person.one)
                    chat = self._rooms[-1] if self._chance.random() < 0.5 else other.peer_id
                    person.say(chat, self._chance.choice([0, 0, 20, 3000]))
            self._pause.wait(LOOK_S)

    # --- what must be true -------------------------------------------------

    def _calm_down(self) -> None:
        running = [person.be_ready() for person in self.people]
        wait_until(lambda: all(_is_settled(one) for one in running), CALM_S)
        for person, one in zip(self.people, running, strict=True):
            person.listen(one)
            person.look_at_files()

    def _check(self, since: int, rooms: Sequence[str]) -> None:
        for one, other in (self.people, self.people[::-1]):
            check_chat(one, other, {one: other.peer_id, other: one.peer_id}, since)
            for room in rooms:
                check_chat(one, other, {one: room, other: room}, since)


def _is_settled(one: Headless) -> bool:
    """The answer comes behind what was asked before: nothing is on its way to the disk."""
    return bool(one.ask("status")["queued"] == 0)


def marathon(kills: int, seed: int, report: Report) -> str:
    """The counts. Raises BrokenPromiseError or AssertionError; the profiles are kept then."""
    folder = Path(tempfile.mkdtemp(prefix="landline-kills-"))
    began_s = time.monotonic()
    with private_loopback() as place:
        run = Marathon(kills, seed, folder, place)
        try:
            run.run(report)
        except BaseException:
            report(f"the profiles are in {folder}")
            raise
        finally:
            run.stop()
    shutil.rmtree(folder)
    took_s = time.monotonic() - began_s
    return (
        f"{run.done} kills ({run.early} during start), {run.texts} texts acknowledged,"
        f" none lost, doubled or out of order; {took_s:.0f} s"
    )
