"""How much of something is allowed per second."""


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
