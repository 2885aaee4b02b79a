"""Scanning what was dropped: everything that is there, nothing behind a link."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from net.protocol import manifest as manifest_module
from net.protocol.limits import PATH_DEPTH_MAX
from net.protocol.manifest import Entry, EntryKind, Manifest
from net.transfer import ordering
from net.transfer import scan as scan_module
from net.transfer.faults import Fault, TransferFault
from net.transfer.folders import HandleFolder
from net.transfer.ordering import NamesInOrder
from net.transfer.scan import Scanned, SkipReason, TooManyFilesError, scan_sources
from tests.unit.net.transfer.talk import scan, transfer, tree_of


def paths_of(manifest: Manifest) -> list[str]:
    folders = [""]
    paths = []
    for entry in manifest.entries():
        path = f"{folders[entry.parent]}/{entry.name}"
        paths.append(path)
        if entry.is_folder:
            folders.append(path)
    return paths


def look(*paths: Path) -> Scanned:
    """What was found; the list itself is thrown away."""
    return scan_sources(paths, lambda: False, lambda _: None)


def skipped_of(scanned: Scanned) -> dict[str, SkipReason]:
    return {Path(skipped.path).name: skipped.reason for skipped in scanned.skipped}


def test_a_tree_is_listed_folder_by_folder_in_the_order_of_bytes(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in ("b/deep", "a", "é"):
        (top / name).mkdir(parents=True)
    for name in ("Z", "b/deep/x", "b/1", "a/é", "a/z"):
        (top / name).write_text(name)
    (top / "Z").chmod(0o700)
    sources = scan(top)
    assert paths_of(sources.manifest) == [
        "/top", "/top/Z", "/top/a", "/top/b", "/top/é", "/top/a/z", "/top/a/é", "/top/b/1",
        "/top/b/deep", "/top/b/deep/x",
    ]  # fmt: skip
    entries = {entry.name: entry for entry in sources.manifest.entries()}
    assert entries["Z"] == Entry(1, EntryKind.EXECUTABLE, "Z", 1, (top / "Z").stat().st_mtime_ns)
    assert (
        sources.manifest.totals.size_bytes
        == sum(len(n) for n in ("Z", "b/deep/x", "b/1", "a/z")) + 4
    )
    assert [block.places for block in sources.blocks] == [{0: str(top)}]


def test_the_same_files_give_the_same_manifest(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:x}").write_bytes(bytes(number))
    first = look(tmp_path).totals
    assert look(tmp_path).totals == first
    (tmp_path / "5").write_bytes(b"other")
    assert look(tmp_path).totals.manifest_hash != first.manifest_hash


def test_c20_links_and_devices_are_not_followed_but_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    top = tmp_path / "top"
    top.mkdir()
    (top / "file").write_text("f")
    os.link(top / "file", top / "hard")
    (top / "to-file").symlink_to(outside / "secret")
    (top / "to-folder").symlink_to(outside)
    (top / "dangling").symlink_to("nowhere")
    (top / "loop").symlink_to(".")
    os.mkfifo(top / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(top / "socket"))
    assert paths_of(scan(top).manifest) == ["/top", "/top/file", "/top/hard"]
    scanned = look(top)
    assert {skipped.path.rpartition("/")[0] for skipped in scanned.skipped} == {"top"}
    assert skipped_of(scanned) == {
        "to-file": SkipReason.LINK,
        "to-folder": SkipReason.LINK,
        "dangling": SkipReason.LINK,
        "loop": SkipReason.LINK,
        "pipe": SkipReason.SPECIAL,
        "socket": SkipReason.SPECIAL,
    }
    assert scanned.skipped_count == 6


def test_a_dropped_link_means_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x").write_text("x")
    (tmp_path / "link").symlink_to("real")
    sources = scan(tmp_path / "link")
    assert paths_of(sources.manifest) == ["/real", "/real/x"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "missing")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "dangling")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        scan(tmp_path / "loop")


def test_the_same_thing_dropped_twice_is_sent_once(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    assert paths_of(scan(tmp_path / "x", tmp_path / "../" / tmp_path.name / "x").manifest) == ["/x"]


def test_transfers_under_way_are_not_sent(tmp_path: Path) -> None:
    (tmp_path / ".landline-0123456789abcdef").mkdir()
    (tmp_path / "x").touch()
    assert paths_of(scan(tmp_path).manifest) == [f"/{tmp_path.name}", f"/{tmp_path.name}/x"]
    assert list(skipped_of(look(tmp_path)).values()) == [SkipReason.PARTIAL]


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
def test_a_name_that_is_no_unicode_is_sent_as_what_can_be_shown(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    names = [b"caf\xe9", b"caf\xea", "gr\xfc\xdfe".encode("latin-1"), "好".encode("gbk")]
    for number, name in enumerate(names):
        path = os.fsencode(top) + b"/" + name
        os.mkdir(path)
        with open(path + b"/" + name, "wb") as file:
            file.write(bytes([number]))
    outcome = transfer(scan(top), tmp_path / "inbox")
    found = sorted(content for content in tree_of(outcome.got.path).values() if content is not None)
    assert found == [bytes([number]) for number in range(len(names))]


def test_c22_what_is_too_deep_is_named(tmp_path: Path) -> None:
    path = tmp_path / "top"
    for _ in range(PATH_DEPTH_MAX + 3):
        path.mkdir()
        path /= "d"
    scanned = look(tmp_path / "top")
    assert scanned.totals.folders == PATH_DEPTH_MAX
    assert [skipped.reason for skipped in scanned.skipped] == [SkipReason.TOO_DEEP]


def test_c13_a_path_too_long_for_most_systems_is_named(tmp_path: Path) -> None:
    top = tmp_path / "top"
    handle = os.open(tmp_path, os.O_RDONLY)
    name = "top"
    for _ in range(25):
        os.mkdir(name, dir_fd=handle)
        inner = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle, name = inner, "n" * 200
    os.close(handle)
    scanned = look(top)
    assert scanned.totals.folders == 1 + (4096 - 4) // 201
    assert [skipped.reason for skipped in scanned.skipped] == [SkipReason.TOO_DEEP]


def test_more_than_one_transfer_takes_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_module, "MANIFEST_TOPS_MAX", 2)
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.touch()
    assert look(*paths[:2]).totals.tops == 2
    with pytest.raises(TooManyFilesError):
        look(*paths)


def test_c24_unreadable_files_and_folders_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file").chmod(0o044)
    (tmp_path / "folder").mkdir()
    folder = (tmp_path / "folder").stat().st_ino
    real = os.scandir

    def refuse_folder(place: int) -> Any:
        if os.fstat(place).st_ino == folder:
            raise PermissionError
        return real(place)

    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # root may read everything
    monkeypatch.setattr(os, "scandir", refuse_folder)
    assert skipped_of(look(tmp_path)) == {
        "file": SkipReason.UNREADABLE,
        "folder": SkipReason.UNREADABLE,
    }
    top = look(tmp_path / "file")
    assert (top.totals.entries, skipped_of(top)) == (0, {"file": SkipReason.UNREADABLE})


def test_c24_what_vanishes_while_it_is_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").touch()
    (tmp_path / "here").touch()
    real = HandleFolder.each_name

    def list_and_remove(folder: HandleFolder) -> Iterator[str]:
        yield from real(folder)
        (tmp_path / "gone").unlink()

    monkeypatch.setattr(HandleFolder, "each_name", list_and_remove)
    assert skipped_of(look(tmp_path)) == {"gone": SkipReason.UNREADABLE}


def test_c24_a_folder_that_cannot_be_listed_to_its_end_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    def fail(_: HandleFolder) -> Iterator[str]:
        yield "file"
        raise OSError(errno.EIO, "injected")

    monkeypatch.setattr(HandleFolder, "each_name", fail)
    assert skipped_of(look(tmp_path)) == {tmp_path.name: SkipReason.UNREADABLE}


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8, 100])
def test_more_names_than_are_sorted_at_once_come_in_the_same_order(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "BATCH_NAMES", batch)
    names = [b"b", b"\xff", "é".encode(), b"a\n", b"B", "\U0001f600".encode(), b"\x80", b"a" * 255]
    with NamesInOrder(map(os.fsdecode, names)) as found:
        assert [os.fsencode(name) for name in found] == sorted(names)


def test_named_skips_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "SKIPPED_MAX", 3)
    for number in range(10):
        (tmp_path / str(number)).symlink_to("nowhere")
    scanned = look(tmp_path)
    assert (len(scanned.skipped), scanned.skipped_count) == (3, 10)


@pytest.mark.parametrize("step", range(6))
def test_a_cancelled_scan_stops_before_its_next_step(tmp_path: Path, step: int) -> None:
    """Two paths to resolve, two to look at, and what is in one of them."""
    (tmp_path / "top").mkdir()
    for name in ("top/x", "top/y", "file"):
        (tmp_path / name).touch()
    asked: list[bool] = []

    def is_cancelled() -> bool:
        asked.append(len(asked) == step)
        return asked[-1]

    with pytest.raises(TransferFault) as fault:
        scan_sources([tmp_path / "top", tmp_path / "file"], is_cancelled, lambda _: None)
    assert fault.value.fault is Fault.BY_USER
    assert asked == [False] * step + [True]


def test_c20_what_is_no_file_is_named_at_the_top_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    scanned = look(tmp_path / "pipe")
    assert skipped_of(scanned) == {"pipe": SkipReason.SPECIAL}
    assert scanned.totals.entries == 0


@pytest.mark.parametrize(
    ("path", "name"), [("C:\\", "C"), ("C:\\x", "x"), ("\\\\srv\\share\\", "srv\\share")]
)
def test_a_whole_drive_has_a_name(path: str, name: str) -> None:
    place: Any = PureWindowsPath(path)
    assert scan_module._name_at_top(place) == name
    assert scan_module._name_at_top(Path("/")) == "files"
