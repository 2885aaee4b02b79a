"""The list of everything a transfer brings, as both sides hash it.

    manifest = chunk ...
    chunk    = length (4, big-endian) || msgpack array of entries
    entry    = [parent, kind, name, size, mtime_ns]

Folders are numbered 1, 2, ... in the order in which they are listed; ``parent`` is
such a number, 0 being the top. Entries come folder by folder (``parent`` never
decreases, and names a folder already listed), so a tree can be neither circular nor
have a file inside a file, and whoever walks it needs one open folder at a time.
A file's *number* counts files only, from 0.

The manifest's hash is BLAKE3 over its bytes: an offer carries it, so what is
accepted, sent and written is one and the same list.
Source: PROTOCOL, "Transfers".
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Final

import msgspec
from blake3 import blake3
from msgspec import Meta, Struct

from net.protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from net.protocol.limits import (
    FILE_NAME_MAX_CHARS,
    MANIFEST_CHUNK_MAX_BYTES,
    MANIFEST_ENTRIES_MAX,
    MANIFEST_FOLDERS_MAX,
    MANIFEST_MAX_BYTES,
    MANIFEST_TOPS_MAX,
    OFFER_NAMES_MAX,
    PATH_DEPTH_MAX,
    PATH_MAX_BYTES,
    TRANSFER_MAX_BYTES,
)

HASH_BYTES: Final = 32
PREFIX_BYTES: Final = 4
_CHUNK_ENTRIES: Final = 512
_CHUNK_AIM_BYTES: Final = MANIFEST_CHUNK_MAX_BYTES // 2
"""A chunk is closed here; the longest entry still fits behind it."""
_ENTRY_FIXED_BYTES: Final = 32


class EntryKind(IntEnum):
    FILE = 0
    FOLDER = 1
    EXECUTABLE = 2


class Entry(Struct, array_like=True, frozen=True, gc=False):
    """One file or folder. ``name`` is untrusted text, never a path."""

    parent: Annotated[int, Meta(ge=0, le=MANIFEST_ENTRIES_MAX)]
    kind: EntryKind
    name: Annotated[str, Meta(min_length=1, max_length=FILE_NAME_MAX_CHARS)]
    size: Annotated[int, Meta(ge=0, le=TRANSFER_MAX_BYTES)] = 0
    """Bytes; 0 for a folder."""
    mtime_ns: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] = 0
    """Nanoseconds since 1970, as the sender's file system says: any value."""

    @property
    def is_folder(self) -> bool:
        return self.kind is EntryKind.FOLDER


@dataclass(frozen=True, slots=True)
class Totals:
    """What a manifest sums up to. ``names``: the first at the top, as sent."""

    files: int
    folders: int
    size_bytes: int
    tops: int
    names: tuple[str, ...]
    encoded_bytes: int
    manifest_hash: bytes

    @property
    def entries(self) -> int:
        return self.files + self.folders


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest, kept encoded: some 40 bytes an entry, in bounded chunks.

    ``chunks`` can be gone through again and again: a million entries need not be in memory.
    """

    chunks: Iterable[bytes]
    totals: Totals

    def entries(self) -> Iterator[Entry]:
        return entries_of(self.chunks)


class ManifestEncoder:
    """Builds a manifest, holding to every rule a reader will check; gives each chunk away."""

    def __init__(self, on_chunk: Callable[[bytes], object]) -> None:
        """``on_chunk`` takes each chunk as soon as it is full."""
        self._on_chunk = on_chunk
        self._tally = _Tally(LocalProtocolError)
        self._open: list[Entry] = []
        self._open_bytes = 0

    @property
    def open_entries(self) -> int:
        """How many entries the next chunk has so far."""
        return len(self._open)

    def add(self, entry: Entry) -> int:
        """The folder's number, or the file's. Raises LocalProtocolError: a limit is reached."""
        number = self._tally.add(entry)
        self._open.append(entry)
        self._open_bytes += _ENTRY_FIXED_BYTES + _encoded_length(entry.name)
        if self._open_bytes >= _CHUNK_AIM_BYTES or len(self._open) == _CHUNK_ENTRIES:
            self._close_chunk()
        return number

    def has_place_for(self, parent: int, name: str) -> bool:
        """Whether a thing of that name in that folder is neither too deep nor its path too long."""
        return self._tally.has_place_for(parent, name)

    def finish(self) -> Totals:
        if self._open:
            self._close_chunk()
        return self._tally.totals()

    def _close_chunk(self) -> None:
        body = _ENCODER.encode(self._open)
        chunk = len(body).to_bytes(PREFIX_BYTES, "big") + body
        self._tally.hash_bytes(chunk)
        self._open, self._open_bytes = [], 0
        self._on_chunk(chunk)


class ManifestWriter:
    """Builds a manifest in memory."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._encoder = ManifestEncoder(self._chunks.append)

    def add(self, entry: Entry) -> int:
        """The folder's number, or the file's. Raises LocalProtocolError: a limit is reached."""
        return self._encoder.add(entry)

    def finish(self) -> Manifest:
        totals = self._encoder.finish()
        return Manifest(tuple(self._chunks), totals)


class ManifestReader:
    """Takes a manifest's bytes as they come; holds one chunk at most.

    Raises RemoteProtocolError; it is then done for.
    """

    def __init__(self) -> None:
        self._tally = _Tally(RemoteProtocolError)
        self._chunks = _ChunkReader()

    def receive(self, data: bytes | memoryview) -> list[Entry]:
        """The entries that these bytes complete, checked, in order."""
        self._tally.hash_bytes(data)
        entries = self._chunks.receive(data)
        for entry in entries:
            self._tally.add(entry)
        return entries

    def finish(self) -> Totals:
        """What it all sums up to. Raises RemoteProtocolError if it ended inside a chunk."""
        self._chunks.finish()
        return self._tally.totals()


def entries_of(blocks: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of a manifest, cut anyhow, that a ManifestReader has passed before:
    types are checked, rules and hash are not. Raises RemoteProtocolError."""
    chunks = _ChunkReader()
    for block in blocks:
        yield from chunks.receive(block)
    chunks.finish()


class _ChunkReader:
    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive(self, data: bytes | memoryview) -> list[Entry]:
        self._buffer += data
        entries: list[Entry] = []
        start = 0
        while (end := self._chunk_end(start)) is not None:
            entries += decode_chunk(self._buffer[start + PREFIX_BYTES : end])
            start = end
        del self._buffer[:start]
        return entries

    def finish(self) -> None:
        if self._buffer:
            raise RemoteProtocolError("manifest ends in the middle of a chunk")

    def _chunk_end(self, start: int) -> int | None:
        if len(self._buffer) - start < PREFIX_BYTES:
            return None
        length = int.from_bytes(self._buffer[start : start + PREFIX_BYTES], "big")
        if not 0 < length <= MANIFEST_CHUNK_MAX_BYTES:
            raise RemoteProtocolError(f"manifest chunk of {length} bytes")
        end = start + PREFIX_BYTES + length
        return end if end <= len(self._buffer) else None


def decode_chunk(body: bytes | bytearray | memoryview) -> list[Entry]:
    """The entries of one chunk, its length left out. Raises RemoteProtocolError."""
    try:
        entries = _ENTRIES.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RemoteProtocolError(f"unreadable manifest: {error}") from error
    if not entries:
        raise RemoteProtocolError("empty manifest chunk")
    return entries


class _Tally:
    """The rules of a tree and its sums; six bytes of memory a folder."""

    def __init__(self, error: type[ProtocolError]) -> None:
        self._error = error
        self._hash = blake3()
        self._encoded_bytes = 0
        self._parent = 0
        self._depths = array("H", [0])
        self._path_bytes = array("H", [0])
        self._files = self._folders = self._size = self._tops = 0
        self._names: list[str] = []

    def hash_bytes(self, data: bytes | memoryview) -> None:
        self._encoded_bytes += len(data)
        if self._encoded_bytes > MANIFEST_MAX_BYTES:
            raise self._error("manifest too long")
        self._hash.update(data)

    def add(self, entry: Entry) -> int:
        path_bytes = self._check(entry)
        self._parent = parent = entry.parent
        if parent == 0:
            self._tops += 1
            if len(self._names) < OFFER_NAMES_MAX:
                self._names.append(entry.name)
        if entry.kind is EntryKind.FOLDER:
            self._depths.append(self._depths[parent] + 1)
            self._path_bytes.append(path_bytes)
            self._folders += 1
            return self._folders
        self._size += entry.size
        self._files += 1
        return self._files - 1

    def has_place_for(self, parent: int, name: str) -> bool:
        return (
            self._depths[parent] < PATH_DEPTH_MAX
            and self._path_bytes[parent] + 1 + _encoded_length(name) <= PATH_MAX_BYTES
        )

    def totals(self) -> Totals:
        return Totals(
            self._files,
            self._folders,
            self._size,
            self._tops,
            tuple(self._names),
            self._encoded_bytes,
            self._hash.digest(),
        )

    def _check(self, entry: Entry) -> int:
        """How long its path is."""
        parent, name = entry.parent, entry.name
        is_folder = entry.kind is EntryKind.FOLDER
        if not self._parent <= parent <= self._folders:
            raise self._error("entry is not in its folder's place")
        if self._files + self._folders >= MANIFEST_ENTRIES_MAX or (
            is_folder and self._folders >= MANIFEST_FOLDERS_MAX
        ):
            raise self._error("too many entries")
        if parent == 0 and self._tops >= MANIFEST_TOPS_MAX:
            raise self._error("too many entries at the top")
        if name in (".", "..") or "/" in name or "\0" in name:
            raise self._error("a name that is no name")
        if self._depths[parent] >= PATH_DEPTH_MAX:
            raise self._error("folders too deep")
        path_bytes = self._path_bytes[parent] + 1 + _encoded_length(name)
        if path_bytes > PATH_MAX_BYTES:
            raise self._error("path too long")
        if is_folder and entry.size:
            raise self._error("a folder with a size")
        if self._size + entry.size > TRANSFER_MAX_BYTES:
            raise self._error("sizes beyond any disk")
        return path_bytes


def _encoded_length(name: str) -> int:
    return len(name) if name.isascii() else len(name.encode())


_ENCODER: Final = msgspec.msgpack.Encoder()
_ENTRIES: Final = msgspec.msgpack.Decoder(list[Entry])
