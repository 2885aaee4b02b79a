"""What can still be read of a damaged database, copied into a fresh one.

Only tables are read, from both ends up to the damage; indexes and the search are
made again from the rows. So damage in an index costs nothing, and damage in one
table leaves the others: people and their trust survive a broken history.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw

from app.store.rows import Row, Value
from app.store.schema import APPLICATION_ID
from app.store.types import LANE_ID_BYTES
from app.store.writer import Writer

_KEYS: Final = {
    "person": ("person_row",),
    "address": ("person_row", "address"),
    "conversation": ("conversation_row",),
    "lane": ("lane_row",),
    "transfer": ("transfer_row",),
    "message": ("message_row",),
    "outbox": ("lane_row", "seq"),
}
"""Tables by what they are sorted by; what is referred to comes before what refers."""
_NUMBER_LANES_ON: Final = """
    DELETE FROM sqlite_sequence WHERE name = 'lane';
    INSERT INTO sqlite_sequence (name, seq) SELECT 'lane', max(
        (SELECT ifnull(max(lane_row), 0) FROM lane), (SELECT ifnull(max(lane_row), 0) FROM message))
    """
"""Messages keep the numbers of lanes that are gone: no new lane may get one of them."""

Values = dict[str, Value]


def salvage(damaged: Path, fresh: apsw.Connection) -> int:
    """Returns how many messages were copied. Nothing found in ``damaged`` makes it raise."""
    with fresh:
        for table, row in _rows_of(damaged):
            _insert(fresh, table, row)
        fresh.execute(_NUMBER_LANES_ON)
        _mend_lanes(Writer(fresh))
    return int(fresh.execute("SELECT count(*) FROM message").get)


def _rows_of(damaged: Path) -> Iterator[tuple[str, Values]]:
    """Every row that can be read, with its table; a few may come twice."""
    try:
        old = apsw.Connection(str(damaged), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return
    try:
        if old.pragma("application_id") == APPLICATION_ID:
            for table in _KEYS:
                for row in _read_from_both_ends(old, table):
                    yield table, row
    except apsw.Error:
        return
    finally:
        old.close(force=True)


def _read_from_both_ends(old: apsw.Connection, table: str) -> Iterator[Values]:
    last: Row = ()
    try:
        for key, values in _read(old, table, "ASC"):
            last = key
            yield values
    except apsw.Error:
        yield from _read_back_to(old, table, last)


def _read_back_to(old: apsw.Connection, table: str, last: Row) -> Iterator[Values]:
    try:
        for key, values in _read(old, table, "DESC"):
            if key <= last:
                return
            yield values
    except apsw.Error:
        return


def _read(old: apsw.Connection, table: str, way: str) -> Iterator[tuple[Row, Values]]:
    keys = _KEYS[table]
    order = ", ".join(f"{key} {way}" for key in keys)
    cursor = old.execute(f"SELECT * FROM {table} NOT INDEXED ORDER BY {order}")
    for row in cursor:
        names = (column[0] for column in cursor.get_description())
        values = dict(zip(names, row, strict=True))
        yield tuple(values[key] for key in keys), values


def _insert(fresh: apsw.Connection, table: str, values: Values) -> None:
    """A row that does not fit is left out; a record whose message is gone goes without it."""
    names = ", ".join(values)
    slots = ", ".join("?" * len(values))
    try:
        fresh.execute(f"INSERT INTO {table} ({names}) VALUES ({slots})", tuple(values.values()))
    except apsw.ConstraintError:
        if values.get("message_row") is not None and table == "outbox":
            _insert(fresh, table, {**values, "message_row": None})


def _mend_lanes(writer: Writer) -> None:
    """Our lanes begin anew: a record that was lost must leave no gap for peers to wait at."""
    for peer in writer.peers_waited_for():
        writer.renew_lane(peer, lambda: secrets.token_bytes(LANE_ID_BYTES))
    writer.fail_what_has_no_record()
