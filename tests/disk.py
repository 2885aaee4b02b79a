# ruff: noqa: N802 - apsw names the methods of a file system as SQLite does
"""A disk that fails and loses power: a SQLite file system over the real one.

Everything written since a file's last sync is kept beside the file's durable image,
so that a power cut at any operation can be replayed: the unsynced writes are
dropped, kept up to a point, or kept in part and torn.
"""

import enum
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import apsw

_numbers = count()

Write = tuple[int, bytes | None]
"""Offset and bytes; None bytes: truncated to the offset."""


class Loss(enum.Enum):
    """What a power cut does to writes that were not synced."""

    ALL = "dropped"
    AFTER_A_POINT = "kept up to a point"
    AT_RANDOM = "kept in part and torn"


@dataclass(slots=True)
class Image:
    durable: bytes
    unsynced: list[Write] = field(default_factory=list)

    def copy(self) -> "Image":
        return Image(self.durable, list(self.unsynced))

    def sync(self) -> None:
        self.durable = _apply(self.durable, self.unsynced)
        self.unsynced.clear()

    def after_cut(self, chance: random.Random, loss: Loss) -> bytes:
        return _apply(self.durable, _survivors(self.unsynced, chance, loss))


class Disk(apsw.VFS):
    """Registered as ``name`` for its lifetime; ``disk()`` makes and ends one."""

    def __init__(self) -> None:
        self.name = f"disk-{next(_numbers)}"
        self.base = apsw.vfs_names()[0]
        self.images: dict[str, Image] = {}
        self.syncs: dict[str, int] = {}
        self.operations = 0
        self.before_operation: Callable[[str, str], None] = lambda _kind, _file: None
        """Called with "write", "sync", "truncate" or "delete" and the file's path; may raise."""
        super().__init__(self.name, self.base)

    def xOpen(self, name: Any, flags: list[int]) -> "_File":
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.note("delete", filename)
        super().xDelete(filename, syncdir)
        self.images.pop(filename, None)

    def note(self, kind: str, file: str) -> None:
        self.operations += 1
        self.before_operation(kind, file)

    def cut_at(self, operation: int) -> Callable[[], dict[str, Image]]:
        """What was on the disk before that operation, or now if it never came."""
        taken: list[dict[str, Image]] = []

        def watch(_kind: str, _file: str) -> None:
            if self.operations == operation:
                taken.append(self.snapshot())

        self.before_operation = watch
        return lambda: taken[0] if taken else self.snapshot()

    def snapshot(self) -> dict[str, Image]:
        return {file: image.copy() for file, image in self.images.items()}


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else name
        super().__init__(disk.base, name, flags)
        if self._path and self._path not in disk.images:
            disk.images[self._path] = Image(Path(self._path).read_bytes())

    def xWrite(self, data: bytes, offset: int) -> None:
        self._note("write")
        super().xWrite(data, offset)
        self._remember((offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        self._note("truncate")
        super().xTruncate(newsize)
        self._remember((newsize, None))

    def xSync(self, _flags: int) -> None:
        """What it makes durable is the image; the real disk need not be waited for."""
        self._note("sync")
        if self._path:
            self._disk.images[self._path].sync()
            self._disk.syncs[self._path] = self._disk.syncs.get(self._path, 0) + 1

    def _note(self, kind: str) -> None:
        if self._path:
            self._disk.note(kind, self._path)

    def _remember(self, write: Write) -> None:
        if self._path:
            self._disk.images[self._path].unsynced.append(write)


@contextmanager
def disk() -> Iterator[Disk]:
    made = Disk()
    try:
        yield made
    finally:
        made.unregister()


def write_images(images: dict[str, Image], folder: Path, chance: random.Random, loss: Loss) -> None:
    """The folder as it is found after the power came back."""
    for file, image in images.items():
        if not file.endswith("-shm"):
            (folder / Path(file).name).write_bytes(image.after_cut(chance, loss))


def _survivors(writes: list[Write], chance: random.Random, loss: Loss) -> list[Write]:
    if loss is Loss.ALL:
        return []
    if loss is Loss.AFTER_A_POINT:
        return writes[: chance.randrange(len(writes) + 1)]
    return [_torn(write, chance) for write in writes if chance.random() < 0.5]


def _torn(write: Write, chance: random.Random) -> Write:
    offset, data = write
    if data is None or chance.random() < 0.8:
        return write
    return offset, data[: chance.randrange(len(data) + 1)]


def _apply(image: bytes, writes: list[Write]) -> bytes:
    result = bytearray(image)
    for offset, data in writes:
        if data is None:
            del result[offset:]
            continue
        if len(result) < offset:
            result.extend(bytes(offset - len(result)))
        result[offset : offset + len(data)] = data
    return bytes(result)
