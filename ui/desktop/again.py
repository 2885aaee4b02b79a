"""Starting anew: the same program in the place of this one, on the same profile."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from app.arguments import Arguments
from ui.desktop.autostart import program


def words_of(wanted: Arguments) -> list[str]:
    """The command line without errands: those have been done."""
    words = program()
    for name, value in (
        ("--profile", wanted.profile and wanted.profile.absolute()),
        ("--name", wanted.name),
        ("--port", wanted.port),
        ("--downloads", wanted.downloads and wanted.downloads.absolute()),
        ("--log", wanted.log),
    ):
        if value is not None:
            words += [name, str(value)]
    for address in wanted.bind:
        words += ["--bind", address]
    return words


def start_again(wanted: Arguments, folder: Path) -> None:
    """Once everything of this process is closed. What was restored is the profile by then, so
    that the first frame has its looks; where that failed, the start says why.

    Returns on Windows only.
    """
    from app.errors import KnownError  # noqa: PLC0415 - hardly ever needed
    from app.profile import Profile  # noqa: PLC0415

    with contextlib.suppress(KnownError):
        Profile.open(folder).close()
    words = words_of(wanted)
    if getattr(sys, "frozen", False):
        os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"  # or it takes itself for its own child
    if sys.platform == "win32":
        subprocess.Popen(words)
    else:
        os.execv(words[0], words)
