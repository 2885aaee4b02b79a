"""Folders that users name, looked at before anything lands there."""

import os
import shutil
from pathlib import Path

from app.errors import ErrorCode, KnownError


def absolute_folder(path: Path) -> Path:
    """With ~ for the home folder. Raises KnownError NOT_WRITABLE for what can be no path."""
    try:
        folder = path.expanduser().absolute()
        os.fsencode(folder)
    except (RuntimeError, ValueError) as error:  # a ~user there is not; a half character
        raise KnownError(ErrorCode.NOT_WRITABLE, f"{path}: {error}") from error
    if "\0" in str(folder):
        raise KnownError(ErrorCode.NOT_WRITABLE, "a path holds no NUL")
    return folder


def check_folder(folder: Path, size_bytes: int) -> None:
    """Makes the folder if it is missing. Raises KnownError NOT_WRITABLE or NO_SPACE."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        detail = f"{folder}: {error.strerror}"
        raise KnownError(ErrorCode.NOT_WRITABLE, detail) from error
    if size_bytes > free:
        detail = f"{size_bytes} bytes do not fit into {free} free bytes of {folder}"
        raise KnownError(ErrorCode.NO_SPACE, detail)
