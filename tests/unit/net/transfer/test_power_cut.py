"""What has a real name is on the disk: content, names, and the journal before the first move."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from net.transfer import durable, writing
from net.transfer.choices import EVERYTHING, Choices, Existing
from net.transfer.folders import HandleFolder
from net.transfer.journal import COMPLETE, read_journal
from net.transfer.syncer import SYNC_ALONE_BYTES
from net.transfer.writing import FEW_FILES
from tests.unit.net.transfer.talk import LANDING, scan, transfer, tree_of
from tests.unit.net.transfer.test_resume import Wire, stopped

Content = bytes | frozenset[str]


class Disk:
    """Of each file and folder, what a power cut would leave: as it was at its last sync."""

    def __init__(self, patch: pytest.MonkeyPatch, inbox: Path, *, can_sync_all: bool) -> None:
        self._root, self._inbox = inbox.parent, inbox
        self._synced: dict[int, Content] = {}
        self.moves = 0
        self._note_all(0)
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, self._noting_one(getattr(os, name)))
        patch.setattr(durable, "_syncfs", self._note_all if can_sync_all else None)
        for module in (durable, writing):
            patch.setattr(module, "CAN_SYNC_ALL", can_sync_all)
        for name in ("move_new", "replace"):
            patch.setattr(HandleFolder, name, self._checking(getattr(HandleFolder, name)))

    def is_synced(self, path: Path) -> bool:
        """All that is there now; an empty file is no more than its name."""
        synced, now = self._synced.get(path.stat().st_ino, b""), _content_of(path)
        if isinstance(now, bytes):
            return synced == now
        return isinstance(synced, frozenset) and now <= synced

    def lost(self, folder: Path) -> list[Path]:
        return [path for path in (folder, *folder.rglob("*")) if not self.is_synced(path)]

    def forget(self) -> None:
        self._synced.clear()

    def _noting_one(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            content = _content_of(descriptor)
            real(descriptor)
            self._synced[os.fstat(descriptor).st_ino] = content

        return sync

    def _note_all(self, _descriptor: int) -> int:
        for path in (self._root, *self._root.rglob("*")):
            self._synced[path.stat().st_ino] = _content_of(path)
        return 0

    def _checking(self, real: Callable[..., None]) -> Callable[..., None]:
        def move(*args: object) -> None:
            if self.moves == 0:
                (partial,) = self._inbox.rglob(LANDING)
                assert self.lost(partial / "files") == []
                journal = self._synced[(partial / "journal").stat().st_ino]
                assert isinstance(journal, bytes)
                state = read_journal(journal)
                assert state is not None
                assert state.position >= COMPLETE
            self.moves += 1
            real(*args)

        return move


def _content_of(place: Path | int) -> Content:
    try:
        return frozenset(os.listdir(place))
    except NotADirectoryError:
        pass
    if isinstance(place, Path):
        return place.read_bytes()
    return os.pread(place, os.fstat(place).st_size, 0)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Somebody who has some of it."""
    (tmp_path / "inbox/source/sub").mkdir(parents=True)
    (tmp_path / "inbox/source/sub/0").write_bytes(b"old")
    return tmp_path / "inbox"


@pytest.fixture(params=[True, False], ids=["at once", "one by one"])
def disk(monkeypatch: pytest.MonkeyPatch, inbox: Path, request: pytest.FixtureRequest) -> Disk:
    return Disk(monkeypatch, inbox, can_sync_all=request.param)


@pytest.fixture(params=[FEW_FILES - 3, 3 * FEW_FILES], ids=["few", "many"])
def source(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "source"
    (folder / "sub/empty").mkdir(parents=True)
    for number in range(request.param):
        (folder / "sub" / str(number)).write_bytes(os.urandom(1000))
    (folder / "sub/zz").write_bytes(os.urandom(2 * SYNC_ALONE_BYTES))
    (folder / "none").touch()
    return folder


@pytest.mark.parametrize("choices", [EVERYTHING, Choices(Existing.REPLACE), Choices(Existing.SKIP)])
def test_g03_all_is_durable_before_it_has_its_name_and_the_name_at_done(
    source: Path, inbox: Path, disk: Disk, choices: Choices
) -> None:
    outcome = transfer(scan(source), inbox, choices)
    assert set(tree_of(source)) <= set(tree_of(outcome.got.path))
    assert disk.moves
    assert disk.lost(inbox) == []


def test_g03_what_came_in_an_earlier_try_is_made_durable_too(
    source: Path, inbox: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = scan(source)
    assert stopped(sources, inbox, Wire(monkeypatch), SYNC_ALONE_BYTES)
    disk.forget()
    path = transfer(sources, inbox).got.path
    assert tree_of(path) == tree_of(source)
    assert disk.lost(path) == []
    assert disk.is_synced(inbox)


def test_g03_a_folder_that_was_made_to_land_in_is_on_the_disk_too(
    source: Path, inbox: Path, disk: Disk
) -> None:
    shutil.rmtree(inbox)
    path = transfer(scan(source), inbox / "a/b").got.path
    assert tree_of(path) == tree_of(source)
    assert disk.is_synced(inbox.parent)
    assert disk.lost(inbox) == []


def test_g03_many_small_files_without_a_folder_are_on_the_disk(
    tmp_path: Path, inbox: Path, disk: Disk
) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(2 * FEW_FILES)]
    for path in paths:
        path.write_bytes(os.urandom(100))
    transfer(scan(*paths), inbox)
    assert disk.moves == len(paths)
    assert disk.lost(inbox) == []
