"""What becomes of a transfer's own folder while it is not at it, and of the place it is for."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tests.e2e.transfers import arrives, begin, end, midway, offer
from tests.e2e.trees import MIB, write_random

SIZE = 60 * MIB
MBIT = 200

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Small files, finished soon, and a large one that takes a while."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(20):
        write_random(folder / f"{number:02}.txt", 1000 + number, seed=number)
    write_random(folder / "film", SIZE)
    return folder


@pytest.fixture
def slow(rig: Rig, start: Start) -> tuple[Headless, Headless]:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    rig.throttle("h1", MBIT)
    return anna, ben


def flip(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(7)
        byte = file.read(1)[0]
        file.seek(7)
        file.write(bytes([byte ^ 1]))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGE: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("files/folder/03.txt", Path.unlink),
    ("files/folder/04.txt", flip),
    ("files/folder/film", flip),
    ("files/folder/film", cut),
    ("journal", flip),
    ("journal", Path.unlink),
    ("manifest", Path.unlink),
)


def test_g15_what_was_damaged_between_kill_and_restart_is_fetched_again(
    rig: Rig, slow: tuple[Headless, Headless], start: Start, folder: Path, tmp_path: Path
) -> None:
    anna, ben = slow
    transfer = begin(anna, ben, folder)
    for name, damage in DAMAGE:
        midway(ben, transfer, 2 * MIB, since=ben.mark())
        ben.kill()
        (partial,) = (tmp_path / "ben-downloads").glob(".landline-*")
        damage(partial / name)
        ben = start("ben", place=rig["h2"])
    rig.unthrottle("h1")
    arrives(ben, transfer, folder)
    assert os.listdir(tmp_path / "ben-downloads") == ["folder"]


def test_b04_g07_who_sleeps_longer_than_anybody_waits_goes_on_when_awake(
    rig: Rig, slow: tuple[Headless, Headless], start: Start, folder: Path
) -> None:
    """And so does what was cut off for as long, in the same half minute."""
    anna, ben = slow
    carl = start("carl", place=rig["h3"])
    carl.sees(ben)
    ben.sees(carl)
    rig.throttle("h3", MBIT)
    film = folder / "film"
    asleep, cut_off = begin(anna, ben, folder), begin(carl, ben, film)
    midway(ben, asleep)
    midway(ben, cut_off)
    anna.signal(signal.SIGSTOP)
    rig.block("h3", "h2")
    try:
        for transfer in (asleep, cut_off):
            ben.wait(
                "transfer",
                transfer=transfer,
                state="waiting",
                reason="connection_lost",
                within_s=60,
            )
    finally:
        anna.signal(signal.SIGCONT)
        rig.unblock()
    for one, transfer, path in ((anna, asleep, folder), (carl, cut_off, film)):
        arrives(ben, transfer, path)
        one.wait("transfer", transfer=transfer, state="done")


def test_c23_a_place_that_can_not_be_had_is_told_before_a_byte_comes(
    pair: tuple[Headless, Headless], folder: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    note = folder / "00.txt"
    transfer = offer(anna, ben, note)
    for place in (note, note / "below", tmp_path / ("x" * 256), Path("/" + "y/" * 2100)):
        assert ben.refused("accept", transfer=transfer, into=str(place)) == "not_writable", place
    ben.ask("accept", transfer=transfer)
    arrives(ben, transfer, note)


def test_c23_a_place_that_goes_away_midway_fails_it_and_it_can_go_elsewhere(
    slow: tuple[Headless, Headless], folder: Path, tmp_path: Path
) -> None:
    anna, ben = slow
    transfer = begin(anna, ben, folder, into=str(tmp_path / "stick"))
    midway(ben, transfer)
    shutil.rmtree(tmp_path / "stick")
    failed = end(ben, transfer)
    assert (failed["state"], failed["reason"]) == ("failed", "not_writable")
    assert not (tmp_path / "stick").exists()
    ben.ask("accept", transfer=transfer, into=str(tmp_path / "elsewhere"))
    ben.wait("transfer", transfer=transfer, state="done", within_s=60)
    assert os.listdir(tmp_path / "elsewhere") == ["folder"]
