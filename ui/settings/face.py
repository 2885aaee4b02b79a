"""One's own picture: seen, chosen, taken away."""

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.commands import ChangeSettings
from ui.avatar import Avatar
from ui.choosing import PictureChooser, PictureDrops
from ui.desk import Desk
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_name
from ui.stacking import StackingBar
from ui.worker import Worker

_DISC: Final = 64


class MyPicture(StackingBar):
    """A file can be dropped on it, and a picture pasted while the focus is in it."""

    def __init__(self, look: Look, desk: Desk, worker: Worker, *, ground: str) -> None:
        """``ground``: the token of what it stands on."""
        super().__init__(look)
        self._desk = desk
        self._chooser = PictureChooser(look, worker, self)
        self._disc = Avatar(look, look.fonts.px(_DISC), ground=ground)
        self.choose, self.paste, self.remove = QPushButton(), QPushButton(), QPushButton()
        self.fault = PlainLabel(wraps=True)
        self.fault.setProperty("rank", "warn")
        self.fault.hide()
        self._lay_out()
        self._listen()
        self.retranslate()
        self.show_me()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        for button in (self.choose, self.paste, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.remove.setProperty("quiet", True)
        buttons.addStretch(1)
        lines = QVBoxLayout()
        lines.addStretch(1)
        lines.addLayout(buttons)
        lines.addWidget(self.fault)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(2), 0, px(2))
        row.setSpacing(px(14))
        row.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(lines, 1)
        self.stack(row)

    def tab_order(self) -> list[QWidget]:
        return [self.choose, self.paste, self.remove]

    def _listen(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.paste.clicked.connect(self._paste)
        self.remove.clicked.connect(lambda: self._keep(b""))
        PictureDrops(self).dropped.connect(self._take)
        self._chooser.refused.connect(self._on_refused)
        self._desk.name_changed.connect(self.show_me)

    def show_me(self) -> None:
        desk = self._desk
        name = shown_name(desk.my_name, "?")
        self._disc.show_person(desk.my_id or name, name, None, desk.my_picture)
        had_focus = self.remove.hasFocus()
        self.remove.setVisible(bool(desk.my_picture))
        self.fit()
        if had_focus and not desk.my_picture:
            self.choose.setFocus()

    def _choose(self) -> None:
        self.fault.hide()
        self._chooser.choose(self.tr("My picture"), self._keep)

    def _paste(self) -> None:
        self.fault.hide()
        self._chooser.paste(self._keep)

    def _take(self, mime: QMimeData) -> None:
        self.fault.hide()
        self._chooser.take(mime, self._keep)

    def _keep(self, picture: bytes) -> None:
        self._desk.submit(ChangeSettings(picture=picture))

    def _on_refused(self) -> None:
        self.fault.setText(self._look.room_words.bad_picture())
        self.fault.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whichever button has the focus."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self.choose.setText(self.tr("Choose…"))
        self.paste.setText(self.tr("Paste"))
        self.remove.setText(self.tr("Remove"))
        self.choose.setAccessibleName(self.tr("Choose my picture"))
        self.paste.setAccessibleName(self.tr("Paste my picture"))
        self.remove.setAccessibleName(self.tr("Remove my picture"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
