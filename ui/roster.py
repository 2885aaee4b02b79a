"""Who is there and what was said last: what the list at the left shows.

A mirror of the engine's state in the GUI thread, fed by events only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.model import Conversation, Direction, Message, Person, Transfer, Trust

if TYPE_CHECKING:
    from app.events import StateChange

_REFRESH_MS: Final = 100
"""A thousand changes a second still redraw the list ten times only."""


class Section(Enum):
    REQUESTS = auto()
    """Strangers who wrote and were not accepted: one quiet row until asked for."""
    HERE = auto()
    AWAY = auto()


@dataclass(slots=True)
class Entry:
    """One conversation. ``person`` and ``last`` are shared values; replace, never change."""

    person: Person
    last: Message | None = None
    unread: int = 0
    draft: str = ""
    counted_key: int = 0
    """Messages up to this order key were in ``unread`` when it was read from disk."""

    @property
    def section(self) -> Section | None:
        """None: nobody to show, a stranger who left without a word."""
        if self.person.trust is Trust.NEW and self.last is not None and self.last.is_request:
            return Section.REQUESTS
        if self.person.is_online:
            return Section.HERE
        has_history = self.last is not None or self.person.trust is not Trust.NEW
        return Section.AWAY if has_history or self.draft else None


class Roster(QObject):
    """``changed`` comes soon after any change, at most ten times a second."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[str, Entry] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        self._is_dirty = False

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, peer_id: str) -> Entry | None:
        return self._entries.get(peer_id)

    def load(self, conversations: Iterable[Conversation]) -> None:
        """From disk, at start. Keeps what events have said about presence meanwhile."""
        for stored in conversations:
            known = self._entries.get(stored.person.peer_id)
            last_key = stored.last.order_key if stored.last else 0
            self._entries[stored.person.peer_id] = Entry(
                person=known.person if known else stored.person,
                last=stored.last,
                unread=stored.unread,
                draft=stored.draft,
                counted_key=last_key,
            )
        self._touch()

    def put_person(self, person: Person) -> None:
        entry = self._entries.get(person.peer_id)
        if entry is None:
            self._entries[person.peer_id] = Entry(person)
        elif entry.person == person:
            return
        else:
            entry.person = person
        self._touch()

    def add_messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            entry = self._entry(message.peer_id)
            if entry.last is None or message.order_key >= entry.last.order_key:
                entry.last = message
            if message.direction is Direction.IN and message.order_key > entry.counted_key:
                entry.unread += 1
        self._touch()

    def change_messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            entry = self._entries.get(message.peer_id)
            if entry and entry.last and entry.last.order_key == message.order_key:
                entry.last = message
                self._touch()

    def set_states(self, changes: "Iterable[StateChange]") -> None:
        for change in changes:
            entry = self._entries.get(change.peer_id)
            if entry and entry.last and entry.last.message_id == change.message_id:
                entry.last = replace(entry.last, state=change.state)
                self._touch()

    def set_transfer(self, transfer: Transfer) -> None:
        entry = self._entries.get(transfer.peer_id)
        shown = entry.last.transfer if entry and entry.last else None
        if entry and entry.last and shown and shown.transfer_id == transfer.transfer_id:
            entry.last = replace(entry.last, transfer=transfer)
            self._touch()

    def mark_read(self, peer_id: str) -> None:
        entry = self._entries.get(peer_id)
        if entry is not None and entry.unread:
            entry.unread = 0
            self._touch()

    def set_draft(self, peer_id: str, text: str) -> None:
        entry = self._entries.get(peer_id)
        if entry is not None and entry.draft != text:
            entry.draft = text
            self._touch()

    def unread(self) -> int:
        """Messages not read yet, strangers' requests and muted people not counted."""
        return sum(
            entry.unread
            for entry in self._entries.values()
            if entry.section is not Section.REQUESTS and not entry.person.muted
        )

    def _entry(self, peer_id: str) -> Entry:
        return self._entries.setdefault(peer_id, Entry(Person(peer_id=peer_id, name="")))

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
