"""The list of an offer in its file: the same as in memory, or not used at all."""

import os
import stat
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from net.protocol.manifest import Entry, EntryKind, ManifestEncoder, ManifestReader
from net.transfer.faults import Fault, TransferFault
from net.transfer.offer_list import MAGIC, BadListError, ListWriter, StoredList
from net.transfer.scan import Block, Scanned, Sources, scan_sources
from net.transfer.sources import SourceTree
from tests.unit.net.transfer.talk import scan, transfer, tree_of


def keep(folder: Path, *paths: Path) -> Scanned:
    """Scanned, and kept as "list"."""
    writer = ListWriter(folder)
    scanned = scan_sources(paths, lambda: False, writer.add)
    writer.finish(scanned.totals, "list")
    return scanned


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "offers"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """More entries than a chunk takes, and names that a manifest has to change."""
    top = tmp_path / "top"
    (top / "many").mkdir(parents=True)
    for number in range(1300):
        (top / f"many/{number}").write_bytes(b"%d" % number)
    if sys.platform == "linux":
        for name in (b"caf\xe9", b"many/zz\xff", b"many/55\xfe"):
            (top / os.fsdecode(name)).write_bytes(name)
    return top


def test_a_list_comes_back_from_its_file_as_it_was_found(folder: Path, tree: Path) -> None:
    scanned = keep(folder, tree, tree / "many/7")
    stored = StoredList(folder / "list")
    memory = scan(tree, tree / "many/7")
    assert len(list(stored)) > 2
    assert list(stored) == list(memory.blocks) == list(stored)
    assert stored.totals == scanned.totals == memory.totals
    reader = ManifestReader()
    for chunk in Sources(stored.totals, stored).manifest.chunks:
        reader.receive(chunk)
    assert reader.finish() == stored.totals
    stored.close()
    stored.close()


def test_an_offer_is_sent_from_its_file_also_when_that_is_gone(
    folder: Path, tree: Path, tmp_path: Path
) -> None:
    keep(folder, tree)
    stored = StoredList(folder / "list")
    if sys.platform != "win32":
        (folder / "list").unlink()
    outcome = transfer(Sources(stored.totals, stored), tmp_path / "inbox")
    stored.close()
    received, sent = tree_of(outcome.got.path), tree_of(tree)
    assert sorted(map(str, received.values())) == sorted(map(str, sent.values()))
    assert received["many/1299"] == b"1299"


def test_a_list_is_its_owners_only(folder: Path, tree: Path) -> None:
    keep(folder, tree)
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "list").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="syncs by other calls there")
def test_g02_a_list_is_on_the_disk_before_it_has_its_name_and_then_the_name_is(
    folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def note(name: str) -> None:
        real = getattr(os, name)

        def call(*words: Any) -> Any:
            done.append(name)
            return real(*words)

        monkeypatch.setattr(os, name, call)

    for name in ("fdatasync", "replace", "fsync"):
        note(name)
    keep(folder, tree)
    assert done == ["fdatasync", "replace", "fsync"]


def test_what_was_not_finished_leaves_nothing(folder: Path) -> None:
    writer = ListWriter(folder)
    writer.add(Block(b"\0\0\0\1x", {}))
    writer.close()
    writer.close()
    assert os.listdir(folder) == []


def test_a_list_written_again_takes_the_place_of_a_damaged_one(folder: Path, tree: Path) -> None:
    folder.mkdir()
    (folder / "list").write_bytes(b"damaged")
    keep(folder, tree)
    StoredList(folder / "list").close()
    assert os.listdir(folder) == ["list"]


def test_d11_many_entries_take_no_memory_while_they_are_kept_and_gone_through(
    folder: Path,
) -> None:
    """They take 3 MB encoded, and ten times as much as objects."""
    count = 100_000
    tracemalloc.start()
    writer = ListWriter(folder)
    encoder = ManifestEncoder(lambda chunk: writer.add(Block(chunk, {})))
    encoder.add(Entry(0, EntryKind.FOLDER, "top"))
    for number in range(count):
        encoder.add(Entry(1, EntryKind.FILE, f"a file of many {number}", number))
    writer.finish(encoder.finish(), "list")
    stored = StoredList(folder / "list")
    tree = SourceTree(stored.sources)
    last = None
    for last in tree.files(count - 10):
        assert last.entry.size == last.number
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stored.close()
    assert last is not None
    assert last.number == count - 1
    assert (folder / "list").stat().st_size > 2_500_000
    assert peak < 1_500_000


def _flip(at: int) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        place = at % len(data)
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return damage


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "short": lambda data: data[:20],
    "cut": lambda data: data[: len(data) // 2],
    "a byte more": lambda data: data + b"x",
    "zeros": lambda data: bytes(len(data)),
    "first bit": _flip(0),
    "a bit of a chunk": _flip(1000),
    "a bit of the totals": _flip(-60),
    "a bit of a length": _flip(-34),
    "last bit": _flip(-1),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_g15_a_damaged_list_is_not_used(
    folder: Path, tree: Path, damage: Callable[[bytes], bytes]
) -> None:
    keep(folder, tree)
    (folder / "list").write_bytes(damage((folder / "list").read_bytes()))
    with pytest.raises(BadListError):
        StoredList(folder / "list")


@pytest.mark.parametrize("totals", [b"", b"\xc1", b"\x90"], ids=["none", "no msgpack", "no totals"])
@pytest.mark.parametrize("more", [0, 1000], ids=["whole", "longer than the file"])
def test_g15_a_list_with_its_hash_and_without_totals_is_not_used(
    folder: Path, totals: bytes, more: int
) -> None:
    folder.mkdir()
    data = MAGIC + totals + (len(totals) + more).to_bytes(4, "big")
    (folder / "list").write_bytes(data + blake3(data).digest())
    with pytest.raises(BadListError):
        StoredList(folder / "list")


@pytest.mark.skipif(sys.platform == "win32", reason="there a file that is read is not cut")
def test_g03_a_list_that_fails_while_it_is_read_ends_the_transfer(folder: Path, tree: Path) -> None:
    keep(folder, tree)
    stored = StoredList(folder / "list")
    os.truncate(folder / "list", 1000)
    with pytest.raises(TransferFault) as fault:
        list(stored)
    assert fault.value.fault is Fault.DISK_ERROR
    stored.close()


def test_d12_a_list_that_the_disk_has_no_room_for_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("needs a device that is full")
    real = os.open

    def open_full(path: Path, flags: int, mode: int = 0o777) -> int:
        return real("/dev/full" if path.suffix == ".new" else path, os.O_WRONLY, mode)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", open_full)
        with pytest.raises(TransferFault) as fault:
            ListWriter(folder)
    assert fault.value.fault is Fault.NO_SPACE
    assert os.listdir(folder) == []


def test_d12_a_folder_that_refuses_a_list_is_told(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(TransferFault) as fault:
        ListWriter(folder)
    assert fault.value.fault is Fault.NOT_WRITABLE


def test_files_are_found_from_any_number_on(tree: Path) -> None:
    sources = scan(tree)
    everything = list(SourceTree(sources).files())
    listing = SourceTree(sources)
    for first in (0, 1, 600, 1200, 5, 1302, 3):
        found = next(listing.files(first))
        assert found == everything[first]
        os.close(listing.open(found))
    assert list(listing.files(len(everything))) == []
    assert list(listing.files(1200)) == everything[1200:]
    listing.close()


def test_one_pass_is_enough_for_ranges_that_only_go_on(tree: Path) -> None:
    sources = scan(tree)
    passes = 0

    class Counted:
        def __iter__(self) -> object:
            nonlocal passes
            passes += 1
            return iter(sources.blocks)

    listing = SourceTree(Sources(sources.totals, Counted()))
    for first in range(0, 1300, 50):
        files = listing.files(first)
        assert [next(files).number, next(files).number] == [first, first + 1]
    assert passes == 1
