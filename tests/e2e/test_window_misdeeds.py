"""Hostile peers as a program against the real window, with the oracles around it."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from bench.flooder import OVER
from tests.e2e.desktop import STOP_S, Desktop, wait_until
from tests.e2e.headless import Headless
from tests.e2e.rig import HERE
from tests.hostile.attacker import key_of
from tests.hostile.oracles import (
    HONEST_S,
    Cost,
    FolderWatch,
    Kept,
    Pulse,
    differences,
    figures,
    hold,
    is_of_profile,
    look_at,
    prompt_faults,
    told_in_ms,
)
from tests.hostile.peer import HostilePeer
from tests.hostile.program import ANYBODY, MALLORY, misbehave, trust

PROGRAMS = ("dunst", "dunstctl")
ELSEWHERE: Final = "127.0.0.9"
"""Mallory's address: what is counted by host is counted apart from Ben's."""
TO_A_WINDOW: Final = (*ANYBODY, "send/*names*", "send/other*", "ask/never-read", "ask/of-others")
"""Most of the rest is a card in a window, like these."""
MISDEEDS: Final = "misdeeds"
_READY: Final = re.compile(r"^[A-Z2-7]{52} (\d+)$", re.MULTILINE)
_OF_A_WINDOW: Final = re.compile(r"Ann/(window\.(json(\.new)?|sock)|profile\.lock)")


class Ann:
    """At her window, which notes how late its event loop is; or, now and then, without it."""

    peer_id: str
    kept: Kept

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self.folder = desktop.folder / "of-ann"
        self.landing = self.folder / "landing"
        self.landing.mkdir(parents=True)
        (self.folder / "canary").write_text("sings")
        self._profile = self.folder / "Ann"
        self._options = ["--name", "Ann", "--bind", HERE.ip, "--downloads", str(self.landing)]

    @contextmanager
    def headless(self) -> Iterator[Headless]:
        one = Headless(self._profile, *self._options, takes_requests=True)
        try:
            one.wait("ready")
            yield one
            one.quit()
        finally:
            one.kill()
            one.check_manners()

    def open(self) -> int:
        """The port at which the window can be reached."""
        (self._profile / "window.json").write_text(json.dumps({"notifies": True}))
        words = ["-m", "bench.begin", "siege", "--profile", str(self._profile), *self._options]
        self.process = self.desktop.start("Ann", [sys.executable, *words])
        wait_until("Ann is ready", lambda: _READY.search(self.log()) is not None)
        found = _READY.search(self.log())
        assert found is not None
        return int(found[1])

    def log(self) -> str:
        return self.desktop.log("Ann")

    def cost(self) -> Cost:
        return Cost.of(self.process.pid)

    def close(self) -> list[float]:
        """How late each step of the loop was while the misdeeds went on, in seconds."""
        assert self.process.wait(STOP_S) == 0
        told = json.loads(self.log().splitlines()[-1])
        return [late_ms / 1000 for late_ms in told[MISDEEDS]]

    @staticmethod
    def is_fine(path: str) -> bool:
        """Whether it may change, below ``folder``."""
        place, _, rest = path.partition("/")
        if place == "Ann":
            return is_of_profile(rest) or _OF_A_WINDOW.fullmatch(path) is not None
        return place == "landing"


@pytest.fixture
def ann(desktop: Desktop, ben: Headless) -> Ann:
    """She knows Ben and has offered Mallory something, whom she trusts with her disk."""
    desktop.take_notes()
    ann = Ann(desktop)
    with ann.headless() as headless, HostilePeer(host=ELSEWHERE, key=key_of(0)) as mallory:
        ben.delivered(ben.send(ben.sees(headless)["peer_id"], "Hello Ann"))
        headless.delivered(headless.send(ben, "Hello Ben"))
        mallory.meet(headless.port)
        headless.sees(MALLORY)
        trust(headless, ann.folder)
        ann.peer_id, ann.kept = headless.peer_id, Kept.of(headless, ben)
    return ann


def test_every_misdeed_against_a_window_harms_nobody(ann: Ann, ben: Headless) -> None:
    port = ann.open()
    say(ben, ann.peer_id, f"now {MISDEEDS}")
    with unharmed(ann, lambda: say(ben, ann.peer_id, "still there?")):
        misbehave(HERE, HERE.ip, port, *TO_A_WINDOW, host=ELSEWHERE)
    shown, windows = notes(ann.desktop), ann.desktop.windows_of(ann.process, ".")
    assert any("from strangers" in note for note in shown)
    hold(prompt_faults(shown, len(windows), "Nobody", " text "))
    say(ben, ann.peer_id, f"now {OVER}")
    late_s = ann.close()
    figures.append(f"misdeeds against a window: its loop is late by, {told_in_ms(late_s)}")
    assert max(late_s) < HONEST_S
    assert "Traceback" not in ann.log()
    with ann.headless() as headless:
        hold(ann.kept.faults(headless, ben))


@contextmanager
def unharmed(ann: Ann, honest_word: Callable[[], None]) -> Iterator[None]:
    spared = [ann.folder / "Ann", ann.landing]
    before, outside = ann.cost(), look_at(ann.folder, spared)
    with FolderWatch(ann.folder, ann.is_fine) as watch:
        with Pulse(ann.cost, honest_word, ann.process.pid, watch) as pulse:
            yield
        honest_word()
        hold(pulse.faults() + watch.faults() + ann.cost().faults(before))
    hold(differences(outside, look_at(ann.folder, spared)))


def say(ben: Headless, to: str, words: str) -> None:
    ben.delivered(ben.send(to, words), within_s=HONEST_S)


def notes(desktop: Desktop) -> list[str]:
    """All that were shown so far."""
    desktop.dunstctl("close-all")
    (found,) = json.loads(desktop.dunstctl("history").stdout)["data"]
    return [f"{note['summary']['data']} {note['body']['data']}" for note in found]
