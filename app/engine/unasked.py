"""Offers of those who are trusted to send unasked: accepted while the disk has room for them.

Each is within what the user chose for one, but there may be any number of them.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from app.commands import AcceptTransfer
from app.engine.core import Core
from app.engine.folders import absolute_folder
from app.engine.people import Acquaintance
from app.engine.queue import taken_bytes
from app.engine.runs import Runs
from app.engine.workers import Workers
from app.model import Direction, Transfer

FREE_BYTES_KEPT, FREE_SHARE_KEPT = 1 << 30, 20
"""What is accepted unasked leaves so much of the disk free, or one part of so many if that is less:
desktops warn below that. What would not is asked about."""
UNASKED_WAITING_MAX: Final = 1000
"""Accepted and not here yet, and as many not looked at yet. What comes beyond is asked about."""


class Unasked:
    """All on the engine's loop."""

    def __init__(
        self,
        core: Core,
        runs: Runs,
        workers: Workers,
        accept: Callable[[AcceptTransfer], Awaitable[None]],
    ) -> None:
        self._core = core
        self._runs = runs
        self._workers = workers
        self._accept = accept
        self._turn = asyncio.Lock()
        """One after the other: each counts those before it."""
        self._considered = 0

    def consider(self, person: Acquaintance, offer: Transfer) -> None:
        """It is accepted, or stays what it is: a question."""
        if person.takes_unasked(offer) and self._considered < UNASKED_WAITING_MAX:
            self._considered += 1
            self._core.spawn(self._consider(person, offer))

    async def _consider(self, person: Acquaintance, offer: Transfer) -> None:
        """Raises KnownError, as accepting does."""
        try:
            async with self._turn:
                if person.takes_unasked(offer) and await self._has_room(offer):
                    await self._accept(AcceptTransfer(offer.transfer_id))
        finally:
            self._considered -= 1

    async def _has_room(self, offer: Transfer) -> bool:
        downloads = absolute_folder(self._core.downloads)
        awaited = [
            self._runs.live_view(stored.transfer)
            for stored in await self._core.write(lambda w: w.under_way())
            if stored.direction is Direction.IN and stored.into in (None, str(downloads))
        ]
        if len(awaited) >= UNASKED_WAITING_MAX:
            return False
        size_bytes = sum(map(taken_bytes, [offer, *awaited]))
        entries = sum(each.files + each.folders for each in [offer, *awaited])
        return await self._workers.run(stays_free, downloads, size_bytes, entries)


def stays_free(folder: Path, size_bytes: int, entries: int) -> bool:
    """Whether enough of the disk does, with so much more on it. Blocking."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        disk = shutil.disk_usage(folder)
        if size_bytes + min(disk.total // FREE_SHARE_KEPT, FREE_BYTES_KEPT) > disk.free:
            return False
        if sys.platform == "win32":
            return True
        names = os.statvfs(folder)
    except OSError:
        return True  # accepting says what is wrong
    return not names.f_files or entries + names.f_files // FREE_SHARE_KEPT <= names.f_favail
