"""G-06 and the order of a chat: clocks decide little, sequence decides always."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.ordering import CLOCK_END, own_key
from app.store.types import IncomingItem, IncomingMessage
from app.store.window import Window
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.limits import WINDOW_RECORDS
from tests.unit.app.store.desk import LANE, NOW_MS, Desk, an_id, item, texts

YEAR_MS = 365 * 86_400_000
NOW_KEY = NOW_MS << 16


def test_what_was_written_apart_falls_into_place_by_time(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "monday", NOW_MS)
    desk.send(ann, 2, "wednesday", NOW_MS + 2 * 86_400_000)
    desk.receive(ann, item(1, "tuesday", order=NOW_MS + 86_400_000 << 16))
    assert texts(desk.chat(ann)) == ["monday", "tuesday", "wednesday"]


def test_our_key_is_beyond_all_that_is_there_even_when_the_clock_falls_back(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "first", NOW_MS)
    desk.send(ann, 2, "second", NOW_MS - 10 * YEAR_MS)
    desk.send(ann, 3, "third", -80 * YEAR_MS)
    desk.receive(ann, item(1, "answer", order=NOW_KEY + 1000))
    desk.send(ann, 4, "fourth", 0)
    assert texts(desk.chat(ann)) == ["first", "second", "third", "answer", "fourth"]


def test_texts_of_one_millisecond_stay_in_order(desk: Desk) -> None:
    ann = desk.meet()
    for number in range(50):
        desk.send(ann, 2**127 - number * 2**110, f"{number}")
    assert texts(desk.chat(ann)) == [str(number) for number in range(50)]


def test_two_with_one_key_are_both_kept(desk: Desk) -> None:
    ann = desk.meet()
    ours = desk.send(ann, 1, "ours").message
    assert ours is not None
    desk.receive(ann, item(1, "theirs", order=ours.order_key))
    assert texts(desk.chat(ann)) == ["ours", "theirs"]


class Pair:
    """Two stores that write to each other; each believes its own clock."""

    def __init__(self, here: Desk, there: Desk, skew_ms: int) -> None:
        self._sides = (here, there)
        self._peers = (here.meet(1), there.meet(1))
        self._skews = (0, skew_ms)
        self._sent = [0, 0]

    def say(self, side: int, text: str, now_ms: int) -> None:
        """Written on one side, arrived at the other at once."""
        self._sent[side] += 1
        number = self._sent[side] * 2 + side
        queued = self._sides[side].send(self._peers[side], number, text, now_ms + self._skews[side])
        assert queued.message is not None
        message = IncomingMessage(
            an_id(number), queued.message.kind, text, queued.message.order_key, NOW_MS
        )
        other = 1 - side
        self._sides[other].receive(self._peers[other], IncomingItem(queued.seq, message))

    def chats(self) -> tuple[list[str], list[str]]:
        here, there = (
            texts(desk.chat(peer)) for desk, peer in zip(self._sides, self._peers, strict=True)
        )
        return here, there


@pytest.mark.parametrize("skew_years", [-80, -10, 0, 10, 80])
def test_g06_an_answer_stands_below_its_question_on_both_sides(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, skew_years: int
) -> None:
    with Desk(tmp_path_factory.mktemp("there") / "landline.db") as there:
        pair = Pair(desk, there, skew_years * YEAR_MS)
        spoken = [f"line {number}" for number in range(20)]
        for number, line in enumerate(spoken):
            pair.say(number % 2 if number % 5 else 0, line, NOW_MS + number * 60_000)
        assert pair.chats() == (spoken, spoken)


def test_g06_a_clock_that_was_wrong_for_one_text_does_no_lasting_harm(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Desk(tmp_path_factory.mktemp("there") / "landline.db") as there:
        pair = Pair(desk, there, 0)
        pair.say(1, "from 2103", NOW_MS + 80 * YEAR_MS)
        pair.say(0, "really?", NOW_MS)
        pair.say(1, "clock is set now", NOW_MS + 1000)
        pair.say(0, "good", NOW_MS + 2000)
        expected = ["from 2103", "really?", "clock is set now", "good"]
        assert pair.chats() == (expected, expected)


@pytest.mark.parametrize("order", [CLOCK_END, 2**62 - 1])
def test_a_key_that_no_clock_gives_stands_last_and_uses_nothing_up(desk: Desk, order: int) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "one")
    (evil,) = desk.receive(ann, item(1, "evil", order=order)).messages
    after = desk.send(ann, 2, "two", NOW_MS + 60_000).message
    assert after is not None
    assert evil.order_key < after.order_key < NOW_KEY + (120_000 << 16)
    assert texts(desk.chat(ann)) == ["one", "evil", "two"]


def test_own_key_never_leaves_the_range_whatever_the_clock_says() -> None:
    for now_ms in (-(10**15), -1, 0, NOW_MS, 2**45 - 1, 2**45, 2**62):
        assert 0 <= own_key(-1, now_ms, b"\xff" * 16) < CLOCK_END


def _shuffled(seed: int, orders: list[int], window: int) -> list[int]:
    chance = random.Random(seed)
    return sorted(range(1, len(orders) + 1), key=lambda seq: seq + chance.random() * window)


ORDERS = st.lists(
    st.one_of(
        st.integers(0, 50),
        st.integers(NOW_KEY, NOW_KEY + 20),
        st.integers(0, 2**62 - 1),
        st.sampled_from([0, CLOCK_END - 1, CLOCK_END, 2**62 - 1]),
    ),
    min_size=1,
    max_size=25,
)


@given(orders=ORDERS, seed=st.integers(0, 2**32), window=st.integers(1, 30))
def test_whatever_orders_an_author_claims_sequence_decides(
    shared_desk: tuple[Desk, "Numbers"], orders: list[int], seed: int, window: int
) -> None:
    desk, numbers = shared_desk
    peer: PeerId = desk.meet(numbers.next())
    chance = random.Random(seed)
    expected = []
    for seq in _shuffled(seed, orders, window):
        desk.receive(peer, item(seq, order=orders[seq - 1], number=numbers.next()))
        expected.append(seq)
        if chance.random() < 0.3:
            desk.send(peer, numbers.next(), "ours", chance.choice([0, NOW_MS, NOW_MS + 10**12]))
    chat = desk.chat(peer)
    keys = [message.order_key for message in chat]
    assert keys == sorted(set(keys))
    shown = [int(m.text.split()[1]) for m in chat if m.text != "ours"]
    assert shown == sorted(expected)


@pytest.mark.parametrize("late", [1, 20])
def test_d09_a_thousand_texts_that_claim_one_place_stand_as_they_were_numbered(
    desk: Desk, late: int
) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "ours", NOW_MS)
    desk.receive(ann, *(item(seq, order=1) for seq in _shuffled(0, [1] * 999, late)))
    shown = [int(m.text.split()[1]) for m in desk.chat(ann) if m.text != "ours"]
    assert shown == sorted(shown)
    assert len(shown) == 999


def test_d09_a_text_costs_the_same_however_many_claim_its_place(desk: Desk) -> None:
    """The work of the database is counted, not its time."""
    ann = desk.meet()

    def steps_for(seqs: range) -> float:
        return desk.do(lambda w: _steps(w, lambda: w.receive(ann, LANE, 1, items(seqs)))) / len(
            seqs
        )

    def items(seqs: range) -> list[IncomingItem]:
        return [item(seq, order=1) for seq in seqs]

    desk.receive(ann, *items(range(1, 501)))
    few = steps_for(range(501, 601))
    for start in range(601, 4001, 500):
        desk.receive(ann, *items(range(start, start + 500)))
    assert steps_for(range(4101, 4201)) < 2 * few


def _steps(w: Writer, work: Callable[[], object]) -> int:
    """Hundreds of instructions of SQLite's machine."""
    count = 0

    def on_step() -> bool:
        nonlocal count
        count += 1
        return False

    w._connection.set_progress_handler(on_step, 100)
    try:
        work()
    finally:
        w._connection.set_progress_handler(None)
    return count


class Numbers:
    """Fresh ids over all examples of one test."""

    def __init__(self) -> None:
        self._last = 10

    def next(self) -> int:
        self._last += 1
        return self._last


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with Desk(tmp_path_factory.mktemp("shared") / "landline.db") as desk:
        yield desk, Numbers()


# --- The window of what has arrived ------------------------------------------


@given(st.lists(st.one_of(st.integers(1, 60), st.integers(1, 3000)), max_size=80), st.data())
def test_window_is_the_set_of_what_arrived(seqs: list[int], data: st.DataObject) -> None:
    window = Window(1)
    arrived: set[int] = set()
    for seq in seqs:
        first = next(n for n in range(1, 10_000) if n not in arrived)
        assert window.next_seq == first
        assert window.wants(seq) == (seq not in arrived and first <= seq < first + WINDOW_RECORDS)
        if window.wants(seq):
            window.take(seq)
            arrived.add(seq)
        low, high = sorted((data.draw(st.integers(0, 3000)), data.draw(st.integers(0, 3000))))
        missing = [n for n in range(low + 1, high) if n not in arrived]
        assert window.missing_between(low, high) == len(missing)
        copy = Window(window.next_seq, window.encode_beyond())
        assert copy.beyond == window.beyond
        assert len(window.encode_beyond()) <= WINDOW_RECORDS // 8
        if data.draw(st.integers(0, 9)) == 0:
            window.advance(low)
            arrived.update(range(1, low))
