"""Rooms: everybody who has the same entries sees the same people, whatever anybody signs."""

import random
from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net.protocol import room_log
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import Identity
from net.protocol.records import RoomPost
from net.protocol.room_log import Outcome, RoomLog
from net.protocol.rooms import (
    Create,
    Leave,
    Newcomer,
    Picture,
    Remove,
    Rename,
    RoomId,
    SignedEntry,
    decode_room_id,
    encode_room_id,
    picture_of,
    post_digest,
    read_entry,
    room_digest,
    sign_entry,
    sign_post,
    verify_post,
)
from tests.pace import examples
from tests.unit.net.protocol.room_copies import (
    ANN,
    BEN,
    CIM,
    DEE,
    EVE,
    PEOPLE,
    Copy,
    add,
    copy_of,
    create,
    newcomer,
    room,
)


def test_a_new_room_has_its_creator_first_and_those_who_were_named() -> None:
    copy = room(newcomer(BEN, "Ben"))
    assert copy.names == ["Ann", "Ben"]
    assert copy.log.state.admin == ANN.peer_id
    assert copy.log.state.name == "Lab"


def test_any_member_adds_renames_and_sets_the_picture() -> None:
    copy = room(newcomer(BEN, "Ben"))
    copy.act(BEN, add(CIM, "Cim"))
    copy.act(CIM, Rename("实验室"))
    picture = copy.act(BEN, Picture(b"png"))
    state = copy.log.state
    assert (copy.names, state.name) == (["Ann", "Ben", "Cim"], "实验室")
    assert (state.picture, picture_of(picture)) == (picture.entry_id, b"png")
    copy.act(CIM, Picture(b""))
    assert copy.log.state.picture == b""


def test_only_the_admin_removes_and_nobody_themselves() -> None:
    copy = room(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    for who, peer in [(BEN, CIM), (BEN, ANN), (ANN, ANN), (ANN, DEE)]:
        signed = sign_entry(who, copy.log.parents_now(), 7, Remove(peer.peer_id, 1))
        with pytest.raises(RemoteProtocolError):
            copy.take(signed)
    copy.act(ANN, Remove(CIM.peer_id, 1))
    assert copy.names == ["Ann", "Ben"]


def test_the_longest_member_is_admin_when_the_creator_has_left() -> None:
    copy = room(newcomer(BEN, "Ben"))
    copy.act(BEN, add(CIM, "Cim"))
    copy.act(ANN, Leave(1))
    assert copy.log.state.admin == BEN.peer_id
    copy.act(BEN, Remove(CIM.peer_id, 1))
    assert copy.names == ["Ben"]


def test_who_is_no_member_changes_nothing() -> None:
    copy = room(newcomer(BEN, "Ben"))
    for who in (CIM, BEN):
        if who is BEN:
            copy.act(ANN, Remove(BEN.peer_id, 1))
        for act in (Rename("x"), add(DEE, "Dee"), Leave(1), Remove(ANN.peer_id, 1)):
            with pytest.raises(RemoteProtocolError):
                copy.take(sign_entry(who, copy.log.parents_now(), 7, act))


def test_who_was_removed_adds_nobody_from_an_older_state() -> None:
    """A puppet behind every removal would make removing endless."""
    copy = room(newcomer(BEN, "Ben"))
    older = copy.log.parents_now()
    copy.act(ANN, Remove(BEN.peer_id, 1))
    assert copy.take(sign_entry(BEN, older, 7, add(EVE, "Eve"))) is Outcome.ADDED
    assert copy.take(sign_entry(BEN, older, 7, Rename("mine"))) is Outcome.ADDED
    assert (copy.names, copy.log.state.name) == (["Ann"], "Lab")


def test_who_left_removes_nobody_from_an_older_state() -> None:
    copy = room(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    older = copy.log.parents_now()
    copy.act(ANN, Leave(1))
    copy.take(sign_entry(ANN, older, 7, Remove(BEN.peer_id, 1)))
    assert copy.names == ["Ben", "Cim"]


def test_a_removal_beats_an_addition_that_did_not_know_of_it() -> None:
    one = room(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    two = copy_of(one)
    one.act(ANN, Remove(CIM.peer_id, 4))
    two.act(BEN, add(CIM, "Cim again"))
    one.merge(two)
    two.merge(one)
    assert one.names == two.names == ["Ann", "Ben"]


def test_who_was_removed_can_be_added_again() -> None:
    copy = room(newcomer(BEN, "Ben"))
    copy.act(ANN, Remove(BEN.peer_id, 4))
    copy.act(ANN, add(BEN, "Ben"))
    assert copy.names == ["Ann", "Ben"]
    assert copy.log.state.may_post(BEN.peer_id, 99)


def test_posts_of_who_is_gone_are_taken_up_to_the_number_the_admin_names() -> None:
    copy = room(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    copy.act(ANN, Remove(BEN.peer_id, 4))
    copy.act(CIM, Leave(2**61))
    state = copy.log.state
    assert state.may_post(BEN.peer_id, 3)
    assert not state.may_post(BEN.peer_id, 4)
    assert not state.may_post(EVE.peer_id, 1)
    copy.act(ANN, Remove(CIM.peer_id, 2))
    assert not copy.log.state.may_post(CIM.peer_id, 2)


def test_an_entry_before_what_it_builds_on_is_early() -> None:
    copy, first = room(newcomer(BEN, "Ben")), create(newcomer(BEN, "Ben"))
    rename = copy.act(BEN, Rename("a"))
    again = copy.act(ANN, Rename("b"))
    late = Copy(first)
    assert late.take(again) is Outcome.EARLY
    assert late.take(rename) is Outcome.ADDED
    assert late.take(again) is Outcome.ADDED
    assert late.take(again) is Outcome.KNOWN


def test_a_forged_entry_is_refused() -> None:
    copy = room(newcomer(BEN, "Ben"))
    signed = sign_entry(BEN, copy.log.parents_now(), 7, Rename("a"))
    for forged in (
        SignedEntry(signed.entry, bytes(64)),
        SignedEntry(signed.entry.replace(b"a", b"b"), signed.signature),
        SignedEntry(b"\x91", signed.signature),
        SignedEntry(b"", signed.signature),
    ):
        with pytest.raises(RemoteProtocolError):
            copy.take(forged)


def test_a_room_has_one_beginning() -> None:
    copy = room()
    for parents in ((), copy.log.parents_now()):
        other = sign_entry(ANN, parents, 9, Create(b"o" * 16, "Lab", "Ann", ()))
        with pytest.raises(RemoteProtocolError):
            copy.take(other)
    with pytest.raises(RemoteProtocolError):
        RoomLog(RoomId(b"r" * 32)).add(create())


def test_a_newcomer_with_a_degenerate_key_is_refused() -> None:
    signed = sign_entry(ANN, (), 5, Create(b"n" * 16, "Lab", "Ann", (Newcomer(bytes(32), "x"),)))
    with pytest.raises(RemoteProtocolError):
        read_entry(signed)


@settings(max_examples=examples(60), deadline=None)
@given(st.randoms(use_true_random=False))
def test_all_who_have_the_same_entries_see_the_same_room(chance: random.Random) -> None:
    first = create(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    copies = {who.peer_id: Copy(first) for who in PEOPLE}
    for _ in range(chance.randrange(25)):
        who = chance.choice(PEOPLE)
        copy, other = copies[who.peer_id], chance.choice(list(copies.values()))
        if chance.random() < 0.4:
            copy.merge(other)
            continue
        whom = chance.choice(PEOPLE)
        act = chance.choice(
            [add(whom, "again"), Remove(whom.peer_id, 3), Leave(2), Rename(str(chance.random()))]
        )
        # anything may be signed, also on a state that is long gone
        parents = chance.sample(copy.entries, chance.randrange(1, len(copy.entries) + 1))[:3]
        heads = tuple(e.entry_id for e in parents) if chance.random() < 0.3 else copy.log.heads
        try:
            copy.take(sign_entry(who, heads, 7, act))
        except RemoteProtocolError:
            continue
    views = []
    everything = [entry for copy in copies.values() for entry in copy.entries]
    for _ in range(4):
        late, waiting = Copy(first), list(everything)
        chance.shuffle(waiting)
        while waiting:
            waiting = [entry for entry in waiting if late.take(entry) is Outcome.EARLY]
        state = late.log.state
        views.append((list(state.members), state.name, state.last_numbers, late.log.heads))
    assert all(view == views[0] for view in views)


@settings(max_examples=examples(60), deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_one_more_entry_changes_is_what_all_of_them_say(chance: random.Random) -> None:
    copy = room(*(newcomer(who, "somebody") for who in PEOPLE[1:]))
    for number in range(chance.randrange(20)):
        heads = chance.sample(copy.entries, min(2, len(copy.entries)))
        acts = (Rename(str(number)), Picture(b"p%d" % number), Picture(b""), Leave(number))
        act = chance.choice([*acts, Remove(chance.choice(PEOPLE).peer_id, 1), add(DEE, "again")])
        parents = tuple(sorted(one.entry_id for one in heads))
        try:
            copy.take(sign_entry(chance.choice(PEOPLE), parents, 7, act))
        except RemoteProtocolError:
            continue
        anew = RoomLog(copy.log.room)
        for signed in copy.entries:
            anew.load(signed)
        assert copy.log.state == anew.state


def test_d09_names_and_pictures_without_end_have_nobody_look_through_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy = room(newcomer(BEN, "Ben"), newcomer(CIM, "Cim"))
    looks: list[int] = []
    resolve = room_log._resolve

    def counted(nodes: Collection[object]) -> object:
        looks.append(len(nodes))
        return resolve(nodes)  # type: ignore[arg-type]

    monkeypatch.setattr(room_log, "_resolve", counted)
    for who in (BEN, CIM):
        last = copy.log.room
        for number in range(100):
            act = Rename(str(number)) if number % 2 else Picture(b"p%d" % number)
            signed = sign_entry(who, (last,), number, act)
            assert copy.take(signed) is Outcome.ADDED
            assert copy.log.state.members
            last = RoomId(signed.entry_id)
    assert looks == [1]


def test_what_waits_still_is_known_by_what_it_names() -> None:
    copy = room(newcomer(BEN, "Ben"))
    other = copy_of(copy)
    first, second = (other.act(BEN, Rename(name)) for name in ("one", "two"))
    assert not copy.log.still_waits(second.entry)  # nobody has looked at it yet
    assert copy.take(second) is Outcome.EARLY
    assert copy.log.still_waits(second.entry)
    assert copy.take(first) is Outcome.ADDED
    assert not copy.log.still_waits(second.entry)


def test_what_is_missing_is_told_in_an_order_to_take_it_in() -> None:
    one = room(newcomer(BEN, "Ben"))
    two = copy_of(one)
    for number in range(5):
        one.act(ANN, Rename(str(number)))
        two.act(BEN, Rename(str(number)))
    by_id = {signed.entry_id: signed for signed in one.entries}
    given = one.log.missing(two.log.marks)
    assert [two.take(by_id[entry_id]) for entry_id in given][-5:] == [Outcome.ADDED] * 5
    assert len(given) <= 8  # where they parted is told, if not to the entry
    assert one.log.missing(two.log.heads) == []
    assert len(two.log.missing(one.log.marks)) == 5


def test_a_log_is_loaded_as_it_was_taken_in() -> None:
    copy = room(newcomer(BEN, "Ben"))
    copy.act(BEN, Picture(b"png"))
    copy.act(ANN, Remove(BEN.peer_id, 2))
    loaded = RoomLog(copy.log.room)
    for signed in copy.entries:
        loaded.load(signed)
    assert (loaded.state, loaded.heads) == (copy.log.state, copy.log.heads)


def post(who: Identity, number: int, body: bytes) -> RoomPost:
    lab, digest = RoomId(b"r" * 32), post_digest(body)
    signature = sign_post(who, lab, number, digest)
    return RoomPost(lab, who.peer_id, number, digest, signature, body)


def test_a_post_is_its_authors_with_or_without_its_words() -> None:
    said = post(BEN, 3, b"hello")
    verify_post(BEN.public_key, said)
    silent = RoomPost(said.room, said.author, 3, said.digest, said.signature)
    verify_post(BEN.public_key, silent)


@pytest.mark.parametrize(
    "forged",
    [
        {"room": b"s" * 32},
        {"author": ANN.peer_id},
        {"number": 4},
        {"digest": bytes(32), "body": b""},
        {"body": b"goodbye"},
        {"signature": bytes(64)},
    ],
)
def test_a_post_that_was_changed_is_nobodys(forged: dict[str, object]) -> None:
    said = post(BEN, 3, b"hello")
    fields = {name: getattr(said, name) for name in said.__struct_fields__} | forged
    with pytest.raises(RemoteProtocolError):
        verify_post(BEN.public_key, RoomPost(**fields))  # type: ignore[arg-type]


def test_the_digest_tells_whether_two_have_the_same() -> None:
    a, b = ANN.peer_id, BEN.peer_id
    numbers = {a: 3, b: 1}
    same = room_digest([b"x" * 32, b"y" * 32], numbers)
    assert same == room_digest([b"y" * 32, b"x" * 32], {a: 3})
    assert same != room_digest([b"x" * 32], numbers)
    assert same != room_digest([b"x" * 32, b"y" * 32], numbers | {b: 2})


def test_a_room_id_has_one_text() -> None:
    lab = RoomId(bytes(range(32)))
    text = encode_room_id(lab)
    assert (len(text), decode_room_id(text)) == (57, lab)
    for wrong in (
        "",
        text[5:],
        text[:-1] + "B",
        "room:" + "a" * 51,
        "room:" + "1" * 52,
        "room:" + "a" * 60,
        "room:" + "ſ" * 51 + "a",
    ):
        with pytest.raises(ValueError, match="room id"):
            decode_room_id(wrong)
