"""What the window or headless asks for, handed to the part that does it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app import commands
from app.commands import Command
from app.diagnosis import find
from app.engine.chat import parse_id, sendable_text
from app.engine.core import Core
from app.engine.folders import absolute_folder
from app.engine.parts import Parts
from app.errors import ErrorCode, KnownError
from app.events import (
    Failed,
    NetworkDiagnosed,
    PeopleListed,
    SettingsChanged,
    Status,
    StatusAnswered,
)
from app.model import Reach, Trust
from net.protocol.rooms import ROOM_PREFIX
from net.protocol.text import clean_name

Work = Coroutine[Any, Any, None]


class Dispatcher:
    def __init__(self, core: Core, parts: Parts, status: Callable[[int], Status]) -> None:
        """``status`` says how we stand, given the number of messages that wait."""
        self._core = core
        self._parts = parts
        self._status = status

    def handle(self, command: Command) -> None:
        """Never raises: what cannot be done is answered with ``Failed``."""
        try:
            work = _HANDLERS[type(command)](self, command)
        except KnownError as error:
            self._core.emit(Failed(error.code, error.detail, command.ref))
            return
        except Exception as error:  # noqa: BLE001 - the commands behind it are still done
            self._core.report_bug("a command failed", error, command.ref)
            return
        if work is not None:
            self._core.spawn(work, command.ref)

    async def _answer_status(self, ref: str | None) -> None:
        queued = await self._core.write(lambda w: w.queued_count())
        self._core.emit(StatusAnswered(self._status(queued), ref))

    def _diagnose(self, ref: str | None) -> None:
        view = self._parts.diagnose()
        self._core.emit(NetworkDiagnosed(view, find(view), ref))

    def _list_people(self, ref: str | None) -> None:
        self._core.emit(PeopleListed(tuple(p.view() for p in self._parts.people), ref))

    def _send(self, command: commands.SendText, *, is_forwarded: bool = False) -> Work | None:
        if self._parts.everyone.is_meant(command.person):
            return self._parts.everyone.send(command)
        room = self._parts.book.find(command.person)
        if room:
            return self._parts.posts.send(room, command, is_forwarded=is_forwarded)
        self._parts.chat.send(command, is_forwarded=is_forwarded)
        return None

    def _mark_read(self, command: commands.MarkRead) -> Work:
        if self._parts.everyone.is_meant(command.person):
            return self._parts.everyone.mark_read(command.ref)
        room = self._parts.book.find(command.person)
        if room:
            return self._parts.posts.mark_read(room, command.ref)
        return self._parts.chat.mark_read(command.person, command.ref)

    def _set_typing(self, command: commands.SetTyping) -> None:
        if not command.person.startswith(ROOM_PREFIX):
            self._parts.chat.typists.say(command.person, is_on=command.is_typing)

    def _history(self, command: commands.GetHistory) -> Work:
        chat = self._parts.book.chat_of(command.person)
        assert chat is not None
        return self._parts.chat.history(chat, command.limit, command.before, command.ref)

    async def _set_draft(self, command: commands.SetDraft) -> None:
        chat = self._parts.book.chat_of(command.person)
        assert chat is not None
        reply_id = bytes.fromhex(command.reply_to) if command.reply_to else None
        await self._core.write(lambda w: w.set_draft(chat, command.text, reply_id))

    async def _set_trust(self, command: commands.SetTrust) -> None:
        person = self._parts.people.find(command.person)
        stored = await self._core.write(
            lambda w: w.set_trust(
                person.peer,
                accepted=command.accepted,
                verified=command.verified,
                auto_accept=command.auto_accept,
                blocked=command.blocked,
                muted=command.muted,
                auto_accept_max_bytes=command.auto_accept_max_bytes,
            )
        )
        self._parts.people.set_trust(person, stored.trust)
        person.auto_accept, person.muted = stored.auto_accept, stored.muted
        person.auto_accept_max_bytes = stored.auto_accept_max_bytes
        if stored.trust is Trust.BLOCKED:
            self._parts.exchange.on_blocked(person)
            self._parts.presence.shun(person)
        elif command.blocked is False:
            self._parts.presence.greet(person)
            self._parts.queue.hurry(person.peer)
        self._parts.people.tell(person, command.ref)

    async def _change_settings(self, command: commands.ChangeSettings) -> None:
        fields: dict[str, object] = {}
        if command.name is not None:
            name = clean_name(command.name, "")
            if not name:
                raise KnownError(ErrorCode.BAD_REQUEST, "a name needs a visible character")
            fields["name"] = name
        if command.downloads is not None:
            fields["downloads"] = str(_existing(absolute_folder(command.downloads)))
        for field in _PLAIN_SETTINGS:
            value = getattr(command, field)
            if value is not None:
                fields[field] = value
        if command.locks_identity is not None:
            lock = self._core.profile.lock_identity
            await asyncio.to_thread(lock, command.locks_identity)
        if command.picture is not None:
            await self._parts.pictures.change(command.picture)
        self._core.change_settings(fields)
        if "name" in fields:
            self._parts.presence.rename()
        elif command.picture is not None:
            self._parts.presence.greet_contacts()
        settings = self._core.profile.settings
        self._core.emit(
            SettingsChanged(
                self._core.name,
                settings.reach.value,
                command.ref,
                settings.tells_read,
                settings.tells_typing,
                settings.hears_everyone,
                settings.transfers_at_once,
                self._core.picture,
                self._core.profile.locks_identity,
            )
        )
        self._parts.queue.fill()
        if command.reach is not None:
            await self._change_reach(command.reach)
        if command.hears_everyone:
            await self._parts.everyone.open()

    async def _change_reach(self, reach: Reach) -> None:
        if reach is Reach.EVERYONE:
            for person in self._parts.people:
                self._parts.lanes.release(person)
        await self._parts.gaps.look_everywhere()

    async def _forward(self, command: commands.ForwardMessage) -> None:
        """A text again as a text, files again as an offer of those that are here."""
        identifier = parse_id(command.message_id, ErrorCode.NO_SUCH_MESSAGE)
        chat = self._parts.book.chat_of(command.chat)
        message = await self._core.write(lambda w: w.message(identifier, chat))
        if message is None or message.news:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"no message {command.message_id}")
        if message.transfer:
            paths = await self._parts.transfers.paths_of(message.transfer)
            await self._parts.offers.offer((command.person, *command.also), paths, command.ref)
        elif command.also:
            raise KnownError(ErrorCode.BAD_REQUEST, "a text is forwarded to one at a time")
        else:
            again = commands.SendText(command.person, message.text, command.ref)
            work = self._send(again, is_forwarded=True)
            if work:
                await work

    async def _delete(self, command: commands.DeleteMessage) -> None:
        """An offer of ours is withdrawn first, so that nobody takes what is not shown."""
        identifier = parse_id(command.message_id, ErrorCode.NO_SUCH_MESSAGE)
        message = await self._core.write(lambda w: w.message(identifier))
        if message and message.transfer and not message.transfer.state.is_final:
            await self._parts.transfers.cancel(message.transfer.transfer_id, None)
        await self._parts.deeds.delete(command.message_id, command.ref)


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise KnownError(ErrorCode.NO_SUCH_PATH, f"there is no folder {folder}")
    return folder


_PLAIN_SETTINGS = (
    "reach",
    "theme",
    "language",
    "tells_read",
    "tells_typing",
    "hears_everyone",
    "transfers_at_once",
)
"""They stand in the command as they do in the file."""

_HANDLERS: dict[type, Callable[[Dispatcher, Any], Work | None]] = {
    commands.GetStatus: lambda d, c: d._answer_status(c.ref),
    commands.DiagnoseNetwork: lambda d, c: d._diagnose(c.ref),
    commands.ListPeople: lambda d, c: d._list_people(c.ref),
    commands.SendText: lambda d, c: d._send(c),
    commands.ForwardMessage: lambda d, c: d._forward(c),
    commands.EditText: lambda d, c: d._parts.deeds.edit(c.message_id, sendable_text(c.text), c.ref),
    commands.DeleteMessage: lambda d, c: d._delete(c),
    commands.React: lambda d, c: d._parts.deeds.react(c),
    commands.SetTyping: lambda d, c: d._set_typing(c),
    commands.ListEdits: lambda d, c: d._parts.deeds.list_edits(c),
    commands.CreateRoom: lambda d, c: d._parts.rooms.create(c),
    commands.ChangeRoom: lambda d, c: d._parts.rooms.change(c),
    commands.AddMembers: lambda d, c: d._parts.rooms.add(c),
    commands.RemoveMember: lambda d, c: d._parts.rooms.remove(c),
    commands.LeaveRoom: lambda d, c: d._parts.rooms.leave(c),
    commands.ListRooms: lambda d, c: d._parts.rooms.answer_rooms(c.ref),
    commands.ListReceipts: lambda d, c: d._parts.posts.list_receipts(c.message_id, c.ref),
    commands.CancelMessage: lambda d, c: d._parts.chat.cancel(c.message_id),
    commands.MarkRead: lambda d, c: d._mark_read(c),
    commands.SetDraft: lambda d, c: d._set_draft(c),
    commands.SendFiles: lambda d, c: d._parts.offers.offer((c.person, *c.also), c.paths, c.ref),
    commands.AcceptTransfer: lambda d, c: d._parts.transfers.accept(c),
    commands.DeclineTransfer: lambda d, c: d._parts.transfers.decline(c.transfer_id, c.ref),
    commands.CancelTransfer: lambda d, c: d._parts.transfers.cancel(c.transfer_id, c.ref),
    commands.PauseTransfer: lambda d, c: d._parts.transfers.pause(c.transfer_id, c.ref),
    commands.ResumeTransfer: lambda d, c: d._parts.transfers.resume(c),
    commands.ListOfferedFiles: lambda d, c: d._parts.listings.list(c.transfer_id, c.limit, c.ref),
    commands.MoveTransfer: lambda d, c: d._parts.transfers.move(c),
    commands.ListTransfers: lambda d, c: d._parts.transfers.answer_list(c),
    commands.GetPicture: lambda d, c: d._parts.pictures.read(c),
    commands.GetHistory: lambda d, c: d._history(c),
    commands.Search: lambda d, c: d._parts.chat.search(c.text, c.limit, c.ref),
    commands.Connect: lambda d, c: d._parts.reaching.connect(c.address, c.ref),
    commands.SetTrust: lambda d, c: d._set_trust(c),
    commands.ForgetPerson: lambda d, c: d._parts.forgetting.forget(c),
    commands.ChangeSettings: lambda d, c: d._change_settings(c),
}
