"""A database that came in a backup, which anybody may have written: no file lands by its word.

Folders in it may be of another computer, or chosen so that what lands there is run.
"""

from pathlib import Path
from typing import Final

import apsw

from app.model import Direction, TransferState
from app.store.rows import DIRECTION_NUMBER, TRANSFER_NUMBER

_IN: Final = DIRECTION_NUMBER[Direction.IN]
_ASKED_AGAIN: Final = tuple(
    TRANSFER_NUMBER[state]
    for state in (TransferState.WAITING, TransferState.RUNNING, TransferState.PAUSED)
)
_CALM: Final = f"""
    UPDATE transfer SET into_folder = NULL, landing = NULL, choices = '{{}}'
     WHERE direction = {_IN};
    UPDATE transfer SET state = {TRANSFER_NUMBER[TransferState.OFFERED]}, reason = NULL,
        our_word = json_set(our_word, '$[0]', 0, '$[3]', ''), done_bytes = 0, done_files = 0,
        left_out_files = 0, left_out_bytes = 0, queue_key = 0
     WHERE direction = {_IN} AND state IN {_ASKED_AGAIN};
    """


def mark_restored(path: Path) -> None:
    """Of the database at ``path``. Raises OSError."""
    _mark(path).touch(mode=0o600)


def calm_restored(connection: apsw.Connection, path: Path) -> None:
    """What was accepted there is asked about again, once. Raises apsw.Error, OSError."""
    if not _mark(path).exists():
        return
    with connection:
        connection.execute(_CALM)
    _mark(path).unlink()


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")
