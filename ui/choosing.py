"""A picture of a person or a room, from a file, the clipboard or a drop to what is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, Qt, Signal
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from ui.files import accept_copy, local_paths
from ui.look import Look
from ui.opening import choose_picture
from ui.worker import Worker

PIXELS_MAX: Final = 2_000_000
"""Of what is shown to be cut; larger ones are made smaller while they are read."""

Then = Callable[[bytes], object]
"""What is done with the encoded picture."""


class PictureChooser(QObject):
    """Nothing of the file goes out but the pixels of the part that was chosen."""

    refused = Signal()
    """What was chosen is no picture that can be used."""

    def __init__(self, look: Look, worker: Worker, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._worker = worker
        self._window = parent

    def choose(self, title: str, then: Then) -> None:
        choose_picture(self._window, title, lambda path: self.take_file(path, then))

    def paste(self, then: Then) -> None:
        self.take(QGuiApplication.clipboard().mimeData(), then)

    def take(self, mime: QMimeData, then: Then) -> None:
        """The file in it, or the picture."""
        paths = local_paths(mime)
        if paths:
            self.take_file(paths[0], then)
        else:
            image = QImage(mime.imageData()) if mime.hasImage() else QImage()
            self._worker.run(self, lambda: _bounded(image), lambda small: self._open(small, then))

    def take_file(self, path: Path, then: Then) -> None:
        """Read in a worker: a photograph takes its time."""
        self._worker.run(self, lambda: _read(path), lambda image: self._open(image, then))

    def _open(self, image: QImage | None, then: Then) -> None:
        """None or null: it is no picture."""
        from ui.dialogs.crop import CropDialog  # noqa: PLC0415 - dialogs load when opened

        if image is None or image.isNull():
            self.refused.emit()
            return
        dialog = CropDialog(self._look, image, self._window.window())
        dialog.chosen.connect(lambda part: self._make(image, part, then))
        dialog.open()

    def _make(self, image: QImage, part: QRect, then: Then) -> None:
        def made(picture: bytes | None) -> None:
            if picture is None:
                self.refused.emit()
            else:
                then(picture)

        self._worker.run(self, lambda: _make(image, part), made)


class PictureDrops(QObject):
    """Files and pictures that are dropped on a widget."""

    dropped = Signal(object)
    """A QMimeData, there until the slot returns."""

    def __init__(self, target: QWidget, is_open: Callable[[], bool] = lambda: True) -> None:
        """``is_open``: whether anything can be dropped right now."""
        super().__init__(target)
        self._is_open = is_open
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, _target: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and self._is_open() and _holds_one(event.mimeData()):
            accept_copy(event)
            if event.type() is QEvent.Type.Drop:
                self.dropped.emit(event.mimeData())
            return True
        return False


def _holds_one(mime: QMimeData) -> bool:
    return mime.hasImage() or bool(local_paths(mime))


def _read(path: Path) -> QImage | None:
    from ui.media.decode import read_picture  # noqa: PLC0415 - when wanted

    try:
        return read_picture(path.resolve(), PIXELS_MAX)
    except OSError:
        return None


def _bounded(image: QImage) -> QImage:
    """A clipboard may hold any size."""
    pixels = image.width() * image.height()
    if pixels <= PIXELS_MAX:
        return image
    size = image.size() * (PIXELS_MAX / pixels) ** 0.5
    how = Qt.AspectRatioMode.KeepAspectRatio
    return image.scaled(size, how, Qt.TransformationMode.SmoothTransformation)


def _make(image: QImage, part: QRect) -> bytes | None:
    from ui.media.portrait import make_picture  # noqa: PLC0415

    return make_picture(image, part)
