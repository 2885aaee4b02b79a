"""What is due comes in order, once, and what was cancelled takes no room."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol import deadlines as deadlines_module
from net.protocol.deadlines import Deadlines


@dataclass(eq=False)
class Item:
    name: int
    due_s: float | None = None


def test_due_items_come_soonest_first_and_once() -> None:
    deadlines = Deadlines()
    items = [Item(n) for n in range(5)]
    for item, when_s in zip(items, (3.0, 1.0, 4.0, 1.0, 5.0), strict=True):
        deadlines.schedule(item, when_s)
    assert deadlines.next() == 1.0
    assert [item.name for item in deadlines.pop_due(4.0)] == [1, 3, 0, 2]
    assert not list(deadlines.pop_due(4.0))
    assert deadlines.next() == 5.0


def test_scheduling_again_replaces_and_cancel_removes() -> None:
    deadlines = Deadlines()
    moved, gone = Item(1), Item(2)
    deadlines.schedule(moved, 1.0)
    deadlines.schedule(gone, 1.5)
    deadlines.schedule(moved, 2.0)
    deadlines.cancel(gone)
    deadlines.cancel(gone)
    assert deadlines.next() == 2.0
    assert [item.name for item in deadlines.pop_due(9.0)] == [1]
    assert deadlines.next() is None


def test_an_item_rescheduled_while_due_waits_for_its_new_time() -> None:
    deadlines = Deadlines()
    item = Item(1)
    deadlines.schedule(item, 1.0)
    for due in deadlines.pop_due(2.0):
        deadlines.schedule(due, 3.0)
    assert deadlines.next() == 3.0


def test_d17_a_million_reschedules_leave_no_heap_behind() -> None:
    deadlines = Deadlines()
    items = [Item(n) for n in range(10)]
    for turn in range(10_000):
        for item in items:
            deadlines.schedule(item, 1e6 + turn)
    assert len(deadlines._heap) <= 2 * len(items) + 65
    for item in items:
        deadlines.cancel(item)
    assert deadlines.next() is None


def test_the_same_deadline_again_and_again_takes_one_place() -> None:
    deadlines = Deadlines()
    item = Item(1)
    for _ in range(1000):
        deadlines.schedule(item, 5.0)
        deadlines.cancel(item)
        deadlines.schedule(item, 5.0)
    assert len(deadlines._heap) <= 67
    assert [due.name for due in deadlines.pop_due(5.0)] == [1]


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 20)), max_size=60))
def test_heap_agrees_with_a_plain_table(steps: list[tuple[int, int | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deadlines_module, "_STALE_SLACK", 0)  # so that it cleans up all the time
        _compare_with_table(steps)


def _compare_with_table(steps: list[tuple[int, int | None]]) -> None:
    deadlines = Deadlines()
    items = [Item(n) for n in range(6)]
    table: dict[int, float] = {}
    for name, when in steps:
        if when is None:
            deadlines.cancel(items[name])
            table.pop(name, None)
        else:
            deadlines.schedule(items[name], float(when))
            table[name] = float(when)
        assert deadlines.next() == min(table.values(), default=None)
    due = [item.name for item in deadlines.pop_due(10.0)]
    assert sorted(due) == sorted(name for name, when_s in table.items() if when_s <= 10.0)
