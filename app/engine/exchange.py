"""When the bytes of a transfer begin to move, and what comes of it.

The threads that move them are in runs.py. A state is written before it is told.
"""

from collections.abc import Sequence

from app.engine.chat import parse_id
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.runs import Outcome, Runs
from app.errors import ErrorCode, KnownError
from app.events import TransferChanged
from app.model import Direction, Transfer, TransferState, Trust
from app.store.types import Queued, StoredTransfer
from app.store.writer import Writer
from net.protocol.records import Decision, encode_record
from net.streams import Stream

RECEIVE_AT_ONCE = 3
"""More would share one disk and one cable; the others wait their turn."""
_SERVED = (
    TransferState.OFFERED,
    TransferState.WAITING,
    TransferState.RUNNING,
    TransferState.FAILED,
)


class Exchange:
    def __init__(self, core: Core, people: People, runs: Runs) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self.lanes: Lanes
        """Set by the engine: lanes and transfers need each other."""

    async def start_waiting(self, person: Acquaintance | None = None) -> None:
        """Starts what was accepted and can run now; of everyone if no person is given."""
        peer = person.peer if person else None
        for stored in await self._core.write(lambda w: w.unfinished(peer)):
            sender = self._people.get(stored.peer_id)
            if not _waits_for_us(stored) or not sender or not _is_reachable(sender):
                continue
            if self._runs.receiving >= RECEIVE_AT_ONCE:
                return
            await self._receive(stored, sender)

    def on_stream(self, stream: Stream) -> None:
        """The receiver has connected and wants what we offered."""
        self._core.spawn(self._serve(stream))

    async def _receive(self, stored: StoredTransfer, sender: Acquaintance) -> None:
        address = sender.stream_address
        if address is None or not self._runs.claim(stored.transfer_id):
            return
        transfer = await self._begin(stored, (TransferState.WAITING,))
        if transfer:
            self._runs.receive(stored, transfer, [address], self._on_end)

    async def _serve(self, stream: Stream) -> None:
        stored = await self._find_offer(stream)
        if stored is None or not self._runs.claim(stored.transfer_id):
            self._runs.refuse(stream)
            return
        transfer = await self._begin(stored, _SERVED)
        if transfer:
            self._runs.serve(stored, transfer, stream, self._on_end)
        else:
            self._runs.refuse(stream)

    async def _find_offer(self, stream: Stream) -> StoredTransfer | None:
        """Ours to whoever holds the other end, and still standing."""
        try:
            identifier = parse_id(stream.hello.transfer, ErrorCode.NO_SUCH_TRANSFER)
            stored = await self._core.write(lambda w: w.transfer(identifier))
        except KnownError:
            return None
        if stored is None or stored.peer_id != stream.peer:
            return None
        is_offer = stored.transfer.direction is Direction.OUT and stored.transfer.state in _SERVED
        return stored if is_offer else None

    async def _begin(
        self, stored: StoredTransfer, allowed: Sequence[TransferState]
    ) -> Transfer | None:
        """What was claimed is running now. None, and claimed no more: it was taken back
        meanwhile, or the disk refused."""

        def work(w: Writer) -> Transfer:
            check_state(w.transfer(stored.transfer_id), allowed)
            return w.update_transfer(stored.transfer_id, state=TransferState.RUNNING)

        try:
            transfer = await self._core.write(work)
        except BaseException as error:
            self._runs.release(stored.transfer_id)
            if not isinstance(error, KnownError):
                raise
            if error.code is not ErrorCode.WRONG_STATE:
                self._core.report(error)
            return None
        self._core.emit(TransferChanged(transfer))
        return transfer

    def _on_end(self, stored: StoredTransfer, outcome: Outcome) -> None:
        self._core.spawn(self._finish(stored, outcome))

    async def _finish(self, stored: StoredTransfer, outcome: Outcome) -> None:
        """A thread has ended: the outcome to the disk, the other side, the user."""
        person = self._people.of(stored)
        verdict = outcome.verdict(is_receiver=stored.transfer.direction is Direction.IN)

        def work(w: Writer) -> tuple[Transfer | None, Queued | None]:
            now = w.transfer(stored.transfer_id)
            if now is None or now.transfer.state.is_final:
                return None, None
            transfer = w.update_transfer(
                stored.transfer_id,
                state=outcome.state,
                reason=outcome.reason,
                done_bytes=outcome.done_bytes,
                path=str(outcome.path) if outcome.path else None,
            )
            if verdict is None:
                return transfer, None
            w.lane_for(person.peer, self._core.lane_id)
            reason = outcome.reason.value if outcome.reason else ""
            record = encode_record(Decision(stored.transfer_id, verdict, reason))
            return transfer, w.add_record(person.peer, record)

        transfer, queued = await self._core.write(work)
        if transfer:
            self._core.emit(TransferChanged(transfer))
        if queued:
            self.lanes.put(person, queued)
        await self.start_waiting()


def check_state(stored: StoredTransfer | None, allowed: Sequence[TransferState]) -> None:
    """Raises KnownError. For the job that then changes the state: between a look from
    outside and the change another command may come."""
    if stored is None:
        raise KnownError(ErrorCode.NO_SUCH_TRANSFER, "no such transfer")
    state = stored.transfer.state
    if state not in allowed:
        raise KnownError(ErrorCode.WRONG_STATE, f"this transfer is {state.value}")


def _waits_for_us(stored: StoredTransfer) -> bool:
    """Accepted here and not fetched yet."""
    transfer = stored.transfer
    return transfer.state is TransferState.WAITING and transfer.direction is Direction.IN


def _is_reachable(sender: Acquaintance) -> bool:
    return sender.is_online and sender.trust is not Trust.BLOCKED
