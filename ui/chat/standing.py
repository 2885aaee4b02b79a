"""Who the open conversation is with and what one may do there: header, bars, composer."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.commands import ChangeRoom, LeaveRoom, SetTrust
from app.model import Direction, Message, Room, RoomAct
from ui.chat.page import ChatPage
from ui.desk import Desk
from ui.look import Look
from ui.names import person_name, placed_chat_name
from ui.roster import Entry, Section


class Standing(QObject):
    def __init__(self, page: ChatPage, desk: Desk, look: Look) -> None:
        super().__init__(page)
        self._page = page
        self._desk = desk
        self._look = look
        self._chat_id = ""
        page.request.accepted.connect(lambda: self._trust(accepted=True))
        page.request.accepted.connect(page.composer.edit.setFocus)
        page.request.blocked.connect(lambda: self._trust(blocked=True))
        page.room_bar.stayed.connect(self._stay)
        page.room_bar.left.connect(lambda: self._desk.submit(LeaveRoom(self._chat_id)))

    def snapshot(self, entry: Entry | None) -> object:
        """All that is shown of it: equal ones look alike."""
        if entry is None or entry.room is None:
            return (entry.person, entry.resembles, entry.section) if entry else None
        roster = self._desk.roster
        people = (roster.get(one) for one in self.people(entry))
        shown = tuple(_shown(one) for one in people)
        here = roster.people_here() if entry.is_everyone else 0
        return entry.room, shown, here, self._who_added() if self._is_asked(entry) else ""

    def _is_asked(self, entry: Entry) -> bool:
        """Whether we would be in this room."""
        return entry.room is not None and entry.section is Section.REQUESTS

    def people(self, entry: Entry) -> tuple[str, ...]:
        """Whose names are shown there; of everyone only those who have spoken."""
        if entry.room is None:
            return (entry.chat_id,)
        is_all = entry.is_everyone
        return self._page.view.chat_model.authors() if is_all else entry.room.members

    def show(self, entry: Entry) -> None:
        is_other, self._chat_id = entry.chat_id != self._chat_id, entry.chat_id
        page, room = self._page, entry.room
        was_deciding = _has_focus(page.key_bar)
        if room is not None:
            page.header.show_room(room, self._here(room))
        elif entry.person is not None:
            page.header.show_person(entry.person, entry.resembles)
        page.key_bar.show_person(entry.person)
        page.view.viewport().update()  # a stranger's links are none until they are accepted
        page.request.show_person(
            placed_chat_name(entry, self._look),
            entry.resembles,
            is_successor=entry.resembles is not None and entry.resembles.successor == self._chat_id,
        )
        page.request.setVisible(entry.section is Section.REQUESTS and room is None)
        is_asked = self._is_asked(entry)
        if is_asked:
            page.room_bar.show_name(self._who_added())
        page.room_bar.setVisible(is_asked)
        if is_other:
            page.request.arm()
            page.room_bar.arm()
        is_gone = room is not None and not room.is_member
        if not entry.can_send and _has_focus(page.composer):
            page.view.setFocus(Qt.FocusReason.OtherFocusReason)  # or nobody has it
        page.blank.show_chat(entry, placed_chat_name(entry, self._look))
        page.composer.show_name(placed_chat_name(entry, self._look))
        page.composer.setEnabled(entry.can_send)
        self._show_composer(room, is_gone=is_gone)
        if was_deciding and entry.can_send:
            page.composer.edit.setFocus()
        page.take_files(entry.can_send)
        page.mentions.show_people(self._callable(room))

    def _show_composer(self, room: Room | None, *, is_gone: bool) -> None:
        """Or why there is none. Who has asked for it again goes on in it."""
        page = self._page
        goes_on = page.gone.on_button.hasFocus() and not is_gone
        page.gone.show_room(room)
        page.gone.setVisible(is_gone)
        page.composer.setVisible(not is_gone)
        if goes_on:
            page.composer.edit.setFocus()

    def _callable(self, room: Room | None) -> list[tuple[str, str]]:
        """The other members by name."""
        people = map(self._desk.roster.person, room.members if room is not None else ())
        return [(one.peer_id, self._look.words.name(one)) for one in people if one is not None]

    def _here(self, room: Room) -> int:
        if room.is_everyone:
            return self._desk.roster.people_here()
        return sum(map(self._is_here, room.members))

    def _is_here(self, member: str) -> bool:
        person = self._desk.roster.person(member)
        return not member or (person is not None and person.is_online)

    def _who_added(self) -> str:
        """Who made it or brought us, as far as that is in sight: a room that asks is short."""
        model = self._page.view.chat_model
        shown = (model.row(at).message for at in reversed(range(model.rowCount())))
        author = next((one.peer_id for one in shown if self._brought_us(one)), "")
        return person_name(author, self._desk.roster, self._look) if author else ""

    def _brought_us(self, message: Message) -> bool:
        news, ours = message.news, {"", self._desk.roster.my_id}
        if news is None or message.direction is Direction.OUT:
            return False
        was_added = news.act is RoomAct.ADDED and bool(ours & {*news.people})
        return was_added or news.act is RoomAct.CREATED

    def _trust(self, *, accepted: bool | None = None, blocked: bool | None = None) -> None:
        self._desk.submit(SetTrust(self._chat_id, accepted=accepted, blocked=blocked))

    def _stay(self) -> None:
        self._desk.submit(ChangeRoom(self._chat_id, is_accepted=True))


def _has_focus(part: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and part.isAncestorOf(focused)


def _shown(entry: Entry | None) -> object:
    person = entry.person if entry else None
    return (person.name, person.is_online, entry.resembles) if entry and person else None
