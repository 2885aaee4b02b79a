"""What leaves the window for the rest of the desktop: links, folders, file choosers."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.chat.links import is_deceptive
from ui.dialogs.link import LinkDialog
from ui.look import Look


def open_link(url: str, look: Look, parent: QWidget) -> None:
    """``url`` is http or https. What may deceive is asked about first."""
    if is_deceptive(url):
        dialog = LinkDialog(look, url, parent)
        dialog.accepted.connect(lambda: _open(QUrl(url)))
        dialog.open()
    else:
        _open(QUrl(url))


def open_folder(folder: Path) -> None:
    """In the system's file manager."""
    _open(QUrl.fromLocalFile(str(folder)))


def open_file(path: Path) -> None:
    """With the system's program for its kind. ``path``: a plain file that is no program."""
    _open(QUrl.fromLocalFile(str(path)))


def choose_files(parent: QWidget, title: str, then: Callable[[tuple[Path, ...]], None]) -> None:
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: then(tuple(Path(name) for name in names)))
    dialog.open()


def choose_file(
    parent: QWidget, title: str, kinds: list[str], then: Callable[[Path], None]
) -> None:
    """``kinds``: as Qt writes filters, the one that is meant first."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(kinds)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_picture(parent: QWidget, title: str, then: Callable[[Path], None]) -> None:
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("PNG, JPEG, WebP (*.png *.jpg *.jpeg *.webp)")
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_place(parent: QWidget, title: str, name: str, then: Callable[[Path], None]) -> None:
    """Where a copy called ``name`` is kept; the dialog asks before it replaces a file."""
    dialog = _dialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> None:
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def _open(url: QUrl) -> None:
    QDesktopServices.openUrl(url)
