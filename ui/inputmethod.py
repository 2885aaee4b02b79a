"""Which input method module Qt is told to use, decided before there is a QApplication."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QStandardPaths

_FCITX = frozenset({"fcitx", "fcitx5"})


def plugin_folder() -> Path:
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    return Path(plugins) / "platforminputcontexts"


def has_ibus() -> bool:
    return bool(QStandardPaths.findExecutable("ibus-daemon"))


def choose_input_method(
    environ: Mapping[str, str], plugins: Path, *, has_ibus: bool
) -> dict[str, str]:
    """What to set in the environment.

    The Qt of pip brings no fcitx module, but fcitx also serves ibus's protocol:
    without this, Chinese cannot be typed where fcitx is named or nothing is. Where
    there is no ibus, Qt's module for it does nothing unless it is sent to the portal,
    which fcitx serves, too; where fcitx is named nowhere, Qt would complain of the portal
    that is not there. A Wayland session with nothing named uses Wayland's own
    and is left alone.
    """
    named = environ.get("QT_IM_MODULE", "").strip().lower()
    if environ.get("QT_IM_MODULES") or (named and named not in _FCITX):
        return {}
    if not named and environ.get("WAYLAND_DISPLAY"):
        return {}
    if any(plugins.glob("*fcitx*")):
        return {}
    hints = (named, environ.get("GTK_IM_MODULE", ""), environ.get("XMODIFIERS", ""))
    is_fcitx = any("fcitx" in hint.lower() for hint in hints)
    needs_portal = is_fcitx and not has_ibus
    return {"QT_IM_MODULE": "ibus"} | ({"IBUS_USE_PORTAL": "1"} if needs_portal else {})
