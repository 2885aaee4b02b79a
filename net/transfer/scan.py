"""What was dropped becomes a list of entries and the places to read them from."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from net.protocol.errors import LocalProtocolError
from net.protocol.limits import FILE_NAME_MAX_CHARS
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestEncoder, Totals
from net.protocol.names import PARTIAL_PREFIX
from net.transfer.faults import Fault, TransferFault
from net.transfer.folders import Folder, open_real_folder
from net.transfer.ordering import NamesInOrder
from net.transfer.tree import TreeWalk

SKIPPED_MAX: Final = 1000
"""Named one by one; more are only counted."""
_MTIME_MAX: Final = 2**63 - 1
"""A signed 64-bit number of nanoseconds: the years 1677 to 2262."""


class SkipReason(StrEnum):
    LINK = "link"
    SPECIAL = "special"
    """A device, a pipe or a socket."""
    UNREADABLE = "unreadable"
    PARTIAL = "partial"
    """A transfer under way into this very folder."""
    TOO_DEEP = "too_deep"


@dataclass(frozen=True, slots=True)
class Skipped:
    path: str
    """From the top, as it can be shown."""
    reason: SkipReason


class Block(NamedTuple):
    """Some entries of a list.

    ``places``: by position in the chunk, what an entry is called on this disk: a whole path
    at the top; below it only what the manifest calls otherwise, being no Unicode.
    """

    chunk: bytes
    places: dict[int, str]


@dataclass(frozen=True, slots=True)
class Sources:
    """What is offered. ``blocks`` can be gone through again and again: a million entries
    need not be in memory."""

    totals: Totals
    blocks: Iterable[Block]

    @property
    def manifest(self) -> Manifest:
        return Manifest(_Chunks(self.blocks), self.totals)


@dataclass(frozen=True, slots=True)
class _Chunks:
    blocks: Iterable[Block]

    def __iter__(self) -> Iterator[bytes]:
        return (block.chunk for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found, and what it left out."""

    totals: Totals
    skipped: tuple[Skipped, ...] = ()
    skipped_count: int = 0


class TooManyFilesError(ValueError):
    """More entries, or a longer list, than one transfer takes."""


def scan_sources(
    paths: Sequence[Path],
    is_cancelled: Callable[[], bool],
    on_block: Callable[[Block], object],
) -> Scanned:
    """List files and whole folders, reading no content; ``on_block`` takes the list.

    The same files give the same manifest each time. A dropped path may be a link and
    means what it points to; links below it are not followed but named as skipped.
    Raises FileNotFoundError for a path that is not there, OSError for one that leads
    nowhere or must not be looked at, TooManyFilesError, and TransferFault(BY_USER)
    soon after ``is_cancelled`` says so.
    """
    scan = _Scan(is_cancelled, on_block)
    try:
        for path in dict.fromkeys(scan.resolve(path) for path in paths):
            scan.add_top(Path(path))
        return scan.finish()
    except LocalProtocolError as error:
        raise TooManyFilesError(str(error)) from error


class _Scan:
    """Breadth first, each folder's entries in the order of their names' bytes."""

    def __init__(
        self, is_cancelled: Callable[[], bool], on_block: Callable[[Block], object]
    ) -> None:
        self._is_cancelled = is_cancelled
        self._on_block = on_block
        self._encoder = ManifestEncoder(self._close_block)
        self._places: dict[int, str] = {}
        self._skipped: list[Skipped] = []
        self._skipped_count = 0
        self._walk = TreeWalk(lambda name: open_real_folder(Path(name)))

    def resolve(self, path: Path) -> str:
        self._check_cancel()
        return os.path.realpath(path, strict=True)

    def add_top(self, path: Path) -> None:
        """A path without links in it."""
        self._check_cancel()
        name = _name_at_top(path)
        found = path.lstat()
        is_file = stat.S_ISREG(found.st_mode)
        if is_file and not os.access(path, os.R_OK):
            self._skip(name, SkipReason.UNREADABLE)
        elif is_file or stat.S_ISDIR(found.st_mode):
            self._add(0, _shown(name), found, str(path))
        else:
            self._skip(name, SkipReason.SPECIAL)

    def finish(self) -> Scanned:
        """Look into every folder noted so far, and those found there, in their order."""
        with self._walk:
            number = 1
            while number <= len(self._walk):
                self._look_into(number)
                number += 1
        return Scanned(self._encoder.finish(), tuple(self._skipped), self._skipped_count)

    def _look_into(self, number: int) -> None:
        try:
            folder = self._walk.enter(number)
            with NamesInOrder(folder.each_name()) as names:
                for name in names:
                    self._check_cancel()
                    self._look_at(number, folder, name)
        except OSError:
            self._skip(self._path(number), SkipReason.UNREADABLE)

    def _check_cancel(self) -> None:
        if self._is_cancelled():
            raise TransferFault(Fault.BY_USER, "while listing files")

    def _look_at(self, parent: int, folder: Folder, name: str) -> None:
        shown = _shown(name)
        try:
            found = folder.look_at(name)
            reason = _reason_to_skip(name, found)
            if reason is None and not self._encoder.has_place_for(parent, shown):
                reason = SkipReason.TOO_DEEP
            if reason is None and _may_be_unreadable(found) and not folder.can_read(name):
                reason = SkipReason.UNREADABLE
        except OSError:
            reason = SkipReason.UNREADABLE
        if reason is not None:
            self._skip(f"{self._path(parent)}/{name}", reason)
        else:
            self._add(parent, shown, found, name)

    def _add(self, parent: int, shown: str, found: os.stat_result, on_disk: str) -> None:
        if shown != on_disk:
            self._places[self._encoder.open_entries] = on_disk
        mtime_ns = mtime_of(found)
        if stat.S_ISDIR(found.st_mode):
            self._walk.add(parent, on_disk)
            self._encoder.add(Entry(parent, EntryKind.FOLDER, shown, 0, mtime_ns))
        else:
            self._encoder.add(Entry(parent, _kind(found), shown, found.st_size, mtime_ns))

    def _close_block(self, chunk: bytes) -> None:
        self._on_block(Block(chunk, self._places))
        self._places = {}

    def _skip(self, path: str, reason: SkipReason) -> None:
        self._skipped_count += 1
        if len(self._skipped) < SKIPPED_MAX:
            self._skipped.append(Skipped(_readable(path), reason))

    def _path(self, number: int) -> str:
        return "/".join(reversed(list(self._names_up(number))))

    def _names_up(self, number: int) -> Iterator[str]:
        while number:
            number, name = self._walk.place(number)
            yield name if number else _name_at_top(Path(name))


def mtime_of(found: os.stat_result) -> int:
    """As a manifest has it: 64 bits do not reach back to Windows' year 1601."""
    return min(max(found.st_mtime_ns, -_MTIME_MAX), _MTIME_MAX)


def _reason_to_skip(name: str, found: os.stat_result) -> SkipReason | None:
    if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) in _LINK_TAGS:
        return SkipReason.LINK
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        return SkipReason.SPECIAL
    return SkipReason.PARTIAL if name.startswith(PARTIAL_PREFIX) else None


def _may_be_unreadable(found: os.stat_result) -> bool:
    """A file for which the system has to be asked: our own say it themselves."""
    is_plain = stat.S_ISREG(found.st_mode)
    return is_plain and not (found.st_uid == _OUR_ID and found.st_mode & stat.S_IRUSR)


_OUR_ID: Final = os.geteuid() if sys.platform != "win32" else -1
_LINK_TAGS: Final = frozenset({0xA0000003, 0xA000000C})
"""Junctions and symbolic links of Windows; other reparse points are cloud files."""


def _name_at_top(path: Path) -> str:
    return path.name or path.anchor.strip("\\/:") or "files"


def _shown(name: str) -> str:
    return _readable(name)[:FILE_NAME_MAX_CHARS]


def _readable(name: str) -> str:
    """As Unicode, whatever bytes the disk has."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _kind(found: os.stat_result) -> EntryKind:
    return EntryKind.EXECUTABLE if found.st_mode & stat.S_IXUSR else EntryKind.FILE
