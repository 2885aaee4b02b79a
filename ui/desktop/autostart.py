"""Landline with the session: what the system itself holds about it is the only truth.

Linux: a file in the autostart folder (Desktop Application Autostart Specification). Windows:
a value under the user's Run key. macOS: a LaunchAgent. Each begins hidden, beside the clock.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.arguments import default_profile_path

_ENTRY: Final = "landline.desktop"
_RUN_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_RUN_NAME: Final = "Landline"
_AGENT: Final = "org.landline.Landline"
_MAIN: Final = Path(__file__).resolve().parents[2] / "main.py"
_QUOTED: Final = str.maketrans({char: f"\\{char}" for char in '"`$\\'})
_VALUE: Final = str.maketrans({"\\": "\\\\", "%": "%%", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
"""A folder's name may hold what would begin another line of the entry."""


def is_on() -> bool:
    """Whether the system starts Landline. Raises OSError where that cannot be read."""
    if sys.platform == "win32":
        return _run_value() is not None
    if sys.platform == "darwin":
        return _agent_path().exists()
    try:
        lines = entry_path(os.environ).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return False
    words = {line.replace(" ", "").casefold() for line in lines}
    return not words & {"hidden=true", "x-gnome-autostart-enabled=false"}


def turn(on: bool, profile: Path | None = None) -> None:
    """``profile``: where it is not the usual one. Raises OSError; then nothing has changed."""
    words = command(profile)
    if sys.platform == "win32":
        _set_run_value(words if on else None)
    elif sys.platform == "darwin":
        _set_file(_agent_path(), agent_of(words) if on else None)
    else:
        _set_file(entry_path(os.environ), os.fsencode(entry_of(words)) if on else None)


def program() -> list[str]:
    """What starts this program again, without arguments."""
    is_frozen = getattr(sys, "frozen", False)
    return [sys.executable] if is_frozen else [sys.executable, str(_MAIN)]


def command(profile: Path | None = None) -> list[str]:
    """What starts this program with the session, hidden."""
    is_usual = profile is None or profile.absolute() == default_profile_path()
    where = [] if is_usual else ["--profile", str(profile and profile.absolute())]
    return [*program(), *where, "--hidden"]


def entry_path(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_CONFIG_HOME", "")
    config = Path(given) if os.path.isabs(given) else Path.home() / ".config"
    return config / "autostart" / _ENTRY


def entry_of(words: list[str]) -> str:
    """A desktop entry. Its strings are unescaped twice: as a value, then as arguments."""
    quoted = " ".join(f'"{word.translate(_QUOTED)}"' for word in words)
    value = quoted.translate(_VALUE)
    return f"[Desktop Entry]\nType=Application\nName=Landline\nIcon=landline\nExec={value}\n"


def agent_of(words: list[str]) -> bytes:
    import plistlib  # noqa: PLC0415 - macOS only

    return plistlib.dumps({"Label": _AGENT, "ProgramArguments": words, "RunAtLoad": True})


def _agent_path() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{_AGENT}.plist"


def _set_file(path: Path, data: bytes | None) -> None:
    """Whole or not at all; None: gone."""
    if data is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)


def _run_value() -> str | None:
    import winreg  # noqa: PLC0415 - Windows only

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            return str(winreg.QueryValueEx(key, _RUN_NAME)[0])
    except FileNotFoundError:
        return None


def _set_run_value(words: list[str] | None) -> None:
    import subprocess  # noqa: PLC0415 - Windows only
    import winreg  # noqa: PLC0415

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
        if words is not None:
            line = subprocess.list2cmdline(words)
            winreg.SetValueEx(key, _RUN_NAME, 0, winreg.REG_SZ, line)
        elif _run_value() is not None:
            winreg.DeleteValue(key, _RUN_NAME)
