"""How far a text in a room came: with each member, and all together."""

from app.model import MessageState, Receipts
from app.store.rows import peer_text, room_text
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, an_id, peer_id
from tests.unit.app.store.lodge import OTHER_ROOM, ROOM

ANN, BEN = peer_id(1), peer_id(2)


def lane_id(number: int) -> bytes:
    return number.to_bytes(8, "big")


def states(desk: Desk) -> list[tuple[MessageState, Receipts | None]]:
    return [(one.state, one.receipts) for one in desk.do(lodge.shown)]


def test_a_text_is_as_far_as_the_last_of_its_members(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.say(w, 1))
    assert states(desk) == [(MessageState.QUEUED, Receipts(2, 0, 0))]
    steps = (
        (lambda w: w.mark_sent(ANN, [1]), MessageState.SENT, Receipts(2, 0, 0)),
        (lambda w: w.acknowledge(ANN, lane_id(1), [1]), MessageState.SENT, Receipts(2, 1, 0)),
        (lambda w: w.mark_read_by_member(ROOM, ANN, 2), MessageState.SENT, Receipts(2, 1, 1)),
        (lambda w: w.acknowledge(BEN, lane_id(2), [1]), MessageState.DELIVERED, Receipts(2, 2, 1)),
        (lambda w: w.mark_read_by_member(ROOM, BEN, 2), MessageState.READ, Receipts(2, 2, 2)),
    )
    for step, state, receipts in steps:
        (change,) = desk.do(step)
        assert (change.message_id, change.state, change.receipts) == (
            an_id(1).hex(),
            state,
            receipts,
        )
        assert states(desk) == [(state, receipts)]


def test_an_acknowledgement_is_of_one_record_and_one_member(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: (lodge.say(w, 1), lodge.say(w, 2)))
    (change,) = desk.do(lambda w: w.acknowledge(BEN, lane_id(2), [2]))
    assert change.message_id == an_id(2).hex()
    assert states(desk) == [
        (MessageState.QUEUED, Receipts(2, 0, 0)),
        (MessageState.SENT, Receipts(2, 1, 0)),
    ]
    assert desk.do(lambda w: w.mark_sent(BEN, [2])) == []
    assert len(desk.do(lambda w: w.mark_sent(BEN, [1]))) == 1
    assert desk.do(lambda w: w.mark_sent(BEN, [1])) == []


def test_read_is_what_stands_below_a_members_number_in_this_room(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.save(w, ANN, room=OTHER_ROOM))
    desk.do(lambda w: [lodge.say(w, number) for number in (1, 2, 3)])
    desk.do(lambda w: lodge.say(w, 4, room=OTHER_ROOM))
    changes = desk.do(lambda w: w.mark_read_by_member(ROOM, ANN, 3))
    assert [change.message_id for change in changes] == [an_id(1).hex(), an_id(2).hex()]
    assert [one for _, one in states(desk)] == [
        Receipts(2, 1, 1),
        Receipts(2, 1, 1),
        Receipts(2, 0, 0),
    ]
    (elsewhere,) = desk.do(lambda w: lodge.shown(w, OTHER_ROOM))
    assert elsewhere.receipts == Receipts(1, 0, 0)
    assert desk.do(lambda w: w.mark_read_by_member(ROOM, ANN, 3)) == []
    (change,) = desk.do(lambda w: w.mark_read_by_member(OTHER_ROOM, ANN, 2))
    assert (change.message_id, change.room_id) == (an_id(4).hex(), room_text(OTHER_ROOM))


def test_what_a_member_reads_of_others_says_nothing_of_ours(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: (lodge.hear(w, BEN, 1), lodge.hear(w, BEN, 2, message=9)))
    desk.do(lambda w: lodge.say(w, 1))
    assert desk.do(lambda w: w.mark_read_by_member(ROOM, ANN, 1)) == []


def test_nobody_waits_for_who_is_gone(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.save(w, ANN, BEN, room=OTHER_ROOM))
    desk.do(lambda w: (lodge.say(w, 1), lodge.say(w, 2), lodge.say(w, 3, room=OTHER_ROOM)))
    for peer in (ANN, BEN):  # 1 is read by both, 2 has come to Ann
        desk.do(lambda w, peer=peer: w.mark_read_by_member(ROOM, peer, 2))
    desk.do(lambda w: w.acknowledge(ANN, lane_id(1), [2]))
    (change,) = desk.do(lambda w: lodge.save(w, ANN)).changes
    assert (change.message_id, change.state) == (an_id(2).hex(), MessageState.DELIVERED)
    assert [one for _, one in states(desk)] == [Receipts(2, 2, 2), Receipts(1, 1, 0)]
    (elsewhere,) = desk.do(lambda w: lodge.shown(w, OTHER_ROOM))
    assert elsewhere.receipts == Receipts(2, 0, 0)


def test_what_went_out_to_nobody_yet_waits_for_those_who_are_left(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.say(w, 1))
    (change,) = desk.do(lambda w: lodge.save(w, BEN)).changes
    assert (change.state, change.receipts) == (MessageState.QUEUED, Receipts(1, 0, 0))


def test_what_came_to_nobody_who_is_left_was_delivered_and_not_read(desk: Desk) -> None:
    desk.meet()
    desk.do(lambda w: lodge.save(w, ANN))
    desk.do(lambda w: lodge.say(w, 1))
    (change,) = desk.do(lodge.save).changes
    assert (change.state, change.receipts) == (MessageState.DELIVERED, Receipts(0, 0, 0))


def test_receipts_are_told_the_furthest_first(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.meet(3, "Abe")
    desk.do(lambda w: lodge.save(w, ANN, BEN, peer_id(3)))
    desk.do(lambda w: (lodge.say(w, 1), lodge.say(w, 2)))
    desk.do(lambda w: w.acknowledge(BEN, lane_id(2), [1]))
    told = desk.do(lambda w: w.receipts(an_id(1)))
    assert [(one.peer_id, one.state) for one in told] == [
        (peer_text(BEN), MessageState.DELIVERED),
        (peer_text(peer_id(3)), MessageState.QUEUED),
        (peer_text(ANN), MessageState.QUEUED),
    ], "by name where they are as far"
