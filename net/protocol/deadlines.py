"""Many things that fall due, one heap: what is due costs, what waits does not."""

import heapq
from collections.abc import Iterator
from typing import Final, Protocol

_STALE_SLACK: Final = 64
"""Entries of things rescheduled or cancelled that may lie about before a clean-up."""


class Timed(Protocol):
    """Something with at most one deadline. ``due_s`` belongs to Deadlines."""

    due_s: float | None


class Deadlines:
    """At most one per item; scheduling again replaces. O(log n) each, memory O(items)."""

    __slots__ = ("_heap", "_live", "_number")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timed]] = []
        self._live = 0
        self._number = 0

    def schedule(self, item: Timed, when_s: float) -> None:
        if item.due_s == when_s:
            return
        if item.due_s is None:
            self._live += 1
        item.due_s = when_s
        self._number += 1
        heapq.heappush(self._heap, (when_s, self._number, item))
        if len(self._heap) > 2 * self._live + _STALE_SLACK:
            self._clean_up()

    def cancel(self, item: Timed) -> None:
        if item.due_s is not None:
            self._live -= 1
            item.due_s = None

    def next(self) -> float | None:
        heap = self._heap
        while heap and heap[0][2].due_s != heap[0][0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def _clean_up(self) -> None:
        valid = (entry for entry in self._heap if entry[2].due_s == entry[0])
        self._heap = list({id(entry[2]): entry for entry in valid}.values())
        heapq.heapify(self._heap)

    def pop_due(self, now_s: float) -> Iterator[Timed]:
        """What is due, soonest first; one scheduled meanwhile for the past comes too."""
        while (when_s := self.next()) is not None and when_s <= now_s:
            item = heapq.heappop(self._heap)[2]
            self.cancel(item)
            yield item
