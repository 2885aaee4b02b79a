"""When what is known about a person or room stands at the right, and when it gives way."""

from PySide6.QtCore import QObject

from ui.chat.panel import ChatPanel
from ui.desk import Desk
from ui.info.member import members_of
from ui.info.panel import InfoPanel
from ui.info.room import RoomPanel
from ui.look import Look
from ui.window import Window


class InfoPlace(QObject):
    def __init__(self, window: Window, desk: Desk, look: Look, chat: ChatPanel) -> None:
        super().__init__(window)
        self._columns = window.columns
        self._desk = desk
        self._look = look
        self._chat = chat
        self._is_wanted: bool | None = None
        """None: as the window's width has it."""
        self.person, self.room = InfoPanel(look), RoomPanel(look)
        window.furnish(chat, self.person, self.room)
        desk.roster.changed.connect(self.show)
        chat.info_toggled.connect(self._on_toggled)
        self._columns.narrowed.connect(self._on_narrowed)
        self._columns.widened.connect(self.show)
        for panel in (self.person, self.room):
            panel.left.connect(self.leave)
        chat.page.header.show_back(self._columns.is_narrow)

    def show(self) -> None:
        """Whoever the chat is with, if there is room or it was asked for."""
        person, room = self._chat.person, self._chat.room
        is_wanted = self._columns.is_wide if self._is_wanted is None else self._is_wanted
        self._chat.page.header.show_info_open(is_wanted)
        if person is not None:
            entry = self._desk.roster.get(person.peer_id)
            self.person.show_person(person, self._desk.my_id, entry.resembles if entry else None)
        self.person.setVisible(is_wanted and person is not None)
        if room is not None:
            self.room.show_room(room, members_of(room, self._desk, self._look))
        self.room.setVisible(is_wanted and room is not None)

    def leave(self) -> None:
        """As the window's width has it, the chat in front."""
        self._is_wanted = None
        self.show()
        if self._chat.peer_id:
            self._chat.page.composer.edit.setFocus()

    def step_back(self) -> bool:
        """What Escape does where it covers the chat; whether it did something."""
        covers = self._columns.is_narrow and bool(self._is_wanted)
        if covers:
            self.leave()
        return covers

    def _on_toggled(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self.show()
        for panel in (self.person, self.room):
            if self._columns.is_narrow and panel.isVisible():
                panel.back_button.setFocus()

    def _on_narrowed(self, is_narrow: bool) -> None:
        self._chat.page.header.show_back(is_narrow)
        self._is_wanted = None
        self.show()
