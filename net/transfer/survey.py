"""What of a transfer need not be fetched: not chosen, here from a former try, or there already."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import IntEnum

from net.protocol.limits import BLOCK_BYTES
from net.protocol.manifest import Entry, Totals
from net.protocol.transfer import Part, decode_parts, encode_parts
from net.transfer.blocks import count_blocks, hash_blocks
from net.transfer.choices import MERGING, Choices, Existing
from net.transfer.durable import push_file
from net.transfer.folders import Folder
from net.transfer.landing import Landing
from net.transfer.plan import FileState, Paths, Plan
from net.transfer.tree import TreeWalk
from net.transfer.twins import Twins
from net.transfer.writing import is_settled, settle


class _Place(IntEnum):
    LANDING = 0
    DESTINATION = 1


@dataclass(frozen=True, slots=True)
class _Found:
    """A file of the manifest, and how to get at what may be here of it."""

    number: int
    entry: Entry
    choice: Existing
    folders: tuple[Folder | None, Folder | None]
    name: str
    """In both: a twin is compared with what has its own name, or one file could stand for two."""


class Survey:
    """Makes a plan in two steps: look, then compare what was found with the sender's hashes."""

    def __init__(
        self,
        landing: Landing,
        totals: Totals,
        twins: Twins,
        choices: Choices,
        on_step: Callable[[], None],
    ) -> None:
        """``on_step`` runs before each file or folder, and may raise."""
        self.plan = Plan(totals, choices)
        self._landing = landing
        self._twins = twins
        self._choices = choices
        self._on_step = on_step
        self._parts = bytearray()
        self._places = bytearray()
        self.blocks = 0
        """How many hashes are compared."""

    def look(self) -> None:
        """Reads no content. Raises OSError."""
        if self._choices.takes_all and not self._choices.merges and not self._landing.is_resumed:
            return
        with contextlib.closing(self._files()) as files:
            for found in files:
                if found.choice is Existing.LEAVE_OUT:
                    self.plan.leave_out(found.number, found.entry.size)
                    self._remove_here(found)
                elif not self._look_here(found) and found.choice in MERGING:
                    self._look_there(found)

    @property
    def count(self) -> int:
        """How many files have something to compare."""
        return len(self._places)

    @property
    def parts(self) -> bytes:
        """What to compare, as it is said to the sender."""
        return bytes(self._parts)

    def compare(self, theirs: Iterator[bytes]) -> None:
        """``theirs``: the sender's hashes, block by block. Raises OSError."""
        files = self._files()
        with contextlib.closing(files):
            for part, place in zip(decode_parts(self.parts), self._places, strict=True):
                found = next(found for found in files if found.number == part.file)
                self._compare(found, part, _Place(place), theirs)

    def _look_here(self, found: _Found) -> bool:
        """Whether something of it is here."""
        seen = _look_at(found, _Place.LANDING)
        if seen is None or seen.st_size > found.entry.size:
            return False
        size = seen.st_size
        is_claimed = found.number < self._landing.position.file and is_settled(seen, found.entry)
        if size == found.entry.size and (is_claimed or not size):
            self.plan.settle(found.number, FileState.HERE, size)
        elif size:
            self._note(found.number, size, _Place.LANDING)
        return size > 0

    def _look_there(self, found: _Found) -> None:
        seen = _look_at(found, _Place.DESTINATION)
        if seen is None or seen.st_size != found.entry.size:
            return
        if seen.st_size:
            self._note(found.number, seen.st_size, _Place.DESTINATION)
        else:
            self._settle_there(found)

    def _settle_there(self, found: _Found) -> None:
        self.plan.states[found.number] = FileState.THERE
        self._remove_here(found)

    def _remove_here(self, found: _Found) -> None:
        """What a former try has left of it would land with the rest."""
        folder = found.folders[_Place.LANDING]
        if folder is not None and self._landing.is_resumed:
            with contextlib.suppress(FileNotFoundError):
                folder.remove(found.name)

    def _note(self, number: int, size: int, place: _Place) -> None:
        self._parts += encode_parts((Part(number, size),))
        self._places.append(place)
        self.blocks += count_blocks(size)

    def _compare(self, found: _Found, part: Part, place: _Place, theirs: Iterator[bytes]) -> None:
        folder, name = found.folders[place], found.name
        if folder is None:
            raise FileNotFoundError(errno.ENOENT, "a folder went away while it was compared")
        is_here = place is _Place.LANDING
        descriptor = folder.open_again(name) if is_here else folder.open_file(name)
        try:
            ours = hash_blocks(descriptor, part.size)
            equal = []
            for number in range(count_blocks(part.size)):
                self._on_step()
                equal.append(next(ours, b"") == next(theirs))
                if equal[-1]:
                    end = min(part.size, (number + 1) * BLOCK_BYTES)
                    self.plan.here_bytes += end - number * BLOCK_BYTES
            if is_here:
                self.plan.compared(part, found.entry.size, equal)
            elif all(equal):
                self._settle_there(found)
            if self.plan.states[part.file] == FileState.HERE:
                settle(folder, name, descriptor, found.entry)
                push_file(descriptor)  # what goes on is synced as a whole
        finally:
            os.close(descriptor)

    def _files(self) -> Generator[_Found]:
        """Each with its folders open until the next one; says to the plan which are wanted."""
        paths, number, folders = Paths(), -1, 0
        here, there = _Side(self._landing.files), _Side(self._landing.target)
        entries = self._landing.entries()
        try:
            for index, entry in enumerate(entries):
                self._on_step()
                name = self._twins.name(index, entry)
                choice = self._choices.of(paths.path(entry))
                if entry.is_folder:
                    folders += 1
                    self.plan.is_folder_wanted[folders] = choice is not Existing.LEAVE_OUT
                    here.walk.add(entry.parent, name)
                    there.walk.add(entry.parent, name)
                    continue
                number += 1
                places = here.folder(entry.parent), there.folder(entry.parent)
                yield _Found(number, entry, choice, places, name)
        finally:
            entries.close()
            here.walk.close()
            there.walk.close()


class _Side:
    """One tree that may have some of the manifest's folders."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self.walk = TreeWalk(root.open_folder)
        self._missing = -1

    def folder(self, number: int) -> Folder | None:
        if number == 0:
            return self._root
        if number == self._missing:
            return None
        try:
            return self.walk.enter(number)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            self._missing = number
            return None


def _look_at(found: _Found, place: _Place) -> os.stat_result | None:
    """None: no such file."""
    folder = found.folders[place]
    if folder is None:
        return None
    try:
        seen = folder.look_at(found.name)
    except FileNotFoundError:
        return None
    return seen if stat.S_ISREG(seen.st_mode) else None
