"""What users and the other sides decide about transfers, and how they stand after it.

Bytes are moved by threads (runs.py), in turns (queue.py). A state is written before it
is told; done and declined stay.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.commands import AcceptTransfer, ListTransfers, MoveTransfer, ResumeTransfer
from app.engine.arrivals import Arrival, Effect
from app.engine.chat import accept_by_writing, check_not_blocked, parse_id
from app.engine.core import Core
from app.engine.decisions import apply_decision, say, stand, standing
from app.engine.exchange import Exchange, check_state
from app.engine.folders import absolute_folder, check_folder
from app.engine.landings import Landings
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.queue import Queue, needed_bytes, short_of_room
from app.engine.run import Outcome
from app.engine.runs import Runs
from app.engine.unasked import Unasked
from app.engine.workers import Workers
from app.errors import ErrorCode, KnownError
from app.events import TransferChanged, TransfersListed
from app.model import Direction, MessageKind, Reason, Transfer, TransferState, Trust
from app.store.types import (
    IncomingMessage,
    IncomingOffer,
    Queued,
    StoredTransfer,
    TransferFields,
)
from app.store.writer import Writer
from net.protocol.names import safe_name
from net.protocol.records import Decision, Offer, Verdict
from net.protocol.rooms import RoomId
from net.transfer.choices import Choices, Existing
from net.transfer.faults import Fault

LIST_MAX: Final = 1000
"""In one answer: the newest."""
_STARTABLE: Final = (TransferState.OFFERED, TransferState.FAILED, TransferState.CANCELLED)
"""What can be accepted: an offer, or again what failed or was cancelled here."""
_DECLINABLE: Final = (TransferState.OFFERED, TransferState.WAITING)
_UNDER_WAY: Final = (TransferState.WAITING, TransferState.RUNNING, TransferState.PAUSED)
_BROKEN: Final = (TransferState.FAILED, TransferState.CANCELLED)

Check = Callable[[StoredTransfer], None]
"""Raises KnownError if this cannot be decided now."""


class Transfers:
    def __init__(
        self,
        core: Core,
        people: People,
        *,
        runs: Runs,
        exchange: Exchange,
        queue: Queue,
        landings: Landings,
        workers: Workers,
    ) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self._exchange = exchange
        self._queue = queue
        self._landings = landings
        self._workers = workers
        self.lanes: Lanes
        """Set by the engine: lanes and transfers need each other."""
        self._unasked = Unasked(core, runs, workers, self.accept)
        exchange.on_ended = self._on_ended
        runs.on_stalled = landings.on_free = queue.fill

    async def recover(self) -> None:
        """What was running when the process ended goes on when its person is here."""

        def work(w: Writer) -> bool:
            left = [s for s in w.under_way() if s.state is TransferState.RUNNING]
            for stored in left:
                now = standing(stored.direction, stored.ours, stored.theirs)
                stand(w, stored, now, TransferFields(), self._core.now_ms())
            return bool(short_of_room(w))

        has_full = await self._core.write(work)
        await self._runs.lists.recover()
        if has_full:
            self._queue.look_for_room()
        self._landings.start()
        self._core.spawn(self._queue.look_for_landed())

    def _on_ended(self, stored: StoredTransfer, transfer: Transfer, outcome: Outcome) -> None:
        self._queue.on_ended(stored, transfer, outcome)
        self._tidy(transfer)

    def _tidy(self, transfer: Transfer) -> None:
        if transfer.state.is_final:
            self._core.spawn(self._landings.sweep())

    # --- commands ----------------------------------------------------------

    async def accept(self, command: AcceptTransfer) -> None:
        """Raises KnownError NO_SUCH_TRANSFER, WRONG_STATE, NOT_WRITABLE, NO_SPACE, BLOCKED."""
        stored = await self._find(command.transfer_id, Direction.IN)
        into = command.into or _place_of(stored) or self._core.downloads
        choices = Choices(
            Existing(command.existing.value),
            {path: Existing(word.value) for path, word in command.choices},
            frozenset(command.only),
        )
        await self._accept(stored, into, choices, command.ref)

    async def _accept(
        self, stored: StoredTransfer, into: Path, choices: Choices, ref: str | None
    ) -> None:
        _check_startable(stored)
        person = self._people.of(stored)
        check_not_blocked(person)
        folder = absolute_folder(into)
        fields = TransferFields(into=str(folder), choices=choices, bad_names=())
        transfer = stored.transfer
        if stored.landing is None or folder != _place_of(stored):
            fields |= TransferFields(landing=None, done_bytes=0, done_files=0)
            needed = transfer.size_bytes
        else:
            needed = needed_bytes(transfer)
        await self._workers.run(check_folder, folder, needed if choices.takes_all else 0)

        def check(now: StoredTransfer) -> None:
            _check_startable(now)
            if now.ours != stored.ours:
                detail = f"this transfer was {now.state.value} meanwhile"
                raise KnownError(ErrorCode.WRONG_STATE, detail)

        def work(w: Writer) -> tuple[Transfer, Queued]:
            if person.trust is Trust.NEW:
                w.set_trust(person.peer, accepted=True)
            fields["queue_key"] = w.next_queue_key()
            return self._say(w, stored, Verdict.ACCEPTED, check, fields)

        self._tell(await self._core.write(work), person, ref)
        if fields.get("landing", "") is None:
            self._landings.drop(stored)
        accept_by_writing(self._people, person)

    async def decline(self, transfer_id: str, ref: str | None) -> None:
        stored = await self._find(transfer_id, Direction.IN)
        await self._decide(stored, Verdict.DECLINED, lambda now: check_state(now, _DECLINABLE), ref)

    async def cancel(self, transfer_id: str, ref: str | None) -> None:
        stored = await self._find(transfer_id, None)

        def check(now: StoredTransfer) -> None:
            check_state(now, (TransferState.OFFERED, *_UNDER_WAY))

        await self._decide(stored, Verdict.CANCELLED, check, ref)

    async def pause(self, transfer_id: str, ref: str | None) -> None:
        """Raises KnownError NO_SUCH_TRANSFER, WRONG_STATE."""
        stored = await self._find(transfer_id, None)
        await self._decide(stored, Verdict.PAUSED, _check_pausable, ref)

    async def resume(self, command: ResumeTransfer) -> None:
        """Raises KnownError NO_SUCH_TRANSFER, WRONG_STATE; of what is accepted anew by it
        also NOT_WRITABLE, NO_SPACE, BLOCKED."""
        stored = await self._find(command.transfer_id, None)
        ref, is_in = command.ref, stored.direction is Direction.IN
        if is_in and stored.state in _BROKEN:
            into = _place_of(stored) or self._core.downloads
            choices = replace(stored.choices, takes_rest=command.takes_rest)
            await self._accept(stored, into, choices, ref)
        else:
            told = await self._core.write(lambda w: self._go_on(w, stored))
            self._tell(told, self._people.of(stored), ref)

    def _go_on(self, w: Writer, stored: StoredTransfer) -> tuple[Transfer, Queued | None]:
        """On the store thread. Where nobody has stopped it there is nothing to say: it
        waits for the network, its turn, or room."""
        now = w.transfer(stored.transfer_id) or stored
        if now.state is TransferState.WAITING:
            return now.transfer, None
        if _is_full(now) and now.direction is Direction.IN:
            return w.update_transfer(now.transfer_id, state=TransferState.WAITING), None
        return self._say(w, now, Verdict.RESUMED, _check_resumable)

    async def move(self, command: MoveTransfer) -> None:
        """Raises KnownError NO_SUCH_TRANSFER, WRONG_STATE for what is not in the queue."""
        identifier = parse_id(command.transfer_id, ErrorCode.NO_SUCH_TRANSFER)
        before = command.before and parse_id(command.before, ErrorCode.NO_SUCH_TRANSFER)

        def work(w: Writer) -> tuple[Transfer, list[Transfer]]:
            changed = _move(w, _known(w, identifier), _known(w, before) if before else None)
            moved = _known(w, identifier).transfer
            return moved, [t for t in changed if t.transfer_id != moved.transfer_id]

        moved, others = await self._core.write(work)
        self._core.emit(TransferChanged(self._runs.live_view(moved), command.ref))
        for transfer in others:
            self._core.emit(TransferChanged(self._runs.live_view(transfer)))
        self._queue.fill()

    async def answer_list(self, command: ListTransfers) -> None:
        transfers = await self._core.write(lambda w: w.transfers(LIST_MAX, command.text))
        live = tuple(self._runs.live_view(t) for t in transfers)
        self._core.emit(TransfersListed(live, command.ref))

    async def paths_of(self, transfer: Transfer) -> list[Path]:
        """What was sent or received, where it is now. Raises KnownError NO_SUCH_PATH."""
        stored = await self._find(transfer.transfer_id, None)
        if transfer.direction is Direction.OUT:
            return [Path(source) for source in stored.sources]
        if transfer.state is not TransferState.DONE or transfer.path is None:
            raise KnownError(ErrorCode.NO_SUCH_PATH, "these files are not here")
        if stored.sources:
            return [Path(source) for source in stored.sources]
        if len(transfer.names) != 1:  # ``path`` is the folder they lie in, beside others
            raise KnownError(ErrorCode.NO_SUCH_PATH, "send these from their folder")
        return [Path(transfer.path)]

    # --- records -----------------------------------------------------------

    def on_offer(self, person: Acquaintance, record: Offer, *, is_shared: bool) -> Arrival:
        """``is_shared``: we both are members of the room it names."""
        offer = IncomingOffer(
            record.transfer,
            record.manifest,
            record.files,
            record.folders,
            record.size_bytes,
            tuple(safe_name(name) for name in record.names),
        )
        message = IncomingMessage(
            record.message,
            MessageKind.FILES,
            "",
            record.order,
            record.time_ms,
            offer,
            room_id=RoomId(record.room) if record.room and is_shared else None,
        )

        def undecided(w: Writer) -> Transfer | None:
            """As it was offered first: under a known id nothing was added."""
            stored = w.transfer(record.transfer)
            is_theirs = stored is not None and stored.peer_id == person.peer
            return stored.transfer if stored and is_theirs and _is_undecided(stored) else None

        def after(result: object) -> None:
            if isinstance(result, Transfer):
                self._unasked.consider(person, result)

        return Arrival(message, Effect(undecided, after))

    def on_decision(self, person: Acquaintance, record: Decision) -> Arrival:
        now_ms = self._core.now_ms()

        def apply(w: Writer) -> Transfer | None:
            return apply_decision(w, person, record, now_ms)

        def after(result: object) -> None:
            if isinstance(result, Transfer):
                self._exchange.on_word(result)
                self._queue.forget(record.transfer)
                self._queue.fill()
                self._tidy(result)

        return Arrival(effect=Effect(apply, after))

    # --- inside ------------------------------------------------------------

    async def _decide(
        self, stored: StoredTransfer, verdict: Verdict, check: Check, ref: str | None
    ) -> None:
        told = await self._core.write(lambda w: self._say(w, stored, verdict, check))
        fault = _FAULTS.get(verdict)
        if fault:
            self._runs.cancel(stored.transfer_id, fault)
        self._tell(told, self._people.of(stored), ref)

    def _say(
        self,
        w: Writer,
        stored: StoredTransfer,
        verdict: Verdict,
        check: Check,
        fields: TransferFields | None = None,
    ) -> tuple[Transfer, Queued]:
        """On the store thread: our decision, if it can still be made."""
        now = _known(w, stored.transfer_id)
        check(now)
        now_ms, make_lane = self._core.now_ms(), self._core.lane_id
        return say(w, now, verdict, fields, now_ms=now_ms, make_lane=make_lane)

    def _tell(
        self, told: tuple[Transfer, Queued | None], person: Acquaintance, ref: str | None
    ) -> None:
        """What is written is on its way; the user hears, and the queue looks again."""
        transfer, queued = told
        if queued:
            self.lanes.put(person, queued)
        self._core.emit(TransferChanged(self._runs.live_view(transfer), ref))
        self._queue.forget(bytes.fromhex(transfer.transfer_id))
        self._queue.fill()
        self._tidy(transfer)

    async def _find(self, transfer_id: str, direction: Direction | None) -> StoredTransfer:
        identifier = parse_id(transfer_id, ErrorCode.NO_SUCH_TRANSFER)
        stored = await self._core.write(lambda w: _known(w, identifier))
        if direction and stored.transfer.direction is not direction:
            raise KnownError(ErrorCode.WRONG_STATE, "only the receiver decides this")
        return stored


_FAULTS: Final = {
    Verdict.CANCELLED: Fault.BY_USER,
    Verdict.DECLINED: Fault.BY_USER,
    Verdict.PAUSED: Fault.PAUSED,
}
"""What ends a run when we say so."""


def _place_of(stored: StoredTransfer) -> Path | None:
    return Path(stored.into) if stored.into else None


def _is_undecided(stored: StoredTransfer) -> bool:
    is_in = stored.direction is Direction.IN
    return is_in and stored.state is TransferState.OFFERED and stored.ours.verdict is None


def _is_full(stored: StoredTransfer) -> bool:
    return stored.state is TransferState.PAUSED and stored.reason is Reason.NO_SPACE


def _check_startable(stored: StoredTransfer) -> None:
    if stored.theirs.verdict is Verdict.CANCELLED:
        raise KnownError(ErrorCode.WRONG_STATE, "the other side has taken this offer back")
    check_state(stored, _STARTABLE)


def _check_pausable(stored: StoredTransfer) -> None:
    is_ours = stored.direction is Direction.OUT
    check_state(stored, (TransferState.OFFERED, *_UNDER_WAY) if is_ours else _UNDER_WAY)
    if stored.ours.verdict is Verdict.PAUSED:
        raise KnownError(ErrorCode.WRONG_STATE, "this transfer is paused already")


def _check_resumable(stored: StoredTransfer) -> None:
    """What we stopped ourselves, and of our offers what failed."""
    is_ours = stored.ours.verdict in (Verdict.PAUSED, Verdict.CANCELLED)
    is_failed = stored.state is TransferState.FAILED and stored.direction is Direction.OUT
    if stored.state is TransferState.PAUSED and not is_ours:
        raise KnownError(ErrorCode.WRONG_STATE, "the other side has paused this transfer")
    if stored.theirs.verdict is Verdict.CANCELLED:
        raise KnownError(ErrorCode.WRONG_STATE, "the other side has cancelled this transfer")
    if not is_failed:
        check_state(stored, (TransferState.PAUSED, TransferState.CANCELLED))


def _known(w: Writer, transfer_id: bytes) -> StoredTransfer:
    stored = w.transfer(transfer_id)
    if stored is None:
        raise KnownError(ErrorCode.NO_SUCH_TRANSFER, f"no transfer {transfer_id.hex()}")
    return stored


def _move(w: Writer, one: StoredTransfer, other: StoredTransfer | None) -> list[Transfer]:
    """Gives the keys of the queue out anew; those that have another one now."""
    moved, before = one.transfer_id, other.transfer_id if other else None
    queue = [stored for stored in w.under_way() if stored.direction is Direction.IN]
    queue.sort(key=lambda stored: stored.transfer.queue_key)
    keys = [stored.transfer.queue_key for stored in queue]
    order = [stored.transfer_id for stored in queue]
    if moved not in order or (before is not None and before not in order):
        raise KnownError(ErrorCode.WRONG_STATE, "only what waits to be fetched is in the queue")
    if moved != before:
        order.remove(moved)
        order.insert(len(order) if before is None else order.index(before), moved)
    had = {stored.transfer_id: stored.transfer.queue_key for stored in queue}
    return [
        w.update_transfer(transfer_id, queue_key=key)
        for transfer_id, key in zip(order, keys, strict=True)
        if had[transfer_id] != key
    ]
