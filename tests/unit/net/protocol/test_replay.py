"""Each counter passes once."""

import random

from hypothesis import given
from hypothesis import strategies as st

from net.protocol.replay import WINDOW_PACKETS, ReplayWindow


class Naive:
    """The rule itself, without cleverness."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.newest = -1

    def take(self, counter: int) -> bool:
        if counter in self.seen or counter <= self.newest - WINDOW_PACKETS:
            return False
        self.seen.add(counter)
        self.newest = max(self.newest, counter)
        return True


def take(window: ReplayWindow, counter: int) -> bool:
    if not window.is_new(counter):
        return False
    window.accept(counter)
    return True


NEAR = st.integers(0, 3 * WINDOW_PACKETS)
EDGE = st.sampled_from([0, 1, WINDOW_PACKETS - 1, WINDOW_PACKETS, WINDOW_PACKETS + 1])
FAR = st.integers(2**64 - 2 * WINDOW_PACKETS, 2**64 - 1)


@given(st.lists(NEAR | EDGE | FAR, max_size=60))
def test_window_accepts_what_the_rule_accepts(counters: list[int]) -> None:
    window, naive = ReplayWindow(), Naive()
    for counter in counters:
        assert take(window, counter) == naive.take(counter)


def test_everything_within_the_window_passes_in_any_order_once() -> None:
    order = list(range(WINDOW_PACKETS))
    random.Random(1).shuffle(order)
    window = ReplayWindow()
    window.accept(WINDOW_PACKETS - 1)
    order.remove(WINDOW_PACKETS - 1)
    assert all(take(window, counter) for counter in order)
    assert not any(window.is_new(counter) for counter in range(WINDOW_PACKETS))


def test_asking_marks_nothing() -> None:
    window = ReplayWindow()
    assert window.is_new(5)
    assert window.is_new(5)


def test_one_far_ahead_does_not_grow_the_memory() -> None:
    window = ReplayWindow()
    for counter in (0, 2**32, 2**63, 2**64 - 1):
        window.accept(counter)
        assert window._seen.bit_length() <= WINDOW_PACKETS


def test_newest_is_told() -> None:
    window = ReplayWindow()
    assert [window.accept(counter) for counter in (0, 5, 3, 6)] == [True, True, False, True]
