"""How large an offer may be that is accepted without a question."""

from typing import Final

NO_LIMIT: Final = -1
"""As SetTrust takes it."""
_LIMITS: Final = (100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000)


def limits_with(now: int | None) -> list[int]:
    """In bytes, to choose from: none at all first. ``now`` may have been set elsewhere."""
    return [NO_LIMIT, *sorted({*_LIMITS, *([] if now is None else [now])})]
