"""The schema: numbered SQL files, each applied once, in order.

``resources/sql/NNN_name.sql`` takes a database from schema NNN-1 to NNN. A file
that has been released is never edited again; what changes is a new file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from app.folding import fold
from app.store.rows import Value
from app.store.search import index_text, place_word

APPLICATION_ID: Final = 0x4C4E444C
""""LNDL": tells our file from any other SQLite database (PRAGMA application_id)."""

SQL_FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "sql"
"""Beside the package, so that it is found in a checkout and in a frozen program alike."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str


def load_migrations(folder: Path = SQL_FOLDER) -> tuple[Migration, ...]:
    """All of them, ascending from 1 without a gap. Raises ValueError otherwise."""
    files = sorted(folder.glob("[0-9][0-9][0-9]_*.sql"))
    found = tuple(Migration(int(f.name[:3]), f.stem, f.read_text(encoding="utf-8")) for f in files)
    if not found or [m.number for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the schema files in {folder} are not numbered from 1 without a gap")
    return found


def register_functions(connection: apsw.Connection) -> None:
    """SQL functions by which new messages are indexed; migrations may use them too."""

    def search_words(*values: Value) -> Value:
        return index_text(str(values[0]))

    def place(*values: Value) -> Value:
        return place_word(int(str(values[0])))

    connection.create_scalar_function("search_words", search_words, 1, deterministic=True)
    connection.create_scalar_function("place_word", place, 1, deterministic=True)
    register_lookup(connection)


def register_lookup(connection: apsw.Connection) -> None:
    """The SQL function by which words inside words are found, where LIKE does not see them."""

    def holds_word(*values: Value) -> Value:
        return str(values[1]) in fold(str(values[0]))

    connection.create_scalar_function("holds_word", holds_word, 2, deterministic=True)


def distrust(connection: apsw.Connection) -> None:
    """What is written in the file itself, as it may come from anybody (a backup)."""
    connection.pragma("trusted_schema", 0)
    connection.pragma("cell_size_check", 1)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)


def schema_version(connection: apsw.Connection) -> int:
    version = connection.pragma("user_version")
    assert isinstance(version, int)
    return version


def migrate(connection: apsw.Connection, migrations: Sequence[Migration]) -> None:
    """Applies what is missing, each file in a transaction of its own with its number.

    A crash in between leaves the schema of the last whole file; the next start goes on.
    """
    for migration in migrations[schema_version(connection) :]:
        connection.execute("BEGIN EXCLUSIVE")
        try:
            connection.execute(migration.sql)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", migration.number)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
