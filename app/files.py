"""The profile's own small files: private, replaced whole, durable."""

import os
import sys
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Replaces ``path`` at once, durable, readable by its owner only.

    Written under another name first, so that a crash leaves the old file or the
    new one. Raises OSError.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
