"""ATTACKS C through a real transfer: whatever a name says, it lands inside or not at all."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import PATH_DEPTH_MAX
from net.protocol.names import safe_name
from net.protocol.transfer import Checked, Files
from net.protocol.transfer import End as EndOfAll
from tests.hostile.lies import ODD_NAMES, REFUSED_NAMES, TWINS
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.hostile.trick import (
    EXECUTABLE,
    FILE,
    FOLDER,
    Row,
    Trick,
    assert_broken,
    run,
    take_away,
)
from tests.unit.net.transfer.talk import End

pytestmark = pytest.mark.usefixtures("landing")


@pytest.mark.parametrize("name", REFUSED_NAMES.values(), ids=REFUSED_NAMES.keys())
@pytest.mark.parametrize("place", ["file", "folder", "below"])
def test_a_name_that_leads_elsewhere_refuses_the_whole_transfer(
    scene: Scene, mallory: HostilePeer, landing: Path, name: str, place: str
) -> None:
    rows: dict[str, list[Row]] = {
        "file": [(0, FILE, name, 4, 0)],
        "folder": [(0, FOLDER, name, 0, 0), (1, FILE, "x", 4, 0)],
        "below": [(0, FOLDER, "top", 0, 0), (1, FILE, name, 4, 0)],
    }
    trick = Trick(rows[place], b"evil")
    assert_broken(run(scene, mallory, trick, trick.give_manifest))
    assert os.listdir(landing) == []


def test_c02_to_c17_odd_names_land_inside_each_under_one_that_every_system_takes(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    rows: list[Row] = [(0, FOLDER, "top", 0, 0)]
    rows += [(1, FILE, name, 1, 0) for name in ODD_NAMES]
    trick = Trick(rows, bytes(len(ODD_NAMES)))
    line = run(scene, mallory, trick, trick.give_all)
    assert line["state"] == "done", line
    assert line["path"] == str(landing / "top")
    names = os.listdir(landing / "top")
    assert len(names) == len(ODD_NAMES)
    assert len(take_away(landing)) == len(ODD_NAMES) + 1
    for name in names:
        assert safe_name(name) == name
        assert len(unicodedata.normalize("NFD", name).encode()) <= 255
    assert all(stem not in names for stem in (".landline-0123456789abcdef", "CON", "nul.txt"))


def test_c01_to_c17_odd_names_at_the_top_land_beside_each_other(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    rows: list[Row] = [(0, FOLDER, name, 0, 0) for name in ODD_NAMES]
    trick = Trick(rows)
    line = run(scene, mallory, trick, trick.give_all)
    assert line["state"] == "done", line
    assert line["path"] == str(landing)
    names = take_away(landing)
    assert len(names) == len(ODD_NAMES)
    assert all(safe_name(name) == name for name in names)


@pytest.mark.parametrize("kind", [FILE, FOLDER])
def test_c14_c15_c21_twins_are_all_kept(
    scene: Scene, mallory: HostilePeer, landing: Path, kind: int
) -> None:
    rows: list[Row] = [(0, kind, name, 0, 0) for name in TWINS]
    rows += [(0, 1 - kind, TWINS[0], 0, 0)]
    trick = Trick(rows)
    assert run(scene, mallory, trick, trick.give_all)["state"] == "done"
    assert len(take_away(landing)) == len(TWINS) + 1


OCCUPIERS: dict[str, Callable[[Path], Any]] = {
    "file": lambda path: path.write_text("mine"),
    "folder": lambda path: path.mkdir(),
    "link-to-a-folder-outside": lambda path: path.symlink_to("../landing2"),
    "link-to-a-file-outside": lambda path: path.symlink_to("../canary"),
    "dangling-link": lambda path: path.symlink_to("../not there"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("occupy", OCCUPIERS.values(), ids=OCCUPIERS.keys())
@pytest.mark.parametrize("kind", [FILE, FOLDER])
def test_c18_what_is_there_is_neither_followed_nor_replaced(
    scene: Scene, mallory: HostilePeer, landing: Path, occupy: Callable[[Path], Any], kind: int
) -> None:
    occupy(landing / "taken")
    before = (landing / "taken").lstat()
    rows: list[Row] = [(0, kind, "taken", 0, 0)]
    if kind == FOLDER:
        rows.append((1, FILE, "x", 0, 0))
    trick = Trick(rows)
    line = run(scene, mallory, trick, trick.give_all)
    assert line["path"] == str(landing / "taken (2)")
    after = (landing / "taken").lstat()
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    assert not (scene.folder / "not there").exists()
    take_away(landing)


def test_c19_a_partial_folder_swapped_for_a_link_leads_nowhere(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    trick = Trick([(0, FOLDER, "top", 0, 0), (1, FILE, "x", 4, 0)], b"evil")

    def swap(end: End) -> None:
        trick.give_manifest(end)
        end.hear_header()
        (partial,) = landing.iterdir()
        partial.rename(scene.landing / "moved away")
        partial.symlink_to("../landing2")
        end.say(Files(0, 1, 0, 4))
        end.give(trick.content)
        end.say(Checked())
        end.say(EndOfAll())

    run(scene, mallory, trick, swap)
    assert os.listdir(scene.folder / "landing2") == []
    take_away(landing)


TREES: dict[str, list[Any]] = {
    "c21-file-in-a-file": [(0, FILE, "a", 0, 0), (1, FILE, "b", 4, 0)],
    "c21-folder-of-itself": [(1, FOLDER, "a", 0, 0)],
    "c21-out-of-order": [(0, FOLDER, "a", 0, 0), (1, FILE, "b", 0, 0), (0, FILE, "c", 4, 0)],
    "c22-too-deep": [(n, FOLDER, "d", 0, 0) for n in range(PATH_DEPTH_MAX + 1)],
    "c22-path-too-long": [(n, FOLDER, "d" * 200, 0, 0) for n in range(21)],
    "b09-negative-size": [(0, FILE, "a", -1, 0)],
    "b09-size-of-a-folder": [(0, FOLDER, "a", 4, 0)],
    "b09-sizes-that-overflow": [(0, FILE, "a", 2**62 - 1, 0), (0, FILE, "b", 2**62 - 1, 0)],
    "a09-flag-as-size": [(0, FILE, "a", True, 0)],
    "a10-mtime-beyond": [(0, FILE, "a", 0, 2**63)],
    "device": [(0, 7, "sda", 0, 0)],
}


@pytest.mark.parametrize("rows", TREES.values(), ids=TREES.keys())
def test_a_tree_that_cannot_be_refuses_the_whole_transfer(
    scene: Scene, mallory: HostilePeer, rows: list[Any]
) -> None:
    trick = Trick(rows, b"evil")
    assert_broken(run(scene, mallory, trick, trick.give_manifest))


def test_c22_depth_to_the_limit_and_many_empty_folders_land(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    rows: list[Row] = [(n, FOLDER, "d", 0, 0) for n in range(PATH_DEPTH_MAX)]
    trick = Trick(rows)
    assert run(scene, mallory, trick, trick.give_all)["state"] == "done"
    assert len(take_away(landing)) == PATH_DEPTH_MAX
    wide: list[Row] = [(0, FOLDER, "top", 0, 0), *[(1, FOLDER, str(n), 0, 0) for n in range(2000)]]
    trick = Trick(wide)
    assert run(scene, mallory, trick, trick.give_all)["state"] == "done"
    assert len(take_away(landing)) == 2001


def test_c25_no_special_bits_and_no_time_before_1970(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    times = [-(2**63), -1, 7258118400 * 10**9, 2**63 - 1]
    rows: list[Row] = [(0, EXECUTABLE, str(n), 0, time) for n, time in enumerate(times)]
    trick = Trick(rows)
    assert run(scene, mallory, trick, trick.give_all)["state"] == "done"
    for path in landing.iterdir():
        assert path.stat().st_mode & 0o7022 == 0
        assert 0 <= path.stat().st_mtime < 2**32
    take_away(landing)
