"""One line of input to one command of the engine.

The JSON is typed strictly: a field of the wrong type refuses the whole line.
Fields that are not known are passed over, so that newer scripts still run.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from app import commands
from app.commands import Command
from app.errors import ErrorCode, KnownError
from app.headless.asking import Diagnose, Peers, Request, Status
from app.headless.fields import picture_at, split_people
from app.model import Existing, Reach
from app.settings import TRANSFERS_AT_ONCE_MAX
from net.transfer.listing import LISTED_MAX

LINE_MAX_BYTES = 1024 * 1024

Limit = Annotated[int, Meta(ge=1, le=1000)]
People = Annotated[tuple[str, ...], Meta(max_length=1000)]
Chats = Annotated[tuple[str, ...], Meta(min_length=1, max_length=1000)]


class Send(Request, tag="send"):
    to: str
    text: str
    reply_to: str | None = None
    mentions: tuple[str, ...] = ()

    def command(self) -> Command:
        return commands.SendText(self.to, self.text, self.ref, self.reply_to, self.mentions)


class Forward(Request, tag="forward", rename={"chat": "with"}):
    message: str
    to: str | Chats
    chat: str | None = None

    def command(self) -> Command:
        first, also = split_people(self.to)
        return commands.ForwardMessage(self.message, first, self.chat, self.ref, also)


class Edit(Request, tag="edit"):
    message: str
    text: str

    def command(self) -> Command:
        return commands.EditText(self.message, self.text, self.ref)


class Delete(Request, tag="delete"):
    message: str

    def command(self) -> Command:
        return commands.DeleteMessage(self.message, self.ref)


class React(Request, tag="react", rename={"chat": "with"}):
    message: str
    emoji: str
    on: bool = True
    chat: str | None = None

    def command(self) -> Command:
        return commands.React(self.message, self.emoji, self.on, self.chat, self.ref)


class RoomCreate(Request, tag="room_create"):
    name: str
    people: People = ()

    def command(self) -> Command:
        return commands.CreateRoom(self.name, self.people, self.ref)


class RoomChange(Request, tag="room_change"):
    """``picture``: a file, or "" for none."""

    room: str
    name: str | None = None
    picture: str | None = None
    muted: bool | None = None
    accepted: bool | None = None

    def command(self) -> Command:
        return commands.ChangeRoom(
            self.room,
            self.name,
            None if self.picture is None else picture_at(self.picture),
            self.muted,
            self.accepted,
            self.ref,
        )


class RoomAdd(Request, tag="room_add"):
    room: str
    people: People

    def command(self) -> Command:
        return commands.AddMembers(self.room, self.people, self.ref)


class RoomRemove(Request, tag="room_remove"):
    room: str
    peer: str

    def command(self) -> Command:
        return commands.RemoveMember(self.room, self.peer, self.ref)


class RoomLeave(Request, tag="room_leave"):
    room: str

    def command(self) -> Command:
        return commands.LeaveRoom(self.room, self.ref)


class Rooms(Request, tag="rooms"):
    def command(self) -> Command:
        return commands.ListRooms(self.ref)


class Receipts(Request, tag="receipts"):
    message: str

    def command(self) -> Command:
        return commands.ListReceipts(self.message, self.ref)


class Typing(Request, tag="typing"):
    to: str
    on: bool = True

    def command(self) -> Command:
        return commands.SetTyping(self.to, self.on, self.ref)


class Edits(Request, tag="edits", rename={"chat": "with"}):
    message: str
    chat: str | None = None

    def command(self) -> Command:
        return commands.ListEdits(self.message, self.chat, self.ref)


class Read(Request, tag="read", rename={"person": "with"}):
    person: str

    def command(self) -> Command:
        return commands.MarkRead(self.person, self.ref)


class SendFiles(Request, tag="send_files"):
    to: str | Chats
    paths: Annotated[tuple[str, ...], Meta(min_length=1, max_length=10_000)]

    def command(self) -> Command:
        first, also = split_people(self.to)
        return commands.SendFiles(first, tuple(map(Path, self.paths)), self.ref, also)


class ListFiles(Request, tag="list_files"):
    transfer: str
    limit: Annotated[int, Meta(ge=1, le=LISTED_MAX)] = 10_000

    def command(self) -> Command:
        return commands.ListOfferedFiles(self.transfer, self.limit, self.ref)


class Accept(Request, tag="accept"):
    transfer: str
    into: str | None = None
    existing: Existing = Existing.KEEP
    choices: Annotated[dict[str, Existing], Meta(max_length=100_000)] = {}  # noqa: RUF012
    only: Annotated[tuple[str, ...], Meta(max_length=100_000)] = ()

    def command(self) -> Command:
        into = Path(self.into) if self.into else None
        choices = tuple(self.choices.items())
        return commands.AcceptTransfer(
            self.transfer, into, self.ref, self.existing, choices, self.only
        )


class Decline(Request, tag="decline"):
    transfer: str

    def command(self) -> Command:
        return commands.DeclineTransfer(self.transfer, self.ref)


class Pause(Request, tag="pause"):
    transfer: str

    def command(self) -> Command:
        return commands.PauseTransfer(self.transfer, self.ref)


class Resume(Request, tag="resume"):
    transfer: str
    rest: bool = False

    def command(self) -> Command:
        return commands.ResumeTransfer(self.transfer, self.ref, self.rest)


class Move(Request, tag="move"):
    transfer: str
    before: str | None = None

    def command(self) -> Command:
        return commands.MoveTransfer(self.transfer, self.before, self.ref)


class Cancel(Request, tag="cancel"):
    """Of a transfer, or of a text that was not delivered yet."""

    transfer: str | None = None
    message: str | None = None

    def command(self) -> Command:
        if self.transfer is not None and self.message is None:
            return commands.CancelTransfer(self.transfer, self.ref)
        if self.message is not None and self.transfer is None:
            return commands.CancelMessage(self.message, self.ref)
        raise KnownError(ErrorCode.BAD_REQUEST, "cancel names a transfer or a message")


class Transfers(Request, tag="transfers"):
    text: str = ""

    def command(self) -> Command:
        return commands.ListTransfers(self.ref, self.text)


class History(Request, tag="history", rename={"person": "with"}):
    person: str
    limit: Limit = 50
    before: str | None = None

    def command(self) -> Command:
        return commands.GetHistory(self.person, self.limit, self.before, self.ref)


class Search(Request, tag="search"):
    text: str
    limit: Limit = 50

    def command(self) -> Command:
        return commands.Search(self.text, self.limit, self.ref)


class Connect(Request, tag="connect"):
    address: str

    def command(self) -> Command:
        return commands.Connect(self.address, self.ref)


class Trust(Request, tag="trust"):
    peer: str
    accepted: bool | None = None
    verified: bool | None = None
    auto_accept: bool | None = None
    blocked: bool | None = None
    auto_accept_max: Annotated[int, Meta(ge=-1, lt=2**62)] | None = None

    def command(self) -> Command:
        return commands.SetTrust(
            self.peer,
            accepted=self.accepted,
            verified=self.verified,
            auto_accept=self.auto_accept,
            blocked=self.blocked,
            ref=self.ref,
            auto_accept_max_bytes=self.auto_accept_max,
        )


class Forget(Request, tag="forget"):
    peer: str

    def command(self) -> Command:
        return commands.ForgetPerson(self.peer, self.ref)


class Picture(Request, tag="picture"):
    of: str | None = None

    def command(self) -> Command:
        return commands.GetPicture(self.of, self.ref)


class Set(Request, tag="set"):
    """``picture``: as in RoomChange."""

    name: str | None = None
    reach: Reach | None = None
    downloads: str | None = None
    read_receipts: bool | None = None
    typing: bool | None = None
    everyone: bool | None = None
    transfers_at_once: Annotated[int, Meta(ge=1, le=TRANSFERS_AT_ONCE_MAX)] | None = None
    picture: str | None = None
    keyring: bool | None = None

    def command(self) -> Command:
        downloads = Path(self.downloads) if self.downloads else None
        return commands.ChangeSettings(
            self.name,
            self.reach,
            downloads,
            ref=self.ref,
            tells_read=self.read_receipts,
            tells_typing=self.typing,
            hears_everyone=self.everyone,
            transfers_at_once=self.transfers_at_once,
            picture=None if self.picture is None else picture_at(self.picture),
            locks_identity=self.keyring,
        )


class Quit(Request, tag="quit"):
    pass


Known = (
    Status
    | Diagnose
    | Peers
    | Send
    | Forward
    | Edit
    | Delete
    | React
    | RoomCreate
    | RoomChange
    | RoomAdd
    | RoomRemove
    | RoomLeave
    | Rooms
    | Receipts
    | Typing
    | Edits
    | Read
    | SendFiles
    | ListFiles
    | Accept
    | Decline
    | Pause
    | Resume
    | Move
    | Cancel
    | Transfers
    | History
    | Search
    | Connect
    | Trust
    | Forget
    | Picture
    | Set
    | Quit
)

_decoder = msgspec.json.Decoder(Known)


def parse_line(line: bytes) -> Known:
    """Raises KnownError BAD_REQUEST with a line that says what is wrong."""
    if len(line) > LINE_MAX_BYTES:
        raise KnownError(ErrorCode.BAD_REQUEST, f"a line is at most {LINE_MAX_BYTES} bytes")
    try:
        request: Known = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise KnownError(ErrorCode.BAD_REQUEST, str(error) or "unreadable line") from error
    return request
