"""Partial folders: kept as long as somebody may want to go on, then removed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.engine.core import Core
from app.engine.runs import Runs
from app.engine.workers import Workers
from app.model import Reason, TransferState
from app.store.types import StoredTransfer
from net.protocol.records import Verdict
from net.transfer.landing import discard_landing

CANCELLED_KEPT_MS: Final = 24 * 3600 * 1000
FAILED_KEPT_MS: Final = 7 * CANCELLED_KEPT_MS
"""A reason is shown, and the user may want to do something about it first."""
SWEEP_EVERY_S: Final = 3600.0
"""What nobody needs any more is looked for: it may stay a day."""


class Landings:
    """Each is known by its name before it is made, so that none is ever forgotten, and none
    of somebody else's who uses the same folder is taken for ours."""

    def __init__(self, core: Core, runs: Runs, workers: Workers) -> None:
        self._core = core
        self._runs = runs
        self._workers = workers
        self._timer: asyncio.TimerHandle | None = None
        self.on_free: Callable[[], None]
        """Set by the engine: what was asked for meanwhile can start."""

    def start(self) -> None:
        """Now and every hour."""
        self._timer = self._core.loop.call_later(SWEEP_EVERY_S, self.start)
        self._core.spawn(self.sweep())

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def drop(self, stored: StoredTransfer) -> None:
        """It goes on in another folder."""
        if stored.landing and stored.into:
            folder, name = Path(stored.into), stored.landing
            self._core.spawn(self._workers.run(discard_landing, folder, name))

    async def sweep(self) -> None:
        """Removes those that nobody needs any more."""
        for stored in await self._core.write(lambda w: w.landings()):
            if is_needed(stored, self._core.now_ms()) or not self._runs.claim(stored.transfer_id):
                continue
            try:
                await self._discard(stored.transfer_id)
            finally:
                self._runs.release(stored.transfer_id)
                self.on_free()

    async def _discard(self, transfer_id: bytes) -> None:
        """While it is claimed nobody begins to write there; but it may be wanted again."""
        stored = await self._core.write(lambda w: w.transfer(transfer_id))
        if stored and stored.landing and not is_needed(stored, self._core.now_ms()):
            folder = Path(stored.into or self._core.downloads)
            await self._workers.run(discard_landing, folder, stored.landing)
            await self._core.write(lambda w: w.update_transfer(transfer_id, landing=None))


def is_needed(stored: StoredTransfer, now_ms: int) -> bool:
    """Whether what has arrived may still be gone on with."""
    if not stored.state.is_final:
        return True
    if not (stored.transfer.done_bytes or stored.transfer.done_files):
        return False
    age_ms = now_ms - (stored.ended_ms or 0)
    if stored.state is TransferState.FAILED:
        return stored.reason is not Reason.BROKEN_PEER and age_ms < FAILED_KEPT_MS
    is_ours = stored.theirs.verdict is not Verdict.CANCELLED
    return stored.state is TransferState.CANCELLED and is_ours and age_ms < CANCELLED_KEPT_MS
