"""What was dropped becomes a list of entries and the places to read them from."""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from net.protocol.errors import LocalProtocolError
from net.protocol.limits import FILE_NAME_MAX_CHARS, PATH_DEPTH_MAX, PATH_MAX_BYTES
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestWriter
from net.protocol.names import PARTIAL_PREFIX
from net.transfer.faults import Fault, TransferFault
from net.transfer.folders import Folder, open_real_folder
from net.transfer.tree import TreeWalk

SKIPPED_MAX: Final = 1000
"""Named one by one; more are only counted."""
_MTIME_MAX: Final = 2**63 - 1


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
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be offered, and what was left out of it.

    ``tops``: the path of each entry at the top, in order. ``odd_names``: the name on
    disk by entry number (both kinds counted together), where the manifest has another
    because the disk's is no Unicode.
    """

    manifest: Manifest
    tops: tuple[Path, ...]
    odd_names: dict[int, str] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    skipped_count: int = 0


class TooManyFilesError(ValueError):
    """More entries, or a longer list, than one transfer takes."""


def scan_sources(paths: Sequence[Path], is_cancelled: Callable[[], bool]) -> Sources:
    """List files and whole folders, reading no content.

    The same files give the same manifest each time. A dropped path may be a link and
    means what it points to; links below it are not followed but named as skipped.
    Raises FileNotFoundError for a path that is not there, OSError for one that leads
    nowhere or must not be looked at, TooManyFilesError, and TransferFault(BY_USER)
    soon after ``is_cancelled`` says so.
    """
    scan = _Scan(is_cancelled)
    try:
        for path in dict.fromkeys(os.path.realpath(path, strict=True) for path in paths):
            scan.add_top(Path(path))
        return scan.finish()
    except LocalProtocolError as error:
        raise TooManyFilesError(str(error)) from error


class _Place(NamedTuple):
    """A folder to look into; 0 is the top."""

    number: int
    depth: int
    path_bytes: int

    def path_length(self, name: str) -> int:
        return self.path_bytes + 1 + len(name.encode())


class _Scan:
    """Breadth first, each folder's entries in the order of their names' bytes."""

    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled
        self._writer = ManifestWriter()
        self._tops: list[Path] = []
        self._odd_names: dict[int, str] = {}
        self._skipped: list[Skipped] = []
        self._skipped_count = 0
        self._entries = 0
        self._walk = TreeWalk(lambda name: open_real_folder(Path(name)))
        self._due: deque[_Place] = deque()

    def add_top(self, path: Path) -> None:
        """A path without links in it."""
        name = path.name or path.anchor.strip("\\/:") or "files"
        found = path.lstat()
        is_file = stat.S_ISREG(found.st_mode)
        if is_file and not os.access(path, os.R_OK):
            self._skip(str(path), SkipReason.UNREADABLE)
        elif is_file or stat.S_ISDIR(found.st_mode):
            self._tops.append(path)
            self._add(_Place(0, 0, 0), name, found, str(path))
        else:
            self._skip(str(path), SkipReason.SPECIAL)

    def finish(self) -> Sources:
        """Look into every folder noted so far, and those found there."""
        with self._walk:
            while self._due:
                self._look_into(self._due.popleft())
        return Sources(
            self._writer.finish(),
            tuple(self._tops),
            self._odd_names,
            tuple(self._skipped),
            self._skipped_count,
        )

    def _look_into(self, place: _Place) -> None:
        try:
            folder = self._walk.enter(place.number)
            names = sorted(folder.names(), key=os.fsencode)
        except OSError:
            self._skip(self._path(place.number), SkipReason.UNREADABLE)
            return
        for name in names:
            if self._is_cancelled():
                raise TransferFault(Fault.BY_USER, "while listing files")
            self._look_at(place, folder, name)

    def _look_at(self, place: _Place, folder: Folder, name: str) -> None:
        try:
            found = folder.look_at(name)
            reason = _reason_to_skip(name, found, place)
            if reason is None and stat.S_ISREG(found.st_mode) and not folder.can_read(name):
                reason = SkipReason.UNREADABLE
        except OSError:
            reason = SkipReason.UNREADABLE
        if reason is not None:
            self._skip(f"{self._path(place.number)}{os.sep}{name}", reason)
        else:
            self._add(place, name, found, name)

    def _add(self, place: _Place, name: str, found: os.stat_result, on_disk: str) -> None:
        shown = _shown(name)
        if shown != name:
            self._odd_names[self._entries] = name
        self._entries += 1
        mtime_ns = mtime_of(found)
        if not stat.S_ISDIR(found.st_mode):
            self._writer.add(Entry(place.number, _kind(found), shown, found.st_size, mtime_ns))
            return
        self._writer.add(Entry(place.number, EntryKind.FOLDER, shown, 0, mtime_ns))
        number = self._walk.add(place.number, on_disk)
        self._due.append(_Place(number, place.depth + 1, place.path_length(shown)))

    def _skip(self, path: str, reason: SkipReason) -> None:
        self._skipped_count += 1
        if len(self._skipped) < SKIPPED_MAX:
            self._skipped.append(Skipped(path, reason))

    def _path(self, number: int) -> str:
        return os.sep.join(reversed(list(self._names_up(number))))

    def _names_up(self, number: int) -> Iterator[str]:
        while number:
            number, name = self._walk.place(number)
            yield name


def mtime_of(found: os.stat_result) -> int:
    """As a manifest has it: 64 bits do not reach back to Windows' year 1601."""
    return min(max(found.st_mtime_ns, -_MTIME_MAX), _MTIME_MAX)


def _reason_to_skip(name: str, found: os.stat_result, place: _Place) -> SkipReason | None:
    if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) in _LINK_TAGS:
        return SkipReason.LINK
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        return SkipReason.SPECIAL
    if name.startswith(PARTIAL_PREFIX):
        return SkipReason.PARTIAL
    if place.depth >= PATH_DEPTH_MAX or place.path_length(_shown(name)) > PATH_MAX_BYTES:
        return SkipReason.TOO_DEEP
    return None


_LINK_TAGS: Final = frozenset({0xA0000003, 0xA000000C})
"""Junctions and symbolic links of Windows; other reparse points are cloud files."""


def _shown(name: str) -> str:
    """As Unicode, whatever bytes the disk has."""
    return os.fsencode(name).decode("utf-8", "replace")[:FILE_NAME_MAX_CHARS]


def _kind(found: os.stat_result) -> EntryKind:
    return EntryKind.EXECUTABLE if found.st_mode & stat.S_IXUSR else EntryKind.FILE
