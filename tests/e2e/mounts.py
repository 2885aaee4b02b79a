"""Folders that refuse, for one process: read-only, or small and full.

The process gets a mount namespace of its own, so nothing has to be undone and nobody
else is touched; root cannot be kept out of a folder by its mode.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

_UNSHARE = ["unshare", "--mount"] if os.name == "posix" and os.geteuid() == 0 else [
    "unshare", "--map-root-user", "--mount"
]  # fmt: skip


def read_only(folder: Path) -> list[str]:
    """What to put before a command that shall see ``folder`` as read-only."""
    return _mounted(
        'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" "$1"', str(folder), "-"
    )


def small_disk(folder: Path, size_bytes: int) -> list[str]:
    """What to put before a command that shall see ``folder`` as an empty disk of that size.

    From here its content is found below ``inside``.
    """
    return _mounted('mount -t tmpfs -o size="$2" landline "$1"', str(folder), str(size_bytes))


def inside(pid: int, folder: Path) -> Path:
    """``folder`` as the process ``pid`` sees it."""
    return Path(f"/proc/{pid}/root") / folder.relative_to("/")


def _mounted(script: str, *arguments: str) -> list[str]:
    _skip_unless_possible()
    command = f'{script} && shift 2 && exec "$@"'
    return [*_UNSHARE, "sh", "-c", command, "sh", *arguments]


def _skip_unless_possible() -> None:
    if not shutil.which("unshare"):
        pytest.skip("needs unshare (apt install util-linux)")
    _try([*_UNSHARE, "mount", "-t", "tmpfs", "probe", "/mnt"])


def _try(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no mount namespaces here: {done.stderr.strip()}")
