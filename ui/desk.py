"""The GUI thread's side of the engine: events in, commands out, the roster kept."""

import itertools
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from app.commands import (
    Command,
    CreateRoom,
    ListOfferedFiles,
    ListPeople,
    ListRooms,
    ListTransfers,
    SendText,
)
from app.errors import KnownError
from app.events import (
    Connected,
    EarlierText,
    Event,
    Failed,
    GapsChanged,
    MessagesAdded,
    MessagesChanged,
    NetworkDiagnosed,
    NetworksChanged,
    OfferAdded,
    OfferedFilesListed,
    PeopleListed,
    PersonChanged,
    PersonForgotten,
    ProfileCopied,
    ReadMarked,
    Ready,
    Receipt,
    RoomChanged,
    RoomsListed,
    SettingsChanged,
    StatesChanged,
    Status,
    Stopped,
    TransferChanged,
    TransfersListed,
    TypingChanged,
)
from app.model import Conversation, Match, Message
from ui.roster import Roster

if TYPE_CHECKING:
    from app.engine.engine import Engine
    from app.profile import Profile
    from app.store.types import ChatId, SentFiles, StoredTransfer

log = logging.getLogger(__name__)

T = TypeVar("T")


class Pages(Protocol):
    """A chat, page by page."""

    def messages_before(
        self, chat: "ChatId", order_key: int | None, limit: int
    ) -> list[Message]: ...
    def messages_after(self, chat: "ChatId", order_key: int, limit: int) -> list[Message]: ...
    def first_unread(self, chat: "ChatId") -> int | None: ...
    def message(self, message_id: bytes, chat: "ChatId") -> Message | None: ...
    def earlier_texts(self, message_id: bytes, chat: "ChatId") -> list[EarlierText] | None: ...
    def receipts(self, message_id: bytes) -> list[Receipt]: ...
    def transfer(self, transfer_id: bytes) -> "StoredTransfer | None": ...
    def filled(self, chat: "ChatId", edges: Sequence[int]) -> list[bool]: ...
    def shared(self, chat: "ChatId", limit: int) -> list[Message]: ...


class History(Pages, Protocol):
    """What the window reads by itself: app.store's Reader, on the GUI thread's connection."""

    def conversations(self) -> list[Conversation]: ...
    def matches(
        self, text: str, limit: int, chat: "ChatId | None" = None, before_row: int = ...
    ) -> list[Match]: ...
    def deep_matches(
        self,
        text: str,
        limit: int,
        chat: "ChatId | None" = None,
        before_row: int = ...,
        *,
        is_wanted: Callable[[], bool],
    ) -> list[Match]: ...
    def file_matches(self, text: str, limit: int, rows: int = ...) -> list[Match]: ...
    def read_matches(self, rows: Sequence[int]) -> list[Message]: ...
    def picture(self, digest: bytes) -> bytes: ...
    def sent_files(self) -> list["SentFiles"]: ...
    def close(self) -> None: ...


class GuardedHistory:
    """Pages of a chat; a disk that cannot be read is told once a page and looks empty."""

    def __init__(self, history: History, tell: Callable[[Failed], None]) -> None:
        self._history = history
        self._tell = tell

    def messages_before(self, chat: "ChatId", order_key: int | None, limit: int) -> list[Message]:
        return self._try(lambda: self._history.messages_before(chat, order_key, limit), [])

    def messages_after(self, chat: "ChatId", order_key: int, limit: int) -> list[Message]:
        return self._try(lambda: self._history.messages_after(chat, order_key, limit), [])

    def first_unread(self, chat: "ChatId") -> int | None:
        return self._try(lambda: self._history.first_unread(chat), None)

    def message(self, message_id: bytes, chat: "ChatId") -> Message | None:
        return self._try(lambda: self._history.message(message_id, chat), None)

    def earlier_texts(self, message_id: bytes, chat: "ChatId") -> list[EarlierText]:
        return self._try(lambda: self._history.earlier_texts(message_id, chat), None) or []

    def receipts(self, message_id: bytes) -> list[Receipt]:
        return self._try(lambda: self._history.receipts(message_id), [])

    def transfer(self, transfer_id: bytes) -> "StoredTransfer | None":
        return self._try(lambda: self._history.transfer(transfer_id), None)

    def filled(self, chat: "ChatId", edges: Sequence[int]) -> list[bool]:
        return self._try(lambda: self._history.filled(chat, edges), [])

    def shared(self, chat: "ChatId", limit: int) -> list[Message]:
        return self._try(lambda: self._history.shared(chat, limit), [])

    def close(self) -> None:
        self._history.close()

    def _try(self, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except KnownError as error:
            self._tell(Failed(error.code, error.detail))
            return otherwise


class Desk(QObject):
    """Lives in the GUI thread. Widgets listen to its signals and call its verbs."""

    ready = Signal()
    stopped = Signal()
    networks_changed = Signal(int)
    profile_copied = Signal(str)
    """The address of another computer that runs this very profile."""
    network_diagnosed = Signal(object)
    """NetworkDiagnosed."""
    messages_added = Signal(object)
    """A tuple of Message, of any conversations, oldest first."""
    states_changed = Signal(object)
    """A tuple of StateChange."""
    messages_changed = Signal(object)
    """A tuple of Message: edited, deleted or reacted to."""
    gaps_changed = Signal(str)
    """A conversation in which something is missing, or nothing any more."""
    typing_changed = Signal(str, bool)
    """Who writes to us right now, or has stopped."""
    offer_added = Signal(object)
    """A Transfer that was not there before."""
    transfer_changed = Signal(object)
    """A Transfer."""
    transfers_listed = Signal(object)
    """TransfersListed."""
    offer_listed = Signal(object)
    """OfferedFilesListed."""
    listing_failed = Signal(object)
    """Failed: the answer to one of the two above; told by whoever asked."""
    connected = Signal(str)
    room_created = Signal(str)
    """By us, just now."""
    name_changed = Signal()
    """Our own, or our picture."""
    failed = Signal(object)
    """Failed: an error no widget has claimed by its ref."""
    send_refused = Signal(str, str)
    """A text that was not taken: conversation, text. It goes back to its composer."""

    def __init__(self, roster: Roster) -> None:
        super().__init__()
        self.roster = roster
        self.status: Status | None = None
        self.history: GuardedHistory | None = None
        self.open_history: Callable[[], History] | None = None
        """Set before Ready; called once the database is there."""
        self.conversations: list[Conversation] | None = None
        """As they were when the engine said Ready, if somebody has read them by then."""
        self.send_command: Callable[[Command], None] | None = None
        self.downloads: Callable[[], Path] = Path
        """The folder received files go to; right once the profile is open."""
        self.gap_keys: dict[str, frozenset[int]] = {}
        """By conversation, the order keys of messages before which something is missing."""
        self._my_name = ""
        self._my_picture = b""
        self._refs = itertools.count(1)
        self._texts: dict[str, tuple[str, str]] = {}
        self._new_rooms: set[str] = set()
        """Refs of the rooms that are asked for."""
        self._listings: set[str] = set()
        """Refs of the lists that are asked for."""
        self._handlers: dict[type, Callable[..., None]] = {
            Ready: self._on_ready,
            Stopped: self._on_stopped,
            ProfileCopied: lambda event: self.profile_copied.emit(event.address),
            NetworksChanged: lambda event: self.networks_changed.emit(event.networks),
            NetworkDiagnosed: self.network_diagnosed.emit,
            PersonChanged: self._on_person,
            PersonForgotten: lambda event: self.roster.forget(event.peer_id),
            PeopleListed: self._on_people,
            MessagesAdded: self._on_messages,
            OfferAdded: self._on_offer,
            StatesChanged: self._on_states,
            MessagesChanged: self._on_messages_changed,
            GapsChanged: self._on_gaps,
            TypingChanged: lambda event: self.typing_changed.emit(event.peer_id, event.is_typing),
            TransferChanged: self._on_transfer,
            TransfersListed: self._on_listed,
            OfferedFilesListed: self._on_listed,
            RoomChanged: self._on_room,
            RoomsListed: self._on_rooms,
            ReadMarked: lambda event: self.roster.mark_read(event.chat_id),
            Connected: lambda event: self.connected.emit(event.peer_id),
            SettingsChanged: self._on_settings,
            Failed: self._on_failed,
        }

    # --- The engine --------------------------------------------------------
    def take_engine(self, profile: "Profile", engine: "Engine", downloads: Path | None) -> None:
        """Called on the starter's thread, before the engine says a word."""
        self.send_command = engine.submit
        self.downloads = lambda: downloads or profile.settings.downloads_path

    @property
    def my_id(self) -> str:
        return self.status.peer_id if self.status else ""

    @property
    def my_name(self) -> str:
        return self._my_name

    @property
    def my_picture(self) -> bytes:
        """Encoded; empty: none."""
        return self._my_picture

    def close_history(self) -> None:
        """Idempotent. Nothing is shown from disk after it."""
        if self.history is not None:
            self.history.close()
            self.history = None

    # --- Commands ----------------------------------------------------------
    def submit(self, command: Command) -> None:
        """Hand over; before the engine is there, and after, nobody can ask for anything."""
        if self.send_command is not None:
            self.send_command(command)

    def send_text(
        self,
        chat_id: str,
        text: str,
        reply_to: str | None = None,
        mentions: tuple[str, ...] = (),
    ) -> None:
        ref = self._next_ref()
        self._texts[ref] = (chat_id, text)
        self.submit(SendText(chat_id, text, ref, reply_to, mentions))

    def create_room(self, name: str, people: tuple[str, ...]) -> None:
        ref = self._next_ref()
        self._new_rooms.add(ref)
        self.submit(CreateRoom(name, people, ref))

    def list_transfers(self, text: str) -> str:
        """The ref of the answer, ``transfers_listed`` or ``listing_failed``."""
        ref = self._next_ref()
        self._listings.add(ref)
        self.submit(ListTransfers(ref, text))
        return ref

    def list_offer(self, transfer_id: str) -> str:
        """The ref of the answer, ``offer_listed`` or ``listing_failed``."""
        ref = self._next_ref()
        self._listings.add(ref)
        self.submit(ListOfferedFiles(transfer_id, ref=ref))
        return ref

    def _next_ref(self) -> str:
        return f"window-{next(self._refs)}"

    # --- Events ------------------------------------------------------------
    def on_event(self, event: Event) -> None:
        """Slot of the bridge. An event the window has no use for is left."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _on_ready(self, event: Ready) -> None:
        self.status = event.status
        self._my_name, self._my_picture = event.status.name, event.status.picture
        self.roster.my_id = event.status.peer_id
        try:
            self._open_history()
        except KnownError as error:
            self.failed.emit(Failed(error.code, error.detail))
        self.submit(ListPeople())
        self.submit(ListRooms())
        self.networks_changed.emit(event.status.networks)
        self.ready.emit()

    def _open_history(self) -> None:
        if self.open_history is not None:
            history = self.open_history()
            known, self.conversations = self.conversations, None
            self.roster.load(history.conversations() if known is None else known)
            self.history = GuardedHistory(history, self.failed.emit)

    def _on_stopped(self, _event: Stopped) -> None:
        self.close_history()
        self.stopped.emit()

    def _on_person(self, event: PersonChanged) -> None:
        self.roster.put_person(event.person)

    def _on_people(self, event: PeopleListed) -> None:
        for person in event.people:
            self.roster.put_person(person)

    def _on_room(self, event: RoomChanged) -> None:
        self.roster.put_room(event.room)
        if event.ref in self._new_rooms:
            self._new_rooms.discard(event.ref)
            self.room_created.emit(event.room.room_id)

    def _on_rooms(self, event: RoomsListed) -> None:
        for room in event.rooms:
            self.roster.put_room(room)

    def _on_messages(self, event: MessagesAdded) -> None:
        if event.ref is not None:
            self._texts.pop(event.ref, None)
        self.roster.add_messages(event.messages)
        self.messages_added.emit(event.messages)

    def _on_messages_changed(self, event: MessagesChanged) -> None:
        self.roster.change_messages(event.messages)
        self.messages_changed.emit(event.messages)

    def _on_gaps(self, event: GapsChanged) -> None:
        self.gap_keys[event.chat_id] = frozenset(gap.order_key for gap in event.gaps)
        if not event.gaps:
            del self.gap_keys[event.chat_id]
        self.gaps_changed.emit(event.chat_id)

    def _on_offer(self, event: OfferAdded) -> None:
        self.roster.add_messages((event.message,))
        self.messages_added.emit((event.message,))
        self.offer_added.emit(event.transfer)

    def _on_states(self, event: StatesChanged) -> None:
        self.roster.set_states(event.changes)
        self.states_changed.emit(event.changes)

    def _on_transfer(self, event: TransferChanged) -> None:
        self.roster.set_transfer(event.transfer)
        self.transfer_changed.emit(event.transfer)

    def _on_listed(self, event: TransfersListed | OfferedFilesListed) -> None:
        self._listings.discard(event.ref or "")
        is_offer = isinstance(event, OfferedFilesListed)
        (self.offer_listed if is_offer else self.transfers_listed).emit(event)

    def _on_settings(self, event: SettingsChanged) -> None:
        self._my_name, self._my_picture = event.name, event.picture
        self.roster.hear_everyone(event.hears_everyone)
        self.name_changed.emit()

    def _on_failed(self, event: Failed) -> None:
        log.info("engine: %s: %s", event.code, event.detail)
        refused = self._texts.pop(event.ref, None) if event.ref else None
        self._new_rooms.discard(event.ref or "")
        if event.ref in self._listings:
            self._listings.discard(event.ref)
            self.listing_failed.emit(event)
            return
        if refused is not None:
            self.send_refused.emit(*refused)
        self.failed.emit(event)
