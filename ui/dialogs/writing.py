"""A dialog that writes one file: asks where, says how far it is, and in the end where it lies."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from net.protocol.names import safe_name
from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look
from ui.opening import open_folder


class WritingDialog(PlainDialog):
    """Closing it cancels; the subclass lays out ``state``, and sets the words with ``label``."""

    def __init__(self, look: Look, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self.written: Path | None = None
        """Once it is."""
        self.state = PlainLabel(wraps=True)
        self.leave, self.go = self.add_button(), self.add_button(is_main=True, is_default=True)
        self.leave.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)

    def label(self, go: str) -> None:
        """``go``: what the main button is called before anything is written."""
        is_done = self.written is not None
        self.leave.setText(self.tr("Close") if is_done else self.tr("Cancel"))
        self.go.setText(self.tr("Show in its folder") if is_done else go)

    def ask_where(self) -> None:
        """Overridden: calls ``choose``."""

    def write_to(self, target: Path) -> None:
        """Overridden: ends with ``show_written``."""

    def choose(self, name: str, suffix: str) -> None:
        """``name``: proposed, whatever is in it, without the ``suffix``."""
        dialog = QFileDialog(self, self.windowTitle())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(safe_name(f"{name}.{suffix}"))
        dialog.fileSelected.connect(lambda path: self.write_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def say(self, text: str) -> None:
        self.state.setText(text)
        if self.isVisible():
            self.fit()

    def show_written(self, target: Path, text: str) -> None:
        self.written = target
        self.retranslate()
        self.go.setEnabled(True)
        self.go.setFocus()
        self.say(text)

    def _on_go(self) -> None:
        if self.written is None:
            self.ask_where()
        else:
            open_folder(self.written.parent)
            self.accept()
