"""Comparing a safety number: read out, side by side, or by each other's QR code."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.model import Person, Trust
from ui.chat.arming import arm
from ui.dialogs.base import PlainDialog
from ui.files import accept_copy, holds_files, local_paths
from ui.icons import pixmap
from ui.ids import safety_digits
from ui.info.safety import SafetyNumber
from ui.labels import PlainLabel
from ui.look import Look
from ui.opening import choose_picture
from ui.roster import Roster
from ui.trust.code import Finding, Reading, judge, write_code
from ui.trust.qr import QrCode
from ui.trust.scan import codes_in_file, codes_in_image
from ui.worker import Worker

_WIDTH = 600


class VerifyDialog(PlainDialog):
    compared = Signal()
    """The user says that both are the same, or the right code was read."""

    def __init__(
        self, look: Look, roster: Roster, worker: Worker, person: Person, parent: QWidget | None
    ) -> None:
        super().__init__(look, parent, width=_WIDTH)
        self._roster = roster
        self._worker = worker
        self._person = person
        self._reading: Reading | None = None
        self.setAcceptDrops(True)
        self._make_parts()
        self._lay_out()
        self._listen()
        self.retranslate()
        arm(self._same)

    def _make_parts(self) -> None:
        look, px = self.look, self.look.fonts.px
        self._how = self._dim_label()
        self._number = SafetyNumber(look, is_large=True)
        self._number.setMinimumWidth(self._number.sizeHint().width())
        self._copy = QPushButton()
        self._copy.setProperty("link", True)
        self._qr = QrCode(look)
        self._qr_text = self._dim_label()
        self._qr_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._read_text = self._dim_label()
        self._file, self._clipboard = QPushButton(), QPushButton()
        self._icon = QLabel()
        self._icon.setFixedWidth(px(22))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._result = PlainLabel(wraps=True)
        self._close = self.add_button(is_default=True)
        self._same = self.add_button(is_main=True)

    def _dim_label(self) -> PlainLabel:
        label = PlainLabel(wraps=True)
        label.setFont(self.look.fonts.small)
        label.setProperty("rank", "dim")
        return label

    def _lay_out(self) -> None:
        px = self.look.fonts.px
        left = QVBoxLayout()
        left.setSpacing(px(8))
        left.addWidget(self._how)
        left.addWidget(self._number)
        left.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        left.addWidget(self._read_text)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self._file)
        buttons.addWidget(self._clipboard)
        buttons.addStretch(1)
        left.addLayout(buttons)
        right = QVBoxLayout()
        right.setSpacing(px(6))
        right.addWidget(self._qr)
        right.addWidget(self._qr_text)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(px(22))
        columns.addLayout(left, 1)
        columns.addLayout(right)
        result = QHBoxLayout()
        result.setSpacing(px(8))
        result.addWidget(self._icon)
        result.addWidget(self._result, 1)
        self.body.addLayout(columns)
        self.body.addSpacing(px(4))
        self.body.addLayout(result)

    def _listen(self) -> None:
        self._copy.clicked.connect(self._copy_number)
        self._file.clicked.connect(self._choose)
        self._clipboard.clicked.connect(self.read_clipboard)
        self._close.clicked.connect(self.reject)
        self._same.clicked.connect(self._on_same)
        self._roster.changed.connect(self._follow)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self.read_clipboard)
        self.look.theme.changed.connect(self._show_result)

    # --- Showing -----------------------------------------------------------
    def retranslate(self) -> None:
        my_id, person = self._roster.my_id, self._person
        name = self.look.words.placed_name(person)
        self.setWindowTitle(self.tr("Verify"))
        self.title.setText(self.tr("Is this really {name}?").format(name=name))
        self._how.setText(
            self.tr(
                "Call {name} or sit side by side, and compare this number with the one on their "
                "screen. If both are the same, nobody is in between."
            ).format(name=name)
        )
        self._number.show_digits(safety_digits(my_id, person.peer_id))
        self._copy.setText(self.tr("Copy the number"))
        self._qr.show_text(write_code(my_id, person.peer_id))
        self._qr_text.setFixedWidth(self._qr.sizeHint().width())
        self._qr.setAccessibleName(self.tr("Your code for {name}").format(name=name))
        self._qr_text.setText(self.tr("Your code for {name}").format(name=name))
        self._read_text.setText(
            self.tr("Or read their code, from a photo or screenshot of it. Drop it here, too.")
        )
        self._file.setText(self.tr("From a picture…"))
        self._clipboard.setText(self.tr("From the clipboard"))
        self._close.setText(self.tr("Close"))
        self._same.setText(self.tr("Both are the same"))
        self._show_result()

    def _follow(self) -> None:
        """They may have been renamed meanwhile, verified elsewhere or blocked."""
        person = self._roster.person(self._person.peer_id)
        if person is None:
            self.reject()
        elif (person.name, person.trust) != (self._person.name, self._person.trust):
            self._person = person
            self.retranslate()

    def _show_result(self) -> None:
        is_verified = self._person.trust is Trust.VERIFIED
        is_other = self._reading is not None and self._reading.finding is Finding.SOMEBODY_ELSE
        self._same.setVisible(not is_verified and not is_other)
        text, icon, rank = self._verdict(is_verified=is_verified)
        self._result.setText(text)
        self._result.setAccessibleName(text)
        self._result.setProperty("rank", rank)
        self._result.style().polish(self._result)
        side, theme = self.look.fonts.px(20), self.look.theme
        self._icon.setVisible(bool(icon))
        if icon:
            drawn = pixmap(icon, side, theme.color(rank), self.devicePixelRatioF())
            self._icon.setPixmap(drawn)

    def _verdict(self, *, is_verified: bool) -> tuple[str, str, str]:
        """Sentence, icon and colour."""
        name = self.look.words.placed_name(self._person)
        finding = self._reading.finding if self._reading else None
        if finding is Finding.RIGHT or (finding is None and is_verified):
            text = self.tr("Verified: this is {name}, and nobody is in between.")
            return text.format(name=name), "verified", "ok"
        if finding is None:
            return "", "", "dim"
        if finding is Finding.SOMEBODY_ELSE:
            return self._other(name), "alert", "bad"
        text = {
            Finding.FOR_ANOTHER: self.tr(
                "This is {name}'s code for somebody else. Ask them to open the one for you."
            ),
            Finding.OWN: self.tr("This is your own code. Read the one on {name}'s screen."),
            Finding.FOREIGN: self.tr("This code is not one of Landline's."),
            Finding.NO_CODE: self.tr("There is no code in this picture, or it is not sharp."),
            Finding.NO_PICTURE: self.tr("This is no picture that can be read."),
        }[finding]
        return text.format(name=name), "alert", "warn"

    def _other(self, name: str) -> str:
        shown_by = self._reading.shown_by if self._reading else ""
        owner = self._roster.person(shown_by)
        if owner is not None:
            other = self.look.words.placed_name(owner)
            text = self.tr("This code belongs to {other} ({id}…), not to {name}.")
            return text.format(other=other, id=shown_by[:7], name=name)
        text = self.tr(
            "This is not the code of the {name} you write with: it belongs to somebody you have "
            "not met ({id}…). Somebody may be in between: do not send anything secret."
        )
        return text.format(name=name, id=shown_by[:7])

    # --- Reading theirs ----------------------------------------------------
    def _choose(self) -> None:
        choose_picture(self, self.tr("Picture of their code"), self.read_file)

    def read_file(self, path: Path) -> None:
        self._worker.run(self, partial(codes_in_file, path), self._judge)

    def read_clipboard(self) -> None:
        """A picture, or a copied file."""
        clipboard = QGuiApplication.clipboard()
        paths = local_paths(clipboard.mimeData())
        if paths:
            self.read_file(paths[0])
        else:
            self._read_image(clipboard.image())

    def _read_image(self, image: QImage) -> None:
        self._worker.run(self, partial(codes_in_image, image), self._judge)

    def _judge(self, texts: tuple[str, ...] | None) -> None:
        if texts is None:
            reading = Reading(Finding.NO_PICTURE)
        else:
            reading = judge(texts, my_id=self._roster.my_id, their_id=self._person.peer_id)
        self._reading = reading
        self._show_result()
        if reading.finding is Finding.RIGHT and self._person.trust is not Trust.VERIFIED:
            self.compared.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._offer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._offer(event)

    def _offer(self, event: QDragMoveEvent) -> None:
        mime = event.mimeData()
        if mime.hasImage() or holds_files(mime):
            accept_copy(event)
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        accept_copy(event)
        paths = local_paths(mime)
        if paths:
            self.read_file(paths[0])
        else:
            self._read_image(QImage(mime.imageData()))

    # --- Saying so ---------------------------------------------------------
    def _copy_number(self) -> None:
        QGuiApplication.clipboard().setText(self._number.digits())

    def _on_same(self) -> None:
        self.compared.emit()
        self.accept()
