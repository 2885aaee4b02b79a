"""What happens to one person's records happens to nobody else's, nor to what stands elsewhere."""

from collections.abc import Callable

import pytest

from app.errors import ErrorCode, KnownError
from app.model import MessageKind, MessageState, Receipts
from app.store.rows import room_text
from app.store.types import NewTransfer, Queued
from app.store.writer import Writer
from net.protocol.identity import PeerId
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, item, peer_id, send
from tests.unit.app.store.lodge import ROOM

ANN, BEN, CAT = peer_id(1), peer_id(2), peer_id(3)
VOID = b"void"
QUEUED, SENT, DELIVERED, READ, FAILED = MessageState


def lane_id(number: int) -> bytes:
    return number.to_bytes(8, "big")


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Two texts of ours to each of three people, and one of theirs."""
    for number, name in ((1, "Ann"), (2, "Ben"), (3, "Cat")):
        peer = desk.meet(number, name)
        desk.do(lambda w, p=peer, n=number: (send(w, p, 10 * n), send(w, p, 10 * n + 1)))  # type: ignore[misc]
        desk.do(lambda w, p=peer, n=number: w.receive(p, lane_id(50 + n), 1, [item(1)]))  # type: ignore[misc]
    return desk


CHANGES: dict[str, Callable[[Writer], object]] = {
    "sent": lambda w: w.mark_sent(BEN, [1]),
    "acknowledged": lambda w: w.acknowledge(BEN, lane_id(2), [1]),
    "read": lambda w: w.mark_read_by_peer(BEN, lane_id(2), 1),
    "taken back": lambda w: w.cancel_message(an_id(20), VOID),
    "renewed": lambda w: w.renew_lane(BEN, lambda: b"new lane"),
    "given": lambda w: w.add_record(BEN, b"record"),
}


def how_it_stands(desk: Desk, peer: PeerId) -> object:
    lane = desk.do(lambda w: w.lane_for(peer, lambda: b""))
    return desk.chat(peer), desk.do(lambda w: w.pending(peer, 0, 9)), lane


@pytest.mark.parametrize("change", CHANGES)
def test_of_three_people_only_the_one_who_is_meant_has_a_change(three: Desk, change: str) -> None:
    before = {peer: how_it_stands(three, peer) for peer in (ANN, BEN, CAT)}
    three.do(CHANGES[change])
    assert how_it_stands(three, BEN) != before[BEN]
    for peer in (ANN, CAT):
        assert how_it_stands(three, peer) == before[peer]


def states(desk: Desk, peer: PeerId) -> list[MessageState]:
    """Of ours."""
    return [one.state for one in desk.chat(peer) if one.text == "hello"]


@pytest.mark.parametrize(
    ("change", "now"),
    [("sent", SENT), ("acknowledged", DELIVERED), ("read", READ), ("taken back", FAILED)],
)
def test_of_two_texts_only_the_one_that_is_meant_has_another_state(
    three: Desk, change: str, now: MessageState
) -> None:
    three.do(CHANGES[change])
    assert states(three, BEN) == [now, QUEUED]
    assert [one.state for one in three.chat(BEN) if one.text != "hello"] == [DELIVERED]


def test_a_lane_begins_with_the_first_that_waits(three: Desk) -> None:
    def lane() -> tuple[int, int]:
        found = three.do(lambda w: w.lane_for(BEN, lambda: b""))
        return found.low_seq, found.next_seq

    assert lane() == (1, 3)
    three.do(lambda w: w.acknowledge(BEN, lane_id(2), [1]))
    assert lane() == (2, 3)
    three.do(lambda w: w.acknowledge(BEN, lane_id(2), [2]))
    assert lane() == (3, 3)


def test_only_what_waits_and_has_lost_its_record_fails(three: Desk) -> None:
    three.do(lambda w: lodge.save(w, ANN, BEN))
    three.do(lambda w: lodge.say(w, 1))
    three.do(lambda w: w.acknowledge(ANN, lane_id(1), [1]))
    three.do(lambda w: w.mark_sent(CAT, [1]))
    three.do(lambda w: w.fail_what_has_no_record())
    assert [states(three, peer) for peer in (ANN, BEN, CAT)] == [
        [DELIVERED, QUEUED],
        [QUEUED, QUEUED],
        [SENT, QUEUED],
    ]
    three.do(lambda w: w._run("DELETE FROM outbox WHERE lane_row <> 1 OR seq > 2"))
    three.do(lambda w: w.add_record(ANN, b"without a message"))
    three.do(lambda w: w.fail_what_has_no_record())
    assert [states(three, peer) for peer in (ANN, BEN)] == [[DELIVERED, QUEUED], [FAILED, FAILED]]
    assert states(three, CAT) == [FAILED, FAILED]
    assert [one.state for one in three.do(lodge.shown)] == [QUEUED]
    assert all(one.state is DELIVERED for one in three.chat(ANN) if one.text == "text 1")


def test_what_they_said_is_not_taken_back_by_us(three: Desk) -> None:
    with pytest.raises(KnownError) as fault:
        three.do(lambda w: w.cancel_message(an_id(2**64 + 1), VOID))
    assert fault.value.code is ErrorCode.NO_SUCH_MESSAGE


def test_nothing_is_given_to_who_is_not_known(three: Desk) -> None:
    with pytest.raises(KnownError) as fault:
        three.do(lambda w: w.add_record(peer_id(50), b"record"))
    assert fault.value.code is ErrorCode.UNKNOWN_PERSON


# --- With a room -------------------------------------------------------------
def test_posts_move_to_a_new_lane_with_the_receipt_of_its_member_alone(three: Desk) -> None:
    three.do(lambda w: lodge.save(w, ANN, BEN))
    three.do(lambda w: (lodge.say(w, 1), send(w, BEN, 22)))
    three.do(lambda w: w.acknowledge(BEN, lane_id(2), [1, 2]))
    three.do(lambda w: w.renew_lane(BEN, lambda: b"new lane"))
    assert [one.seq for one in three.do(lambda w: w.pending(BEN, 0, 9))] == [1, 2]
    (change,) = three.do(lambda w: w.acknowledge(BEN, b"new lane", [1]))
    assert (change.message_id, change.receipts) == (an_id(1).hex(), Receipts(2, 1, 0))
    (change,) = three.do(lambda w: w.acknowledge(ANN, lane_id(1), [3]))
    assert change.receipts == Receipts(2, 2, 0)
    (change,) = three.do(lambda w: w.acknowledge(BEN, b"new lane", [2]))
    assert change.message_id == an_id(22).hex()
    assert len(three.do(lambda w: w.mark_read_by_member(ROOM, BEN, 2))) == 1, "its number is kept"


def test_an_offer_shown_in_a_room_is_delivered_and_not_read_with_the_chat(three: Desk) -> None:
    three.do(lambda w: lodge.save(w, BEN))
    new = NewTransfer(an_id(50), bytes(32), 1, 0, 9, ("a.txt",), NOW_MS)

    def offer(w: Writer) -> Queued:
        w.add_transfer(BEN, new)
        return w.add_message(
            BEN,
            an_id(51),
            kind=MessageKind.FILES,
            text="",
            time_ms=NOW_MS,
            encode=lambda _key: b"offer",
            transfer_id=an_id(50),
            room_id=ROOM,
        )

    given = three.do(offer)
    assert three.do(lodge.shown) == [given.message]
    sent = three.do(lambda w: w.mark_sent(BEN, [3]))
    changes = three.do(lambda w: w.mark_read_by_peer(BEN, lane_id(2), 3))
    told = [(one.message_id, one.state, one.room_id) for one in (*sent, *changes)]
    room = room_text(ROOM)
    assert told == [
        (an_id(51).hex(), SENT, room),
        (an_id(20).hex(), READ, None),
        (an_id(21).hex(), READ, None),
        (an_id(51).hex(), DELIVERED, room),
    ]
    assert [one.state for one in three.do(lodge.shown)] == [DELIVERED]
    assert three.do(lambda w: w.mark_read_by_peer(BEN, lane_id(2), 3)) == []


def test_reading_the_chat_delivers_the_posts_before_it(three: Desk) -> None:
    three.do(lambda w: lodge.save(w, ANN, BEN))
    three.do(lambda w: (lodge.say(w, 1), send(w, BEN, 22), lodge.say(w, 2)))
    changes = three.do(lambda w: w.mark_read_by_peer(BEN, lane_id(2), 4))
    assert [(one.message_id, one.state) for one in changes] == [
        (an_id(20).hex(), READ),
        (an_id(21).hex(), READ),
        (an_id(22).hex(), READ),
        (an_id(1).hex(), SENT),
    ]
    assert [one.receipts for one in three.do(lodge.shown)] == [
        Receipts(2, 1, 0),
        Receipts(2, 0, 0),
    ]


def test_a_text_in_a_room_is_not_taken_back_alone(three: Desk) -> None:
    three.do(lambda w: lodge.save(w, BEN))
    three.do(lambda w: lodge.say(w, 1))
    with pytest.raises(KnownError) as fault:
        three.do(lambda w: w.cancel_message(an_id(1), VOID))
    assert fault.value.code is ErrorCode.NO_SUCH_MESSAGE
