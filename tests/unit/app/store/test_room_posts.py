"""Posts of rooms on the disk: ours go to the members, each of others is taken once."""

import pytest

from app.errors import ErrorCode, KnownError
from app.model import Direction, MessageState, Reaction, Receipts
from app.store import room_posts
from app.store.room_logs import FEED_WIDTH
from app.store.rows import peer_text
from app.store.types import TIME_END_MS, IncomingMessage, Published
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React, RoomPost, Void, decode_record, encode_record
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, item, meet, peer_id, texts
from tests.unit.app.store.lodge import OTHER_ROOM, ROOM, US

ANN, BEN, CAT = peer_id(1), peer_id(2), peer_id(3)
HERS = an_id(2**64 + 1)
"""The id of a first post of somebody."""


def shown(desk: Desk) -> list[str]:
    return texts(desk.do(lodge.shown))


def waiting(desk: Desk, peer: PeerId) -> list[int]:
    records = [one.record for one in desk.do(lambda w: w.pending(peer, 0, 9))]
    return [post.number for post in lodge.posts_in(records)]


def given(desk: Desk) -> list[RoomPost]:
    return desk.do(lodge.given)


def lane_id(number: int) -> bytes:
    return number.to_bytes(8, "big")


def delete(w: Writer, message: bytes) -> Published:
    """One of ours, as the engine does it."""
    w.delete_own(message)
    return give_out(w, Delete(message))


def give_out(w: Writer, deed: Edit | Delete | React) -> Published:
    return w.post_deed(
        ROOM, deed, sign=lambda _number, _digest: lodge.SIGNATURE, ours=US, lane_id=lambda: b"a" * 8
    )


# --- Ours --------------------------------------------------------------------
def test_a_text_goes_to_each_member_who_is_not_blocked(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: meet(w, 3, "Cat"))
    desk.receive(ANN, item(1))
    desk.do(lambda w: w.add_record(ANN, encode_record(Void())))
    sent = desk.do(lambda w: lodge.say(w, 1))
    assert [(place.peer_id, place.seq) for place in sent.places] == [(ANN, 2), (BEN, 1)]
    assert sent.post == (ROOM, 1)
    desk.do(lambda w: w.set_trust(BEN, blocked=True))
    sent = desk.do(lambda w: lodge.say(w, 2))
    assert [(place.peer_id, place.seq) for place in sent.places] == [(ANN, 3)]
    assert sent.post == (ROOM, 2)
    assert desk.do(lambda w: w.given_numbers()) == {ANN: 4, BEN: 2, CAT: 1}
    assert desk.receive(ANN).lane.next_seq == 2, "her own numbers are hers"
    assert [waiting(desk, peer) for peer in (ANN, BEN, CAT)] == [[1, 2], [1], []]


def test_a_member_without_a_lane_gets_one(desk: Desk) -> None:
    desk.do(lambda w: lodge.save(w, ANN))
    desk.do(lambda w: (lodge.say(w, 1), lodge.say(w, 2)))
    assert [one.seq for one in desk.do(lambda w: w.pending(ANN, 0, 9))] == [1, 2]
    assert desk.do(lambda w: w.given_numbers()) == {ANN: 3}


def test_only_a_member_says_something(desk: Desk) -> None:
    desk.meet()
    desk.do(lambda w: lodge.save(w, ANN, room=OTHER_ROOM))
    told = lodge.view(ANN)
    desk.do(lambda w: w.save_room(ROOM, (), told, (), ours=US, is_accepted=True, since={}))
    with pytest.raises(KnownError) as fault:
        desk.do(lambda w: lodge.say(w, 1))
    assert fault.value.code is ErrorCode.WRONG_STATE


def test_who_answers_in_a_room_has_accepted_it_and_no_other(desk: Desk) -> None:
    for room in (ROOM, OTHER_ROOM):
        desk.do(lambda w, room=room: lodge.save(w, room=room, is_accepted=False))
    desk.do(lambda w: lodge.say(w, 1))
    accepted = {one.room_id: one.is_accepted for one in desk.do(lambda w: w.rooms_stored())}
    assert accepted == {ROOM: True, OTHER_ROOM: False}


def test_a_text_may_be_for_some_of_them(lodge_of_three: Desk) -> None:
    """In the room of everyone: for those who are there."""
    sent = lodge_of_three.do(lambda w: lodge.say(w, 1, peers=[BEN]))
    assert [place.peer_id for place in sent.places] == [BEN]


def test_what_nobody_waits_for_is_delivered(desk: Desk) -> None:
    desk.send(desk.meet(), 9)
    desk.do(lodge.save)
    message = desk.do(lambda w: lodge.say(w, 1)).message
    assert message is not None
    assert desk.do(lodge.shown)[0].state is MessageState.DELIVERED is message.state
    assert desk.chat(ANN)[0].state is MessageState.QUEUED


def test_our_deletion_names_the_text_and_its_edits_and_takes_their_words(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    of_ours = 1 - 2**64
    desk.do(lambda w: lodge.hear(w, ANN, 8, "hers", message=of_ours))  # under the id of ours
    desk.do(lambda w: (lodge.say(w, 1, "secret"), lodge.say(w, 2, "kept")))
    edit = desk.do(lambda w: w.edit_own(an_id(1), "secret, again", NOW_MS)).deed
    desk.do(lambda w: give_out(w, edit))
    desk.do(lambda w: give_out(w, React(US, an_id(1), 1, "👍")))
    desk.do(lambda w: w.acknowledge(ANN, lane_id(1), [1]))
    gone = desk.do(lambda w: delete(w, an_id(1)))
    assert [(place.peer_id, place.seq) for place in gone.voided] == [(BEN, 1), (ANN, 3), (BEN, 3)]
    assert all(decode_record(place.record).body == b"" for place in gone.voided)
    said = [decode_record(one.record) for one in desk.do(lambda w: w.pending(BEN, 0, 9))]
    assert [bool(post.body) for post in said] == [False, True, False, True, True]
    assert decode_record(said[4].body) == Delete(an_id(1), (1, 3))
    ours = [bool(post.body) for post in given(desk) if post.author == US]
    assert ours == [False, True, False, True, True]
    assert all(post.body for post in given(desk) if post.author == ANN)


def test_a_deletion_names_the_oldest_posts_only_so_many(
    lodge_of_three: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_posts, "DELETED_POSTS_MAX", 2)
    desk = lodge_of_three
    desk.do(lambda w: lodge.say(w, 1, "a"))
    for text in "bcd":
        edit = desk.do(lambda w, text=text: w.edit_own(an_id(1), text, NOW_MS)).deed
        desk.do(lambda w, edit=edit: give_out(w, edit))
    desk.do(lambda w: delete(w, an_id(1)))
    last = given(desk)[-1]
    assert decode_record(last.body) == Delete(an_id(1), (1, 2))


# --- Of others ---------------------------------------------------------------
def test_a_post_is_taken_once(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    first = desk.do(lambda w: lodge.hear(w, ANN, 1))
    assert (first.next_number, first.message is not None) == (2, True)
    assert not first.is_change
    again = desk.do(lambda w: lodge.hear(w, ANN, 1))
    assert (again.next_number, again.message, again.rival) == (2, None, None)
    third = desk.do(lambda w: lodge.hear(w, ANN, 3))
    assert third.next_number == 2
    assert shown(desk) == ["post 1", "post 3"]
    assert {one.time_ms for one in desk.do(lodge.shown)} == {NOW_MS}
    assert desk.do(lambda w: w.rooms_stored())[0].numbers == {ANN: 2}


def test_a_deed_is_a_change_once(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1))
    edit = Edit(HERS, 5, NOW_MS, "better")
    for is_change in (True, False):
        taken = desk.do(lambda w: lodge.hear_deed(w, ANN, 2, edit))
        assert (taken.is_change, taken.message is not None) == (is_change, is_change)


def test_numbers_are_an_authors_own(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1))
    assert desk.do(lambda w: lodge.hear(w, BEN, 1, "of Ben")).rival is None
    assert shown(desk) == ["post 1", "of Ben"]
    assert desk.do(lambda w: w.rooms_stored())[0].numbers == {ANN: 2, BEN: 2}


def test_a_message_that_is_here_by_another_number_adds_no_row(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1, message=7))
    assert desk.do(lambda w: lodge.hear(w, ANN, 2, message=7)).message is None
    desk.do(lambda w: lodge.say(w, 5, "ours"))
    stolen = lodge.post(ANN, 3, b"sent back")
    content = IncomingMessage(an_id(5), lodge.TEXT, "sent back", 1, NOW_MS)
    assert desk.do(lambda w: w.receive_post(stolen, content, US)).message is None
    assert shown(desk) == ["post 1", "ours"]


def test_two_posts_under_one_number_are_both_shown_and_the_first_is_handed_on(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1, "one", message=1))
    rivalled = desk.do(lambda w: lodge.hear(w, ANN, 1, "other", message=2))
    assert rivalled.rival == encode_record(given(desk)[0])
    assert [post.number for post in given(desk)] == [1]
    assert sorted(shown(desk)) == ["one", "other"]
    assert desk.do(lambda w: lodge.hear(w, ANN, 1, "other", message=2)).message is None


def test_ours_under_a_number_that_others_know_as_another_is_posted_again_once(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    desk.do(lambda w: (lodge.say(w, 1, "new"), lodge.say(w, 2, "next"), lodge.hear(w, ANN, 1)))
    content = IncomingMessage(an_id(9), lodge.TEXT, "old", NOW_MS << 16, NOW_MS)
    lost = lodge.post(US, 1, b"what the lost disk said")
    lost = RoomPost(ROOM, US, 1, lost.digest, b"s" * 64, lost.body)
    hers = given(desk)[-1]

    def again(w: Writer) -> Published | None:
        return w.post_again(
            lost, content, sign=lambda _n, _d: lodge.SIGNATURE, ours=US, lane_id=lambda: b"a" * 8
        )

    published = desk.do(again)
    assert published is not None
    assert published.post == (ROOM, 3)
    first, _, third, of_ann = given(desk)
    assert (first, third.number, of_ann) == (lost, 3, hers)
    places = "SELECT seq FROM message WHERE author <> 0"
    assert desk.do(lambda w: w._rows(places)) == [(1,)], "hers has the number it had"
    assert decode_record(third.body).text == "new"
    assert desk.do(again) is None
    gone = desk.do(lambda w: delete(w, an_id(1)))
    assert {decode_record(place.record).number for place in gone.voided} == {3}
    assert given(desk)[0] == lost
    desk.do(lambda w: w.mark_read_by_member(ROOM, ANN, 3))
    ours = [one.receipts for one in desk.do(lodge.shown) if one.receipts]
    assert ours == [Receipts(2, 0, 0), Receipts(2, 1, 1)]
    desk.do(lambda w: lodge.hear_deed(w, US, 9, Delete(an_id(9))))
    assert given(desk)[0].body == b"", "it is known what it says"
    desk.do(lambda w: lodge.hear(w, ANN, 1))
    assert shown(desk).count("post 1") == 1


def test_a_post_without_words_is_believed_once_its_author_has_said_so(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    bare = RoomPost(ROOM, ANN, 1, b"d" * 32, lodge.SIGNATURE)
    assert desk.do(lambda w: w.receive_post(bare, None, US)).is_unproven
    desk.do(lambda w: lodge.hear_deed(w, BEN, 1, Delete(HERS, (1,))))
    assert desk.do(lambda w: w.receive_post(bare, None, US)).is_unproven
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Delete(HERS, (1,))))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 3, Delete(HERS, (1, 1))))  # said again, it is so
    assert desk.do(lambda w: w.receive_post(bare, None, US)).next_number == 4
    unnamed = RoomPost(ROOM, ANN, 4, b"d" * 32, lodge.SIGNATURE)
    assert desk.do(lambda w: w.receive_post(unnamed, None, US)).is_unproven


def test_words_that_come_behind_the_bare_post_are_taken(lodge_of_three: Desk) -> None:
    """Somebody handed it on without them, before we knew more."""
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Delete(an_id(77), (1,))))
    desk.do(lambda w: (lodge.hear(w, ANN, 3, message=3), lodge.hear(w, BEN, 1, message=4)))
    others = given(desk)
    bare = lodge.post(ANN, 1, b"words")
    bare = RoomPost(ROOM, ANN, 1, bare.digest, bare.signature)
    desk.do(lambda w: w.receive_post(bare, None, US))
    content = IncomingMessage(HERS, lodge.TEXT, "words", NOW_MS << 16, NOW_MS)
    desk.do(lambda w: w.receive_post(lodge.post(ANN, 1, b"words"), content, US))
    assert shown(desk) == ["words", "post 1", "post 3"]
    assert given(desk) == [lodge.post(ANN, 1, b"words"), *others]
    desk.do(lambda w: lodge.hear_deed(w, ANN, 4, Delete(HERS)))
    assert given(desk)[0].body == b""


def test_a_deletion_takes_the_words_of_its_authors_message_and_no_other(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    desk.do(lambda w: (lodge.hear(w, ANN, 1), lodge.hear(w, BEN, 1)))
    changed = desk.do(lambda w: lodge.hear_deed(w, BEN, 2, Delete(HERS, (1,))))
    assert changed.is_change
    assert changed.message is not None
    assert changed.message.is_deleted
    bodies = {(post.author, post.number): post.body for post in given(desk)}
    assert bodies[BEN, 1] == b""
    assert bodies[ANN, 1] != b""
    assert shown(desk) == ["post 1", ""]


def test_an_edit_of_what_was_deleted_is_kept_without_its_words(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 3, Delete(HERS, (1, 2))))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Edit(HERS, 5, NOW_MS, "back again")))
    assert shown(desk) == [""]
    desk.do(lambda w: lodge.hear(w, ANN, 4, message=4))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 5, Edit(an_id(2**64 + 4), 5, NOW_MS, "better")))
    desk.do(lambda w: lodge.hear(w, BEN, 1, "of Ben, under her id", message=1))
    words = [(post.number, bool(post.body)) for post in given(desk)]
    assert words == [(1, False), (2, False), (3, True), (4, True), (5, True), (1, True)]


def test_words_whose_deletion_came_first_are_not_kept_to_be_handed_on(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Delete(HERS, (1,))))
    late = desk.do(lambda w: lodge.hear(w, ANN, 1, "never seen")).message
    assert late is not None
    assert late.is_deleted
    assert [bool(post.body) for post in given(desk)] == [False, True]


def test_reactions_are_under_whose_message_they_name(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: (lodge.say(w, 1), lodge.hear(w, ANN, 1)))
    desk.do(lambda w: lodge.hear_deed(w, BEN, 1, React(US, an_id(1), 1, "👍")))
    desk.do(lambda w: lodge.hear_deed(w, BEN, 2, React(ANN, HERS, 1, "🎉")))
    desk.do(lambda w: lodge.hear_deed(w, BEN, 3, React(CAT, HERS, 2, "👎")))
    given_by_ben = {one.text: one.reactions for one in desk.do(lodge.shown)}
    assert given_by_ben == {
        "ours": (Reaction("👍", (peer_text(BEN),)),),
        "post 1": (Reaction("🎉", (peer_text(BEN),)),),
    }


def test_a_reaction_that_overtakes_its_text_waits_for_it(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    early = desk.do(lambda w: lodge.hear_deed(w, BEN, 1, React(ANN, HERS, 1, "🎉")))
    assert early.message is None
    late = desk.do(lambda w: lodge.hear(w, ANN, 1)).message
    assert late is not None
    assert late.reactions == (Reaction("🎉", (peer_text(BEN),)),)
    assert all(post.body for post in given(desk))


def test_news_and_texts_of_others_are_bounded_in_time_and_cleaned(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    content = IncomingMessage(HERS, lodge.TEXT, "a\x00b", 2**62 - 1, 2**62 - 1)
    taken = desk.do(lambda w: w.receive_post(lodge.post(ANN, 1, b"x"), content, US)).message
    assert taken is not None
    assert (taken.time_ms, taken.direction) == (TIME_END_MS - 1, Direction.IN)
    assert "\x00" not in taken.text
    assert [one.message_id for one in desk.do(lambda w: w.unannounced())] == [HERS.hex()]


def test_ours_that_come_back_to_a_new_disk_are_no_news(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    taken = desk.do(lambda w: lodge.hear(w, US, 1)).message
    assert taken is not None
    assert taken.direction is Direction.OUT
    assert desk.do(lambda w: w.unannounced()) == []
    assert desk.do(lambda w: lodge.say(w, 7)).post == (ROOM, 2)


def test_a_text_by_the_way_takes_no_number(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    content = IncomingMessage(an_id(2**65), lodge.TEXT, "by the way", NOW_MS << 16, NOW_MS)
    assert desk.do(lambda w: w.receive_by_the_way(ROOM, ANN, content)) is not None
    assert desk.do(lambda w: lodge.hear(w, ANN, 1)).next_number == 2
    assert sorted(shown(desk)) == ["by the way", "post 1"]


def test_who_is_far_ahead_goes_on_from_there(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    taken = desk.do(lambda w: lodge.hear(w, ANN, FEED_WIDTH))
    assert taken.next_number == 1
    taken = desk.do(lambda w: lodge.hear(w, ANN, FEED_WIDTH + 2, message=2))
    assert taken.next_number == 3


def test_posts_of_one_author_stand_in_the_order_of_their_numbers(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    order = NOW_MS << 16
    for author, first in ((ANN, 10), (BEN, 20)):
        for number in (2, 1):  # and by their clocks the other way round
            place = order + (first - number) * 2**20
            desk.do(
                lambda w, a=author, n=number, m=first, o=place: lodge.hear(  # type: ignore[misc]
                    w, a, n, f"{m + n}", message=m + n, order=o
                )
            )
    assert [text for text in shown(desk) if text < "2"] == ["11", "12"]
    assert [text for text in shown(desk) if text > "2"] == ["21", "22"]


def test_a_disk_that_has_lost_a_post_shows_another_of_its_number_apart(
    lodge_of_three: Desk,
) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1, "one", message=1))
    desk.do(lambda w: w._run("DELETE FROM room_post"))
    assert desk.do(lambda w: lodge.hear(w, ANN, 1, "other", message=2)).message is not None
    assert sorted(shown(desk)) == ["one", "other"]
