"""Files between two engines: offer, accept, decline, cancel, what is refused."""

import os
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    DeclineTransfer,
    ListTransfers,
    ResumeTransfer,
    SendFiles,
    SendText,
    SetTrust,
)
from app.errors import ErrorCode
from app.events import Failed, MessagesAdded, OfferAdded, TransferChanged, TransfersListed
from app.model import Direction, MessageKind, Reason, Transfer, TransferState
from app.store.reader import Reader
from net.protocol.names import PARTIAL_PREFIX
from tests.integration.engines import Host
from ui.media.whereabouts import find_files, likely_paths


def offered(host: Host) -> Transfer:
    """The first offer that came in."""

    def is_offer(event: MessagesAdded) -> bool:
        return any(m.kind is MessageKind.FILES and m.direction == "in" for m in event.messages)

    event = host.wait(MessagesAdded, is_offer)
    transfer = next(m.transfer for m in event.messages if m.kind is MessageKind.FILES)
    assert transfer is not None
    return transfer


def reach(host: Host, transfer_id: str, state: TransferState) -> Transfer:
    def is_it(event: TransferChanged) -> bool:
        return event.transfer.transfer_id == transfer_id and event.transfer.state is state

    return host.wait(TransferChanged, is_it).transfer


def tree(folder: Path) -> dict[str, bytes | None]:
    """Relative paths to contents; None for a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A file and a folder with what folders have."""
    folder = tmp_path / "things"
    (folder / "album" / "深圳" / "empty folder").mkdir(parents=True)
    (folder / "report 报告.pdf").write_bytes(os.urandom(700_000))
    (folder / "album" / "empty").write_bytes(b"")
    (folder / "album" / "深圳" / "照片.jpg").write_bytes(os.urandom(5_000))
    for i in range(200):
        (folder / "album" / f"{i}.txt").write_text(str(i))
    return folder


def test_file_and_folder_arrive_equal_and_side_by_side(tmp_path: Path, things: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        paths = (things / "report 报告.pdf", things / "album")
        ann.submit(SendFiles(bob.peer_id, paths, ref="mine"))
        offer = ann.wait(OfferAdded)
        assert offer.ref == "mine"
        assert (offer.transfer.files, offer.transfer.folders) == (203, 3)
        transfer = offered(bob)
        assert transfer.names == ("report 报告.pdf", "album")
        assert transfer.size_bytes == offer.transfer.size_bytes
        bob.submit(AcceptTransfer(transfer.transfer_id))
        done = reach(bob, transfer.transfer_id, TransferState.DONE)
        assert done.path == str(bob.folder / "downloads")
        assert tree(bob.folder / "downloads") == tree(things)
        assert reach(ann, transfer.transfer_id, TransferState.DONE).done_bytes == done.size_bytes


def test_many_things_are_known_by_the_names_they_got(tmp_path: Path) -> None:
    paths = []
    for number in range(30):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(str(number))
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        (bob.folder / "downloads").mkdir(parents=True)
        (bob.folder / "downloads" / "7.txt").write_text("Bob's own")
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, tuple(paths)))
        transfer = offered(bob)
        bob.submit(AcceptTransfer(transfer.transfer_id))
        done = reach(bob, transfer.transfer_id, TransferState.DONE)
        with Reader(bob.folder / "landline.db") as database:
            stored = database.transfer(bytes.fromhex(done.transfer_id))
        assert stored is not None
        here = find_files(done, likely_paths(done, stored.sources), lambda: False)
        assert sorted(int(path.read_text()) for path in here) == list(range(30))
        assert bob.folder / "downloads" / "7.txt" not in here
        here[3].write_text("changed since")
        assert find_files(done, likely_paths(done, stored.sources), lambda: False) == ()


def test_what_was_declined_stays_away(tmp_path: Path, things: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (things / "album",)))
        transfer_id = offered(bob).transfer_id
        bob.submit(DeclineTransfer(transfer_id))
        reach(ann, transfer_id, TransferState.DECLINED)
        assert not (bob.folder / "downloads").exists()
        bob.submit(AcceptTransfer(transfer_id, ref="after all"))
        assert bob.wait(Failed).code is ErrorCode.WRONG_STATE


@pytest.mark.parametrize("who", [Direction.IN, Direction.OUT])
def test_cancel_by_either_side_leaves_nothing_under_a_real_name(
    tmp_path: Path, who: Direction
) -> None:
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(3_000_000_000)
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (big,)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id))
        bob.wait(TransferChanged, lambda event: event.transfer.done_bytes > 0)
        (bob if who is Direction.IN else ann).submit(CancelTransfer(transfer_id))
        for host, is_own in ((bob, who is Direction.IN), (ann, who is Direction.OUT)):
            cancelled = reach(host, transfer_id, TransferState.CANCELLED)
            assert cancelled.reason is (Reason.BY_USER if is_own else Reason.BY_PEER)
        downloads = bob.folder / "downloads"
        if who is Direction.OUT:  # whoever cancels may go on with what is here, and nobody else
            bob.until(lambda: not os.listdir(downloads))
        assert all(name.startswith(PARTIAL_PREFIX) for name in os.listdir(downloads))


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("new")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        (bob.folder / "downloads").mkdir()
        (bob.folder / "downloads" / "note.txt").write_text("old")
        ann.submit(SendFiles(bob.peer_id, (note,)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id))
        done = reach(bob, transfer_id, TransferState.DONE)
        assert done.path == str(bob.folder / "downloads" / "note (2).txt")
        assert (bob.folder / "downloads" / "note.txt").read_text() == "old"
        assert Path(done.path).read_text() == "new"


def test_auto_accept_takes_files_of_that_person_only(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("hello")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        bob.meet(ann)
        ann.meet(bob)
        bob.submit(SetTrust(ann.peer_id, accepted=True, auto_accept=True))
        bob.until(lambda: any(getattr(e, "person", None) is not None for e in bob.events))
        bob.submit(SendText(ann.peer_id, "send it"))
        ann.message("send it")
        ann.submit(SendFiles(bob.peer_id, (note,)))
        transfer_id = offered(bob).transfer_id
        reach(bob, transfer_id, TransferState.DONE)
        assert (bob.folder / "downloads" / "note.txt").read_text() == "hello"


def test_offer_waits_for_someone_away_and_is_served_after_a_restart(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("kept")
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        with bob:
            ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note,)))
        ann.wait(OfferAdded)
    with ann, bob:
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id))
        reach(bob, transfer_id, TransferState.DONE)
        reach(ann, transfer_id, TransferState.DONE)


def test_source_that_changed_since_the_offer_is_named_and_not_sent(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("as offered")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note,)))
        transfer_id = offered(bob).transfer_id
        note.write_text("changed meanwhile")
        bob.submit(AcceptTransfer(transfer_id))
        for host in (ann, bob):
            failed = reach(host, transfer_id, TransferState.FAILED)
            assert failed.reason is Reason.SOURCE_CHANGED
            assert [Path(name).name for name in failed.bad_names] == ["note.txt"]
        assert list((bob.folder / "downloads").glob("[!.]*")) == []


def test_more_than_fits_on_the_disk_is_refused_before_it_starts(tmp_path: Path) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(2**42)
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (huge,)))
        bob.submit(AcceptTransfer(offered(bob).transfer_id, ref="take"))
        failed = bob.wait(Failed)
        assert (failed.code, failed.ref) == (ErrorCode.NO_SPACE, "take")


def test_downloads_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("x")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note,)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id, into=note / "below a file"))
        assert bob.wait(Failed).code is ErrorCode.NOT_WRITABLE
        bob.submit(AcceptTransfer(transfer_id))
        reach(bob, transfer_id, TransferState.DONE)


def test_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (tmp_path / "nothing",), ref="r"))
        assert ann.wait(Failed).code is ErrorCode.NO_SUCH_PATH


def test_only_the_receiver_accepts_and_unknown_transfers_are_named(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("x")
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note,)))
        transfer_id = ann.wait(OfferAdded).transfer.transfer_id
        for command, code in (
            (AcceptTransfer(transfer_id, ref="a"), ErrorCode.WRONG_STATE),
            (AcceptTransfer("f" * 32, ref="b"), ErrorCode.NO_SUCH_TRANSFER),
            (CancelTransfer("no id", ref="c"), ErrorCode.NO_SUCH_TRANSFER),
            (ResumeTransfer(transfer_id, ref="d"), ErrorCode.WRONG_STATE),
        ):
            ann.submit(command)
            assert ann.wait(Failed, lambda e, r=command.ref: e.ref == r).code is code
        ann.submit(ListTransfers(ref="all"))
        assert len(ann.wait(TransfersListed).transfers) == 1


def test_cancel_that_comes_while_an_accept_is_checked_is_the_last_word(
    tmp_path: Path, things: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (things,)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id, ref="accept"))
        bob.submit(CancelTransfer(transfer_id, ref="cancel"))
        reach(bob, transfer_id, TransferState.CANCELLED)
        reach(ann, transfer_id, TransferState.CANCELLED)
        told = [e.transfer.state for e in bob.events if isinstance(e, TransferChanged)]
        assert told[-1] is TransferState.CANCELLED


@pytest.mark.parametrize("folder", ["~nobody-has-this-name/x", "a\0b"])
def test_folder_that_can_be_none_is_refused_and_the_offer_stays(
    tmp_path: Path, things: Path, folder: str
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (things,)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id, Path(folder), ref="nowhere"))
        assert bob.wait(Failed).code is ErrorCode.NOT_WRITABLE
        bob.submit(AcceptTransfer(transfer_id))
        reach(bob, transfer_id, TransferState.DONE)
