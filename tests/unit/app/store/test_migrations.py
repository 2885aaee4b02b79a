"""Profiles of earlier schemas: what was in them means the same afterwards."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.engine.decisions import standing
from app.errors import KnownError
from app.model import Direction, Reason, TransferState
from app.store.opening import mark_suspect, open_database
from app.store.reader import Reader
from app.store.rows import DIRECTION_NUMBER, TRANSFER_NUMBER
from app.store.schema import load_migrations
from app.store.types import StoredTransfer
from net.transfer.choices import EVERYTHING
from tests.unit.app.store.desk import Desk, an_id, peer_id

BEFORE_WORDS = 3
"""The last schema without words of both sides."""
ENDS = [
    (state, reason)
    for state in TransferState
    for reason in {
        TransferState.CANCELLED: (Reason.BY_USER, Reason.BY_PEER, Reason.NO_SPACE),
        TransferState.FAILED: (Reason.DISK_ERROR, Reason.CONNECTION_LOST),
    }.get(state, (None,))
    if state is not TransferState.PAUSED
]
"""All that schema 3 could hold."""
ROWS = [(direction, *end) for direction in Direction for end in ENDS]


@pytest.fixture
def old(database: Path) -> Iterator[Desk]:
    """A profile of schema 3 with somebody, and a transfer in every state it could have."""
    steps = load_migrations()[:BEFORE_WORDS]
    connection, _ = open_database(database, migrations=steps)
    with closing(connection):
        connection.execute(
            "INSERT INTO person (peer_id, public_key, name, device, app_version, is_accepted,"
            " is_auto_accept, last_seen_ms) VALUES (?, ?, 'Ann', '', '', 1, 1, 5)",
            (peer_id(1), bytes(32)),
        )
        for number, row in enumerate(ROWS):
            _add(connection, number, *row)
    with Desk(database) as desk:
        yield desk


def _add(
    connection: apsw.Connection,
    number: int,
    direction: Direction,
    state: TransferState,
    reason: Reason | None,
) -> None:
    connection.execute(
        "INSERT INTO transfer (transfer_id, person_row, direction, state, manifest_hash, files,"
        " folders, size_bytes, names, time_ms, reason) VALUES (?, 1, ?, ?, ?, 1, 0, 9, ?, 7, ?)",
        (
            an_id(number),
            DIRECTION_NUMBER[direction],
            TRANSFER_NUMBER[state],
            bytes(32),
            '["a"]',
            reason,
        ),
    )


def _stored(desk: Desk, number: int) -> StoredTransfer:
    found = desk.do(lambda w: w.transfer(an_id(number)))
    assert found is not None
    return found


def test_g12_every_transfer_stands_as_it_stood_before_there_were_words(old: Desk) -> None:
    for number, (direction, state, reason) in enumerate(ROWS):
        stored = _stored(old, number)
        assert (stored.direction, stored.state, stored.reason) == (direction, state, reason)
        stands, why = standing(direction, stored.ours, stored.theirs)
        was_running = state is TransferState.RUNNING
        assert stands is (TransferState.WAITING if was_running else state)
        if state is TransferState.FAILED or reason is Reason.BY_USER:
            assert why is reason


def test_g12_what_schema_4_adds_is_nothing_yet(old: Desk) -> None:
    for number in range(len(ROWS)):
        stored = _stored(old, number)
        assert (stored.choices, stored.landing, stored.ended_ms) == (EVERYTHING, None, None)
        transfer = stored.transfer
        assert (transfer.done_files, transfer.left_out_files, transfer.skipped_count) == (0, 0, 0)
        assert (transfer.bad_names, transfer.skipped, transfer.way) == ((), (), None)
    person = old.do(lambda w: w.person(peer_id(1)))
    assert person is not None
    assert (person.auto_accept, person.auto_accept_max_bytes, person.way) == (True, None, None)


def test_g12_what_was_accepted_before_keeps_its_order_in_the_queue(old: Desk) -> None:
    waiting = [s for s in old.do(lambda w: w.under_way()) if s.direction is Direction.IN]
    keys = [s.transfer.queue_key for s in waiting]
    assert keys == sorted(set(keys))
    assert old.do(lambda w: w.next_queue_key()) > keys[-1]


@pytest.mark.parametrize("version", range(len(load_migrations())))
def test_suspicion_of_an_earlier_schema_keeps_nobody_out(database: Path, version: int) -> None:
    connection, _ = open_database(database, migrations=load_migrations()[:version])
    connection.close()
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.set_aside is None
        assert desk.do(lambda w: w.people()) == []
    assert not Path(f"{database}.suspect").exists()


@pytest.mark.parametrize("version", range(BEFORE_WORDS))
def test_question_asked_while_the_schema_is_made_rouses_no_suspicion(
    database: Path, version: int
) -> None:
    connection, _ = open_database(database, migrations=load_migrations()[:version])
    with closing(connection), Reader(database) as reader:
        with pytest.raises(KnownError):
            reader.search("word", 10)
        connection.close()
        with Desk(database):
            assert reader.search("word", 10) == []
    assert not Path(f"{database}.suspect").exists()
