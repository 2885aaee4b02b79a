"""A whole profile in one file, sealed with a passphrase. docs/backup.md is its format.

Sealed in chunks, so that any size goes through little memory; each chunk's nonce says where
it stands and whether it is the last one. Nothing is compressed and no names are in it: there
is no path to leave a folder by, and nothing unpacks to more than was read.
"""

import contextlib
import errno
import os
import secrets
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import blake2b
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Final

from nacl import exceptions, pwhash, secret

from app.errors import ErrorCode, KnownError
from app.files import write_private
from app.identity_file import IDENTITY_NAME, SEED_BYTES, load_seed
from app.restoring import COPYING
from app.store.copying import check_copy, copy_database

MAGIC: Final = b"LANDLINE-BACKUP\n"
VERSION: Final = 1
PASSPHRASE_MIN_CHARS: Final = 8
CHUNK_BYTES: Final = 1024 * 1024
_HEADER: Final = struct.Struct(">16sBII16s15s")
"""Magic, version, Argon2id's passes and KiB, its salt, the nonces' beginning."""
_ENTRY: Final = struct.Struct(">BQ")
"""Which file, and its size."""
_MAC_BYTES: Final = 16
_DATABASE: Final = "landline.db"
_FILES: Final = (IDENTITY_NAME, "settings.json", "window.json", _DATABASE)
_MOST_BYTES: Final = {
    IDENTITY_NAME: SEED_BYTES,
    "settings.json": 1024 * 1024,
    "window.json": 65_536,
}
_NEEDED: Final = frozenset({IDENTITY_NAME, _DATABASE})


@dataclass(frozen=True, slots=True)
class Cost:
    """Of trying a passphrase: a second on a good machine. Read ones are capped."""

    passes: int = 3
    memory_kib: int = 256 * 1024


_MEMORY_MAX_KIB: Final = 1024 * 1024
"""Four times what is written now."""
_WORK_MAX_KIB: Final = 4 * 1024 * 1024
"""Passes times memory: five times what is written now. A file may come from anybody, and
what it asks for cannot be stopped once it has begun."""


class BackupFault(StrEnum):
    NO_BACKUP = "no_backup"
    """Some other file."""
    NOT_OPENED = "not_opened"
    """Another passphrase; or damaged where it begins, which looks the same."""
    DAMAGED = "damaged"


class BadBackupError(KnownError):
    """BAD_REQUEST, and what is wrong with the file."""

    def __init__(self, fault: BackupFault, detail: str) -> None:
        super().__init__(ErrorCode.BAD_REQUEST, detail)
        self.fault = fault


class _CancelledError(Exception):
    """By the user."""


def _never() -> bool:
    return False


def _nobody(_done: int, _size: int) -> None:
    """Is told."""


# --- Writing ---------------------------------------------------------------
def write_backup(
    profile: Path,
    target: Path,
    passphrase: str,
    *,
    cost: Cost | None = None,
    told: Callable[[int, int], None] = _nobody,
    is_cancelled: Callable[[], bool] = _never,
) -> bool:
    """Also of a profile that is in use: the database is copied as it is at one moment.

    ``told``: bytes that were written, and of about how many. False when it was cancelled. What
    was at ``target`` is replaced by a whole file or not at all. Raises KnownError.
    """
    fresh = target.with_name(f".{target.name}.part")
    with _known_errors(target), tempfile.TemporaryDirectory(dir=profile, prefix=COPYING) as held:
        copy = Path(held) / _DATABASE
        copy_database(profile / _DATABASE, copy)
        fresh.unlink(missing_ok=True)
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                header = _new_header(cost or Cost())
                file.write(header)
                sealed = _seal(_parts(profile, copy), header, _box(header, passphrase))
                size = sum(path.stat().st_size for _, path in _present(profile, copy))
                is_whole = _write_all(file, sealed, partial(_tell, told, size), is_cancelled)
                file.flush()
                os.fsync(file.fileno())
            if is_whole:
                os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
    return is_whole


def _new_header(cost: Cost) -> bytes:
    salt, beginning = secrets.token_bytes(16), secrets.token_bytes(15)
    return _HEADER.pack(MAGIC, VERSION, cost.passes, cost.memory_kib, salt, beginning)


def _seal(parts: Iterator[bytes], header: bytes, box: secret.SecretBox) -> Iterator[bytes]:
    """The last chunk may be shorter than the others, and is never empty."""
    waiting, number = bytearray(), 0
    for part in parts:
        waiting += part
        while len(waiting) > CHUNK_BYTES:
            nonce = _nonce(header, number, is_last=False)
            yield box.encrypt(bytes(waiting[:CHUNK_BYTES]), nonce).ciphertext
            del waiting[:CHUNK_BYTES]
            number += 1
    yield box.encrypt(bytes(waiting), _nonce(header, number, is_last=True)).ciphertext


def _write_all(
    file: BufferedWriter,
    chunks: Iterator[bytes],
    told: Callable[[int], None],
    is_cancelled: Callable[[], bool],
) -> bool:
    for chunk in chunks:
        if is_cancelled():
            return False
        file.write(chunk)
        told(file.tell())
    return True


def _tell(told: Callable[[int, int], None], size: int, done: int) -> None:
    """The file is a little larger than what is in it."""
    told(min(done, size), size)


def _present(profile: Path, database: Path) -> Iterator[tuple[int, Path]]:
    """Which file, and where it is; those that need not be there are left out when they are not."""
    for number, name in enumerate(_FILES):
        path = database if name == _DATABASE else profile / name
        if path.exists() or name in _NEEDED:
            yield number, path


def _parts(profile: Path, database: Path) -> Iterator[bytes]:
    for number, path in _present(profile, database):
        if path.name == IDENTITY_NAME:  # as it is: a keyring stays on its computer
            seed = load_seed(path)
            yield _ENTRY.pack(number, len(seed)) + seed
            continue
        with path.open("rb") as file:
            left = os.fstat(file.fileno()).st_size
            yield _ENTRY.pack(number, left)
            while left:
                data = file.read(min(left, CHUNK_BYTES))
                if not data:
                    raise OSError(errno.EIO, f"{path.name} became shorter")
                left -= len(data)
                yield data


# --- Reading ---------------------------------------------------------------
def read_backup(
    source: Path,
    folder: Path,
    passphrase: str,
    *,
    told: Callable[[int, int], None] = _nobody,
    is_cancelled: Callable[[], bool] = _never,
) -> bool:
    """Makes the profile ``folder``, which must not be there or be empty, or leaves nothing.

    ``told``: bytes of ``source`` that were read, and of how many. False when it was cancelled.
    Raises BadBackupError, and KnownError: WRONG_STATE (there is a profile), PROFILE_TOO_NEW, and
    what a disk may say.
    """
    folder = folder.absolute()
    with _known_errors(folder):
        if folder.exists() and any(folder.iterdir()):
            raise KnownError(ErrorCode.WRONG_STATE, f"{folder} is not empty")
        folder.parent.mkdir(parents=True, exist_ok=True)
        held = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".landline-restore-"))
        try:
            with source.open("rb") as file:
                _unpack(_Opened(file, passphrase, told, is_cancelled), held)
            check_copy(held / _DATABASE)
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
            os.rename(held, folder)
        except _CancelledError:
            return False
        finally:
            shutil.rmtree(held, ignore_errors=True)
    return True


class _Opened:
    """The plain bytes behind a header, chunk by chunk, each proven before it is used."""

    def __init__(
        self,
        file: BufferedReader,
        passphrase: str,
        told: Callable[[int, int], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._told = told
        self._is_cancelled = is_cancelled
        self._header = file.read(_HEADER.size)
        if len(self._header) < _HEADER.size or not self._header.startswith(MAGIC):
            raise BadBackupError(BackupFault.NO_BACKUP, "this is not a backup of Landline")
        _, version, passes, memory_kib, _, _ = _HEADER.unpack(self._header)
        if version > VERSION:
            raise KnownError(ErrorCode.PROFILE_TOO_NEW, "a newer Landline wrote this backup")
        is_sane = passes >= 1 and 8 <= memory_kib <= _MEMORY_MAX_KIB
        is_sane = is_sane and passes * memory_kib <= _WORK_MAX_KIB
        if version != VERSION or not is_sane:
            raise _bad("the backup is damaged")
        self._box = _box(self._header, passphrase)
        self._number = 0
        self._plain = b""
        self._is_over = False

    def take(self, size: int) -> bytes:
        """Up to ``size`` bytes; empty at the end."""
        if not self._plain and not self._is_over:
            self._plain = self._next()
        taken, self._plain = self._plain[:size], self._plain[size:]
        return taken

    def exactly(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size and (part := self.take(size - len(found))):
            found += part
        return bytes(found)

    def _next(self) -> bytes:
        if self._is_cancelled():
            raise _CancelledError
        sealed = self._file.read(CHUNK_BYTES + _MAC_BYTES)
        self._is_over = not self._file.peek(1)
        nonce = _nonce(self._header, self._number, is_last=self._is_over)
        try:
            plain = self._box.decrypt(sealed, nonce)
        except (exceptions.CryptoError, ValueError) as error:
            if self._number:
                raise _bad("the backup could not be opened: damaged") from error
            detail = "the backup could not be opened: another passphrase, or the backup is damaged"
            raise BadBackupError(BackupFault.NOT_OPENED, detail) from error
        self._number += 1
        self._told(self._file.tell(), self._size)
        return plain


def _unpack(opened: _Opened, folder: Path) -> None:
    found: set[str] = set()
    last = -1
    while entry := opened.exactly(_ENTRY.size):
        if len(entry) < _ENTRY.size:
            raise _bad("the backup ends in the middle")
        number, size = _ENTRY.unpack(entry)
        if not last < number < len(_FILES) or size > _MOST_BYTES.get(_FILES[number], 2**62):
            raise _bad("the backup holds what no profile has")
        last, name = number, _FILES[number]
        if name == _DATABASE:
            _write_large(opened, folder / name, size)
        else:
            data = opened.exactly(size)
            if len(data) < size or (name == IDENTITY_NAME and size != _MOST_BYTES[name]):
                raise _bad("the backup ends in the middle")
            write_private(folder / name, data)
        found.add(name)
    if not found >= _NEEDED:
        raise _bad("the backup lacks the key or the messages")


def _write_large(opened: _Opened, path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        left = size
        while left:
            data = opened.take(left)
            if not data:
                raise _bad("the backup ends in the middle")
            file.write(data)
            left -= len(data)
        file.flush()
        os.fsync(file.fileno())


# --- Sealing ---------------------------------------------------------------
def _box(header: bytes, passphrase: str) -> secret.SecretBox:
    """The header is part of the key: who changes it changes the key. Raises KnownError."""
    _, _, passes, memory_kib, salt, _ = _HEADER.unpack(header)
    word = passphrase.encode("utf-8", "surrogatepass")
    try:
        key = pwhash.argon2id.kdf(32, word, salt, opslimit=passes, memlimit=memory_kib * 1024)
    except exceptions.RuntimeError as error:
        detail = f"trying a passphrase takes {memory_kib // 1024} MiB of memory, which are not free"
        raise KnownError(ErrorCode.BAD_REQUEST, detail) from error
    return secret.SecretBox(blake2b(header, key=key, digest_size=32).digest())


def _nonce(header: bytes, number: int, *, is_last: bool) -> bytes:
    return header[-15:] + bytes([is_last]) + number.to_bytes(8, "big")


def _bad(detail: str) -> BadBackupError:
    return BadBackupError(BackupFault.DAMAGED, detail)


@contextlib.contextmanager
def _known_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        is_closed = isinstance(error, PermissionError) or error.errno == errno.EROFS
        code = ErrorCode.NOT_WRITABLE if is_closed else ErrorCode.DISK_ERROR
        if isinstance(error, FileNotFoundError):
            code = ErrorCode.NO_SUCH_PATH
        detail = f"{place}: {error.strerror or error}"
        raise KnownError(ErrorCode.NO_SPACE if is_full else code, detail) from error
