"""What the store hands out and takes in of rooms; see types.py."""

from dataclasses import dataclass

from app.events import StateChange
from app.model import Message, Room
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId, SignedEntry


@dataclass(frozen=True, slots=True)
class RoomView:
    """What a room's log says now. ``members``: id, public key and name told for them, in the
    order of their coming. ``picture``: the id of the entry that holds it, or empty."""

    name: str
    picture: bytes
    members: tuple[tuple[PeerId, bytes, str], ...]


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What ``author`` did, to be shown in the room; ``news`` as rows.write_news gives it."""

    message_id: bytes
    author: PeerId
    time_ms: int
    news: str


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """``numbers``: of each author the first post that is not here, ours under the empty id.
    ``has_early``: something waits for the log to grow. ``has_members``: the disk knows of any.
    ``is_accepted``: it is no request."""

    room_id: RoomId
    entries: tuple[SignedEntry, ...]
    numbers: dict[PeerId, int]
    has_early: bool
    has_members: bool
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class RoomSaved:
    room: Room
    messages: tuple[Message, ...]
    """News that were not here before."""
    changes: tuple[StateChange, ...]
    """Of messages that nobody waits for any more who is gone."""


@dataclass(frozen=True, slots=True)
class RoomReceived:
    """``message``: a new row, or (``is_change``) one that is another now.

    ``rival``: the post that had its number before, as a record.
    """

    next_number: int
    message: Message | None = None
    is_change: bool = False
    rival: bytes | None = None
    is_unproven: bool = False
    """It has no words, and its author's Delete has not come: nothing was taken."""
