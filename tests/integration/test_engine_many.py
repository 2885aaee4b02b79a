"""One drop for several people and rooms: an offer for each, scanned once, or for nobody."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CreateRoom,
    DeclineTransfer,
    LeaveRoom,
    SendFiles,
    SetTrust,
)
from app.engine import offer_lists
from app.engine import offers as engine_offers
from app.engine.everyone import ALIAS
from app.errors import ErrorCode
from app.events import Failed, OfferAdded, PersonChanged, RoomChanged
from app.model import Reason, TransferState, Trust
from net.protocol import manifest
from tests.integration.engines import PATIENCE_S, Host
from tests.integration.test_engine_files import offered, reach, tree

Trio = tuple[Host, Host, Host]


@pytest.fixture
def trio(tmp_path: Path) -> Iterator[Trio]:
    """Ann, who knows Bob and Cim."""
    with ExitStack() as stack:
        ann, bob, cim = (
            stack.enter_context(Host(tmp_path, name)) for name in ("Ann", "Bob", "Cim")
        )
        ann.meet(bob)
        ann.meet(cim)
        yield ann, bob, cim


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    folder.mkdir()
    for number in range(20):
        (folder / str(number)).write_text(f"picture {number}")
    return folder


def offers(host: Host, count: int) -> list[OfferAdded]:
    """What this host offered, in order, once there are so many."""

    def found() -> list[OfferAdded]:
        return [event for event in host.events if isinstance(event, OfferAdded)]

    host.until(lambda: len(found()) >= count)
    return found()


def make_room(ann: Host, name: str, *others: Host) -> str:
    ann.submit(CreateRoom(name, tuple(other.peer_id for other in others)))
    return ann.wait(RoomChanged, lambda event: event.room.name == name).room.room_id


def test_each_has_an_offer_and_an_end_of_their_own(trio: Trio, album: Path) -> None:
    ann, bob, cim = trio
    ann.submit(SendFiles(bob.peer_id, (album,), "r", (cim.peer_id,)))
    first, second = offers(ann, 2)
    assert (first.ref, second.ref) == ("r", None)
    assert [one.transfer.peer_id for one in (first, second)] == [bob.peer_id, cim.peer_id]
    assert [one.message.chat_id for one in (first, second)] == [bob.peer_id, cim.peer_id]
    assert first.transfer.transfer_id != second.transfer.transfer_id
    assert offered(bob).transfer_id == first.transfer.transfer_id
    assert len(list((ann.folder / "offers").iterdir())) == 1
    cim.submit(DeclineTransfer(offered(cim).transfer_id))
    reach(ann, second.transfer.transfer_id, TransferState.DECLINED)
    bob.submit(AcceptTransfer(first.transfer.transfer_id))
    reach(ann, first.transfer.transfer_id, TransferState.DONE)
    assert tree(bob.folder / "downloads/album") == tree(album)
    assert not (cim.folder / "downloads/album").exists()


def test_the_things_are_looked_at_once_for_all(
    trio: Trio, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    scan = offer_lists.OfferLists.scan

    def counted(self: offer_lists.OfferLists, *asked: object) -> object:
        looked.append(asked)
        return scan(self, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(offer_lists.OfferLists, "scan", counted)
    ann, bob, cim = trio
    room_id = make_room(ann, "All", bob, cim)
    ann.submit(SendFiles(bob.peer_id, (album,), None, (cim.peer_id, room_id)))
    offers(ann, 4)
    assert len(looked) == 1


def test_whoever_is_named_twice_is_asked_once_in_each_conversation(trio: Trio, album: Path) -> None:
    ann, bob, cim = trio
    room_id = make_room(ann, "All", bob, cim)
    names = ("Bob", room_id, bob.peer_id[:8], room_id[:12], bob.peer_id)
    ann.submit(SendFiles(bob.peer_id, (album,), None, names))
    offers(ann, 3)
    ann.submit(SendFiles(cim.peer_id, (album,)))
    made = [(one.message.chat_id, one.transfer.peer_id) for one in offers(ann, 4)]
    assert made[0] == (bob.peer_id, bob.peer_id)
    assert set(made[1:3]) == {(room_id, bob.peer_id), (room_id, cim.peer_id)}
    assert made[3:] == [(cim.peer_id, cim.peer_id)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Zoe", ErrorCode.UNKNOWN_PERSON),
        ("Cim", ErrorCode.BLOCKED),
        ("room:ABCDEF", ErrorCode.NO_SUCH_ROOM),
        ("Left", ErrorCode.WRONG_STATE),
        (ALIAS, ErrorCode.WRONG_STATE),
    ],
)
def test_if_one_cannot_be_offered_files_nobody_is(
    trio: Trio, album: Path, name: str, code: ErrorCode
) -> None:
    ann, bob, cim = trio
    wanted = make_room(ann, "Left", bob) if name == "Left" else name
    if name == "Left":
        ann.submit(LeaveRoom(wanted))
        ann.wait(RoomChanged, lambda event: not event.room.is_member)
    if code is ErrorCode.BLOCKED:
        ann.submit(SetTrust(cim.peer_id, blocked=True))
        ann.wait(PersonChanged, lambda event: event.person.trust is Trust.BLOCKED)
    ann.submit(SendFiles(bob.peer_id, (album,), "r", (wanted,)))
    failed = ann.wait(Failed)
    assert (failed.code, failed.ref) == (code, "r")
    assert name.removeprefix("room:") in failed.detail
    assert not any(isinstance(event, OfferAdded) for event in ann.events)
    assert not (ann.folder / "offers").exists() or not any((ann.folder / "offers").iterdir())


def test_who_is_blocked_while_it_is_scanned_is_offered_nothing(
    trio: Trio, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob, cim = trio
    room_id = make_room(ann, "All", bob, cim)
    scan, may_end = offer_lists.OfferLists.scan, threading.Event()

    def slow(self: offer_lists.OfferLists, *asked: object) -> object:
        assert may_end.wait(PATIENCE_S)
        return scan(self, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(offer_lists.OfferLists, "scan", slow)
    ann.submit(SendFiles(bob.peer_id, (album,), "pair", (cim.peer_id,)))
    ann.submit(SendFiles(room_id, (album,), "room"))
    ann.submit(SetTrust(cim.peer_id, blocked=True))
    ann.wait(PersonChanged, lambda event: event.person.trust is Trust.BLOCKED)
    may_end.set()
    assert ann.wait(Failed, lambda event: event.ref == "pair").code is ErrorCode.BLOCKED
    ann.wait(OfferAdded, lambda event: event.ref == "room")
    assert [one.transfer.peer_id for one in offers(ann, 1)] == [bob.peer_id]


def test_a_drop_for_too_many_is_refused_before_it_is_scanned(
    trio: Trio, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_offers, "RECEIVERS_MAX", 1)
    ann, bob, cim = trio
    ann.submit(SendFiles(bob.peer_id, (album / "gone",), "r", (cim.peer_id,)))
    assert ann.wait(Failed).code is ErrorCode.TOO_LONG


def test_more_than_one_transfer_takes_is_offered_to_nobody(
    trio: Trio, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "MANIFEST_ENTRIES_MAX", 1)
    ann, bob, _ = trio
    ann.submit(SendFiles(bob.peer_id, (album,)))
    assert ann.wait(Failed).code is ErrorCode.TOO_LONG
    assert not any(isinstance(event, OfferAdded) for event in ann.events)


@pytest.mark.parametrize("name", ["gone", "no\0name"])
def test_things_that_are_gone_are_offered_to_nobody(trio: Trio, album: Path, name: str) -> None:
    ann, bob, cim = trio
    ann.submit(SendFiles(bob.peer_id, (album / name,), "r", (cim.peer_id,)))
    assert ann.wait(Failed).code is ErrorCode.NO_SUCH_PATH
    assert not any(isinstance(event, OfferAdded) for event in ann.events)


def test_a_source_that_changed_stops_each_by_themselves(trio: Trio, album: Path) -> None:
    ann, bob, cim = trio
    ann.submit(SendFiles(bob.peer_id, (album,), None, (cim.peer_id,)))
    first, second = (one.transfer.transfer_id for one in offers(ann, 2))
    offered(bob)
    bob.submit(AcceptTransfer(first))
    reach(ann, first, TransferState.DONE)
    (album / "3").write_text("another picture")
    offered(cim)
    cim.submit(AcceptTransfer(second))
    assert reach(cim, second, TransferState.FAILED).reason is Reason.SOURCE_CHANGED
    assert (bob.folder / "downloads/album/3").read_text() == "picture 3"
