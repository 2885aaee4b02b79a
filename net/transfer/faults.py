"""Why a transfer stops: one word for the program, one line for the log."""

import errno
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """Also the codes of ``refuse`` and ``cancel`` on the wire: never renamed."""

    NO_SPACE = "no_space"
    NOT_WRITABLE = "not_writable"
    DISK_ERROR = "disk_error"
    SOURCE_CHANGED = "source_changed"
    SOURCE_UNREADABLE = "source_unreadable"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection_lost"
    NOT_OFFERED = "not_offered"
    BROKEN_PEER = "broken_peer"
    BY_PEER = "by_peer"
    BY_USER = "by_user"
    STOPPED = "stopped"
    PAUSED = "paused"
    INTERNAL = "internal"


class TransferFault(Exception):  # noqa: N818  a fault is what it is called everywhere
    """The transfer is over, not done.

    ``names``: the files it is about, at most NAMES_MAX, as in the manifest or on the
    sender's disk. ``is_remote``: the fault is at the other end, and told by it.
    """

    def __init__(
        self,
        fault: Fault,
        detail: str = "",
        *,
        names: tuple[str, ...] = (),
        is_remote: bool = False,
    ) -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.detail = detail
        self.names = names[:NAMES_MAX]
        self.is_remote = is_remote


NAMES_MAX: Final = 100
"""Of files that went wrong: the first ones are told, the others counted."""

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_SCARCE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
_NOT_WRITABLE: Final = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EILSEQ,
        errno.EINVAL,
        errno.EFBIG,
    }
)


def is_scarce(error: OSError) -> bool:
    """This process has too much open for now: no fault of the file or the disk."""
    return error.errno in _SCARCE


def disk_fault(error: OSError) -> TransferFault:
    """What to tell of an error while writing: full, not allowed here, or failing; or (STOPPED)
    that it is to be tried again later."""
    if is_scarce(error):
        fault = Fault.STOPPED
    elif error.errno in _NO_SPACE:
        fault = Fault.NO_SPACE
    elif error.errno in _NOT_WRITABLE:
        fault = Fault.NOT_WRITABLE
    else:
        fault = Fault.DISK_ERROR
    return TransferFault(fault, str(error))


def told_fault(code: str) -> TransferFault:
    """What the other end's ``refuse`` or ``cancel`` means here.

    Their user is our peer; a word of a later version means just that they ended it.
    """
    is_known = code in tuple(Fault) and code != Fault.BY_USER
    fault = Fault(code) if is_known else Fault.BY_PEER
    return TransferFault(fault, f"the other side says {code}", is_remote=True)
