"""What a shell asks of the engine. Thread-safe: handed over by ``Engine.submit``.

``person`` is a full PeerId in text, a unique prefix of six characters or more,
or a name that only one known person has. Where a conversation is meant it may be a room:
``room:`` and its 52 characters, or the first six of them or more if no other has them.
A message is named by its id; ``chat``, the person it was talked with, tells two with
one id apart.
"""

from dataclasses import dataclass
from pathlib import Path

from app.model import Existing, Reach


@dataclass(frozen=True, slots=True)
class GetStatus:
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class DiagnoseNetwork:
    """Why somebody may not be seen."""

    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListPeople:
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SendText:
    """``reply_to``: a message id of the same conversation; ``mentions``: peer ids."""

    person: str
    text: str
    ref: str | None = None
    reply_to: str | None = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardMessage:
    """A text, said again elsewhere and marked as forwarded. Files are sent again.

    ``also``: of files only, as in SendFiles.
    """

    message_id: str
    person: str
    chat: str | None = None
    ref: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditText:
    """Only one's own."""

    message_id: str
    text: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteMessage:
    """One's own, for all who have it."""

    message_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class React:
    message_id: str
    emoji: str
    is_on: bool = True
    chat: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SetTyping:
    """Said by the shell at each key at most; the engine tells it rarely."""

    person: str
    is_typing: bool = True
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListEdits:
    message_id: str
    chat: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class CreateRoom:
    name: str
    people: tuple[str, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeRoom:
    """Only what is not None changes. Name and picture for all members, the rest for oneself.

    ``picture`` is a file's content, or empty for none. ``is_accepted``: a room that somebody
    unknown brought us into is ours to stay.
    """

    room: str
    name: str | None = None
    picture: bytes | None = None
    is_muted: bool | None = None
    is_accepted: bool | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class AddMembers:
    room: str
    people: tuple[str, ...]
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """The admin's alone."""

    room: str
    person: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveRoom:
    room: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListRooms:
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListReceipts:
    """Of a message of one's own in a room."""

    message_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class CancelMessage:
    """Takes a text back that was not delivered yet; its state becomes failed."""

    message_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class MarkRead:
    person: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SetDraft:
    person: str
    text: str
    ref: str | None = None
    reply_to: str | None = None
    """A message id: what it answers."""


@dataclass(frozen=True, slots=True)
class SendFiles:
    """Offers the same to each: nobody is offered anything if one of them cannot be.

    ``also``: more people and rooms; whoever stands there twice is one conversation.
    """

    person: str
    paths: tuple[Path, ...]
    ref: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptTransfer:
    """Also again, what failed or was cancelled here; it goes on from where it was.

    ``existing``: for all files; ``choices``: other ones for these paths and what is below
    them, the longest path counts. A path is an ``OfferedFile.path``. ``only``: if any,
    everything else is left out.
    """

    transfer_id: str
    into: Path | None = None
    ref: str | None = None
    existing: Existing = Existing.KEEP
    choices: tuple[tuple[str, Existing], ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOfferedFiles:
    """What is in an offer, file by file; asked of its sender where it is not here yet."""

    transfer_id: str
    limit: int = 10_000
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class DeclineTransfer:
    transfer_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class CancelTransfer:
    transfer_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PauseTransfer:
    """Of either side; it goes on when all who paused it say so."""

    transfer_id: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ResumeTransfer:
    """What is paused goes on; what failed is tried again; what we took back is offered again.

    ``takes_rest``: of what failed here, files that the sender has no more are left out.
    """

    transfer_id: str
    ref: str | None = None
    takes_rest: bool = False


@dataclass(frozen=True, slots=True)
class MoveTransfer:
    """In the queue of what waits to be fetched: before that one, or to its end."""

    transfer_id: str
    before: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListTransfers:
    """Newest first; ``text``: only those with it in a name or the other side's name."""

    ref: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class GetPicture:
    """Of a contact or a room; without ``chat`` one's own."""

    chat: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class GetHistory:
    person: str
    limit: int = 50
    before: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    text: str
    limit: int = 50
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """``address`` is ``ip``, ``ip:port`` or ``[ipv6%scope]:port``."""

    address: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class SetTrust:
    """Only the fields that are not None change."""

    person: str
    accepted: bool | None = None
    verified: bool | None = None
    auto_accept: bool | None = None
    blocked: bool | None = None
    muted: bool | None = None
    ref: str | None = None
    auto_accept_max_bytes: int | None = None
    """Negative: no limit."""


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """All that was said with them, what was sent, how far they were trusted."""

    person: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Only the fields that are not None change."""

    name: str | None = None
    reach: Reach | None = None
    downloads: Path | None = None
    theme: str | None = None
    language: str | None = None
    ref: str | None = None
    tells_read: bool | None = None
    """Read receipts are sent."""
    tells_typing: bool | None = None
    hears_everyone: bool | None = None
    """Whether one is in the room of all who are on the network."""
    transfers_at_once: int | None = None
    """How many are fetched at one time; the others wait their turn."""
    picture: bytes | None = None
    """A file's content, or empty for none: what contacts see."""
    locks_identity: bool | None = None
    """Whether the key lies on the disk as it is, or locked by the system's keyring."""


Command = (
    GetStatus
    | DiagnoseNetwork
    | ListPeople
    | SendText
    | ForwardMessage
    | EditText
    | DeleteMessage
    | React
    | SetTyping
    | ListEdits
    | CreateRoom
    | ChangeRoom
    | AddMembers
    | RemoveMember
    | LeaveRoom
    | ListRooms
    | ListReceipts
    | CancelMessage
    | MarkRead
    | SetDraft
    | SendFiles
    | AcceptTransfer
    | ListOfferedFiles
    | MoveTransfer
    | DeclineTransfer
    | CancelTransfer
    | PauseTransfer
    | ResumeTransfer
    | ListTransfers
    | GetPicture
    | GetHistory
    | Search
    | Connect
    | SetTrust
    | ForgetPerson
    | ChangeSettings
)
