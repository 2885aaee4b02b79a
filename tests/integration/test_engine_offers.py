"""The lists of offers between real engines: kept while one needs them, and done without."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    CreateRoom,
    DeclineTransfer,
    ListOfferedFiles,
    SendFiles,
)
from app.engine import offer_lists
from app.errors import ErrorCode
from app.events import Failed, MessagesAdded, OfferAdded, OfferedFilesListed, RoomChanged
from app.model import Message, Reason, TransferState
from tests.integration.engines import Host
from tests.integration.test_engine_files import offered, reach, tree


def lists(host: Host) -> list[Path]:
    return sorted((host.folder / "offers").glob("*"))


def is_of(message: Message, transfer_id: str) -> bool:
    return message.transfer is not None and message.transfer.transfer_id == transfer_id


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    (folder / "inner").mkdir(parents=True)
    for number in range(20):
        (folder / f"inner/{number}").write_bytes(os.urandom(100))
    return folder


def offer_to_someone_away(ann: Host, bob: Host, *paths: Path) -> str:
    with bob:
        ann.meet(bob)
    ann.submit(SendFiles(bob.peer_id, paths))
    return ann.wait(OfferAdded).transfer.transfer_id


def test_after_a_restart_the_list_is_what_was_offered_not_what_is_there_now(
    tmp_path: Path, album: Path
) -> None:
    before = tree(album)
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        transfer_id = offer_to_someone_away(ann, bob, album)
    (album / "came later").write_text("not offered")
    with ann, bob:
        bob.submit(AcceptTransfer(offered(bob).transfer_id))
        reach(bob, transfer_id, TransferState.DONE)
        assert tree(bob.folder / "downloads/album") == before
        reach(ann, transfer_id, TransferState.DONE)
        ann.until(lambda: lists(ann) == [])


def test_what_was_sent_can_be_looked_into_and_keeps_no_list(tmp_path: Path, album: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (album,)))
        transfer_id = offered(bob).transfer_id
        ann.submit(ListOfferedFiles(transfer_id, ref="before"))
        bob.submit(AcceptTransfer(transfer_id))
        reach(ann, transfer_id, TransferState.DONE)
        ann.until(lambda: lists(ann) == [])
        ann.submit(ListOfferedFiles(transfer_id, ref="after"))
        for ref in ("before", "after"):
            listed = ann.wait(OfferedFilesListed, lambda event, ref=ref: event.ref == ref)
            assert listed.count == 22
        assert lists(ann) == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"LLoffer1" * 99)])
def test_g15_an_offer_without_its_list_is_scanned_once_more(
    tmp_path: Path, album: Path, damage: object
) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        transfer_id = offer_to_someone_away(ann, bob, album)
        assert len(lists(ann)) == 1
        assert callable(damage)
        damage(lists(ann)[0])
    with ann, bob:
        bob.submit(AcceptTransfer(offered(bob).transfer_id))
        reach(bob, transfer_id, TransferState.DONE)
        assert tree(bob.folder / "downloads/album") == tree(album)
        ann.until(lambda: lists(ann) == [])


@pytest.mark.parametrize("is_gone", [True, False])
def test_c24_an_offer_without_its_list_must_be_as_it_was(
    tmp_path: Path, album: Path, is_gone: bool
) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        transfer_id = offer_to_someone_away(ann, bob, album)
        lists(ann)[0].unlink()
    if is_gone:
        album.rename(tmp_path / "elsewhere")
    else:
        (album / "came later").write_text("not offered")
    with ann, bob:
        bob.submit(AcceptTransfer(offered(bob).transfer_id))
        reason = Reason.SOURCE_UNREADABLE if is_gone else Reason.SOURCE_CHANGED
        assert reach(bob, transfer_id, TransferState.FAILED).reason is reason
        assert lists(ann) == []


def test_what_was_declined_needs_no_list(tmp_path: Path, album: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (album,)))
        transfer_id = offered(bob).transfer_id
        assert len(lists(ann)) == 1
        bob.submit(DeclineTransfer(transfer_id))
        reach(ann, transfer_id, TransferState.DECLINED)
        ann.until(lambda: lists(ann) == [])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[tuple[Host, Host, Host, str]]:
    """Ann, Bob and Cim, and a room of all three."""
    with ExitStack() as stack:
        ann, bob, cim = (
            stack.enter_context(Host(tmp_path, name)) for name in ("Ann", "Bob", "Cim")
        )
        ann.meet(bob)
        ann.meet(cim)
        ann.submit(CreateRoom("All", (bob.peer_id, cim.peer_id)))
        room_id = ann.wait(RoomChanged, lambda event: event.room.name == "All").room.room_id
        for host in (bob, cim):
            host.wait(RoomChanged, lambda event: len(event.room.members) == 3)
        yield ann, bob, cim, room_id


def test_one_list_serves_all_who_were_offered_the_same_until_the_last_has_it(
    room: tuple[Host, Host, Host, str], album: Path
) -> None:
    ann, bob, cim, room_id = room
    ann.submit(SendFiles(room_id, (album,)))
    first, second = offered(bob).transfer_id, offered(cim).transfer_id
    assert first != second
    assert len(lists(ann)) == 1
    bob.submit(AcceptTransfer(first))
    reach(ann, first, TransferState.DONE)
    ann.submit(SendFiles("Bob", (album,), ref="again"))
    third = ann.wait(OfferAdded, lambda event: event.ref == "again").transfer.transfer_id
    assert len(lists(ann)) == 1
    cim.submit(AcceptTransfer(second))
    reach(ann, second, TransferState.DONE)
    assert tree(cim.folder / "downloads/album") == tree(album)
    assert len(lists(ann)) == 1
    bob.wait(MessagesAdded, lambda event: any(is_of(m, third) for m in event.messages))
    bob.submit(DeclineTransfer(third))
    ann.until(lambda: lists(ann) == [])


def test_the_same_things_in_another_place_have_a_list_of_their_own(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("x")
        os.utime(tmp_path / name / "x", ns=(10**18, 10**18))
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        for name in "ab":
            ann.submit(SendFiles(bob.peer_id, (tmp_path / name / "x",), ref=name))
            ann.wait(OfferAdded, lambda event, name=name: event.ref == name)
        assert len(lists(ann)) == 2


def test_g01_a_start_removes_what_no_offer_needs(tmp_path: Path, album: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        offer_to_someone_away(ann, bob, album)
        kept = lists(ann)
        for name in ("0123456789abcdef.new", "f" * 64):
            (ann.folder / "offers" / name).write_bytes(b"left by a crash")
    with ann:
        assert lists(ann) == kept


def test_what_was_cancelled_keeps_its_list_for_a_day(tmp_path: Path, album: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        transfer_id = offer_to_someone_away(ann, bob, album)
        ann.submit(CancelTransfer(transfer_id))
        reach(ann, transfer_id, TransferState.CANCELLED)
    with ann:
        assert len(lists(ann)) == 1
        day_before_s = time.time() - 25 * 3600
        os.utime(lists(ann)[0], (day_before_s, day_before_s))
    with ann:
        assert lists(ann) == []


def test_lists_that_take_too_much_room_are_given_up_the_oldest_first(
    tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        first = offer_to_someone_away(ann, bob, album)
        (old,) = lists(ann)
        ann.submit(SendFiles(bob.peer_id, (album / "inner",), ref="second"))
        ann.wait(OfferAdded, lambda event: event.ref == "second")
        (new,) = set(lists(ann)) - {old}
    hour_before_s = time.time() - 3600
    os.utime(old, (hour_before_s, hour_before_s))
    monkeypatch.setattr(offer_lists, "KEPT_MAX_BYTES", new.stat().st_size)
    with ann, bob:
        assert lists(ann) == [new]
        bob.wait(MessagesAdded, lambda event: any(is_of(m, first) for m in event.messages))
        bob.submit(AcceptTransfer(first))
        reach(bob, first, TransferState.DONE)
        assert tree(bob.folder / "downloads/album") == tree(album)


def test_c20_what_cannot_be_sent_is_told_with_the_offer(tmp_path: Path, album: Path) -> None:
    for number in range(30):
        (album / f"inner/link {number:02}").symlink_to("/etc/passwd")
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        offer_to_someone_away(ann, bob, album)
        offer = ann.wait(OfferAdded).transfer
        assert (offer.files, offer.skipped_count) == (20, 30)
        assert offer.skipped == tuple(f"album/inner/link {number:02}" for number in range(20))
    with ann, bob:
        bob.submit(AcceptTransfer(offered(bob).transfer_id))
        done = reach(ann, offer.transfer_id, TransferState.DONE)
        assert (done.skipped, done.skipped_count) == (offer.skipped, 30)


def test_c20_a_drop_of_which_nothing_can_be_sent_is_no_offer(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes")
    os.mkfifo(tmp_path / "pipe")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (tmp_path / "pipe",), ref="r"))
        failed = ann.wait(Failed)
        assert (failed.code, failed.ref) == (ErrorCode.EMPTY, "r")
        assert "pipe" in failed.detail
        assert lists(ann) == []


def test_d12_an_offer_whose_list_cannot_be_kept_is_not_made(tmp_path: Path, album: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        (ann.folder / "offers").write_text("in the way")
        ann.submit(SendFiles(bob.peer_id, (album,), ref="r"))
        failed = ann.wait(Failed)
        assert (failed.code, failed.ref) == (ErrorCode.NOT_WRITABLE, "r")
        assert not any(isinstance(event, OfferAdded) for event in ann.events)
