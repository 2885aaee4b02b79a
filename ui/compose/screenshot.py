"""A picture of the screen: by the desktop's portal, its own tool, or Qt."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QImageReader
from PySide6.QtWidgets import QWidget

from ui.compose.portal import ask_portal
from ui.worker import Worker

_TOOLS: Final = (
    ("gnome-screenshot", "--area", "--file"),
    ("spectacle", "--region", "--background", "--nonotify", "--output"),
    ("xfce4-screenshooter", "--region", "--save"),
    ("flameshot", "gui", "--path"),
    ("maim", "--select"),
)
"""Each lets a part of the screen be chosen, and takes the file last."""
_MAC: Final = ("screencapture", "-i")
_SNIP: Final = "ms-screenclip:"
"""Windows: what is chosen lands in the clipboard."""
_LOOK_S: Final = 0.2
_HIDE_MS: Final = 400
"""Until what lay behind our window is drawn again."""
_SNIP_MS: Final = 120_000
_BYTES_MAX_MB: Final = 512
"""Of one picture in memory: four screens of 8K."""


@dataclass(frozen=True, slots=True)
class Shot:
    """``image`` None and ``is_over``: the user has given up. Not over: another way is tried."""

    image: QImage | None
    is_over: bool


class Screenshot(QObject):
    taken = Signal(object)
    """A QImage, a null one where there is no way; None when the user has given up."""

    def __init__(self, window: QWidget, worker: Worker) -> None:
        super().__init__(window)
        self._window = window
        self._worker = worker
        self._was_visible = False
        self.taken.connect(self.deleteLater)

    def begin(self) -> None:
        if sys.platform == "win32":
            self._snip()
        else:
            is_stopping = self._worker.is_stopping
            self._worker.run(self, lambda: take(is_stopping), self._on_done)

    def _on_done(self, shot: Shot) -> None:
        if shot.is_over:
            self._tell(shot.image)
        else:
            self._grab()

    def _tell(self, image: QImage | None) -> None:
        self.taken.emit(image)

    def _grab(self) -> None:
        """Of what lies behind our window; Wayland gives nothing."""
        self._window.hide()
        QTimer.singleShot(_HIDE_MS, self, self._grab_now)

    def _grab_now(self) -> None:
        screen = self._window.screen()
        image = screen.grabWindow(0).toImage()
        image.setDevicePixelRatio(1.0)
        self._window.show()
        self._window.activateWindow()
        self._tell(image)

    # --- Windows -----------------------------------------------------------
    def _snip(self) -> None:
        clipboard = QGuiApplication.clipboard()
        clipboard.dataChanged.connect(self._on_clipboard)
        QTimer.singleShot(_SNIP_MS, self, self._end_snip)
        if not QDesktopServices.openUrl(QUrl(_SNIP)):
            self._end_snip(QImage())

    def _on_clipboard(self) -> None:
        image = QGuiApplication.clipboard().image()
        if not image.isNull():
            self._end_snip(image)

    def _end_snip(self, image: QImage | None = None) -> None:
        QGuiApplication.clipboard().dataChanged.disconnect(self._on_clipboard)
        self._tell(image)


def take(is_cancelled: Callable[[], bool]) -> Shot:
    """Blocking, for as long as the user chooses."""
    if sys.platform == "darwin":
        return run_tool(_MAC, is_cancelled)
    path = ask_portal(is_cancelled)
    if path is not None:
        return Shot(read_image(path) if path.name else None, is_over=True)
    found = next((tool for tool in _TOOLS if shutil.which(tool[0])), None)
    return run_tool(found, is_cancelled) if found else Shot(None, is_over=False)


def run_tool(command: tuple[str, ...], is_cancelled: Callable[[], bool]) -> Shot:
    """A tool that leaves no file was told to stop; one that does not start is no way."""
    with tempfile.TemporaryDirectory(prefix="landline-") as folder:
        target = Path(folder) / "screen.png"
        try:
            with subprocess.Popen(
                [*command, str(target)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child_environment(os.environ),
            ) as process:
                _wait(process, is_cancelled)
        except OSError:
            return Shot(None, is_over=False)
        image = read_image(target)
        return Shot(None if image.isNull() else image, is_over=True)


def _wait(process: "subprocess.Popen[bytes]", is_cancelled: Callable[[], bool]) -> None:
    while process.poll() is None:
        if is_cancelled():
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)


def read_image(path: Path) -> QImage:
    """Null when it is none."""
    QImageReader.setAllocationLimit(_BYTES_MAX_MB)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    return reader.read()


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """A frozen program's own libraries are not for others."""
    made = dict(environ)
    before = made.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        made["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        made.pop("LD_LIBRARY_PATH", None)
    return made
