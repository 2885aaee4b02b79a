"""What the engine tells its shell. Frozen values, safe to share across threads.

``ref`` is the request's own mark: set on the direct answer to a command, None otherwise.
"""

from dataclasses import dataclass

from app.diagnosis import Finding, NetworkView
from app.errors import ErrorCode
from app.model import Gap, Message, MessageState, OfferedFile, Person, Receipts, Room, Transfer


@dataclass(frozen=True, slots=True)
class Status:
    peer_id: str
    name: str
    version: str
    udp_port: int
    tcp_port: int
    peers: int
    queued: int
    networks: int = 0
    """Usable network cards (loopback not counted)."""
    ref: str | None = None
    picture: bytes = b""
    """One's own, encoded; empty: none."""


@dataclass(frozen=True, slots=True)
class Ready:
    """First event of all: the engine is listening."""

    status: Status


@dataclass(frozen=True, slots=True)
class StatusAnswered:
    status: Status
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class NetworksChanged:
    networks: int


@dataclass(frozen=True, slots=True)
class ProfileCopied:
    """Another process has proven to have our key: what is sent to us reaches one of both."""

    address: str


@dataclass(frozen=True, slots=True)
class NetworkDiagnosed:
    view: NetworkView
    findings: tuple[Finding, ...]
    """The worst first; none when nothing is in the way."""
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Someone appeared, left, was renamed, moved or trusted; also the answer to SetTrust."""

    person: Person
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PersonForgotten:
    """Nothing of them is left but what stands in rooms. ``PersonChanged`` follows for who goes
    on as a stranger."""

    peer_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleListed:
    people: tuple[Person, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class MessagesAdded:
    """One or many messages, durable on this disk, oldest first. Each is announced once."""

    messages: tuple[Message, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """Of a text in a room ``peer_id`` is empty, and ``receipts`` tell how many of them; of an
    offer there it is the member's whom it is for."""

    message_id: str
    peer_id: str
    state: MessageState
    room_id: str | None = None
    receipts: Receipts | None = None

    @property
    def chat_id(self) -> str:
        return self.room_id or self.peer_id


@dataclass(frozen=True, slots=True)
class StatesChanged:
    changes: tuple[StateChange, ...]


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """Rows that are shown already have another text, reactions, or were deleted."""

    messages: tuple[Message, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class GapsChanged:
    """Where something is missing in a chat now, in its order; none when all has come."""

    chat_id: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """A room is new, or has other members, another name or picture; also the answer to what
    changes one."""

    room: Room
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class RoomsListed:
    rooms: tuple[Room, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    peer_id: str
    state: MessageState


@dataclass(frozen=True, slots=True)
class ReceiptsListed:
    """How far a message of ours came with each member it was sent to."""

    message_id: str
    receipts: tuple[Receipt, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class TypingChanged:
    """Somebody writes to us right now, or stopped."""

    peer_id: str
    is_typing: bool


@dataclass(frozen=True, slots=True)
class EarlierText:
    text: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class EditsListed:
    """What a message said before, oldest first."""

    message_id: str
    texts: tuple[EarlierText, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ReadMarked:
    """The user's own reading: unread counts of this conversation fall to zero."""

    chat_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class OfferAdded:
    """A transfer was offered, by us or to us; its chat row is ``message``."""

    transfer: Transfer
    message: Message
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class TransferChanged:
    transfer: Transfer
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedFilesListed:
    """``files``: the first ones, in the offer's order; ``count``: all entries there are."""

    transfer_id: str
    files: tuple[OfferedFile, ...]
    count: int
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class TransfersListed:
    transfers: tuple[Transfer, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryListed:
    """Oldest first."""

    messages: tuple[Message, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PictureRead:
    """Of a contact or room; ``chat_id`` is empty for oneself, ``image`` where there is none.
    Nobody has looked into it."""

    chat_id: str
    image: bytes
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first."""

    messages: tuple[Message, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    peer_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    name: str
    reach: str
    ref: str | None = None
    tells_read: bool = True
    tells_typing: bool = True
    hears_everyone: bool = True
    transfers_at_once: int = 3
    picture: bytes = b""
    """One's own, encoded; empty: none."""
    locks_identity: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A command could not be done, or something went wrong on its own (ref None).

    ``is_fatal``: the engine cannot go on and stops by itself.
    """

    code: ErrorCode
    detail: str
    ref: str | None = None
    is_fatal: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    ref: str | None = None


Event = (
    Ready
    | StatusAnswered
    | NetworksChanged
    | ProfileCopied
    | NetworkDiagnosed
    | PersonChanged
    | PersonForgotten
    | PeopleListed
    | MessagesAdded
    | StatesChanged
    | MessagesChanged
    | GapsChanged
    | TypingChanged
    | EditsListed
    | RoomChanged
    | RoomsListed
    | ReceiptsListed
    | ReadMarked
    | OfferAdded
    | TransferChanged
    | OfferedFilesListed
    | TransfersListed
    | HistoryListed
    | PictureRead
    | Found
    | Connected
    | SettingsChanged
    | Failed
    | Stopped
)
