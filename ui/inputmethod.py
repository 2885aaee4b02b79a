"""Which input method module Qt is told to use, decided before there is a QApplication."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo

_FCITX = frozenset({"fcitx", "fcitx5"})


def plugin_folder() -> Path:
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    return Path(plugins) / "platforminputcontexts"


def choose_input_method(environ: Mapping[str, str], plugins: Path) -> str | None:
    """``QT_IM_MODULE`` to set, or None to leave it.

    The Qt of pip brings no fcitx module, but fcitx also serves ibus's protocol:
    without this, Chinese cannot be typed where fcitx is named or nothing is. A
    Wayland session with nothing named uses Wayland's own and is left alone.
    """
    named = environ.get("QT_IM_MODULE", "").strip().lower()
    if environ.get("QT_IM_MODULES") or (named and named not in _FCITX):
        return None
    if not named and environ.get("WAYLAND_DISPLAY"):
        return None
    if any(plugins.glob("*fcitx*")):
        return None
    return "ibus"
