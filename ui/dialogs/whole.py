"""A message in full, to read to the end and to select from."""

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.model import Message
from ui.dialogs.base import PlainDialog
from ui.look import Look
from ui.plain import whole_text


class WholeDialog(PlainDialog):
    def __init__(self, look: Look, message: Message, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._message = message
        self.setFixedWidth(min(look.fonts.px(640), self.screen().availableGeometry().width() - 40))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setMinimumHeight(look.fonts.px(320))
        self._text.setPlainText(whole_text(message.text))
        self.body.addWidget(self._text)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Message"))
        self.title.setText(self.look.format.full_time(self._message.time_ms))
        self._text.setAccessibleName(self.tr("Message"))
        self._close.setText(self.tr("Close"))
