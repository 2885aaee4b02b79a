"""The names of a folder in the order of their bytes, however many: a million names sorted in
memory would take more of it than the whole program has."""

import heapq
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Final

BATCH_NAMES: Final = 65_536
"""Sorted in memory, some 6 MB; more wait in a file that has no name."""
_READ_BYTES: Final = 16 * 1024


class NamesInOrder:
    """Goes through ``names`` once. Raises OSError: the folder, or the disk they wait on."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = iter(names)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Iterator[str]:
        batch = list(islice(self._names, BATCH_NAMES))
        _sort(batch)
        if len(batch) < BATCH_NAMES:
            return iter(batch)
        self._file = tempfile.TemporaryFile()
        runs = [self._put_aside(batch)]
        while batch := list(islice(self._names, BATCH_NAMES)):
            _sort(batch)
            runs.append(self._put_aside(batch))
        merged = heapq.merge(*(self._names_at(*run) for run in runs))
        return map(os.fsdecode, merged)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _put_aside(self, names: list[str]) -> tuple[int, int]:
        """Where they begin and end."""
        assert self._file is not None
        start = self._file.tell()
        self._file.write(b"".join(os.fsencode(name) + b"\0" for name in names))
        return start, self._file.tell()

    def _names_at(self, start: int, end: int) -> Iterator[bytes]:
        assert self._file is not None
        rest = b""
        while start < end:
            self._file.seek(start)
            data = self._file.read(min(_READ_BYTES, end - start))
            start += len(data)
            *names, rest = (rest + data).split(b"\0")
            yield from names


def _sort(names: list[str]) -> None:
    is_plain = all(map(str.isascii, names))
    names.sort(key=None if is_plain else os.fsencode)
