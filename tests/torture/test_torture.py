"""The short form of what `make torture` does for hours."""

from collections.abc import Callable

import apsw
import pytest

from app.store import opening
from app.store.room_posts import RoomWriter
from tests.sim.chaos import BrokenPromiseError
from tests.torture.cuts import CUTS_A_LIFE, live
from tests.torture.kills import marathon
from tests.torture.resumes import resumes

KILLS = 6
LIVES = 6
LOOKED_FOR = 10
"""Lives in which a deliberate fault is found."""


def test_kill_nine_of_either_side_loses_and_doubles_nothing() -> None:
    words: list[str] = []
    assert marathon(KILLS, 0, words.append).startswith(f"{KILLS} kills")
    assert words


def test_kill_nine_in_a_transfer_sends_little_again() -> None:
    words: list[str] = []
    assert resumes(2, 0, words.append, 192 << 20).startswith("2 kills")


@pytest.mark.parametrize("seed", range(LIVES))
def test_nothing_promised_is_lost_in_ten_power_cuts(seed: int) -> None:
    assert live(seed, CUTS_A_LIFE) == CUTS_A_LIFE


# --- The torture itself: each of these faults must be found -------------------
def commit_without_sync(patch: pytest.MonkeyPatch) -> None:
    honest = opening._configure

    def careless(connection: apsw.Connection) -> None:
        honest(connection)
        connection.pragma("synchronous", "NORMAL")

    patch.setattr(opening, "_configure", careless)


def promise_a_post_and_not_keep_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RoomWriter, "_put_all", lambda *_: None)


@pytest.mark.parametrize("sabotage", [commit_without_sync, promise_a_post_and_not_keep_it])
def test_a_fault_put_in_on_purpose_is_found(
    monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    sabotage(monkeypatch)
    with pytest.raises(BrokenPromiseError):
        _live_all(range(LOOKED_FOR))


def _live_all(seeds: range) -> None:
    for seed in seeds:
        live(seed, CUTS_A_LIFE)
