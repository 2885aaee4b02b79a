"""Folders as handles: whoever swaps a path for a link meanwhile changes nothing.

Everything a transfer creates, opens, moves or removes goes through a ``Folder``, by
one plain name at a time, never following a link and never replacing what is there.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from net.transfer.durable import libc, sync_folder

FILE_MODE: Final = 0o644
EXECUTABLE_MODE: Final = 0o755
FOLDER_MODE: Final = 0o755
PRIVATE_MODE: Final = 0o700


def _flags(*names: str) -> int:
    """Those of them that this system has."""
    return sum(getattr(os, name, 0) for name in names)


_PLAIN: Final = _flags("O_NOFOLLOW", "O_CLOEXEC", "O_NOINHERIT", "O_BINARY")
_CREATE: Final = os.O_CREAT | os.O_EXCL | os.O_RDWR | _PLAIN
_READ: Final = os.O_RDONLY | _PLAIN | _flags("O_NONBLOCK")  # a pipe must not block us
_AGAIN: Final = _CREATE & ~(os.O_CREAT | os.O_EXCL)
_FOLDER: Final = os.O_RDONLY | _flags("O_DIRECTORY", "O_CLOEXEC")
_NO_EXCLUSIVE_MOVE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
)


class Folder(ABC):
    """An open folder. Names are single components; all methods raise OSError."""

    @abstractmethod
    def close(self) -> None:
        """Idempotent."""

    @abstractmethod
    def open_folder(self, name: str) -> "Folder":
        """The folder of that name; a link to one is refused."""

    @abstractmethod
    def make_folder(self, name: str, mode: int = FOLDER_MODE) -> None:
        """``mode`` is masked by the umask. FileExistsError for whatever is there."""

    @abstractmethod
    def create_file(self, name: str, mode: int = FILE_MODE) -> int:
        """A descriptor to read and write a file that was not there. FileExistsError."""

    @abstractmethod
    def open_again(self, name: str) -> int:
        """A descriptor to read and write a file that is there; a link is refused."""

    @abstractmethod
    def open_file(self, name: str) -> int:
        """A descriptor to read; a link is refused, anything else is the caller's to check."""

    @abstractmethod
    def names(self) -> list[str]:
        """Everything in it, in no order."""

    @abstractmethod
    def each_name(self) -> Iterator[str]:
        """As ``names``, however many there are."""

    @abstractmethod
    def look(self) -> os.stat_result:
        """What it is itself."""

    @abstractmethod
    def look_at(self, name: str) -> os.stat_result:
        """What is there; a link itself, not what it points to."""

    @abstractmethod
    def move_new(self, name: str, target: "Folder", new_name: str) -> None:
        """Renames to a place where nothing is; FileExistsError if something is."""

    @abstractmethod
    def replace(self, name: str, target: "Folder", new_name: str) -> None:
        """Renames a file over the file that is there, at once."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """A file, a link itself, or a folder with all in it; following nothing."""

    @abstractmethod
    def remove_empty(self, name: str) -> None: ...

    @abstractmethod
    def set_mtime(self, name: str, mtime_ns: int) -> None: ...

    @abstractmethod
    def can_read(self, name: str) -> bool:
        """Whether the system would let us open that file."""

    @abstractmethod
    def sync(self) -> None:
        """Returns when its names are on the disk."""

    @abstractmethod
    def identity(self) -> tuple[int, int]:
        """Another folder has another one, also under the same path."""

    @abstractmethod
    def free_bytes(self) -> int:
        """What we may still write there."""

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_folder(path: Path) -> Folder:
    """The folder at a path the *user* chose; links in it are followed."""
    if _HAS_HANDLES:
        return HandleFolder(os.open(path, _FOLDER))
    return PathFolder(path)


def open_real_folder(path: Path) -> Folder:
    """As ``open_folder``, but a link at the path's end is refused."""
    if not path.name:
        return open_folder(path)
    with open_folder(path.parent) as above:
        return above.open_folder(path.name)


class HandleFolder(Folder):
    """By descriptor (POSIX)."""

    def __init__(self, descriptor: int) -> None:
        """Takes the descriptor over."""
        self.descriptor = descriptor

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def open_folder(self, name: str) -> Folder:
        flags = _FOLDER | _flags("O_NOFOLLOW")
        return HandleFolder(os.open(_single(name), flags, dir_fd=self.descriptor))

    def make_folder(self, name: str, mode: int = FOLDER_MODE) -> None:
        os.mkdir(_single(name), mode, dir_fd=self.descriptor)

    def create_file(self, name: str, mode: int = FILE_MODE) -> int:
        return os.open(_single(name), _CREATE, mode, dir_fd=self.descriptor)

    def open_again(self, name: str) -> int:
        return os.open(_single(name), _AGAIN, dir_fd=self.descriptor)

    def open_file(self, name: str) -> int:
        return os.open(_single(name), _READ, dir_fd=self.descriptor)

    def names(self) -> list[str]:
        return os.listdir(self.descriptor)

    def each_name(self) -> Iterator[str]:
        return _each_name(self.descriptor)

    def look(self) -> os.stat_result:
        return os.fstat(self.descriptor)

    def look_at(self, name: str) -> os.stat_result:
        return os.stat(_single(name), dir_fd=self.descriptor, follow_symlinks=False)

    def move_new(self, name: str, target: Folder, new_name: str) -> None:
        if not isinstance(target, HandleFolder):
            raise TypeError("folders of two kinds")
        _move_new(self.descriptor, _single(name), target.descriptor, _single(new_name))

    def replace(self, name: str, target: Folder, new_name: str) -> None:
        if not isinstance(target, HandleFolder):
            raise TypeError("folders of two kinds")
        places = {"src_dir_fd": self.descriptor, "dst_dir_fd": target.descriptor}
        os.replace(_single(name), _single(new_name), **places)

    def remove(self, name: str) -> None:
        if stat.S_ISDIR(self.look_at(name).st_mode):
            shutil.rmtree(name, dir_fd=self.descriptor)
        else:
            os.unlink(name, dir_fd=self.descriptor)

    def remove_empty(self, name: str) -> None:
        os.rmdir(_single(name), dir_fd=self.descriptor)

    def set_mtime(self, name: str, mtime_ns: int) -> None:
        times = (mtime_ns, mtime_ns)
        os.utime(_single(name), ns=times, dir_fd=self.descriptor, follow_symlinks=False)

    def can_read(self, name: str) -> bool:
        return os.access(_single(name), os.R_OK, dir_fd=self.descriptor)

    def sync(self) -> None:
        sync_folder(self.descriptor)

    def identity(self) -> tuple[int, int]:
        found = os.fstat(self.descriptor)
        return found.st_dev, found.st_ino

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.descriptor).free


class PathFolder(Folder):
    """By path, where there are no folder descriptors (Windows).

    Each step looks before it goes, so a junction is refused; one put in between the
    look and the step is not noticed.
    """

    def __init__(self, path: Path) -> None:
        self.path = _extended(path)
        if not stat.S_ISDIR(os.stat(self.path).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))

    def close(self) -> None:
        pass

    def open_folder(self, name: str) -> Folder:
        path, found = self._at(name), self.look_at(name)
        if not stat.S_ISDIR(found.st_mode) or _is_reparse_point(found):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)
        return PathFolder(path)

    def make_folder(self, name: str, mode: int = FOLDER_MODE) -> None:
        os.mkdir(self._at(name), mode)

    def create_file(self, name: str, mode: int = FILE_MODE) -> int:
        return os.open(self._at(name), _CREATE, mode)

    def open_again(self, name: str) -> int:
        return self._open(name, _AGAIN)

    def open_file(self, name: str) -> int:
        return self._open(name, _READ)

    def names(self) -> list[str]:
        return os.listdir(self.path)

    def each_name(self) -> Iterator[str]:
        return _each_name(self.path)

    def look(self) -> os.stat_result:
        return os.stat(self.path)

    def look_at(self, name: str) -> os.stat_result:
        return os.lstat(self._at(name))

    def move_new(self, name: str, target: Folder, new_name: str) -> None:
        if not isinstance(target, PathFolder):
            raise TypeError("folders of two kinds")
        if sys.platform == "win32":
            os.rename(self._at(name), target._at(new_name))  # never replaces there
        else:
            _move_into_reserved(self._at(name), target._at(new_name))

    def replace(self, name: str, target: Folder, new_name: str) -> None:
        if not isinstance(target, PathFolder):
            raise TypeError("folders of two kinds")
        os.replace(self._at(name), target._at(new_name))

    def remove(self, name: str) -> None:
        path = self._at(name)
        if stat.S_ISDIR(self.look_at(name).st_mode):
            shutil.rmtree(path)  # refuses links and junctions
        else:
            os.unlink(path)

    def remove_empty(self, name: str) -> None:
        os.rmdir(self._at(name))

    def set_mtime(self, name: str, mtime_ns: int) -> None:
        os.utime(self._at(name), ns=(mtime_ns, mtime_ns))

    def can_read(self, name: str) -> bool:
        return os.access(self._at(name), os.R_OK)

    def sync(self) -> None:
        if sys.platform != "win32":
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                sync_folder(descriptor)
            finally:
                os.close(descriptor)

    def identity(self) -> tuple[int, int]:
        found = os.stat(self.path)
        return found.st_dev, found.st_ino

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def _open(self, name: str, flags: int) -> int:
        path = self._at(name)
        if _is_reparse_point(self.look_at(name)):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name)
        return os.open(path, flags)

    def _at(self, name: str) -> Path:
        return self.path / _single(name)


_HAS_HANDLES: Final = sys.platform != "win32" and os.open in os.supports_dir_fd


def _single(name: str) -> str:
    """The last look before a name reaches the system: one component, nothing else."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise ValueError("not one component of a path")
    if os.altsep is not None and ("\\" in name or ":" in name):
        raise ValueError("not one component of a path")
    return name


def _each_name(place: int | Path) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in entries:
            yield entry.name


def _is_reparse_point(found: os.stat_result) -> bool:
    """A link or junction of Windows."""
    return sys.platform == "win32" and found.st_reparse_tag != 0


def _extended(path: Path) -> Path:
    """Without Windows' limit of 260 characters."""
    if sys.platform != "win32":
        return path
    text = os.path.abspath(path)
    if text.startswith("\\\\?\\"):
        return Path(text)
    return Path("\\\\?\\UNC" + text[1:] if text.startswith("\\\\") else "\\\\?\\" + text)


def _move_new(source: int, name: str, target: int, new_name: str) -> None:
    """Rename without replacing, atomically where the system can."""
    if _exclusive_rename is not None:
        result = _exclusive_rename(
            source, os.fsencode(name), target, os.fsencode(new_name), _EXCLUSIVE_FLAG
        )
        if result == 0:
            return
        code = ctypes.get_errno()
        if code not in _NO_EXCLUSIVE_MOVE:
            raise OSError(code, os.strerror(code), new_name)
    _move_into_reserved(name, new_name, source, target)


def _move_into_reserved(
    name: str | Path, new_name: str | Path, source: int | None = None, target: int | None = None
) -> None:
    """Where a rename always replaces: take the new name first, exclusively.

    A folder replaces an empty folder only, so that way is safe; a file is linked,
    which replaces nothing. Only without links a file goes over its own placeholder.
    """
    found = os.stat(name, dir_fd=source, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        os.mkdir(new_name, PRIVATE_MODE, dir_fd=target)
        try:
            os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
        except OSError:
            with contextlib.suppress(OSError):
                os.rmdir(new_name, dir_fd=target)
            raise
        return
    try:
        os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(new_name, _CREATE, FILE_MODE, dir_fd=target))
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    else:
        os.unlink(name, dir_fd=source)


_EXCLUSIVE_FLAG: Final = ctypes.c_uint(4 if sys.platform == "darwin" else 1)
"""RENAME_EXCL of macOS, RENAME_NOREPLACE of Linux."""
_exclusive_rename: Final = getattr(
    libc, "renameatx_np" if sys.platform == "darwin" else "renameat2", None
)
