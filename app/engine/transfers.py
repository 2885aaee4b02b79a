"""Offers and what becomes of them: commands, decisions of either side, states.

The bytes themselves are moved by threads (runs.py). A state is written before it
is told; final states stay.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.engine.arrivals import Arrival, Effect
from app.engine.chat import accept_by_writing, check_not_blocked, parse_id
from app.engine.core import Core
from app.engine.decisions import apply_decision
from app.engine.exchange import Exchange, check_state
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.runs import Runs
from app.errors import ErrorCode, KnownError
from app.events import OfferAdded, TransferChanged, TransfersListed
from app.model import Direction, MessageKind, Reason, Transfer, TransferState, Trust
from app.store.types import IncomingMessage, IncomingOffer, NewTransfer, Queued, StoredTransfer
from app.store.writer import Writer
from net.protocol.limits import OFFER_NAMES_MAX
from net.protocol.names import safe_name
from net.protocol.records import Decision, Offer, Verdict, encode_record
from net.protocol.rooms import RoomId
from net.transfer.landing import remove_leftovers
from net.transfer.scan import Sources, TooManyFilesError, scan_sources

T = TypeVar("T")

LIST_MAX = 1000
_STARTABLE = (TransferState.OFFERED, TransferState.FAILED)
"""What can be accepted: an offer, or again what failed."""
_DECLINABLE = (TransferState.OFFERED, TransferState.WAITING)
_CANCELLABLE = (
    TransferState.OFFERED,
    TransferState.WAITING,
    TransferState.RUNNING,
    TransferState.PAUSED,
)


class Transfers:
    def __init__(self, core: Core, people: People, runs: Runs, exchange: Exchange) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self._exchange = exchange
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="scan")
        self._is_closing = False
        self._working = 0
        self.lanes: Lanes
        """Set by the engine: lanes and transfers need each other."""

    async def recover(self) -> None:
        """What was running when the process ended waits for its person again, from the start."""

        def work(w: Writer) -> set[str]:
            left = [s for s in w.unfinished(None) if s.transfer.state is TransferState.RUNNING]
            for stored in left:
                w.update_transfer(stored.transfer_id, state=TransferState.WAITING, done_bytes=0)
            return {stored.into for stored in left if stored.into}

        self._core.spawn(self._clear_up(await self._core.write(work)))

    async def _clear_up(self, folders: set[str]) -> None:
        for folder in folders:
            await self._in_thread(remove_leftovers, Path(folder))

    def stop(self) -> None:
        """What is being scanned is given up."""
        self._is_closing = True

    def close(self) -> None:
        """Waits only for threads that have nothing to do: a disk may take its time."""
        self._pool.shutdown(wait=not self._working, cancel_futures=True)

    async def offer(self, name: str, paths: Sequence[Path], ref: str | None) -> None:
        """Raises KnownError UNKNOWN_PERSON, BLOCKED, NO_SUCH_PATH."""
        person = self._people.find(name)
        check_not_blocked(person)
        await self._offer([person], None, paths, ref)

    async def offer_to_room(
        self,
        room_id: RoomId,
        members: Sequence[Acquaintance],
        paths: Sequence[Path],
        ref: str | None,
    ) -> None:
        """To each an offer of their own, shown in the room. Raises KnownError WRONG_STATE for
        nobody, NO_SUCH_PATH."""
        receivers = [person for person in members if person.trust is not Trust.BLOCKED]
        if not receivers:
            raise KnownError(ErrorCode.WRONG_STATE, "there is nobody else in this room")
        await self._offer(receivers, room_id, paths, ref)

    async def _offer(
        self,
        people: Sequence[Acquaintance],
        room_id: RoomId | None,
        paths: Sequence[Path],
        ref: str | None,
    ) -> None:
        sources, now_ms = await self._scan(paths), self._core.now_ms()
        entropy = self._core.entropy
        new = [(p, _describe(entropy(16), sources, paths, now_ms), entropy(16)) for p in people]

        def work(w: Writer) -> list[tuple[Queued, Transfer]]:
            return [self._add(w, person, each, i, room_id) for person, each, i in new]

        added = await self._core.write(work)
        for (person, each, _), (queued, transfer) in zip(new, added, strict=True):
            self._runs.keep_sources(each.transfer_id, sources)
            if room_id is None:
                accept_by_writing(self._people, person)
            if queued.message:
                self._core.emit(OfferAdded(transfer, queued.message, ref))
            self.lanes.put(person, queued)
            ref = None

    def _add(
        self,
        w: Writer,
        person: Acquaintance,
        new: NewTransfer,
        message_id: bytes,
        room_id: RoomId | None,
    ) -> tuple[Queued, Transfer]:
        """On the store thread: the transfer, its chat row, and the offer in the lane."""
        w.lane_for(person.peer, self._core.lane_id)
        if person.trust is Trust.NEW and room_id is None:
            w.set_trust(person.peer, accepted=True)
        transfer = w.add_transfer(person.peer, new)
        queued = w.add_message(
            person.peer,
            message_id,
            kind=MessageKind.FILES,
            text="",
            time_ms=new.time_ms,
            encode=lambda order: encode_record(_offer_record(new, message_id, order, room_id)),
            transfer_id=new.transfer_id,
            room_id=room_id,
        )
        return queued, transfer

    async def accept(self, transfer_id: str, into: Path | None, ref: str | None) -> None:
        """Raises KnownError NO_SUCH_TRANSFER, WRONG_STATE, NOT_WRITABLE, NO_SPACE, BLOCKED."""
        stored = await self._find(transfer_id, Direction.IN)
        if stored.transfer.reason is Reason.BY_PEER:
            raise KnownError(ErrorCode.WRONG_STATE, "the other side has taken this offer back")
        check_state(stored, _STARTABLE)
        person = self._people.of(stored)
        check_not_blocked(person)
        folder = absolute_folder(into or self._core.downloads)
        await self._in_thread(check_folder, folder, stored.transfer.size_bytes)
        transfer = await self._decide(
            stored,
            person,
            Verdict.ACCEPTED,
            _STARTABLE,
            state=TransferState.WAITING,
            into=folder,
        )
        accept_by_writing(self._people, person)
        self._core.emit(TransferChanged(transfer, ref))
        await self._exchange.start_waiting(person)

    async def decline(self, transfer_id: str, ref: str | None) -> None:
        stored = await self._find(transfer_id, Direction.IN)
        transfer = await self._decide(
            stored,
            self._people.of(stored),
            Verdict.DECLINED,
            _DECLINABLE,
            state=TransferState.DECLINED,
            reason=Reason.BY_USER,
        )
        self._core.emit(TransferChanged(transfer, ref))

    async def cancel(self, transfer_id: str, ref: str | None) -> None:
        stored = await self._find(transfer_id, None)
        transfer = await self._decide(
            stored,
            self._people.of(stored),
            Verdict.CANCELLED,
            _CANCELLABLE,
            state=TransferState.CANCELLED,
            reason=Reason.BY_USER,
        )
        self._runs.cancel(stored.transfer_id, Reason.BY_USER)
        self._core.emit(TransferChanged(transfer, ref))

    async def paths_of(self, transfer: Transfer) -> list[Path]:
        """What was sent or received, where it is now. Raises KnownError NO_SUCH_PATH."""
        stored = await self._find(transfer.transfer_id, None)
        if transfer.direction is Direction.OUT:
            return [Path(source) for source in stored.sources]
        if transfer.state is not TransferState.DONE or transfer.path is None:
            raise KnownError(ErrorCode.NO_SUCH_PATH, "these files are not here")
        if len(transfer.names) != 1:  # ``path`` is the folder they lie in, beside others
            raise KnownError(ErrorCode.NO_SUCH_PATH, "send these from their folder")
        return [Path(transfer.path)]

    async def list(self, ref: str | None) -> None:
        transfers = await self._core.write(lambda w: w.transfers(LIST_MAX))
        live = tuple(self._runs.live_view(t) for t in transfers)
        self._core.emit(TransfersListed(live, ref))

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

        def is_theirs(w: Writer) -> bool:
            stored = w.transfer(record.transfer)  # under a known id nothing was added
            return stored is not None and stored.peer_id == person.peer

        def after(result: object) -> None:
            if result and person.auto_accept and person.is_contact:
                self._core.spawn(self.accept(record.transfer.hex(), None, None))

        return Arrival(message, Effect(is_theirs, after))

    def on_decision(self, person: Acquaintance, record: Decision) -> Arrival:
        def apply(w: Writer) -> Transfer | None:
            return apply_decision(w, person, record)

        def after(result: object) -> None:
            if isinstance(result, Transfer):
                if result.state.is_final:
                    self._runs.cancel(record.transfer, Reason.BY_PEER)
                self._core.emit(TransferChanged(result))

        return Arrival(effect=Effect(apply, after))

    async def _decide(
        self,
        stored: StoredTransfer,
        person: Acquaintance,
        verdict: Verdict,
        allowed: Sequence[TransferState],
        *,
        state: TransferState,
        reason: Reason | None = None,
        into: Path | None = None,
    ) -> Transfer:
        """Our decision to the disk and into the outbox, in one commit.

        Raises KnownError WRONG_STATE if it is not in one of the ``allowed`` states.
        """

        def work(w: Writer) -> tuple[Transfer, Queued]:
            check_state(w.transfer(stored.transfer_id), allowed)
            if verdict is Verdict.ACCEPTED and person.trust is Trust.NEW:
                w.set_trust(person.peer, accepted=True)
            transfer = w.update_transfer(
                stored.transfer_id,
                state=state,
                reason=reason,
                into=str(into) if into else None,
                done_bytes=0 if state is TransferState.WAITING else None,
            )
            w.lane_for(person.peer, self._core.lane_id)
            record = encode_record(Decision(stored.transfer_id, verdict))
            return transfer, w.add_record(person.peer, record)

        transfer, queued = await self._core.write(work)
        self.lanes.put(person, queued)
        return transfer

    async def _scan(self, paths: Sequence[Path]) -> Sources:
        absolute = [path.absolute() for path in paths]
        try:
            return await self._in_thread(scan_sources, absolute, lambda: self._is_closing)
        except FileNotFoundError as error:
            detail = f"there is no {error.filename}"
            raise KnownError(ErrorCode.NO_SUCH_PATH, detail) from error
        except (OSError, ValueError) as error:
            raise KnownError(ErrorCode.NO_SUCH_PATH, str(error)) from error
        except TooManyFilesError as error:
            raise KnownError(ErrorCode.TOO_LONG, str(error)) from error

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        self._working += 1
        try:
            return await self._core.loop.run_in_executor(self._pool, work, *arguments)
        finally:
            self._working -= 1

    async def _find(self, transfer_id: str, direction: Direction | None) -> StoredTransfer:
        identifier = parse_id(transfer_id, ErrorCode.NO_SUCH_TRANSFER)
        stored = await self._core.write(lambda w: w.transfer(identifier))
        if stored is None:
            raise KnownError(ErrorCode.NO_SUCH_TRANSFER, f"no transfer {transfer_id}")
        if direction and stored.transfer.direction is not direction:
            raise KnownError(ErrorCode.WRONG_STATE, "only the receiver decides this")
        return stored


def absolute_folder(path: Path) -> Path:
    """With ~ for the home folder. Raises KnownError NOT_WRITABLE for what can be no path."""
    try:
        folder = path.expanduser().absolute()
        os.fsencode(folder)
    except (RuntimeError, ValueError) as error:  # a ~user there is not; a half character
        raise KnownError(ErrorCode.NOT_WRITABLE, f"{path}: {error}") from error
    if "\0" in str(folder):
        raise KnownError(ErrorCode.NOT_WRITABLE, "a path holds no NUL")
    return folder


def check_folder(folder: Path, size_bytes: int) -> None:
    """Makes the folder if it is missing. Raises KnownError NOT_WRITABLE or NO_SPACE."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        detail = f"{folder}: {error.strerror}"
        raise KnownError(ErrorCode.NOT_WRITABLE, detail) from error
    if size_bytes > free:
        detail = f"{size_bytes} bytes do not fit into {free} free bytes of {folder}"
        raise KnownError(ErrorCode.NO_SPACE, detail)


def _describe(
    transfer_id: bytes, sources: Sources, paths: Sequence[Path], time_ms: int
) -> NewTransfer:
    totals = sources.manifest.totals
    return NewTransfer(
        transfer_id=transfer_id,
        manifest_hash=totals.manifest_hash,
        files=totals.files,
        folders=totals.folders,
        size_bytes=totals.size_bytes,
        names=tuple(safe_name(name) for name in totals.names[:OFFER_NAMES_MAX]),
        time_ms=time_ms,
        sources=tuple(str(path.absolute()) for path in paths),
    )


def _offer_record(new: NewTransfer, message_id: bytes, order: int, room_id: RoomId | None) -> Offer:
    return Offer(
        message=message_id,
        order=order,
        time_ms=new.time_ms,
        transfer=new.transfer_id,
        manifest=new.manifest_hash,
        files=new.files,
        folders=new.folders,
        size_bytes=new.size_bytes,
        names=new.names,
        room=room_id,
    )
