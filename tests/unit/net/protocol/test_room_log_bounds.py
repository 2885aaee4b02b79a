"""Rooms: what nobody can make a log hold, tell or lose."""

from contextlib import suppress

import pytest

from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import Identity
from net.protocol.limits import ROOM_ENTRIES_OF_ONE_MAX, ROOM_MARKS_MAX, ROOM_MEMBERS_MAX
from net.protocol.room_log import RoomLog
from net.protocol.rooms import (
    Add,
    Leave,
    Remove,
    Rename,
    sign_entry,
)
from tests.unit.net.protocol.room_copies import (
    ANN,
    BEN,
    CIM,
    EVE,
    Copy,
    add,
    copy_of,
    newcomer,
    room,
)


def test_who_forks_fills_no_log_and_keeps_nobody_apart() -> None:
    """Entries that know nothing of each other are no way round the limit of one member; what
    others have built on is taken all the same."""
    one = room(newcomer(BEN, "Ben"), newcomer(EVE, "Eve"))
    two = copy_of(one)
    start = one.log.parents_now()

    def fork(copy: Copy, first: int, last: int) -> None:
        for number in range(first, last):
            try:
                copy.take(sign_entry(EVE, start, number, Rename(f"{number}")))
            except RemoteProtocolError:
                assert number >= first + ROOM_ENTRIES_OF_ONE_MAX

    fork(one, 0, 300)
    fork(two, 1000, 1300)
    assert len(one.log) == len(two.log) == 1 + ROOM_ENTRIES_OF_ONE_MAX
    one.act(ANN, Remove(EVE.peer_id, 1))
    two.act(BEN, add(CIM, "Cim"))
    for _ in range(3):
        for copy, other in ((one, two), (two, one)):
            for signed in list(other.entries):
                with suppress(RemoteProtocolError):
                    copy.take(signed)
    assert one.names == two.names == ["Ann", "Ben", "Cim"]


def test_a_full_log_lets_the_admin_remove_and_members_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("net.protocol.room_log.ROOM_ENTRIES_MAX", 8)
    copy = room(newcomer(BEN, "Ben"), newcomer(EVE, "Eve"))
    for number in range(7):
        copy.act(EVE, Rename(f"{number}"))
    with pytest.raises(RemoteProtocolError):
        copy.take(sign_entry(EVE, copy.log.parents_now(), 7, Rename("full")))
    copy.act(ANN, Remove(EVE.peer_id, 1))
    copy.act(BEN, Leave(1))
    assert copy.names == ["Ann"]


def test_a_log_has_an_end_for_its_admin_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("net.protocol.room_log.ROOM_ENTRIES_END", 4)
    copy = room(newcomer(BEN, "Ben"))
    for number in range(3):
        copy.act(ANN, Rename(f"{number}"))
    with pytest.raises(RemoteProtocolError):
        copy.take(sign_entry(ANN, copy.log.parents_now(), 7, Rename("full")))


def test_nobody_fills_a_room_beyond_its_size_also_not_on_branches() -> None:
    many = [Identity(n.to_bytes(32, "big")) for n in range(100, 100 + ROOM_MEMBERS_MAX + 9)]
    copy = room(newcomer(BEN, "Ben"))
    branches = [copy_of(copy) for _ in range(2)]
    middle = len(many) // 2
    for branch, people in zip(branches, (many[:middle], many[middle:]), strict=True):
        branch.act(BEN, Add(tuple(newcomer(who, "m") for who in people), ()))
        copy.merge(branch)
    assert len(copy.log.state.members) == ROOM_MEMBERS_MAX
    with pytest.raises(RemoteProtocolError):
        copy.act(ANN, add(EVE, "Eve"))


def test_one_member_does_not_fill_the_log_alone() -> None:
    copy = room(newcomer(BEN, "Ben"))
    for _ in range(ROOM_ENTRIES_OF_ONE_MAX):
        copy.act(BEN, Rename("x"))
    with pytest.raises(RemoteProtocolError):
        copy.act(BEN, Rename("x"))
    copy.act(ANN, Remove(BEN.peer_id, 1))


def test_however_many_branches_what_is_told_of_them_is_bounded() -> None:
    copy = room()
    start = copy.log.parents_now()
    for number in range(ROOM_MARKS_MAX + 20):
        copy.take(sign_entry(ANN, start, number, Rename(f"{number}")))
    assert len(copy.log.heads) == ROOM_MARKS_MAX + 20
    assert len(copy.log.marks) <= ROOM_MARKS_MAX


def test_a_log_that_lost_some_of_its_past_is_loaded_no_further() -> None:
    copy = room(newcomer(BEN, "Ben"))
    last = copy.act(BEN, Rename("Lab 2"))
    loaded = RoomLog(copy.log.room)
    with pytest.raises(RemoteProtocolError):
        loaded.load(last)
    assert len(loaded) == 0


def test_what_others_have_built_on_is_not_withdrawn() -> None:
    copy = room(newcomer(BEN, "Ben"))
    first, last = copy.act(BEN, Rename("2")), copy.act(ANN, Rename("3"))
    assert not copy.log.withdraw(first.entry_id)
    assert copy.log.withdraw(last.entry_id)
    assert (copy.log.state.name, copy.log.heads) == ("2", (first.entry_id,))


def test_what_was_withdrawn_does_not_count_against_its_author() -> None:
    copy = room(newcomer(BEN, "Ben"))
    for _ in range(ROOM_ENTRIES_OF_ONE_MAX + 1):
        refused = copy.act(BEN, Rename("x"))
        assert copy.log.withdraw(refused.entry_id)
    copy.act(BEN, Rename("y"))
    assert copy.log.state.name == "y"
