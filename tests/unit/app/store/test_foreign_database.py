"""G-04: a database from a foreign hand, as a backup of somebody else's may hold one."""

import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.model import Trust
from app.store.opening import mark_suspect
from app.store.schema import register_functions
from tests.unit.app.store.desk import Desk, an_offer, offer_item

SET_ASIDE = "could not be used|messages were recovered"
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i AS person_row, 'a' AS address, i AS seen_ms, i AS turn FROM n"
)


def _fill(database: Path) -> None:
    with Desk(database) as desk:
        peer = desk.meet()
        for number in range(1, 4):
            desk.send(peer, number)


def _forge(database: Path, sql: str) -> None:
    with closing(apsw.Connection(str(database))) as forged:
        register_functions(forged)
        forged.execute(sql)


def _column_that_is_sql(database: Path) -> None:
    """Read in its place, it would end the question and begin another."""
    target = database.with_name("written")
    name = f"x\" FROM person; VACUUM INTO '{target}'; SELECT \"peer_id".replace('"', '""')
    _forge(database, f'ALTER TABLE person RENAME COLUMN last_seen_ms TO "{name}"')


def _view_without_end(database: Path) -> None:
    _forge(database, f"DROP TABLE address; CREATE VIEW address AS {ENDLESS}")


@pytest.mark.timeout(60)
@pytest.mark.expects_log(SET_ASIDE)
@pytest.mark.parametrize("forge", [_column_that_is_sql, _view_without_end])
def test_g04_a_forged_schema_is_neither_run_nor_read_without_end(
    database: Path, forge: Callable[[Path], None]
) -> None:
    _fill(database)
    forge(database)
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
        assert desk.report.recovered in (0, 3)
    assert not database.with_name("written").exists()


@pytest.mark.expects_log(SET_ASIDE)
def test_g04_a_trigger_by_the_name_of_the_search_never_runs(database: Path) -> None:
    _fill(database)
    _forge(
        database,
        "CREATE TRIGGER message_search_data2 AFTER INSERT ON message"
        " BEGIN UPDATE person SET is_blocked = 1; END",
    )
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
        desk.send(desk.meet(), 10)
        (person,) = desk.do(lambda w: w.people())
        assert person.trust is not Trust.BLOCKED


@pytest.mark.expects_log(SET_ASIDE)
@pytest.mark.parametrize("version", [0, -1])
def test_g04_a_schema_of_no_number_is_set_aside(database: Path, version: int) -> None:
    _fill(database)
    _forge(database, f"PRAGMA user_version = {version}")
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
        assert desk.report.recovered == 3


PAGE_BYTES = 4096


def _weave(database: Path, table: str, *, floors: int, doors: int) -> None:
    """Above the only page of a table: pages whose every child is the same one below."""
    with closing(apsw.Connection(str(database))) as found:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        root = int(found.execute(query, (table,)).get)
    data = bytearray(database.read_bytes())
    place = (root - 1) * PAGE_BYTES
    data += data[place : place + PAGE_BYTES]
    for floor in range(floors):
        below = len(data) // PAGE_BYTES
        cells = struct.pack(">IB", below, 1) * doors
        content = PAGE_BYTES - len(cells)
        head = struct.pack(">BHHHBI", 5, 0, doors, content, 0, below)
        pointers = b"".join(struct.pack(">H", content + 5 * at) for at in range(doors))
        page = (head + pointers).ljust(content, b"\0") + cells
        if floor == floors - 1:
            data[place : place + PAGE_BYTES] = page
        else:
            data += page
    data[28:32] = struct.pack(">I", len(data) // PAGE_BYTES)
    database.write_bytes(data)


@pytest.mark.timeout(60)
@pytest.mark.expects_log(SET_ASIDE)
def test_g04_pages_joined_to_a_net_are_read_only_so_long(database: Path) -> None:
    """Twelve floors of forty doors, and every door leads to one room: 40^12 rows in 60 KiB."""
    _fill(database)
    _weave(database, "person", floors=12, doors=40)
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.set_aside is not None


@pytest.mark.parametrize(
    "forged",
    [
        "transfer SET our_word = '{\"a\": 1}'",
        "transfer SET their_word = '[99, 0, 0, \"\"]'",
        "transfer SET their_word = '[0, [], {}, 0]'",
        "transfer SET choices = '5'",
        'transfer SET choices = \'{"existing": "all", "by_path": [], "only": 0}\'',
        "transfer SET names = '[1, null]', sources = '7'",
        "message SET news = '5'",
        'message SET news = \'["conquered", ["zz"], 0]\'',
        "message SET mentions = x'00'",
    ],
)
def test_g04_a_value_that_means_nothing_costs_neither_the_start_nor_the_page(
    database: Path, forged: str
) -> None:
    """The schema only knows that it is JSON, and finds no fault with it."""
    _fill(database)
    offer = an_offer(1, "a.txt")
    with Desk(database) as desk:
        desk.receive(desk.meet(), offer_item(1, offer))
    _forge(database, f"UPDATE {forged}")
    with Desk(database) as desk:
        assert desk.report.set_aside is None
        assert len(desk.chat(desk.meet())) == 4
        assert desk.do(lambda w: w.transfer(offer.transfer_id)) is not None
        assert len(desk.do(lambda w: w.transfers(10))) == 1
