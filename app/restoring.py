"""A backup takes the place of a profile that is there; what was there is kept beside it.

    .landline-restore-*      a backup that is being read; nothing, when that was cut off
    .backup-*                a backup that is being written; the same
    restored-<time>/         read and proven; it takes its place at the next start
    arriving-<time>/         what was there is aside, and these files are on their way out
    before-<time>/           what was there, for good

Every step is the renaming of one closed file, so that a start finishes what another one began,
on Windows too. Nothing is ever written over or deleted.
"""

import itertools
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_READING: Final = ".landline-restore-"
COPYING: Final = ".backup-"
_READY, _ARRIVING, _KEPT = "restored-", "arriving-", "before-"
SETTINGS_NAME: Final = "settings.json"
_STAY: Final = frozenset({"profile.lock", "window.sock", "window.port"})
"""Of the place, not of who lives there."""


def restore(
    source: Path,
    profile: Path,
    passphrase: str,
    *,
    told: Callable[[int, int], None],
    is_cancelled: Callable[[], bool],
) -> bool:
    """Reads a backup for ``profile``, which may be in use: it is left as it is until the next
    ``finish``. ``told``: bytes read, and of how many. False when it was cancelled.

    Raises KnownError, see app.backup.read_backup.
    """
    from app.backup import read_backup  # noqa: PLC0415 - every start imports this module

    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = profile / f"{_READY}{_fresh_stamp(profile)}"
    return read_backup(source, place, passphrase, told=told, is_cancelled=is_cancelled)


def finish(profile: Path) -> bool:
    """Whatever was restored is the profile now; whether anything was. Nobody uses it meanwhile:
    the caller holds its lock. Raises OSError; the next call goes on from there."""
    names = sorted(one.name for one in profile.iterdir())
    for name in names:
        if name.startswith((_READING, COPYING)):
            shutil.rmtree(profile / name, ignore_errors=True)
    begun = [one for one in names if one.startswith(_ARRIVING)]
    ready = [one for one in names if one.startswith(_READY)]
    for name in begun:
        _arrive(profile, profile / name, name.removeprefix(_ARRIVING))
    for name in ready:
        stamp = name.removeprefix(_READY)
        _set_aside(profile, profile / f"{_KEPT}{stamp}")
        arriving = profile / f"{_ARRIVING}{stamp}"
        os.rename(profile / name, arriving)
        _arrive(profile, arriving, stamp)
    return bool(begun or ready)


def kept_profiles(profile: Path) -> list[Path]:
    """Folders with what was here before something was restored, the oldest first."""
    return sorted(profile.glob(f"{_KEPT}*"))


def _fresh_stamp(profile: Path) -> str:
    """The time, numbered where something of that second is there."""
    now = time.strftime("%Y%m%d-%H%M%S")
    stamps = itertools.chain((now,), (f"{now}-{number}" for number in itertools.count(2)))
    parts = (_READY, _ARRIVING, _KEPT)
    return next(
        one for one in stamps if not any((profile / f"{part}{one}").exists() for part in parts)
    )


def _set_aside(profile: Path, kept: Path) -> None:
    kept.mkdir(mode=0o700, exist_ok=True)
    for path in sorted(profile.iterdir()):
        is_ours = path.name.startswith((_READY, _ARRIVING, _KEPT, _READING))
        if path.name not in _STAY and not is_ours:
            os.rename(path, kept / path.name)
    _write_through(profile, kept)


def _arrive(profile: Path, arriving: Path, stamp: str) -> None:
    before = profile / f"{_KEPT}{stamp}" / SETTINGS_NAME
    drop_foreign_folder(arriving / SETTINGS_NAME, before)
    for path in sorted(arriving.iterdir()):
        os.rename(path, profile / path.name)
    _write_through(profile, arriving)
    arriving.rmdir()


def drop_foreign_folder(path: Path, before: Path | None = None) -> None:
    """Received files go to the usual folder unless the settings ``before`` had the same one.
    Another computer's may not be here, and a stranger's be where programs are started from.
    ``path``: settings.json, which need not be there. Raises OSError."""
    from msgspec import structs  # noqa: PLC0415 - hardly ever needed

    from app.settings import load_settings, save_settings  # noqa: PLC0415

    if not path.exists():
        return
    settings, _ = load_settings(path)
    is_known = before is not None and before.exists()
    known = load_settings(before)[0].downloads if before and is_known else ""
    if settings.downloads not in ("", known):
        save_settings(path, structs.replace(settings, downloads=""))


def _write_through(*folders: Path) -> None:
    """What was renamed is so after a power cut, too, before the next step is."""
    if sys.platform == "win32":
        return
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
