"""Transfers: their states, and what is kept of them."""

import pytest

from app.errors import BugError, ErrorCode, KnownError
from app.model import Direction, Reason, TransferState
from app.store.types import NewTransfer
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, offer_item

OURS = NewTransfer(
    an_id(7), b"h" * 32, 3, 1, 10**12, ("photos",), NOW_MS, ("/me/photos", "/b\udcff")
)


def test_what_was_offered_comes_back_whole(desk: Desk) -> None:
    ann = desk.meet()
    transfer = desk.do(lambda w: w.add_transfer(ann, OURS))
    stored = desk.do(lambda w: w.transfer(OURS.transfer_id))
    assert stored is not None
    assert stored.transfer == transfer
    assert (stored.peer_id, stored.manifest_hash) == (ann, OURS.manifest_hash)
    assert stored.sources == OURS.sources  # also a path that is not valid UTF-8
    assert (stored.state, stored.direction) == (TransferState.OFFERED, Direction.OUT)
    assert (transfer.files, transfer.folders, transfer.size_bytes) == (3, 1, 10**12)


def test_only_what_is_given_changes_and_a_reason_belongs_to_its_state(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, offer_item(1, an_offer(7, "a.txt")))
    change = lambda **fields: desk.do(lambda w: w.update_transfer(an_id(7), **fields))  # noqa: E731
    change(state=TransferState.WAITING, into="/tmp/in")
    paused = change(state=TransferState.PAUSED, reason=Reason.NO_SPACE, done_bytes=500)
    assert (paused.state, paused.reason, paused.done_bytes) == (
        TransferState.PAUSED,
        Reason.NO_SPACE,
        500,
    )
    assert change(done_bytes=700).reason is Reason.NO_SPACE
    assert change(state=TransferState.RUNNING).reason is None
    done = change(state=TransferState.DONE, done_bytes=1234, path="/tmp/in/\udcff.txt")
    assert (done.path, done.done_bytes) == ("/tmp/in/\udcff.txt", 1234)
    stored = desk.do(lambda w: w.transfer(an_id(7)))
    assert stored is not None
    assert stored.into == "/tmp/in"


@pytest.mark.parametrize("end", [TransferState.DONE, TransferState.DECLINED])
def test_done_and_declined_are_for_good(desk: Desk, end: TransferState) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.add_transfer(ann, OURS))
    desk.do(lambda w: w.update_transfer(an_id(7), state=end))
    desk.do(lambda w: w.update_transfer(an_id(7), state=end))
    with pytest.raises(KnownError) as raised:
        desk.do(lambda w: w.update_transfer(an_id(7), state=TransferState.RUNNING))
    assert raised.value.code is ErrorCode.WRONG_STATE
    with pytest.raises(BugError, match="never changes"):
        desk.do(lambda w: w._run("UPDATE transfer SET state = 2"))


def test_no_such_transfer_is_a_known_error(desk: Desk) -> None:
    assert desk.do(lambda w: w.transfer(an_id(9))) is None
    with pytest.raises(KnownError) as raised:
        desk.do(lambda w: w.update_transfer(an_id(9), done_bytes=1))
    assert raised.value.code is ErrorCode.NO_SUCH_TRANSFER


def test_unfinished_ones_are_found_again_after_a_restart(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    for number, peer in ((1, ann), (2, bob), (3, ann), (4, ann)):
        new = NewTransfer(an_id(number), bytes(32), 1, 0, 1, ("x",), NOW_MS)
        desk.do(lambda w, n=new, p=peer: w.add_transfer(p, n))
    desk.do(lambda w: w.update_transfer(an_id(3), state=TransferState.FAILED))
    desk.do(lambda w: w.update_transfer(an_id(4), state=TransferState.RUNNING))
    found = [stored.transfer_id for stored in desk.do(lambda w: w.unfinished())]
    assert found == [an_id(1), an_id(2), an_id(4)]
    found = [stored.transfer_id for stored in desk.do(lambda w: w.unfinished(ann))]
    assert found == [an_id(1), an_id(4)]
    newest = [transfer.transfer_id for transfer in desk.do(lambda w: w.transfers(2))]
    assert newest == [an_id(4).hex(), an_id(3).hex()]
