"""Sending what was listed: every size and name; what is not as listed any more is named."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.protocol.transfer import RUN_AIM_BYTES
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.receiver import receive_transfer
from net.transfer.scan import Sources
from net.transfer.sender import serve_transfer
from net.transfer.sources import SourceTree
from tests.unit.net.transfer.talk import (
    WAIT_S,
    linked,
    request_for,
    running,
    scan,
    transfer,
    tree_of,
)

EDGES = (
    0, 1, CONTENT_BYTES - 1, CONTENT_BYTES, CONTENT_BYTES + 1, 2 * CONTENT_BYTES,
    RUN_AIM_BYTES - 1, RUN_AIM_BYTES, RUN_AIM_BYTES + 1,
)  # fmt: skip


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def fault_of(sources: Sources, inbox: Path) -> TransferFault:
    """What both real ends say of a transfer that has to fail; the same, but for the names."""
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with pytest.raises(TransferFault) as here:
                receive_transfer(receiver, request_for(sources, inbox), Progress())
            there = serving.exception(WAIT_S)
    assert isinstance(there, TransferFault)
    assert here.value.fault is Fault.SOURCE_CHANGED
    assert [Path(n).name for n in there.names] == [Path(n).name for n in here.value.names]
    return there


@pytest.mark.parametrize("order", [1, -1])
def test_files_of_sizes_around_every_border_arrive_equal(
    top: Path, inbox: Path, order: int
) -> None:
    for place, size in enumerate(EDGES[::order]):
        (top / f"{place} of {size}").write_bytes(os.urandom(size))
    assert tree_of(transfer(scan(top), inbox).got.path) == tree_of(top)


def test_folders_without_any_file_arrive(top: Path, inbox: Path) -> None:
    (top / "inner" / "innermost").mkdir(parents=True)
    assert tree_of(transfer(scan(top), inbox).got.path) == tree_of(top)


def test_a_sparse_file_arrives_equal(top: Path, inbox: Path) -> None:
    with (top / "sparse").open("wb") as file:
        file.seek(3 * CONTENT_BYTES)
        file.write(b"island")
        file.truncate(20 * CONTENT_BYTES + 1)
    assert tree_of(transfer(scan(top), inbox).got.path) == tree_of(top)


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
def test_dropped_things_whose_names_are_no_unicode_are_read_by_their_own(
    top: Path, inbox: Path
) -> None:
    names = [os.fsdecode(name) for name in (b"caf\xe9", b"caf\xea", b"deep \xff")]
    for name in names[:2]:
        (top / name).write_text(repr(name))
    (top / names[2] / "in").mkdir(parents=True)
    (top / names[2] / "in" / names[0]).write_text("deepest")
    outcome = transfer(scan(*(top / name for name in names)), inbox)
    found = sorted(content for content in tree_of(outcome.got.path).values() if content is not None)
    assert found == sorted([repr(names[0]).encode(), repr(names[1]).encode(), b"deepest"])


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _fill(path: Path) -> None:
    path.write_bytes(b"more")


def _swap_for_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _swap_for_itself_by_link(path: Path) -> None:
    path.rename(path.with_name(f"{path.name} moved"))
    path.symlink_to(f"{path.name} moved")


def _swap_for_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


CHANGES: dict[str, Callable[[Path], None]] = {
    "gone": _remove,
    "folder": _swap_for_folder,
    "link": _swap_for_itself_by_link,
    "device": _swap_for_device,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("size", [0, 1, CONTENT_BYTES, CONTENT_BYTES + 1, RUN_AIM_BYTES + 1])
def test_c24_a_file_of_any_size_that_is_there_no_more_is_named(
    top: Path, inbox: Path, change: Callable[[Path], None], size: int
) -> None:
    for name in "abc":
        (top / name).write_bytes(os.urandom(size))
    sources = scan(top)
    change(top / "b")
    fault = fault_of(sources, inbox)
    assert [Path(name).name for name in fault.names] == ["b"]
    assert fault.fault in (Fault.SOURCE_UNREADABLE, Fault.SOURCE_CHANGED)


@pytest.mark.parametrize(("size", "change"), [(0, _fill), (1, _empty), (1, _fill)])
def test_c24_the_smallest_files_are_checked_too(
    top: Path, inbox: Path, size: int, change: Callable[[Path], None]
) -> None:
    for name in "abc":
        (top / name).write_bytes(bytes(size))
    found = (top / "b").stat()
    sources = scan(top)
    change(top / "b")
    os.utime(top / "b", ns=(found.st_mtime_ns,) * 2)
    fault = fault_of(sources, inbox)
    assert (fault.fault, fault.names) == (Fault.SOURCE_CHANGED, ("b",))


@pytest.mark.parametrize("size", [1, CONTENT_BYTES + 1, RUN_AIM_BYTES + 1])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_c24_a_file_that_cannot_be_opened_is_named(
    top: Path, inbox: Path, size: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (top / name).write_bytes(os.urandom(size))
    sources = scan(top)
    real = SourceTree.open

    def refuse(tree: SourceTree, file: Any) -> int:
        if file.place == "b":
            raise OSError(code, os.strerror(code), "b")
        return real(tree, file)

    monkeypatch.setattr(SourceTree, "open", refuse)  # root may open everything
    fault = fault_of(sources, inbox)
    assert (fault.fault, fault.names) == (Fault.SOURCE_UNREADABLE, ("b",))


def test_d15_too_many_open_files_are_no_fault_of_the_source(
    top: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (top / "b").write_text("b")
    sources = scan(top)

    def refuse(*_: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(SourceTree, "open", refuse)
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with pytest.raises(TransferFault) as here:
                receive_transfer(receiver, request_for(sources, inbox), Progress())
            there = serving.exception(WAIT_S)
    assert isinstance(there, TransferFault)
    assert here.value.fault is there.fault is Fault.STOPPED


@pytest.mark.skipif(sys.platform == "win32", reason="reads by another call there")
@pytest.mark.parametrize(
    ("size", "good"),
    [(1000, 0), (CONTENT_BYTES + 1, 1), (3 * CONTENT_BYTES, 2), (5 * RUN_AIM_BYTES, 0),
     (5 * RUN_AIM_BYTES, 50)],
)  # fmt: skip
def test_g03_a_disk_that_fails_while_a_file_is_read_is_told_with_its_name(
    top: Path, inbox: Path, size: int, good: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (top / name).write_bytes(os.urandom(size))
    sources = scan(top)
    bad, left, real = (top / "b").stat().st_ino, good, os.readv

    def fail(descriptor: int, buffers: Sequence[memoryview]) -> int:
        nonlocal left
        if os.fstat(descriptor).st_ino == bad:
            left -= 1
            if left < 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers)

    monkeypatch.setattr(os, "readv", fail)
    fault = fault_of(sources, inbox)
    assert (fault.fault, fault.names) == (Fault.SOURCE_UNREADABLE, ("b",))
    assert left < 0


def test_c24_a_whole_folder_that_is_gone_is_told_by_its_files(top: Path, inbox: Path) -> None:
    (top / "sub").mkdir()
    for number in range(3):
        (top / f"sub/{number}").write_text("x")
    (top / "stays").write_text("x")
    sources = scan(top)
    (top / "sub").rename(top / "moved")
    fault = fault_of(sources, inbox)
    assert (fault.fault, fault.names) == (Fault.SOURCE_UNREADABLE, ("0", "1", "2"))


@pytest.mark.skipif(sys.platform == "win32", reason="an open folder cannot be moved there")
def test_c19_a_folder_swapped_for_a_link_between_two_files_gives_nothing_away(
    top: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    for folder in (top / "sub", secret):
        folder.mkdir()
        for name in "abc":
            (folder / name).write_text(folder.name)
    tree = SourceTree(scan(top))
    files = tree.files()
    os.close(tree.open(next(files)))
    (top / "sub").rename(tmp_path / "moved")
    (top / "sub").symlink_to(secret)
    held = tree.open(next(files))
    assert os.read(held, 100) == b"sub"
    os.close(held)
    tree.close()
    last = next(files)
    with pytest.raises(OSError, match="sub"):
        tree.open(last)
    tree.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open folder cannot be moved there")
def test_c19_the_folder_above_a_dropped_file_swapped_for_a_link_gives_nothing_away(
    top: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    for folder in (top, secret):
        (folder / "a").write_text(folder.name)
    tree = SourceTree(scan(top / "a"))
    top.rename(tmp_path / "moved")
    top.symlink_to(secret)
    with pytest.raises(OSError, match="top"):
        tree.open(next(tree.files()))
    tree.close()
