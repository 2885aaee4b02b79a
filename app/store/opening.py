"""Opening a database in whatever state it is found. Nothing is ever deleted.

A file that cannot be read is set aside under another name with its log, and a
fresh one is begun with whatever can still be copied from it. A newer schema is
refused and left as it is.
"""

import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import apsw

from app.errors import ErrorCode, KnownError
from app.store.damage import find_damage, has_schema_of, salvage
from app.store.faults import DAMAGED
from app.store.restored import calm_restored
from app.store.schema import (
    APPLICATION_ID,
    Migration,
    distrust,
    load_migrations,
    migrate,
    register_functions,
    schema_version,
)
from app.store.types import OpenReport

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS: Final = 5_000
"""Only while another connection recovers the log after a crash: it passes by itself."""
CACHE_KIB: Final = 4 * 1024
"""The writer's pages, what is hot; the system keeps the others. Four times as much was no faster
over a million messages."""
JOURNAL_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""The log is cut to this after a checkpoint, should a long reader have let it grow."""
_LOG_SUFFIXES: Final = ("-wal", "-shm", "-journal")


class _UnusableError(Exception):
    """This file is not a database of ours that can be read."""


def open_database(
    path: Path, vfs: str | None = None, migrations: Sequence[Migration] | None = None
) -> tuple[apsw.Connection, OpenReport]:
    """The writer's connection, at the newest schema, and what had to be done for it.

    Raises KnownError PROFILE_TOO_NEW; apsw.Error or OSError when the disk fails.
    """
    steps = load_migrations() if migrations is None else migrations
    connection, report = _open_or_begin_again(path, vfs, steps)
    try:
        calm_restored(connection, path)
    except BaseException:
        connection.close(force=True)
        raise
    return connection, report


def _open_or_begin_again(
    path: Path, vfs: str | None, steps: Sequence[Migration]
) -> tuple[apsw.Connection, OpenReport]:
    try:
        if _is_hollow(path):
            raise _UnusableError("it is empty")
        connection, backup = _open(path, vfs, steps)
        return connection, OpenReport(backup=backup)
    except (*DAMAGED, _UnusableError, UnicodeDecodeError) as error:
        log.error("store: %s could not be used: %s", path, error)
    return _begin_again(path, vfs, steps)


def mark_suspect(path: Path) -> None:
    """Damage was met while running: the next start looks at every page."""
    with contextlib.suppress(OSError):
        _suspect_mark(path).touch(mode=0o600)


def _open(
    path: Path, vfs: str | None, steps: Sequence[Migration]
) -> tuple[apsw.Connection, Path | None]:
    is_new = _make_private(path)
    try:
        return _connect(path, vfs, steps)
    except BaseException:
        if is_new and path.stat().st_size == 0:
            path.unlink()
        raise


def _begin_again(
    path: Path, vfs: str | None, steps: Sequence[Migration]
) -> tuple[apsw.Connection, OpenReport]:
    """Sets aside what is there, and takes from it what can be read."""
    aside = _set_aside(path)
    connection = None
    try:
        connection, _ = _open(path, vfs, steps)
        recovered = salvage(aside, connection)
    except BaseException:
        if connection is not None:
            connection.close(force=True)
        _put_back(aside, path)
        raise
    log.error("store: it is kept as %s; %d messages were recovered", aside, recovered)
    return connection, OpenReport(set_aside=aside, recovered=recovered)


def _connect(
    path: Path, vfs: str | None, steps: Sequence[Migration]
) -> tuple[apsw.Connection, Path | None]:
    connection = apsw.Connection(str(path), vfs=vfs)
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        _look_into(connection, path, steps)
        backup = None
        if 0 < schema_version(connection) < len(steps):
            backup = _back_up(connection, path)
        register_functions(connection)
        migrate(connection, steps)
    except BaseException:
        connection.close(force=True)
        raise
    return connection, backup


def _look_into(connection: apsw.Connection, path: Path, steps: Sequence[Migration]) -> None:
    try:
        distrust(connection)
        _check(connection, path, len(steps))
        _inspect(connection, path, steps)
        _configure(connection)
    except apsw.SQLError as error:  # a format or a schema that is none of ours
        raise _UnusableError(str(error)) from error
    except apsw.IOError as error:
        # The stubs leave it out. The file ends too early: the disk is well.
        if error.extendedresult == apsw.SQLITE_IOERR_SHORT_READ:  # type: ignore[attr-defined]
            raise _UnusableError(str(error)) from error
        raise


def _configure(connection: apsw.Connection) -> None:
    if connection.pragma("journal_mode", "wal") != "wal":
        raise KnownError(ErrorCode.DISK_ERROR, "the profile's file system cannot hold a database")
    connection.pragma("synchronous", "FULL")
    connection.pragma("fullfsync", 1)
    connection.pragma("checkpoint_fullfsync", 1)
    connection.pragma("secure_delete", 1)  # zeroes over what is gone: no more writing, measured
    connection.pragma("foreign_keys", 1)
    connection.pragma("cache_size", -CACHE_KIB)
    connection.pragma("journal_size_limit", JOURNAL_LIMIT_BYTES)


def _check(connection: apsw.Connection, path: Path, newest: int) -> None:
    """Ours, readable, and not from the future."""
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    if tables == 0:
        return
    if connection.pragma("application_id") != APPLICATION_ID:
        raise _UnusableError("not a database of Landline")
    version = schema_version(connection)
    if version <= 0:  # no migration leaves one like this
        raise _UnusableError("not a schema of Landline")
    if version > newest:
        detail = f"{path} was written by a newer Landline (schema {version}, here {newest})"
        raise KnownError(ErrorCode.PROFILE_TOO_NEW, detail)


def _inspect(connection: apsw.Connection, path: Path, steps: Sequence[Migration]) -> None:
    """Each time the schema, for what is stored obeys it; after a mark of suspicion, all."""
    version = schema_version(connection)
    if version and not has_schema_of(connection, steps[:version]):
        raise _UnusableError("the schema is not as it was made")
    mark = _suspect_mark(path)
    if mark.exists():
        damage = find_damage(connection)
        if damage is not None:
            raise _UnusableError(damage)
        mark.unlink()


def _make_private(path: Path) -> bool:
    """0600 before SQLite sees it; the log files take the same mode from it. True if it is new."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(descriptor)
    if sys.platform != "win32":
        path.chmod(0o600)
    return is_new


def _back_up(connection: apsw.Connection, path: Path) -> Path:
    """A whole copy of the old schema, under its final name only once it is durable."""
    version = schema_version(connection)
    target = path.with_name(f"{path.name}.schema{version}")
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    _make_private(fresh)
    copy = apsw.Connection(str(fresh))
    try:
        copy.pragma("synchronous", "FULL")
        with copy.backup("main", connection, "main") as backup:
            backup.step()
    finally:
        copy.close()
    os.replace(fresh, target)
    return target


def _is_hollow(path: Path) -> bool:
    """An empty file where there was more, or a log without its database.

    SQLite would begin afresh in silence and delete the log, which may hold all there
    is. An empty file with a journal is a beginning that broke off: nothing was in it.
    """
    is_empty = path.exists() and path.stat().st_size == 0
    if is_empty and not _beside(path, "-journal").exists():
        return True
    log_file = _beside(path, "-wal")
    is_there = path.exists() and not is_empty
    return not is_there and log_file.exists() and log_file.stat().st_size > 0


def _set_aside(path: Path) -> Path:
    """Renames the file and all that belongs to it; returns its new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 2
    while any(_beside(target, suffix).exists() for suffix in ("", *_LOG_SUFFIXES)):
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        number += 1
    for suffix in ("", *_LOG_SUFFIXES):
        with contextlib.suppress(FileNotFoundError):
            os.rename(_beside(path, suffix), _beside(target, suffix))
    _suspect_mark(path).unlink(missing_ok=True)
    return target


def _put_back(aside: Path, path: Path) -> None:
    """There was no room to recover it: as if never begun, so that the next start tries again."""
    for suffix in ("", *_LOG_SUFFIXES):
        _beside(path, suffix).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.rename(_beside(aside, suffix), _beside(path, suffix))
    mark_suspect(path)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _suspect_mark(path: Path) -> Path:
    return _beside(path, ".suspect")
