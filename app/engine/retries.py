"""When what broke off is tried again: ever more rarely, at once when there is news."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.engine.core import Core
from net.protocol.identity import PeerId

PAUSE_FIRST_S: Final = 1.0
PAUSE_CAP_S: Final = 30.0
PAUSE_GROWTH: Final = 1.8
_JITTER: Final = (0.8, 1.2)
"""So that many who lost one machine do not come back to it in step."""


@dataclass(slots=True)
class _Retry:
    peer: PeerId
    at_s: float
    pause_s: float


class Retries:
    """Of transfers by id. All on the engine's loop."""

    def __init__(self, core: Core, on_due: Callable[[], None]) -> None:
        self._core = core
        self._on_due = on_due
        self._retries: dict[bytes, _Retry] = {}
        self._timer: asyncio.TimerHandle | None = None

    def is_due(self, transfer_id: bytes) -> bool:
        retry = self._retries.get(transfer_id)
        return retry is None or self._core.now_s() >= retry.at_s

    def put_off(self, transfer_id: bytes, peer: PeerId, *, has_moved: bool) -> None:
        """It broke off. ``has_moved``: some of it came through, so it begins with short
        pauses again."""
        before = self._retries.get(transfer_id)
        if before is None or has_moved:
            pause_s = PAUSE_FIRST_S
        else:
            pause_s = min(PAUSE_CAP_S, before.pause_s * PAUSE_GROWTH)
        at_s = self._core.now_s() + pause_s * random.uniform(*_JITTER)
        self._retries[transfer_id] = _Retry(peer, at_s, pause_s)
        self._set_timer()

    def forget(self, transfer_id: bytes) -> None:
        """It is over, or the user wants it now."""
        self._retries.pop(transfer_id, None)

    def hurry(self, peer: PeerId | None = None) -> None:
        """The person is back, or (None) the network is another one: all pauses are over."""
        for transfer_id, retry in tuple(self._retries.items()):
            if peer in (None, retry.peer):
                del self._retries[transfer_id]

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _set_timer(self) -> None:
        """For the next one. Those that are due wait for a place, not for the clock."""
        self.stop()
        now_s = self._core.now_s()
        coming = [retry.at_s for retry in self._retries.values() if retry.at_s > now_s]
        if coming:
            self._timer = self._core.loop.call_at(min(coming), self._ring)

    def _ring(self) -> None:
        self._set_timer()
        self._on_due()
