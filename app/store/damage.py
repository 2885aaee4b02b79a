"""Finding damage in a database, and copying what can still be read into a fresh one.

Only tables are read, from both ends up to the damage; indexes and the search are
made again from the rows. So damage in an index costs nothing, and damage in one
table leaves the others: people and their trust survive a broken history.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import apsw

from app.store.rows import Value
from app.store.schema import (
    APPLICATION_ID,
    Migration,
    distrust,
    migrate,
    register_functions,
)
from app.store.types import LANE_ID_BYTES
from app.store.writer import Writer
from net.protocol.errors import RemoteProtocolError
from net.protocol.rooms import decode_entry

_KEYS: Final = {
    "person": ("person_row",),
    "room": ("room_row",),
    "room_entry": ("entry_row",),
    "address": ("person_row", "address"),
    "picture": ("person_row",),
    "own_picture": ("place",),
    "conversation": ("conversation_row",),
    "lane": ("lane_row",),
    "transfer": ("transfer_row",),
    "message": ("message_row",),
    "outbox": ("lane_row", "seq"),
    "earlier_text": ("message_row", "edit_order"),
    "reaction": ("message_row", "author", "emoji"),
    "early_deed": ("deed_row",),
    "room_member": ("room_row", "author"),
    "room_feed": ("feed_row",),
    "room_post": ("feed_row", "number"),
    "room_void": ("feed_row", "number"),
    "receipt": ("message_row", "person_row"),
    "early_room_record": ("record_row",),
}
"""Tables by what they are sorted by; what is referred to comes before what refers."""
_NUMBER_LANES_ON: Final = """
    DELETE FROM sqlite_sequence WHERE name = 'lane';
    INSERT INTO sqlite_sequence (name, seq) SELECT 'lane', max(
        (SELECT ifnull(max(lane_row), 0) FROM lane), (SELECT ifnull(max(lane_row), 0) FROM message),
        (SELECT ifnull(max(lane_row), 0) FROM receipt));
    DELETE FROM sqlite_sequence WHERE name = 'room_feed';
    INSERT INTO sqlite_sequence (name, seq) SELECT 'room_feed', max(
        (SELECT ifnull(max(feed_row), 0) FROM room_feed),
        (SELECT ifnull(-min(lane_row), 0) FROM message))
    """
"""Messages and receipts keep the numbers of lanes, and messages of feeds, that are gone: no
new one may get one of them."""

_UNREADABLE: Final = (apsw.Error, UnicodeDecodeError)
_SCHEMA: Final = """
    SELECT type, name, tbl_name, sql FROM sqlite_schema
     WHERE NOT (type = 'table' AND sql LIKE 'CREATE TABLE %' AND name IN (
        'sqlite_stat1', 'sqlite_stat4', 'message_search_data', 'message_search_idx',
        'message_search_content', 'message_search_docsize', 'message_search_config'))
     ORDER BY type, name"""
"""Without the tables that SQLite makes by itself: their text may differ by its version. Nothing
else hides behind such a name: a trigger could send every message on."""
_ROW_MIN_BYTES: Final = 4
"""Of a file: pages that a forger has joined in a ring or a net would give rows without end."""
_VALUE_MAX_BYTES: Final = 64 * 1024 * 1024
"""More than any row of ours has. A forged length may claim a gigabyte."""

Values = dict[str, Value]
Columns = dict[str, str]
"""Of a table: names and their types, in order."""


def has_schema_of(connection: apsw.Connection, migrations: Sequence[Migration]) -> bool:
    """Whether it is as these make it, with nothing more and nothing else. Some 6 ms."""
    with closing(apsw.Connection(":memory:")) as model:
        register_functions(model)
        migrate(model, migrations)
        return model.execute(_SCHEMA).fetchall() == connection.execute(_SCHEMA).fetchall()


def find_damage(connection: apsw.Connection) -> str | None:
    """Looks at all that is in it: pages, indexes, rules, texts. None when all is well."""
    found = connection.execute("PRAGMA integrity_check(1)").get
    if found != "ok":
        return str(found)
    try:
        for table in (table for table in _KEYS if _columns(connection, table)):
            for _row in connection.execute(f"SELECT * FROM {table} NOT INDEXED"):
                pass
    except UnicodeDecodeError as error:
        return f"a text is not UTF-8: {error}"
    return None


def salvage(damaged: Path, fresh: apsw.Connection) -> int:
    """Returns how many messages were copied. Nothing found in ``damaged`` makes it raise."""
    with fresh:
        columns = {table: _columns(fresh, table) for table in _KEYS}
        for table, row in _rows_of(damaged, columns):
            _insert(fresh, table, row)
        fresh.execute(_NUMBER_LANES_ON)
        _mend_lanes(Writer(fresh))
        Writer(fresh).mend_logs()
    return int(fresh.execute("SELECT count(*) FROM message").get)


def _is_table(connection: apsw.Connection, name: str) -> bool:
    """Whether it stores what it gives, whatever its row in the schema calls it."""
    kind = connection.execute(
        "SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?", (name,)
    ).get
    return bool(kind == "table")


def _columns(connection: apsw.Connection, table: str) -> Columns:
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)))


def _rows_of(damaged: Path, columns: dict[str, Columns]) -> Iterator[tuple[str, Values]]:
    """Every row that can be read, with its table; a few may come twice."""
    try:
        old = apsw.Connection(str(damaged), flags=apsw.SQLITE_OPEN_READONLY)
    except _UNREADABLE:
        return
    old.limit(apsw.SQLITE_LIMIT_LENGTH, _VALUE_MAX_BYTES)
    most = damaged.stat().st_size // _ROW_MIN_BYTES
    try:
        distrust(old)
        if old.pragma("application_id") == APPLICATION_ID:
            for table in (table for table in _KEYS if _is_table(old, table)):
                for row in islice(_read_from_both_ends(old, table, columns[table]), most):
                    yield table, row
    except _UNREADABLE:
        return
    finally:
        old.close(force=True)


def _read_from_both_ends(old: apsw.Connection, table: str, known: Columns) -> Iterator[Values]:
    """Forward, and where damage ends that, backward until it ends that too."""
    for way in ("ASC", "DESC"):
        try:
            yield from _read(old, table, way, known)
        except _UNREADABLE:
            continue
        return


def _read(old: apsw.Connection, table: str, way: str, known: Columns) -> Iterator[Values]:
    """Bytes in a text that are no UTF-8 are replaced. A column whose name is damaged is known
    by its place, when there are as many as there should be."""
    found = list(_columns(old, table))
    names = dict(zip(known if len(found) == len(known) else found, found, strict=True))
    names = {name: _quoted(column) for name, column in names.items() if name in known}
    wanted = ", ".join(
        f"CAST({column} AS BLOB)" if known[name] == "TEXT" else column
        for name, column in names.items()
    )
    order = ", ".join(f"{names[key]} {way}" for key in _KEYS[table] if key in names)
    for row in old.execute(f'SELECT {wanted} FROM "{table}" NOT INDEXED ORDER BY {order}'):
        yield {
            name: value.decode(errors="replace")
            if known[name] == "TEXT" and isinstance(value, bytes)
            else value
            for name, value in zip(names, row, strict=True)
        }


def _quoted(column: str) -> str:
    """A forger may call one whatever goes on as SQL."""
    return '"' + column.replace('"', '""') + '"'


def _insert(fresh: apsw.Connection, table: str, values: Values) -> None:
    """A row that does not fit is left out; a record whose message is gone goes without it, and
    the entry that begins a room that is gone begins it again, for the sake of its chat."""
    names = ", ".join(values)
    slots = ", ".join("?" * len(values))
    try:
        fresh.execute(f"INSERT INTO {table} ({names}) VALUES ({slots})", tuple(values.values()))
    except (apsw.ConstraintError, apsw.MismatchError):
        if values.get("message_row") is not None and table == "outbox":
            _insert(fresh, table, {**values, "message_row": None})
        if table == "room_entry" and _begin_room(fresh, values):
            _insert(fresh, table, values)


def _begin_room(fresh: apsw.Connection, values: Values) -> bool:
    """The name is found once the log is here."""
    data = values["entry"]
    try:
        is_beginning = isinstance(data, bytes) and not decode_entry(data).parents
    except RemoteProtocolError:
        return False
    if not is_beginning:
        return False
    fresh.execute(
        "INSERT OR IGNORE INTO room (room_row, room_id, name, is_accepted) VALUES (?, ?, '', 1)",
        (values["room_row"], values["entry_id"]),
    )
    return fresh.changes() == 1


def _mend_lanes(writer: Writer) -> None:
    """Our lanes begin anew: a record that was lost must leave no gap for peers to wait at."""
    for peer in writer.peers_waited_for():
        writer.renew_lane(peer, lambda: secrets.token_bytes(LANE_ID_BYTES))
    writer.fail_what_has_no_record()
