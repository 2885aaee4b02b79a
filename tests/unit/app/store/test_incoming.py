"""What peers send: each number once, each message once, nothing claimed that is not here."""

import random

import pytest

from app.model import MessageKind, MessageState
from app.store.types import TIME_END_MS, IncomingItem, IncomingMessage, IncomingOffer
from net.protocol.limits import WINDOW_RECORDS
from tests.unit.app.store.desk import LANE, Desk, an_id, an_offer, item, offer_item, texts

OTHER_LANE = b"new lane"


def test_a_message_is_taken_once_by_number_and_once_by_id(desk: Desk) -> None:
    ann = desk.meet()
    first = desk.receive(ann, item(1), item(2))
    assert texts(first.messages) == ["text 1", "text 2"]
    again = desk.receive(ann, item(1), item(2), item(3, "other words", number=2))
    assert again.messages == ()
    assert again.lane.next_seq == 4  # number 3 is taken, its message is number 2's
    assert texts(desk.chat(ann)) == ["text 1", "text 2"]


def test_g11_what_was_committed_before_a_crash_is_known_after_it(desk: Desk) -> None:
    ann = desk.meet()
    before = desk.receive(ann, item(1), item(3))
    desk.store.stop()
    with Desk(desk.path) as restarted:
        assert restarted.do(lambda w: w.inbound(ann)) == before.lane
        assert restarted.receive(ann, item(1), item(3)).messages == ()
        assert texts(restarted.do(lambda w: w.unannounced())) == ["text 1", "text 3"]
        restarted.do(lambda w: w.mark_announced([an_id(2**64 + 1)]))
        assert texts(restarted.do(lambda w: w.unannounced())) == ["text 3"]


def test_what_comes_after_the_start_is_not_what_was_left_before_it(desk: Desk) -> None:
    ann = desk.meet()
    assert desk.do(lambda w: w.last_arrival()) == 0
    desk.receive(ann, item(1), item(2))
    last = desk.do(lambda w: w.last_arrival())
    desk.receive(ann, item(3))
    assert texts(desk.do(lambda w: w.unannounced(last))) == ["text 1", "text 2"]
    assert texts(desk.do(lambda w: w.unannounced(last, 1))) == ["text 1"]


def test_what_is_out_of_order_is_remembered_bit_by_bit(desk: Desk) -> None:
    ann = desk.meet()
    lane = desk.receive(ann, item(3), item(5), item(1024)).lane
    assert (lane.lane_id, lane.next_seq, lane.beyond) == (LANE, 1, {3, 5, 1024})
    lane = desk.receive(ann, item(1), item(2)).lane
    assert (lane.next_seq, lane.beyond) == (4, {5, 1024})
    assert desk.do(lambda w: w.inbound(ann)) == lane
    assert texts(desk.chat(ann)) == ["text 1", "text 2", "text 3", "text 5", "text 1024"]


def test_a_number_beyond_the_window_is_not_claimed(desk: Desk) -> None:
    ann = desk.meet()
    received = desk.receive(
        ann, item(WINDOW_RECORDS), item(WINDOW_RECORDS + 1), item(2**62 - 1, order=0)
    )
    assert texts(received.messages) == [f"text {WINDOW_RECORDS}"]
    assert (received.lane.next_seq, received.lane.beyond) == (1, {WINDOW_RECORDS})


def test_records_without_a_row_take_their_number(desk: Desk) -> None:
    ann = desk.meet()
    received = desk.receive(ann, IncomingItem(1), item(2), IncomingItem(3))
    assert (texts(received.messages), received.lane.next_seq) == (["text 2"], 4)


def test_all_below_low_counts_as_received(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(5))
    lane = desk.receive(ann, low=5).lane
    assert (lane.next_seq, lane.beyond) == (6, frozenset())
    lane = desk.receive(ann, item(8), low=4).lane  # an older low changes nothing
    assert (lane.next_seq, lane.beyond) == (6, {8})
    assert desk.receive(ann, low=2**62 - 1).lane.next_seq == 2**62 - 1


def test_a_new_lane_replaces_the_old_one_from_low_on(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1), item(2), item(9))
    received = desk.do(
        lambda w: w.receive(ann, OTHER_LANE, 4, [item(4, "again", number=2), item(5, "new")])
    )
    assert texts(received.messages) == ["new"]
    lane = received.lane
    assert (lane.lane_id, lane.next_seq, lane.beyond) == (OTHER_LANE, 6, frozenset())
    assert desk.do(lambda w: w.inbound(ann)) == lane
    assert texts(desk.chat(ann)) == ["text 1", "text 2", "new", "text 9"]


def test_a_lane_begins_with_one_whatever_is_said(desk: Desk) -> None:
    ann = desk.meet()
    assert desk.receive(ann, low=0).lane.next_seq == 1
    assert desk.receive(ann, item(1)).lane.next_seq == 2


def test_e01_an_id_of_ours_sent_back_adds_nothing(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 2**64 + 1, "mine")
    received = desk.receive(ann, item(1, "not mine"))
    assert (received.messages, received.lane.next_seq) == ((), 2)
    assert texts(desk.chat(ann)) == ["mine"]


def test_b12_two_people_may_use_one_message_id_but_not_one_transfer(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    desk.receive(ann, item(1), offer_item(2, an_offer(7, "a.txt")))
    received = desk.receive(bob, item(1), offer_item(2, an_offer(7, "b.txt")))
    assert texts(received.messages) == ["text 1"]
    assert received.lane.next_seq == 3
    stored = desk.do(lambda w: w.transfer(an_id(7)))
    assert stored is not None
    assert (stored.peer_id, stored.transfer.names) == (ann, ("a.txt",))


def test_an_offer_arrives_with_its_row(desk: Desk) -> None:
    ann = desk.meet()
    offer = IncomingOffer(an_id(7), b"h" * 32, 2, 1, 1234, ("a.txt", "报告"))
    (message,) = desk.receive(ann, offer_item(1, offer)).messages
    assert message.kind is MessageKind.FILES
    assert message.transfer is not None
    assert (message.transfer.names, message.transfer.folders) == (("a.txt", "报告"), 1)
    assert desk.chat(ann) == [message]


def test_who_is_not_accepted_asks(desk: Desk) -> None:
    ann = desk.meet()
    assert desk.receive(ann, item(1)).messages[0].is_request
    desk.do(lambda w: w.set_trust(ann, accepted=True))
    assert not desk.receive(ann, item(2)).messages[0].is_request
    assert not any(message.is_request for message in desk.chat(ann))


def test_a14_nul_is_stripped_and_the_rest_is_kept(desk: Desk) -> None:
    ann = desk.meet()
    received = desk.receive(ann, item(1, "a\0b\n\u202e<b>'--\ufffd"))
    assert texts(received.messages) == ["ab\n\u202e<b>'--\ufffd"]
    assert desk.chat(ann) == list(received.messages)


@pytest.mark.parametrize("bad", [-1, 2**62, 2**63, 10**5000], ids=["-1", "2^62", "2^63", "long"])
def test_a10_numbers_out_of_range_are_refused_at_the_border(bad: int) -> None:
    for order, time_ms in ((bad, 0), (0, bad)):
        with pytest.raises(ValueError, match="out of range"):
            IncomingMessage(an_id(1), MessageKind.TEXT, "x", order, time_ms)
    for files, folders, size in ((bad, 0, 0), (0, bad, 0), (0, 0, bad)):
        with pytest.raises(ValueError, match="out of range"):
            IncomingOffer(an_id(1), bytes(32), files, folders, size, ())
    with pytest.raises(ValueError, match="out of range"):
        IncomingItem(bad)


def test_a16_ids_of_a_wrong_length_are_refused_at_the_border() -> None:
    with pytest.raises(ValueError, match="15 bytes"):
        IncomingMessage(bytes(15), MessageKind.TEXT, "x", 0, 0)
    with pytest.raises(ValueError, match="17 bytes"):
        IncomingOffer(bytes(17), bytes(32), 0, 0, 0, ())
    with pytest.raises(ValueError, match="31 bytes"):
        IncomingOffer(bytes(16), bytes(31), 0, 0, 0, ())
    with pytest.raises(ValueError, match="start at 1"):
        IncomingItem(0)
    with pytest.raises(ValueError, match="row of files"):
        IncomingMessage(bytes(16), MessageKind.FILES, "", 0, 0)


def test_a10_largest_numbers_that_pass_are_stored_whole(desk: Desk) -> None:
    ann = desk.meet()
    end = 2**62 - 1
    offer = IncomingOffer(an_id(7), bytes(32), end, end, end, ())
    message = IncomingMessage(an_id(1), MessageKind.FILES, "", end, end, offer)
    (shown,) = desk.receive(ann, IncomingItem(1, message)).messages
    assert shown.transfer is not None
    assert (shown.transfer.size_bytes, shown.time_ms) == (end, TIME_END_MS - 1)
    assert desk.chat(ann) == [shown]


def test_reading_is_told_once_and_never_past_a_gap(desk: Desk) -> None:
    ann = desk.meet()
    assert desk.do(lambda w: w.mark_read(ann)) is None
    desk.receive(ann, item(1), item(2), item(4))
    mark = desk.do(lambda w: w.mark_read(ann))
    assert mark is not None
    assert (mark.lane_id, mark.up_to_seq) == (LANE, 2)
    assert desk.do(lambda w: w.mark_read(ann)) is None
    assert {m.state for m in desk.chat(ann)} == {MessageState.READ}
    desk.receive(ann, item(3))
    mark = desk.do(lambda w: w.mark_read(ann))
    assert mark is not None
    assert mark.up_to_seq == 4


def test_records_without_a_row_are_no_reason_for_a_receipt(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1))
    desk.do(lambda w: w.mark_read(ann))
    desk.receive(ann, IncomingItem(2), IncomingItem(3))
    assert desk.do(lambda w: w.mark_read(ann)) is None


def test_unread_counts_and_the_first_unread(desk: Desk) -> None:
    ann, bob = desk.meet(1, "Ann"), desk.meet(2, "Bob")
    desk.receive(ann, item(1))
    desk.do(lambda w: w.mark_read(ann))
    _, second = desk.receive(ann, item(3), item(2)).messages
    desk.send(bob, 1)
    rows = desk.do(lambda w: w.conversations())
    assert [(row.person.name, row.unread) for row in rows] == [("Bob", 0), ("Ann", 2)]
    assert desk.do(lambda w: w.first_unread(ann)) == second.order_key
    assert desk.do(lambda w: w.first_unread(bob)) is None
    assert rows[1].last is not None
    assert rows[1].last.text == "text 3"


@pytest.mark.parametrize("seed", range(10))
def test_any_mix_of_loss_repetition_and_reordering_ends_with_each_once(
    desk: Desk, seed: int
) -> None:
    """Until every number came: then all are there, in order, and nothing twice."""
    chance = random.Random(seed)
    ann = desk.meet()
    missing = set(range(1, 151))
    shown: list[str] = []
    while missing:
        batch = chance.choices(range(1, 151), k=chance.randrange(1, 12))
        received = desk.receive(ann, *(item(seq) for seq in batch))
        shown += texts(received.messages)
        missing -= set(batch)
        assert all(s in received.lane.beyond or s < received.lane.next_seq for s in batch)
        if chance.random() < 0.1:
            number = chance.randrange(2**60)
            desk.send(ann, number, "ours")
    assert sorted(shown) == sorted(f"text {seq}" for seq in range(1, 151))
    theirs = [t for t in texts(desk.chat(ann)) if t != "ours"]
    assert theirs == [f"text {seq}" for seq in range(1, 151)]
