"""Transfers that pause, break off and go on, wait their turn, and are taken unasked."""

import os
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    ChangeSettings,
    Command,
    ListTransfers,
    MoveTransfer,
    PauseTransfer,
    ResumeTransfer,
    SendFiles,
    SetTrust,
)
from app.engine import runs, unasked
from app.errors import ErrorCode
from app.events import (
    Failed,
    MessagesAdded,
    OfferAdded,
    PersonChanged,
    TransferChanged,
    TransfersListed,
)
from app.model import Direction, MessageKind, Reason, Transfer, TransferState, Way
from net.transfer import landing
from net.transfer.faults import Fault, TransferFault
from tests.integration.engines import Host
from tests.integration.test_engine_files import offered, reach

OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState
MIB = 1 << 20


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Long enough to be stopped midway; nothing on the disk."""
    path = tmp_path / "film"
    with path.open("wb") as file:
        file.truncate(700 * MIB)
    return path


def note(tmp_path: Path, name: str = "note.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(os.urandom(1000))
    return path


def now(host: Host, transfer_id: str) -> Transfer:
    """As it stands by the newest event."""
    told = [e.transfer for e in tuple(host.events) if isinstance(e, TransferChanged)]
    return next(t for t in reversed(told) if t.transfer_id == transfer_id)


def count_offers(host: Host) -> int:
    """That came in."""
    told = [e.messages for e in tuple(host.events) if isinstance(e, MessagesAdded)]
    return sum(one.kind is MessageKind.FILES for messages in told for one in messages)


def stands(host: Host, transfer_id: str, state: TransferState, reason: Reason | None) -> None:
    host.until(lambda: _is_now(host, transfer_id, state, reason))


def _is_now(host: Host, transfer_id: str, state: TransferState, reason: Reason | None) -> bool:
    told = [e.transfer for e in tuple(host.events) if isinstance(e, TransferChanged)]
    mine = [t for t in told if t.transfer_id == transfer_id]
    return bool(mine) and (mine[-1].state, mine[-1].reason) == (state, reason)


def begin(ann: Host, bob: Host, path: Path, into: Path | None = None) -> str:
    """Ann offers, Bob accepts, bytes move at both ends."""
    ann.meet(bob)
    ann.submit(SendFiles(bob.peer_id, (path,)))
    transfer_id = offered(bob).transfer_id
    bob.submit(AcceptTransfer(transfer_id, into=into))
    for host in (ann, bob):
        host.wait(TransferChanged, lambda e: e.transfer.done_bytes > 0)
    return transfer_id


def refused(host: Host, command: Command) -> ErrorCode:
    host.submit(command)
    return host.wait(Failed, lambda e: e.ref == command.ref).code


@pytest.mark.parametrize("who", [Direction.IN, Direction.OUT])
def test_either_side_pauses_and_only_it_resumes(tmp_path: Path, film: Path, who: Direction) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = begin(ann, bob, film)
        one, other = (bob, ann) if who is Direction.IN else (ann, bob)
        one.submit(PauseTransfer(transfer_id, ref="pause"))
        stands(one, transfer_id, PAUSED, Reason.BY_USER)
        stands(other, transfer_id, PAUSED, Reason.BY_PEER)
        assert refused(other, ResumeTransfer(transfer_id, ref="r")) is ErrorCode.WRONG_STATE
        assert refused(one, PauseTransfer(transfer_id, ref="again")) is ErrorCode.WRONG_STATE
        assert now(bob, transfer_id).done_bytes > 0
        one.submit(ResumeTransfer(transfer_id, ref="go on"))
        reach(bob, transfer_id, DONE)
        reach(ann, transfer_id, DONE)
        assert now(bob, transfer_id).way in Way  # whoever was quicker
        landed = bob.folder / "downloads" / "film"
        assert landed.stat().st_size == film.stat().st_size


def test_what_both_paused_goes_on_when_both_say_so_also_after_restarts(
    tmp_path: Path, film: Path
) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann, bob:
        transfer_id = begin(ann, bob, film)
        ann.submit(PauseTransfer(transfer_id))
        stands(bob, transfer_id, PAUSED, Reason.BY_PEER)
        bob.submit(PauseTransfer(transfer_id))
        stands(bob, transfer_id, PAUSED, Reason.BY_USER)
    with ann, bob:
        ann.meet(bob)
        ann.submit(ResumeTransfer(transfer_id))
        stands(ann, transfer_id, PAUSED, Reason.BY_PEER)
        assert not [e for e in bob.events if isinstance(e, TransferChanged)]
        bob.submit(ResumeTransfer(transfer_id))
        reach(bob, transfer_id, DONE)
        reach(ann, transfer_id, DONE)


def test_an_offer_that_is_paused_can_be_accepted_and_starts_when_it_is_resumed(
    tmp_path: Path,
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path),)))
        transfer_id = offered(bob).transfer_id
        assert refused(bob, PauseTransfer(transfer_id, ref="no")) is ErrorCode.WRONG_STATE
        ann.submit(PauseTransfer(transfer_id))
        stands(ann, transfer_id, PAUSED, Reason.BY_USER)
        stands(bob, transfer_id, OFFERED, None)
        bob.submit(AcceptTransfer(transfer_id))
        stands(bob, transfer_id, PAUSED, Reason.BY_PEER)
        ann.submit(ResumeTransfer(transfer_id))
        reach(bob, transfer_id, DONE)


@pytest.mark.parametrize("is_sender", [True, False], ids=["sender", "receiver"])
def test_who_stops_is_waited_for_and_it_goes_on_from_where_it_was(
    tmp_path: Path, film: Path, is_sender: bool
) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    stops, stays = (ann, bob) if is_sender else (bob, ann)
    with stays:
        with stops:
            transfer_id = begin(ann, bob, film)
        stays.until(lambda: now(stays, transfer_id).state is WAITING)
        begun = the_file(bob, "*/files/film")
        with stops:
            reach(ann, transfer_id, DONE)
            reach(bob, transfer_id, DONE)
    assert the_file(bob, "film") == begun


def the_file(host: Host, pattern: str) -> int:
    """Which one it is, whatever it is called: what goes on is not begun anew."""
    (path,) = (host.folder / "downloads").glob(pattern)
    return path.stat().st_ino


def test_an_offer_taken_back_is_made_again_and_starts_where_it_was_accepted(
    tmp_path: Path, film: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = begin(ann, bob, film)
        ann.submit(CancelTransfer(transfer_id))
        stands(bob, transfer_id, CANCELLED, Reason.BY_PEER)
        assert refused(bob, ResumeTransfer(transfer_id, ref="r")) is ErrorCode.WRONG_STATE
        ann.submit(ResumeTransfer(transfer_id))
        reach(bob, transfer_id, DONE)


@pytest.mark.parametrize("verb", [AcceptTransfer, ResumeTransfer])
def test_what_was_cancelled_here_is_taken_up_again_in_its_folder(
    tmp_path: Path, film: Path, verb: type[AcceptTransfer | ResumeTransfer]
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        place = tmp_path / "place"
        place.mkdir()
        transfer_id = begin(ann, bob, film, into=place)
        bob.submit(CancelTransfer(transfer_id))
        stands(ann, transfer_id, CANCELLED, Reason.BY_PEER)
        assert refused(ann, ResumeTransfer(transfer_id, ref="r")) is ErrorCode.WRONG_STATE
        bob.submit(verb(transfer_id))
        reach(bob, transfer_id, DONE)
        reach(ann, transfer_id, DONE)
        assert (place / "film").exists()


def test_what_goes_on_in_another_folder_leaves_nothing_in_the_first(
    tmp_path: Path, film: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = begin(ann, bob, film)
        bob.submit(CancelTransfer(transfer_id))
        stands(ann, transfer_id, CANCELLED, Reason.BY_PEER)
        other = tmp_path / "other"
        other.mkdir()
        bob.submit(AcceptTransfer(transfer_id, into=other))
        bob.until(lambda: bool(list(other.iterdir())))
        bob.until(lambda: not list((bob.folder / "downloads").iterdir()))


def test_what_waits_is_fetched_in_the_order_of_the_queue(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with bob:
        bob.submit(ChangeSettings(transfers_at_once=1, ref="s"))
        with ann:
            ann.meet(bob)
            for name in ("one", "two", "three"):
                ann.submit(SendFiles(bob.peer_id, (note(tmp_path, name),)))
            bob.until(lambda: len([m for m in bob.messages() if m.transfer]) == 3)
            ids = {
                m.transfer.names[0]: m.transfer.transfer_id for m in bob.messages() if m.transfer
            }
        bob.until(lambda: not bob_sees(bob, ann))
        for name in ("one", "two", "three"):  # the offers may have come in another order
            bob.submit(AcceptTransfer(ids[name]))
            reach(bob, ids[name], WAITING)
        bob.submit(MoveTransfer(ids["two"], before=ids["one"], ref="m"))
        bob.submit(MoveTransfer(ids["one"], ref="n"))
        bob.wait(TransferChanged, lambda e: e.ref == "n")
        with ann:
            for transfer_id in ids.values():
                reach(bob, transfer_id, DONE)
    done = [e.transfer for e in bob.events if isinstance(e, TransferChanged)]
    order = [t.names[0] for t in done if t.state is DONE]
    assert order == ["two", "three", "one"]
    runs = [t for t in done if t.state in (RUNNING, DONE)]
    assert [t.names[0] for t in runs] == sorted((t.names[0] for t in runs), key=order.index)


def bob_sees(host: Host, other: Host) -> bool:
    people = [e.person for e in tuple(host.events) if isinstance(e, PersonChanged)]
    return [p.is_online for p in people if p.peer_id == other.peer_id][-1]


@pytest.mark.parametrize("bound", ["SERVED_MAX", "SERVED_PER_PERSON_MAX"])
def test_d03_who_asks_for_more_than_is_given_at_once_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        monkeypatch.setattr(runs, bound, 0)
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path),)))
        transfer_id = offered(bob).transfer_id
        bob.submit(AcceptTransfer(transfer_id))
        reach(bob, transfer_id, RUNNING)
        bob.until(lambda: now(bob, transfer_id).state is WAITING)
        monkeypatch.setattr(runs, bound, 1)
        reach(bob, transfer_id, DONE)
        reach(ann, transfer_id, DONE)


def test_what_has_all_arrived_gets_its_name_at_the_next_start_whoever_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **_named: object) -> list[str]:
        raise TransferFault(Fault.STOPPED)

    bob = Host(tmp_path, "Bob")
    source = note(tmp_path)
    landed = bob.folder / "downloads" / source.name
    with bob:
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
            ann.submit(SendFiles(bob.peer_id, (source,)))
            transfer_id = offered(bob).transfer_id
            monkeypatch.setattr(landing, "move_all", stop)
            bob.submit(AcceptTransfer(transfer_id))
            reach(bob, transfer_id, RUNNING)
            bob.until(lambda: now(bob, transfer_id).state is WAITING)
        bob.until(lambda: not bob_sees(bob, ann))
        assert not landed.exists()
    monkeypatch.undo()
    with bob:
        reach(bob, transfer_id, DONE)
        assert landed.read_bytes() == source.read_bytes()


def test_only_what_waits_can_be_moved(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path),)))
        transfer_id = offered(bob).transfer_id
        assert refused(bob, MoveTransfer(transfer_id, ref="m")) is ErrorCode.WRONG_STATE
        assert refused(ann, MoveTransfer(transfer_id, ref="m")) is ErrorCode.WRONG_STATE


def test_what_is_larger_than_one_takes_unasked_asks(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        bob.meet(ann)
        ann.meet(bob)
        trust = SetTrust(
            ann.peer_id, accepted=True, auto_accept=True, auto_accept_max_bytes=999, ref="t"
        )
        bob.submit(trust)
        person = bob.wait(PersonChanged, lambda e: e.ref == "t").person
        assert person.auto_accept_max_bytes == 999
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path),)))
        large = offered(bob).transfer_id
        small = tmp_path / "small"
        small.write_bytes(b"x" * 999)
        ann.submit(SendFiles(bob.peer_id, (small,)))
        bob.wait(TransferChanged, lambda e: e.transfer.state is DONE)
        bob.submit(ListTransfers(ref="all"))
        listed = bob.wait(TransfersListed).transfers
        assert [t.state for t in listed] == [DONE, OFFERED]
        assert listed[1].transfer_id == large
        bob.submit(SetTrust(ann.peer_id, auto_accept_max_bytes=-1, ref="u"))
        assert bob.wait(PersonChanged, lambda e: e.ref == "u").person.auto_accept_max_bytes is None


def test_what_is_more_than_may_wait_unasked_asks(
    tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        paused = begin(ann, bob, film)
        bob.submit(PauseTransfer(paused))
        stands(bob, paused, PAUSED, Reason.BY_USER)
        bob.submit(SetTrust(ann.peer_id, auto_accept=True))
        bob.wait(PersonChanged, lambda e: e.person.auto_accept)
        monkeypatch.setattr(unasked, "UNASKED_WAITING_MAX", 1)
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path),)))
        bob.until(lambda: count_offers(bob) == 2)
        bob.submit(ListTransfers(ref="listed"))
        bob.wait(TransfersListed)
        monkeypatch.setattr(unasked, "UNASKED_WAITING_MAX", 2)
        ann.submit(SendFiles(bob.peer_id, (note(tmp_path, "another.txt"),)))
        bob.wait(TransferChanged, lambda e: e.transfer.state is DONE)
        bob.submit(ListTransfers(ref="all"))
        listed = bob.wait(TransfersListed, lambda e: e.ref == "all").transfers
        assert [t.state for t in listed] == [DONE, OFFERED, PAUSED]


def test_who_is_blocked_is_cut_off_and_goes_on_when_forgiven(tmp_path: Path, film: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = begin(ann, bob, film)
        bob.submit(SetTrust(ann.peer_id, blocked=True))
        bob.until(lambda: now(bob, transfer_id).state is WAITING)
        ann.until(lambda: now(ann, transfer_id).state is WAITING)
        bob.submit(SetTrust(ann.peer_id, blocked=False))
        reach(bob, transfer_id, DONE)


def test_a_failed_one_is_tried_again_by_either_side(tmp_path: Path) -> None:
    source = note(tmp_path)
    before = source.read_bytes()
    times = source.stat()
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendFiles(bob.peer_id, (source,)))
        transfer_id = offered(bob).transfer_id
        source.write_bytes(b"another")
        bob.submit(AcceptTransfer(transfer_id))
        for host in (ann, bob):
            stands(host, transfer_id, FAILED, Reason.SOURCE_CHANGED)
        source.write_bytes(before)
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
        ann.submit(ResumeTransfer(transfer_id))
        reach(bob, transfer_id, DONE)
        reach(ann, transfer_id, DONE)


def test_transfers_are_found_by_a_name_of_theirs_or_of_whom_they_are_with(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        for name in ("holiday.jpg", "bill 100%.pdf"):
            ann.submit(SendFiles(bob.peer_id, (note(tmp_path, name),)))
            ann.wait(OfferAdded, lambda e, n=name: e.transfer.names == (n,))
        for text, names in (
            ("", ["bill 100%.pdf", "holiday.jpg"]),
            ("HOLI", ["holiday.jpg"]),
            ("0%.", ["bill 100%.pdf"]),
            ("bo", ["bill 100%.pdf", "holiday.jpg"]),
            ("%", ["bill 100%.pdf"]),
            ("ann", []),
        ):
            ann.submit(ListTransfers(ref=f"find {text}", text=text))
            listed = ann.wait(TransfersListed, lambda e, t=text: e.ref == f"find {t}").transfers
            assert [t.names[0] for t in listed] == names
