"""The one routine that creates what was received: files and folders, under safe names."""

import contextlib
import os
from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, EntryKind
from net.protocol.names import collision_name, safe_name
from net.transfer.durable import CAN_SYNC_ALL, push_file, write_all
from net.transfer.folders import EXECUTABLE_MODE, FILE_MODE, Folder
from net.transfer.journal import Position
from net.transfer.syncer import SYNC_ALONE_BYTES, Reached, Syncer
from net.transfer.tree import TreeWalk

CLAIM_EVERY_BYTES: Final = 16 * 1024 * 1024
"""How much is written between two lines of the journal: what a crash costs at most."""
_CAN_SET_OPEN_TIMES: Final = os.utime in os.supports_fd
MTIME_MAX_NS: Final = (2**32 - 1) * 10**9
"""February 2106: the last that FAT, exFAT and old ext can say; 1970 is the first."""


class TreeWriter:
    """Writes a manifest's entries below ``root``, in their order, from one stream of bytes.

    Files are created with their final mode, masked by the umask; what keeps them from
    others until all is there is the folder around them. All methods raise OSError.
    """

    def __init__(
        self,
        root: Folder,
        entries: Iterator[Entry],
        syncer: Syncer,
        on_step: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_step`` runs before each file or folder, and may raise."""
        self._entries = entries
        self._syncer = syncer
        self._on_step = on_step
        self._root = root
        self._walk = TreeWalk(root.open_folder)
        self._folder_times = array("q", [0])
        self._tops: list[str] = []
        self._due: Iterator[Entry] = iter(())
        self._twin_parent, self._twin_number = -1, 1
        self._file: Entry | None = None
        self._name = ""
        self._descriptor = -1
        self._left = 0
        self._files_done = 0
        self._unclaimed = 0
        self._has_loose = False

    @property
    def tops(self) -> list[str]:
        """The names created at the top, in order."""
        return self._tops

    @property
    def files_done(self) -> int:
        return self._files_done

    def expect(self, count: int) -> list[Entry]:
        """Make ready for the next ``count`` files, and say which they are.

        Folders met on the way are created. Raises RemoteProtocolError if there are
        not so many files.
        """
        files = list(islice(self._next_files(), count))
        if len(files) < count:
            raise RemoteProtocolError("more files than in the manifest")
        self._due = iter(files)
        return files

    def write(self, data: memoryview) -> None:
        """The next bytes of the expected files, cut anyhow; never more than they hold."""
        self._unclaimed += len(data)
        while data:
            if self._left == 0:
                self._open_next(next(self._due))
                continue
            piece = data[: self._left]
            write_all(self._descriptor, piece)
            self._left -= len(piece)
            data = data[len(piece) :]
            if self._left == 0:
                self._finish_file()
        if self._unclaimed >= CLAIM_EVERY_BYTES:
            self._claim()

    def finish_run(self) -> None:
        """All bytes of the expected files were written; the last ones may be empty."""
        for entry in self._due:
            self._open_next(entry)

    def finish(self) -> None:
        """Nothing more comes: the folders left over, and every folder's own time."""
        for _ in self._next_files():
            raise RemoteProtocolError("fewer files than in the manifest")
        for number in range(1, len(self._walk) + 1):
            self._on_step()
            parent, name = self._walk.place(number)
            with contextlib.suppress(OSError):
                self._folder(parent).set_mtime(name, self._folder_times[number])
        for number in range(1, len(self._walk) + 1 if not CAN_SYNC_ALL else 0):
            self._on_step()
            self._walk.enter(number).sync()
        self._walk.close()
        self._claim()

    def close(self) -> None:
        """Idempotent. The syncer must have stopped."""
        self._walk.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _next_files(self) -> Iterator[Entry]:
        for entry in self._entries:
            if entry.is_folder:
                self._make_folder(entry)
            else:
                yield entry

    def _folder(self, number: int) -> Folder:
        return self._walk.enter(number) if number else self._root

    def _make_folder(self, entry: Entry) -> None:
        self._on_step()
        folder = self._folder(entry.parent)
        name = safe_name(entry.name)
        while True:
            try:
                folder.make_folder(name)
                break
            except FileExistsError:
                name = self._twin_name(entry)
        self._note_top(entry, name)
        self._walk.add(entry.parent, name)
        self._folder_times.append(_clamp(entry.mtime_ns))
        self._has_loose = True

    def _open_next(self, entry: Entry) -> None:
        self._on_step()
        folder = self._folder(entry.parent)
        name = safe_name(entry.name)
        mode = EXECUTABLE_MODE if entry.kind is EntryKind.EXECUTABLE else FILE_MODE
        while True:
            try:
                self._descriptor = folder.create_file(name, mode)
                break
            except FileExistsError:
                name = self._twin_name(entry)
        self._note_top(entry, name)
        self._file, self._name, self._left = entry, name, entry.size
        if entry.size == 0:
            self._finish_file()

    def _twin_name(self, entry: Entry) -> str:
        """Another name, as the disk has this one. One counter a folder tries no number
        twice, so a million twins cost a million tries."""
        if entry.parent != self._twin_parent:
            self._twin_parent, self._twin_number = entry.parent, 1
        self._twin_number += 1
        return collision_name(safe_name(entry.name), self._twin_number)

    def _note_top(self, entry: Entry, name: str) -> None:
        if entry.parent == 0:
            self._tops.append(name)

    def _finish_file(self) -> None:
        entry, descriptor = self._file, self._descriptor
        assert entry is not None
        self._set_time(entry)
        self._file = None
        self._files_done += 1
        if entry.size >= SYNC_ALONE_BYTES:
            self._descriptor = -1
            self._syncer.add_file(descriptor, self._reached(Position(self._files_done, 0)))
            return
        self._has_loose = True
        push_file(descriptor)
        self._descriptor = -1
        os.close(descriptor)

    def _set_time(self, entry: Entry) -> None:
        mtime_ns = _clamp(entry.mtime_ns)
        with contextlib.suppress(OSError):  # a time is no reason to lose a file
            if _CAN_SET_OPEN_TIMES:
                os.utime(self._descriptor, ns=(mtime_ns, mtime_ns))
            else:
                self._folder(entry.parent).set_mtime(self._name, mtime_ns)

    def _claim(self) -> None:
        if self._file is None:
            self._syncer.add_position(self._reached(Position(self._files_done, 0)))
        else:
            position = Position(self._files_done, self._file.size - self._left)
            self._syncer.add_position(self._reached(position), self._descriptor)

    def _reached(self, position: Position) -> Reached:
        reached = Reached(position, self._unclaimed, self._has_loose)
        self._unclaimed, self._has_loose = 0, False
        return reached


def _clamp(mtime_ns: int) -> int:
    return min(max(mtime_ns, 0), MTIME_MAX_NS)
