"""Reading a chat: what is read by that, and what its other side is told."""

import pytest

from app.errors import ErrorCode, KnownError
from app.model import MessageState
from app.store.types import IncomingItem
from net.protocol.identity import PeerId
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import (
    LANE,
    Desk,
    an_offer,
    in_room,
    item,
    offer_item,
    peer_id,
    texts,
)

BENS_LANE = b"bens-own"


@pytest.fixture
def ann(desk: Desk) -> PeerId:
    return desk.meet(1, "Ann")


def read(desk: Desk, peer: PeerId) -> int | None:
    mark = desk.do(lambda w: w.mark_read(peer))
    return mark and mark.up_to_seq


def test_one_chat_is_read_and_no_other(desk: Desk, ann: PeerId) -> None:
    ben = desk.meet(2, "Ben")
    desk.receive(ann, item(1), item(2))
    bens = [item(seq, number=10 + seq) for seq in (1, 2, 3)]
    desk.do(lambda w: w.receive(ben, BENS_LANE, 1, bens))
    mark = desk.do(lambda w: w.mark_read(ben))
    assert mark is not None
    assert (mark.lane_id, mark.up_to_seq) == (BENS_LANE, 3)
    assert {one.person.name: one.unread for one in desk.do(lambda w: w.conversations())} == {
        "Ann": 2,
        "Ben": 0,
    }
    assert read(desk, ann) == 2


def test_ours_are_not_read_by_that_and_their_numbers_are_not_theirs(
    desk: Desk, ann: PeerId
) -> None:
    for number in (1, 2, 3):
        desk.send(ann, number)
    desk.receive(ann, item(1), *(IncomingItem(seq) for seq in range(2, 6)))
    assert read(desk, ann) == 1
    states = [one.state for one in desk.chat(ann)]
    assert states.count(MessageState.QUEUED) == 3


def test_an_offer_that_is_shown_in_a_room_is_read_there(desk: Desk, ann: PeerId) -> None:
    desk.do(lambda w: lodge.save(w, ann))
    desk.receive(ann, item(1), in_room(offer_item(2, an_offer(7, "a.txt")), lodge.ROOM))
    assert read(desk, ann) == 1
    assert desk.do(lambda w: w.first_unread(lodge.ROOM)) is not None
    desk.receive(ann, item(3))
    assert read(desk, ann) == 3


def test_where_no_text_has_come_nothing_is_told(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, IncomingItem(1))
    assert read(desk, ann) is None


def test_each_lane_is_its_senders(desk: Desk, ann: PeerId) -> None:
    ben, cat = desk.meet(2, "Ben"), desk.meet(3, "Cat")
    desk.receive(ann, item(1), item(3))
    desk.do(lambda w: w.receive(ben, BENS_LANE, 1, [item(1, number=9)]))
    lanes = [desk.do(lambda w, p=peer: w.inbound(p)) for peer in (ann, ben, cat)]  # type: ignore[misc]
    assert [lane and (lane.lane_id, lane.next_seq, lane.beyond) for lane in lanes] == [
        (LANE, 2, {3}),
        (BENS_LANE, 2, set()),
        None,
    ]


def test_nothing_is_taken_of_who_is_not_known(desk: Desk) -> None:
    with pytest.raises(KnownError) as fault:
        desk.receive(peer_id(9), item(1))
    assert fault.value.code is ErrorCode.UNKNOWN_PERSON


def test_a_conversation_shows_its_own_last_message_and_its_room(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1), item(2))
    desk.do(lambda w: lodge.save(w, ann))
    desk.do(lambda w: lodge.hear(w, ann, 1, message=5))
    room, chat = desk.do(lambda w: w.conversations())
    assert room.room is not None
    assert (room.room.name, room.person, room.unread) == ("Lodge", None, 1)
    assert chat.person is not None
    assert (chat.person.name, chat.room, chat.unread) == ("Ann", None, 2)
    assert texts([one.last for one in (room, chat) if one.last]) == ["post 1", "text 2"]
