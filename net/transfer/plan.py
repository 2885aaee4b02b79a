"""What is still to be fetched of a transfer, file by file."""

from array import array
from collections.abc import Iterable, Iterator
from enum import IntEnum

from net.protocol.limits import BLOCK_BYTES
from net.protocol.manifest import Entry, Totals
from net.protocol.names import safe_name
from net.protocol.transfer import Part, Piece
from net.transfer.choices import EVERYTHING, Choices
from net.transfer.journal import COMPLETE


class FileState(IntEnum):
    WANTED = 0
    """To be fetched, all of it or the gaps."""
    HERE = 1
    """Whole, in the transfer's folder."""
    THERE = 2
    """The same is where it would land."""
    LEFT_OUT = 3
    BAD = 4
    """The sender has not what it listed."""


class Plan:
    """A byte for each file; more only for those that are partly here."""

    def __init__(self, totals: Totals, choices: Choices = EVERYTHING) -> None:
        self._totals = totals
        self.complete = COMPLETE._replace(offset=choices.mark)
        """What the journal says once all that is wanted is here."""
        self.states = bytearray(totals.files)
        self.is_folder_wanted = bytearray(b"\1" * (totals.folders + 1))
        """By folder number: to be there even if nothing in it is wanted."""
        self.gaps: dict[int, list[tuple[int, int]]] = {}
        """Offset and size of what is missing of a file that is partly here."""
        self.left_out_bytes = 0
        self.left_out_files = 0
        self.here_bytes = 0
        """Found so far, of what is wanted."""

    def settle(self, number: int, state: FileState, size_bytes: int) -> None:
        """It need not be fetched."""
        self.states[number] = state
        self.here_bytes += size_bytes

    def leave_out(self, number: int, size_bytes: int) -> None:
        self.states[number] = FileState.LEFT_OUT
        self.left_out_files += 1
        self.left_out_bytes += size_bytes

    def compared(self, part: Part, size_bytes: int, equal: Iterable[bool]) -> None:
        """What came of comparing the blocks of a file whose start is here."""
        gaps: list[tuple[int, int]] = []
        for block, is_equal in enumerate(equal):
            offset = block * BLOCK_BYTES
            if not is_equal:
                _append(gaps, offset, min(BLOCK_BYTES, part.size - offset))
        if part.size < size_bytes:
            _append(gaps, part.size, size_bytes - part.size)
        if gaps == [(0, size_bytes)]:
            return
        if gaps:
            self.gaps[part.file] = gaps
        else:
            self.states[part.file] = FileState.HERE

    def pieces(self, entries: Iterable[Entry]) -> Iterator[Piece]:
        """What to ask for; as few pieces as there can be."""
        if self.states and not any(self.states) and not self.gaps:
            yield Piece(0, self._totals.files, 0, self._totals.size_bytes)
            return
        first, files, size, number = 0, 0, 0, -1
        for entry in entries:
            if entry.is_folder:
                continue
            number += 1
            is_whole = self.states[number] == FileState.WANTED and number not in self.gaps
            if is_whole:
                first = first if files else number
                files, size = files + 1, size + entry.size
                continue
            if files:
                yield Piece(first, files, 0, size)
                files, size = 0, 0
            if self.states[number] == FileState.WANTED:
                for offset, gap_bytes in self.gaps[number]:
                    yield Piece(number, 1, offset, gap_bytes)
        if files:
            yield Piece(first, files, 0, size)

    def ends_file(self, number: int, end: int, size_bytes: int) -> bool:
        """Whether a file is whole once it is written up to ``end``."""
        gaps = self.gaps.get(number)
        return end == (sum(gaps[-1]) if gaps else size_bytes)

    @property
    def has_bad(self) -> bool:
        return FileState.BAD in self.states

    def bad_paths(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Where those are that the sender has no more."""
        paths, number = Paths(), -1
        for entry in entries:
            path = paths.path(entry)
            number += not entry.is_folder
            if not entry.is_folder and self.states[number] == FileState.BAD:
                yield path


class Paths:
    """Follows the entries of a manifest, and says where each is."""

    def __init__(self) -> None:
        self._parents = array("I", [0])
        self._names: list[str] = [""]
        self._parent, self._above = -1, ""

    def path(self, entry: Entry) -> str:
        """Of the next entry: safe names from the top, joined by "/"."""
        if entry.parent != self._parent:
            self._parent, self._above = entry.parent, self._path_of(entry.parent)
        name = safe_name(entry.name)
        if entry.is_folder:
            self._parents.append(entry.parent)
            self._names.append(name)
        return self._above + name

    def _path_of(self, number: int) -> str:
        names = [""]
        while number:
            names.append(self._names[number])
            number = self._parents[number]
        return "/".join(reversed(names))


def _append(gaps: list[tuple[int, int]], offset: int, size: int) -> None:
    """Neighbours become one."""
    if gaps and sum(gaps[-1]) == offset:
        offset, size = gaps[-1][0], gaps.pop()[1] + size
    gaps.append((offset, size))
