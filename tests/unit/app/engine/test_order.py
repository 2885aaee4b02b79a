"""The order of what waits to be fetched, and what of it a full disk has stopped."""

import pytest

from app.engine.exchange import check_state, write_outcome
from app.engine.queue import _go_on, short_of_room, waiting
from app.engine.run import Outcome
from app.engine.transfers import _move
from app.errors import ErrorCode, KnownError
from app.model import Direction, Reason, TransferState
from app.store.types import NewTransfer, StoredTransfer
from app.store.writer import Writer
from tests.unit.app.engine.test_decisions import THE_ONE, Side, a_side
from tests.unit.app.store.desk import LANE, NOW_MS, an_id, an_offer, offer_item

OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState
OURS, UNKNOWN = an_id(6), an_id(9)


def queue_up(side: Side) -> Writer:
    """1, 2 and 3 were accepted in this order; 7 is only offered, and 6, of ours, was accepted."""
    w = side.w
    offers = [offer_item(1 + number, an_offer(number, "a")) for number in (3, 1, 2)]
    w.receive(side.other.peer, LANE, 1, offers)
    for number in (1, 2, 3):
        key = w.next_queue_key()
        state = (WAITING, RUNNING, PAUSED)[number - 1]
        w.update_transfer(an_id(number), state=state, queue_key=key)
    w.add_transfer(side.other.peer, NewTransfer(OURS, bytes(32), 1, 0, 1234, ("a",), NOW_MS))
    w.update_transfer(OURS, state=WAITING)
    return w


def get(w: Writer, transfer_id: bytes) -> StoredTransfer:
    stored = w.transfer(transfer_id)
    assert stored is not None
    return stored


def order(w: Writer) -> list[int]:
    incoming = [s for s in w.under_way() if s.direction is Direction.IN and s.state is not OFFERED]
    incoming.sort(key=lambda stored: stored.transfer.queue_key)
    return [stored.transfer_id[-1] for stored in incoming]


@pytest.mark.parametrize(
    ("moved", "before", "then", "changed"),
    [
        (3, 1, [3, 1, 2], {1, 2, 3}),
        (1, None, [2, 3, 1], {1, 2, 3}),
        (1, 3, [2, 1, 3], {1, 2}),
        (2, 2, [1, 2, 3], set()),
        (3, None, [1, 2, 3], set()),
    ],
)
def test_what_is_moved_stands_before_the_other_or_last(
    moved: int, before: int | None, then: list[int], changed: set[int]
) -> None:
    with a_side(Direction.IN) as side:
        w = queue_up(side)
        other = get(w, an_id(before)) if before else None
        told = _move(w, get(w, an_id(moved)), other)
        assert order(w) == then
        assert {bytes.fromhex(transfer.transfer_id)[-1] for transfer in told} == changed


@pytest.mark.parametrize(
    ("moved", "before"), [(THE_ONE, an_id(1)), (OURS, an_id(1)), (an_id(1), THE_ONE)]
)
def test_what_is_not_in_the_queue_has_no_place_in_it(moved: bytes, before: bytes) -> None:
    with a_side(Direction.IN) as side:
        w = queue_up(side)
        with pytest.raises(KnownError) as refused:
            _move(w, get(w, moved), get(w, before))
        assert refused.value.code is ErrorCode.WRONG_STATE
        assert order(w) == [1, 2, 3]


def test_what_waits_is_told_in_its_order_and_apart_from_ours() -> None:
    with a_side(Direction.IN) as side:
        w = queue_up(side)
        for number in (2, 3):
            w.update_transfer(an_id(number), state=WAITING)
        _move(w, get(w, an_id(3)), get(w, an_id(1)))
        incoming, ours = waiting(w)
        assert [stored.transfer_id[-1] for stored in incoming] == [3, 1, 2]
        assert [stored.transfer_id for stored in ours] == [OURS]


def test_what_a_full_disk_stopped_goes_on_unless_something_was_said_meanwhile() -> None:
    with a_side(Direction.IN) as side:
        w = queue_up(side)
        for number in (1, 2, 6):
            w.update_transfer(an_id(number), state=PAUSED, reason=Reason.NO_SPACE)
        full = [stored.transfer_id for stored in short_of_room(w)]
        assert sorted(full) == [an_id(1), an_id(2)]
        w.update_transfer(an_id(2), state=PAUSED, reason=Reason.BY_USER)
        gone_on = _go_on(w, [*full, UNKNOWN])
        assert [bytes.fromhex(transfer.transfer_id) for transfer in gone_on] == [an_id(1)]
        assert get(w, an_id(1)).state is WAITING
        assert get(w, an_id(2)).state is PAUSED


def test_what_is_gone_is_said_to_be() -> None:
    with a_side(Direction.IN) as side:
        with pytest.raises(KnownError) as ended:
            write_outcome(side.w, UNKNOWN, Outcome(), now_ms=NOW_MS, make_lane=lambda: LANE)
        with pytest.raises(KnownError) as looked:
            check_state(side.w.transfer(UNKNOWN), (WAITING,))
        assert ended.value.code is looked.value.code is ErrorCode.NO_SUCH_TRANSFER
