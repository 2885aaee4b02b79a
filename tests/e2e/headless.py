"""The promises that tests hold instances to, beside the driver itself."""

from tools.headless import STOP_S, WITHIN_S, Headless, Line, RefusedError, wait_until

__all__ = [
    "AT_ONCE_S",
    "GONE_S",
    "MEET_S",
    "STOP_S",
    "WITHIN_S",
    "Headless",
    "Line",
    "RefusedError",
    "wait_until",
]

MEET_S = 4.0
"""Two people on one network see each other within 2 s; a machine that is shared may stop for
as long. Later than this the next regular beacon would have done it."""
AT_ONCE_S = 4.0
"""For what is told, and not noticed by a silence of 12 s."""
GONE_S = 20.0
"""A killed peer is shown as away within 20 s."""
