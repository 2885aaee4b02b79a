"""What the user does to a room as a whole: begin it, bring people, change it, leave."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.commands import AddMembers, ChangeRoom, LeaveRoom, RemoveMember
from app.model import Room, Trust
from ui.desk import Desk
from ui.look import Look
from ui.names import person_name
from ui.opening import choose_picture
from ui.worker import Worker

PIXELS_MAX = 4_000_000
"""Of a picture that is chosen: larger ones are made smaller while they are read."""


class RoomActions(QObject):
    picture_refused = Signal()
    """What was chosen is no picture that can be sent."""

    def __init__(self, desk: Desk, look: Look, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._worker = worker
        self._window = window

    # --- People ------------------------------------------------------------
    def ask_for_new(self) -> None:
        from ui.dialogs.room import NewRoomDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = NewRoomDialog(self._look, self._people(), self._window, self._pictures())
        dialog.room_wanted.connect(self._desk.create_room)
        dialog.open()

    def ask_whom_to_add(self, room: Room) -> None:
        from ui.dialogs.room import AddPeopleDialog  # noqa: PLC0415

        people = self._people(without=room.members)
        dialog = AddPeopleDialog(self._look, people, self._window, self._pictures())
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

    def _people(self, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Whoever is in the list at the left, who is here first, then by name."""
        people = [
            entry.person
            for entry in self._desk.roster
            if entry.person is not None
            and entry.section is not None
            and entry.person.trust is not Trust.BLOCKED
            and entry.chat_id not in without
        ]
        people.sort(key=lambda one: (not one.is_online, one.name.casefold()))
        return [(one.peer_id, self._look.words.name(one)) for one in people]

    def _pictures(self) -> dict[str, str]:
        return {one.chat_id: one.person.picture for one in self._desk.roster if one.person}

    # --- The room itself ---------------------------------------------------
    def rename(self, room: Room, name: str) -> None:
        self._desk.submit(ChangeRoom(room.room_id, name=name))

    def mute(self, room: Room, is_muted: bool) -> None:
        self._desk.submit(ChangeRoom(room.room_id, is_muted=is_muted))

    def drop_picture(self, room: Room) -> None:
        self._desk.submit(ChangeRoom(room.room_id, picture=b""))

    def choose_picture(self, room: Room) -> None:
        title = self.tr("Picture of the room")
        choose_picture(self._window, title, lambda path: self.set_picture(room, path))

    def set_picture(self, room: Room, path: Path) -> None:
        """Made small in a worker: a photograph takes its time."""

        def made(picture: bytes | None) -> None:
            if picture is None:
                self.picture_refused.emit()
            else:
                self._desk.submit(ChangeRoom(room.room_id, picture=picture))

        self._worker.run(self, lambda: _picture_in(path), made)


def _picture_in(path: Path) -> bytes | None:
    from ui.media.decode import read_picture  # noqa: PLC0415 - when wanted
    from ui.media.portrait import make_picture  # noqa: PLC0415

    image = read_picture(path, PIXELS_MAX)
    return None if image is None else make_picture(image)
