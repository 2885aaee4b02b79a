"""What stands in a chat in which nothing was said yet, where that needs a word."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.avatar import RoomAvatar
from ui.chat.model import ChatModel
from ui.labels import PlainLabel
from ui.look import Look
from ui.roster import Entry

_TEXT_WIDTH = 290
_MARGIN = 16


class BlankPage(QWidget):
    """Lies over the chat, as large as it, and lets the pointer through."""

    def __init__(self, look: Look, model: ChatModel, chat: QWidget) -> None:
        super().__init__(chat)
        self._look = look
        self._model = model
        self._is_wanted = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        px = look.fonts.px
        self._disc = RoomAvatar(look, px(56))
        self.text = PlainLabel(wraps=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setProperty("rank", "dim")
        self._lay_out()
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(self._show_if_wanted)
        chat.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        """The label in a row of its own: aligned in the column it would lose its last line."""
        px = self._look.fonts.px
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.text)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(_MARGIN), px(_MARGIN), px(_MARGIN), px(_MARGIN))
        column.setSpacing(px(14))
        column.addStretch(2)
        column.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(middle)
        column.addStretch(3)

    def show_chat(self, entry: Entry, name: str) -> None:
        """``name`` is ready for a sentence."""
        self._is_wanted = entry.can_send
        self._disc.setVisible(entry.is_everyone)
        if entry.is_everyone and entry.room is not None:
            self._disc.show_room(entry.room)
            self.text.setText(self._look.room_words.everyone())
        elif entry.room is not None:
            self.text.setText(
                self.tr("Write to the members of {name}, or drop files here.").format(name=name)
            )
        else:
            sentence = self.tr("Write to {name}, or drop files here.\nNo server is in between.")
            self.text.setText(sentence.format(name=name))
        self._show_if_wanted()

    def _show_if_wanted(self) -> None:
        self.setVisible(self._is_wanted and not self._model.rowCount())
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        chat, px = self.parentWidget(), self._look.fonts.px
        self.setGeometry(chat.rect())
        self.text.setFixedWidth(max(1, min(px(_TEXT_WIDTH), chat.width() - 2 * px(_MARGIN))))
