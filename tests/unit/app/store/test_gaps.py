"""E-19: where something is missing in a chat, as the disk knows it."""

from hypothesis import given
from hypothesis import strategies as st

from app.model import Gap
from app.store.gaps import GAPS_MAX
from app.store.types import IncomingItem
from app.store.window import Window, first_behind_gap
from net.protocol.identity import PeerId
from net.protocol.limits import WINDOW_RECORDS
from net.protocol.rooms import RoomId
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, an_offer, in_room, item, offer_item, texts


@given(st.integers(1, 2**61), st.sets(st.integers(1, 300)), st.integers(-5, 310))
def test_e19_what_stands_right_behind_a_missing_number_is_found(
    next_seq: int, offsets: set[int], low: int
) -> None:
    here = {next_seq + offset for offset in offsets}
    window = Window(next_seq)
    window.beyond = here
    behind = sorted(seq for seq in here if seq - 1 not in here and seq >= next_seq + low)
    found = first_behind_gap(next_seq, window.encode_beyond(), next_seq + low)
    assert found == (behind[0] if behind else None)


def before(desk: Desk, peer: PeerId) -> list[str]:
    """The texts before which something is missing."""
    by_id = {message.message_id: message.text for message in desk.chat(peer)}
    return [by_id[gap.message_id] for gap in desk.do(lambda w: w.gaps(peer))]


def test_e19_a_stretch_of_missing_numbers_is_one_gap_until_all_of_it_has_come(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(5), item(6), item(9))
    assert before(desk, ann) == ["text 5", "text 9"]
    desk.receive(ann, item(3), item(2))
    assert before(desk, ann) == ["text 5", "text 9"]
    desk.receive(ann, item(4))
    assert before(desk, ann) == ["text 9"]
    desk.receive(ann, item(8), item(7))
    assert desk.do(lambda w: w.gaps(ann)) == ()
    assert texts(desk.chat(ann)) == [f"text {number}" for number in range(1, 10)]


def test_e19_a_gap_says_before_which_message_whose_and_where(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2, 3):
        desk.send(ann, number)
    (message,) = desk.receive(ann, item(2)).messages
    gap = Gap(message.message_id, message.peer_id, message.order_key)
    assert desk.do(lambda w: w.gaps(ann)) == (gap,)
    assert desk.do(lambda w: w.gapped_chats()) == ([ann], [])


def test_e19_a_number_that_is_no_message_fills_its_gap_and_makes_none(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), IncomingItem(3))
    assert desk.do(lambda w: w.gaps(ann)) == ()
    desk.receive(ann, item(4))
    assert before(desk, ann) == ["text 4"]
    desk.receive(ann, IncomingItem(2))
    assert before(desk, ann) == []


def test_e19_what_is_left_out_for_ever_makes_few_gaps(desk: Desk) -> None:
    """Nor does anything more come in than the window is wide."""
    ann = desk.meet()
    for seq in range(2, 2 * WINDOW_RECORDS, 2):
        desk.receive(ann, item(seq))
    assert len(desk.chat(ann)) == WINDOW_RECORDS // 2
    assert before(desk, ann) == [f"text {2 * number}" for number in range(1, GAPS_MAX + 1)]
    desk.receive(ann, item(1))
    assert before(desk, ann) == [f"text {2 * number}" for number in range(2, GAPS_MAX + 2)]


def test_e19_two_gaps_with_nothing_shown_between_them_are_one(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), IncomingItem(3), item(5))
    assert before(desk, ann) == ["text 5"]


def test_e19_what_the_sender_is_done_with_is_not_missing(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(5))
    desk.receive(ann, low=5)
    assert before(desk, ann) == []


def test_e19_of_a_lane_that_is_over_nothing_is_missing(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(5))
    desk.do(lambda w: w.receive(ann, b"new lane", 1, [item(1, "after", number=99)]))
    assert before(desk, ann) == []
    assert desk.do(lambda w: w.gapped_chats()) == ([], [])


def test_e19_nothing_is_expected_from_who_is_blocked(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(3))
    desk.do(lambda w: w.set_trust(ann, blocked=True))
    assert before(desk, ann) == []
    desk.do(lambda w: w.set_trust(ann, blocked=False))
    assert before(desk, ann) == ["text 3"]


def test_e19_gaps_are_those_of_one_chat(desk: Desk) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    desk.receive(ann, item(2))
    desk.do(lambda w: w.receive(ben, b"bens-own", 1, [item(1, "whole", number=7)]))
    assert desk.do(lambda w: w.gaps(ben)) == ()
    assert before(desk, ann) == ["text 2"]


def test_e19_after_a_restart_the_gap_is_there_and_fills_in_place(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(3))
    desk.send(ann, 1, "an answer")
    desk.store.stop()
    with Desk(desk.path) as again:
        assert before(again, ann) == ["text 3"]
        again.receive(ann, item(2, order=2**60))
        assert before(again, ann) == []
        assert [one for one in texts(again.chat(ann)) if one.startswith("text")] == [
            "text 1",
            "text 2",
            "text 3",
        ]


def test_e19_a_gap_is_told_in_the_chat_not_at_an_offer_that_is_shown_in_a_room(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: lodge.save(w, ann))
    offer = in_room(offer_item(3, an_offer(7, "a.txt")), lodge.ROOM)
    desk.receive(ann, item(1), offer, item(4))
    assert before(desk, ann) == ["text 4"]


# --- In a room ---------------------------------------------------------------


def before_in_room(desk: Desk, room: RoomId = lodge.ROOM) -> list[str]:
    by_id = {one.message_id: one.text for one in desk.do(lambda w: lodge.shown(w, room))}
    return [by_id[gap.message_id] for gap in desk.do(lambda w: w.gaps(room))]


def test_e19_gaps_of_a_room_are_its_authors_own_in_the_order_of_the_room(desk: Desk) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    desk.do(lambda w: lodge.save(w, ann, ben))
    desk.do(lambda w: lodge.hear(w, ann, 3, "Ann, late", message=1, order=900))
    desk.do(lambda w: lodge.hear(w, ben, 2, "Ben, early", message=2, order=100))
    desk.do(lambda w: lodge.hear(w, ann, 1, "Ann, whole", message=3, order=50))
    assert before_in_room(desk) == ["Ben, early", "Ann, late"]
    assert desk.do(lambda w: w.gapped_chats()) == ([], [lodge.ROOM])
    desk.do(lambda w: w.set_trust(ben, blocked=True))
    assert before_in_room(desk) == ["Ann, late"]


def test_e19_gaps_of_one_room_are_not_those_of_another(desk: Desk) -> None:
    ann = desk.meet()
    for room in (lodge.ROOM, lodge.OTHER_ROOM):
        desk.do(lambda w, room=room: lodge.save(w, ann, room=room))
    desk.do(lambda w: lodge.hear(w, ann, 2, "later", message=1))
    desk.do(lambda w: lodge.hear(w, ann, 1, "whole", message=2, room=lodge.OTHER_ROOM))
    assert before_in_room(desk) == ["later"]
    assert before_in_room(desk, lodge.OTHER_ROOM) == []
    assert desk.do(lambda w: w.gapped_chats()) == ([], [lodge.ROOM])
