"""One member of a room, in the panel at the right."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model import Person, Room, Trust
from ui.avatar import Avatar
from ui.buttons import IconButton
from ui.icons import pixmap
from ui.labels import ElidedLabel
from ui.look import Look
from ui.pictures import Source

if TYPE_CHECKING:
    from ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Member:
    """``name`` is ready to be shown. ``is_online`` None: oneself."""

    peer_id: str
    name: str
    is_online: bool | None
    is_admin: bool
    is_removable: bool
    is_verified: bool = False
    picture: Source = ""
    resembles: Person | None = None
    """Whose name theirs looks like."""


def members_of(room: Room, desk: "Desk", look: Look) -> list[Member]:
    """In the order of their coming. The first is the admin, who alone removes others."""
    is_ours = room.members[:1] == ("",)
    found = []
    for number, peer_id in enumerate(room.members):
        person = desk.roster.person(peer_id) or Person(peer_id, "")
        name = look.words.name(person if peer_id else replace(person, name=desk.my_name))
        is_online = person.is_online if peer_id else None
        removable = is_ours and bool(peer_id)
        shown_id = peer_id or desk.my_id
        is_verified = person.trust is Trust.VERIFIED
        picture = person.picture if peer_id else desk.my_picture
        entry = desk.roster.get(peer_id)
        resembles = entry.resembles if entry is not None else None
        made = Member(shown_id, name, is_online, number == 0, removable, is_verified, picture)
        found.append(replace(made, resembles=resembles))
    return found


class MemberRow(QWidget):
    remove_wanted = Signal(str)

    def __init__(self, look: Look, member: Member) -> None:
        super().__init__()
        self._look = look
        self._member = member
        self._avatar = Avatar(look, look.fonts.px(30), ground="panel")
        self._name = ElidedLabel()
        self._verified = QLabel()
        self._state = ElidedLabel()
        self._state.setFont(look.fonts.tiny)
        self._state.setProperty("rank", "dim")
        self.remove_button = IconButton(look, "close", side=26, icon_side=14)
        self._lay_out()
        self.remove_button.clicked.connect(lambda: self.remove_wanted.emit(member.peer_id))
        look.theme.changed.connect(self._show_mark)
        self.show_member(member)

    @property
    def peer_id(self) -> str:
        return self._member.peer_id

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        lines = QVBoxLayout()
        lines.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(px(4))
        first.addWidget(self._name)
        first.addWidget(self._verified)
        first.addStretch(1)
        lines.addLayout(first)
        lines.addWidget(self._state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(3), 0, px(3))
        row.setSpacing(px(8))
        row.addWidget(self._avatar)
        row.addLayout(lines, 1)
        row.addWidget(self.remove_button)

    def show_member(self, member: Member) -> None:
        self._member = member
        words = self._look.words
        self._avatar.show_person(member.peer_id, member.name, member.is_online, member.picture)
        self._name.setText(member.name)
        is_me = member.is_online is None
        here = self.tr("Online") if member.is_online else self.tr("Away")
        parts = [words.me() if is_me else here]
        if member.resembles is not None:
            parts.insert(0, words.not_the(member.resembles, member.peer_id))
        if member.is_admin:
            parts.append(self._look.room_words.admin())
        if member.is_verified:
            parts.append(words.trust(Trust.VERIFIED))
        self._show_mark()
        self._state.setText(" · ".join(parts))
        self.remove_button.setVisible(member.is_removable)
        self.remove_button.set_name(self.tr("Remove from the room"))
        self.remove_button.setAccessibleName(self.tr("Remove {name}").format(name=member.name))

    def _show_mark(self) -> None:
        is_doubtful = self._member.resembles is not None
        self._verified.setVisible(self._member.is_verified or is_doubtful)
        icon, token = ("alert", "warn") if is_doubtful else ("verified", "ok")
        color, side = self._look.theme.color(token), self._look.fonts.px(14)
        self._verified.setPixmap(pixmap(icon, side, color, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.show_member(self._member)
        super().changeEvent(event)
