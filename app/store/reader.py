"""A read-only connection for one thread: pages of a chat while the writer writes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

import apsw

from app.errors import ErrorCode, KnownError
from app.store.faults import explain, is_suspicious
from app.store.opening import BUSY_TIMEOUT_MS, mark_suspect
from app.store.queries import Queries
from app.store.rows import Row, Value
from app.store.schema import distrust, load_migrations, register_lookup, schema_version

T = TypeVar("T")

CACHE_KIB: Final = 512
"""Of pages it keeps itself; the system keeps the others. Four times as much was no faster."""


class Reader(Queries):
    """Sees what is committed at each question. One thread each; never waits for the writer.

    Raises KnownError whenever the file cannot be read, also before the store has started.
    """

    def __init__(self, path: Path) -> None:
        try:
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            distrust(connection)
            connection.pragma("query_only", 1)
            connection.pragma("cache_size", -CACHE_KIB)
            register_lookup(connection)
        except (apsw.Error, OSError) as error:
            raise explain(error) from error
        super().__init__(connection)
        self._path = path

    def close(self) -> None:
        """May be called again; the store's last connection cleans the log up."""
        self._connection.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        with self._explained():
            return super()._rows(sql, values)

    def _row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        with self._explained():
            return super()._row(sql, values)

    def _values(self, read: Callable[[Row], T], sql: str, values: Sequence[Value] = ()) -> list[T]:
        with self._explained():
            return super()._values(read, sql, values)

    def _value(self, read: Callable[[Row], T], sql: str, values: Sequence[Value] = ()) -> T | None:
        with self._explained():
            return super()._value(read, sql, values)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            if self._is_unfinished():
                raise KnownError(ErrorCode.DISK_ERROR, "the database is being made") from error
            if is_suspicious(error):
                mark_suspect(self._path)
            raise explain(error) from error

    def _is_unfinished(self) -> bool:
        """Asked too early: what is missing will be there in a moment, and nothing is damaged."""
        try:
            return schema_version(self._connection) < len(load_migrations())
        except apsw.Error:
            return False
