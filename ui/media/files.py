"""Files of transfers that lie here: found, copied, dragged out, saved elsewhere."""

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode
from app.events import Failed
from app.model import Direction, Transfer
from ui.desk import Desk
from ui.files import GNOME
from ui.media.whereabouts import find_files, likely_paths
from ui.opening import choose_place
from ui.worker import Worker

_FAULTS: Final = {
    errno.ENOSPC: ErrorCode.NO_SPACE,
    errno.EDQUOT: ErrorCode.NO_SPACE,
    errno.EACCES: ErrorCode.NOT_WRITABLE,
    errno.EPERM: ErrorCode.NOT_WRITABLE,
    errno.EROFS: ErrorCode.NOT_WRITABLE,
    errno.ENOENT: ErrorCode.NO_SUCH_PATH,
}


class LocalFiles(QObject):
    def __init__(self, desk: Desk, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._worker = worker
        self._window = window

    def find(self, transfer: Transfer, then: Callable[[tuple[Path, ...]], object]) -> None:
        """``then``: with what lies at its top, later, if that is still all there; else it is
        said that it is not."""
        paths = likely_paths(transfer, sources_of(transfer, self._desk))

        def found(here: tuple[Path, ...]) -> None:
            if here:
                then(here)
            else:
                self._tell(ErrorCode.NO_SUCH_PATH, str(paths[0]) if paths else "")

        worker = self._worker
        worker.run(self, lambda: find_files(transfer, paths, worker.is_stopping), found)

    # --- Clipboard ---------------------------------------------------------
    def copy(self, transfer: Transfer) -> None:
        """The files themselves, to be pasted into a folder or another chat."""
        self.find(transfer, lambda paths: QGuiApplication.clipboard().setMimeData(file_mime(paths)))

    @staticmethod
    def copy_picture(path: Path, image: QImage) -> None:
        """For a program that takes pictures, and as a file for one that takes files."""
        mime = file_mime([path])
        mime.setImageData(image)
        QGuiApplication.clipboard().setMimeData(mime)

    # --- Dragging out ------------------------------------------------------
    def drag(self, transfer: Transfer, picture: QPixmap) -> None:
        """From under the pointer, as soon as it is known to lie here; unless it was let go."""

        def begin(paths: tuple[Path, ...]) -> None:
            if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
                drag = QDrag(self._window)
                drag.setMimeData(file_mime(paths))
                drag.setPixmap(picture)
                drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

        self.find(transfer, begin)

    # --- A copy elsewhere --------------------------------------------------
    def ask_where_to_save(self, transfer: Transfer) -> None:
        self.find(transfer, lambda paths: self.save(paths[0]))

    def save(self, path: Path) -> None:
        """Asks where, then copies; the original stays."""
        title = self.tr("Save as")
        choose_place(self._window, title, path.name, lambda target: self.save_to(path, target))

    def save_to(self, path: Path, target: Path) -> None:
        """Soon; only a fault is told."""

        def saved(fault: OSError | None) -> None:
            if fault is not None:
                code = _FAULTS.get(fault.errno or 0, ErrorCode.DISK_ERROR)
                self._tell(code, str(fault))

        self._worker.run(self, lambda: _copy(path, target), saved)

    def _tell(self, code: ErrorCode, detail: str) -> None:
        self._desk.failed.emit(Failed(code, detail))


def sources_of(transfer: Transfer, desk: Desk) -> tuple[str, ...]:
    """The paths of what was sent from here, and of several things that came."""
    is_single = transfer.direction is Direction.IN and len(transfer.names) == 1
    if is_single or desk.history is None:
        return ()
    stored = desk.history.transfer(bytes.fromhex(transfer.transfer_id))
    return stored.sources if stored is not None else ()


def file_mime(paths: Sequence[Path]) -> QMimeData:
    """As file managers exchange files, GNOME's included."""
    urls = [QUrl.fromLocalFile(os.fspath(path)) for path in paths]
    mime = QMimeData()
    mime.setUrls(urls)
    lines = [b"copy", *(bytes(url.toEncoded().data()) for url in urls)]
    for kind in GNOME:
        mime.setData(kind, QByteArray(b"\n".join(lines)))
    return mime


def _copy(path: Path, target: Path) -> OSError | None:
    """Blocking. Over itself it is left alone."""
    try:
        shutil.copyfile(path, target)
    except shutil.SameFileError:
        return None
    except OSError as error:
        return error
    return None
