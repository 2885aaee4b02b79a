"""What both sides say of a transfer, in every order: both end the same."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Final

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.decisions import apply_decision, say, standing
from app.engine.people import Acquaintance
from app.engine.transfers import _check_pausable, _check_resumable, _check_startable
from app.errors import ErrorCode, KnownError
from app.model import Direction, Reason, Transfer, TransferState
from app.store.schema import load_migrations, migrate, register_functions
from app.store.types import NewTransfer, StoredTransfer, Word
from app.store.writer import Writer
from net.protocol.records import Decision, Verdict, decode_record
from tests.unit.app.store.desk import LANE, NOW_MS, an_id, an_offer, meet, offer_item, peer_id

IN, OUT = Direction.IN, Direction.OUT
OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState
THE_ONE: Final = an_id(7)
NOTHING: Final = Word()


class Side:
    """One end of transfer 7, and what it has said that was not heard yet."""

    def __init__(self, w: Writer, direction: Direction) -> None:
        self.w = w
        self.direction = direction
        self.other = Acquaintance(peer_id(1), "ANN", bytes(32))
        self.said: list[Decision] = []
        meet(w)
        if direction is IN:
            w.receive(self.other.peer, LANE, 1, [offer_item(1, an_offer(7, "a"))])
        else:
            new = NewTransfer(THE_ONE, bytes(32), 1, 0, 1234, ("a",), NOW_MS)
            w.add_transfer(self.other.peer, new)

    @property
    def stored(self) -> StoredTransfer:
        stored = self.w.transfer(THE_ONE)
        assert stored is not None
        return stored

    @property
    def standing(self) -> tuple[TransferState, Reason | None]:
        return self.stored.state, self.stored.reason

    def say(self, verdict: Verdict, reason: Reason | None = None) -> bool:
        """As a user or a run would; False if that cannot be said now."""
        stored = self.stored
        try:
            _CHECKS[verdict](stored)
        except KnownError:
            return False
        _, queued = say(
            self.w, stored, verdict, now_ms=NOW_MS, make_lane=lambda: LANE, reason=reason
        )
        record = decode_record(queued.record)
        assert isinstance(record, Decision)
        self.said.append(record)
        return True

    def hear(self, record: Decision) -> Transfer | None:
        return apply_decision(self.w, self.other, record, NOW_MS)


def _must_be(*states: TransferState, of: Direction | None = None) -> Callable[..., None]:
    def check(stored: StoredTransfer) -> None:
        if stored.state not in states or of not in (None, stored.direction):
            raise KnownError(ErrorCode.WRONG_STATE, "not now")

    return check


def _check_start(stored: StoredTransfer) -> None:
    _must_be(*TransferState, of=IN)(stored)
    _check_startable(stored)


def _check_resume(stored: StoredTransfer) -> None:
    """A receiver takes up what is broken by an accept."""
    _check_resumable(stored)
    _must_be(*TransferState, of=OUT if stored.state in (FAILED, CANCELLED) else None)(stored)


_CHECKS: Final = {
    Verdict.ACCEPTED: _check_start,
    Verdict.DECLINED: _must_be(OFFERED, WAITING, of=IN),
    Verdict.CANCELLED: _must_be(OFFERED, WAITING, PAUSED),
    Verdict.DONE: _must_be(WAITING, CANCELLED, PAUSED, of=IN),
    Verdict.FAILED: _must_be(WAITING),
    Verdict.PAUSED: _check_pausable,
    Verdict.RESUMED: _check_resume,
}


@contextmanager
def a_side(direction: Direction) -> Iterator[Side]:
    with closing(apsw.Connection(":memory:")) as connection:
        register_functions(connection)
        connection.deserialize("main", empty_store())
        yield Side(Writer(connection), direction)


@lru_cache
def empty_store() -> bytes:
    """A copy costs a hundredth of making one."""
    with closing(apsw.Connection(":memory:")) as connection:
        register_functions(connection)
        migrate(connection, load_migrations())
        return connection.serialize("main")


@contextmanager
def a_pair() -> Iterator[tuple[Side, Side]]:
    with a_side(OUT) as sender, a_side(IN) as receiver:
        yield sender, receiver


def deliver_all(one: Side, other: Side, chance: random.Random) -> None:
    """In any order, some of it twice."""
    for speaker, hearer in ((one, other), (other, one)):
        records = speaker.said + chance.sample(speaker.said, len(speaker.said) // 2)
        chance.shuffle(records)
        for record in records:
            hearer.hear(record)


def assert_they_agree(sender: Side, receiver: Side) -> None:
    state, reason = sender.standing
    if receiver.standing == (OFFERED, None):  # who has not accepted is not kept from it
        assert (state, reason) in ((OFFERED, None), (PAUSED, Reason.BY_USER))
        return
    assert receiver.stored.state is state
    mirrored = {Reason.BY_USER: Reason.BY_PEER, Reason.BY_PEER: Reason.BY_USER}
    is_both = sender.stored.ours.verdict is receiver.stored.ours.verdict
    if state in (PAUSED, CANCELLED):
        expected = Reason.BY_USER if is_both else mirrored.get(reason, reason)  # type: ignore[arg-type]
        assert receiver.stored.reason is expected


step = st.tuples(st.booleans(), st.one_of(st.sampled_from(Verdict), st.just(None)))


@given(st.lists(step, max_size=14), st.randoms(use_true_random=False))
def test_whatever_is_said_and_heard_in_whatever_order_both_end_the_same(
    steps: list[tuple[bool, Verdict | None]], chance: random.Random
) -> None:
    """A step: somebody says something, or (None) hears one thing that was said."""
    with a_pair() as (sender, receiver):
        for is_sender, verdict in steps:
            one, other = (sender, receiver) if is_sender else (receiver, sender)
            if verdict:
                one.say(verdict, Reason.DISK_ERROR if verdict is Verdict.FAILED else None)
            elif other.said:
                one.hear(chance.choice(other.said))
        deliver_all(sender, receiver, chance)
        assert_they_agree(sender, receiver)


@pytest.mark.parametrize("first", Verdict)
@pytest.mark.parametrize("speaker", [OUT, IN])
def test_every_three_words_in_every_order(first: Verdict, speaker: Direction) -> None:
    for second, third in itertools.product(Verdict, repeat=2):
        with a_pair() as (sender, receiver):
            receiver.say(Verdict.ACCEPTED)
            sender.hear(receiver.said[0])
            one, other = (sender, receiver) if speaker is OUT else (receiver, sender)
            for verdict in (first, second, third):
                one.say(verdict)
            for order in itertools.permutations(one.said):
                other.w._run("SAVEPOINT try")
                for record in order:
                    other.hear(record)
                assert_they_agree(sender, receiver)
                other.w._run("ROLLBACK TO try")


def test_a_pause_of_either_side_holds_until_that_side_takes_it_back() -> None:
    with a_pair() as (sender, receiver):
        chance = random.Random(1)
        receiver.say(Verdict.ACCEPTED)
        sender.say(Verdict.PAUSED)
        deliver_all(sender, receiver, chance)
        receiver.say(Verdict.PAUSED)
        sender.say(Verdict.RESUMED)
        deliver_all(sender, receiver, chance)
        assert sender.standing == (PAUSED, Reason.BY_PEER)
        assert receiver.standing == (PAUSED, Reason.BY_USER)
        assert not sender.say(Verdict.RESUMED)
        assert receiver.say(Verdict.RESUMED)
        deliver_all(sender, receiver, chance)
        assert sender.standing == receiver.standing == (WAITING, None)


@pytest.mark.parametrize(("was_accepted", "then"), [(False, OFFERED), (True, WAITING)])
def test_an_offer_taken_back_can_be_made_again(was_accepted: bool, then: TransferState) -> None:
    with a_pair() as (sender, receiver):
        chance = random.Random(1)
        if was_accepted:
            receiver.say(Verdict.ACCEPTED)
        sender.say(Verdict.CANCELLED)
        deliver_all(sender, receiver, chance)
        assert receiver.standing == (CANCELLED, Reason.BY_PEER)
        assert not receiver.say(Verdict.ACCEPTED)
        sender.say(Verdict.RESUMED)
        deliver_all(sender, receiver, chance)
        assert sender.standing == receiver.standing == (then, None)


def test_a_failure_of_the_try_before_does_not_end_the_next() -> None:
    with a_pair() as (sender, receiver):
        receiver.say(Verdict.ACCEPTED)
        sender.hear(receiver.said[0])
        sender.say(Verdict.FAILED, Reason.SOURCE_CHANGED)
        receiver.say(Verdict.FAILED, Reason.SOURCE_CHANGED)
        receiver.say(Verdict.ACCEPTED)
        deliver_all(sender, receiver, random.Random(1))
        assert sender.standing == receiver.standing == (WAITING, None)


def test_a_try_that_both_call_failed_at_once_has_failed() -> None:
    with a_pair() as (sender, receiver):
        receiver.say(Verdict.ACCEPTED)
        sender.hear(receiver.said[0])
        sender.say(Verdict.FAILED, Reason.SOURCE_UNREADABLE)
        receiver.say(Verdict.FAILED, Reason.SOURCE_CHANGED)
        deliver_all(sender, receiver, random.Random(1))
        assert sender.standing == (FAILED, Reason.SOURCE_UNREADABLE)
        assert receiver.standing == (FAILED, Reason.SOURCE_CHANGED)


def test_a_failure_that_both_know_of_stands_until_somebody_tries_again() -> None:
    with a_pair() as (sender, receiver):
        receiver.say(Verdict.ACCEPTED)
        deliver_all(sender, receiver, random.Random(1))
        receiver.say(Verdict.FAILED, Reason.NOT_WRITABLE)
        deliver_all(sender, receiver, random.Random(1))
        assert sender.standing == receiver.standing == (FAILED, Reason.NOT_WRITABLE)
        sender.say(Verdict.RESUMED)
        deliver_all(sender, receiver, random.Random(1))
        assert sender.standing == receiver.standing == (WAITING, None)


def test_a_word_says_more_than_any_older_copy_of_the_disk_would() -> None:
    with a_side(IN) as receiver:
        receiver.say(Verdict.ACCEPTED)
        first = receiver.said[0].number
        assert first >= NOW_MS
        receiver.say(Verdict.PAUSED)
        assert receiver.said[1].number > first


def test_only_the_receiver_can_accept_decline_or_call_it_done() -> None:
    for verdict in (Verdict.ACCEPTED, Verdict.DECLINED, Verdict.DONE):
        with a_side(IN) as receiver:
            assert receiver.hear(Decision(THE_ONE, verdict, "", 5)) is None
            assert receiver.standing == (OFFERED, None)


@pytest.mark.parametrize(
    "verdict", [Verdict.ACCEPTED, Verdict.FAILED, Verdict.RESUMED, Verdict.DONE]
)
def test_bytes_that_move_are_not_stopped_by_a_late_word(verdict: Verdict) -> None:
    with a_side(OUT) as sender:
        sender.w.update_transfer(THE_ONE, state=RUNNING)
        assert sender.hear(Decision(THE_ONE, verdict, "disk_error", 5)) is None
        assert sender.standing == (RUNNING, None)


def test_a_full_disk_waits_for_room_until_the_sender_asks_again() -> None:
    with a_side(IN) as receiver:
        receiver.say(Verdict.ACCEPTED)
        receiver.w.update_transfer(THE_ONE, state=PAUSED, reason=Reason.NO_SPACE)
        receiver.hear(Decision(THE_ONE, Verdict.FAILED, "", 5))
        assert receiver.standing == (PAUSED, Reason.NO_SPACE)
        receiver.hear(Decision(THE_ONE, Verdict.RESUMED, "", 6))
        assert receiver.standing == (WAITING, None)


@given(st.text(max_size=32))
def test_no_reason_of_theirs_passes_for_a_deed_of_ours(reason: str) -> None:
    told = Word(Verdict.FAILED, 5, 9, reason)
    state, why = standing(IN, Word(Verdict.ACCEPTED, 9), told)
    assert state is FAILED
    assert why is not Reason.BY_USER


def test_nobody_else_has_a_say() -> None:
    with a_side(OUT) as sender:
        stranger = Acquaintance(peer_id(2), "EVE", bytes(32))
        for verdict in Verdict:
            word = Decision(THE_ONE, verdict, "", NOW_MS)
            assert apply_decision(sender.w, stranger, word, NOW_MS) is None
        assert sender.standing == (OFFERED, None)
        assert sender.stored.theirs == NOTHING


def test_a_word_about_what_was_never_offered_is_passed_over() -> None:
    with a_side(OUT) as sender:
        assert sender.hear(Decision(an_id(8), Verdict.ACCEPTED, "", 5)) is None


def test_a_first_word_may_have_any_number() -> None:
    with a_side(OUT) as sender:
        assert sender.hear(Decision(THE_ONE, Verdict.ACCEPTED, "", 0)) is not None
        assert sender.standing == (WAITING, None)


def test_who_was_never_written_to_gets_our_word_all_the_same() -> None:
    with a_side(IN) as receiver:
        receiver.w._run("DELETE FROM lane WHERE is_outgoing")
        assert receiver.say(Verdict.ACCEPTED)


def test_who_calls_a_full_disk_a_failure_can_still_accept_again() -> None:
    with a_side(OUT) as sender:
        sender.hear(Decision(THE_ONE, Verdict.FAILED, "no_space", 5))
        assert sender.standing == (FAILED, Reason.NO_SPACE)
        sender.hear(Decision(THE_ONE, Verdict.ACCEPTED, "", 6))
        assert sender.standing == (WAITING, None)


def test_who_declined_is_known_to_both() -> None:
    with a_pair() as (sender, receiver):
        receiver.say(Verdict.DECLINED)
        deliver_all(sender, receiver, random.Random(1))
        assert receiver.standing == (DECLINED, Reason.BY_USER)
        assert sender.standing == (DECLINED, None)


def test_an_offer_that_its_sender_has_paused_is_one_to_the_receiver() -> None:
    with a_pair() as (sender, receiver):
        sender.say(Verdict.PAUSED)
        deliver_all(sender, receiver, random.Random(1))
        assert sender.standing == (PAUSED, Reason.BY_USER)
        assert receiver.standing == (OFFERED, None)
        receiver.say(Verdict.ACCEPTED)
        deliver_all(sender, receiver, random.Random(1))
        assert receiver.standing == (PAUSED, Reason.BY_PEER)


def test_it_has_ended_when_it_first_came_to_an_end_and_not_before() -> None:
    with a_side(OUT) as sender:
        sender.hear(Decision(THE_ONE, Verdict.ACCEPTED, "", 5))
        assert sender.say(Verdict.PAUSED)
        assert sender.stored.ended_ms is None
        failed = Decision(THE_ONE, Verdict.FAILED, "disk_error", 6, sender.stored.ours.number)
        apply_decision(sender.w, sender.other, failed, NOW_MS)
        cancelled = Decision(THE_ONE, Verdict.CANCELLED, "", 7)
        apply_decision(sender.w, sender.other, cancelled, NOW_MS + 1)
        assert sender.stored.state is CANCELLED
        assert sender.stored.ended_ms == NOW_MS


def test_what_is_done_came_whole_but_for_what_was_left_out() -> None:
    with a_side(OUT) as sender:
        left_out = {"left_out_files": 1, "left_out_bytes": 234}
        sender.w.update_transfer(THE_ONE, done_files=1, done_bytes=7, **left_out)
        done = sender.hear(Decision(THE_ONE, Verdict.DONE, "", 5))
        assert done is not None
        assert (done.state, done.done_files, done.done_bytes) == (DONE, 0, 1000)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("over", [DONE, DECLINED])
def test_what_is_over_stays_so(verdict: Verdict, over: TransferState) -> None:
    with a_side(OUT) as sender:
        sender.w.update_transfer(THE_ONE, state=over)
        assert sender.hear(Decision(THE_ONE, verdict, "", NOW_MS)) is None
        assert sender.standing == (over, None)


def test_a_word_is_news_once() -> None:
    with a_side(OUT) as sender:
        word = Decision(THE_ONE, Verdict.ACCEPTED, "", 5)
        assert sender.hear(word) is not None
        assert sender.hear(word) is None
        assert sender.hear(Decision(THE_ONE, Verdict.CANCELLED, "", 4)) is None
        assert sender.standing == (WAITING, None)


@pytest.mark.parametrize("verdict", [Verdict.PAUSED, Verdict.CANCELLED])
def test_a_full_disk_keeps_nobody_from_stopping_it(verdict: Verdict) -> None:
    with a_side(IN) as receiver:
        receiver.say(Verdict.ACCEPTED)
        receiver.w.update_transfer(THE_ONE, state=PAUSED, reason=Reason.NO_SPACE)
        receiver.hear(Decision(THE_ONE, verdict, "", 5))
        expected = PAUSED if verdict is Verdict.PAUSED else CANCELLED
        assert receiver.standing == (expected, Reason.BY_PEER)


def test_nothing_was_said_of_an_offer() -> None:
    assert standing(IN, NOTHING, NOTHING) == standing(OUT, NOTHING, NOTHING) == (OFFERED, None)
