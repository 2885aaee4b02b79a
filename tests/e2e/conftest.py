"""Instances and hosts for tests; whatever is started here is also ended here."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.desktop import Desktop, missing_programs, open_desktop
from tests.e2e.headless import Headless
from tests.e2e.rig import HERE, Place, Rig, RigUnavailableError, make_rig, private_loopback
from tests.e2e.screenreader import ScreenReader

Start = Callable[..., Headless]
BEN = f"Ben-beyond-{os.getpid()}"
"""Windows live on this machine's own network: somebody else may run the same test there."""


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


@pytest.fixture(scope="session")
def loopback() -> Iterator[Place]:
    """Where instances run that need no network card."""
    with private_loopback() as place:
        yield place


class Instances:
    """Headless instances under one folder; whatever was started here is ended by ``end``."""

    def __init__(self, folder: Path, place: Place) -> None:
        self._folder = folder
        self._place = place
        self._started: list[Headless] = []

    def start(
        self,
        name: str,
        *options: str,
        place: Place | None = None,
        is_ready: bool = True,
        wrapper: Sequence[str] = (),
        environment: dict[str, str] | None = None,
    ) -> Headless:
        """See the fixture ``start``."""
        place = place or self._place
        where = ["--bind", "127.0.0.1"] if place is HERE and "--bind" not in options else []
        if "--downloads" not in options:
            downloads = self._folder / f"{name}-downloads"
            downloads.mkdir(exist_ok=True)
            where += ["--downloads", str(downloads)]
        profile = self._folder / name
        prefix = place.command(wrapper)
        words = ["--name", name, *where, *options]
        one = Headless(profile, *words, prefix=prefix, environment=environment)
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


def skip_without(*programs: str) -> None:
    """Skips what needs a desktop without a screen and these programs."""
    missing = missing_programs(*programs)
    if missing:
        pytest.skip(f"a desktop without a screen needs {', '.join(missing)}")


@pytest.fixture
def desktop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """Empty; the module's PROGRAMS are what it needs besides."""
    skip_without(*getattr(request.module, "PROGRAMS", ()))
    with open_desktop(tmp_path) as made:
        yield made
        made.look("last")


@pytest.fixture
def reader(desktop: Desktop) -> Iterator[ScreenReader]:
    made = ScreenReader(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield made
    made.close()


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Headless]:
    """Somebody for a window to talk to."""
    instances = Instances(tmp_path, HERE)
    yield instances.start(BEN)
    instances.end()


@pytest.fixture
def instances(tmp_path: Path, loopback: Place) -> Iterator[Instances]:
    instances = Instances(tmp_path, loopback)
    yield instances
    instances.end()


@pytest.fixture
def start(instances: Instances) -> Start:
    """Starts a headless instance: ``start("anna", "--port", "5000", place=rig["h1"])``.

    The name is the profile's folder under tmp_path and the name others see, so that
    the same name again is the same person. Runs on a loopback that no other program
    uses, unless it is given a place.
    """
    return instances.start


@pytest.fixture
def pair(instances: Instances) -> tuple[Headless, Headless]:
    """Two people on this machine who see each other."""
    return instances.pair()


@pytest.fixture(scope="module")
def standing_pair(
    tmp_path_factory: pytest.TempPathFactory, loopback: Place
) -> Iterator[tuple[Headless, Headless]]:
    """Two people for many tests that change nothing."""
    instances = Instances(tmp_path_factory.mktemp("standing"), loopback)
    yield instances.pair()
    instances.end()
