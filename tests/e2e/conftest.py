"""Instances and hosts for tests; whatever is started here is also ended here."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.headless import Headless
from tests.e2e.rig import HERE, Place, Rig, RigUnavailableError, make_rig

Start = Callable[..., Headless]


@pytest.fixture(scope="session")
def _rig() -> Iterator[Rig]:
    try:
        rig = make_rig()
    except RigUnavailableError as error:
        pytest.skip(str(error))
    yield rig
    rig.down()


@pytest.fixture
def rig(_rig: Rig) -> Iterator[Rig]:
    """Three hosts h1, h2, h3 on one switch, whole at the start of every test."""
    yield _rig
    _rig.restore()


class Instances:
    """Headless instances under one folder; whatever was started here is ended by ``end``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Headless] = []

    def start(
        self, name: str, *options: str, place: Place = HERE, is_ready: bool = True, **others: Any
    ) -> Headless:
        """See the fixture ``start``."""
        where = ["--bind", "127.0.0.1"] if place is HERE and "--bind" not in options else []
        if "--downloads" not in options:
            downloads = self._folder / f"{name}-downloads"
            downloads.mkdir(exist_ok=True)
            where += ["--downloads", str(downloads)]
        profile = self._folder / name
        one = Headless(profile, "--name", name, *where, *options, place=place, **others)
        self._started.append(one)
        if is_ready:
            one.wait("ready")
        return one

    def pair(self) -> tuple[Headless, Headless]:
        anna, ben = self.start("anna"), self.start("ben")
        anna.sees(ben)
        ben.sees(anna)
        return anna, ben

    def end(self) -> None:
        """Kills all; they must have kept to JSON lines, without a traceback."""
        for one in self._started:
            one.kill()
        for one in self._started:
            one.check_manners()


@pytest.fixture
def instances(tmp_path: Path) -> Iterator[Instances]:
    instances = Instances(tmp_path)
    yield instances
    instances.end()


@pytest.fixture
def start(instances: Instances) -> Start:
    """Starts a headless instance: ``start("anna", "--port", "5000", place=rig["h1"])``.

    The name is the profile's folder under tmp_path and the name others see, so that
    the same name again is the same person. Runs on loopback alone unless it is given a
    place.
    """
    return instances.start


@pytest.fixture
def pair(instances: Instances) -> tuple[Headless, Headless]:
    """Two people on this machine who see each other."""
    return instances.pair()


@pytest.fixture(scope="module")
def standing_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Headless, Headless]]:
    """Two people for many tests that change nothing."""
    instances = Instances(tmp_path_factory.mktemp("standing"))
    yield instances.pair()
    instances.end()
