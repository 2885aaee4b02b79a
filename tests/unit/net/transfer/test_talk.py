"""Both real ends together: what is sent arrives, whole and equal, or not at all."""

import os
from pathlib import Path

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.transfer import channel as channel_module
from net.transfer import readahead as readahead_module
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.readahead import ReadAhead
from net.transfer.receiver import receive_transfer
from net.transfer.sender import refuse_transfer, serve_transfer
from net.transfer.syncer import SYNC_ALONE_BYTES
from tests.unit.net.transfer.talk import (
    LANDING,
    WAIT_S,
    linked,
    request_for,
    running,
    scan,
    transfer,
    tree_of,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.mark.parametrize(
    "size",
    [0, 1, CONTENT_BYTES - 1, CONTENT_BYTES, CONTENT_BYTES + 1, SYNC_ALONE_BYTES, 5_000_001],
)
def test_one_file_of_any_size_arrives_equal(source: Path, inbox: Path, size: int) -> None:
    file = source / "data.bin"
    file.write_bytes(os.urandom(size))
    os.utime(file, ns=(1, 1_600_000_000_123_456_789))
    outcome = transfer(scan(file), inbox)
    assert outcome.got.path == inbox / "data.bin"
    assert outcome.got.path.read_bytes() == file.read_bytes()
    assert outcome.got.path.stat().st_mtime_ns == 1_600_000_000_123_456_789
    assert os.listdir(inbox) == ["data.bin"]
    for progress in (outcome.sent, outcome.received):
        assert (progress.done_bytes, progress.done_files) == (size, 1)


def test_a_folder_arrives_with_empty_folders_modes_times_and_every_name(
    source: Path, inbox: Path
) -> None:
    top = source / "项目 📁"
    for name in ("a", "a/b", "empty", "empty/inside"):
        (top / name).mkdir(parents=True, exist_ok=True)
    (top / "run.sh").write_text("#!/bin/sh\n")
    (top / "run.sh").chmod(0o4775)
    (top / "a/Makefile").write_text("big")
    (top / "a/makefile").write_text("small")
    (top / "a/b/größe.txt").write_bytes(os.urandom(300_000))
    (top / "a/b/zero").touch()
    (top / "z").write_bytes(os.urandom(3_000_000))
    os.utime(top / "a", ns=(0, 1_500_000_000_000_000_000))
    os.umask(umask := os.umask(0))
    outcome = transfer(scan(top), inbox)
    assert outcome.got.path == inbox / "项目 📁"
    assert tree_of(outcome.got.path) == tree_of(top)
    assert (outcome.got.path / "run.sh").stat().st_mode & 0o7777 == 0o755 & ~umask
    assert (outcome.got.path / "z").stat().st_mode & 0o7777 == 0o644 & ~umask
    assert (outcome.got.path / "a").stat().st_mtime_ns == 1_500_000_000_000_000_000


def test_several_things_at_the_top_land_side_by_side(source: Path, inbox: Path) -> None:
    (source / "one.txt").write_text("1")
    (source / "other").mkdir()
    (source / "other/one.txt").write_text("2")
    (source / "folder").mkdir()
    paths = [source / "one.txt", source / "other/one.txt", source / "folder"]
    outcome = transfer(scan(*paths), inbox)
    assert outcome.got.path == inbox
    assert tree_of(inbox) == {"folder": None, "one (2).txt": b"2", "one.txt": b"1"}


def test_many_small_files_arrive_equal(source: Path, inbox: Path) -> None:
    for number in range(3000):
        folder = source / f"d{number % 7}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_bytes(bytes([number % 256]) * (number % 5000))
    outcome = transfer(scan(source), inbox)
    assert tree_of(outcome.got.path) == tree_of(source)


def test_files_read_ahead_of_a_cold_disk_arrive_equal(
    source: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readahead_module, "COLD_FILE_S", -1.0)  # every disk is cold
    monkeypatch.setattr(readahead_module, "SLOW_FILE_S", -1.0)
    touched: list[str] = []
    real = ReadAhead.ask
    monkeypatch.setattr(
        ReadAhead, "ask", lambda ahead, paths: (touched.extend(paths), real(ahead, paths))
    )
    for number in range(300):
        (source / f"d{number % 3}").mkdir(exist_ok=True)
        (source / f"d{number % 3}/{number}").write_bytes(os.urandom(number * 50))
    outcome = transfer(scan(source), inbox)
    assert tree_of(outcome.got.path) == tree_of(source)
    assert len(touched) == len(set(touched)) > 250
    assert all(Path(path).is_file() for path in touched)


def test_signs_of_life_of_both_ends_fit_in_anywhere(
    source: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "ALIVE_EVERY_S", 0.001)
    for number in range(300):
        (source / str(number)).write_bytes(os.urandom(number * 20))
    (source / "large").write_bytes(os.urandom(4_000_000))
    outcome = transfer(scan(source), inbox)
    assert tree_of(outcome.got.path) == tree_of(source)


def test_c18_nothing_that_is_there_is_replaced(source: Path, inbox: Path) -> None:
    (source / "a.txt").write_text("new")
    inbox.mkdir()
    (inbox / "a.txt").write_text("mine")
    (inbox / "a (2).txt").symlink_to(inbox / "nowhere")
    os.mkfifo(inbox / "a (3).txt")
    (inbox / "a (4).txt").mkdir()
    assert transfer(scan(source / "a.txt"), inbox).got.path == inbox / "a (5).txt"
    assert (inbox / "a.txt").read_text() == "mine"
    assert not (inbox / "nowhere").exists()


def test_a_cancel_by_the_receiver_reaches_the_sender_and_it_goes_on_later(
    source: Path, inbox: Path
) -> None:
    _cancel_midway(source, inbox, is_by_sender=False)


def test_a_cancel_by_the_sender_reaches_the_receiver_and_it_goes_on_later(
    source: Path, inbox: Path
) -> None:
    _cancel_midway(source, inbox, is_by_sender=True)


def _cancel_midway(source: Path, inbox: Path, *, is_by_sender: bool) -> None:
    file = source / "large"
    with file.open("wb") as sparse:
        sparse.truncate(256 << 20)  # far more than lies in the sockets' buffers
    sources = scan(file)
    sent = _CancelsAtOnce() if is_by_sender else Progress()
    received = Progress() if is_by_sender else _CancelsAtOnce()
    inbox.mkdir()
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with (
            running(lambda: serve_transfer(sender, sources, sent)) as serving,
            running(
                lambda: receive_transfer(receiver, request_for(sources, inbox), received)
            ) as receiving,
        ):
            mine, other = (serving, receiving) if is_by_sender else (receiving, serving)
            with pytest.raises(TransferFault) as fault:
                mine.result(WAIT_S)
            assert (fault.value.fault, fault.value.is_remote) == (Fault.BY_USER, False)
            with pytest.raises(TransferFault) as fault:
                other.result(WAIT_S)
            assert (fault.value.fault, fault.value.is_remote) == (Fault.BY_PEER, True)
    assert 0 < (sent if is_by_sender else received).done_bytes < 256 << 20
    assert set(os.listdir(inbox)) <= {LANDING}
    outcome = transfer(sources, inbox)
    assert os.listdir(inbox) == ["large"]
    assert outcome.got.path.stat().st_size == 256 << 20


class _CancelsAtOnce(Progress):
    """A user who presses cancel as soon as the first bytes have gone over."""

    @property
    def done_bytes(self) -> int:
        return self._done_bytes

    @done_bytes.setter
    def done_bytes(self, count: int) -> None:
        self._done_bytes = count
        if count:
            self.cancel(Fault.BY_USER)


def test_a_refusal_tells_why(inbox: Path, source: Path) -> None:
    (source / "a").touch()
    with linked() as (near, far):
        receiver = far.channel()
        request = request_for(scan(source / "a"), inbox)
        with running(lambda: receive_transfer(receiver, request, Progress())) as receiving:
            refuse_transfer(near.channel(), Fault.NOT_OFFERED)
            with pytest.raises(TransferFault) as fault:
                receiving.result(WAIT_S)
    assert (fault.value.fault, fault.value.is_remote) == (Fault.NOT_OFFERED, True)
    assert os.listdir(inbox) == []


def test_a_receiver_without_a_place_to_write_says_so_to_both(source: Path, inbox: Path) -> None:
    (source / "a").touch()
    inbox.write_text("no folder")
    sources = scan(source / "a")
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with pytest.raises(TransferFault) as here:
                receive_transfer(receiver, request_for(sources, inbox), Progress())
            with pytest.raises(TransferFault) as there:
                serving.result(WAIT_S)
    assert (here.value.fault, here.value.is_remote) == (Fault.NOT_WRITABLE, False)
    assert (there.value.fault, there.value.is_remote) == (Fault.NOT_WRITABLE, True)
