"""What is shown of a running transfer: counts, rate, and whether it stands still."""

import pytest

from app.engine.run import ON_ITS_WAY_S, RATE_OVER_S, STALLED_S, Run
from app.model import Direction, Transfer, TransferState, Way
from app.store.types import StoredTransfer
from net.protocol.identity import PeerId
from net.transfer.progress import Progress

MIB = 1 << 20


@pytest.fixture
def run() -> Run:
    """Of 100 MiB in ten files, 30 of them here from a former try; begun at 0 s."""
    shown = Transfer(
        "t", "p", Direction.IN, TransferState.RUNNING, 10, 100 * MIB, ("a",), done_bytes=30 * MIB
    )
    stored = StoredTransfer(shown, b"t", PeerId(bytes(32)), b"", (), None)
    return Run(stored, shown, Progress(), 0.0)


def go_on(run: Run, from_s: float, to_s: float, bytes_a_second: int) -> Transfer:
    """As the loop looks: ten times a second."""
    before = run.progress.done_bytes
    ticks = round((to_s - from_s) * 10)
    view = run.view(from_s)
    for tick in range(1, ticks + 1):
        run.progress.done_bytes = before + bytes_a_second * tick // 10
        view = run.view(from_s + tick / 10)
    return view


def test_rate_is_the_mean_of_the_last_seconds(run: Run) -> None:
    run.progress.done_bytes = 1
    assert go_on(run, 0, 5, 8 * MIB).rate == pytest.approx(8 * MIB, rel=0.01)
    half = go_on(run, 5, 5 + RATE_OVER_S / 2, 2 * MIB)
    assert half.rate == pytest.approx(5 * MIB, rel=0.05)
    assert go_on(run, 5 + RATE_OVER_S / 2, 10, 2 * MIB).rate == pytest.approx(2 * MIB, rel=0.01)


def test_what_was_here_already_is_no_rate(run: Run) -> None:
    assert run.view(0.1).done_bytes == 30 * MIB, "shown until both sides have compared"
    run.progress.done_bytes = 29 * MIB
    assert (run.view(0.2).done_bytes, run.view(0.3).rate) == (29 * MIB, 0.0)
    assert not run.has_moved
    assert go_on(run, 0.3, 1.3, 4 * MIB).rate == pytest.approx(4 * MIB, rel=0.15)
    assert run.has_moved


def test_a_rate_falls_to_nothing_when_nothing_comes(run: Run) -> None:
    run.progress.done_bytes = 1
    assert go_on(run, 0, 2, MIB).rate > 0
    assert go_on(run, 2, 2.1 + RATE_OVER_S, 0).rate == 0.0


def test_counts_are_told_once_they_are_known(run: Run) -> None:
    assert run.counts() == {}
    run.way = Way.SENDER
    run.progress.left_out_files, run.progress.left_out_bytes = 2, 5
    told = run.counts()
    assert (told["way"], told["left_out_files"], told["left_out_bytes"]) == (Way.SENDER, 2, 5)
    done = run.counts_when_done()
    assert (done["done_files"], done["done_bytes"]) == (8, 100 * MIB - 5)


def test_it_stands_still_after_some_seconds_without_a_byte(run: Run) -> None:
    assert not run.is_stalled(STALLED_S - 0.1)
    assert run.is_stalled(STALLED_S)
    run.progress.done_bytes = 1
    run.view(STALLED_S)
    assert not run.is_stalled(STALLED_S + 1)


def test_one_that_stands_still_is_dead_only_if_there_is_a_reason(run: Run) -> None:
    run.progress.done_bytes = 1
    go_on(run, 0, 1, MIB)
    assert not run.is_dead(100.0)
    run.doubted_s = 100.0
    assert not run.is_dead(100.1)
    assert run.is_dead(100.0 + STALLED_S)


def test_what_was_on_its_way_proves_nothing_and_what_comes_later_does(run: Run) -> None:
    run.progress.done_bytes = 1
    run.doubted_s = 10.0
    go_on(run, 9.5, 10.0 + ON_ITS_WAY_S / 2, MIB)
    assert run.is_dead(20.0)
    go_on(run, 10.0 + ON_ITS_WAY_S / 2, 12.0, MIB)
    assert not run.is_dead(20.0)
