"""The writing half of: transfers and what became of them."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Unpack

from app.errors import ErrorCode, KnownError
from app.model import Direction, Reason, Transfer, TransferState, Way
from app.store.chat import Chat
from app.store.rows import (
    DIRECTION_NUMBER,
    TRANSFER_NUMBER,
    Value,
    write_choices,
    write_path,
    write_strings,
    write_word,
)
from app.store.types import NewTransfer, TransferFields
from net.protocol.identity import PeerId

SHOWN_NAMES: Final = 20
"""Of those that a reason is about, and of those that were not sent."""


class TransferWriter(Chat):
    def add_transfer(self, peer_id: PeerId, new: NewTransfer) -> Transfer:
        """One of ours, offered. Its chat row is added with ``add_message(transfer_id=...)``."""
        self._run(
            """
            INSERT INTO transfer (transfer_id, person_row, direction, state, manifest_hash,
                files, folders, size_bytes, names, time_ms, sources, skipped, skipped_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                new.transfer_id,
                self._person_row(peer_id),
                DIRECTION_NUMBER[Direction.OUT],
                TRANSFER_NUMBER[TransferState.OFFERED],
                new.manifest_hash,
                new.files,
                new.folders,
                new.size_bytes,
                write_strings(new.names),
                new.time_ms,
                write_strings(new.sources),
                write_strings(new.skipped[:SHOWN_NAMES]),
                new.skipped_count,
            ),
        )
        return self._transfer_at(self._connection.last_insert_rowid())

    def update_transfer(
        self,
        transfer_id: bytes,
        *,
        state: TransferState | None = None,
        reason: Reason | None = None,
        **fields: Unpack[TransferFields],
    ) -> Transfer:
        """Changes the ``fields`` given; a new ``state`` also replaces the reason of the old one.

        Raises KnownError NO_SUCH_TRANSFER, or WRONG_STATE when it is done or declined
        and another state is given.
        """
        row = self._transfer_row(transfer_id)
        if state is not None:
            self._set_state(row, state, reason)
        columns, values = [], []
        for name, value in fields.items():
            column, write = _FIELDS.get(name, (name, _as_it_is))
            columns.append(f"{column} = ?")
            values.append(write(value))
        if columns:
            sql = f"UPDATE transfer SET {', '.join(columns)} WHERE transfer_row = ?"
            self._run(sql, (*values, row))
        return self._transfer_at(row)

    def next_queue_key(self) -> int:
        """Behind everything that waits to be fetched."""
        return 1 + (self._number("SELECT max(queue_key) FROM transfer WHERE state < 4") or 0)

    def _set_state(self, row: int, state: TransferState, reason: Reason | None) -> None:
        number = TRANSFER_NUMBER[state]
        self._run(
            "UPDATE transfer SET state = ?, reason = ?"
            " WHERE transfer_row = ? AND (state NOT IN (4, 5) OR state = ?)",
            (number, None if reason is None else reason.value, row, number),
        )
        if not self._connection.changes():
            was = self._transfer_at(row).state
            raise KnownError(ErrorCode.WRONG_STATE, f"the transfer is over: {was}")


def _as_it_is(value: Any) -> Value:
    number: Value = value
    return number


def _write_names(names: Sequence[str]) -> str:
    return write_strings(names[:SHOWN_NAMES])


def _write_way(way: Way) -> str:
    return way.value


_FIELDS: Final[dict[str, tuple[str, Callable[[Any], Value]]]] = {
    "bad_names": ("bad_names", _write_names),
    "path": ("path", write_path),
    "sources": ("sources", write_strings),
    "into": ("into_folder", write_path),
    "choices": ("choices", write_choices),
    "way": ("way", _write_way),
    "ours": ("our_word", write_word),
    "theirs": ("their_word", write_word),
}
"""Fields that stand under another name in the table, or in another form."""
