"""The strip above the composer: what the text that is being written answers or replaces."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import Message
from ui.buttons import IconButton
from ui.chat.line import said_line
from ui.labels import ElidedLabel
from ui.look import Look
from ui.plain import shown_line


class ContextStrip(QWidget):
    left = Signal()
    """The user wants an ordinary text after all."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._name = ""
        self.reply: Message | None = None
        self.edit: Message | None = None
        """At most one of the two."""
        self.setObjectName("context-strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ElidedLabel()
        self._title.setFont(look.fonts.tiny_bold)
        self._title.setProperty("rank", "accent")
        self._line = ElidedLabel()
        self._line.setFont(look.fonts.small)
        self._line.setProperty("rank", "dim")
        self.close_button = IconButton(look, "close", side=28)
        self._lay_out()
        self.close_button.clicked.connect(self.left)
        self.retranslate()
        self.hide()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        lines = QVBoxLayout()
        lines.setSpacing(px(1))
        lines.addWidget(self._title)
        lines.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(7), px(14), px(6))
        row.addLayout(lines, 1)
        row.addWidget(self.close_button)

    @property
    def is_empty(self) -> bool:
        return self.reply is None and self.edit is None

    def show_reply(self, message: Message, name: str) -> None:
        """``name``: of whom it answers; empty for oneself."""
        self.reply, self.edit, self._name = message, None, name
        self._show()

    def show_edit(self, message: Message) -> None:
        self.reply, self.edit = None, message
        self._show()

    def clear(self) -> None:
        self.reply = self.edit = None
        self.hide()

    def _show(self) -> None:
        self.retranslate()
        self.show()

    def retranslate(self) -> None:
        self.close_button.set_name(self.tr("An ordinary message instead"), "Esc")
        message = self.reply or self.edit
        if message is None:
            return
        if self.edit:
            self._title.setText(self.tr("Edit your message"))
        elif self._name:
            self._title.setText(self.tr("Answer to {name}").format(name=self._name))
        else:
            self._title.setText(self.tr("Answer to yourself"))
        transfer, words = message.transfer, self._look.transfer_words
        line = shown_line(words.title(transfer)) if transfer else said_line(message.text)
        self._line.setText(line)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
