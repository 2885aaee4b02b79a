"""SQLite's errors in Landline's words."""

import errno
from typing import Final

import apsw

from app.errors import BugError, ErrorCode, KnownError

DAMAGED: Final = (apsw.CorruptError, apsw.NotADBError)
"""The file itself is wrong, not the disk under it."""

_NO_SPACE: Final = (apsw.FullError,)
_NOT_WRITABLE: Final = (apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError)
_DISK: Final = (
    apsw.IOError,
    apsw.CantOpenError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.ProtocolError,
    apsw.NoLFSError,
)

OF_THE_DISK: Final = _NO_SPACE + _NOT_WRITABLE + _DISK + DAMAGED
"""Nothing the caller did: the whole transaction is in doubt."""


_WORDS: Final = (
    (_NO_SPACE, ErrorCode.NO_SPACE, "no room for the database"),
    (_NOT_WRITABLE, ErrorCode.NOT_WRITABLE, "the database cannot be written"),
    (DAMAGED, ErrorCode.PROFILE_BROKEN, "the database is damaged"),
    (_DISK, ErrorCode.DISK_ERROR, "the disk failed"),
)


def is_suspicious(error: Exception | None) -> bool:
    """Damage, or something our own statements cannot cause while the schema is whole."""
    return isinstance(error, (*DAMAGED, apsw.SQLError))


def explain(error: Exception) -> Exception:
    """What a caller of the store should get for ``error``; its own errors unchanged."""
    for kinds, code, words in _WORDS:
        if isinstance(error, kinds):
            return KnownError(code, f"{words}: {error}")
    if isinstance(error, OSError):
        return _explain_os(error)
    if isinstance(error, apsw.Error):
        return BugError(f"{type(error).__name__}: {error}")
    return error


def _explain_os(error: OSError) -> KnownError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KnownError(ErrorCode.NO_SPACE, f"no room for the database: {error}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return KnownError(ErrorCode.NOT_WRITABLE, f"the database cannot be written: {error}")
    return KnownError(ErrorCode.DISK_ERROR, f"the disk failed: {error}")
