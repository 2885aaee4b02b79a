"""Landing: nothing half under a real name, nothing outside, nothing replaced, nothing left."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestWriter
from net.protocol.transfer import Files
from net.transfer import durable, folders, journal, landing, syncer, writing
from net.transfer.choices import EVERYTHING
from net.transfer.journal import COMPLETE, Position, read_journal
from net.transfer.landing import (
    Landing,
    discard_landing,
    is_complete,
    read_manifest,
)
from net.transfer.plan import Plan
from net.transfer.syncer import SYNC_ALONE_BYTES
from net.transfer.twins import Twins
from tests.unit.net.transfer.broken_disk import injected
from tests.unit.net.transfer.talk import LANDING, tree_of

FILE, FOLDER, EXECUTABLE = EntryKind.FILE, EntryKind.FOLDER, EntryKind.EXECUTABLE
ID = b"t" * 16
TREE = (
    Entry(0, FOLDER, "top", 0, 10**18),
    Entry(1, FOLDER, "sub"),
    Entry(1, FILE, "large", SYNC_ALONE_BYTES + 1),
    Entry(1, FILE, "none"),
    Entry(2, FILE, "small", 3),
    Entry(2, EXECUTABLE, "run", 2),
)


def manifest_of(*entries: Entry) -> Manifest:
    writer = ManifestWriter()
    for entry in entries:
        writer.add(entry)
    return writer.finish()


def land(destination: Path, *entries: Entry) -> Path:
    """Everything but the network: files are filled with the low byte of their number."""
    manifest = manifest_of(*entries)
    totals = manifest.totals
    arrival = Landing(destination, LANDING, ID, totals.manifest_hash)
    try:
        for chunk in manifest.chunks:
            arrival.add_manifest(chunk)
        arrival.require_space(totals.size_bytes, totals.entries)
        twins = Twins(totals.encoded_bytes, folds=arrival.has_folding_disk())
        for entry in entries:
            twins.add(entry)
        twins.resolve(arrival.entries())
        writer = arrival.start_writing(twins, Plan(totals))
        files = writer.expect(Files(0, totals.files, 0, totals.size_bytes)) if totals.files else []
        for number, file in enumerate(files):
            left = file.entry.size
            while left:
                piece = bytes([number % 256]) * min(left, CONTENT_BYTES)
                writer.write(memoryview(piece))
                left -= len(piece)
        writer.finish_run()
        writer.finish(is_whole=True)
        names = arrival.commit(EVERYTHING, lambda: None)
    finally:
        arrival.close()
    discard_landing(destination, LANDING)
    return destination / names[0] if len(names) == 1 else destination


def content_of(*entries: Entry) -> list[bytes]:
    files = [entry for entry in entries if not entry.is_folder]
    return [bytes([number % 256]) * entry.size for number, entry in enumerate(files)]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "canary").write_text("sings")
    return tmp_path / "inbox"


@pytest.fixture(autouse=True)
def nothing_outside(tmp_path: Path) -> Iterator[None]:
    yield
    if (tmp_path / "canary").exists():
        assert (tmp_path / "canary").read_text() == "sings"
        assert set(os.listdir(tmp_path)) <= {"canary", "inbox", "real", "outside"}


def test_a_tree_lands_whole_and_leaves_no_partial_folder(inbox: Path) -> None:
    assert land(inbox, *TREE) == inbox / "top"
    assert os.listdir(inbox) == ["top"]
    assert tree_of(inbox / "top") == {
        "large": bytes(SYNC_ALONE_BYTES + 1),
        "none": b"",
        "sub": None,
        "sub/run": b"\3\3",
        "sub/small": b"\2\2\2",
    }


HOSTILE = [
    "..\\x", "C:x", "C:\\x", "\\\\?\\C:\\x", "file:x", "~", "$HOME", "CON", "nul.txt", "x ", "x.",
    "x:evil.exe", "a\nb", "\u202egnp.exe", "\u200b", "-rf", ".bashrc", "．．／x", "....", "a" * 999,
    ".landline-0123456789abcdef", "\U000e0041", "%2e%2e%2fx", "`id`", "a;b|c&d",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_c01_to_c17_a_hostile_name_lands_inside_or_not_at_all(inbox: Path, name: str) -> None:
    for kind in (FILE, FOLDER):
        path = land(inbox, Entry(0, kind, name))
        assert path.parent == inbox
        assert path.lstat()
    land(inbox, Entry(0, FOLDER, name), Entry(1, FOLDER, name), Entry(2, FILE, name))
    assert len(os.listdir(inbox)) == 3


@pytest.mark.parametrize(
    "names",
    [
        ("x", "x"),
        ("a:b", "a_b"),
        ("e\u0301", "é"),
        ("x.", "x"),
        ("con", "_con"),
        ("a\u200bb", "ab"),
    ],
)
@pytest.mark.parametrize("kinds", [(FILE, FILE), (FOLDER, FILE), (FILE, FOLDER), (FOLDER, FOLDER)])
def test_c14_c21_twins_are_both_kept(
    inbox: Path, names: tuple[str, str], kinds: tuple[EntryKind, EntryKind]
) -> None:
    entries = [Entry(1, kind, name) for kind, name in zip(kinds, names, strict=True)]
    path = land(inbox, Entry(0, FOLDER, "top"), *entries)
    assert len(os.listdir(path)) == 2


def test_c15_case_twins_are_both_kept_where_the_disk_knows_no_case(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open

    def open_without_case(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & os.O_EXCL and "dir_fd" in kwargs:
            there = {name.casefold() for name in os.listdir(kwargs["dir_fd"])}
            if os.fsdecode(path).casefold() in there:
                raise FileExistsError(errno.EEXIST, "taken")
        return real_open(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", open_without_case)
    monkeypatch.setattr(Landing, "has_folding_disk", lambda _: True)
    names = ["A", "a", "straße", "STRASSE", "\u212aelvin", "kelvin"]
    entries = [Entry(1, FILE, name, number) for number, name in enumerate(names)]
    path = land(inbox, Entry(0, FOLDER, "top"), *entries)
    assert sorted(file.stat().st_size for file in path.iterdir()) == list(range(6))


def test_c21_many_twins_cost_one_try_each(inbox: Path) -> None:
    path = land(inbox, Entry(0, FOLDER, "top"), *[Entry(1, FILE, "same.txt")] * 500)
    assert sorted(os.listdir(path)) == sorted(
        ["same.txt", *(f"same ({number}).txt" for number in range(2, 501))]
    )


def test_c22_depth_and_many_empty_folders_land(inbox: Path) -> None:
    deep = [Entry(number, FOLDER, "d" * 30) for number in range(128)]
    path = land(inbox, *deep)
    for _ in range(127):
        path /= "d" * 30
    assert path.is_dir()
    wide = land(inbox, Entry(0, FOLDER, "wide"), *[Entry(1, FOLDER, str(n)) for n in range(3000)])
    assert len(os.listdir(wide)) == 3000


def test_c23_a_missing_folder_is_made(inbox: Path) -> None:
    assert land(inbox / "not/yet", Entry(0, FILE, "x")) == inbox / "not/yet/x"


def test_c23_a_link_to_a_folder_is_a_place_to_save(inbox: Path) -> None:
    (inbox.parent / "real").mkdir()
    inbox.symlink_to(inbox.parent / "real")
    assert land(inbox, Entry(0, FILE, "x")) == inbox / "x"
    assert os.listdir(inbox.parent / "real") == ["x"]


def test_c25_modes_are_masked_and_times_clamped(inbox: Path) -> None:
    os.umask(umask := os.umask(0o027))
    old = os.umask(0o027)
    try:
        times = {"old": -(2**63), "before": -1, "late": 7258118400 * 10**9, "far": 2**63 - 1}
        entries = [Entry(1, EXECUTABLE, name, 1, mtime) for name, mtime in times.items()]
        path = land(inbox, Entry(0, FOLDER, "top", 0, -5), *entries)
    finally:
        os.umask(old)
    assert umask == old
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert {stat.S_IMODE((path / name).stat().st_mode) for name in times} == {0o750}
    seconds = {name: int((path / name).stat().st_mtime) for name in times}
    assert seconds == {"old": 0, "before": 0, "late": 2**32 - 1, "far": 2**32 - 1}
    assert path.stat().st_mtime == 0


def test_c25_a_disk_that_takes_no_times_loses_no_file(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "utime", refuse)
    assert len(tree_of(land(inbox, *TREE))) == len(TREE) - 1


def test_nobody_else_can_look_at_a_transfer_under_way(inbox: Path) -> None:
    arrival = Landing(inbox, LANDING, ID, bytes(32))
    (partial,) = inbox.iterdir()
    assert stat.S_IMODE(partial.stat().st_mode) == 0o700
    assert stat.S_IMODE((partial / "journal").stat().st_mode) == 0o600
    arrival.close()
    arrival.close()
    assert os.listdir(inbox) == []


def test_d12_a_size_beyond_the_disk_is_refused_before_a_byte_is_written(inbox: Path) -> None:
    with pytest.raises(OSError, match="space") as refused:
        land(inbox, Entry(0, FILE, "x", 2**61))
    assert refused.value.errno == errno.ENOSPC
    assert os.listdir(inbox) == []


@pytest.mark.parametrize("free", [-1, 0])
def test_d12_files_take_whole_blocks_and_names_take_room(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    content = sum(entry.size for entry in TREE)
    needed = content + len(TREE) * 4096 + landing.SPARE_BYTES
    monkeypatch.setattr(folders.HandleFolder, "free_bytes", lambda _: needed + free)
    if free < 0:
        assert _code_of(lambda: land(inbox, *TREE)) == errno.ENOSPC
    else:
        assert land(inbox, *TREE) == inbox / "top"


def _code_of(work: Callable[[], object]) -> int | None:
    try:
        work()
    except OSError as error:
        return error.errno
    return None


@pytest.mark.parametrize("is_swapped", [False, True])
@pytest.mark.parametrize("name", ["", LANDING, LANDING + "/files"])
def test_c23_folders_that_went_away_while_they_were_written_to_are_no_place_to_land(
    inbox: Path, name: str, is_swapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Landing.commit

    def commit(*args: Any) -> list[str]:
        shutil.rmtree(inbox / name)
        if is_swapped:
            (inbox / name).mkdir()
        return real(*args)

    monkeypatch.setattr(Landing, "commit", commit)
    assert _code_of(lambda: land(inbox, Entry(0, FILE, "x", 5))) == errno.ENOENT
    monkeypatch.undo()
    assert land(inbox, Entry(0, FILE, "x", 5)) == inbox / "x"


def test_c23_what_was_taken_along_to_another_folder_does_not_land_in_the_old_one(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Landing.commit

    def commit(*args: Any) -> list[str]:
        inbox.rename(inbox.parent / "real")
        inbox.mkdir()
        (inbox.parent / "real" / LANDING).rename(inbox / LANDING)
        return real(*args)

    monkeypatch.setattr(Landing, "commit", commit)
    assert _code_of(lambda: land(inbox, Entry(0, FILE, "x", 5))) == errno.ENOENT
    assert os.listdir(inbox.parent / "real") == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_g03_whatever_call_fails_it_is_all_there_or_nothing_is(inbox: Path, code: int) -> None:
    entries = (*TREE, Entry(0, FILE, "second", 5), Entry(0, FOLDER, "third"))
    entries = tuple(sorted(entries, key=lambda entry: entry.parent))
    inbox.mkdir()
    fail_at, failures = 0, 0
    while True:
        fail_at += 1
        with injected(code, fail_at) as faults:
            found_code = _code_of(lambda: land(inbox, *entries))
        landed = set() if found_code else {"top", "second", "third"}
        failures += found_code == code
        if not faults.failed:
            break
        found = {name for name in os.listdir(inbox) if not name.startswith(".landline-")}
        assert found == landed, faults.failed
        assert found_code in (None, code), faults.failed
        shutil.rmtree(inbox)
        inbox.mkdir()
    assert failures > 30


class SyncWatch:
    """How many bytes below the inbox had been synced, as each line of the journal was written."""

    def __init__(self, patch: pytest.MonkeyPatch, inbox: Path) -> None:
        self.claims: list[tuple[Position, int]] = []
        self._inbox = inbox
        self._synced_bytes = 0
        for name in ("sync_file", "sync_all"):
            patch.setattr(syncer, name, self._noting(getattr(syncer, name)))
        real = syncer.Journal.append

        def append(journal: Any, position: Position) -> None:
            self.claims.append((position, self._synced_bytes))
            real(journal, position)

        patch.setattr(syncer.Journal, "append", append)

    def _noting(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            (partial,) = self._inbox.iterdir()
            files = [path for path in (partial / "files").rglob("*") if path.is_file()]
            written = sum(path.stat().st_size for path in files)
            real(descriptor)
            self._synced_bytes = written

        return sync


def test_g03_a_journal_claims_nothing_that_was_not_synced(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (writing, syncer):
        monkeypatch.setattr(module, "CLAIM_EVERY_BYTES", CONTENT_BYTES)
    watch = SyncWatch(monkeypatch, inbox)
    land(inbox, *TREE)
    sizes = [entry.size for entry in TREE if not entry.is_folder]
    for position, synced_bytes in watch.claims:
        assert sum(sizes[: position.file]) + position.offset <= synced_bytes
    positions = [position for position, _ in watch.claims]
    assert positions == sorted(positions)
    assert positions[-1] == COMPLETE
    assert len(positions) > 1


def test_without_a_sync_of_everything_each_file_and_folder_is_synced(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    for module in (writing, durable):
        monkeypatch.setattr(module, "CAN_SYNC_ALL", False)
    monkeypatch.setattr(durable, "_syncfs", None)
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, _noting(synced, getattr(os, name)))
    path = land(inbox, *TREE)
    assert {found.stat().st_ino for found in [path, *path.rglob("*")]} <= synced


def _noting(synced: set[int], real: Callable[[int], None]) -> Callable[[int], None]:
    def sync(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    return sync


def test_g01_what_a_killed_process_left_is_removed_and_nothing_else(inbox: Path) -> None:
    inbox.mkdir()
    foreign = [".landline-", ".landline-0123456789abcdef", ".landline-notes", "mine"]
    for name in foreign:
        (inbox / name).mkdir()
        (inbox / name / "journal").write_text("not one of ours")
    (inbox / ".landline-1111111111111111").symlink_to(inbox / "mine")
    code = (
        "import os, sys; from pathlib import Path; from net.transfer.landing import Landing;"
        "Landing(Path(sys.argv[1]), '.landline-' + '3' * 16, bytes(16), bytes(32));"
        "os.kill(os.getpid(), 9)"
    )
    root = Path(landing.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, str(inbox)], cwd=root, check=False)
    running = Landing(inbox, ".landline-" + "4" * 16, ID, bytes(32))
    assert len(os.listdir(inbox)) == 7
    for name in os.listdir(inbox):
        discard_landing(inbox, name)
    assert len(os.listdir(inbox)) == 6
    running.close()
    assert sorted(os.listdir(inbox)) == sorted([*foreign, ".landline-1111111111111111"])
    discard_landing(inbox / "missing", LANDING)


def begun(inbox: Path) -> Path:
    """The folder of a transfer that has broken off."""
    arrival = Landing(inbox, LANDING, ID, bytes(32))
    shutil.copytree(inbox / LANDING, inbox / "aside")
    arrival.close()
    return (inbox / "aside").rename(inbox / LANDING)


def test_g15_a_file_where_its_files_should_be_is_no_try_to_go_on_with(inbox: Path) -> None:
    (begun(inbox) / "files").rmdir()
    (inbox / LANDING / "files").touch()
    arrival = Landing(inbox, LANDING, ID, bytes(32))
    assert not arrival.is_resumed
    assert (inbox / LANDING / "files").is_dir()
    arrival.close()


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"damaged")])
def test_g15_without_its_journal_nothing_is_complete(
    inbox: Path, damage: Callable[[Path], object]
) -> None:
    damage(begun(inbox) / "journal")
    assert not is_complete(inbox, LANDING, EVERYTHING)


def test_g03_a_landing_that_could_not_be_made_leaves_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(journal, "write_all", refuse)
    assert _code_of(lambda: Landing(inbox, LANDING, ID, bytes(32)).close()) == errno.ENOSPC
    assert os.listdir(inbox) == []


def test_c19_what_others_have_put_in_its_place_is_not_removed(inbox: Path) -> None:
    photos = inbox / LANDING
    photos.mkdir(parents=True)
    (photos / "summer.jpg").write_text("mine")
    with pytest.raises(FileExistsError):
        Landing(inbox, LANDING, ID, bytes(32)).close()
    assert tree_of(inbox) == {LANDING: None, f"{LANDING}/summer.jpg": b"mine"}


def test_c19_a_file_in_its_place_is_not_removed(inbox: Path) -> None:
    inbox.mkdir()
    (inbox / LANDING).write_text("mine")
    with pytest.raises(NotADirectoryError):
        Landing(inbox, LANDING, ID, bytes(32)).close()
    assert tree_of(inbox) == {LANDING: b"mine"}


@pytest.mark.parametrize(
    "name", ["", "x", "..", "../x", LANDING + "/..", LANDING + "0", "mine/" + LANDING]
)
def test_c01_only_a_name_that_was_made_for_it_is_a_landing(inbox: Path, name: str) -> None:
    with pytest.raises(ValueError, match="landing"):
        Landing(inbox, name, ID, bytes(32))
    assert not inbox.exists()


def test_c19_what_took_its_place_meanwhile_is_not_removed_with_it(inbox: Path) -> None:
    arrival = Landing(inbox, LANDING, ID, bytes(32))
    (inbox / LANDING).rename(inbox / "aside")
    (inbox / LANDING).mkdir()
    (inbox / LANDING / "summer.jpg").write_text("mine")
    arrival.close()
    assert (inbox / LANDING / "summer.jpg").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")
@pytest.mark.parametrize("place", ["", "files", "journal"])
def test_c19_a_folder_that_somebody_else_owns_is_not_gone_on_with(inbox: Path, place: str) -> None:
    os.chown(begun(inbox) / place, 12345, -1)
    with pytest.raises(PermissionError):
        Landing(inbox, LANDING, ID, bytes(32)).close()


def test_what_has_another_name_is_nobodys_to_remove(inbox: Path) -> None:
    inbox.mkdir()
    Landing(inbox, LANDING, ID, b"h" * 32).close()
    arrival = Landing(inbox, LANDING, ID, b"h" * 32)
    for name in ("mine", LANDING + "0", ".landline-0123456789abcdeg"):
        shutil.copytree(inbox / LANDING, inbox / name)
        discard_landing(inbox, name)
        assert (inbox / name / "journal").exists()
        shutil.rmtree(inbox / name)
    arrival.close()


def test_the_journal_of_a_transfer_under_way_says_whose_it_is(inbox: Path) -> None:
    arrival = Landing(inbox, LANDING, ID, b"h" * 32)
    (partial,) = inbox.iterdir()
    state = read_journal((partial / "journal").read_bytes())
    arrival.close()
    assert state is not None
    assert (state.transfer_id, state.manifest_hash) == (ID, b"h" * 32)


def test_the_manifest_is_read_where_it_lies_as_far_as_it_is_there(tmp_path: Path) -> None:
    manifest = manifest_of(*TREE)
    whole = b"".join(manifest.chunks)
    arrival = Landing(tmp_path, LANDING, ID, manifest.totals.manifest_hash)
    for size in (0, 10, len(whole)):
        arrival.add_manifest(whole[:size])
        assert b"".join(read_manifest(tmp_path, LANDING)) == whole[:size]
        arrival.close()
        arrival = Landing(tmp_path, LANDING, ID, manifest.totals.manifest_hash)
    arrival.close()
    with pytest.raises(FileNotFoundError):
        next(read_manifest(tmp_path, LANDING))
