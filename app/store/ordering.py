"""Where a message stands in its conversation: a hybrid logical clock in 64 bits.

An order key is milliseconds since 1970 times 2**16, plus a counter. Our next key
is the time now, but always beyond the newest key of the conversation. A peer's
message keeps the key its author gave it. So both sides agree, an answer stands
below what it answers however wrong either clock is, and what was written while
apart falls into place by time.

Three rules on top, whatever a peer claims:
- within one lane, keys rise with the sequence numbers. A message that comes while
  earlier ones are still missing leaves room for each of them, so that a late one
  always fits strictly between its neighbours;
- a key from 2**61 on (the year 3085) is no clock, however wrong: it stands behind
  everything, so that nobody can use up the numbers;
- no two messages of a conversation have one key: the later one moves up, and behind everything
  where so many stand in its way that only a liar can have put them there.

Keys further ahead than the local clock are followed, not cut to "a day ahead": the
one with the wrong clock would answer with small keys, and each answer would land
above its question at the other side, for ever.
"""

from dataclasses import dataclass
from typing import Final

import apsw

from app.store.window import Window

CLOCK_SHIFT: Final = 16
STEP: Final = 1 << CLOCK_SHIFT
CLOCK_END: Final = 2**61
"""Keys below are believed. Behind it there is room for 2**61 more before 2**62."""
_TIME_END_MS: Final = CLOCK_END >> CLOCK_SHIFT
_WIDE: Final = 2**32
"""More keys than a conversation has messages: free ones need not be counted."""
SCAN_MAX: Final = 256
"""Messages that are passed by in search of a free key. Who gives all theirs one key would
make each cost as much as there are; clocks put a handful into one place."""
_COUNT_MAX: Final = 4096
"""Messages that are counted between two of a lane to know whether more fit in."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    seq: int
    key: int


_BEFORE_ALL: Final = Neighbour(0, -1)


def newest_key(connection: apsw.Connection, conversation_row: int) -> int:
    """-1 for an empty conversation."""
    query = "SELECT max(order_key) FROM message WHERE conversation_row = ?"
    key = connection.execute(query, (conversation_row,)).get
    return -1 if key is None else int(key)


def own_key(newest: int, now_ms: int, message_id: bytes) -> int:
    """The key of a message written now.

    The low bits come from the id, so that two people who write in one millisecond
    do not collide and see both texts in one order.
    """
    clock = min(max(now_ms, 0), _TIME_END_MS - 1) << CLOCK_SHIFT
    return max(clock | int.from_bytes(message_id[:2], "big"), newest + 1)


class Placer:
    """Gives keys to the messages of one lane, in one transaction. Never raises on any order."""

    def __init__(
        self, connection: apsw.Connection, conversation_row: int, lane_row: int, window: Window
    ) -> None:
        """``window`` must tell what is still missing before the message being placed is taken."""
        self._connection = connection
        self._conversation = conversation_row
        self._lane = lane_row
        self._window = window
        self._newest = newest_key(connection, conversation_row)
        self._last = self._neighbour("<", "DESC", 2**62) or _BEFORE_ALL

    def place(self, seq: int, order: int) -> int:
        wanted = order if order < CLOCK_END else self._newest + STEP
        if seq > self._last.seq:
            key = self._place_last(seq, wanted)
            self._last = Neighbour(seq, key)
        else:
            key = self._place_late(seq, wanted)
        self._newest = max(self._newest, key)
        return key

    def place_apart(self, order: int) -> int:
        """For what has no place among its author's numbers."""
        key = self._first_free(order if order < CLOCK_END else self._newest + STEP)
        self._newest = max(self._newest, key)
        return key

    def _place_last(self, seq: int, wanted: int) -> int:
        lower = self._last
        missing = self._window.missing_between(lower.seq, seq)
        key = self._first_free(wanted)
        if key > lower.key and self._has_room(lower.key, key, missing):
            return key
        return self._newest + 1 + missing

    def _place_late(self, seq: int, wanted: int) -> int:
        lower = self._neighbour("<", "DESC", seq) or _BEFORE_ALL
        upper = self._neighbour(">", "ASC", seq) or self._last
        missing_below = self._window.missing_between(lower.seq, seq)
        missing_above = self._window.missing_between(seq, upper.seq)
        share = (upper.key - lower.key) * (seq - lower.seq) // (upper.seq - lower.seq)
        for candidate in (wanted, lower.key + share):
            key = self._first_free(candidate)
            if (
                lower.key < key < upper.key
                and self._has_room(lower.key, key, missing_below)
                and self._has_room(key, upper.key, missing_above)
            ):
                return key
        key_up = self._nth_free(lower.key, missing_below + 1)
        if key_up is not None:
            return key_up
        key_down = self._nth_free(upper.key, missing_above + 1, -1)
        if key_down is not None and key_down > lower.key:
            return key_down
        return self._newest + 1

    def _neighbour(self, side: str, direction: str, seq: int) -> Neighbour | None:
        row = self._connection.execute(
            f"SELECT seq, order_key FROM message WHERE lane_row = ? AND seq {side} ?"
            f" AND conversation_row = ? ORDER BY seq {direction} LIMIT 1",
            (self._lane, seq, self._conversation),
        ).fetchone()
        return None if row is None else Neighbour(*row)

    def _has_room(self, low: int, high: int, missing: int) -> bool:
        """Are there ``missing`` free keys strictly between the two? False, too, where it would
        take too long to know."""
        if missing == 0 or high - low > _WIDE:
            return True
        most = min(high - low - 1 - missing, _COUNT_MAX)
        taken = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM message"
            " WHERE conversation_row = ? AND order_key > ? AND order_key < ? LIMIT ?)",
            (self._conversation, low, high, max(most, 0) + 1),
        ).get
        return int(taken) <= most

    def _first_free(self, wanted: int) -> int:
        if wanted > self._newest:
            return wanted
        free = self._nth_free(wanted - 1, 1)
        return self._newest + 1 if free is None else free

    def _nth_free(self, start: int, count: int, step: int = 1) -> int | None:
        """The ``count``-th key above ``start``, or below it (``step`` -1), that no message has.
        None if that is not found at once."""
        side, direction = (">", "ASC") if step > 0 else ("<", "DESC")
        query = (
            f"SELECT order_key FROM message WHERE conversation_row = ? AND order_key {side} ?"
            f" ORDER BY order_key {direction} LIMIT ?"
        )
        asked = (self._conversation, start, SCAN_MAX)
        keys = [key for (key,) in self._connection.execute(query, asked)]
        at, left = start, count
        for key in keys:
            gap = abs(key - at) - 1
            if gap >= left:
                return at + step * left
            left -= gap
            at = key
        return None if len(keys) == SCAN_MAX else at + step * left
