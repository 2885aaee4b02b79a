"""A thread that brings received files to the disk while more are coming.

Files of SYNC_ALONE_BYTES and more are synced one by one, the small ones together;
then the journal may claim them. Beside the transfer's thread, because a disk's sync
and the network's wait fit into each other, and because one side must stay able to
say that it is alive.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from net.transfer.durable import sync_all, sync_file
from net.transfer.journal import CLAIM_EVERY_BYTES, COMPLETE, Journal, Position

SYNC_ALONE_BYTES: Final = 1024 * 1024
UNSYNCED_MAX_BYTES: Final = 256 * 1024 * 1024
"""Then the writer waits: the last sync stays short, and a slow disk is felt by the
sender as a slow network is."""
OPEN_FILES_MAX: Final = 16
"""Finished files waiting for their sync."""
WAIT_STEP_S: Final = 0.25


class Reached(NamedTuple):
    """All before ``position`` was written, ``size_bytes`` of it since the last report."""

    position: Position
    size_bytes: int
    has_loose: bool
    """Small files or folders are among it, which only a sync of everything covers."""


@dataclass(slots=True)
class _Job:
    reached: Reached
    descriptor: int | None
    is_finished: bool
    """The descriptor is the syncer's, to be closed."""


class Syncer:
    """Jobs are done in the order given. An error stays, and every later call raises it."""

    def __init__(self, root_descriptor: int, journal: Journal, name: str) -> None:
        """``root_descriptor``: any open file on the file system, kept open by the caller."""
        self._root = root_descriptor
        self._journal = journal
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._unsynced_bytes = 0
        self._unclaimed_bytes = 0
        self._open_files = 0
        self._pending = 0
        self._is_stopping = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        self._thread.start()

    def add_file(self, descriptor: int, reached: Reached) -> None:
        """Takes over the descriptor of a finished large file."""
        self._add(_Job(reached, descriptor, is_finished=True))

    def add_position(self, reached: Reached, descriptor: int | None = None) -> None:
        """``descriptor`` is the unfinished file that the position lies in."""
        self._add(_Job(reached, descriptor, is_finished=False))

    def wait(self, *, is_last: bool, on_wait: Callable[[], None]) -> None:
        """Until there is room for more, or (``is_last``) nothing is left to sync.

        ``on_wait`` runs every WAIT_STEP_S meanwhile, and may raise. Raises OSError.
        """
        while True:
            with self._changed:
                self._raise_error()
                if self._is_ready(is_last):
                    return
                self._changed.wait(WAIT_STEP_S)
                if self._is_ready(is_last):
                    continue
            on_wait()

    def stop(self) -> None:
        """Drops what is left; returns when the thread is gone. Idempotent."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        for job in self._jobs:
            _close_finished(job)
        self._jobs.clear()

    def _is_ready(self, is_last: bool) -> bool:
        if self._error is not None:
            return True
        if is_last:
            return self._pending == 0
        return self._unsynced_bytes < UNSYNCED_MAX_BYTES and self._open_files < OPEN_FILES_MAX

    def _add(self, job: _Job) -> None:
        with self._changed:
            self._jobs.append(job)
            self._pending += 1
            self._unsynced_bytes += job.reached.size_bytes
            self._open_files += job.is_finished
            self._changed.notify_all()
            self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while (batch := self._take()) is not None:
                self._sync(batch)
        except Exception as error:  # noqa: BLE001  raised again in the transfer's thread
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _take(self) -> list[_Job] | None:
        """All that waits: one sync and one claim serve the lot."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._is_stopping)
            if self._is_stopping:
                return None
            batch = list(self._jobs)
            self._jobs.clear()
            return batch

    def _sync(self, batch: list[_Job]) -> None:
        try:
            for descriptor in {job.descriptor for job in batch if job.descriptor is not None}:
                sync_file(descriptor)
        finally:
            for job in batch:
                _close_finished(job)
        if any(job.reached.has_loose for job in batch):
            sync_all(self._root)
        self._claim(batch[-1].reached.position, sum(job.reached.size_bytes for job in batch))
        with self._changed:
            self._pending -= len(batch)
            self._unsynced_bytes -= sum(job.reached.size_bytes for job in batch)
            self._open_files -= sum(job.is_finished for job in batch)
            self._changed.notify_all()

    def _claim(self, position: Position, size_bytes: int) -> None:
        """Each line of the journal is a sync of its own: not for every small file."""
        self._unclaimed_bytes += size_bytes
        if position >= COMPLETE or self._unclaimed_bytes >= CLAIM_EVERY_BYTES:
            self._journal.append(position)
            self._unclaimed_bytes = 0


def _close_finished(job: _Job) -> None:
    if job.is_finished and job.descriptor is not None:
        os.close(job.descriptor)
        job.descriptor = None
