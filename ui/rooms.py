"""What the user does to a room as a whole: begin it, bring people, change it, leave."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QWidget

from app.commands import AddMembers, ChangeRoom, LeaveRoom, RemoveMember
from app.model import Person, Room, Trust
from ui.choosing import PictureChooser
from ui.desk import Desk
from ui.look import Look
from ui.names import doubts, person_name
from ui.natural import NameOrder, name_order
from ui.roster import Entry
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.dialogs.picker import Chats


class RoomActions(QObject):
    def __init__(self, desk: Desk, look: Look, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._window = window
        self.chooser = PictureChooser(look, worker, window)

    # --- People ------------------------------------------------------------
    def ask_for_new(self) -> None:
        from ui.dialogs.room import NewRoomDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = NewRoomDialog(self._look, self._people(), self._window)
        dialog.room_wanted.connect(self._desk.create_room)
        dialog.open()

    def ask_whom_to_add(self, room: Room) -> None:
        from ui.dialogs.room import AddPeopleDialog  # noqa: PLC0415

        dialog = AddPeopleDialog(self._look, self._people(room.members), self._window)
        dialog.people_chosen.connect(
            lambda people: self._desk.submit(AddMembers(room.room_id, people))
        )
        dialog.open()

    def ask_to_remove(self, room: Room, peer_id: str) -> None:
        from ui.dialogs.leave import RemoveDialog  # noqa: PLC0415

        name = person_name(peer_id, self._desk.roster, self._look)
        dialog = RemoveDialog(self._look, name, self._window)
        dialog.accepted.connect(lambda: self._desk.submit(RemoveMember(room.room_id, peer_id)))
        dialog.open()

    def ask_to_leave(self, room: Room) -> None:
        from ui.dialogs.leave import LeaveDialog  # noqa: PLC0415

        name = self._look.room_words.placed_name(room)
        dialog = LeaveDialog(self._look, name, self._window)
        dialog.accepted.connect(lambda: self._desk.submit(LeaveRoom(room.room_id)))
        dialog.open()

    def _people(self, without: tuple[str, ...] = ()) -> "Chats":
        """Whoever is in the list at the left: who may pose as another last, who is here first,
        then by name."""
        from ui.dialogs.picker import Chats  # noqa: PLC0415

        people = [
            (entry, entry.person)
            for entry in self._desk.roster
            if entry.person is not None
            and entry.section is not None
            and entry.person.trust is not Trust.BLOCKED
            and entry.chat_id not in without
        ]
        people.sort(key=lambda one: _order(*one))
        return Chats(
            [(one.peer_id, self._look.words.name(one)) for _, one in people],
            notes=doubts((entry for entry, _ in people), self._look),
            pictures={one.peer_id: one.picture for _, one in people},
        )

    # --- The room itself ---------------------------------------------------
    def rename(self, room: Room, name: str) -> None:
        self._desk.submit(ChangeRoom(room.room_id, name=name))

    def mute(self, room: Room, is_muted: bool) -> None:
        self._desk.submit(ChangeRoom(room.room_id, is_muted=is_muted))

    def drop_picture(self, room: Room) -> None:
        self._desk.submit(ChangeRoom(room.room_id, picture=b""))

    def choose_picture(self, room: Room) -> None:
        self.chooser.choose(self.tr("Picture of the room"), lambda one: self._show(room, one))

    def paste_picture(self, room: Room) -> None:
        self.chooser.paste(lambda one: self._show(room, one))

    def take_picture(self, room: Room, mime: QMimeData) -> None:
        """What was dropped."""
        self.chooser.take(mime, lambda one: self._show(room, one))

    def _show(self, room: Room, picture: bytes) -> None:
        self._desk.submit(ChangeRoom(room.room_id, picture=picture))


def _order(entry: Entry, person: Person) -> tuple[bool, bool, NameOrder]:
    return entry.is_doubtful, not person.is_online, name_order(person.name)
