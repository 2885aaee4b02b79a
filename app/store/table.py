"""What every part of the store needs: a connection, and how people are found on it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import apsw

from app.errors import ErrorCode, KnownError
from app.store.rows import Row, Value
from app.store.types import ChatId
from net.protocol.identity import PeerId, encode_peer_id

T = TypeVar("T")


class Table:
    """Used by one thread at a time; opens and ends no transaction itself."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def _rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except UnicodeDecodeError as error:
            raise apsw.CorruptError(f"a text is not UTF-8: {error}") from error

    def _row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        try:
            return self._connection.execute(sql, values).fetchone()
        except UnicodeDecodeError as error:
            raise apsw.CorruptError(f"a text is not UTF-8: {error}") from error

    def _values(self, read: Callable[[Row], T], sql: str, values: Sequence[Value] = ()) -> list[T]:
        """Row by row: a thousand conversations are never there twice."""
        try:
            return [_read(read, row) for row in self._connection.execute(sql, values)]
        except UnicodeDecodeError as error:
            raise apsw.CorruptError(f"a text is not UTF-8: {error}") from error

    def _value(self, read: Callable[[Row], T], sql: str, values: Sequence[Value] = ()) -> T | None:
        row = self._row(sql, values)
        return None if row is None else _read(read, row)

    def _run(self, sql: str, values: Sequence[Value] = ()) -> None:
        self._connection.execute(sql, values)

    def _number(self, sql: str, values: Sequence[Value] = ()) -> int | None:
        """The first column of the first row; None without a row or when it is NULL."""
        row = self._row(sql, values)
        return None if row is None or row[0] is None else int(row[0])

    def _person_row(self, peer_id: PeerId) -> int:
        """Raises KnownError UNKNOWN_PERSON when ``save_person`` never was called for them."""
        row = self._number("SELECT person_row FROM person WHERE peer_id = ?", (peer_id,))
        if row is None:
            detail = f"nobody known as {encode_peer_id(peer_id)}"
            raise KnownError(ErrorCode.UNKNOWN_PERSON, detail)
        return row

    def _find_conversation(self, chat: ChatId) -> int | None:
        return self._number(
            "SELECT conversation_row FROM conversation"
            " WHERE person_row = (SELECT person_row FROM person WHERE peer_id = ?1)"
            " OR room_row = (SELECT room_row FROM room WHERE room_id = ?1)",
            (chat,),
        )

    def _need_conversation(self, person_row: int) -> int:
        """Made with the first message or draft."""
        known = self._number(
            "SELECT conversation_row FROM conversation WHERE person_row = ?", (person_row,)
        )
        if known is not None:
            return known
        self._run("INSERT INTO conversation (person_row) VALUES (?)", (person_row,))
        return self._connection.last_insert_rowid()


def _read(read: Callable[[Row], T], row: Row) -> T:
    """SQLite looks at a value's type when it is written: on a damaged page it may be any."""
    try:
        return read(row)
    except (AttributeError, TypeError, ValueError) as error:
        raise apsw.CorruptError(f"a row holds what its table cannot: {error}") from error
