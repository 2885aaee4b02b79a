"""Reading what was listed, and noticing when it is no longer that."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from net.protocol.manifest import PREFIX_BYTES, Entry, EntryKind, decode_chunk
from net.transfer.folders import Folder, open_real_folder
from net.transfer.scan import Sources, mtime_of
from net.transfer.tree import TreeWalk


class SourceFile(NamedTuple):
    """A file of the manifest and its name on this disk (a whole path at the top)."""

    number: int
    entry: Entry
    place: str


class SourceTree:
    """Opens the files of ``sources`` one after another, in the manifest's order."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._top: tuple[Path, Folder] | None = None
        self._walk = _make_walk()
        self._listing = self._list()
        self._next = 0
        self._shown_parent, self._shown_path = 0, ""

    def files(self, first: int = 0) -> Iterator[SourceFile]:
        """Those with number ``first`` and higher; only the iterator given last may be used.

        The list is gone through once, as long as nothing is asked for again: a ``first``
        below what was given already begins anew.
        """
        if first < self._next:
            self._walk.close()
            self._walk = _make_walk()
            self._listing = self._list()
        for file in self._listing:
            self._next = file.number + 1
            if file.number >= first:
                yield file

    def open(self, file: SourceFile) -> int:
        """A descriptor to read. Raises OSError: gone, unreadable, or a link by now."""
        if file.entry.parent:
            return self._walk.enter(file.entry.parent).open_file(file.place)
        path = Path(file.place)
        return self._above(path).open_file(path.name)

    def path(self, file: SourceFile) -> str:
        """Where it was when it was listed: only good for a hint."""
        parent = file.entry.parent
        if parent == 0:
            return file.place
        if parent != self._shown_parent:
            self._shown_parent, self._shown_path = parent, self._path_of(parent)
        return self._shown_path + file.place

    def close(self) -> None:
        """Idempotent."""
        self._walk.close()
        if self._top is not None:
            self._top[1].close()
            self._top = None

    def _path_of(self, number: int) -> str:
        names = [""]
        while number:
            number, name = self._walk.place(number)
            names.append(name)
        return os.sep.join(reversed(names))

    def _list(self) -> Iterator[SourceFile]:
        """Folders met on the way are remembered for ``open``."""
        number = 0
        for block in self._sources.blocks:
            for position, entry in enumerate(decode_chunk(block.chunk[PREFIX_BYTES:])):
                place = block.places.get(position, entry.name)
                if entry.kind is EntryKind.FOLDER:
                    self._walk.add(entry.parent, place)
                else:
                    yield SourceFile(number, entry, place)
                    number += 1

    def _above(self, path: Path) -> Folder:
        """The folder of a thing at the top; many that were dropped share one."""
        if self._top is None or self._top[0] != path.parent:
            if self._top is not None:
                self._top[1].close()
                self._top = None
            self._top = (path.parent, open_real_folder(path.parent))
        return self._top[1]


def _make_walk() -> TreeWalk:
    return TreeWalk(lambda name: open_real_folder(Path(name)))


def is_as_listed(descriptor: int, entry: Entry) -> bool:
    """Whether the open file is still the one the manifest speaks of."""
    found = os.fstat(descriptor)
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_size == entry.size
        and mtime_of(found) == entry.mtime_ns
    )


def read_into(descriptor: int, room: memoryview) -> int:
    """Bytes read to the start of ``room``; 0 at the end of the file. Raises OSError."""
    if sys.platform != "win32":
        return os.readv(descriptor, [room])
    data = os.read(descriptor, len(room))
    room[: len(data)] = data
    return len(data)
