"""The list of what is offered, kept in a file: an offer of a million entries costs no memory,
and after a restart nothing is scanned again.

    file   = "LLoffer1" || block ... || totals || length of totals (4) || BLAKE3 (32) of all before
    block  = chunk of the manifest, its length (4) before it || length (4) || places
    places = msgpack {position in the chunk: name on this disk, bytes}

Numbers are big-endian. Only this program on this machine reads it, and scans again when it
cannot: the format may change with any version, and its first bytes with it.
"""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from blake3 import blake3

from net.protocol.limits import MANIFEST_CHUNK_MAX_BYTES
from net.protocol.manifest import HASH_BYTES, PREFIX_BYTES, Totals
from net.transfer.durable import sync_file, sync_folder, write_all
from net.transfer.faults import Fault, TransferFault, disk_fault
from net.transfer.scan import Block, Sources

MAGIC: Final = b"LLoffer1"
_READ_BYTES: Final = 256 * 1024


class ListWriter:
    """A list being written, under a name of its own until it is whole.

    All methods raise TransferFault: the disk is full, or refuses.
    """

    def __init__(self, folder: Path) -> None:
        """The folder is made when it is missing, for its owner only."""
        self._path = folder / f"{secrets.token_hex(8)}.new"
        self._hash = blake3()
        with _disk_faults():
            folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self._path, flags, 0o600)
        self._write(MAGIC)

    def add(self, block: Block) -> None:
        self._write(block.chunk)
        self._write(_sized(msgspec.msgpack.encode(_to_disk(block.places))))

    def finish(self, totals: Totals, name: str) -> None:
        """Durable under ``name`` when this returns; what had that name said the same."""
        body = msgspec.msgpack.encode(totals)
        self._write(body)
        self._write(len(body).to_bytes(PREFIX_BYTES, "big"))
        self._write(self._hash.digest())
        with _disk_faults():
            sync_file(self._descriptor)
            self._close_file()
            with contextlib.suppress(PermissionError):  # Windows: it is being read, so it is there
                os.replace(self._path, self._path.with_name(name))
            _sync_names(self._path.parent)

    def close(self) -> None:
        """Idempotent. What was not finished is gone."""
        self._close_file()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _close_file(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, data: bytes) -> None:
        with _disk_faults():
            write_all(self._descriptor, data)
        self._hash.update(data)


class BadListError(Exception):
    """The file is not what was written once."""


class StoredList:
    """The blocks of a list's file. One thread uses it; it may be removed meanwhile."""

    def __init__(self, path: Path) -> None:
        """Reads all of it once. Raises OSError or BadListError."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags)
        try:
            self.totals = self._check()
        except (OSError, BadListError):
            self.close()
            raise

    def __iter__(self) -> Iterator[Block]:
        """Raises TransferFault DISK_ERROR."""
        position = len(MAGIC)
        while position < self._end:
            chunk = self._sized_at(position, MANIFEST_CHUNK_MAX_BYTES)
            position += len(chunk)
            places = self._sized_at(position, self._end)
            position += len(places)
            try:
                block = Block(chunk, _from_disk(places[PREFIX_BYTES:]))
            except _UNREADABLE as error:
                raise _no_list(error) from error
            yield block

    @property
    def sources(self) -> Sources:
        return Sources(self.totals, self)

    def close(self) -> None:
        """Idempotent."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _check(self) -> Totals:
        size = os.fstat(self._descriptor).st_size
        signed = size - HASH_BYTES
        if signed < len(MAGIC) + PREFIX_BYTES or self._read(0, len(MAGIC)) != MAGIC:
            raise BadListError("not a list")
        if self._hash_of(signed) != self._read(signed, HASH_BYTES):
            raise BadListError("damaged")
        end = signed - PREFIX_BYTES
        length = int.from_bytes(self._read(end, PREFIX_BYTES), "big")
        self._end = end - length
        if self._end < len(MAGIC):
            raise BadListError("its totals are longer than it")
        try:
            return msgspec.msgpack.decode(self._read(self._end, length), type=Totals)
        except _UNREADABLE as error:
            raise BadListError(str(error)) from error

    def _hash_of(self, size: int) -> bytes:
        digest = blake3()
        for position in range(0, size, _READ_BYTES):
            digest.update(self._read(position, min(_READ_BYTES, size - position)))
        return digest.digest()

    def _sized_at(self, position: int, most: int) -> bytes:
        """What stands there, its length before it."""
        try:
            length = int.from_bytes(self._read(position, PREFIX_BYTES), "big")
            if length > most:
                raise BadListError("changed since it was opened")
            return self._read(position, PREFIX_BYTES + length)
        except (OSError, BadListError) as error:
            raise _no_list(error) from error

    def _read(self, position: int, size: int) -> bytes:
        """Not ``pread``: Windows has none."""
        os.lseek(self._descriptor, position, os.SEEK_SET)
        data = os.read(self._descriptor, size)
        while len(data) < size:
            more = os.read(self._descriptor, size - len(data))
            if not more:
                raise BadListError("cut short")
            data += more
        return data


def _no_list(error: Exception) -> TransferFault:
    return TransferFault(Fault.DISK_ERROR, f"the list of an offer: {error}")


@contextlib.contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_fault(error) from error


def _sized(body: bytes) -> bytes:
    return len(body).to_bytes(PREFIX_BYTES, "big") + body


def _to_disk(places: dict[int, str]) -> dict[int, bytes]:
    return {position: os.fsencode(place) for position, place in places.items()}


def _from_disk(body: bytes) -> dict[int, str]:
    return {position: os.fsdecode(place) for position, place in _PLACES.decode(body).items()}


def _sync_names(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync_folder(descriptor)
    finally:
        os.close(descriptor)


_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_PLACES: Final = msgspec.msgpack.Decoder(dict[int, bytes])
