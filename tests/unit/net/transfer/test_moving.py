"""From a transfer's own folder to the real names: what merges, what is numbered, what goes back."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from net.transfer import moving
from net.transfer.choices import EVERYTHING, Choices, Existing
from net.transfer.folders import open_folder
from net.transfer.moving import move_all
from tests.unit.net.transfer.talk import tree_of

REPLACE = Choices(Existing.REPLACE)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return make(tmp_path / "files")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return make(tmp_path / "inbox")


def make(folder: Path, *names: str) -> Path:
    """With files whose content says where they come from."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name} of {folder.name}")
    return folder


def move(
    files: Path,
    inbox: Path,
    choices: Choices = EVERYTHING,
    on_step: Callable[[], None] = lambda: None,
) -> list[str]:
    with open_folder(files) as source, open_folder(inbox) as target:
        return move_all(source, target, choices, on_step)


def test_what_is_merged_is_gone_through_file_by_file_and_leaves_nothing_behind(
    files: Path, inbox: Path
) -> None:
    make(files, "top/a", "top/sub/b", "top/sub/c")
    make(inbox, "top/a", "top/sub/b", "top/own")
    steps: list[int] = []
    assert move(files, inbox, REPLACE, lambda: steps.append(0)) == ["top"]
    assert len(steps) == 5
    assert os.listdir(files) == []
    found = {name: text for name, text in tree_of(inbox).items() if text is not None}
    assert found == {
        "top/a": b"top/a of files",
        "top/own": b"top/own of inbox",
        "top/sub/b": b"top/sub/b of files",
        "top/sub/c": b"top/sub/c of files",
    }


def test_c18_a_number_that_is_taken_is_passed_over_and_not_for_ever(
    files: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "COLLISIONS_MAX", 5)
    make(inbox, "x", "x (2)")
    assert move(make(files, "x"), inbox) == ["x (3)"]
    before = tree_of(inbox)
    with pytest.raises(FileExistsError):
        move(make(files, "x"), inbox)
    assert tree_of(inbox) == before
    assert os.listdir(files) == ["x"]


def test_g03_what_has_moved_goes_back_to_its_own_name_when_the_rest_does_not(
    files: Path, inbox: Path
) -> None:
    make(files, "a", "b", "c")
    make(inbox, "a")
    before = tree_of(files), tree_of(inbox)
    steps = iter("ab")

    def step() -> None:
        next(steps)

    with pytest.raises(StopIteration):
        move(files, inbox, on_step=step)
    assert (tree_of(files), tree_of(inbox)) == before


@pytest.mark.parametrize("choice", [Existing.REPLACE, Existing.SKIP, Existing.KEEP])
def test_c18_only_a_file_is_replaced_and_only_by_a_file(
    files: Path, inbox: Path, choice: Existing
) -> None:
    make(files, "file", "folder/x")
    (inbox / "file").mkdir()
    make(inbox, "folder")
    assert move(files, inbox, Choices(choice)) == ["file (2)", "folder (2)"]
    assert (inbox / "file").is_dir()
    assert (inbox / "folder").read_text() == "folder of inbox"
