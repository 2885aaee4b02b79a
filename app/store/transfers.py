"""The writing half of: transfers and what became of them."""

from app.errors import ErrorCode, KnownError
from app.model import Direction, Reason, Transfer, TransferState
from app.store.chat import Chat
from app.store.rows import DIRECTION_NUMBER, TRANSFER_NUMBER, write_path, write_strings
from app.store.types import NewTransfer
from net.protocol.identity import PeerId


class TransferWriter(Chat):
    def add_transfer(self, peer_id: PeerId, new: NewTransfer) -> Transfer:
        """One of ours, offered. Its chat row is added with ``add_message(transfer_id=...)``."""
        self._run(
            """
            INSERT INTO transfer (transfer_id, person_row, direction, state, manifest_hash,
                files, folders, size_bytes, names, time_ms, sources)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
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
            ),
        )
        return self._transfer_at(self._connection.last_insert_rowid())

    def update_transfer(
        self,
        transfer_id: bytes,
        *,
        state: TransferState | None = None,
        reason: Reason | None = None,
        done_bytes: int | None = None,
        path: str | None = None,
        into: str | None = None,
    ) -> Transfer:
        """Changes what is not None; a new ``state`` also replaces the reason of the old one.

        Raises KnownError NO_SUCH_TRANSFER, or WRONG_STATE when it is done or declined
        and another state is given.
        """
        row = self._transfer_row(transfer_id)
        if state is not None:
            self._set_state(row, state, reason)
        self._run(
            """
            UPDATE transfer SET done_bytes = ifnull(?, done_bytes), path = ifnull(?, path),
                into_folder = ifnull(?, into_folder) WHERE transfer_row = ?""",
            (done_bytes, write_path(path), write_path(into), row),
        )
        return self._transfer_at(row)

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
