"""Pictures of people over a network that loses, and onto a disk that is full."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.commands import ChangeSettings, SetTrust
from app.events import PersonChanged
from net.protocol.records import picture_hash
from tests.sim.virtual import VirtualLoop, run, until
from tests.sim.world import Host, Weather, World

Scene = Callable[[World, Host, Host], Coroutine[Any, Any, None]]
FACE, OTHER = b"face" * 5000, b"another face"


def play(folder: Path, seed: int, scene: Scene) -> None:
    """Ann and Bob, each other's contacts."""

    async def scenario(loop: VirtualLoop) -> None:
        world = World(loop, seed, folder)
        ann, bob = Host(world, "ann"), Host(world, "bob")
        for host in (ann, bob):
            await host.start()
        world.beacons()
        await until(lambda: all(len(people(host)) == 1 for host in (ann, bob)))
        for host, other in ((ann, bob), (bob, ann)):
            host.do(SetTrust(other.text_id, accepted=True))
        await scene(world, ann, bob)
        for host in (ann, bob):
            await host.quit()

    run(scenario)


def people(host: Host) -> dict[str, str]:
    """Of those who were met, the hashes of their pictures, as they were told last."""
    told = [event.person for _, event in host.told if isinstance(event, PersonChanged)]
    return {one.peer_id: one.picture for one in told}


def sees(host: Host, other: Host, image: bytes) -> bool:
    wanted = picture_hash(image).hex() if image else ""
    stored = host.rows("SELECT image FROM picture")
    return people(host)[other.text_id] == wanted and stored == ([(image,)] if image else [])


@pytest.mark.parametrize("seed", range(6))
def test_pictures_arrive_whatever_is_lost_and_in_the_end_the_last_one_is_seen(
    tmp_path: Path, seed: int
) -> None:
    async def scene(world: World, ann: Host, bob: Host) -> None:
        world.weather = Weather(loss=0.4, twice=0.1, jitter_s=0.05)
        for image in (FACE, b"", OTHER, FACE, OTHER):
            bob.do(ChangeSettings(picture=image))
        ann.do(ChangeSettings(picture=FACE))
        await until(lambda: sees(ann, bob, OTHER) and sees(bob, ann, FACE), within_s=900)
        bob.do(ChangeSettings(picture=b""))
        await until(lambda: sees(ann, bob, b""), within_s=900)

    play(tmp_path, seed, scene)


def test_a_picture_that_came_while_one_was_away_is_seen_at_the_next_meeting(
    tmp_path: Path,
) -> None:
    async def scene(world: World, ann: Host, bob: Host) -> None:
        bob.do(ChangeSettings(picture=FACE))
        await until(lambda: sees(ann, bob, FACE))
        ann.kill()
        bob.do(ChangeSettings(picture=OTHER))
        await ann.start()
        await until(lambda: sees(ann, bob, OTHER))

    play(tmp_path, 0, scene)


@pytest.mark.allows_log("store: nothing of this commit is kept")
def test_what_a_full_disk_refused_is_asked_for_again(tmp_path: Path) -> None:
    async def scene(world: World, ann: Host, bob: Host) -> None:
        await until(lambda: bool(ann.rows("SELECT 1 FROM person WHERE is_accepted")))
        ann.is_full = True
        bob.do(ChangeSettings(picture=FACE))
        refused = world.loop.time() + 30
        await until(lambda: world.loop.time() > refused)
        assert people(ann)[bob.text_id] == ""
        ann.is_full = False
        await until(lambda: sees(ann, bob, FACE), within_s=200)

    play(tmp_path, 0, scene)
