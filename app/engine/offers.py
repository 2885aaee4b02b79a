"""What we offer: from paths to a transfer, its row in the chat and the word to the others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.engine.chat import accept_by_writing, check_may_write
from app.engine.core import Core
from app.engine.everyone import Everyone
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.room_book import RoomBook
from app.engine.runs import Runs
from app.engine.workers import Workers
from app.errors import ErrorCode, KnownError
from app.events import OfferAdded
from app.model import MessageKind, Transfer, Trust
from app.store.types import NewTransfer, Queued
from app.store.writer import Writer
from net.protocol.limits import OFFER_NAMES_MAX
from net.protocol.names import safe_name
from net.protocol.records import Offer, encode_record
from net.protocol.rooms import RoomId
from net.transfer.scan import Scanned

Receiver = tuple[Acquaintance, RoomId | None]
"""Who gets an offer, and the room it is shown in."""
RECEIVERS_MAX: Final = 1000
"""Five full rooms. They are written in one commit, which others wait for."""


class Offers:
    def __init__(
        self, core: Core, people: People, book: RoomBook, runs: Runs, workers: Workers
    ) -> None:
        self._core = core
        self._people = people
        self._book = book
        self._runs = runs
        self._workers = workers
        self.lanes: Lanes
        """Set by the engine: lanes and offers need each other."""

    async def offer(self, names: Sequence[str], paths: Sequence[Path], ref: str | None) -> None:
        """To each person an offer of their own, and to each member of a room; scanned once.

        Raises KnownError for the first who cannot be offered files, NO_SUCH_PATH; nobody
        is offered anything then.
        """
        receivers = list(dict.fromkeys(one for name in names for one in self._receivers(name)))
        if len(receivers) > RECEIVERS_MAX:
            detail = f"{len(receivers)} people; one drop goes to at most {RECEIVERS_MAX}"
            raise KnownError(ErrorCode.TOO_LONG, detail)
        scanned, now_ms = await self._scan(paths), self._core.now_ms()
        receivers = _not_blocked(receivers)  # a scan takes its time
        entropy = self._core.entropy
        new = [(_describe(entropy(16), scanned, paths, now_ms), entropy(16)) for _ in receivers]

        def work(w: Writer) -> list[tuple[Queued, Transfer]]:
            return [
                self._add(w, person, each, message_id, room_id)
                for (person, room_id), (each, message_id) in zip(receivers, new, strict=True)
            ]

        added = await self._core.write(work)
        for (person, room_id), (queued, transfer) in zip(receivers, added, strict=True):
            if room_id is None:
                accept_by_writing(self._people, person)
            if queued.message:
                self._core.emit(OfferAdded(transfer, queued.message, ref))
            self.lanes.put(person, queued)
            ref = None

    def _receivers(self, name: str) -> list[Receiver]:
        """A person, or the members of a room who are not blocked. Raises KnownError."""
        if Everyone.is_meant(name):
            raise KnownError(ErrorCode.WRONG_STATE, "only texts go to room:everyone")
        room = self._book.find(name)
        if room is None:
            return _not_blocked([(self._people.find(name), None)])
        members = _not_blocked([(one, room.room_id) for one in self._book.members(room)])
        if not members:
            detail = f"there is nobody else in the room {room.view().name!r}"
            raise KnownError(ErrorCode.WRONG_STATE, detail)
        return members

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

    async def _scan(self, paths: Sequence[Path]) -> Scanned:
        """Raises KnownError, as OfferLists does."""
        absolute = [path.absolute() for path in paths]
        scan = self._runs.lists.scan
        return await self._workers.run(scan, absolute, lambda: self._workers.is_closing)


def _not_blocked(receivers: Sequence[Receiver]) -> list[Receiver]:
    """Without members of rooms who are. Raises KnownError BLOCKED for a person who is."""
    for person, room_id in receivers:
        if room_id is None:
            check_may_write(person)
    return [one for one in receivers if one[0].trust is not Trust.BLOCKED]


def _describe(
    transfer_id: bytes, scanned: Scanned, paths: Sequence[Path], time_ms: int
) -> NewTransfer:
    totals = scanned.totals
    return NewTransfer(
        transfer_id=transfer_id,
        manifest_hash=totals.manifest_hash,
        files=totals.files,
        folders=totals.folders,
        size_bytes=totals.size_bytes,
        names=tuple(safe_name(name) for name in totals.names[:OFFER_NAMES_MAX]),
        time_ms=time_ms,
        sources=tuple(str(path.absolute()) for path in paths),
        skipped=tuple(skipped.path for skipped in scanned.skipped),
        skipped_count=scanned.skipped_count,
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
