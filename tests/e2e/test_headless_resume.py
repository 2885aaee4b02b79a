"""Whatever becomes of the network or the processes, a transfer goes on by itself, and what had
come over is not sent again: counted at the sender's network card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tests.e2e.transfers import arrives, begin, end, midway
from tests.e2e.trees import MIB, write_random

SIZE = 400 * MIB
BLOCK = 16 * MIB
"""Sent again at most after each fault."""
OVERHEAD = 1.06
"""Headers of packets and records: 66 bytes for each 1,448 of content, and what is lost."""
MBIT = 400
GOES_ON_S = 25
"""A dead stream is noticed before its 30 s of silence are over."""

pytestmark = pytest.mark.timeout(180)


@dataclass
class World:
    """Anna at h1 sends to Ben at h2."""

    rig: Rig
    start: Start
    people: dict[str, Headless]
    transfer: str = ""

    @property
    def anna(self) -> Headless:
        return self.people["anna"]

    @property
    def ben(self) -> Headless:
        return self.people["ben"]

    def restart(self, *names: str) -> None:
        """After kill -9 of all of them at once."""
        for name in names:
            self.people[name].kill()
        for name in names:
            self.people[name] = self.start(name, place=self.rig[PLACES[name]])


PLACES = {"anna": "h1", "ben": "h2"}


@pytest.fixture
def world(rig: Rig, start: Start) -> World:
    people = {name: start(name, place=rig[host]) for name, host in PLACES.items()}
    people["anna"].sees(people["ben"])
    people["ben"].sees(people["anna"])
    rig.throttle("h1", MBIT)
    return World(rig, start, people)


def cable_pulled(world: World) -> None:
    world.rig.link("h2", is_up=False)
    world.rig.link("h2", is_up=True)


def partition(world: World) -> None:
    """Long enough to be noticed: nothing has moved for seconds."""
    world.rig.block("h1", "h2")
    mark = world.ben.mark()
    world.ben.wait("transfer", transfer=world.transfer, rate=0, since=mark, within_s=30)
    world.rig.unblock()


def sender_moves(world: World) -> None:
    world.rig.readdr("h1", "192.168.77.101/24")


def receiver_moves(world: World) -> None:
    world.rig.readdr("h2", "192.168.77.102/24")


def killed(*names: str) -> Callable[[World], None]:
    return lambda world: world.restart(*names)


FAULTS = (
    cable_pulled,
    partition,
    sender_moves,
    receiver_moves,
    killed("anna"),
    killed("ben"),
    killed("anna", "ben"),
)


def test_e22_g01_g08_one_transfer_outlives_everything_and_sends_little_again(
    world: World, tmp_path: Path
) -> None:
    film = write_random(tmp_path / "film", SIZE)
    step_bytes = SIZE // (len(FAULTS) + 2)
    before = world.rig.sent_bytes("h1")
    world.transfer = begin(world.anna, world.ben, film)
    for number, fault in enumerate(FAULTS, 1):
        midway(
            world.ben,
            world.transfer,
            number * step_bytes,
            since=world.ben.mark(),
            within_s=GOES_ON_S,
        )
        fault(world)
    arrives(world.ben, world.transfer, film, within_s=90)
    assert end(world.anna, world.transfer)["state"] == "done"
    again = world.rig.sent_bytes("h1") - before - SIZE * OVERHEAD
    assert again <= BLOCK, "so much for a single fault, and this was for all of them"
