"""What a message said before it was edited."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.events import EarlierText
from ui.dialogs.base import PlainDialog
from ui.look import Look
from ui.plain import whole_text

_HEIGHT = 220


class EarlierDialog(PlainDialog):
    def __init__(self, look: Look, texts: Sequence[EarlierText], parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._texts = QPlainTextEdit()
        self._texts.setReadOnly(True)
        self._texts.setMinimumHeight(look.fonts.px(_HEIGHT))
        said = (f"{look.format.full_time(one.time_ms)}\n{whole_text(one.text)}" for one in texts)
        self._texts.setPlainText("\n\n".join(said))
        self.body.addWidget(self._texts)
        self._leave = self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Earlier texts"))
        self.title.setText(self.tr("What this message said before"))
        self._texts.setAccessibleName(self.tr("Earlier texts"))
        self._leave.setText(self.tr("Close"))
