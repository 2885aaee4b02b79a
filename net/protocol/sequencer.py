"""What is shown when, of a lane or of one author's posts: in the sender's order.

Source: PROTOCOL, "Lanes". Numbers: limits.py.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from net.protocol.limits import HOLD_S

Item = TypeVar("Item")


class Sequencer(Generic[Item]):
    """Puts what is durable into the sender's order before anyone sees it.

    An item waits for those before it, at most HOLD_S; then it is shown, and what
    it waited for is shown when it comes.
    """

    def __init__(self) -> None:
        self._held: dict[int, tuple[float, Item]] = {}
        self._shown = 0
        """The highest number that was ever let out."""

    def put(self, seq: int, item: Item, now_s: float) -> None:
        self._held[seq] = (now_s + HOLD_S, item)

    def take(self, next_seq: int, now_s: float) -> list[Item]:
        """Items to show now, in order; all below ``next_seq`` are without a gap.

        Who has waited long enough takes along all before it: they came later, and would
        be shown after it.
        """
        over = (seq for seq, (until_s, _) in self._held.items() if until_s <= now_s)
        last = max(over, default=next_seq - 1)
        ready = sorted(seq for seq in self._held if seq < next_seq or seq <= last)
        self._shown = max(self._shown, *ready[-1:], 0)
        return [self._held.pop(seq)[1] for seq in ready]

    def is_ahead(self, next_seq: int) -> bool:
        """Whether something is shown that stands behind a number which is missing."""
        return self._shown >= next_seq

    def swap(self, is_it: Callable[[Item], bool], item: Item) -> bool:
        """Puts ``item`` in the place of the one meant, if that is still held back."""
        for seq, (until_s, held) in self._held.items():
            if is_it(held):
                self._held[seq] = (until_s, item)
                return True
        return False

    def next_deadline_s(self) -> float | None:
        return min((until_s for until_s, _ in self._held.values()), default=None)
