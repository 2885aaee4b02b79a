"""When beacons go out: soon after a start, then ever more rarely the more people there are.

Source: PROTOCOL, "Discovery".
"""

from collections.abc import Callable
from typing import Final

INTERVAL_MIN_S: Final = 5.0
"""Two lost beacons in a row leave time to notice a killed peer within 20 s."""
NETWORK_BEACONS_PER_S: Final = 18.0
"""From everybody together; below 20 with what newcomers and answers add."""
JITTER: Final = 0.1
"""Of the interval, either way."""
BURST_S: Final = (0.0, 0.15, 0.4)
"""After a start or a change of networks. Three, because the first may be lost while switches
and sleeping Wi-Fi stations wake up."""
RETRY_S: Final = 1.0
RETRIES: Final = 3
"""After a card refused: its new IPv6 address is checked for a second or two before use. Then
it is not waited for any more."""
_SILENT_INTERVALS: Final = 2.5
ANSWER_SPREAD_S: Final = (0.05, 1.0)
"""A newcomer is answered within this, by everyone at a random time: the more people, the
longer, and never so long that two seconds would not hold."""
_ANSWERS_PER_S: Final = 500.0
"""What a newcomer's socket takes in easily."""

Entropy = Callable[[int], bytes]


def interval_s(live_peers: int) -> float:
    """Between two beacons of one peer; about the same for all, as all know as many peers."""
    return max(INTERVAL_MIN_S, (live_peers + 1) / NETWORK_BEACONS_PER_S)


def silence_limit_s(live_peers: int) -> float:
    """After so long without a beacon a peer may be gone: two were lost, or are late."""
    return _SILENT_INTERVALS * interval_s(live_peers)


def answer_delay_s(live_peers: int, entropy: Entropy) -> float:
    """How long to wait before a newcomer is answered."""
    shortest, longest = ANSWER_SPREAD_S
    return _fraction(entropy) * min(longest, max(shortest, live_peers / _ANSWERS_PER_S))


class BeaconSchedule:
    """Says when the next beacon is due. The caller sends it then and calls ``sent``."""

    def __init__(self, entropy: Entropy, now_s: float) -> None:
        self._entropy = entropy
        self._burst: list[float] = []
        self._retries = 0
        self._interval_s = RETRY_S
        """What the last beacon went by; after a burst the next may come nearly at once."""
        self._due_s = now_s
        self.restart(now_s)

    @property
    def due_s(self) -> float:
        return self._due_s

    def restart(self, now_s: float) -> None:
        """Start over with a burst: a card came, or an address changed."""
        self._burst = [now_s + offset_s for offset_s in BURST_S]
        self._due_s = self._burst.pop(0)
        self._retries = RETRIES
        self._interval_s = RETRY_S

    def sent(self, now_s: float, live_peers: int, *, is_complete: bool) -> None:
        """One went out; ``is_complete``: on every card. If not, the next comes earlier."""
        if self._burst:
            # after a stall the rest of the burst does not come all at once
            self._due_s = max(self._burst.pop(0), now_s + BURST_S[1] / 2)
        elif not is_complete and self._retries:
            self._retries -= 1
            self._due_s = now_s + RETRY_S
        else:
            self._due_s = now_s + self._wait_s(interval_s(live_peers))

    def _wait_s(self, new_s: float) -> float:
        """An interval give or take the jitter; a longer one than before begins anywhere in it.

        Else a thousand machines switched on together would beacon within the same few
        seconds of every minute, for an hour.
        """
        shortest_s = min(self._interval_s, (1 - JITTER) * new_s)
        longest_s = (1 + JITTER) * new_s
        self._interval_s = new_s
        return shortest_s + (longest_s - shortest_s) * _fraction(self._entropy)


def _fraction(entropy: Entropy) -> float:
    """Uniform in [0, 1)."""
    return int.from_bytes(entropy(4), "big") / (1 << 32)
