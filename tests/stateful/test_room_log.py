"""One room, copies of three members who ask each other for what they miss, and a fourth who signs
whatever she likes on whatever state, and tells each of them something else.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from net.protocol import room_log
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import Identity
from net.protocol.room_log import Outcome, RoomLog
from net.protocol.rooms import Act, Leave, Remove, Rename, SignedEntry, sign_entry
from tests.pace import pace
from tests.unit.net.protocol.room_copies import (
    ANN,
    BEN,
    CIM,
    DEE,
    EVE,
    PEOPLE,
    add,
    create,
    newcomer,
)

HONEST = (ANN, BEN, CIM)
OF_ONE_MAX, ENTRIES_MAX = 8, 40
OWN_MAX = 4
"""What an honest member does before the end: room for what joins all at the end is left."""

who = st.sampled_from(HONEST)
whom = st.sampled_from(PEOPLE)
acts = st.one_of(
    whom.map(lambda one: add(one, "again")),
    whom.map(lambda one: Remove(one.peer_id, 3)),
    st.integers(0, 9).map(lambda number: Rename(f"name {number}")),
)


class Member:
    def __init__(self, who: Identity, first: SignedEntry) -> None:
        self.who = who
        self.log = RoomLog(first.entry_id)
        self.entries: dict[bytes, SignedEntry] = {}
        self.waiting: dict[bytes, SignedEntry] = {}
        self.acted = 0
        self.take(first)

    @property
    def is_in(self) -> bool:
        return self.who.peer_id in self.log.state.members

    @property
    def view(self) -> tuple[object, ...]:
        state = self.log.state
        return tuple(state.members), state.admin, state.name

    def take(self, signed: SignedEntry) -> None:
        """And what waited for it. What is not lawful is forgotten."""
        try:
            outcome = self.log.add(signed)
        except RemoteProtocolError:
            self.waiting.pop(signed.entry_id, None)
            return
        if outcome is Outcome.EARLY:
            self.waiting[signed.entry_id] = signed
        elif outcome is Outcome.ADDED:
            self.waiting.pop(signed.entry_id, None)
            self.entries[signed.entry_id] = signed
            for one in list(self.waiting.values()):
                self.take(one)

    def do(self, act: Act) -> None:
        self.acted += 1
        self.take(sign_entry(self.who, self.log.parents_now(), self.acted, act))

    def ask(self, other: "Member") -> None:
        for entry_id in other.log.missing(self.log.marks):
            self.take(other.entries[entry_id])


class Room(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        people = [(BEN, "Ben"), (CIM, "Cim"), (EVE, "Eve")]
        first = create(*(newcomer(one, name) for one, name in people))
        self.copies = {one.peer_id: Member(one, first) for one in HONEST}
        self.signed = [first]
        self.number = 0

    @rule(who=who, act=acts)
    def act(self, who: Identity, act: Act) -> None:
        member = self.copies[who.peer_id]
        if member.acted < OWN_MAX:
            member.do(act)
            self.remember(member)

    @rule(is_cim=st.booleans())
    def leave(self, is_cim: bool) -> None:
        member = self.copies[(CIM if is_cim else BEN).peer_id]
        if member.is_in and member.acted < OWN_MAX:
            member.do(Leave(2))
            self.remember(member)

    @rule(
        act=acts | st.just(Leave(1)),
        on=st.lists(st.integers(0, 1000), min_size=1, max_size=3),
        count=st.integers(1, OF_ONE_MAX + 2),
        told=st.lists(who, min_size=1, max_size=2, unique_by=id),
        is_dee=st.booleans(),
    )
    def lie(self, act: Act, on: list[int], count: int, told: list[Identity], is_dee: bool) -> None:
        """Eve, or Dee who may have been brought in: entries beside each other, on any state."""
        parents = tuple({self.signed[at % len(self.signed)].entry_id for at in on})
        for _ in range(count):
            self.number += 1
            signed = sign_entry(DEE if is_dee else EVE, parents, self.number, act)
            for one in told:
                self.copies[one.peer_id].take(signed)
        for one in told:
            self.remember(self.copies[one.peer_id])

    @rule(who=who, other=who)
    def ask(self, who: Identity, other: Identity) -> None:
        self.copies[who.peer_id].ask(self.copies[other.peer_id])

    @invariant()
    def nobody_fills_a_log(self) -> None:
        for member in self.copies.values():
            assert len(member.log) <= 2 * ENTRIES_MAX
            assert len(member.log) == len(member.entries)

    @invariant()
    def who_is_in_was_brought_in_lawfully(self) -> None:
        """The state is what the entries say when they are loaded anew; the admin is a member."""
        for member in self.copies.values():
            loaded = RoomLog(member.log.room)
            for signed in member.entries.values():
                loaded.load(signed)
            assert loaded.state == member.log.state
            assert member.log.state.admin in (*member.log.state.members, None)

    def teardown(self) -> None:
        """All ask each other, and go on from all that they know: whoever is in sees the same."""
        self.ask_all()
        for _ in range(2):
            for member in self.copies.values():
                if member.is_in:
                    member.do(Rename("at last"))
            self.ask_all()
        ann = self.copies[ANN.peer_id]
        inside = [
            one
            for one in self.copies.values()
            if one.is_in and one.who.peer_id in ann.log.state.members
        ]
        assert len({one.view for one in inside}) <= 1
        assert ann in inside

    def ask_all(self) -> None:
        for _ in range(3):
            for member in self.copies.values():
                for other in self.copies.values():
                    if other is not member:
                        member.ask(other)

    def remember(self, member: Member) -> None:
        self.signed += [one for one in member.entries.values() if one not in self.signed]


def test_e21_all_members_see_the_same_room_whatever_one_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room_log, "ROOM_ENTRIES_OF_ONE_MAX", OF_ONE_MAX)
    monkeypatch.setattr(room_log, "ROOM_ENTRIES_MAX", ENTRIES_MAX)
    monkeypatch.setattr(room_log, "ROOM_ENTRIES_END", 2 * ENTRIES_MAX)
    run_state_machine_as_test(Room, settings=pace(40, 20))
