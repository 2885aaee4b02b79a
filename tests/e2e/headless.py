"""The promises that tests hold instances to, beside the driver itself."""

from tools.headless import STOP_S, WITHIN_S, Headless, Line, RefusedError, wait_until

__all__ = [
    "GONE_S",
    "MEET_S",
    "STOP_S",
    "WITHIN_S",
    "Headless",
    "Line",
    "RefusedError",
    "wait_until",
]

MEET_S = 2.0
"""Two people on one network see each other within 2 s."""
GONE_S = 20.0
"""A killed peer is shown as away within 20 s."""
