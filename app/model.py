"""The words of Landline: people, messages, transfers, as the shells see them.

Plain frozen values: they cross threads by reference, so nothing in them can
change. Ids are text here (what a person or a script handles), bytes on the wire.
"""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class MessageKind(StrEnum):
    TEXT = "text"
    FILES = "files"
    """A transfer's card; its text is empty."""
    NEWS = "news"
    """Something happened to the room; its text is empty."""


class MessageState(StrEnum):
    """The ladder. A state never goes back; FAILED only by the user's cancel."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Trust(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    BLOCKED = "blocked"

    @property
    def is_contact(self) -> bool:
        return self in (Trust.ACCEPTED, Trust.VERIFIED)


class Reach(StrEnum):
    """Who may write without being accepted first."""

    REQUESTS = "requests"
    EVERYONE = "everyone"


class Route(StrEnum):
    """By which protocol a person is reached."""

    LANDLINE = "landline"


class TransferState(StrEnum):
    OFFERED = "offered"
    WAITING = "waiting"
    """Accepted; the stream is not running yet (the other side is away, or a queue)."""
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset(
    {TransferState.DONE, TransferState.DECLINED, TransferState.CANCELLED, TransferState.FAILED}
)


class Existing(StrEnum):
    """What happens to a file whose name is taken where it lands."""

    KEEP = "keep"
    """Both are kept: the new one is numbered."""
    REPLACE = "replace"
    SKIP = "skip"
    """Not fetched where the one there is the same to the byte; else both are kept."""
    LEAVE_OUT = "leave_out"
    """Not wanted at all."""


class Way(StrEnum):
    """Who reached whom for a transfer's bytes."""

    RECEIVER = "receiver"
    SENDER = "sender"


class Reason(StrEnum):
    """Why a transfer stopped. The window has a sentence for each."""

    NO_SPACE = "no_space"
    NOT_WRITABLE = "not_writable"
    DISK_ERROR = "disk_error"
    SOURCE_CHANGED = "source_changed"
    SOURCE_UNREADABLE = "source_unreadable"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection_lost"
    NOT_OFFERED = "not_offered"
    """The other side no longer has what it offered."""
    BROKEN_PEER = "broken_peer"
    """The other side broke the protocol."""
    BY_PEER = "by_peer"
    BY_USER = "by_user"
    STOPPED = "stopped"
    """Landline was closed meanwhile."""
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on this network, or remembered from before.

    ``peer_id`` is the 52-character text form. ``address`` is ``ip:port`` or
    ``[ip%scope]:port``; None while away. ``rtt_ms`` is the smoothed round trip.
    """

    peer_id: str
    name: str
    device: str = ""
    is_online: bool = False
    address: str | None = None
    route: Route = Route.LANDLINE
    trust: Trust = Trust.NEW
    rtt_ms: float | None = None
    auto_accept: bool = False
    auto_accept_max_bytes: int | None = None
    """Larger offers ask all the same; None: no limit."""
    muted: bool = False
    app_version: str = ""
    successor: str | None = None
    """Peer id of who came with their name and device, but another key: nothing is sent here
    until the user has decided who that is."""
    is_moved: bool = False
    """The user has: it is them, and the talk goes on there."""
    is_held: bool = False
    """They have not accepted us, and what we sent beyond a few texts waits here for that."""
    is_cloned: bool = False
    """Their profile runs on two computers at once: what is sent reaches one of them."""
    picture: str = ""
    """Hash (64 hex digits) of the picture of theirs that is here; of contacts alone. Nobody
    has looked into it."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One offer and what became of it. Sizes in bytes, ``rate`` in bytes a second."""

    transfer_id: str
    peer_id: str
    direction: Direction
    state: TransferState
    files: int
    size_bytes: int
    names: tuple[str, ...]
    """The first 20 names at the top, as the sender wrote them: untrusted text."""
    folders: int = 0
    done_bytes: int = 0
    rate: float = 0.0
    path: str | None = None
    """Receiver: where the only top entry is, or the folder that holds all of them."""
    reason: Reason | None = None
    time_ms: int = 0
    done_files: int = 0
    left_out_files: int = 0
    """What the receiver did not want; neither these nor their bytes are ever ``done``."""
    left_out_bytes: int = 0
    bad_names: tuple[str, ...] = ()
    """The first 20 files that the reason is about."""
    skipped: tuple[str, ...] = ()
    """Sender: the first 20 things that were dropped but cannot be sent (links, devices)."""
    skipped_count: int = 0
    way: Way | None = None
    """Who reached whom, when it last ran."""
    queue_key: int = 0
    """What waits is fetched in this order, the smallest first."""

    @property
    def wanted_bytes(self) -> int:
        return self.size_bytes - self.left_out_bytes


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """One entry of an offer's list. ``path``: safe names from the top, joined by "/"."""

    path: str
    size_bytes: int
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers. ``text`` is what is here of it now: empty when it is not here
    (yet) or was deleted. ``peer_id`` is its author."""

    peer_id: str
    message_id: str
    text: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji under a message and who gave it, the first first. "" stands for oneself."""

    emoji: str
    people: tuple[str, ...]


class RoomAct(StrEnum):
    CREATED = "created"
    ADDED = "added"
    REMOVED = "removed"
    LEFT = "left"
    RENAMED = "renamed"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class News:
    """What its author did to a room. ``people``: to whom, "" stands for oneself;
    ``name``: the room's new one."""

    act: RoomAct
    people: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Receipts:
    """How many of the members it was sent to have, and have read, a message of ours."""

    members: int
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class Room:
    """``room_id`` is ``room:`` and 52 characters. ``members`` are peer ids in the order of
    their coming, "" stands for oneself; the first is the admin."""

    room_id: str
    name: str
    members: tuple[str, ...]
    picture: bytes = b""
    """As it was sent: nobody has looked into it."""
    is_accepted: bool = True
    """Written in, or made or joined by a word of somebody who is accepted."""
    is_muted: bool = False

    is_everyone: bool = False
    """All who are on the network; ``members`` are not told."""

    @property
    def is_member(self) -> bool:
        return "" in self.members


@dataclass(frozen=True, slots=True)
class Message:
    """One row of a chat. ``message_id`` is 32 hex digits, unique per author.

    ``order_key`` orders a conversation (ascending); ``time_ms`` is only shown. A deleted
    one keeps its place and has no text. ``peer_id`` is the other side; in a room it is the
    author, and empty for oneself.
    """

    message_id: str
    peer_id: str
    direction: Direction
    kind: MessageKind
    text: str
    time_ms: int
    state: MessageState
    order_key: int
    is_request: bool = False
    transfer: Transfer | None = None
    reply: Quote | None = None
    edited_ms: int | None = None
    is_deleted: bool = False
    is_forwarded: bool = False
    mentions: tuple[str, ...] = ()
    """Peer ids, as the author named them."""
    reactions: tuple[Reaction, ...] = ()
    room_id: str | None = None
    receipts: Receipts | None = None
    """Of our own in a room."""
    news: News | None = None

    @property
    def chat_id(self) -> str:
        """Of the conversation it stands in."""
        return self.room_id or self.peer_id


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that ``peer_id`` sent before this message of theirs has not arrived yet."""

    message_id: str
    peer_id: str
    order_key: int
    """Of the message."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a message stands that was looked for."""

    row: int
    """Grows with each arrival on this disk."""
    order_key: int
    chat_id: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of the list at the left: with a person, or a room."""

    person: Person | None
    last: Message | None = None
    unread: int = 0
    draft: str = ""
    draft_reply: str | None = None
    """The id of the message that it answers."""
    room: Room | None = None

    @property
    def chat_id(self) -> str:
        if self.room:
            return self.room.room_id
        return self.person.peer_id if self.person else ""
