"""How much of something is allowed per second."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class TokenBucket:
    """Lets ``burst`` through at once and ``per_s`` on average after that."""

    __slots__ = ("_burst", "_per_s", "_tokens", "_updated_s")

    def __init__(self, burst: float, per_s: float, now_s: float) -> None:
        self._burst = burst
        self._per_s = per_s
        self._tokens = burst
        self._updated_s = now_s

    def take(self, now_s: float, tokens: float = 1) -> bool:
        """Spend so many if they are there. A clock that stands still or goes back adds none."""
        if now_s > self._updated_s:
            grown = self._tokens + (now_s - self._updated_s) * self._per_s
            self._tokens = min(self._burst, grown)
            self._updated_s = now_s
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True

    def owe(self, tokens: float) -> None:
        """Spend what is spent already: until it has grown again, not even nothing is there."""
        self._tokens -= tokens


class Rates(Generic[K]):
    """A bucket for each key, ``most`` at most. The one silent longest is forgotten: its bucket
    is full again by then, or so many take part that another bound decides."""

    def __init__(self, burst: float, per_s: float, most: int) -> None:
        self._burst = burst
        self._per_s = per_s
        self._most = most
        self._buckets: OrderedDict[K, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: K, now_s: float) -> bool:
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            bucket = TokenBucket(self._burst, self._per_s, now_s)
            if len(self._buckets) >= self._most:
                self._buckets.popitem(last=False)
        self._buckets[key] = bucket
        return bucket.take(now_s)
