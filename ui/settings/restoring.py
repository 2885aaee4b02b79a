"""The dialog that puts a backup in the place of what is here, and says what becomes of that."""

from pathlib import Path
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.errors import ErrorCode, KnownError
from ui.dialogs.base import PlainDialog
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.opening import choose_file
from ui.plain import shown_line
from ui.roster import Roster
from ui.window_file import WindowFile
from ui.worker import Worker


class RestoreDialog(PlainDialog):
    restored = Signal()
    """It is the profile from the next start on."""
    _told = Signal(int)

    def __init__(
        self,
        look: Look,
        worker: Worker,
        file: WindowFile,
        roster: Roster,
        parent: QWidget | None,
    ) -> None:
        super().__init__(look, parent)
        self._worker = worker
        self._folder = file.folder
        self._has_history = any(one.last is not None for one in roster)
        self._source: Path | None = None
        self._stop = Event()
        self._is_running = False
        self._text, self._kept, self._warning, self.state, self._label = (
            PlainLabel(wraps=True) for _ in range(5)
        )
        self._text.setProperty("rank", "dim")
        self.choose, self.name, self.word = QPushButton(), ElidedLabel(), QLineEdit()
        self.choose.setAutoDefault(False)
        self.word.setEchoMode(QLineEdit.EchoMode.Password)
        self._lay_out()
        self._leave, self.go = self.add_button(), self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.reject)
        self.go.clicked.connect(self._begin)
        self.choose.clicked.connect(self._choose)
        self.word.textChanged.connect(self._follow)
        self.finished.connect(self._stop.set)
        self._told.connect(self._show_progress)
        self.retranslate()
        self.choose.setFocus()

    def _lay_out(self) -> None:
        px = self.look.fonts.px
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addWidget(self.choose)
        row.addWidget(self.name, 1)
        self.body.addWidget(self._text)
        self.body.addLayout(row)
        self.body.addWidget(self._label)
        self.body.addWidget(self.word)
        self.body.addWidget(self._kept)
        self.body.addWidget(self._warning)
        self.body.addWidget(self.state)
        self.body.addStretch(1)

    def retranslate(self) -> None:
        title = self.tr("Put a backup back")
        self.setWindowTitle(title)
        self.title.setText(title)
        self._text.setText(
            self.tr(
                "Choose the file that “Back up” has written. Landline starts again with "
                "everything that is in it, as the person who wrote it."
            )
        )
        self.choose.setText(self.tr("Choose the file…"))
        self._label.setText(self.tr("Its passphrase"))
        self.word.setAccessibleName(self.tr("Its passphrase"))
        self._kept.setText(
            self.tr(
                "What is here now is no longer shown then, but nothing is deleted: it is kept "
                "aside in the profile's folder, with its key and its messages."
            )
        )
        self._kept.setVisible(self._has_history)
        self._warning.setText(
            self.tr(
                "Quit Landline on the other computer for good. Two computers with one profile "
                "take each other's messages away."
            )
        )
        self._leave.setText(self.tr("Cancel"))
        self.go.setText(self.tr("Restore and restart"))
        self._follow()

    def _choose(self) -> None:
        kinds = [self.tr("Backups of Landline (*.landline-backup)"), self.tr("All files (*)")]
        choose_file(self, self.windowTitle(), kinds, self.take)

    def take(self, source: Path) -> None:
        """The file that was chosen."""
        self._source = source
        self.name.setText(shown_line(source.name))
        self.state.setText("")
        self._follow()
        self.word.setFocus()

    def _follow(self) -> None:
        is_idle = not self._is_running
        self.go.setEnabled(is_idle and self._source is not None and bool(self.word.text()))
        self.choose.setEnabled(is_idle)
        self.word.setEnabled(is_idle)

    # --- Reading -----------------------------------------------------------
    def _begin(self) -> None:
        """Behind the window's back; closing the dialog cancels it."""
        from app.restoring import restore  # noqa: PLC0415 - loaded when wanted

        source, folder, word = self._source, self._folder, self.word.text()
        assert source is not None

        def work() -> bool | KnownError:
            try:
                return restore(
                    source, folder, word, told=self._tell, is_cancelled=self._is_cancelled
                )
            except KnownError as error:
                return error

        self._is_running = True
        self._follow()
        self.state.setText(self.tr("Trying the passphrase…"))
        self._worker.run(self, work, self._show_end)

    def _tell(self, done: int, size: int) -> None:
        """On the worker's thread."""
        if not self._stop.is_set():
            self._told.emit(done * 100 // max(size, 1))

    def _is_cancelled(self) -> bool:
        return self._stop.is_set() or self._worker.is_stopping()

    def _show_progress(self, percent: int) -> None:
        if self._is_running:
            self.state.setText(self.tr("{number}% read…").format(number=percent))

    def _show_end(self, end: bool | KnownError) -> None:
        self._is_running = False
        self._follow()
        if isinstance(end, KnownError):
            self._say(self._why(end))
            self.word.setFocus()
            self.word.selectAll()
        elif end:
            self.accept()
            self.restored.emit()

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.fit()

    def _why(self, error: KnownError) -> str:
        from app.backup import BackupFault, BadBackupError  # noqa: PLC0415

        fault = error.fault if isinstance(error, BadBackupError) else None
        if fault is BackupFault.NO_BACKUP:
            return self.tr("This file is no backup of Landline. Nothing was changed.")
        if fault is BackupFault.NOT_OPENED:
            return self.tr(
                "That passphrase does not open this file, or the file is damaged. Nothing was "
                "changed."
            )
        if error.code is ErrorCode.BAD_REQUEST:
            return self.tr(
                "The file is damaged: a part of it is missing or was changed. Try another copy; "
                "nothing was changed."
            )
        if error.code is ErrorCode.PROFILE_TOO_NEW:
            return self.tr(
                "A newer Landline wrote this backup. Install that one here and try again."
            )
        return self.look.words.error(error.code)
