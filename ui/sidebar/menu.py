"""The menu of a row of the list at the left: what can be done with a whole conversation."""

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.commands import MarkRead, SetTrust
from app.model import Person, Room, Trust
from ui.desk import Desk
from ui.rooms import RoomActions
from ui.roster import Entry, Section
from ui.sidebar.marks import Marks
from ui.trust.place import TrustPlace


class ListMenu(QObject):
    close_wanted = Signal()
    """The chat that is open."""
    export_wanted = Signal(str)

    def __init__(
        self, window: QWidget, desk: Desk, marks: Marks, trust: TrustPlace, rooms: RoomActions
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._marks = marks
        self._trust = trust
        self._rooms = rooms

    def open(self, chat_id: str, place: QPoint, *, is_shown: bool, by_key: bool) -> None:
        """At ``place`` of the screen; ``is_shown``: its chat is open."""
        entry = self._desk.roster.get(chat_id)
        if entry is not None:
            menu = self.build(entry, is_shown=is_shown)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)
            if by_key:  # the first entry is where one is
                menu.setActiveAction(menu.actions()[0])

    def build(self, entry: Entry, *, is_shown: bool) -> QMenu:
        """Only what can be done now."""
        menu = QMenu(self._window)
        if entry.section is not Section.REQUESTS:
            self._add_marks(menu, entry)
            menu.addSeparator()
        if entry.room is not None:
            self._add_room(menu, entry.room)
        elif entry.person is not None:
            self._add_person(menu, entry.person)
        if entry.last is not None:
            menu.addSeparator()
            export = menu.addAction(self.tr("Export…"))
            export.triggered.connect(lambda: self.export_wanted.emit(entry.chat_id))
        if is_shown:
            menu.addSeparator()
            menu.addAction(self.tr("Close the chat")).triggered.connect(self.close_wanted)
        return menu

    def _add_marks(self, menu: QMenu, entry: Entry) -> None:
        roster, chat_id = self._desk.roster, entry.chat_id
        is_pinned = chat_id in roster.pinned
        pin = menu.addAction(self.tr("Unpin") if is_pinned else self.tr("Pin to the top"))
        pin.triggered.connect(lambda: self._marks.pin(chat_id, not is_pinned))
        if entry.unread or chat_id in roster.marked:
            menu.addAction(self.tr("Mark as read")).triggered.connect(lambda: self._read(chat_id))
        else:
            menu.addAction(self.tr("Mark as unread")).triggered.connect(
                lambda: self._marks.mark_unread(chat_id, True)
            )

    def _read(self, chat_id: str) -> None:
        self._marks.mark_unread(chat_id, False)
        entry = self._desk.roster.get(chat_id)
        if entry is not None and entry.unread:
            self._desk.roster.mark_read(chat_id)
            self._desk.submit(MarkRead(chat_id))

    def _add_room(self, menu: QMenu, room: Room) -> None:
        mute = menu.addAction(self._mute_text(room.is_muted))
        mute.triggered.connect(lambda: self._rooms.mute(room, not room.is_muted))
        if room.is_member and not room.is_everyone:
            leave = menu.addAction(self.tr("Leave the room…"))
            leave.triggered.connect(lambda: self._rooms.ask_to_leave(room))

    def _add_person(self, menu: QMenu, person: Person) -> None:
        peer_id, trust = person.peer_id, self._trust
        if person.trust is not Trust.BLOCKED:
            mute = menu.addAction(self._mute_text(person.muted))
            mute.triggered.connect(
                lambda: self._desk.submit(SetTrust(peer_id, muted=not person.muted))
            )
            verify = menu.addAction(self.tr("Verify…"))
            verify.triggered.connect(lambda: trust.verify(peer_id))
            menu.addSeparator()
        is_blocked = person.trust is Trust.BLOCKED
        block = menu.addAction(self.tr("Unblock") if is_blocked else self.tr("Block"))
        block.triggered.connect(lambda: trust.block(peer_id, not is_blocked))
        menu.addAction(self.tr("Forget…")).triggered.connect(lambda: trust.ask_to_forget(peer_id))

    def _mute_text(self, is_muted: bool) -> str:
        return self.tr("Notify me again") if is_muted else self.tr("Mute")
