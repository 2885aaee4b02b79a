"""Looking into an offer: its list comes from whoever made it, and only to whom it was made."""

import shutil
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    Command,
    ListOfferedFiles,
    PauseTransfer,
    SendFiles,
)
from app.engine import listings
from app.errors import ErrorCode
from app.events import Failed, OfferedFilesListed, TransferChanged
from app.model import OfferedFile, TransferState
from tests.integration.engines import Host
from tests.integration.test_engine_files import offered, reach
from tests.integration.test_engine_turns import bob_sees


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    (folder / "深圳").mkdir(parents=True)
    (folder / "深圳" / "照片.jpg").write_bytes(bytes(5000))
    (folder / "a?b").write_bytes(bytes(3))
    return folder


FILES = (
    OfferedFile("album", 0, True),
    OfferedFile("album/a_b", 3),
    OfferedFile("album/深圳", 0, True),
    OfferedFile("album/深圳/照片.jpg", 5000),
)


def listed(host: Host, transfer_id: str, limit: int = 100) -> OfferedFilesListed:
    ref = f"list {len(host.events)}"
    host.submit(ListOfferedFiles(transfer_id, limit, ref))
    return host.wait(OfferedFilesListed, lambda e: e.ref == ref)


def refused(host: Host, command: Command) -> ErrorCode:
    host.submit(command)
    return host.wait(Failed, lambda e: e.ref == command.ref).code


def test_an_offer_is_looked_into_before_and_after_it_was_decided_on(
    tmp_path: Path, album: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (album,)))
        transfer_id = offered(bob).transfer_id
        for host in (bob, ann):
            answer = listed(host, transfer_id)
            assert (answer.files, answer.count) == (FILES, 4)
            assert not [e for e in host.events if isinstance(e, TransferChanged)]
        answer = listed(bob, transfer_id, limit=2)
        assert (answer.files, answer.count) == (FILES[:2], 4)
        bob.submit(AcceptTransfer(transfer_id))
        reach(bob, transfer_id, TransferState.DONE)


def test_a_sender_who_was_restarted_lists_what_it_offered_or_nothing(
    tmp_path: Path, album: Path
) -> None:
    with Host(tmp_path, "Bob") as bob:
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            ann.submit(SendFiles(bob.peer_id, (album,)))
            transfer_id = offered(bob).transfer_id
        away = ListOfferedFiles(transfer_id, ref="away")
        assert refused(bob, away) is ErrorCode.UNREACHABLE
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            bob.until(lambda: _is_listed(bob, transfer_id))
            (album / "a?b").write_bytes(bytes(4))
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            bob.until(lambda: _is_listed(bob, transfer_id))
            shutil.rmtree(ann.folder / "offers")
            bob.until(lambda: _is_listed(bob, transfer_id, ErrorCode.NO_SUCH_PATH))


def _is_listed(host: Host, transfer_id: str, code: ErrorCode | None = None) -> bool:
    """Asks until the other side is here again. ``code``: how it is refused then."""
    ref = f"again {len(host.events)}"
    host.submit(ListOfferedFiles(transfer_id, 100, ref))

    def is_answer(event: object) -> bool:
        return isinstance(event, OfferedFilesListed | Failed) and event.ref == ref

    answer = host.wait(object, is_answer)
    if isinstance(answer, Failed):
        return answer.code is code
    assert isinstance(answer, OfferedFilesListed)
    assert code is None
    assert answer.files == FILES
    return True


def test_what_was_taken_back_or_never_offered_is_not_listed(tmp_path: Path, album: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (album,)))
        transfer_id = offered(bob).transfer_id
        ann.submit(CancelTransfer(transfer_id))
        reach(bob, transfer_id, TransferState.CANCELLED)
        taken_back = ListOfferedFiles(transfer_id, ref="taken back")
        assert refused(bob, taken_back) is ErrorCode.NO_SUCH_PATH
        for number, unknown in enumerate(("0" * 32, "", "../x")):
            never = ListOfferedFiles(unknown, ref=f"never {number}")
            assert refused(bob, never) is ErrorCode.NO_SUCH_TRANSFER


def test_what_was_fetched_in_part_is_looked_into_without_its_sender(
    tmp_path: Path, album: Path
) -> None:
    with (album / "deep").open("wb") as file:
        file.truncate(3_000_000_000)
    with Host(tmp_path, "Bob") as bob:
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            ann.submit(SendFiles(bob.peer_id, (album,)))
            transfer_id = offered(bob).transfer_id
            bob.submit(AcceptTransfer(transfer_id))
            bob.wait(TransferChanged, lambda e: e.transfer.done_bytes > 0)
            bob.submit(PauseTransfer(transfer_id))
            reach(bob, transfer_id, TransferState.PAUSED)
        assert listed(bob, transfer_id).count == len(FILES) + 1
        (folder,) = (bob.folder / "downloads").glob(".landline-*")
        (folder / "manifest").write_bytes(b"of another offer")
        changed = ListOfferedFiles(transfer_id, ref="changed")
        assert refused(bob, changed) is ErrorCode.UNREACHABLE


def test_who_is_away_or_asks_too_much_at_once_is_told_so(
    tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Host(tmp_path, "Bob") as bob:
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            ann.submit(SendFiles(bob.peer_id, (album,)))
            transfer_id = offered(bob).transfer_id
            monkeypatch.setattr(listings, "AT_ONCE", 0)
            assert refused(bob, ListOfferedFiles(transfer_id, 9, "b")) is ErrorCode.TOO_FAST
            monkeypatch.undo()
            assert listed(bob, transfer_id).count == 4
        bob.until(lambda: not bob_sees(bob, ann))
        assert refused(bob, ListOfferedFiles(transfer_id, 9, "away")) is ErrorCode.UNREACHABLE
