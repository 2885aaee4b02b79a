"""A database taken along: copied while it is in use, and looked at before it is believed."""

import contextlib
from pathlib import Path

import apsw

from app.errors import ErrorCode, KnownError
from app.store.opening import BUSY_TIMEOUT_MS, mark_suspect
from app.store.restored import mark_restored
from app.store.schema import APPLICATION_ID, distrust, load_migrations, schema_version


def copy_database(source: Path, copy: Path) -> None:
    """As it is at one moment, whoever writes meanwhile. Raises KnownError DISK_ERROR."""
    readonly = apsw.SQLITE_OPEN_READONLY
    try:
        with (
            contextlib.closing(apsw.Connection(str(source), flags=readonly)) as there,
            contextlib.closing(apsw.Connection(str(copy))) as here,
        ):
            there.set_busy_timeout(BUSY_TIMEOUT_MS)
            with here.backup("main", there, "main") as backup:
                backup.step()
    except apsw.Error as error:
        raise KnownError(ErrorCode.DISK_ERROR, f"{source} could not be copied: {error}") from error


def check_copy(path: Path) -> None:
    """Ours and not from the future; the first start will look at every page.

    Raises KnownError BAD_REQUEST or PROFILE_TOO_NEW.
    """
    try:
        with contextlib.closing(
            apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        ) as connection:
            distrust(connection)
            is_ours = connection.pragma("application_id") == APPLICATION_ID
            version = schema_version(connection)
    except apsw.Error as error:
        raise KnownError(ErrorCode.BAD_REQUEST, f"{path} cannot be read: {error}") from error
    if not is_ours:
        raise KnownError(ErrorCode.BAD_REQUEST, "the messages in the backup are not Landline's")
    if version > len(load_migrations()):
        raise KnownError(ErrorCode.PROFILE_TOO_NEW, "a newer Landline wrote this backup")
    mark_suspect(path)
    mark_restored(path)
