"""Folder handles: one plain name at a time, no link followed, nothing replaced."""

import ctypes
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from net.transfer import folders
from net.transfer.folders import Folder, PathFolder, open_folder, open_real_folder

Kind = Callable[[Path], Folder]
KINDS: list[Kind] = [open_folder, PathFolder]
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
    with pytest.raises(OSError, match="link"):
        folder.open_folder("link")
    with pytest.raises(OSError, match="link"):
        open_real_folder(room / "link")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_folder_is_not_opened_as_one(tmp_path: Path, kind: Kind) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        kind(tmp_path / "file")
    with kind(tmp_path) as opened, pytest.raises(NotADirectoryError):
        opened.open_folder("file")


def test_the_root_of_a_drive_is_a_folder_too() -> None:
    root = Path(Path.cwd().anchor)
    with open_real_folder(root) as opened:
        assert os.path.samestat(opened.look(), root.stat())


def test_c18_c19_a_junction_is_neither_entered_nor_opened(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Windows shows as a folder or a file, and is a way to elsewhere."""
    (room / "folder").mkdir(parents=True)
    (room / "file").touch()
    monkeypatch.setattr(folders, "_is_reparse_point", lambda _: True)
    with PathFolder(room) as folder:
        with pytest.raises(NotADirectoryError):
            folder.open_folder("folder")
        for open_one in (folder.open_file, folder.open_again):
            with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
                open_one("file")


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


def test_what_is_there_is_read_and_written_again(folder: Folder, room: Path) -> None:
    write(folder, "file", b"old")
    descriptor = folder.open_file("file")
    assert os.read(descriptor, 10) == b"old"
    os.close(descriptor)
    descriptor = folder.open_again("file")
    os.write(descriptor, b"new and longer")
    os.close(descriptor)
    assert (room / "file").read_bytes() == b"new and longer"


def test_a_file_goes_over_another_at_once(folder: Folder, room: Path) -> None:
    write(folder, "new", b"new")
    write(folder, "old", b"old")
    folder.replace("new", folder, "old")
    assert folder.names() == ["old"]
    assert (room / "old").read_bytes() == b"new"


def test_nothing_moves_between_folders_of_two_kinds(room: Path) -> None:
    room.mkdir()
    (room / "x").touch()
    with open_folder(room) as near, PathFolder(room) as far:
        for source, target in ((near, far), (far, near)):
            for move in (source.move_new, source.replace):
                with pytest.raises(TypeError):
                    move("x", target, "y")
    assert os.listdir(room) == ["x"]


def test_a_folder_with_something_in_it_is_not_empty(folder: Folder, room: Path) -> None:
    (room / "full/x").mkdir(parents=True)
    with pytest.raises(OSError, match="empty"):
        folder.remove_empty("full")
    (room / "full/x").rmdir()
    folder.remove_empty("full")
    assert folder.names() == []


def test_what_is_synced_is_the_folder_itself(
    folder: Folder, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[os.stat_result] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor)))
    folder.sync()
    assert [found.st_ino for found in synced] == [room.stat().st_ino]


def test_closing_twice_closes_once(folder: Folder) -> None:
    folder.close()
    folder.close()


@pytest.mark.parametrize(
    "name", ["a\\b", "..\\x", "\\\\srv\\share", "C:x", "x.txt:evil.exe", "x::$DATA"]
)
def test_c01_c02_c03_c08_where_windows_parts_names_nothing_is_parted(
    folder: Folder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "altsep", "/")
    for call in (folder.create_file, folder.make_folder, folder.open_folder, folder.remove):
        with pytest.raises(ValueError, match="component"):
            call(name)
    write(folder, "a.txt")
    assert folder.names() == ["a.txt"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\inbox", "\\\\?\\C:\\inbox"),
        ("\\\\srv\\share", "\\\\?\\UNC\\srv\\share"),
        ("\\\\?\\C:\\inbox", "\\\\?\\C:\\inbox"),
    ],
)
def test_paths_of_windows_may_be_longer_than_260_characters(
    path: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders.sys, "platform", "win32")
    monkeypatch.setattr(os.path, "abspath", str)
    assert str(folders._extended(Path(path))) == expected


@pytest.mark.parametrize("tag", [0, 0xA0000003])
def test_windows_tells_a_junction_by_its_tag(tag: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.sys, "platform", "win32")
    found: Any = SimpleNamespace(st_reparse_tag=tag)
    assert folders._is_reparse_point(found) is (tag != 0)


@pytest.mark.parametrize("code", [errno.EIO, errno.EINVAL, errno.ENOSYS], ids=errno.errorcode.get)
def test_a_move_that_fails_is_done_otherwise_only_where_the_system_knows_none(
    room: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.mkdir()
    (room / "old").write_text("old")

    def refuse(*_: object) -> int:
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(folders, "_exclusive_rename", refuse)
    with open_folder(room) as folder:
        if code == errno.EIO:
            with pytest.raises(OSError, match=os.strerror(errno.EIO)):
                folder.move_new("old", folder, "new")
        else:
            folder.move_new("old", folder, "new")
    assert os.listdir(room) == ["old" if code == errno.EIO else "new"]


@pytest.mark.parametrize("is_filled", [False, True])
def test_a_folder_that_does_not_move_leaves_no_name_behind(
    room: Path, is_filled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But what somebody has put under that name meanwhile."""
    (room / "old").mkdir(parents=True)
    monkeypatch.setattr(folders, "_exclusive_rename", None)

    def fail(*_: object, **__: object) -> None:
        if is_filled:
            (room / "new/theirs").touch()
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "rename", fail)
    with open_folder(room) as folder, pytest.raises(OSError, match=os.strerror(errno.EIO)):
        folder.move_new("old", folder, "new")
    assert sorted(os.listdir(room)) == (["new", "old"] if is_filled else ["old"])


def test_a_file_that_cannot_be_linked_for_another_reason_stays_where_it_is(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.mkdir()
    (room / "old").touch()
    monkeypatch.setattr(folders, "_exclusive_rename", None)

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", fail)
    with open_folder(room) as folder, pytest.raises(OSError, match=os.strerror(errno.EIO)):
        folder.move_new("old", folder, "new")
    assert os.listdir(room) == ["old"]
