"""What both sides said about a transfer, and what follows from it.

Of each side its newest word counts, and how a transfer stands is a function of the two
(``standing``): in whatever order words come, both sides end the same. What a thread is
doing with it right now lies over that.
"""

from collections.abc import Callable
from typing import Final

from app.engine.people import Acquaintance
from app.model import Direction, Reason, Transfer, TransferState
from app.store.types import Queued, StoredTransfer, TransferFields, Word
from app.store.writer import Writer
from net.protocol.records import Decision, Verdict, encode_record

OF_RECEIVER: Final = frozenset({Verdict.ACCEPTED, Verdict.DECLINED, Verdict.DONE})
_ENDS: Final = {Verdict.DONE: TransferState.DONE, Verdict.DECLINED: TransferState.DECLINED}
_GOING: Final = (TransferState.OFFERED, TransferState.WAITING)
_OVER: Final = (TransferState.DONE, TransferState.DECLINED)

Standing = tuple[TransferState, Reason | None]


def standing(direction: Direction, ours: Word, theirs: Word) -> Standing:
    """How a transfer stands by what was said, apart from bytes that move."""
    receiver = ours if direction is Direction.IN else theirs
    if receiver.verdict in _ENDS:
        is_declined = ours.verdict is Verdict.DECLINED
        return _ENDS[receiver.verdict], Reason.BY_USER if is_declined else None
    cancelled = _who_said(Verdict.CANCELLED, ours, theirs)
    if cancelled:
        return TransferState.CANCELLED, cancelled
    for word, other in ((ours, theirs), (theirs, ours)):
        # it tells of a try; whoever said something else without knowing of it began another
        is_last = other.number <= word.heard or other.verdict is Verdict.FAILED
        if word.verdict is Verdict.FAILED and is_last:
            return TransferState.FAILED, _reason_of(word)
    paused = _who_said(Verdict.PAUSED, ours, theirs)
    if receiver.verdict is None and paused is not Reason.BY_USER:
        return TransferState.OFFERED, None
    return (TransferState.PAUSED if paused else TransferState.WAITING), paused


def _who_said(verdict: Verdict, ours: Word, theirs: Word) -> Reason | None:
    if ours.verdict is verdict:
        return Reason.BY_USER
    return Reason.BY_PEER if theirs.verdict is verdict else None


def say(
    w: Writer,
    stored: StoredTransfer,
    verdict: Verdict,
    fields: TransferFields | None = None,
    *,
    now_ms: int,
    make_lane: Callable[[], bytes],
    reason: Reason | None = None,
) -> tuple[Transfer, Queued]:
    """Our word to the disk and into the outbox, in one commit with what follows from it."""
    # by the clock, so that an older copy of this disk does not say old numbers again
    number = max(stored.ours.number + 1, now_ms)
    word = Word(verdict, number, stored.theirs.number, reason.value if reason else "")
    state, why = standing(stored.direction, word, stored.theirs)
    more = TransferFields(**(fields or {}), ours=word)
    if state.is_final:
        more["ended_ms"] = now_ms
    transfer = w.update_transfer(stored.transfer_id, state=state, reason=why, **more)
    w.lane_for(stored.peer_id, make_lane)
    return transfer, w.add_record(stored.peer_id, encode_word(stored.transfer_id, word))


def encode_word(transfer_id: bytes, word: Word) -> bytes:
    assert word.verdict is not None
    return encode_record(Decision(transfer_id, word.verdict, word.reason, word.number, word.heard))


def apply_decision(
    w: Writer, person: Acquaintance, record: Decision, now_ms: int
) -> Transfer | None:
    """The other side's word. What the user sees of it now; None when that is nothing new."""
    stored = w.transfer(record.transfer)
    if stored is None or stored.peer_id != person.peer or not _is_news(stored, record):
        return None
    theirs = Word(record.verdict, record.number, record.heard, record.reason)
    state, reason = standing(stored.direction, stored.ours, theirs)
    fields = TransferFields(theirs=theirs)
    if _is_overlaid(stored, record.verdict, state):
        w.update_transfer(record.transfer, **fields)
        return None
    return stand(w, stored, (state, reason), fields, now_ms)


def stand(
    w: Writer,
    stored: StoredTransfer,
    standing_now: Standing,
    fields: TransferFields,
    now_ms: int,
) -> Transfer:
    """What was said is how it stands, and nothing here lies over that any more."""
    state, reason = standing_now
    if state is TransferState.DONE:
        left_out_files = fields.get("left_out_files", stored.transfer.left_out_files)
        left_out_bytes = fields.get("left_out_bytes", stored.transfer.left_out_bytes)
        fields["done_files"] = stored.transfer.files - left_out_files
        fields["done_bytes"] = stored.transfer.size_bytes - left_out_bytes
    if state.is_final and not stored.state.is_final:
        fields["ended_ms"] = now_ms
    return w.update_transfer(stored.transfer_id, state=state, reason=reason, **fields)


def _is_news(stored: StoredTransfer, record: Decision) -> bool:
    """Theirs to say, and newer than what they said before."""
    if stored.state in _OVER:
        return False
    if record.verdict in OF_RECEIVER and stored.direction is Direction.IN:
        return False
    return stored.theirs.number == 0 or record.number > stored.theirs.number


def _is_overlaid(stored: StoredTransfer, verdict: Verdict, state: TransferState) -> bool:
    """What goes on here says more than how it stands."""
    if stored.state is TransferState.RUNNING:
        # that a try failed was said of the one before, or this one's stream tells it too;
        # and that it is done, with what was left out of it
        return state in (*_GOING, TransferState.FAILED, TransferState.DONE)
    is_full = stored.state is TransferState.PAUSED and stored.reason is Reason.NO_SPACE
    return is_full and state in _GOING and verdict is not Verdict.RESUMED


def _reason_of(word: Word) -> Reason:
    """Their own words for their own faults; what only a user can do is theirs, not ours."""
    try:
        reason = Reason(word.reason)
    except ValueError:
        return Reason.BY_PEER
    return Reason.BY_PEER if reason is Reason.BY_USER else reason
