"""Rooms on the disk: their logs, who is in them, what they are called, what waits for them."""

import pytest

from app.errors import ErrorCode, KnownError
from app.model import Message, RoomAct
from app.store import room_logs
from app.store.ordering import CLOCK_END
from app.store.room_types import RoomNews, RoomSaved, RoomView
from app.store.rows import peer_text, room_text, write_news
from app.store.types import TIME_END_MS
from app.store.writer import Writer
from net.protocol.identity import Identity, PeerId
from net.protocol.records import RoomEntry, RoomPost, decode_record
from net.protocol.rooms import (
    EVERYONE,
    Create,
    Newcomer,
    Picture,
    Rename,
    RoomId,
    SignedEntry,
    sign_entry,
)
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, peer_id
from tests.unit.app.store.lodge import OTHER_ROOM, ROOM, US

ANN, BEN = peer_id(1), peer_id(2)
FOUNDER = Identity(b"founder's private key".ljust(32))
CREATED = sign_entry(
    FOUNDER, (), NOW_MS, Create(an_id(1), "Lodge", "me", (Newcomer(bytes(32), "Ann"),))
)
RENAMED = sign_entry(FOUNDER, (CREATED.entry_id,), NOW_MS, Rename("Den"))
PAINTED = sign_entry(FOUNDER, (RENAMED.entry_id,), NOW_MS, Picture(b"image"))
LOGGED = RoomId(CREATED.entry_id)
"""The room of this log."""


def save(w: Writer, *entries: SignedEntry, name: str = "Lodge", picture: bytes = b"") -> RoomSaved:
    view = RoomView(name, picture, ((US, bytes(32), "me"),))
    return w.save_room(LOGGED, entries, view, (), ours=US, is_accepted=True, since={})


def log(desk: Desk, room: RoomId = LOGGED) -> list[SignedEntry]:
    (found,) = (one for one in desk.do(lambda w: w.rooms_stored()) if one.room_id == room)
    return list(found.entries)


# --- Logs --------------------------------------------------------------------
def test_entries_are_kept_in_the_order_of_their_coming_and_once(desk: Desk) -> None:
    desk.do(lambda w: save(w, CREATED))
    desk.do(lambda w: save(w, RENAMED, PAINTED))
    desk.do(lambda w: save(w, CREATED, RENAMED, PAINTED))
    assert log(desk) == [CREATED, RENAMED, PAINTED]
    desk.do(lodge.save)
    assert log(desk, ROOM) == []


def test_entries_are_handed_on_by_room_and_id_as_they_were_signed(desk: Desk) -> None:
    desk.do(lambda w: save(w, CREATED, RENAMED))
    desk.do(lodge.save)
    wanted = [RENAMED.entry_id, PAINTED.entry_id, CREATED.entry_id]
    records = desk.do(lambda w: list(w.entry_records(LOGGED, wanted)))
    assert [decode_record(one) for one in records] == [
        RoomEntry(LOGGED, one.entry, one.signature) for one in (RENAMED, CREATED)
    ]
    assert desk.do(lambda w: list(w.entry_records(ROOM, wanted))) == []


def test_given_are_entries_before_posts(desk: Desk) -> None:
    desk.do(lambda w: save(w, CREATED, RENAMED))
    desk.do(lambda w: lodge.say(w, 1, room=LOGGED))
    records, has_more = desk.do(
        lambda w: w.give(LOGGED, [RENAMED.entry_id], {}, {}, {}, ours=US, limit_bytes=2**20)
    )
    entry, post = map(decode_record, records)
    assert (entry, has_more) == (RoomEntry(LOGGED, RENAMED.entry, RENAMED.signature), False)
    assert (type(post), post.author) == (RoomPost, US)


def test_the_picture_is_the_one_of_the_entry_that_counts(desk: Desk) -> None:
    desk.do(lodge.save)
    saved = desk.do(lambda w: save(w, CREATED, RENAMED, PAINTED, picture=PAINTED.entry_id))
    assert saved.room.picture == b"image"
    pictures = desk.do(lambda w: (w.room_picture(LOGGED), w.room_picture(ROOM)))
    assert pictures == (b"image", b"")
    assert desk.do(lambda w: save(w, picture=RENAMED.entry_id)).room.picture == b""
    assert desk.do(lambda w: w.room_picture(RoomId(bytes(32)))) == b""


def test_a_damaged_log_loses_what_does_not_hold_and_names_its_room_again(desk: Desk) -> None:
    desk.do(lambda w: (lodge.save(w), save(w, CREATED, RENAMED, PAINTED)))
    desk.do(lambda w: w._run("UPDATE room SET name = '', picture = x''"))
    desk.do(lambda w: w.mend_logs())
    called = {one.room_id: (one.name, one.picture) for one in desk.do(lambda w: w.rooms())}
    assert called == {room_text(LOGGED): ("Den", b"image"), room_text(ROOM): ("?", b"")}
    assert log(desk) == [CREATED, RENAMED, PAINTED]
    query = "UPDATE room_entry SET signature = zeroblob(64), entry = x'00' WHERE entry_id = ?"
    desk.do(lambda w: w._run(query, (RENAMED.entry_id,)))
    desk.do(lambda w: w.mend_logs())
    assert log(desk) == [CREATED], "what is built on it is asked for again, too"
    assert {one.name for one in desk.do(lambda w: w.rooms())} == {"Den", "?"}


# --- What is known of a room -------------------------------------------------
def test_rooms_are_those_we_are_in_or_have_something_of(desk: Desk) -> None:
    desk.meet(1, "Ann")
    others = RoomView("Theirs", b"", ((ANN, bytes(32), "Ann"),))
    for number, room in enumerate((OTHER_ROOM, ROOM, LOGGED), 1):
        desk.do(lambda w, r=room: lodge.save(w, ANN, room=r))  # type: ignore[misc]
        if room != ROOM:
            desk.do(
                lambda w, r=room: w.save_room(  # type: ignore[misc]
                    r, (), others, (), ours=US, is_accepted=True, since={}
                )
            )
        if room == LOGGED:
            desk.do(lambda w, r=room, n=number: lodge.hear(w, ANN, n, room=r))  # type: ignore[misc]
    listed = desk.do(lambda w: w.rooms())
    assert [one.room_id for one in listed] == [room_text(ROOM), room_text(LOGGED)]
    assert [one.members for one in listed] == [("", peer_text(ANN)), (peer_text(ANN),)]


def test_a_room_is_called_as_its_log_says_now(desk: Desk) -> None:
    desk.do(lodge.save)
    for name in ("Lodge", "Den"):
        assert desk.do(lambda w, n=name: save(w, name=n)).room.name == name  # type: ignore[misc]
    assert sorted(one.name for one in desk.do(lambda w: w.rooms())) == ["Den", "Lodge"]


def test_members_stand_in_the_order_of_their_coming_also_after_a_change(desk: Desk) -> None:
    told = RoomView("Lodge", b"", tuple((one, bytes(32), "told") for one in (BEN, US, ANN)))
    for view, members in (
        (lodge.view(US, ANN, BEN), ("", peer_text(ANN), peer_text(BEN))),
        (told, (peer_text(BEN), "", peer_text(ANN))),
    ):
        saved = desk.do(
            lambda w, v=view: w.save_room(  # type: ignore[misc]
                ROOM, (), v, (), ours=US, is_accepted=True, since={}
            )
        )
        assert saved.room.members == members


def test_who_is_known_only_by_a_log_is_called_as_it_says_until_they_say_it(desk: Desk) -> None:
    desk.meet(1, "Ann herself")
    desk.do(lambda w: lodge.save(w, ANN, BEN))
    people = {one.peer_id: (one.name, one.last_seen_ms) for one in desk.do(lambda w: w.people())}
    assert people == {ANN: ("Ann herself", NOW_MS), BEN: ("told", 0)}


def test_accepting_and_muting_are_of_one_room(desk: Desk) -> None:
    for room in (ROOM, OTHER_ROOM):
        desk.do(lambda w, r=room: lodge.save(w, room=r, is_accepted=False))  # type: ignore[misc]
    assert desk.do(lambda w: w.accept_room(ROOM)).is_accepted
    assert desk.do(lambda w: w.mute_room(ROOM, is_muted=True)).is_muted
    told = {one.room_id: (one.is_accepted, one.is_muted) for one in desk.do(lambda w: w.rooms())}
    assert told == {room_text(ROOM): (True, True), room_text(OTHER_ROOM): (False, False)}
    assert not desk.do(lambda w: w.mute_room(ROOM, is_muted=False)).is_muted
    with pytest.raises(KnownError) as fault:
        desk.do(lambda w: w.accept_room(LOGGED))
    assert fault.value.code is ErrorCode.NO_SUCH_ROOM


def test_the_room_of_everyone_is_made_once_and_has_no_log(desk: Desk) -> None:
    for name in ("Everyone", "Alle"):
        room = desk.do(lambda w, n=name: w.need_everyone(n))  # type: ignore[misc]
        assert (room.name, room.members, room.is_everyone) == ("Everyone", ("",), True)
        assert room.is_accepted
    assert desk.do(lambda w: w.rooms_stored()) == []
    desk.do(lambda w: w.set_draft(EVERYONE, "to all"))
    assert not desk.do(lodge.save).room.is_everyone
    assert desk.do(lambda w: lodge.say(w, 1, room=EVERYONE)).message is not None


def test_what_is_stored_of_a_room_is_its_own(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    nobody = RoomView("Empty", b"", ())
    desk.do(lambda w: w.save_room(OTHER_ROOM, (), nobody, (), ours=US, is_accepted=False, since={}))
    desk.do(lambda w: w.keep_early_room(ANN, ROOM, b"early"))
    desk.do(lambda w: (lodge.say(w, 1), lodge.hear(w, ANN, 1), lodge.hear(w, ANN, 3)))
    first, second = desk.do(lambda w: w.rooms_stored())
    assert (first.room_id, first.numbers) == (ROOM, {PeerId(b""): 2, ANN: 2})
    assert (first.has_early, first.has_members, first.is_accepted) == (True, True, True)
    assert (second.room_id, second.numbers) == (OTHER_ROOM, {})
    assert (second.has_early, second.has_members, second.is_accepted) == (False, False, False)


def test_what_was_posted_before_we_came_counts_as_here(desk: Desk) -> None:
    desk.meet(1, "Ann")
    desk.do(lambda w: lodge.save(w, ANN, since={ANN: 5, US: 7, peer_id(99): 3}))
    (room,) = desk.do(lambda w: w.rooms_stored())
    assert room.numbers == {ANN: 5}
    desk.do(lambda w: lodge.save(w, ANN, since={ANN: 3}))
    assert desk.do(lambda w: w.rooms_stored())[0].numbers == {ANN: 5}


# --- News --------------------------------------------------------------------
def tell(desk: Desk, *news: RoomNews) -> tuple[Message, ...]:
    return desk.do(lambda w: lodge.save(w, ANN, news=news)).messages


def some_news(number: int, time_ms: int = NOW_MS, author: PeerId = ANN) -> RoomNews:
    return RoomNews(an_id(number), author, time_ms, write_news(RoomAct.RENAMED, (), "Lodge"))


def test_news_are_told_once_and_are_no_unread_messages(desk: Desk) -> None:
    desk.meet(1, "Ann")
    assert [one.message_id for one in tell(desk, some_news(1))] == [an_id(1).hex()]
    assert tell(desk, some_news(1)) == ()
    assert len(tell(desk, some_news(1, author=US), some_news(2))) == 2
    assert desk.do(lambda w: w.first_unread(ROOM)) is None
    assert desk.do(lambda w: w.unannounced()) == []


def test_news_stand_where_their_time_says_each_in_a_place_of_its_own(desk: Desk) -> None:
    desk.meet(1, "Ann")
    low_bits = int.from_bytes(b"\0\7" + bytes(14), "big")
    first, same, late = tell(
        desk, some_news(1), some_news(1, author=US), some_news(low_bits, time_ms=2**62 - 1)
    )
    assert first.order_key == NOW_MS << 16
    assert same.order_key == first.order_key + 1
    assert (late.time_ms, late.order_key) == (TIME_END_MS - 1, CLOCK_END + 7)


# --- What waits for a log to grow --------------------------------------------
def early(desk: Desk, room: RoomId = ROOM) -> list[tuple[PeerId, bytes]]:
    return [(peer, record) for _row, peer, record in desk.do(lambda w: w.early_room(room))]


def test_what_waits_is_of_one_room_and_goes_when_it_is_taken_up(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    for peer, room, record in (
        (ANN, ROOM, b"one"),
        (BEN, ROOM, b"two"),
        (ANN, OTHER_ROOM, b"elsewhere"),
        (ANN, ROOM, b"three"),
    ):
        desk.do(lambda w, p=peer, r=room, b=record: w.keep_early_room(p, r, b))  # type: ignore[misc]
    assert early(desk) == [(ANN, b"one"), (BEN, b"two"), (ANN, b"three")]
    (first, *_), (third, *_) = desk.do(lambda w: w.early_room(ROOM)[::2])
    desk.do(lambda w: w.drop_early_room([first, third]))
    assert early(desk) == [(BEN, b"two")]
    assert early(desk, OTHER_ROOM) == [(ANN, b"elsewhere")]


def test_d17_the_newest_of_each_person_wait(
    lodge_of_three: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_logs, "EARLY_MAX", 2)
    monkeypatch.setattr(room_logs, "EARLY_MAX_BYTES", 8)
    desk = lodge_of_three
    kept = ((ANN, b"1"), (BEN, b"2"), (BEN, b"3"), (BEN, b"4"), (ANN, b"5555555"))
    for peer, record in kept:
        desk.do(lambda w, p=peer, b=record: w.keep_early_room(p, ROOM, b))  # type: ignore[misc]
    assert early(desk) == [(ANN, b"1"), (BEN, b"3"), (BEN, b"4"), (ANN, b"5555555")]
    desk.do(lambda w: w.keep_early_room(ANN, ROOM, b"66"))
    assert early(desk) == [(BEN, b"3"), (BEN, b"4"), (ANN, b"66")]


# --- Forgetting --------------------------------------------------------------
def test_rooms_we_never_were_in_are_forgotten_and_no_others(desk: Desk) -> None:
    """One we are in, one with a text, one with a draft, two of which only the log was told."""
    desk.meet(1, "Ann")
    others = RoomView("Theirs", b"", ((ANN, bytes(32), "Ann"),))
    rooms = [RoomId(bytes([number]) * 32) for number in range(1, 6)]
    for room in rooms:
        desk.do(
            lambda w, r=room: w.save_room(  # type: ignore[misc]
                r, (), others, (), ours=US, is_accepted=True, since={}
            )
        )
    desk.do(lambda w: lodge.save(w, ANN, room=rooms[0]))
    desk.do(lambda w: lodge.hear(w, ANN, 1, room=rooms[1]))
    desk.do(lambda w: w.set_draft(rooms[2], "Dear all"))
    desk.do(lambda w: w.set_draft(ANN, ""))
    desk.send(ANN, 1)
    assert desk.do(lambda w: w.forget_rooms(rooms[0])) == 0
    assert desk.do(lambda w: w.forget_rooms(rooms[4])) == 1
    assert [one.room_id for one in desk.do(lambda w: w.rooms_stored())] == rooms[:4]
    for draft, forgotten in (("now I do", 0), ("", 1)):
        desk.do(lambda w, d=draft: w.set_draft(rooms[3], d))  # type: ignore[misc]
        assert desk.do(lambda w: w.forget_rooms()) == forgotten
    assert [one.room_id for one in desk.do(lambda w: w.rooms_stored())] == rooms[:3]
    assert len(desk.chat(ANN)) == 1
