"""A database out of a backup: what was accepted there is asked about again, once, and no more."""

import stat
import sys
from pathlib import Path

import pytest

from app.model import Reason, TransferState
from app.store.restored import mark_restored
from app.store.types import NewTransfer, StoredTransfer, TransferFields, Word
from net.protocol.records import Verdict
from net.transfer.choices import EVERYTHING, Choices, Existing
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, offer_item

RUN = TransferFields(
    done_bytes=1,
    done_files=2,
    left_out_files=3,
    left_out_bytes=4,
    queue_key=5,
    into="/of/another/computer",
    landing=".landline-0123456789abcdef",
    choices=Choices(Existing.SKIP),
    ours=Word(Verdict.ACCEPTED, 6, 7, "by_user"),
    theirs=Word(Verdict.PAUSED, 8, 9),
)
STATES = (
    TransferState.WAITING,
    TransferState.RUNNING,
    TransferState.PAUSED,
    TransferState.OFFERED,
    TransferState.CANCELLED,
    TransferState.DONE,
)


@pytest.fixture
def restored(database: Path) -> Path:
    """Offers of Ann's in all states with the numbers from 1, and one of ours with number 9."""
    with Desk(database) as desk:
        ann = desk.meet()
        for number, state in enumerate(STATES, 1):
            desk.receive(ann, offer_item(number, an_offer(number, "a.txt")))
            desk.do(
                lambda w, n=number, s=state: w.update_transfer(  # type: ignore[misc]
                    an_id(n), state=s, reason=Reason.NO_SPACE, **RUN
                )
            )
        ours = NewTransfer(an_id(9), bytes(32), 1, 0, 1, ("b.txt",), NOW_MS)
        desk.do(lambda w: w.add_transfer(ann, ours))
        desk.do(lambda w: w.update_transfer(an_id(9), state=TransferState.WAITING, **RUN))
    mark_restored(database)
    return database


def read(desk: Desk, number: int) -> StoredTransfer:
    found = desk.do(lambda w: w.transfer(an_id(number)))
    assert found is not None
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_was_accepted_is_an_offer_again(restored: Path, number: int) -> None:
    with Desk(restored) as desk:
        stored = read(desk, number)
    assert (stored.state, stored.transfer.reason) == (TransferState.OFFERED, None)
    assert (stored.ours, stored.theirs) == (Word(None, 6, 7), RUN["theirs"])
    shown = stored.transfer
    assert (shown.done_bytes, shown.done_files, shown.queue_key) == (0, 0, 0)
    assert (shown.left_out_files, shown.left_out_bytes) == (0, 0)


@pytest.mark.parametrize(("number", "state"), [*enumerate(STATES, 1)][3:])
def test_what_was_not_or_is_over_stands_as_it_did(
    restored: Path, number: int, state: TransferState
) -> None:
    with Desk(restored) as desk:
        stored = read(desk, number)
    assert (stored.state, stored.ours) == (state, RUN["ours"])
    assert (stored.transfer.reason, stored.transfer.done_bytes) == (Reason.NO_SPACE, 1)


def test_no_folder_it_names_is_used(restored: Path) -> None:
    with Desk(restored) as desk:
        for number in range(1, len(STATES) + 1):
            stored = read(desk, number)
            assert (stored.into, stored.landing, stored.choices) == (None, None, EVERYTHING)


def test_what_we_offered_is_as_it_was(restored: Path) -> None:
    with Desk(restored) as desk:
        stored = read(desk, 9)
    assert (stored.state, stored.ours, stored.choices) == (
        TransferState.WAITING,
        RUN["ours"],
        RUN["choices"],
    )


def test_it_is_asked_about_once(restored: Path) -> None:
    with Desk(restored) as desk:
        desk.do(lambda w: w.update_transfer(an_id(1), state=TransferState.WAITING, **RUN))
    with Desk(restored) as desk:
        assert read(desk, 1).state is TransferState.WAITING


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_mark_is_the_owners_alone(database: Path) -> None:
    mark_restored(database)
    (mark,) = database.parent.iterdir()
    assert stat.S_IMODE(mark.stat().st_mode) == 0o600
