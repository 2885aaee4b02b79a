"""What one side's decision about a transfer means for the other side's state."""

from app.engine.people import Acquaintance
from app.model import Direction, Reason, Transfer, TransferState
from app.store.writer import Writer
from net.protocol.records import Decision, Verdict

_BY_VERDICT = {
    Verdict.ACCEPTED: TransferState.WAITING,
    Verdict.DECLINED: TransferState.DECLINED,
    Verdict.CANCELLED: TransferState.CANCELLED,
    Verdict.DONE: TransferState.DONE,
    Verdict.FAILED: TransferState.FAILED,
}
_OVERTAKEN = (Verdict.ACCEPTED, Verdict.FAILED)
_OF_RECEIVER = (Verdict.ACCEPTED, Verdict.DECLINED, Verdict.DONE)


def apply_decision(w: Writer, person: Acquaintance, record: Decision) -> Transfer | None:
    """The other side's word, where it has one to say about this transfer as it stands."""
    stored = w.transfer(record.transfer)
    if stored is None or stored.peer_id != person.peer:
        return None
    now = stored.transfer
    if now.state in (TransferState.DONE, TransferState.DECLINED):
        return None
    if record.verdict in _OF_RECEIVER and now.direction is Direction.IN:
        return None
    state = _BY_VERDICT[record.verdict]
    is_taken_back = now.reason is Reason.BY_USER
    if now.state.is_final and (state is not TransferState.WAITING or is_taken_back):
        return None
    if now.state is TransferState.RUNNING and record.verdict in _OVERTAKEN:
        return None  # of the try before this one; the stream itself tells how this one ends
    is_bad = state in (TransferState.CANCELLED, TransferState.FAILED)
    return w.update_transfer(
        record.transfer,
        state=state,
        reason=_reason_of(record) if is_bad else None,
        done_bytes=now.size_bytes if state is TransferState.DONE else None,
    )


def _reason_of(record: Decision) -> Reason:
    """Their own words for their own faults; what only the user can do is theirs, not ours."""
    try:
        reason = Reason(record.reason)
    except ValueError:
        return Reason.BY_PEER
    return Reason.BY_PEER if reason is Reason.BY_USER else reason
