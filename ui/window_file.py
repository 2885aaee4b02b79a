"""What the user chose for the window alone: window.json, which the engine never opens.

Small and read before the first frame; anything odd in it means the default.
"""

import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.looks import read_sayable
from ui.worker import Worker

log = logging.getLogger(__name__)

_MAX_BYTES = 64 * 1024
"""It takes less than one."""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Flat, with a default of the right type for each: that is how it is read."""

    enter_sends: bool = True
    """Else Ctrl+Enter does, and Enter breaks the line."""
    shows_previews: bool = True
    """Of pictures that were received."""
    notifies: bool = True
    notifies_words: bool = True
    """What was said stands in the notification, not only that something was."""
    sounds: bool = True
    is_undisturbed: bool = False
    """Nothing is told outside the window, until this is taken back."""
    closes_to_tray: bool = True
    knows_tray: bool = False
    """The user was told once where the window goes."""
    text_percent: int = 100
    high_contrast: bool = False
    reduces_motion: bool = False
    desktop_scheme: str = "system"
    """What the desktop wanted last, spelled as a ThemeChoice: the next start begins with it."""
    desktop_high: bool = False
    desktop_still: bool = False
    """It wants more contrast, less motion."""
    emoji_recent: str = ""
    """Those used last, newest first, with blanks between."""
    emoji_tone: int = 0
    """The colour of skin that was chosen; 0: none."""
    is_welcomed: bool = False
    """The first run is over."""
    geometry: str = ""
    """Of the window, as Qt saves it, in base64."""
    pinned: str = ""
    """Ids of conversations with spaces between, the one pinned first in front."""
    marked_unread: str = ""
    """The same, of those marked by hand."""

    @property
    def is_high(self) -> bool:
        """High contrast is in force: the user wants it, or the desktop."""
        return self.high_contrast or self.desktop_high

    @property
    def is_still(self) -> bool:
        """Nothing moves."""
        return self.reduces_motion or self.desktop_still


class WindowFile(QObject):
    changed = Signal(object)
    """The WindowSettings in force."""

    def __init__(self, path: Path, worker: Worker) -> None:
        super().__init__()
        self.settings = read_window_settings(path)
        self._path = path
        self._worker = worker
        self._is_writing = False
        self._is_stale = False

    @property
    def folder(self) -> Path:
        """The profile's."""
        return self._path.parent

    def change(self, **chosen: Any) -> None:
        """Fields of WindowSettings, in force at once and written soon."""
        wanted = replace(self.settings, **chosen)
        if wanted == self.settings:
            return
        self.settings = wanted
        self._is_stale = True
        self.changed.emit(wanted)
        self._write_next()

    def close(self) -> None:
        """Writes what is not written yet; once the worker has stopped."""
        if self._is_stale or self._is_writing:
            _write(self._path, self.settings)
            self._is_stale = self._is_writing = False

    def _write_next(self) -> None:
        """One write at a time, or an older one could end last."""
        if self._is_stale and not self._is_writing:
            self._is_stale, self._is_writing = False, True
            path, settings = self._path, self.settings
            self._worker.run(self, lambda: _write(path, settings), self._on_written)

    def _on_written(self, _: None) -> None:
        self._is_writing = False
        self._write_next()


def read_window_settings(path: Path) -> WindowSettings:
    try:
        with path.open("rb") as file:
            found = read_sayable(file.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return WindowSettings()
    if not isinstance(found, dict):
        return WindowSettings()
    known = {one.name: type(one.default) for one in fields(WindowSettings)}
    return WindowSettings(
        **{name: value for name, value in found.items() if type(value) is known.get(name)}
    )


def _write(path: Path, settings: WindowSettings) -> None:
    """A disk that takes nothing costs the choice at the next start, nothing now."""
    from app.files import write_private  # noqa: PLC0415 - the window opens first

    if not path.parent.is_dir():  # closed before there was a profile
        return
    try:
        write_private(path, json.dumps(asdict(settings), indent=2).encode())
    except OSError as error:
        log.warning("window.json could not be written: %s", error)
