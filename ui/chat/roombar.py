"""What stands below a room's chat: a question whether to stay, or that one is out of it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.model import Room
from ui.chat.arming import arm
from ui.labels import PlainLabel
from ui.look import Look


class RoomBar(QWidget):
    """Somebody who is not on the list brought us here."""

    stayed = Signal()
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._name = ""
        self.setObjectName("request-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = PlainLabel(wraps=True)
        self._text.setFont(look.fonts.small)
        self._stay = QPushButton()
        self._stay.setProperty("main", True)
        self._leave = QPushButton()
        px = look.fonts.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(10), px(14), px(10))
        row.setSpacing(px(8))
        row.addWidget(self._text, 1)
        row.addWidget(self._leave)
        row.addWidget(self._stay)
        self._stay.clicked.connect(self.stayed)
        self._leave.clicked.connect(self.left)
        self.hide()
        self.retranslate()

    def tab_order(self) -> list[QWidget]:
        return [self._leave, self._stay]

    def show_name(self, name: str) -> None:
        """Who added us, ready for a sentence; empty when that is not known."""
        self._name = name
        self.retranslate()

    def retranslate(self) -> None:
        if self._name:
            text = self.tr("{name} added you to this room. Nobody learns that you read it.")
        else:
            text = self.tr("You were added to this room. Nobody learns that you read it.")
        self._text.setText(text.format(name=self._name))
        self._stay.setText(self.tr("Stay"))
        self._stay.setAccessibleName(self.tr("Stay in this room"))
        self._leave.setText(self.tr("Leave"))
        self._leave.setAccessibleName(self.tr("Leave this room"))

    def arm(self) -> None:
        """It came up, or is about another room now."""
        arm(self._stay, self._leave)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arm()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class GoneBar(QWidget):
    """In the composer's place, where there is nobody to write to."""

    on_wanted = Signal()
    """The room of everyone, that was turned off, again."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._is_everyone = False
        self.setObjectName("composer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = PlainLabel(wraps=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setProperty("rank", "dim")
        self.on_button = QPushButton()
        self.on_button.clicked.connect(self.on_wanted)
        px = look.fonts.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(18), px(16), px(18))
        column.setSpacing(px(10))
        column.addWidget(self._text)
        column.addWidget(self.on_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()
        self.retranslate()

    def show_room(self, room: Room | None) -> None:
        self._is_everyone = room is not None and room.is_everyone
        self.retranslate()

    def retranslate(self) -> None:
        words, is_everyone = self._look.room_words, self._is_everyone
        self._text.setText(words.everyone_is_off() if is_everyone else words.not_in_it())
        self.on_button.setVisible(is_everyone)
        self.on_button.setText(self.tr("Turn it on again"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
