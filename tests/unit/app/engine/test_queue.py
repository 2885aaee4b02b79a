"""Whether what a full disk stopped fits by now."""

import shutil
from pathlib import Path

import pytest

from app.engine.queue import ENTRY_BYTES, SPARE_BYTES, _fitting, needed_bytes
from app.model import Direction, Reason, Transfer, TransferState
from app.store.types import StoredTransfer
from net.protocol.identity import PeerId


def stopped(
    number: int, size_bytes: int, into: Path | None, *, done: int = 0, left_out: int = 0
) -> StoredTransfer:
    shown = Transfer(
        str(number),
        "p",
        Direction.IN,
        TransferState.PAUSED,
        2,
        size_bytes,
        ("a",),
        folders=1,
        reason=Reason.NO_SPACE,
        done_bytes=done,
        left_out_bytes=left_out,
    )
    place = str(into) if into else None
    return StoredTransfer(shown, bytes([number]), PeerId(bytes(32)), b"", (), place)


def test_only_what_is_still_missing_and_wanted_needs_room() -> None:
    spare = 3 * ENTRY_BYTES + SPARE_BYTES
    for done, left_out, missing in ((0, 0, 1000), (400, 0, 600), (400, 500, 100), (1000, 0, 0)):
        one = stopped(1, 1000, None, done=done, left_out=left_out)
        assert needed_bytes(one.transfer) == missing + spare


def test_what_fits_goes_on_in_its_folder_or_in_the_usual_one(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    full = [stopped(1, 1000, there), stopped(2, 2**60, there), stopped(3, 1000, None)]
    assert _fitting(full, tmp_path) == [bytes([1]), bytes([3])]


def test_room_is_given_out_once(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    most = free * 2 // 3
    full = [stopped(number, most, tmp_path) for number in (1, 2)]
    assert _fitting(full, tmp_path) == [bytes([1])]


def test_a_folder_that_is_unplugged_is_waited_for(tmp_path: Path) -> None:
    assert _fitting([stopped(1, 1, tmp_path / "gone")], tmp_path) == []


@pytest.mark.parametrize("done", [5, 10**6])
def test_nothing_needs_less_than_nothing(done: int) -> None:
    assert needed_bytes(stopped(1, 3, None, done=done).transfer) > 0
