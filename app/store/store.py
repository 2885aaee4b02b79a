"""The store thread: the one writer of the database, many jobs in one commit."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw

from app.errors import BugError, ErrorCode, KnownError
from app.store.faults import OF_THE_DISK, explain, is_suspicious
from app.store.opening import mark_suspect, open_database
from app.store.types import OpenReport
from app.store.writer import Writer

T = TypeVar("T")

log = logging.getLogger(__name__)

QUEUE_JOBS: Final = 20_000
"""Beyond this the disk does not keep up and jobs fail at once. At 20,000 texts of 1 KiB
that is some 40 MB; a disk that takes 5 ms a commit still empties it within a second."""
BUSY_JOBS: Final = 2_000
"""From here on ``is_busy``: leave records of peers unacknowledged, they come again."""
BATCH_JOBS: Final = 512
"""One transaction's jobs: beyond some hundred, the cost of the sync no longer shows."""
CHECKPOINT_PAGES: Final = 1_000
"""SQLite's own measure, 4 MiB. Done after the futures, not within somebody's commit."""
CHECKPOINT_BUSY_PAGES: Final = 8_000
"""In an unbroken burst the log may grow to 32 MiB first."""


class Store:
    """Start, submit, stop. ``submit`` may be called from any thread.

    Back-pressure: ``submit`` never blocks. A caller that has a choice (records from
    the network) asks ``is_busy`` first and lets the sender try again; a caller that
    has none gets a future that fails with DISK_ERROR once QUEUE_JOBS wait.
    """

    def __init__(self, path: Path, vfs: str | None = None) -> None:
        """``vfs``: name of a registered SQLite file system, for tests of a failing disk."""
        self._path = path
        self._vfs = vfs
        self._jobs: deque[tuple[Callable[[Writer], Any], Future[Any]]] = deque()
        self._changed = threading.Condition()
        self._accepts = False
        self._thread: threading.Thread | None = None
        self._log_pages = 0
        self._files: tuple[Path, ...] = ()

    def start(self) -> OpenReport:
        """Opens the database, on the calling thread, then starts the store thread.

        Raises KnownError: PROFILE_TOO_NEW, NOT_WRITABLE, NO_SPACE, DISK_ERROR.
        """
        if self._thread is not None:
            raise BugError("a store starts once")
        try:
            connection, report = open_database(self._path, self._vfs)
        except (apsw.Error, OSError) as error:
            raise explain(error) from error
        log_file = self._path.with_name(self._path.name + "-wal")
        self._files = tuple(file for file in (self._path, log_file) if file.exists())
        self._accepts = True
        self._thread = threading.Thread(target=self._run, args=(connection,), name="store")
        self._thread.start()
        return report

    def stop(self) -> None:
        """Takes no more jobs, does those it has, closes the file. May be called again."""
        with self._changed:
            self._accepts = False
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    @property
    def is_busy(self) -> bool:
        return len(self._jobs) >= BUSY_JOBS

    def submit(self, work: Callable[[Writer], T]) -> Future[T]:
        """Runs ``work`` on the store thread; the future resolves once it is durable.

        Jobs run in the order given. One that raises is undone alone and its future
        gets the exception; when the disk fails, all jobs of that commit are undone
        and get a KnownError. Callbacks of the future run on the store thread.
        """
        future: Future[T] = Future()
        with self._changed:
            refusal = self._refusal()
            if refusal is None:
                self._jobs.append((work, future))
                self._changed.notify()
        if refusal is not None:
            future.set_exception(refusal)
        return future

    def _refusal(self) -> KnownError | None:
        if not self._accepts:
            return KnownError(ErrorCode.INTERNAL, "the store is not running")
        if len(self._jobs) >= QUEUE_JOBS:
            return KnownError(ErrorCode.DISK_ERROR, "the disk does not keep up")
        return None

    def _run(self, connection: apsw.Connection) -> None:
        writer = Writer(connection)
        connection.set_wal_hook(self._on_wal)
        while batch := self._take():
            try:
                self._commit(connection, writer, batch)
            except Exception:
                log.exception("store: a batch failed in an unforeseen way")
                mark_suspect(self._path)
                _fail(batch, BugError("the store failed in an unforeseen way"))
        try:
            connection.close()
        except apsw.Error as error:
            log.error("store: closing the database: %s", error)

    def _take(self) -> "list[_Job]":
        """Waits for jobs; empty when there are none and there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or not self._accepts)
            count = min(len(self._jobs), BATCH_JOBS)
            return [_Job(*self._jobs.popleft()) for _ in range(count)]

    def _commit(self, connection: apsw.Connection, writer: Writer, batch: "list[_Job]") -> None:
        """All or nothing on the disk; then, and only then, the futures."""
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                job.run(connection, writer)
            writer.index_new_messages()
            self._check_in_place()
            connection.execute("COMMIT")
        except OF_THE_DISK as error:
            self._undo(connection)
            self._report("nothing of this commit is kept", error)
            _fail(batch, explain(error))
            return
        except BaseException:
            self._undo(connection)
            raise
        for job in batch:
            if is_suspicious(job.error):
                mark_suspect(self._path)
            job.resolve()
        self._tend_log(connection)

    def _on_wal(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _tend_log(self, connection: apsw.Connection) -> None:
        """Copies a long log back into the database: when nobody waits, or when it must be."""
        limit = CHECKPOINT_BUSY_PAGES if self._jobs else CHECKPOINT_PAGES
        if self._log_pages < limit:
            return
        try:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as error:
            self._report("the log stays for now", error)
        self._log_pages = 0

    def _check_in_place(self) -> None:
        """A file deleted while open takes commits that nobody will ever find again."""
        gone = [file for file in self._files if not file.exists()]
        if gone:
            raise apsw.IOError(f"{gone[0]} was deleted while in use")

    def _undo(self, connection: apsw.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except apsw.Error as error:
            log.error("store: rolling back: %s", error)

    def _report(self, what: str, error: Exception) -> None:
        log.error("store: %s: %s", what, error)
        if is_suspicious(error):
            mark_suspect(self._path)


class _Job:
    """One piece of work, its future, and how it went until the commit decides."""

    __slots__ = ("_future", "_is_wanted", "_result", "_work", "error")

    def __init__(self, work: Callable[[Writer], Any], future: Future[Any]) -> None:
        self._work = work
        self._future = future
        self._result: Any = None
        self.error: Exception | None = None
        self._is_wanted = future.set_running_or_notify_cancel()

    def run(self, connection: apsw.Connection, writer: Writer) -> None:
        """In a savepoint. Raises only what dooms the whole transaction."""
        if not self._is_wanted:
            return
        connection.execute("SAVEPOINT job")
        try:
            self._result = self._work(writer)
        except OF_THE_DISK:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is its future's
            self.error = error
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def resolve(self) -> None:
        if not self._is_wanted:
            return
        if self.error is not None:
            self._future.set_exception(explain(self.error))
        else:
            self._future.set_result(self._result)

    def fail(self, error: Exception) -> None:
        """Unless it is told already."""
        if self._is_wanted and not self._future.done():
            self._future.set_exception(error)


def _fail(batch: list[_Job], error: Exception) -> None:
    for job in batch:
        job.fail(error)
