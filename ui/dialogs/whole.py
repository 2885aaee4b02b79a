"""A message in full, to read to the end and to select from; code as it was broken into lines."""

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from app.model import Message
from ui.chat.markdown import Style, read_markdown
from ui.dialogs.base import PlainDialog
from ui.look import Look
from ui.plain import shown_text, whole_text


class WholeDialog(PlainDialog):
    def __init__(self, look: Look, message: Message, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._message = message
        self.setFixedWidth(min(look.fonts.px(640), self.screen().availableGeometry().width() - 40))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setMinimumHeight(look.fonts.px(320))
        self._text.setPlainText(whole_text(message.text))
        self.wraps = QCheckBox()
        self.wraps.setChecked(not _holds_code(message))
        self.wraps.toggled.connect(self._follow)
        self.body.addWidget(self._text)
        if _holds_code(message):
            self._text.setFont(look.fonts.mono)
            self.body.addWidget(self.wraps)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.accept)
        self._follow()
        self.retranslate()

    def _follow(self) -> None:
        """Lines that are not broken are read by going sideways."""
        mode = QTextOption.WrapMode
        wraps = self.wraps.isChecked()
        self._text.setWordWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wraps else mode.NoWrap)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Message"))
        self.title.setText(self.look.format.full_time(self._message.time_ms))
        self._text.setAccessibleName(self.tr("Message"))
        self.wraps.setText(self.tr("Wrap long lines"))
        self._close.setText(self.tr("Close"))


def _holds_code(message: Message) -> bool:
    _text, spans = read_markdown(shown_text(message.text)[0])
    return any(span.style is Style.BLOCK for span in spans)
