"""A profile: the folder with everything that is one person's Landline.

    identity.key    the Ed25519 seed, see identity_file.py; whoever has it is this person
    settings.json   see settings.py
    landline.db     messages, people, transfers
    offers/         the list of each offer that stands: what it holds, and where it lies
    window.json     what the window alone needs, see ui/window_file.py
    window.sock     where a second start finds the window that is open; on Windows window.port
    profile.lock    held while a process uses the profile (an OS lock, no pid)
    pictures/       what was pasted or taken of the screen, and sent, see ui/compose/pictures.py
    before-*/       the profile that was here before a backup was put back, see restoring.py

The folder is 0700, its files 0600.
"""

import contextlib
import errno
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from app import identity_file
from app.arguments import default_profile_path
from app.errors import ErrorCode, KnownError
from app.restoring import finish as finish_restore
from app.settings import Settings, load_settings, save_settings


class Profile:
    """An open profile. ``open`` takes the lock, ``close`` gives it back."""

    def __init__(self, path: Path, seed: bytes, settings: Settings, lock: FileLock) -> None:
        self.path = path
        self.seed = seed
        self.settings = settings
        self.notice: str | None = None
        """One line for the user when something had to be set aside at opening."""
        self._lock = lock

    @property
    def database(self) -> Path:
        return self.path / "landline.db"

    @staticmethod
    def open(path: Path | None = None) -> "Profile":
        """Makes the profile if there is none.

        Raises KnownError: PROFILE_IN_USE, PROFILE_BROKEN (the identity cannot be
        read: it is never replaced silently), KEYRING, NOT_WRITABLE, NO_SPACE. With a
        locked identity it may wait for the user, whom the system asks.
        """
        folder = (path or default_profile_path()).absolute()
        with _known_errors(folder):
            _make_private(folder)
            lock = _lock(folder)
            try:
                finish_restore(folder)
                seed = _seed(folder / identity_file.IDENTITY_NAME)
                settings, notice = load_settings(folder / "settings.json")
            except BaseException:
                lock.release()
                raise
        profile = Profile(folder, seed, settings, lock)
        profile.notice = notice
        return profile

    def change(self, settings: Settings) -> None:
        """Saves and uses ``settings``. Raises KnownError when the disk refuses."""
        with _known_errors(self.path):
            save_settings(self.path / "settings.json", settings)
        self.settings = settings

    @property
    def locks_identity(self) -> bool:
        """Whether the identity's file is of use only with the system's keyring."""
        return identity_file.is_locked(self.path / identity_file.IDENTITY_NAME)

    def lock_identity(self, is_locked: bool = True) -> None:
        """Or not any more. May wait for the user, whom the system asks. Raises KnownError."""
        change = identity_file.lock if is_locked else identity_file.unlock
        with _known_errors(self.path):
            change(self.path / identity_file.IDENTITY_NAME, self.seed)

    def close(self) -> None:
        self._lock.release()


@contextlib.contextmanager
def _known_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise KnownError(ErrorCode.NOT_WRITABLE, f"profile {folder}: {error.strerror}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise KnownError(ErrorCode.NO_SPACE, f"no room for the profile {folder}") from error
        code = ErrorCode.NOT_WRITABLE if error.errno == errno.EROFS else ErrorCode.PROFILE_BROKEN
        raise KnownError(code, f"profile {folder}: {error.strerror or error}") from error


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)


def _lock(folder: Path) -> FileLock:
    lock = FileLock(folder / "profile.lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        detail = f"another Landline is using the profile {folder}"
        raise KnownError(ErrorCode.PROFILE_IN_USE, detail) from None
    return lock


def _seed(path: Path) -> bytes:
    try:
        return identity_file.load_seed(path)
    except FileNotFoundError:
        return identity_file.make_seed(path)
