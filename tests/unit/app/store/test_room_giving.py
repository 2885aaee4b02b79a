"""What is told to members of a room: that we have read, and what they missed."""

import pytest

from app.model import MessageState
from net.protocol.identity import PeerId
from net.protocol.records import encode_record
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, item, peer_id
from tests.unit.app.store.lodge import OTHER_ROOM, ROOM, US

ANN, BEN = peer_id(1), peer_id(2)


def numbers(desk: Desk, *known: dict[PeerId, int]) -> list[int]:
    """Of what is given to who has these; ``since`` and ``ends`` follow."""
    return [post.number for post in desk.do(lambda w: lodge.given(w, *known))]


def test_reading_a_room_tells_each_member_below_which_number_once(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.save(w, ANN, BEN, room=OTHER_ROOM))
    desk.do(lambda w: (lodge.hear(w, ANN, 1), lodge.hear(w, ANN, 3), lodge.hear(w, BEN, 1)))
    desk.do(lambda w: lodge.hear(w, ANN, 1, message=50, room=OTHER_ROOM))
    desk.do(lambda w: lodge.say(w, 1))
    assert sorted(desk.do(lambda w: w.mark_room_read(ROOM))) == [(ANN, 2), (BEN, 2)]
    assert desk.do(lambda w: w.mark_room_read(ROOM)) == []
    assert desk.do(lambda w: w.first_unread(ROOM)) is None
    assert desk.do(lambda w: w.first_unread(OTHER_ROOM)) is not None
    assert desk.do(lodge.shown)[-1].state is MessageState.QUEUED, "ours is not read by that"
    desk.do(lambda w: (lodge.hear(w, ANN, 2), lodge.hear(w, BEN, 2, message=60)))
    desk.do(lambda w: lodge.save(w, ANN))
    assert desk.do(lambda w: w.mark_room_read(ROOM)) == [(ANN, 4)], "Ben is gone"


@pytest.fixture
def full(lodge_of_three: Desk) -> Desk:
    """Ann's posts 1 to 5 and Ben's first; one in another room."""
    lodge_of_three.do(lambda w: lodge.save(w, ANN, room=OTHER_ROOM))
    for number in (2, 1, 3, 5, 4):
        lodge_of_three.do(lambda w, n=number: lodge.hear(w, ANN, n))
    lodge_of_three.do(lambda w: lodge.hear(w, BEN, 1))
    lodge_of_three.do(lambda w: lodge.hear(w, ANN, 1, message=90, room=OTHER_ROOM))
    return lodge_of_three


def test_given_is_what_the_other_has_not_and_what_is_for_them(full: Desk) -> None:
    assert numbers(full) == [1, 2, 3, 4, 5, 1]
    assert numbers(full, {ANN: 3}) == [3, 4, 5, 1]
    assert numbers(full, {ANN: 2, BEN: 2}, {ANN: 4}) == [4, 5]
    assert numbers(full, {ANN: 4, BEN: 2}, {ANN: 2}) == [4, 5]
    assert numbers(full, {}, {}, {ANN: 3}) == [1, 2, 1]


def test_given_is_so_much_at_a_time_but_one_record_at_least(full: Desk) -> None:
    sizes = [len(encode_record(post)) for post in full.do(lodge.given)]

    def give(limit_bytes: int) -> tuple[list[int], bool]:
        records, has_more = full.do(
            lambda w: w.give(ROOM, (), {}, {}, {}, ours=US, limit_bytes=limit_bytes)
        )
        return [post.number for post in lodge.posts_in(records)], has_more

    assert give(sum(sizes[:2])) == ([1, 2], True)
    assert give(sum(sizes[:2]) - 1) == ([1], True)
    assert give(0) == ([1], True)
    assert give(sum(sizes)) == ([1, 2, 3, 4, 5, 1], False)


def test_one_record_goes_to_those_who_are_named_and_not_blocked(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.meet(3, "Cat")
    desk.do(lambda w: w.set_trust(BEN, blocked=True))
    places = desk.do(lambda w: w.send_to([ANN, BEN, peer_id(50)], b"record", lambda: b"x" * 8))
    assert [(place.peer_id, place.seq, place.record) for place in places] == [(ANN, 1, b"record")]
    assert desk.do(lambda w: w.peers_waited_for()) == [ANN]


def test_what_is_said_in_the_chat_is_no_post(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.receive(ANN, item(1, "in the chat"))
    assert desk.do(lodge.shown) == []
    desk.do(lambda w: w.mark_room_read(ROOM))
    assert desk.do(lambda w: w.first_unread(ANN)) is not None
    assert numbers(desk) == []
