"""How far a transfer is, in words that survive a crash.

    journal = magic (8) || transfer id (16) || manifest hash (32) || checksum (8) || record ...
    record  = file (4) || offset (8) || checksum (8)

All before byte ``offset`` of file number ``file`` is on the disk: a record is written
only after what it claims was synced, so the journal may say less than is there and
never more (of what is wanted: a plan may leave files out). The last whole record
counts; a torn one, or anything after it, does not.
Each checksum covers the header and the record's own place in the file.
"""

import errno
import os
import struct
import sys
from dataclasses import dataclass
from typing import Final, NamedTuple

from blake3 import blake3

from net.transfer.durable import sync_file, write_all

JOURNAL_NAME: Final = "journal"
READ_MAX_BYTES: Final = 4 * 1024 * 1024
"""Records of 3 TB of content; a longer file is not one of ours."""

CLAIM_EVERY_BYTES: Final = 16 * 1024 * 1024
"""How much is written between two lines of the journal: what a power cut costs at most."""

_MAGIC: Final = b"LLjrnl\0\1"
_HEADER: Final = struct.Struct(">8s16s32s")
_RECORD: Final = struct.Struct(">IQ")
_CHECK_BYTES: Final = 8


class Position(NamedTuple):
    """Byte ``offset`` of file number ``file``; sorts as the transfer proceeds."""

    file: int
    offset: int


COMPLETE: Final = Position(2**32 - 1, 0)
"""All that was wanted is on the disk; what is left is to move it to its real names. The
offset says what was wanted (Choices.mark)."""


@dataclass(frozen=True, slots=True)
class JournalState:
    transfer_id: bytes
    manifest_hash: bytes
    position: Position
    size_bytes: int
    """Up to here it is whole; what is torn behind that is not."""


class JournalError(OSError):
    """Not a journal to go on with."""


class Journal:
    """An open journal of this process: locked, appended to, synced with each record."""

    def __init__(self, descriptor: int, transfer_id: bytes, manifest_hash: bytes) -> None:
        """Takes over the descriptor of a file: an empty one, or a journal to go on with, if
        it is of this transfer. Raises OSError, BlockingIOError if another
        process has it; JournalError for any other file."""
        self._descriptor = descriptor
        self._header = _HEADER.pack(_MAGIC, transfer_id, manifest_hash)
        self.position = Position(0, 0)
        """What it claimed when it was opened."""
        try:
            if not lock_file(descriptor):
                raise BlockingIOError(errno.EAGAIN, "another process is at this transfer")
            self._begin(os.read(descriptor, READ_MAX_BYTES))
        except BaseException:
            self.close()
            raise

    def _begin(self, data: bytes) -> None:
        if not data:
            write_all(self._descriptor, self._header + _checksum(self._header))
            return
        state = read_journal(data)
        if state is None or not data.startswith(self._header):
            raise JournalError("not the journal of this transfer")
        self.position = state.position
        os.ftruncate(self._descriptor, state.size_bytes)
        os.lseek(self._descriptor, state.size_bytes, os.SEEK_SET)

    def append(self, position: Position) -> None:
        """Claim that all before ``position`` is synced. Returns when this is on the disk too."""
        body = _RECORD.pack(*position)
        place = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        write_all(self._descriptor, body + _checksum(self._header, place, body))
        sync_file(self._descriptor)

    def close(self) -> None:
        """Idempotent; the lock goes with it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def read_journal(data: bytes) -> JournalState | None:
    """What a journal's bytes claim; None for what is no journal."""
    size = _HEADER.size
    header, check = data[:size], data[size : size + _CHECK_BYTES]
    if len(header) < size or not header.startswith(_MAGIC) or check != _checksum(header):
        return None
    _, transfer_id, manifest_hash = _HEADER.unpack(header)
    position = Position(0, 0)
    place = size + _CHECK_BYTES
    while record := data[place : place + _RECORD.size + _CHECK_BYTES]:
        body = record[: _RECORD.size]
        if record[_RECORD.size :] != _checksum(header, place, body):
            break
        position = Position(*_RECORD.unpack(body))
        place += len(record)
    return JournalState(transfer_id, manifest_hash, position, place)


def lock_file(descriptor: int) -> bool:
    """Take the file for this process until it is closed; False if another one has it.

    True where the file system knows no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  only there

            place = os.lseek(descriptor, 0, os.SEEK_CUR)
            os.lseek(descriptor, _LOCK_PLACE, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            finally:
                os.lseek(descriptor, place, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415  not on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


_LOCK_PLACE: Final = 1 << 30
"""Windows locks bytes against readers too: one far behind the end."""


def _checksum(header: bytes, place: int = 0, body: bytes = b"") -> bytes:
    return blake3(header + place.to_bytes(8, "big") + body).digest(_CHECK_BYTES)
