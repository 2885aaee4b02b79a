"""Bringing written data to the disk, as each system does it."""

import ctypes
import errno
import os
import sys
from typing import Any, Final

_NO_FOLDER_SYNC: Final = frozenset({errno.EINVAL, errno.EBADF, errno.EACCES, errno.ENOTSUP})
"""Some file systems (SMB, FUSE) have no such thing as syncing a folder."""


def _load_libc() -> Any:
    if sys.platform == "win32":
        return None
    try:
        return ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None


libc: Final = _load_libc()
_syncfs: Final = getattr(libc, "syncfs", None) if sys.platform == "linux" else None

CAN_SYNC_ALL: Final = _syncfs is not None
"""Whether ``sync_all`` reaches files that nobody has pushed."""


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Also on a disk so full that it takes a part. Raises OSError."""
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, data[written:])


def sync_file(descriptor: int) -> None:
    """Returns when the file's data and size are on the disk. Raises OSError."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415  not on Windows

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(descriptor)  # a file system without it
    elif sys.platform == "win32":
        os.fsync(descriptor)
    else:
        os.fdatasync(descriptor)


def sync_folder(descriptor: int) -> None:
    """Returns when the names in a folder are on the disk. Raises OSError."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def push_file(descriptor: int) -> None:
    """Hand a small file to the drive, for ``sync_all`` to bring to its disk. Raises OSError."""
    if not CAN_SYNC_ALL:
        os.fsync(descriptor)


def sync_all(descriptor: int) -> None:
    """Returns when everything pushed, on this open file's file system, is on the disk.

    One call for ten thousand small files; synced one by one they took 2.6 times as
    long. Raises OSError.
    """
    if _syncfs is None:
        sync_file(descriptor)  # empties the drive's cache
    elif _syncfs(descriptor) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
