"""What came is said aloud, where somebody listens to the window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.model import Direction, Message, MessageKind
from ui.desk import Desk

if TYPE_CHECKING:
    from ui.chat.panel import ChatPanel


class Announcer(QObject):
    """Says what somebody wrote, while a screen reader listens and the window is in front."""

    def __init__(self, window: QWidget, desk: Desk, chat: "ChatPanel") -> None:
        super().__init__(window)
        self._window = window
        self._chat = chat
        desk.messages_added.connect(self._on_added)

    def _on_added(self, messages: tuple[Message, ...]) -> None:
        if not QAccessible.isActive() or not self._window.isActiveWindow():
            return
        rows = self._chat.page.view.chat_model
        for one in messages:
            is_said = one.direction is Direction.IN and one.kind is not MessageKind.NEWS
            number = rows.number_of(one) if one.chat_id == self._chat.peer_id else None
            if is_said and number is not None:
                announce(self._window, str(rows.data(rows.index(number))))


def announce(widget: QWidget, sentence: str) -> None:
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
