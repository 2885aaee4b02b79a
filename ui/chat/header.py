"""Who the conversation is with, and how they are reached."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model import Person, Room, Trust
from ui.avatar import Avatar, RoomAvatar
from ui.buttons import IconButton
from ui.icons import pixmap
from ui.labels import ElidedLabel
from ui.look import Look

HEIGHT = 62
_LEAST_NAME = 64
"""So much of a name is seen in the narrowest window: its beginning."""


class ChatHeader(QWidget):
    back_wanted = Signal()
    """To the list, in a window that has no room for both."""
    search_wanted = Signal()
    folder_wanted = Signal()
    info_toggled = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._person: Person | None = None
        self._room: Room | None = None
        """At most one of the two."""
        self._resembles: Person | None = None
        self._here = 0
        self._is_typing = False
        self.setObjectName("chat-header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(look.fonts.px(HEIGHT))
        self._avatar = Avatar(look, look.fonts.px(38), ground="panel")
        self._disc = RoomAvatar(look, look.fonts.px(38))
        self._name = ElidedLabel()
        self._name.setFont(look.fonts.title)
        self._badge = QLabel()
        self._badge_text = ElidedLabel()
        self._badge_text.setFont(look.fonts.small)
        self._state = ElidedLabel()
        self._state.setFont(look.fonts.small)
        self._state.setProperty("rank", "dim")
        self.back_button = IconButton(look, "left")
        self.back_button.hide()
        self.search_button = IconButton(look, "search")
        self.folder_button = IconButton(look, "folder")
        self.info_button = IconButton(look, "info")
        self.info_button.setCheckable(True)
        self._lay_out()
        self.back_button.clicked.connect(self.back_wanted)
        self.search_button.clicked.connect(self.search_wanted)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.info_button.toggled.connect(self.info_toggled)
        look.theme.changed.connect(self._show_trust)
        look.theme.changed.connect(self._fit_margins)
        self.retranslate()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        first = QHBoxLayout()
        first.setSpacing(px(5))
        first.addWidget(self._name)
        first.addWidget(self._badge)
        first.addWidget(self._badge_text)
        first.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(px(1))
        lines.addStretch(1)
        lines.addLayout(first)
        lines.addWidget(self._state)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), 0, px(16), 0)
        row.setSpacing(px(12))
        row.addWidget(self.back_button)
        row.addWidget(self._avatar)
        row.addWidget(self._disc)
        row.addLayout(lines, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.search_button)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.info_button)
        row.addLayout(buttons)

    def show_back(self, is_narrow: bool) -> None:
        self.back_button.setVisible(is_narrow)
        self._fit_margins()

    def _fit_margins(self) -> None:
        px, is_narrow = self._look.fonts.px, not self.back_button.isHidden()
        self.layout().setContentsMargins(px(8 if is_narrow else 16), 0, px(16), 0)

    def show_info_open(self, is_open: bool) -> None:
        """The button follows the panel, without asking for it again."""
        with QSignalBlocker(self.info_button):
            self.info_button.setChecked(is_open)

    def show_person(self, person: Person, resembles: Person | None = None) -> None:
        """``resembles``: the contact whose name theirs looks like."""
        self._take(person=person)
        self._resembles = resembles
        name = self._look.words.name(person)
        self._name.setText(name)
        self._avatar.show_person(person.peer_id, name, person.is_online, person.picture)
        presence = self._look.words.presence(person, self._look.format)
        self._show_state(self._look.words.typing() if self._is_typing else presence)

    def show_room(self, room: Room, here: int) -> None:
        """``here``: how many of its members are on the network."""
        self._take(room=room)
        self._here = here
        self._name.setText(self._look.room_words.name(room))
        self._disc.show_room(room)
        self._show_state(self._look.room_words.state(room, here))

    def _take(self, *, person: Person | None = None, room: Room | None = None) -> None:
        self._person, self._room = person, room
        self._avatar.setVisible(person is not None)
        self._disc.setVisible(room is not None)
        self.info_button.set_name(
            self.tr("About this room") if room is not None else self.tr("About this person")
        )

    def _show_state(self, text: str) -> None:
        is_lit = self._is_typing and self._person is not None
        self._state.setText(text)
        self._state.setProperty("rank", "accent" if is_lit else "dim")
        self._state.style().polish(self._state)
        self._show_trust()

    def show_typing(self, is_typing: bool) -> None:
        """In the place of their presence."""
        self._is_typing = is_typing
        if self._person is not None:
            self.show_person(self._person, self._resembles)

    def _show_trust(self) -> None:
        """The mark is the window's own, beside the name, never part of it."""
        trust = self._person.trust if self._person else Trust.ACCEPTED
        icon, token = {
            Trust.VERIFIED: ("verified", "ok"),
            Trust.BLOCKED: ("blocked", "bad"),
        }.get(trust, ("", "dim"))
        text = self._look.words.trust(trust)
        if self._person is not None and self._resembles is not None:
            icon, token = "alert", "warn"
            text = self._look.words.not_the(self._resembles, self._person.peer_id)
        self._name.setMinimumWidth(self._least_name() if icon else 0)
        self._badge.setVisible(bool(icon))
        self._badge_text.setVisible(bool(icon))
        if icon:
            look = self._look
            color = look.theme.color(token)
            self._badge.setPixmap(pixmap(icon, look.fonts.px(16), color, self.devicePixelRatioF()))
            self._badge_text.setText(text)
            self._badge_text.setProperty("rank", token)
            self._badge_text.style().polish(self._badge_text)

    def _least_name(self) -> int:
        """A part of it stays in sight beside whatever is said about it."""
        return min(self._name.sizeHint().width(), self._look.fonts.px(_LEAST_NAME))

    def retranslate(self) -> None:
        self.back_button.set_name(self.tr("Back to the list"), "Esc")
        self.search_button.set_name(self.tr("Search in this chat"), "Ctrl+F")
        self.folder_button.set_name(self.tr("Open the folder of received files"))
        self.info_button.set_name(self.tr("About this person"))
        if self._person is not None:
            self.show_person(self._person, self._resembles)
        elif self._room is not None:
            self.show_room(self._room, self._here)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
