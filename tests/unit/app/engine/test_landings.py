"""How long what has arrived of a transfer is kept."""

import pytest

from app.engine.landings import CANCELLED_KEPT_MS, FAILED_KEPT_MS, is_needed
from app.model import Direction, Reason, Transfer, TransferState
from app.store.types import StoredTransfer, Word
from net.protocol.identity import PeerId
from net.protocol.records import Verdict
from tests.unit.app.store.desk import NOW_MS

OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState


def stored(
    state: TransferState,
    *,
    reason: Reason | None = None,
    theirs: Verdict | None = None,
    done_bytes: int = 5,
) -> StoredTransfer:
    """Its end was at NOW_MS."""
    shown = Transfer(
        "t", "p", Direction.IN, state, 1, 9, ("a",), reason=reason, done_bytes=done_bytes
    )
    peer = PeerId(bytes(32))
    return StoredTransfer(
        shown, b"t", peer, b"", (), None, "x", theirs=Word(theirs), ended_ms=NOW_MS
    )


@pytest.mark.parametrize("state", [OFFERED, WAITING, RUNNING, PAUSED])
def test_what_is_not_over_is_kept_for_ever(state: TransferState) -> None:
    assert is_needed(stored(state), NOW_MS + 100 * FAILED_KEPT_MS)


@pytest.mark.parametrize("state", [DONE, DECLINED])
def test_what_is_done_or_declined_is_not_kept(state: TransferState) -> None:
    assert not is_needed(stored(state), NOW_MS)


@pytest.mark.parametrize(
    ("state", "kept_ms"), [(CANCELLED, CANCELLED_KEPT_MS), (FAILED, FAILED_KEPT_MS)]
)
def test_what_may_be_taken_up_again_is_kept_for_a_while(state: TransferState, kept_ms: int) -> None:
    assert is_needed(stored(state), NOW_MS + kept_ms - 1)
    assert not is_needed(stored(state), NOW_MS + kept_ms)


def test_nothing_is_kept_of_what_the_sender_took_back() -> None:
    assert not is_needed(stored(CANCELLED, theirs=Verdict.CANCELLED), NOW_MS)


def test_nothing_is_kept_that_came_from_a_peer_who_breaks_the_rules() -> None:
    assert not is_needed(stored(FAILED, reason=Reason.BROKEN_PEER), NOW_MS)


@pytest.mark.parametrize("state", [CANCELLED, FAILED])
def test_an_empty_folder_is_not_kept(state: TransferState) -> None:
    assert not is_needed(stored(state, done_bytes=0), NOW_MS)
