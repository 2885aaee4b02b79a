"""Telling the system that a file came from somebody else, so that it warns before running it.

Windows: the mark of the web, a stream beside the content. macOS: the quarantine
attribute. Linux has nothing that programs would heed.
"""

import contextlib
import ctypes
import sys
import time
from pathlib import Path
from typing import Final

from net.transfer.durable import libc
from net.transfer.folders import Folder, PathFolder

ZONE_STREAM: Final = ":Zone.Identifier"
ZONE_TEXT: Final = "[ZoneTransfer]\r\nZoneId=3\r\n"
"""3: the internet, and what nobody vouches for."""
QUARANTINE_NAME: Final = b"com.apple.quarantine"


def mark_origin(folder: Folder, name: str, descriptor: int) -> None:
    """As far as the disk can: FAT has no place for it, and that is no reason to lose a file."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32" and isinstance(folder, PathFolder):
            Path(str(folder.path / name) + ZONE_STREAM).write_text(ZONE_TEXT, "ascii", newline="")
        elif sys.platform == "darwin":
            value = quarantine(int(time.time()))
            libc.fsetxattr(descriptor, QUARANTINE_NAME, value, ctypes.c_size_t(len(value)), 0, 0)


def quarantine(time_s: int) -> bytes:
    """The attribute's value: not yet allowed by the user; when; by which program."""
    return b"0081;%08x;Landline;" % time_s
