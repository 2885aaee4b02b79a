"""Where the files of a transfer lie on this computer, as far as that can be told for sure."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.model import Direction, Transfer, TransferState
from net.protocol.names import is_risky, safe_path
from ui.chat.actions import NAMES_KNOWN
from ui.files import count_paths
from ui.media.decode import FILE_MAX_BYTES
from ui.media.kinds import is_picture_name


def likely_paths(transfer: Transfer, sources: Sequence[str]) -> tuple[Path, ...]:
    """``sources``: as stored with it. Without them received names are made safe as they were for
    landing; of more than are told with an offer nobody knows the others then."""
    if sources or transfer.direction is Direction.OUT:
        return tuple(map(Path, sources))
    if not transfer.path:
        return ()
    place = Path(transfer.path)
    if len(transfer.names) == 1:
        return (place,)
    return tuple(place / name for name in safe_path(transfer.names))


def find_files(
    transfer: Transfer, paths: Sequence[Path], is_cancelled: Callable[[], bool]
) -> tuple[Path, ...]:
    """Those at the top, if they are still what the transfer was; else none. Blocking.

    One of several that landed may have got a number for its name being taken, and another
    file has that name: so they have to be as large as all of it was.
    """
    if not paths or not all(map(os.path.lexists, paths)):
        return ()
    is_single = len(paths) == 1 and transfer.direction is Direction.IN
    if is_single or transfer.direction is Direction.OUT:
        return tuple(paths)
    tally = count_paths(paths, is_cancelled)
    is_same = tally.is_whole and tally.size_bytes == transfer.wanted_bytes
    return tuple(paths) if is_same else ()


def may_be_pictures(transfer: Transfer) -> bool:
    """Whether all of it could be shown as pictures, by names and sizes alone."""
    is_plain = not (transfer.folders or transfer.left_out_files or transfer.skipped_count)
    return (
        transfer.state is TransferState.DONE
        and is_plain
        and transfer.files == len(transfer.names) <= NAMES_KNOWN
        and 0 < transfer.size_bytes <= transfer.files * FILE_MAX_BYTES
        and all(is_picture_name(name) and not is_risky(name) for name in transfer.names)
    )


def has_size(transfer: Transfer, paths: Sequence[Path]) -> bool:
    """Whether these files are as large as the transfer was. Blocking."""
    try:
        return sum(path.lstat().st_size for path in paths) == transfer.size_bytes
    except (OSError, ValueError):
        return False
