"""What broke off is tried again: soon at first, then rarely, at once when there is news."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.engine.core import Core
from app.engine.retries import PAUSE_CAP_S, PAUSE_FIRST_S, Retries
from app.profile import Profile
from app.store.store import Store
from net.protocol.identity import Identity
from tests.sim.virtual import VirtualLoop, run
from tests.unit.app.store.desk import peer_id

ONE, OTHER = b"one", b"other"
ANN, BOB = peer_id(1), peer_id(2)

Scene = Callable[[Retries, list[float]], Coroutine[Any, Any, None]]


def play(folder: Path, scene: Scene) -> None:
    """``scene`` gets retries, and the times at which something was due."""

    async def scenario(loop: VirtualLoop) -> None:
        profile = Profile.open(folder)
        store = Store(profile.database)
        core = Core(loop, profile, Identity(profile.seed), store, lambda _: None)
        due: list[float] = []
        retries = Retries(core, lambda: due.append(loop.time()))
        await scene(retries, due)
        retries.stop()
        profile.close()

    run(scenario)


def test_pauses_grow_to_the_cap_and_no_further(tmp_path: Path) -> None:
    async def scene(retries: Retries, due: list[float]) -> None:
        pauses = []
        loop = asyncio.get_running_loop()
        for _ in range(12):
            at_s = loop.time()
            retries.put_off(ONE, ANN, has_moved=False)
            assert not retries.is_due(ONE)
            while not retries.is_due(ONE):
                await asyncio.sleep(0.1)
            pauses.append(loop.time() - at_s)
        assert 0.8 * PAUSE_FIRST_S <= pauses[0] <= 1.2 * PAUSE_FIRST_S + 0.2
        assert pauses[5] > 2 * pauses[1]
        assert max(pauses) <= 1.2 * PAUSE_CAP_S + 0.2
        assert min(pauses[-3:]) >= 0.8 * PAUSE_CAP_S
        assert len(due) == 12

    play(tmp_path, scene)


def test_what_moved_begins_with_short_pauses_again(tmp_path: Path) -> None:
    async def scene(retries: Retries, due: list[float]) -> None:
        for _ in range(10):
            retries.put_off(ONE, ANN, has_moved=False)
        retries.put_off(ONE, ANN, has_moved=True)
        await asyncio.sleep(1.3 * PAUSE_FIRST_S)
        assert retries.is_due(ONE)
        assert len(due) == 1

    play(tmp_path, scene)


@pytest.mark.parametrize("who", [ANN, None])
def test_a_person_or_network_that_is_back_ends_the_pauses(tmp_path: Path, who: Any) -> None:
    async def scene(retries: Retries, due: list[float]) -> None:
        retries.put_off(ONE, ANN, has_moved=False)
        retries.put_off(OTHER, BOB, has_moved=False)
        retries.hurry(who)
        assert retries.is_due(ONE)
        assert retries.is_due(OTHER) is (who is None)
        assert due == []

    play(tmp_path, scene)


def test_one_after_the_other_is_told_of(tmp_path: Path) -> None:
    async def scene(retries: Retries, due: list[float]) -> None:
        retries.put_off(ONE, ANN, has_moved=False)
        await asyncio.sleep(0.5)
        retries.put_off(OTHER, BOB, has_moved=False)
        await asyncio.sleep(5)
        assert retries.is_due(ONE)
        assert retries.is_due(OTHER)
        assert len(due) == 2

    play(tmp_path, scene)


def test_what_is_forgotten_is_put_off_no_more(tmp_path: Path) -> None:
    async def scene(retries: Retries, _due: list[float]) -> None:
        retries.put_off(ONE, ANN, has_moved=False)
        retries.put_off(OTHER, ANN, has_moved=False)
        retries.forget(ONE)
        assert retries.is_due(ONE)
        assert not retries.is_due(OTHER)

    play(tmp_path, scene)
