"""What the syncer claims in one line for many is on the disk, all of it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from net.transfer import syncer
from net.transfer.journal import CLAIM_EVERY_BYTES, COMPLETE, Journal, Position, read_journal
from net.transfer.syncer import OPEN_FILES_MAX, UNSYNCED_MAX_BYTES, Reached, Syncer
from tests.unit.net.transfer.talk import WAIT_S

RECORD_BYTES = 20
HEADER_BYTES = 64


class Desk:
    """A syncer whose disk holds its first sync until it is let go on."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.path = folder / "journal"
        self.synced: list[int] = []
        self._is_held = threading.Event()
        self._go_on = threading.Event()
        self._file = os.open(folder / "file", os.O_RDWR | os.O_CREAT)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT)
        self._journal = Journal(descriptor, b"i" * 16, b"h" * 32)
        patch.setattr(syncer, "sync_file", self._hold)
        patch.setattr(syncer, "sync_all", lambda _: self.synced.append(self.lines))
        self.syncer = Syncer(self._file, self._journal, "sync-test")
        self.syncer.start()

    def hold(self) -> None:
        """What comes now is one batch."""
        self.syncer.add_position(Reached(Position(0, 1), 0, has_loose=False), self._file)
        assert self._is_held.wait(WAIT_S)

    def let_go(self) -> None:
        self._go_on.set()

    def go_on(self) -> None:
        self.let_go()
        self.syncer.wait(is_last=True, on_wait=lambda: None)

    def claim(self, position: Position, size_bytes: int = 0, *, has_loose: bool = False) -> None:
        self.syncer.add_position(Reached(position, size_bytes, has_loose))

    def take_file(self) -> None:
        reached = Reached(Position(1, 0), 0, has_loose=False)
        self.syncer.add_file(os.dup(self._file), reached)

    @property
    def lines(self) -> int:
        return (self.path.stat().st_size - HEADER_BYTES) // RECORD_BYTES

    def close(self) -> None:
        self._go_on.set()
        self.syncer.stop()
        self._journal.close()
        os.close(self._file)

    def _hold(self, _descriptor: int) -> None:
        self._is_held.set()
        assert self._go_on.wait(WAIT_S)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = Desk(tmp_path, monkeypatch)
    yield desk
    desk.close()


@pytest.mark.parametrize("at", range(3))
def test_one_loose_file_among_many_positions_brings_all_to_the_disk(desk: Desk, at: int) -> None:
    desk.hold()
    for number in range(3):
        desk.claim(Position(number, 0), has_loose=number == at)
    desk.claim(COMPLETE)
    desk.go_on()
    assert desk.synced == [0], "once, and before the line"
    state = read_journal(desk.path.read_bytes())
    assert state is not None
    assert state.position == COMPLETE


def test_a_line_is_written_for_much_and_not_for_little(desk: Desk) -> None:
    desk.hold()
    desk.go_on()
    for number in range(8):
        desk.claim(Position(number + 1, 0), CLAIM_EVERY_BYTES // 2)
        desk.go_on()
    assert desk.lines == 4


def _add_bytes(desk: Desk) -> None:
    desk.claim(Position(1, 0), UNSYNCED_MAX_BYTES)


def _add_files(desk: Desk) -> None:
    for _ in range(OPEN_FILES_MAX):
        desk.take_file()


@pytest.mark.parametrize("add", [_add_bytes, _add_files])
def test_who_writes_faster_than_the_disk_waits_until_it_has_caught_up(
    desk: Desk, add: Callable[[Desk], None]
) -> None:
    waited = 0

    def on_wait() -> None:
        nonlocal waited
        waited += 1
        desk.let_go()

    desk.hold()
    desk.syncer.wait(is_last=False, on_wait=on_wait)
    assert waited == 0
    add(desk)
    desk.syncer.wait(is_last=False, on_wait=on_wait)
    assert waited
    desk.go_on()
    waited = 0
    desk.syncer.wait(is_last=False, on_wait=on_wait)
    assert waited == 0
