"""Our lanes and the ladder: queued, sent, delivered, read; or failed."""

import apsw
import pytest

from app.errors import BugError, ErrorCode, KnownError
from app.events import StateChange
from app.model import MessageKind, MessageState
from app.store.types import NewTransfer
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, item, peer_id, texts

OUR_LANE = (1).to_bytes(8, "big")
VOID = b"void"


def _states(desk: Desk) -> list[MessageState]:
    return [message.state for message in desk.chat(peer_id(1))]


def _reached(changes: list[StateChange]) -> list[tuple[str, MessageState]]:
    return [(change.message_id[-2:], change.state) for change in changes]


def test_a_lane_keeps_its_id_and_counts_from_one(desk: Desk) -> None:
    ann = desk.meet()
    lane = desk.do(lambda w: w.lane_for(ann, lambda: b"unused!!"))
    assert (lane.lane_id, lane.next_seq, lane.low_seq) == (OUR_LANE, 1, 1)
    assert [desk.send(ann, n).seq for n in (1, 2, 3)] == [1, 2, 3]
    desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1, 3]))
    lane = desk.do(lambda w: w.lane_for(ann, lambda: b"unused!!"))
    assert (lane.next_seq, lane.low_seq) == (4, 2)
    assert desk.do(lambda w: w.given_numbers()) == {ann: 4}


def test_lanes_of_two_people_are_apart(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    assert (desk.send(ann, 1).seq, desk.send(bob, 2).seq) == (1, 1)
    desk.do(lambda w: w.acknowledge(bob, OUR_LANE, [1]))  # Ann's lane, out of Bob's mouth
    assert [m.state for m in desk.chat(bob)] == [MessageState.QUEUED]
    assert _states(desk) == [MessageState.QUEUED]


def test_a_message_without_a_lane_is_a_bug(desk: Desk) -> None:
    peer = peer_id(5)
    desk.do(
        lambda w: w.save_person(peer, bytes(32), name="E", device="", app_version="", now_ms=NOW_MS)
    )
    with pytest.raises(BugError):
        desk.send(peer, 1)


def test_record_is_made_from_the_order_key_and_waits_in_the_outbox(desk: Desk) -> None:
    ann = desk.meet()
    queued = desk.send(ann, 1, "hello")
    assert queued.message is not None
    assert queued.record == b"record %d" % queued.message.order_key
    plain = desk.do(lambda w: w.add_record(ann, b"a receipt"))
    pending = desk.do(lambda w: w.pending(ann, 0, 10))
    assert [(p.seq, p.record, p.message_id) for p in pending] == [
        (1, queued.record, an_id(1)),
        (2, b"a receipt", None),
    ]
    assert plain.message is None
    assert desk.do(lambda w: w.pending(ann, 1, 10)) == pending[1:]
    assert desk.do(lambda w: w.pending(ann, 0, 1)) == pending[:1]
    assert desk.do(lambda w: (w.queued_count(), w.peers_waited_for())) == (1, [ann])


def test_only_who_has_a_record_in_the_outbox_is_waited_for(desk: Desk) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    desk.receive(ann, item(1))
    desk.send(ben, 1)
    assert desk.do(lambda w: w.peers_waited_for()) == [ben]
    assert desk.do(lambda w: w.given_numbers()) == {ann: 1, ben: 2}
    desk.do(lambda w: w.acknowledge(ben, (2).to_bytes(8, "big"), [1]))
    assert desk.do(lambda w: w.peers_waited_for()) == []


def test_a_record_that_cannot_be_encoded_leaves_no_row(desk: Desk) -> None:
    ann = desk.meet()

    def refuse(_order: int) -> bytes:
        raise ValueError("too long")

    with pytest.raises(ValueError, match="too long"):
        desk.do(
            lambda w: w.add_message(
                ann, an_id(1), kind=MessageKind.TEXT, text="x", time_ms=NOW_MS, encode=refuse
            )
        )
    assert desk.chat(ann) == []
    assert desk.send(ann, 2).seq == 1


def test_the_ladder_is_climbed_step_by_step(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1)
    assert _reached(desk.do(lambda w: w.mark_sent(ann, [1]))) == [("01", MessageState.SENT)]
    acknowledged = desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1]))
    assert _reached(acknowledged) == [("01", MessageState.DELIVERED)]
    read = desk.do(lambda w: w.mark_read_by_peer(ann, OUR_LANE, 1))
    assert _reached(read) == [("01", MessageState.READ)]
    assert desk.do(lambda w: w.pending(ann, 0, 10)) == []


def test_a_state_never_goes_back_whatever_comes_late_or_twice(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2):
        desk.send(ann, number)
    desk.do(lambda w: w.mark_read_by_peer(ann, OUR_LANE, 1))
    desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [2]))
    for _ in range(2):
        assert desk.do(lambda w: w.mark_sent(ann, [1, 2])) == []
        assert desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1, 2])) == []
        assert desk.do(lambda w: w.mark_read_by_peer(ann, OUR_LANE, 1)) == []
    assert _states(desk) == [MessageState.READ, MessageState.DELIVERED]


@pytest.mark.parametrize(("was", "then"), [(3, 2), (2, 0), (1, 0), (4, 2), (2, 4), (3, 4), (0, 5)])
def test_the_schema_itself_refuses_to_go_back(desk: Desk, was: int, then: int) -> None:
    desk.send(desk.meet(), 1)
    desk.do(lambda w: w._run("UPDATE message SET state = ?", (was,)))
    with pytest.raises(BugError, match=r"never goes back|CHECK"):
        desk.do(lambda w: w._run("UPDATE message SET state = ?", (then,)))


def test_read_is_told_before_delivered_was(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2, 3):
        desk.send(ann, number)
    changes = desk.do(lambda w: w.mark_read_by_peer(ann, OUR_LANE, 2))
    assert _reached(changes) == [("01", MessageState.READ), ("02", MessageState.READ)]
    assert [p.seq for p in desk.do(lambda w: w.pending(ann, 0, 10))] == [3]


@pytest.mark.parametrize("seq", [0, 4, 2**62, 2**63 - 1])
def test_d18_e17_acknowledging_what_was_never_given_is_nothing(desk: Desk, seq: int) -> None:
    ann = desk.meet()
    desk.send(ann, 1)
    assert desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [seq])) == []
    assert desk.do(lambda w: w.acknowledge(ann, b"old lane", [1])) == []
    assert desk.do(lambda w: w.mark_read_by_peer(ann, b"old lane", 1)) == []
    assert _states(desk) == [MessageState.QUEUED]


def test_a_message_taken_back_leaves_no_hole_in_the_lane(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2, 3):
        desk.send(ann, number)
    desk.do(lambda w: w.mark_sent(ann, [1, 2]))
    taken = desk.do(lambda w: w.cancel_message(an_id(2), VOID))
    assert (taken.peer_id, taken.seq, taken.record) == (ann, 2, VOID)
    assert _reached([taken.change]) == [("02", MessageState.FAILED)]
    pending = desk.do(lambda w: w.pending(ann, 0, 10))
    assert [(p.seq, p.record == VOID, p.message_id is None) for p in pending] == [
        (1, False, False),
        (2, True, True),
        (3, False, False),
    ]
    assert desk.do(lambda w: w.queued_count()) == 2
    assert _reached(desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1, 2, 3]))) == [
        ("01", MessageState.DELIVERED),
        ("03", MessageState.DELIVERED),
    ]
    assert desk.do(lambda w: w.mark_read_by_peer(ann, OUR_LANE, 3))
    assert _states(desk) == [MessageState.READ, MessageState.FAILED, MessageState.READ]


def test_what_is_delivered_or_not_ours_cannot_be_taken_back(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1)
    desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1]))
    for identifier, code in ((1, ErrorCode.WRONG_STATE), (7, ErrorCode.NO_SUCH_MESSAGE)):
        with pytest.raises(KnownError) as raised:
            desk.do(lambda w, i=identifier: w.cancel_message(an_id(i), VOID))
        assert raised.value.code is code


def test_e15_renewed_lane_takes_what_waits_along_in_order(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2, 3):
        desk.send(ann, number, f"text {number}")
    desk.do(lambda w: w.add_record(ann, b"a receipt"))
    desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1]))
    lane = desk.do(lambda w: w.renew_lane(ann, lambda: b"new lane"))
    assert (lane.lane_id, lane.next_seq, lane.low_seq) == (b"new lane", 4, 1)
    pending = desk.do(lambda w: w.pending(ann, 0, 10))
    assert [(p.seq, p.message_id) for p in pending] == [(1, an_id(2)), (2, an_id(3)), (3, None)]
    assert desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [2])) == []
    changes = desk.do(lambda w: w.acknowledge(ann, b"new lane", [1, 2, 3]))
    assert _reached(changes) == [("02", MessageState.DELIVERED), ("03", MessageState.DELIVERED)]
    assert texts(desk.chat(ann)) == ["text 1", "text 2", "text 3"]


def test_a_transfer_of_ours_shows_in_its_message(desk: Desk) -> None:
    ann = desk.meet()
    new = NewTransfer(an_id(50), bytes(32), 2, 1, 999, ("a.txt", "b"), NOW_MS, ("/home/me/a.txt",))
    desk.do(lambda w: w.add_transfer(ann, new))
    queued = desk.do(
        lambda w: w.add_message(
            ann,
            an_id(1),
            kind=MessageKind.FILES,
            text="",
            time_ms=NOW_MS,
            encode=lambda _key: b"offer",
            transfer_id=an_id(50),
        )
    )
    (message,) = desk.chat(ann)
    assert message == queued.message
    assert message.transfer is not None
    assert message.transfer.names == ("a.txt", "b")
    with pytest.raises(KnownError):
        desk.do(
            lambda w: w.add_message(
                ann,
                an_id(2),
                kind=MessageKind.FILES,
                text="",
                time_ms=NOW_MS,
                encode=lambda _key: b"",
                transfer_id=an_id(51),
            )
        )


def test_a_deleted_row_leaves_the_search(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "forget me")
    desk.do(lambda w: w.acknowledge(ann, OUR_LANE, [1]))
    desk.do(lambda w: w._run("DELETE FROM message"))
    with apsw.Connection(str(desk.path)) as found:
        query = "SELECT count(*) FROM message_search WHERE message_search MATCH 'forget'"
        assert found.execute(query).get == 0
    found.close()
