"""What the store hands out and takes in beyond the words of app.model.

Ids are bytes here, as in net/; the values of app.model that shells see carry
their text forms. All frozen: they cross threads.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

from app.events import StateChange
from app.model import (
    Direction,
    Message,
    MessageKind,
    Reason,
    Transfer,
    TransferState,
    Trust,
    Way,
)
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React, Verdict
from net.protocol.rooms import RoomId
from net.transfer.choices import EVERYTHING, Choices

Deed = Edit | Delete | React
"""What is done to a message that was sent."""
ChatId = PeerId | RoomId
"""Both are hashes of 32 bytes: no room is ever taken for a person."""
LANE_ID_BYTES: Final = 8
MESSAGE_ID_BYTES: Final = 16
TRANSFER_ID_BYTES: Final = 16
MANIFEST_HASH_BYTES: Final = 32
TIME_END_MS: Final = 253_402_300_800_000
"""The year 10000. A peer's time is only shown, and no calendar shows more."""
COUNT_END: Final = 2**62
"""Numbers from the network are below this: sums stay within SQLite's signed 64 bits."""


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What opening a database had to do that the user should hear about.

    ``set_aside`` is where an unreadable file went, None when all was well (its log
    lies beside it, or alone there when no more was found);
    ``recovered`` is how many messages could be copied from it.
    ``backup`` is the copy made before a migration, None when there was none.
    """

    set_aside: Path | None = None
    recovered: int = 0
    backup: Path | None = None


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """``addresses`` newest first, as given to ``remember_address``."""

    peer_id: PeerId
    public_key: bytes
    name: str
    device: str
    app_version: str
    trust: Trust
    auto_accept: bool
    muted: bool
    last_seen_ms: int
    addresses: tuple[str, ...]
    auto_accept_max_bytes: int | None = None
    way: Way | None = None
    """Who reached whom for the last transfer."""
    successor: PeerId | None = None
    """Who came with their name and device, but another key."""
    is_moved: bool = False
    """The user has decided that it is them."""
    picture: bytes | None = None
    """The hash of theirs that is here."""


@dataclass(frozen=True, slots=True)
class OutLane:
    """Our numbering towards one person. Every seq below ``low_seq`` is settled."""

    lane_id: bytes
    next_seq: int
    low_seq: int


@dataclass(frozen=True, slots=True)
class Queued:
    """One record in the outbox. ``message`` is None when it has no row in the chat."""

    seq: int
    record: bytes
    message: Message | None


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """A record that is not acknowledged yet; ``message_id`` when it is a chat row's."""

    seq: int
    record: bytes
    message_id: bytes | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A message taken back. ``record`` now stands in its place in the lane."""

    change: StateChange
    peer_id: PeerId
    seq: int
    record: bytes


@dataclass(frozen=True, slots=True)
class IncomingOffer:
    """A transfer offered by a peer. ``names`` are the sender's text, untrusted."""

    transfer_id: bytes
    manifest_hash: bytes
    files: int
    folders: int
    size_bytes: int
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_length(self.transfer_id, TRANSFER_ID_BYTES, "transfer id")
        _check_length(self.manifest_hash, MANIFEST_HASH_BYTES, "manifest hash")
        _check_count(self.files, "number of files")
        _check_count(self.folders, "number of folders")
        _check_count(self.size_bytes, "size")


@dataclass(frozen=True, slots=True)
class Place:
    """``record`` stands at ``seq`` in our lane towards ``peer_id``."""

    peer_id: PeerId
    seq: int
    record: bytes


@dataclass(frozen=True, slots=True)
class OwnDeed:
    """What we did to a message: whom to tell (a person, or a room), in which words, and the
    row as it is now (None when nothing changed)."""

    peer_id: PeerId | None
    room_id: RoomId | None
    deed: Deed
    message: Message | None
    voided: tuple[Place, ...] = ()
    """In lanes, whose record is another one now, so that what it said never goes out."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a text is besides its words. Ids of people are 32 bytes."""

    reply: tuple[bytes, bytes] | None = None
    """Author and id of the message it answers."""
    mentions: tuple[bytes, ...] = ()
    is_forwarded: bool = False


PLAIN = Extras()


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A chat row from a peer. ``order`` is the author's order key; FILES has a ``transfer``.

    Raises ValueError for ids of a wrong length and numbers outside [0, 2**62).
    """

    message_id: bytes
    kind: MessageKind
    text: str
    order: int
    time_ms: int
    transfer: IncomingOffer | None = None
    extras: Extras = PLAIN
    room_id: RoomId | None = None
    """Where an offer is shown instead of in the chat with its sender."""

    def __post_init__(self) -> None:
        _check_length(self.message_id, MESSAGE_ID_BYTES, "message id")
        _check_count(self.order, "order")
        _check_count(self.time_ms, "time")
        if (self.kind is MessageKind.FILES) != (self.transfer is not None):
            raise ValueError("a row of files has a transfer, and no other has")


@dataclass(frozen=True, slots=True)
class Published:
    """What we said, and where it stands in the lane of each who shall hear it.

    ``voided``: where something was withdrawn. ``post``: in which room, and its number there.
    """

    places: tuple[Place, ...]
    message: Message | None = None
    voided: tuple[Place, ...] = ()
    post: tuple[RoomId, int] | None = None


@dataclass(frozen=True, slots=True)
class IncomingItem:
    """One record of a peer's lane; ``message`` is None when it adds no chat row."""

    seq: int
    message: IncomingMessage | None = None

    def __post_init__(self) -> None:
        _check_count(self.seq, "sequence number")
        if self.seq < 1:
            raise ValueError("sequence numbers start at 1")


@dataclass(frozen=True, slots=True)
class InboundLane:
    """What of a peer's lane is on our disk: all below ``next_seq``, and ``beyond``."""

    lane_id: bytes
    next_seq: int
    beyond: frozenset[int]


@dataclass(frozen=True, slots=True)
class Received:
    """``messages`` were not here before, in the order given; acknowledge what ``lane`` says."""

    messages: tuple[Message, ...]
    lane: InboundLane


@dataclass(frozen=True, slots=True)
class ReadMark:
    """All records of the peer's lane up to and with ``up_to_seq`` are here and read."""

    lane_id: bytes
    up_to_seq: int


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer of our own, to be offered. ``sources`` are local paths."""

    transfer_id: bytes
    manifest_hash: bytes
    files: int
    folders: int
    size_bytes: int
    names: tuple[str, ...]
    time_ms: int
    sources: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    skipped_count: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """What one side said last about a transfer; ``verdict`` None: nothing yet.

    ``number`` grows with every word of that side; ``heard`` is the other side's newest
    number when it was said.
    """

    verdict: Verdict | None = None
    number: int = 0
    heard: int = 0
    reason: str = ""


class Counts(TypedDict, total=False):
    """What a run comes to; each a field of ``Transfer``, too."""

    done_bytes: int
    done_files: int
    left_out_files: int
    left_out_bytes: int
    way: Way


class TransferFields(Counts, total=False):
    """What of a transfer changes besides its state."""

    bad_names: tuple[str, ...]
    path: str | None
    sources: tuple[str, ...]
    into: str | None
    landing: str | None
    choices: Choices
    queue_key: int
    ours: Word
    theirs: Word
    ended_ms: int


@dataclass(frozen=True, slots=True)
class SentFiles:
    """What a transfer of ours is made of, as local paths."""

    paths: tuple[str, ...]
    is_needed: bool
    """Somebody may still fetch it, or the user try it again."""
    is_shown: bool
    """Its card stands in a chat."""


@dataclass(frozen=True, slots=True)
class StoredTransfer:
    """``sources`` of an outgoing one; of an incoming one the paths at its top, once it is here,
    if there are several. ``into`` is the folder chosen for an incoming one,
    ``landing`` the name of the partial folder in it, None when there is none."""

    transfer: Transfer
    transfer_id: bytes
    peer_id: PeerId
    manifest_hash: bytes
    sources: tuple[str, ...]
    into: str | None
    landing: str | None = None
    choices: Choices = EVERYTHING
    ours: Word = Word()
    theirs: Word = Word()
    ended_ms: int | None = None

    @property
    def state(self) -> TransferState:
        return self.transfer.state

    @property
    def direction(self) -> Direction:
        return self.transfer.direction

    @property
    def reason(self) -> Reason | None:
        return self.transfer.reason


def _check_length(value: bytes, length: int, what: str) -> None:
    if len(value) != length:
        raise ValueError(f"{what} of {len(value)} bytes instead of {length}")


def _check_count(value: int, what: str) -> None:
    if not 0 <= value < COUNT_END:
        raise ValueError(f"{what} out of range")
