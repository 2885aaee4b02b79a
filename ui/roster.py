"""Who is there and what was said last: what the list at the left shows.

A mirror of the engine's state in the GUI thread, fed by events only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.model import (
    Conversation,
    Direction,
    Message,
    MessageKind,
    Person,
    Room,
    Transfer,
    Trust,
)
from ui.ids import is_everyone

if TYPE_CHECKING:
    from app.events import StateChange

_REFRESH_MS: Final = 100
"""A thousand changes a second still redraw the list ten times only."""


class Section(Enum):
    PINNED = auto()
    """By the user: in this place as long as there is anything to show."""
    REQUESTS = auto()
    """Strangers who wrote and were not accepted: one quiet row until asked for."""
    ROOMS = auto()
    HERE = auto()
    AWAY = auto()


@dataclass(slots=True)
class Entry:
    """One conversation, with ``person`` or in ``room``, never both.

    Both, and ``last``, are shared values; replace, never change.
    """

    person: Person | None = None
    last: Message | None = None
    unread: int = 0
    draft: str = ""
    draft_reply: str | None = None
    """The id of the message that it answers."""
    counted_key: int = 0
    """Messages up to this order key were in ``unread`` when it was read from disk."""
    room: Room | None = None
    resembles: Person | None = None
    """The contact, better known, whose name theirs looks like; one without an id: the app."""

    @property
    def chat_id(self) -> str:
        if self.room is not None:
            return self.room.room_id
        return self.person.peer_id if self.person is not None else ""

    @property
    def is_muted(self) -> bool:
        if self.room is not None:
            return self.room.is_muted
        return self.person is not None and self.person.muted

    @property
    def is_everyone(self) -> bool:
        return self.room is not None and self.room.is_everyone

    @property
    def picture(self) -> bytes | str:
        """Of the room, or the hash of the person's; empty: none."""
        if self.room is not None:
            return self.room.picture
        return self.person.picture if self.person is not None else ""

    @property
    def is_quiet(self) -> bool:
        """What is said there is not counted as said to us."""
        return self.is_muted or self.is_everyone

    @property
    def given_name(self) -> str:
        """As others wrote it."""
        if self.room is not None:
            return self.room.name
        return self.person.name if self.person is not None else ""

    @property
    def can_send(self) -> bool:
        """Whether there is anybody who would get it."""
        if self.room is not None:
            return self.room.is_member
        is_blocked = self.person is None or self.person.trust is Trust.BLOCKED
        return not is_blocked and self.person.successor is None

    @property
    def is_doubtful(self) -> bool:
        """Who may pose as another comes last wherever somebody is looked for."""
        return self.section is Section.REQUESTS or self.resembles is not None

    @property
    def section(self) -> Section | None:
        """None: nobody to show, a stranger who left without a word, a room we did not want."""
        if self.room is not None:
            asks = Section.REQUESTS if self.room.is_member else None
            return Section.ROOMS if self.room.is_accepted else asks
        if self.person is None:
            return None
        if self.person.trust is Trust.NEW and self.last is not None and self.last.is_request:
            return Section.REQUESTS
        if self.person.is_online:
            return Section.HERE
        has_history = self.last is not None or self.person.trust is not Trust.NEW
        return Section.AWAY if has_history or self.draft else None


class Roster(QObject):
    """``changed`` comes soon after any change, at most ten times a second."""

    changed = Signal()
    marks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pinned: dict[str, None] = {}
        """Conversations by id, the first pinned in front; see ui/sidebar/marks.py."""
        self.marked: dict[str, None] = {}
        """As unread, by hand."""
        self.my_id = ""
        """Empty until the engine is ready."""
        self.people_round = 0
        """Another number whenever somebody is otherwise than before."""
        self._hears_everyone = True
        self._entries: dict[str, Entry] = {}
        self._rooms: set[str] = set()
        """Which of them are rooms: few among many people."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        self._is_dirty = False

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, chat_id: str) -> Entry | None:
        return self._entries.get(chat_id)

    def person(self, peer_id: str) -> Person | None:
        entry = self._entries.get(peer_id)
        return entry.person if entry else None

    def people_here(self) -> int:
        """On the network now, without oneself."""
        people = (entry.person for entry in self._entries.values())
        return sum(one is not None and one.is_online for one in people)

    def load(self, conversations: Iterable[Conversation]) -> None:
        """From disk, at start. Keeps what events have said about presence meanwhile."""
        for stored in conversations:
            known = self._entries.get(stored.chat_id)
            last_key = stored.last.order_key if stored.last else 0
            if stored.room is not None:
                self._rooms.add(stored.chat_id)
            self._entries[stored.chat_id] = Entry(
                person=known.person if known else stored.person,
                last=stored.last,
                unread=stored.unread,
                draft=stored.draft,
                draft_reply=stored.draft_reply,
                counted_key=last_key,
                room=self._as_heard(known.room if known else stored.room),
                resembles=known.resembles if known else None,
            )
        self.people_round += 1
        self._touch()

    def hear_everyone(self, is_on: bool) -> None:
        """Turned off, the room of everyone is one that we have left."""
        self._hears_everyone = is_on
        for entry in self._entries.values():
            if entry.is_everyone:
                entry.room = self._as_heard(entry.room)
                self._touch()

    def _as_heard(self, room: Room | None) -> Room | None:
        if room is None or not room.is_everyone:
            return room
        return replace(room, members=("",) if self._hears_everyone else ())

    def put_room(self, told: Room) -> None:
        room = self._as_heard(told) or told
        entry = self._entries.get(room.room_id)
        if entry is None:
            self._entries[room.room_id] = Entry(room=room)
            self._rooms.add(room.room_id)
        elif entry.room == room:
            return
        else:
            entry.room = room
        self._touch()

    def put_person(self, person: Person) -> None:
        entry = self._entries.get(person.peer_id)
        if entry is None:
            self._entries[person.peer_id] = Entry(person)
        elif entry.person == person:
            return
        else:
            entry.person = person
        self.people_round += 1
        self._touch()

    def set_lookalikes(self, found: dict[str, Person]) -> None:
        """By peer id, whom each could be taken for; nobody else could."""
        for entry in self._entries.values():
            resembled = found.get(entry.chat_id)
            if entry.resembles != resembled:
                entry.resembles = resembled
                self.people_round += 1
                self._touch()

    def forget(self, peer_id: str) -> None:
        """Somebody of whom nothing is left here."""
        self._entries.pop(peer_id, None)
        if peer_id in self.pinned or peer_id in self.marked:
            self.pinned.pop(peer_id, None)
            self.marked.pop(peer_id, None)
            self.marks_changed.emit()
        self.people_round += 1
        self._touch()

    def see(self, chat_id: str) -> None:
        """The user looks at it: a mark set by hand has done its work."""
        if chat_id in self.marked:
            del self.marked[chat_id]
            self.marks_changed.emit()

    def add_messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            entry = self._entry(message)
            if entry.last is None or message.order_key >= entry.last.order_key:
                entry.last = message
            is_said = message.direction is Direction.IN and message.kind is not MessageKind.NEWS
            if is_said and message.order_key > entry.counted_key:
                entry.unread += 1
        self._touch()

    def change_messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            entry = self._entries.get(message.chat_id)
            if entry and entry.last and entry.last.order_key == message.order_key:
                entry.last = message
                self._touch()

    def set_states(self, changes: "Iterable[StateChange]") -> None:
        for change in changes:
            entry = self._entries.get(change.chat_id)
            last = entry.last if entry else None
            if not entry or not last or last.message_id != change.message_id:
                continue
            if last.direction is Direction.OUT:
                entry.last = replace(last, state=change.state, receipts=change.receipts)
                self._touch()

    def set_transfer(self, transfer: Transfer) -> None:
        """Told by its person; its card may be the last of a room instead."""
        for chat_id in (transfer.peer_id, *self._rooms):
            entry = self._entries.get(chat_id)
            shown = entry.last.transfer if entry and entry.last else None
            if entry and entry.last and shown and shown.transfer_id == transfer.transfer_id:
                entry.last = replace(entry.last, transfer=transfer)
                self._touch()

    def mark_read(self, chat_id: str) -> None:
        entry = self._entries.get(chat_id)
        if entry is not None and entry.unread:
            entry.unread = 0
            self._touch()

    def set_draft(self, chat_id: str, text: str, reply_to: str | None = None) -> None:
        entry = self._entries.get(chat_id)
        if entry is not None and (entry.draft, entry.draft_reply) != (text, reply_to):
            entry.draft, entry.draft_reply = text, reply_to
            self._touch()

    def unread(self) -> int:
        """Messages not read yet, strangers' requests and what is quiet not counted."""
        return sum(
            entry.unread
            for entry in self._entries.values()
            if entry.unread and entry.section is not Section.REQUESTS and not entry.is_quiet
        )

    def _entry(self, message: Message) -> Entry:
        """A room or person nobody has told of yet gets its name when they are."""
        if message.room_id is not None:
            room = Room(
                message.room_id,
                "",
                ("",),
                is_accepted=not message.is_request,
                is_everyone=is_everyone(message.room_id),
            )
            fresh = Entry(room=self._as_heard(room))
            self._rooms.add(message.room_id)
        else:
            fresh = Entry(Person(peer_id=message.peer_id, name=""))
        return self._entries.setdefault(message.chat_id, fresh)

    def _touch(self) -> None:
        """Say so at once when it was quiet, else when the pause is over."""
        self._is_dirty = True
        if not self._timer.isActive():
            self._timer.start(0)

    def _on_timeout(self) -> None:
        if self._is_dirty:
            self._is_dirty = False
            self.changed.emit()
            self._timer.start(_REFRESH_MS)
