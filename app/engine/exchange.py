"""Bytes of a transfer begin to move, and what comes of it.

The threads that move them are in runs.py; when what is accepted is fetched, queue.py
decides. A state is written before it is told.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from app.engine.chat import parse_id
from app.engine.core import Core
from app.engine.decisions import encode_word, say, stand, standing
from app.engine.lanes import Lanes
from app.engine.listings import Listings
from app.engine.people import Acquaintance, People
from app.engine.run import Outcome
from app.engine.runs import Runs
from app.engine.workers import Workers
from app.errors import ErrorCode, KnownError
from app.events import TransferChanged
from app.model import Direction, Reason, Transfer, TransferState, Trust, Way
from app.store.types import Queued, StoredTransfer, TransferFields
from app.store.writer import Writer
from net.protocol.packet import Address
from net.protocol.records import Verdict
from net.streams import Stream
from net.transfer.faults import Fault
from net.transfer.landing import discard_landing, new_landing
from net.transfer.listing import MANIFEST
from net.transfer.push import PushSlot

WRITE_AGAIN_S: Final = 1.0
WRITE_AGAIN_CAP_S: Final = 10.0
"""Pauses between tries to write an end down, while the disk takes nothing."""
_FAILING: Final = frozenset(
    {
        Fault.SOURCE_CHANGED,
        Fault.SOURCE_UNREADABLE,
        Fault.NOT_WRITABLE,
        Fault.DISK_ERROR,
        Fault.BROKEN_PEER,
        Fault.NOT_OFFERED,
        Fault.INTERNAL,
    }
)
"""To try again by itself would end the same. Everything else waits and goes on."""
_TOLD_WHILE_WAITING: Final = {
    Fault.CONNECTION_LOST: Reason.CONNECTION_LOST,
    Fault.UNREACHABLE: Reason.UNREACHABLE,
}
_OVER: Final = (TransferState.DONE, TransferState.DECLINED)
_GOING: Final = (TransferState.OFFERED, TransferState.WAITING)
_CLOSED: Final = {Verdict.PAUSED: Fault.PAUSED, Verdict.CANCELLED: Fault.BY_USER}
"""What we said of an offer, and so what whoever fetches it now is told."""
_BREAKS_OFF: Final = {
    TransferState.PAUSED: Fault.PAUSED,
    TransferState.CANCELLED: Fault.BY_PEER,
    TransferState.DECLINED: Fault.BY_PEER,
}


class Exchange:
    def __init__(
        self, core: Core, people: People, *, runs: Runs, listings: Listings, workers: Workers
    ) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self._listings = listings
        self._workers = workers
        self._told_again: set[bytes] = set()
        self.on_ended: Callable[[StoredTransfer, Transfer, Outcome], None]
        """Set by the engine: a thread has ended, and that is written down."""
        self.on_refused: Callable[[StoredTransfer], None]
        """Set by the engine: the disk did not take that it runs, so it does not."""
        self.on_pushed: Callable[[bytes], Coroutine[Any, Any, None]]
        """Set by the engine: begins with this transfer, if it is its turn."""
        self._pushed: dict[bytes, Stream] = {}
        """What the senders of waiting transfers have opened, until it is clear whose turn it is."""
        self._slots: dict[bytes, PushSlot] = {}
        """Of what is being fetched: where a stream that its sender has opened is put."""
        self.lanes: Lanes
        """Set by the engine: lanes and transfers need each other."""

    async def receive(self, stored: StoredTransfer, addresses: Sequence[Address]) -> None:
        """Fetches what waits here; without addresses only what has arrived as a whole and
        needs no more than its real name."""
        if not self._runs.claim(stored.transfer_id):
            return
        slot = self._slots[stored.transfer_id] = PushSlot()
        pushed = self._pushed.pop(stored.transfer_id, None)
        if pushed:
            slot.put(pushed)
        begun = await self._begin(stored, is_receiving=True)
        if begun:
            self._runs.receive(*begun, addresses, slot, self._on_end)
        else:
            self._close_slot(stored.transfer_id)

    def on_stream(self, stream: Stream) -> None:
        """A receiver wants what we offered, or to know what that is; or a sender has come."""
        if stream.hello.use == MANIFEST:
            self._core.spawn(self._tell_list(stream))
        elif stream.hello.push:
            self._core.spawn(self._take_push(stream))
        else:
            self._core.spawn(self.serve(stream))

    def on_word(self, transfer: Transfer) -> None:
        """The other side said something that changed a transfer; it is written down."""
        fault = _BREAKS_OFF.get(transfer.state)
        if fault:
            self._runs.cancel(bytes.fromhex(transfer.transfer_id), fault)
        if transfer.state in _OVER and transfer.direction is Direction.OUT:
            self._runs.lists.release(bytes.fromhex(transfer.transfer_id))
        self._core.emit(TransferChanged(self._runs.live_view(transfer)))

    def on_blocked(self, person: Acquaintance) -> None:
        """What runs with them ends; it would go on if they were unblocked."""
        for transfer_id in self._runs.of(person.peer):
            self._runs.cancel(transfer_id, Fault.STOPPED)

    def _close_slot(self, transfer_id: bytes) -> None:
        """What is in it came for nothing."""
        slot = self._slots.pop(transfer_id, None)
        pushed = slot.close() if slot else None
        if pushed:
            self._runs.refuse_push(pushed)

    async def _take_push(self, stream: Stream) -> None:
        """The sender of something that waits here has connected, as we may not get through."""
        try:
            stored = await self._find(stream, Direction.IN)
        except KnownError as error:
            self._core.report(error)
            stored = None
        sender = self._people.get(stream.peer)
        if stored is None or sender is None:
            self._runs.refuse_push(stream)
            return
        slot = self._slots.get(stored.transfer_id)
        if slot and slot.put(stream):
            return
        is_waiting = stored.state is TransferState.WAITING and is_reachable(sender)
        if is_waiting and await self._is_its_turn(stored.transfer_id, stream):
            return
        self._runs.cancel_stalled(stored.transfer_id)
        self._runs.refuse_push(stream)

    async def _is_its_turn(self, transfer_id: bytes, stream: Stream) -> bool:
        """If so the stream is taken."""
        if transfer_id in self._pushed:
            return False
        self._pushed[transfer_id] = stream
        try:
            await self.on_pushed(transfer_id)
        except KnownError as error:
            self._core.report(error)
        return self._pushed.pop(transfer_id, None) is None

    async def serve(self, stream: Stream) -> None:
        """A receiver waits for our word. Done when a thread is at it, or it was refused."""
        try:
            stored = await self._find(stream, Direction.OUT)
        except KnownError as error:  # of the disk: they may come again
            self._core.report(error)
            self._runs.refuse(stream, Fault.STOPPED)
            return
        if stored is None or stored.state in _OVER:
            self._runs.refuse(stream, Fault.NOT_OFFERED)
            return
        closed = _CLOSED.get(stored.ours.verdict) if stored.ours.verdict else None
        if closed:
            self._runs.refuse(stream, closed)
            await self._tell_again(stored)
            return
        if not self._runs.may_serve(stored.peer_id) or not self._runs.claim(stored.transfer_id):
            self._runs.cancel_stalled(stored.transfer_id)
            self._runs.refuse(stream, Fault.STOPPED)
            return
        begun = await self._begin(stored, is_receiving=False)
        if begun:
            self._runs.serve(*begun, stream, self._on_end)
        else:
            self._runs.refuse(stream, Fault.STOPPED)

    async def _tell_again(self, stored: StoredTransfer) -> None:
        """They do not know what we said last: it may have come before the offer itself.
        Once is enough, and nobody fills our outbox by asking."""
        if stored.transfer_id in self._told_again:
            return
        self._told_again.add(stored.transfer_id)
        record = encode_word(stored.transfer_id, stored.ours)
        queued = await self._core.write(lambda w: w.add_record(stored.peer_id, record))
        self.lanes.put(self._people.of(stored), queued)

    async def _tell_list(self, stream: Stream) -> None:
        try:
            stored = await self._find(stream, Direction.OUT)
        except KnownError as error:
            self._core.report(error)
            stored = None
        if stored and stored.state not in _OVER and stored.ours.verdict is not Verdict.CANCELLED:
            self._listings.tell(stored, stream)
        else:
            self._runs.refuse(stream, Fault.NOT_OFFERED)

    async def _find(self, stream: Stream, direction: Direction) -> StoredTransfer | None:
        """What the hello names, if it is between us and whoever holds the other end. Raises
        KnownError when the disk refuses."""
        try:
            identifier = parse_id(stream.hello.transfer, ErrorCode.NO_SUCH_TRANSFER)
        except KnownError:
            return None
        stored = await self._core.write(lambda w: w.transfer(identifier))
        if stored is None or stored.peer_id != stream.peer:
            return None
        return stored if stored.direction is direction else None

    async def _begin(
        self, stored: StoredTransfer, *, is_receiving: bool
    ) -> tuple[StoredTransfer, Transfer] | None:
        """What was claimed is running now. None, and claimed no more: it was taken back
        meanwhile, or the disk refused."""

        def work(w: Writer) -> tuple[StoredTransfer, Transfer]:
            now = w.transfer(stored.transfer_id)
            if is_receiving:
                check_state(now, (TransferState.WAITING,))
            elif now is None or now.state in _OVER or now.ours.verdict in _CLOSED:
                raise KnownError(ErrorCode.WRONG_STATE, "this is not offered now")
            fields = TransferFields(bad_names=())
            if is_receiving and now and not now.landing:
                fields |= TransferFields(landing=new_landing(), done_bytes=0, done_files=0)
            transfer = w.update_transfer(stored.transfer_id, state=TransferState.RUNNING, **fields)
            begun = w.transfer(stored.transfer_id)
            assert begun is not None
            return begun, transfer

        try:
            begun, transfer = await self._core.write(work)
        except BaseException as error:
            self._runs.release(stored.transfer_id)
            if not isinstance(error, KnownError):
                raise
            if error.code is not ErrorCode.WRONG_STATE:
                self._core.report(error)
                self.on_refused(stored)
            return None
        self._core.emit(TransferChanged(transfer))
        return begun, transfer

    def _on_end(self, stored: StoredTransfer, outcome: Outcome) -> None:
        self._close_slot(stored.transfer_id)
        self._core.spawn(self._finish(stored, outcome))

    async def _finish(self, stored: StoredTransfer, outcome: Outcome) -> None:
        """A thread has ended: the outcome to the disk, the other side, the user."""
        now_ms, make_lane = self._core.now_ms(), self._core.lane_id
        person, way = self._people.of(stored), _way_to_remember(stored, outcome)

        def work(w: Writer) -> tuple[Transfer, Queued | None, bool]:
            if way and way is not person.way:
                w.remember_way(person.peer, way)
            end, key = outcome, stored.transfer_id
            transfer, queued = write_outcome(w, key, end, now_ms=now_ms, make_lane=make_lane)
            now = w.transfer(key)
            return transfer, queued, now is not None and now.landing != stored.landing

        pause_s = WRITE_AGAIN_S
        while True:
            try:
                transfer, queued, is_elsewhere = await self._core.write(work)
                break
            except KnownError as error:  # a full disk must not leave it "running" for ever
                if error.code is ErrorCode.NO_SUCH_TRANSFER:
                    self._runs.release(stored.transfer_id)
                    raise
                self._core.report(error)
            await asyncio.sleep(pause_s)
            pause_s = min(WRITE_AGAIN_CAP_S, 2 * pause_s)
        if stored.landing and (transfer.state is TransferState.DONE or is_elsewhere):
            folder = Path(stored.into or self._core.downloads)
            await self._workers.run(discard_landing, folder, stored.landing)
        self._runs.release(stored.transfer_id)
        person.way = way or person.way
        self._core.emit(TransferChanged(transfer))
        if queued:
            self.lanes.put(person, queued)
        self.on_ended(stored, transfer, outcome)


def write_outcome(
    w: Writer,
    transfer_id: bytes,
    outcome: Outcome,
    *,
    now_ms: int,
    make_lane: Callable[[], bytes],
) -> tuple[Transfer, Queued | None]:
    """What a run came to, beside what both sides said meanwhile."""
    now = w.transfer(transfer_id)
    if now is None:
        raise KnownError(ErrorCode.NO_SUCH_TRANSFER, "the transfer that ran is gone")
    if now.state in _OVER:
        return now.transfer, None
    fields = cast("TransferFields", dict(outcome.counts))
    teller = partial(say, w, now, now_ms=now_ms, make_lane=make_lane)
    if outcome.fault is None:
        path = str(outcome.path) if outcome.path else None
        if now.direction is Direction.IN:  # it is here, whatever was said meanwhile
            fields["path"] = path
            fields["sources"] = outcome.landed
            return teller(Verdict.DONE, fields)
        fields["ended_ms"] = now_ms
        return w.update_transfer(transfer_id, state=TransferState.DONE, **fields), None
    state, reason = standing(now.direction, now.ours, now.theirs)
    if outcome.fault in _FAILING and state in (*_GOING, TransferState.FAILED):
        fields["bad_names"] = outcome.bad_names
        return teller(Verdict.FAILED, fields, reason=Reason(outcome.fault.value))
    if state in _GOING and outcome.fault is Fault.NO_SPACE:
        state, reason = TransferState.PAUSED, Reason.NO_SPACE
    elif state in _GOING:
        state, reason = TransferState.WAITING, _TOLD_WHILE_WAITING.get(outcome.fault)
    return stand(w, now, (state, reason), fields, now_ms), None


def _way_to_remember(stored: StoredTransfer, outcome: Outcome) -> Way | None:
    """Of what we send: whether this person can come for it, or has to be called."""
    return outcome.counts.get("way") if stored.direction is Direction.OUT else None


def check_state(stored: StoredTransfer | None, allowed: tuple[TransferState, ...]) -> None:
    """Raises KnownError. For the job that then changes the state: between a look from
    outside and the change another command may come."""
    if stored is None:
        raise KnownError(ErrorCode.NO_SUCH_TRANSFER, "no such transfer")
    state = stored.transfer.state
    if state not in allowed:
        raise KnownError(ErrorCode.WRONG_STATE, f"this transfer is {state.value}")


def is_reachable(sender: Acquaintance) -> bool:
    return sender.is_online and sender.trust is not Trust.BLOCKED
