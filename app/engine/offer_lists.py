"""The lists of what we offer: files in the profile, so that a million entries take no memory
and nothing is scanned again after a restart.

Offers of the same things to several people share one file. The database says which are needed;
without its file an offer still stands: its things are scanned once more, and must be the same.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from blake3 import blake3

from app.engine.core import Core
from app.errors import ErrorCode, KnownError
from app.model import TransferState
from app.store.types import StoredTransfer
from app.store.writer import Writer
from net.transfer.faults import Fault, TransferFault
from net.transfer.offer_list import BadListError, ListWriter, StoredList
from net.transfer.scan import Scanned, TooManyFilesError, scan_sources

log = logging.getLogger(__name__)

FOLDER: Final = "offers"
CANCELLED_KEPT_S: Final = 24 * 3600.0
"""Who cancelled may think better of it."""
KEPT_MAX_BYTES: Final = 1024**3
"""Eight of the longest. Above it the oldest go: those offers would be scanned once more."""
_OVER: Final = (TransferState.DONE, TransferState.DECLINED)
_CODES: Final = {
    Fault.NO_SPACE: ErrorCode.NO_SPACE,
    Fault.NOT_WRITABLE: ErrorCode.NOT_WRITABLE,
    Fault.DISK_ERROR: ErrorCode.DISK_ERROR,
    Fault.BY_USER: ErrorCode.WRONG_STATE,
}


class OfferLists:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._folder = core.profile.path / FOLDER

    def scan(self, paths: Sequence[Path], is_cancelled: Callable[[], bool]) -> Scanned:
        """Lists what is offered, durably. Blocking, on any thread.

        Raises KnownError NO_SUCH_PATH, EMPTY (nothing of it can be sent), TOO_LONG, NO_SPACE,
        NOT_WRITABLE, DISK_ERROR, and WRONG_STATE when it was cancelled.
        """
        try:
            with contextlib.closing(ListWriter(self._folder)) as writer:
                scanned = scan_sources(paths, is_cancelled, writer.add)
                if scanned.totals.entries == 0:
                    names = ", ".join(skipped.path for skipped in scanned.skipped)
                    raise KnownError(ErrorCode.EMPTY, f"this cannot be sent: {names[:200]}")
                manifest_hash = scanned.totals.manifest_hash
                writer.finish(scanned.totals, _name(manifest_hash, [str(path) for path in paths]))
                return scanned
        except TransferFault as fault:
            raise KnownError(_CODES[fault.fault], f"listing files: {fault.detail}") from fault
        except FileNotFoundError as error:
            detail = f"there is no {error.filename}"
            raise KnownError(ErrorCode.NO_SUCH_PATH, detail) from error
        except TooManyFilesError as error:
            raise KnownError(ErrorCode.TOO_LONG, str(error)) from error
        except (OSError, ValueError) as error:
            raise KnownError(ErrorCode.NO_SUCH_PATH, str(error)) from error

    def open(self, stored: StoredTransfer, is_cancelled: Callable[[], bool]) -> StoredList:
        """The list of an offer, to be closed. Blocking, on any thread.

        Raises TransferFault SOURCE_CHANGED or SOURCE_UNREADABLE: it is lost, and can not be
        made again; NO_SPACE, NOT_WRITABLE, DISK_ERROR, or BY_USER when it was cancelled.
        """
        path = self._folder / _name(stored.manifest_hash, stored.sources)
        try:
            return StoredList(path)
        except (OSError, BadListError) as error:
            log.info("the list of an offer cannot be used: %s", error)
        self._scan_again(stored, is_cancelled)
        try:
            return StoredList(path)
        except (OSError, BadListError) as error:
            raise TransferFault(Fault.DISK_ERROR, str(error)) from error
        finally:
            if stored.state in _OVER:  # somebody only looks into it
                self._remove(path.name)

    def release(self, transfer_id: bytes) -> None:
        """It is over for good. Its list goes, unless another offer has the same."""

        def work(w: Writer) -> None:
            over = w.transfer(transfer_id)
            if over is None:
                return
            others = w.standing_offers(over.manifest_hash)
            names = {_name_of(other) for other in others if other.transfer_id != transfer_id}
            if _name_of(over) not in names:
                self._remove(_name_of(over))

        self._core.write_later(work)

    async def recover(self) -> None:
        """Removes what no offer needs any more, and what a crash has left."""
        await self._core.write(self._sweep)

    def _sweep(self, w: Writer) -> None:
        found = self._newest_first()
        if not found:
            return
        needed: set[str] = set()
        cancelled: set[str] = set()
        for offer in w.standing_offers():
            is_cancelled = offer.state is TransferState.CANCELLED
            (cancelled if is_cancelled else needed).add(_name_of(offer))
        room, now_s = KEPT_MAX_BYTES, time.time()
        for name, changed in found:
            is_young = now_s - changed.st_mtime < CANCELLED_KEPT_S
            room -= changed.st_size
            if room < 0 or not (name in needed or (is_young and name in cancelled)):
                self._remove(name)

    def _newest_first(self) -> list[tuple[str, os.stat_result]]:
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
        except FileNotFoundError:
            return []
        except OSError as error:
            log.info("the lists of offers cannot be looked through: %s", error)
            return []
        return sorted(found, key=lambda each: each[1].st_mtime, reverse=True)

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):  # Windows: it is being read. The next start sees to it
            (self._folder / name).unlink(missing_ok=True)

    def _scan_again(self, stored: StoredTransfer, is_cancelled: Callable[[], bool]) -> None:
        """What is not as it was offered is not sent."""
        try:
            with contextlib.closing(ListWriter(self._folder)) as writer:
                paths = [Path(source) for source in stored.sources]
                totals = scan_sources(paths, is_cancelled, writer.add).totals
                if totals.manifest_hash != stored.manifest_hash:
                    raise TransferFault(Fault.SOURCE_CHANGED)
                writer.finish(totals, _name_of(stored))
        except (OSError, ValueError) as error:
            raise TransferFault(Fault.SOURCE_UNREADABLE, str(error)) from error


def _name_of(stored: StoredTransfer) -> str:
    return _name(stored.manifest_hash, stored.sources)


def _name(manifest_hash: bytes, sources: Sequence[str]) -> str:
    """The same things in another place have the same manifest, but not the same list."""
    digest = blake3(manifest_hash)
    for source in sources:
        digest.update(os.fsencode(source) + b"\0")
    return digest.hexdigest()
