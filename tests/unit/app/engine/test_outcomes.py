"""What the end of a thread makes of a transfer, beside what both sides said meanwhile."""

from pathlib import Path

import pytest

from app.engine.exchange import write_outcome
from app.engine.run import Outcome
from app.model import Direction, Reason, TransferState
from app.store.types import Counts
from net.protocol.records import Decision, Verdict, decode_record
from net.transfer.faults import Fault
from tests.unit.app.engine.test_decisions import THE_ONE, Side, a_side
from tests.unit.app.store.desk import LANE, NOW_MS

IN, OUT = Direction.IN, Direction.OUT
OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState

GOES_ON = {
    Fault.CONNECTION_LOST: Reason.CONNECTION_LOST,
    Fault.UNREACHABLE: Reason.UNREACHABLE,
    Fault.STOPPED: None,
    Fault.PAUSED: None,
    Fault.BY_PEER: None,
    Fault.BY_USER: None,
}
"""And what is shown while it waits. Paused and cancelled are told by words, not by streams."""
ENDS = {fault for fault in Fault if fault not in GOES_ON and fault is not Fault.NO_SPACE}


def running(side: Side) -> Side:
    if side.direction is IN:
        side.say(Verdict.ACCEPTED)
    else:
        side.hear(Decision(THE_ONE, Verdict.ACCEPTED, "", NOW_MS))
    side.w.update_transfer(THE_ONE, state=RUNNING)
    return side


def end(side: Side, outcome: Outcome) -> Decision | None:
    """The word to the other side."""
    _, queued = write_outcome(side.w, THE_ONE, outcome, now_ms=NOW_MS, make_lane=lambda: LANE)
    if queued is None:
        return None
    record = decode_record(queued.record)
    assert isinstance(record, Decision)
    return record


@pytest.mark.parametrize("direction", [IN, OUT])
@pytest.mark.parametrize("fault", GOES_ON)
def test_what_may_pass_waits_and_is_no_word(fault: Fault, direction: Direction) -> None:
    with a_side(direction) as side:
        counts = Counts(done_bytes=700, done_files=0)
        assert end(running(side), Outcome(fault, counts=counts)) is None
        assert side.standing == (WAITING, GOES_ON[fault])
        assert side.stored.transfer.done_bytes == 700


@pytest.mark.parametrize("direction", [IN, OUT])
@pytest.mark.parametrize("fault", sorted(ENDS))
def test_what_would_only_end_the_same_again_has_failed_and_is_told(
    fault: Fault, direction: Direction
) -> None:
    with a_side(direction) as side:
        word = end(running(side), Outcome(fault, bad_names=("a", "b")))
        assert word is not None
        assert (word.verdict, word.reason) == (Verdict.FAILED, fault.value)
        assert side.standing == (FAILED, Reason(fault.value))
        assert side.stored.transfer.bad_names == ("a", "b")
        assert side.stored.ended_ms == NOW_MS


def test_why_it_failed_is_known_also_where_the_others_word_was_faster() -> None:
    with a_side(OUT) as side:
        running(side)
        side.hear(Decision(THE_ONE, Verdict.FAILED, "source_changed", NOW_MS + 5))
        assert side.stored.state is RUNNING
        word = end(side, Outcome(Fault.SOURCE_UNREADABLE, bad_names=("a",)))
        assert word is not None
        assert side.standing == (FAILED, Reason.SOURCE_UNREADABLE)
        assert side.stored.transfer.bad_names == ("a",)


@pytest.mark.parametrize("direction", [IN, OUT])
def test_a_full_disk_pauses_and_is_no_word(direction: Direction) -> None:
    with a_side(direction) as side:
        assert end(running(side), Outcome(Fault.NO_SPACE)) is None
        assert side.standing == (PAUSED, Reason.NO_SPACE)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize(
    ("verdict", "stands"),
    [(Verdict.PAUSED, (PAUSED, Reason.BY_USER)), (Verdict.CANCELLED, (CANCELLED, Reason.BY_USER))],
)
def test_what_we_said_meanwhile_stands_whatever_ended_the_thread(
    fault: Fault, verdict: Verdict, stands: tuple[TransferState, Reason]
) -> None:
    with a_side(IN) as side:
        running(side)
        assert side.say(verdict) or side.stored.state is RUNNING
        if side.stored.state is RUNNING:  # users may cancel what runs, too
            side.w.update_transfer(THE_ONE, state=PAUSED)
            assert side.say(verdict)
        assert end(side, Outcome(fault)) is None
        assert side.standing == stands


@pytest.mark.parametrize("verdict", [None, Verdict.PAUSED, Verdict.CANCELLED])
def test_what_has_landed_is_done_whatever_was_said_meanwhile(verdict: Verdict | None) -> None:
    with a_side(IN) as side:
        running(side)
        if verdict:
            side.hear(Decision(THE_ONE, verdict, "", 5))
        word = end(side, Outcome(path=Path("/there/a"), counts=Counts(done_bytes=1234)))
        assert word is not None
        assert word.verdict is Verdict.DONE
        assert side.standing == (DONE, None)
        assert side.stored.transfer.path == "/there/a"


@pytest.mark.parametrize("fault", [None, Fault.CONNECTION_LOST])
def test_done_is_told_with_what_was_left_out_of_it(fault: Fault | None) -> None:
    """The word of the receiver may be faster than the stream's end, or outlive it."""
    with a_side(OUT) as side:
        running(side)
        side.hear(Decision(THE_ONE, Verdict.DONE, "", NOW_MS + 5))
        assert side.stored.state is RUNNING
        counts = Counts(done_bytes=34, done_files=1, left_out_files=0, left_out_bytes=1200)
        assert end(side, Outcome(fault, counts=counts)) is None
        assert side.standing == (DONE, None)
        assert (side.stored.transfer.done_bytes, side.stored.transfer.done_files) == (34, 1)
        assert side.stored.ended_ms == NOW_MS


def test_a_sender_whose_receiver_has_it_says_nothing_more() -> None:
    with a_side(OUT) as side:
        assert end(running(side), Outcome(counts=Counts(done_bytes=1234))) is None
        assert side.standing == (DONE, None)
        assert end(side, Outcome(Fault.CONNECTION_LOST)) is None
        assert side.standing == (DONE, None)
