"""The scene of the hostile tests: two real processes, one of them to be attacked."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.headless import wait_until
from tests.hostile.oracles import figures, told_in_ms
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene


@pytest.fixture(scope="module")
def _scene(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("scene"))
    try:
        scene.begin()
        yield scene
        module = request.module.__name__.rpartition(".")[2]
        figures.append(f"{module}: the victim's loop, {told_in_ms(scene.beats_s)}")
    finally:
        scene.end()


@pytest.fixture
def scene(_scene: Scene, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Whatever a test does with it: nobody was harmed, all along and in the end."""
    with _scene.unharmed(lands="landing" in request.fixturenames):
        yield _scene


@pytest.fixture
def mallory(scene: Scene) -> Iterator[HostilePeer]:
    """Somebody the victim has met and not accepted, about to misbehave."""
    with HostilePeer() as mallory:
        mallory.meet(scene.victim.port)
        scene.victim.sees(mallory.peer_id)
        yield mallory


@pytest.fixture
def landing(scene: Scene) -> Iterator[Path]:
    """Where accepted files go. Empty before and after: what may land is taken away again."""
    assert os.listdir(scene.landing) == []
    yield scene.landing
    wait_until(lambda: os.listdir(scene.landing) == [])
