"""Which of what was accepted is fetched when: places, turns, pauses, room on the disk."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from app.engine.core import Core
from app.engine.exchange import Exchange, is_reachable
from app.engine.people import People
from app.engine.pushes import Pushes
from app.engine.retries import Retries
from app.engine.run import Outcome
from app.engine.runs import Runs
from app.engine.workers import Workers
from app.errors import KnownError
from app.events import TransferChanged
from app.model import Direction, Reason, Transfer, TransferState
from app.store.types import StoredTransfer
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.transfer.landing import is_complete

RUNS_BEYOND: Final = 8
"""Runs that stalled keep no place, but so many threads beyond the places are enough."""
ROOM_LOOK_S: Final = 5.0
"""How often a full disk is looked at."""
SPARE_BYTES: Final = 4 * 1024 * 1024
ENTRY_BYTES: Final = 4096
"""A file takes whole blocks, and its name some room."""


class Queue:
    """All on the engine's loop. Sending is not limited, and nobody hears "busy"."""

    def __init__(
        self,
        core: Core,
        people: People,
        *,
        runs: Runs,
        exchange: Exchange,
        pushes: Pushes,
        workers: Workers,
    ) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self._exchange = exchange
        self._pushes = pushes
        self._workers = workers
        self._retries = Retries(core, self.fill)
        self._is_filling = False
        self._is_wanted = False
        self._looking: asyncio.TimerHandle | None = None
        self._is_stopped = False
        exchange.on_refused = self.on_refused
        exchange.on_pushed, pushes.on_due = self._on_pushed, self.fill
        self._turn = asyncio.Lock()
        """Held by whoever gives places away."""
        self._landed: set[bytes] = set()
        """All of it has arrived, and only the real names are missing."""

    def stop(self) -> None:
        self._is_stopped = True
        self._retries.stop()
        if self._looking:
            self._looking.cancel()

    def fill(self) -> None:
        """Starts what can run now, in the order of the queue, while there are places."""
        self._is_wanted = True
        if not self._is_filling and not self._is_stopped:
            self._is_filling = True
            self._core.spawn(self._fill())

    def hurry(self, peer: PeerId | None = None) -> None:
        """The person is here (again), or the networks are others: nothing waits longer."""
        self._runs.doubt(peer)
        self._retries.hurry(peer)
        self._pushes.hurry(peer)
        self.fill()

    def forget(self, transfer_id: bytes) -> None:
        """What the user decides anew is not put off any more."""
        self._retries.forget(transfer_id)
        self._pushes.forget(transfer_id)

    def on_ended(self, stored: StoredTransfer, transfer: Transfer, outcome: Outcome) -> None:
        if stored.direction is Direction.OUT:
            has_moved = outcome.has_moved or outcome.fault is None
            self._pushes.on_ended(stored, has_moved=has_moved)
        elif transfer.state is TransferState.WAITING and not outcome.is_ours:
            has_moved = outcome.has_moved
            self._retries.put_off(stored.transfer_id, stored.peer_id, has_moved=has_moved)
        elif transfer.state is not TransferState.WAITING:
            self._retries.forget(stored.transfer_id)
        if transfer.reason is Reason.NO_SPACE:
            self.look_for_room()
        self.fill()

    def on_refused(self, stored: StoredTransfer) -> None:
        if stored.direction is Direction.IN:
            self._retries.put_off(stored.transfer_id, stored.peer_id, has_moved=False)

    async def _fill(self) -> None:
        try:
            while self._is_wanted and not self._is_stopped:
                self._is_wanted = False
                await self._give_places()
        except KnownError as error:
            self._core.report(error)
            self._core.loop.call_later(ROOM_LOOK_S, self.fill)
        finally:
            self._is_filling = False

    async def _give_places(self) -> None:
        async with self._turn:
            incoming, accepted = await self._core.write(waiting)
            self._pushes.consider(accepted)
            for stored in incoming:
                if not self._has_place():
                    break
                await self._start(stored)

    async def _on_pushed(self, transfer_id: bytes) -> None:
        """Its sender has come for it: it begins, if it is its turn. Raises KnownError."""
        if self._has_place():
            self._retries.forget(transfer_id)
            await self._give_places()

    def _has_place(self) -> bool:
        places = self._core.profile.settings.transfers_at_once
        runs = self._runs
        return runs.receiving < places and runs.threads_receiving < places + RUNS_BEYOND

    async def _start(self, stored: StoredTransfer) -> None:
        if stored.transfer_id in self._landed:
            self._landed.discard(stored.transfer_id)
            await self._exchange.receive(stored, ())
            return
        sender = self._people.get(stored.peer_id)
        if sender is None or not is_reachable(sender) or not sender.stream_addresses:
            return
        if self._retries.is_due(stored.transfer_id):
            await self._exchange.receive(stored, sender.stream_addresses)

    async def look_for_landed(self) -> None:
        """At the start: what had all arrived gets its real name, whoever is here."""
        incoming, _ = await self._core.write(waiting)
        found = [stored for stored in incoming if stored.landing]
        if found:
            self._landed = set(await self._workers.run(_landed, found, self._core.downloads))
            self.fill()

    # --- a full disk --------------------------------------------------------

    def look_for_room(self) -> None:
        """Now and then, as long as something waits for it."""
        if self._looking is None and not self._is_stopped:
            self._looking = self._core.loop.call_later(
                ROOM_LOOK_S, lambda: self._core.spawn(self._look())
            )

    async def _look(self) -> None:
        """What fits by now goes on by itself."""
        self._looking = None
        try:
            full = await self._core.write(short_of_room)
            if not full:
                return
            fitting = await self._workers.run(_fitting, full, self._core.downloads)
            for transfer in await self._core.write(lambda w: _go_on(w, fitting)):
                self._core.emit(TransferChanged(transfer))
        except KnownError as error:  # the profile's own disk is the full one, perhaps
            self._core.report(error)
        self.look_for_room()
        self.fill()


def waiting(w: Writer) -> tuple[list[StoredTransfer], list[StoredTransfer]]:
    """Accepted here and not fetched yet, in the order of the queue; and ours that others
    have accepted."""
    found = [stored for stored in w.under_way() if stored.state is TransferState.WAITING]
    incoming = [stored for stored in found if stored.direction is Direction.IN]
    incoming.sort(key=lambda stored: stored.transfer.queue_key)
    return incoming, [stored for stored in found if stored.direction is Direction.OUT]


def _landed(found: list[StoredTransfer], downloads: Path) -> list[bytes]:
    """Blocking."""
    return [
        stored.transfer_id
        for stored in found
        if stored.landing
        and is_complete(Path(stored.into or downloads), stored.landing, stored.choices)
    ]


def short_of_room(w: Writer) -> list[StoredTransfer]:
    return [
        stored
        for stored in w.under_way()
        if stored.reason is Reason.NO_SPACE and stored.direction is Direction.IN
    ]


def taken_bytes(transfer: Transfer) -> int:
    """What it still takes on the disk."""
    entries = transfer.files + transfer.folders
    missing = max(0, transfer.wanted_bytes - transfer.done_bytes)
    return missing + entries * ENTRY_BYTES


def needed_bytes(transfer: Transfer) -> int:
    """That, generously."""
    return taken_bytes(transfer) + SPARE_BYTES


def _fitting(full: list[StoredTransfer], downloads: Path) -> list[bytes]:
    """Blocking. Room is counted once, for all that would take it."""
    taken: dict[Path, int] = {}
    fitting = []
    for stored in full:
        folder = Path(stored.into) if stored.into else downloads
        needed = taken.get(folder, 0) + needed_bytes(stored.transfer)
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            continue  # unplugged: it is looked for again
        if needed <= free:
            taken[folder] = needed
            fitting.append(stored.transfer_id)
    return fitting


def _go_on(w: Writer, transfer_ids: list[bytes]) -> list[Transfer]:
    changed = []
    for transfer_id in transfer_ids:
        stored = w.transfer(transfer_id)
        if stored and stored.reason is Reason.NO_SPACE:
            changed.append(w.update_transfer(transfer_id, state=TransferState.WAITING))
    return changed
