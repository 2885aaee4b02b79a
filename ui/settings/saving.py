"""The dialog that writes a backup of the profile, and says what moving with it means."""

from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import KnownError
from app.events import Failed
from ui.dialogs.writing import WritingDialog
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import isolated, shown_line
from ui.window_file import WindowFile
from ui.worker import Worker


class BackupDialog(WritingDialog):
    _told = Signal(int)

    def __init__(
        self, look: Look, worker: Worker, file: WindowFile, parent: QWidget | None
    ) -> None:
        super().__init__(look, parent)
        self._worker = worker
        self._folder = file.folder
        self._stop = Event()
        self._is_running = False
        self._text, self._warning = PlainLabel(wraps=True), PlainLabel(wraps=True)
        self._text.setProperty("rank", "dim")
        self.first, self.again = QLineEdit(), QLineEdit()
        self._labels = [PlainLabel(wraps=True) for _ in range(2)]
        self.body.addWidget(self._text)
        for label, edit in zip(self._labels, (self.first, self.again), strict=True):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.textChanged.connect(self._follow)
            self.body.addWidget(label)
            self.body.addWidget(edit)
        self.body.addWidget(self._warning)
        self.body.addWidget(self.state)
        self.body.addStretch(1)
        self.finished.connect(self._stop.set)
        self._told.connect(self._show_progress)
        self.retranslate()
        self.first.setFocus()

    def retranslate(self) -> None:
        title = self.tr("Back up this profile")
        self.setWindowTitle(title)
        self.title.setText(title)
        self._text.setText(
            self.tr(
                "One file with your key, your messages and your settings, locked with a "
                "passphrase. Whoever has both is you; without the passphrase nobody can open "
                "it, you neither. Received files are not in it."
            )
        )
        self._warning.setText(
            self.tr(
                "Moving to another computer: quit Landline here for good before you start it "
                "there. Two computers with one profile take each other's messages away."
            )
        )
        words = (self.tr("Passphrase, 8 characters or more"), self.tr("The same again"))
        for label, edit, text in zip(self._labels, (self.first, self.again), words, strict=True):
            label.setText(text)
            edit.setAccessibleName(text)
        self.label(self.tr("Back up…"))
        self._follow()

    def _follow(self) -> None:
        from app.backup import PASSPHRASE_MIN_CHARS  # noqa: PLC0415 - libsodium loads here

        for edit in (self.first, self.again):
            edit.setEnabled(not self._is_running and self.written is None)
        if self.written is not None:
            return
        first, again = self.first.text(), self.again.text()
        is_good = len(first) >= PASSPHRASE_MIN_CHARS and first == again
        self.go.setEnabled(is_good and not self._is_running)
        if not self._is_running:
            differs = bool(again) and not first.startswith(again)
            self.say(self.tr("The two are not the same.") if differs else "")

    def ask_where(self) -> None:
        day = self.look.today().toString(Qt.DateFormat.ISODate)
        self.choose(f"Landline {day}", "landline-backup")

    def write_to(self, target: Path) -> None:
        """Behind the window's back; closing the dialog cancels it."""
        from app.backup import write_backup  # noqa: PLC0415

        folder, passphrase = self._folder, self.first.text()

        def work() -> bool | Failed:
            try:
                return write_backup(
                    folder, target, passphrase, told=self._tell, is_cancelled=self._is_over
                )
            except KnownError as error:
                return Failed(error.code, error.detail)

        self._is_running = True
        self._follow()
        self.say(self.tr("Writing the backup…"))
        self._worker.run(self, work, lambda end: self._show_end(end, target))

    def _tell(self, done: int, size: int) -> None:
        """On the worker's thread."""
        if not self._stop.is_set():
            self._told.emit(done * 100 // max(size, 1))

    def _show_progress(self, percent: int) -> None:
        if self._is_running:
            self.say(self.tr("{number}% written…").format(number=percent))

    def _is_over(self) -> bool:
        return self._stop.is_set() or self._worker.is_stopping()

    def _show_end(self, end: bool | Failed, target: Path) -> None:
        self._is_running = False
        self._follow()
        if isinstance(end, Failed):
            self.say(self.look.words.failed(end))
        elif end:
            text = self.tr("The backup is written: {name}. Keep it and its passphrase apart.")
            self.show_written(target, text.format(name=isolated(shown_line(target.name))))
