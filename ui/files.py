"""Files on their way in: what a drop or a paste holds, and how much that is."""

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent

_URI_LIST: Final = "text/uri-list"
GNOME: Final = ("x-special/gnome-copied-files", "x-special/mate-copied-files")
"""GNOME's and its relatives' clipboard: ``copy`` or ``cut``, then one URI a line."""
PATHS_MAX: Final = 10_000
"""Taken from one drop or paste; more belong into a folder, which counts as one."""
_LIST_MAX_BYTES: Final = 8 * 1024 * 1024
"""Of a clipboard: paths of PATHS_MAX files and more."""
_ENTRIES_MAX: Final = 200_000
"""Looked at for the size shown while files hover; the transfer itself has no such limit."""
_SECONDS_MAX: Final = 5.0
"""The size is given up then: a network disk may be slow."""
_IS_MAC: Final = sys.platform == "darwin"
_MANY: Final = Qt.KeyboardModifier.AltModifier if _IS_MAC else Qt.KeyboardModifier.ControlModifier
"""Where a file manager copies while it is held: that is what happens here, too."""
MANY_MODIFIER: Final = "⌥" if _IS_MAC else "Ctrl"


def holds_files(mime: QMimeData) -> bool:
    """Whether there is at least one local file or folder, told from the first few lines."""
    return any(_local(line) for line in _lines(mime)[:20])


def local_paths(mime: QMimeData) -> tuple[Path, ...]:
    """The local files and folders in it, at most PATHS_MAX; web addresses are not among them."""
    found = (_local(line) for line in _lines(mime)[:PATHS_MAX])
    return tuple(dict.fromkeys(Path(path) for path in found if path))


def accept_copy(event: QDropEvent) -> None:
    """File managers also offer to move: what is sent stays where it is."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def is_for_many(event: QDropEvent) -> bool:
    """Whether the key is held that asks for more people than those dropped on."""
    return bool(event.modifiers() & _MANY)


def _lines(mime: QMimeData) -> list[bytes]:
    for kind in (_URI_LIST, *GNOME):
        if mime.hasFormat(kind):
            data = bytes(mime.data(kind).data())[:_LIST_MAX_BYTES]
            lines = [line.strip(b"\r\0 ") for line in data.split(b"\n", PATHS_MAX + 1)]
            return lines[: PATHS_MAX + 1]
    return []


def _local(line: bytes) -> str:
    if not line.startswith(b"file:"):
        return ""
    url = QUrl.fromEncoded(line, QUrl.ParsingMode.StrictMode)
    return url.toLocalFile() if url.isLocalFile() else ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What hovers: files and folders at the top, bytes in all of it."""

    files: int
    folders: int
    size_bytes: int
    is_whole: bool
    """False when the count was stopped at a bound: it is at least this much."""


def count_paths(paths: Sequence[Path], is_cancelled: Callable[[], bool]) -> Tally:
    """Blocking; for a worker thread. Links are not followed, what cannot be read counts nothing."""
    counter = _Counter(is_cancelled)
    files = folders = 0
    for path in paths:
        if counter.is_over():
            break
        status = _status(path)
        if status is None:
            continue
        if stat.S_ISDIR(status.st_mode):
            folders += 1
            counter.walk(path)
        else:
            files += 1
            counter.add(status)
    return Tally(files, folders, counter.size_bytes, not counter.is_over())


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


class _Counter:
    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self.size_bytes = 0
        self._entries = 0
        self._is_cancelled = is_cancelled
        self._until_s = time.monotonic() + _SECONDS_MAX

    def is_over(self) -> bool:
        is_bound_hit = self._entries >= _ENTRIES_MAX or time.monotonic() > self._until_s
        return is_bound_hit or self._is_cancelled()

    def add(self, status: os.stat_result) -> None:
        self._entries += 1
        if stat.S_ISREG(status.st_mode):
            self.size_bytes += status.st_size

    def walk(self, top: Path) -> None:
        folders = [os.fspath(top)]
        while folders and not self.is_over():
            try:
                with os.scandir(folders.pop()) as entries:
                    folders.extend(self._take(entries))
            except OSError:
                continue

    def _take(self, entries: Iterator[os.DirEntry[str]]) -> list[str]:
        """Counts one folder's entries; returns the folders among them."""
        below = []
        for entry in entries:
            if self.is_over():
                break
            try:
                if entry.is_dir(follow_symlinks=False):
                    below.append(entry.path)
                self.add(entry.stat(follow_symlinks=False))
            except OSError:
                continue
        return below
