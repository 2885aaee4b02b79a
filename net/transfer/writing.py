"""The one routine that creates what was received: files and folders, under safe names."""

import contextlib
import os
from array import array
from collections.abc import Callable, Collection, Generator, Iterator
from typing import Final, NamedTuple

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, EntryKind
from net.protocol.transfer import Files
from net.transfer.durable import CAN_SYNC_ALL, push_file, write_all
from net.transfer.folders import EXECUTABLE_MODE, FILE_MODE, Folder
from net.transfer.journal import CLAIM_EVERY_BYTES, Position
from net.transfer.origin import mark_origin
from net.transfer.plan import FileState, Plan
from net.transfer.syncer import SYNC_ALONE_BYTES, Reached, Syncer
from net.transfer.tree import TreeWalk
from net.transfer.twins import Twins

_CAN_SET_OPEN_TIMES: Final = os.utime in os.supports_fd
MTIME_MAX_NS: Final = (2**32 - 1) * 10**9
"""February 2106: the last that FAT, exFAT and old ext can say; 1970 is the first."""


FEW_FILES: Final = 8
"""Synced one by one: a sync of everything also waits for what others have written."""


class Placed(NamedTuple):
    """A file of the manifest, its number and the name it has here."""

    number: int
    entry: Entry
    name: str


class TreeWriter:
    """Writes what a plan wants of a manifest below ``root``, in order, from one stream of bytes.

    Files are created with their final mode, masked by the umask; what keeps them from
    others until all is there is the folder around them. All methods raise OSError.
    """

    def __init__(
        self,
        root: Folder,
        entries: Generator[Entry],
        twins: Twins,
        plan: Plan,
        *,
        syncer: Syncer,
        on_step: Callable[[], None] = lambda: None,
        is_resumed: bool = False,
    ) -> None:
        """``on_step`` runs before each file or folder, and may raise. ``is_resumed``: some
        of it may be there, and not yet on the disk."""
        self._entries = entries
        self._files = self._placed(entries, twins)
        self._plan = plan
        self._syncer = syncer
        self._on_step = on_step
        self._is_resumed = is_resumed
        self._root = root
        self._walk = TreeWalk(root.open_folder)
        self._folder_times = array("q", [0])
        self._is_made = bytearray(b"\1")
        self._due: Iterator[Placed] = iter(())
        self._here: Placed | None = None
        self._file: Placed | None = None
        self._descriptor = -1
        self._offset = 0
        self._end = 0
        self._left = 0
        self._files_done = 0
        self._unclaimed = 0
        self._has_loose = is_resumed
        self._syncs_alone = len(plan.states) <= FEW_FILES
        self.has_content = False

    @property
    def files_done(self) -> int:
        """How many of the manifest's files are done with."""
        return self._files_done

    def expect(self, run: Files) -> list[Placed]:
        """Make ready for the next files, and say which they are.

        Folders met on the way are created. Raises RemoteProtocolError if there are no such.
        """
        files: list[Placed] = []
        while len(files) < run.count:
            file = self._here if self._is_here(run.first) and not files else next(self._files, None)
            if file is None:
                raise RemoteProtocolError("more files than in the manifest")
            self._here = file
            if file.number >= run.first:
                files.append(file)
        self._due = iter(files)
        self._offset = run.offset
        self._left = 0
        return files

    def write(self, data: memoryview) -> None:
        """The next bytes of the expected files, cut anyhow; never more than they hold."""
        self.has_content = True
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
                self._end_file()
        if self._unclaimed >= CLAIM_EVERY_BYTES:
            self._claim()

    def finish_run(self) -> None:
        """All bytes of the expected files were written; the last ones may be empty."""
        for file in self._due:
            self._open_next(file)

    def discard(self, files: Collection[Placed]) -> None:
        """Of the last run: what came of these is not them."""
        self._syncer.wait(is_last=True, on_wait=self._on_step)  # Windows removes no open file
        if self._file is not None:
            os.close(self._descriptor)
            self._file, self._descriptor, self._left = None, -1, 0
        for file in files:
            self._plan.states[file.number] = FileState.BAD
            self._plan.gaps.pop(file.number, None)
            with contextlib.suppress(FileNotFoundError):
                self._folder(file.entry.parent).remove(file.name)
        self._files_done = max(self._files_done, *(file.number + 1 for file in files))

    def finish(self, *, is_whole: bool) -> None:
        """Nothing more comes: the folders left over, and every folder's own time.

        ``is_whole``: all that is wanted is here."""
        for _ in self._files:
            pass
        if self._is_resumed:
            self._remove_unwanted()
        made = [number for number in range(1, len(self._walk) + 1) if self._is_made[number]]
        for number in made:
            self._on_step()
            parent, name = self._walk.place(number)
            with contextlib.suppress(OSError):
                self._folder(parent).set_mtime(name, self._folder_times[number])
        for number in made if self._syncs_alone or not CAN_SYNC_ALL else ():
            self._on_step()
            self._walk.enter(number).sync()
        self._walk.close()
        self._syncer.add_position(
            self._reached(self._plan.complete if is_whole else self._position())
        )

    def close(self) -> None:
        """Idempotent. The syncer must have stopped."""
        self._entries.close()
        self._walk.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _remove_unwanted(self) -> None:
        """Folders that only a former try wanted, once nothing is in them."""
        for number in range(len(self._walk), 0, -1):
            if self._plan.is_folder_wanted[number] or self._is_made[number]:
                continue
            self._on_step()
            with contextlib.suppress(OSError):
                if not self._walk.enter(number).names():
                    parent, name = self._walk.place(number)
                    self._folder(parent).remove(name)

    def _is_here(self, number: int) -> bool:
        return self._here is not None and self._here.number == number

    def _placed(self, entries: Iterator[Entry], twins: Twins) -> Iterator[Placed]:
        number = 0
        for index, entry in enumerate(entries):
            name = twins.name(index, entry)
            if entry.is_folder:
                self._note_folder(entry, name)
            else:
                yield Placed(number, entry, name)
                number += 1

    def _note_folder(self, entry: Entry, name: str) -> None:
        number = self._walk.add(entry.parent, name)
        self._folder_times.append(_clamp(entry.mtime_ns))
        self._is_made.append(0)
        if self._plan.is_folder_wanted[number]:
            self._make(number)

    def _make(self, number: int) -> None:
        """With all above it."""
        if self._is_made[number]:
            return
        self._on_step()
        parent, name = self._walk.place(number)
        self._make(parent)
        try:
            self._folder(parent).make_folder(name)
        except FileExistsError:
            if not self._is_resumed:
                raise
        self._is_made[number] = 1
        self._has_loose |= not self._syncs_alone

    def _folder(self, number: int) -> Folder:
        return self._walk.enter(number) if number else self._root

    def _open_next(self, file: Placed) -> None:
        self._on_step()
        entry = file.entry
        self._make(entry.parent)
        folder = self._folder(entry.parent)
        self._descriptor = self._open(folder, file)
        self._file = file
        gaps = dict(self._plan.gaps.get(file.number, ()))
        self._left = gaps.get(self._offset, entry.size)
        self._end, self._offset = self._offset + self._left, 0
        if self._left == 0:
            self._end_file()

    def _open(self, folder: Folder, file: Placed) -> int:
        mode = EXECUTABLE_MODE if file.entry.kind is EntryKind.EXECUTABLE else FILE_MODE
        if file.number in self._plan.gaps:
            descriptor = folder.open_again(file.name)
            os.lseek(descriptor, self._offset, os.SEEK_SET)
            return descriptor
        try:
            return folder.create_file(file.name, mode)
        except FileExistsError:
            if not self._is_resumed:
                raise
            folder.remove(file.name)  # of an earlier try, and not what it should be
            return folder.create_file(file.name, mode)

    def _end_file(self) -> None:
        """The file, or a gap of it, is written."""
        file, descriptor = self._file, self._descriptor
        assert file is not None
        size = file.entry.size
        is_whole = self._plan.ends_file(file.number, self._end, size)
        if is_whole:
            settle(self._folder(file.entry.parent), file.name, descriptor, file.entry)
            self._files_done = file.number + 1
        self._file = None
        if size >= SYNC_ALONE_BYTES or self._syncs_alone:
            self._descriptor = -1
            position = self._position() if is_whole else Position(file.number, self._end)
            self._syncer.add_file(descriptor, self._reached(position))
            return
        self._has_loose = True
        push_file(descriptor)
        self._descriptor = -1
        os.close(descriptor)

    def _position(self) -> Position:
        return Position(self._files_done, 0)

    def _claim(self) -> None:
        if self._file is None:
            self._syncer.add_position(self._reached(self._position()))
        else:
            position = Position(self._file.number, self._end - self._left)
            self._syncer.add_position(self._reached(position), self._descriptor)

    def _reached(self, position: Position) -> Reached:
        reached = Reached(position, self._unclaimed, self._has_loose)
        self._unclaimed, self._has_loose = 0, False
        return reached


def settle(folder: Folder, name: str, descriptor: int, entry: Entry) -> None:
    """The content is whole: where it comes from, and its own time."""
    mark_origin(folder, name, descriptor)
    mtime_ns = _clamp(entry.mtime_ns)
    with contextlib.suppress(OSError):  # a time is no reason to lose a file
        if _CAN_SET_OPEN_TIMES:
            os.utime(descriptor, ns=(mtime_ns, mtime_ns))
        else:
            folder.set_mtime(name, mtime_ns)


def is_settled(seen: os.stat_result, entry: Entry) -> bool:
    """Whether nobody has written to it since, as far as its time tells."""
    return seen.st_mtime_ns == _clamp(entry.mtime_ns)


def _clamp(mtime_ns: int) -> int:
    return min(max(mtime_ns, 0), MTIME_MAX_NS)
