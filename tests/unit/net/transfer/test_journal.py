"""The journal may claim less than is on the disk, never more, whatever a crash left of it."""

import errno
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.transfer import journal as journal_module
from net.transfer.journal import (
    Journal,
    JournalError,
    JournalState,
    Position,
    lock_file,
    read_journal,
)

ID, HASH = b"i" * 16, b"h" * 32
STEPS = [Position(0, 16), Position(3, 0), Position(3, 2**40)]


@pytest.fixture
def written(tmp_path: Path) -> bytes:
    path = tmp_path / "journal"
    journal = Journal(os.open(path, os.O_RDWR | os.O_CREAT), ID, HASH)
    for step in STEPS:
        journal.append(step)
    journal.close()
    return path.read_bytes()


def test_the_last_record_counts(written: bytes) -> None:
    assert read_journal(written) == JournalState(ID, HASH, STEPS[-1], len(written))


def test_g15_a_torn_record_counts_for_nothing(written: bytes) -> None:
    header = 64
    record = (len(written) - header) // len(STEPS)
    assert read_journal(written[: header - 1]) is None
    for size in range(header, len(written) + 1):
        state = read_journal(written[:size])
        whole = (size - header) // record
        assert state is not None
        assert state.position == ([Position(0, 0), *STEPS])[whole]


def test_a_journal_is_gone_on_with_behind_what_is_whole(written: bytes, tmp_path: Path) -> None:
    path = tmp_path / "again"
    path.write_bytes(written + b"torn")
    journal = Journal(os.open(path, os.O_RDWR), ID, HASH)
    assert journal.position == STEPS[-1]
    journal.append(Position(4, 4))
    journal.close()
    state = read_journal(path.read_bytes())
    assert state is not None
    assert state.position == Position(4, 4)


def test_g15_what_stood_behind_a_torn_record_does_not_come_back(
    written: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "again"
    record = (len(written) - 64) // len(STEPS)
    torn = 64 + record
    path.write_bytes(written[:torn] + bytes(record) + written[torn + record :])
    journal = Journal(os.open(path, os.O_RDWR), ID, HASH)
    assert journal.position == STEPS[0]
    journal.append(Position(1, 0))
    journal.close()
    state = read_journal(path.read_bytes())
    assert state is not None
    assert state.position == Position(1, 0)


@pytest.mark.parametrize("ids", [(b"j" * 16, HASH), (ID, b"j" * 32)])
def test_the_journal_of_another_transfer_is_not_gone_on_with(
    written: bytes, tmp_path: Path, ids: tuple[bytes, bytes]
) -> None:
    path = tmp_path / "again"
    for data in (written, b"no journal", written[:30], written[:56] + bytes(8)):
        path.write_bytes(data)
        with pytest.raises(JournalError):
            Journal(os.open(path, os.O_RDWR), *ids)
        assert path.read_bytes() == data


def test_g15_a_header_without_its_checksum_is_not_gone_on_with(
    written: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "again"
    path.write_bytes(written[:56] + bytes(8) + written[64:])
    with pytest.raises(JournalError):
        Journal(os.open(path, os.O_RDWR), ID, HASH)


def test_a_journal_of_another_version_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "_MAGIC", b"LLjrnl\0\2")
        Journal(os.open(tmp_path / "later", os.O_RDWR | os.O_CREAT), ID, HASH).close()
        later = (tmp_path / "later").read_bytes()
        assert read_journal(later) is not None
    assert read_journal(later) is None


@pytest.mark.skipif(sys.platform == "win32", reason="locks by another call there")
@pytest.mark.parametrize(
    ("code", "is_ours"), [(errno.EAGAIN, False), (errno.EACCES, False), (errno.ENOLCK, True)]
)
def test_where_a_disk_knows_no_locks_the_file_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_ours: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", refuse)
    descriptor = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    assert lock_file(descriptor) is is_ours
    os.close(descriptor)


def test_g15_a_changed_bit_never_makes_it_claim_more(written: bytes) -> None:
    for at in range(len(written) * 8):
        damaged = bytearray(written)
        damaged[at // 8] ^= 1 << at % 8
        state = read_journal(bytes(damaged))
        assert state is None or state.position in [Position(0, 0), *STEPS[:-1]]


def test_a_record_of_another_journal_does_not_count(written: bytes, tmp_path: Path) -> None:
    other = Journal(os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT), b"j" * 16, HASH)
    other.close()
    moved = (tmp_path / "other").read_bytes() + written[64:]
    state = read_journal(moved)
    assert state is not None
    assert state.position == Position(0, 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_harm(data: bytes) -> None:
    assert read_journal(data) is None


def test_a_journal_is_locked_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(os.open(path, os.O_RDWR | os.O_CREAT), ID, HASH)
    second = os.open(path, os.O_RDWR)
    assert not lock_file(second)
    with pytest.raises(BlockingIOError):
        Journal(os.open(path, os.O_RDWR), ID, HASH)
    journal.close()
    assert lock_file(second)
    os.close(second)
