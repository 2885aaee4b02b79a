"""Folder handles: one plain name at a time, no link followed, nothing replaced."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from net.transfer import folders
from net.transfer.folders import Folder, HandleFolder, PathFolder, open_folder, open_real_folder

KINDS = [open_folder, PathFolder]
"""By descriptor, and by path as on systems without folder descriptors."""


@pytest.fixture(params=KINDS, ids=["handle", "path"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    (tmp_path / "room").mkdir()
    with request.param(tmp_path / "room") as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return tmp_path / "room"


def write(folder: Folder, name: str, data: bytes = b"") -> None:
    descriptor = folder.create_file(name)
    os.write(descriptor, data)
    os.close(descriptor)


BAD_NAMES = ["", ".", "..", "a/b", "/etc/x", "../x", "a\0b"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_c01_c02_c05_only_a_single_component_is_a_name(folder: Folder, name: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: folder.create_file(name),
        lambda: folder.make_folder(name),
        lambda: folder.open_file(name),
        lambda: folder.open_folder(name),
        lambda: folder.remove(name),
        lambda: folder.set_mtime(name, 0),
        lambda: folder.move_new(name, folder, "x"),
        lambda: folder.look_at(name),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="component"):
            call()


OCCUPIERS: dict[str, Callable[[Path], object]] = {
    "file": lambda path: path.write_text("mine"),
    "folder": lambda path: path.mkdir(),
    "full-folder": lambda path: (path / "x").mkdir(parents=True),
    "link": lambda path: path.symlink_to(path.parent),
    "dangling-link": lambda path: path.symlink_to("nowhere"),
    "pipe": os.mkfifo,
}


@pytest.fixture(params=OCCUPIERS.values(), ids=OCCUPIERS.keys())
def occupied(request: pytest.FixtureRequest, room: Path, folder: Folder) -> Path:
    request.param(room / "taken")
    return room / "taken"


def test_c18_what_is_there_is_neither_opened_nor_made_again(folder: Folder, occupied: Path) -> None:
    before = occupied.lstat()
    with pytest.raises(FileExistsError):
        folder.create_file("taken")
    with pytest.raises(FileExistsError):
        folder.make_folder("taken")
    assert os.path.samestat(before, occupied.lstat())
    assert not (occupied.parent / "nowhere").exists()


MOVES = ["system", "reserved", "no-links"]


@pytest.fixture(params=MOVES)
def moving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """As the system does it best, and as it must on lesser file systems."""
    if request.param != "system":
        monkeypatch.setattr(folders, "_exclusive_rename", None)
    if request.param == "no-links":

        def no_links(*_: object, **__: object) -> None:
            raise PermissionError(1, "no links here")

        monkeypatch.setattr(os, "link", no_links)
    return str(request.param)


@pytest.mark.parametrize("is_folder", [False, True], ids=["file", "folder"])
@pytest.mark.usefixtures("moving")
def test_c18_a_move_replaces_nothing(folder: Folder, occupied: Path, is_folder: bool) -> None:
    folder.make_folder("new") if is_folder else write(folder, "new", b"new")
    before = occupied.lstat()
    with pytest.raises(FileExistsError):
        folder.move_new("new", folder, "taken")
    assert os.path.samestat(before, occupied.lstat())
    assert "new" in folder.names()


@pytest.mark.usefixtures("moving")
def test_a_move_to_a_free_name_moves_all_of_it(folder: Folder, room: Path) -> None:
    write(folder, "file", b"content")
    (room / "tree/sub").mkdir(parents=True)
    (room / "tree/sub/x").write_text("x")
    (room / "target").mkdir()
    with folder.open_folder("target") as target:
        folder.move_new("file", target, "moved")
        folder.move_new("tree", target, "moved tree")
    assert (room / "target/moved").read_bytes() == b"content"
    assert (room / "target/moved tree/sub/x").read_text() == "x"
    assert folder.names() == ["target"]


def test_c19_a_link_in_a_folders_place_is_not_entered(folder: Folder, room: Path) -> None:
    (room / "link").symlink_to(room.parent)
    if isinstance(folder, HandleFolder):
        with pytest.raises(OSError, match="link"):
            folder.open_folder("link")
        with pytest.raises(OSError, match="link"):
            open_real_folder(room / "link")


def test_c19_a_handle_stays_where_it_was_when_the_path_is_swapped(room: Path) -> None:
    room.mkdir()
    outside = room.parent / "outside"
    outside.mkdir()
    with open_folder(room) as folder:
        room.rename(room.parent / "moved")
        room.symlink_to(outside)
        write(folder, "file")
    assert os.listdir(outside) == []
    assert os.listdir(room.parent / "moved") == ["file"]


def test_c20_opening_to_read_follows_no_link_and_waits_for_no_pipe(room: Path) -> None:
    room.mkdir()
    (room / "secret").write_text("s")
    (room / "link").symlink_to("secret")
    os.mkfifo(room / "pipe")
    with open_folder(room) as folder:
        with pytest.raises(OSError, match="link"):
            folder.open_file("link")
        os.close(folder.open_file("pipe"))


def test_removing_a_tree_follows_no_link(folder: Folder, room: Path) -> None:
    outside = room.parent / "outside"
    outside.mkdir()
    (outside / "canary").write_text("sings")
    (room / "tree/sub").mkdir(parents=True)
    (room / "tree/link").symlink_to(outside)
    (room / "tree/sub/link").symlink_to(outside / "canary")
    (room / "link").symlink_to(outside)
    folder.remove("tree")
    folder.remove("link")
    assert folder.names() == []
    assert (outside / "canary").read_text() == "sings"


def test_a_socket_in_the_way_is_removed_as_a_name(folder: Folder, room: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(room / "socket"))
    folder.remove("socket")
    assert folder.names() == []
