"""Where commands and the network's news are handed to those who deal with them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from app import commands
from app.commands import Command
from app.engine.arrivals import Arrival
from app.engine.chat import Chat, parse_id, sendable_text
from app.engine.core import Core
from app.engine.deeds import Deeds
from app.engine.everyone import Everyone
from app.engine.exchange import Exchange
from app.engine.folders import absolute_folder
from app.engine.forgetting import Forgetting
from app.engine.helpers import Helpers
from app.engine.keys import KeyChanges
from app.engine.landings import Landings
from app.engine.lanes import Lanes
from app.engine.listings import Listings
from app.engine.offers import Offers
from app.engine.people import STRANGERS_MAX, Acquaintance, People
from app.engine.presence import Presence
from app.engine.pushes import Pushes
from app.engine.queue import Queue
from app.engine.reaching import Reaching
from app.engine.room_book import KnownRoom, RoomBook
from app.engine.room_posts import RoomPosts
from app.engine.room_sync import RoomSync
from app.engine.rooms import Rooms
from app.engine.runs import Runs
from app.engine.strangers import Strangers
from app.engine.transfers import Transfers
from app.engine.workers import Workers
from app.errors import ErrorCode, KnownError
from app.events import (
    Failed,
    NetworksChanged,
    PeopleListed,
    Ready,
    SettingsChanged,
    Status,
    StatusAnswered,
)
from app.model import Reach, Trust
from app.version import VERSION
from net.addresses import parse_address
from net.node import Node, NodeListener
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.limits import DEFAULT_PORT
from net.protocol.packet import Address
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Decision,
    Delete,
    Edit,
    Frame,
    Heard,
    Held,
    Hello,
    Offer,
    Ping,
    Pong,
    React,
    Read,
    Record,
    RoomAsk,
    RoomEntry,
    RoomGiven,
    RoomHave,
    RoomPost,
    RoomRead,
    Text,
    Typing,
)
from net.protocol.rooms import EVERYONE, ROOM_PREFIX
from net.protocol.session_event import ConnectFailed, Established
from net.protocol.sightings import Sighting
from net.protocol.text import clean_name
from net.streams import Stream

Work = Coroutine[Any, Any, None]


class Office:
    """Owns the parts; is the node's listener and the engine's dispatcher."""

    def __init__(
        self, core: Core, make_node: Callable[[NodeListener], Node], *, epoch: bytes
    ) -> None:
        """``make_node`` gives the network, not started, for this listener."""
        self._core = core
        self._networks = 0
        self._is_ready = False
        core.node = make_node(self)
        self._people = People(core)
        self._chat = Chat(core, self._people)
        self._helpers = Helpers(core)
        self._runs = Runs(core, self._helpers)
        self._listings = Listings(core, self._people, self._helpers, self._runs.open_list)
        self._workers = Workers(core)
        self._exchange = Exchange(
            core,
            self._people,
            runs=self._runs,
            listings=self._listings,
            workers=self._workers,
        )
        self._book = RoomBook(core, self._people)
        self._offers = Offers(core, self._people, self._book, self._runs, self._workers)
        self._pushes = Pushes(core, self._people, self._helpers, self._runs, self._exchange.serve)
        self._queue = Queue(
            core,
            self._people,
            runs=self._runs,
            exchange=self._exchange,
            pushes=self._pushes,
            workers=self._workers,
        )
        self._landings = Landings(core, self._runs, self._workers)
        self._transfers = Transfers(
            core,
            self._people,
            runs=self._runs,
            exchange=self._exchange,
            queue=self._queue,
            landings=self._landings,
            workers=self._workers,
        )
        self._reaching = Reaching(core, self._people)
        self._presence = Presence(
            core, self._people, self._reaching, epoch=epoch, on_here=self._on_here
        )
        self._keys = KeyChanges(core, self._people)
        strangers = Strangers(core, self._is_in_room)
        self._lanes = Lanes(core, self._on_record, self._reaching.want, strangers)
        self._lanes.on_held_changed = self._people.tell
        self._people.on_decided = self._on_decided
        self._rooms = Rooms(core, self._people, self._lanes, self._book)
        self._posts = RoomPosts(core, self._people, self._lanes, self._book, self._rooms)
        self._everyone = Everyone(core, self._people, self._lanes)
        self._sync = RoomSync(core, self._people, self._lanes, self._book, self._rooms)
        self._rooms.on_grown, self._rooms.on_behind = self._on_grown, self._sync.seek
        self._rooms.on_unsaved = self._sync.tell_on
        self._posts.on_news, self._posts.on_deleted = self._sync.tell_on, self._sync.retry_early
        self._sync.handler = self._on_record
        self._deeds = Deeds(core, self._people, self._lanes, self._book, self._posts)
        self._forgetting = Forgetting(
            core,
            self._people,
            runs=self._runs,
            exchange=self._exchange,
            landings=self._landings,
            lanes=self._lanes,
        )
        self._chat.lanes = self._offers.lanes = self._lanes
        self._transfers.lanes = self._exchange.lanes = self._lanes
        self._people.on_forgotten = self._lanes.forget

    async def open(self) -> None:
        """Loads what is remembered, meets the network, and says ``Ready`` before all else."""
        await self._core.write(lambda w: (w.forget_rooms(), w.forget_strangers(STRANGERS_MAX)))
        people, rooms, given, waiting, queued, last = await self._core.write(
            lambda w: (
                w.people(),
                w.rooms_stored(),
                w.given_numbers(),
                w.peers_waited_for(),
                w.queued_count(),
                w.last_arrival(),
            )
        )
        self._lanes.load(given)
        for stored in people:
            self._people.load(stored, _parse_all(stored.addresses))
        for room in rooms:
            known = self._book.load(room)
            if not room.has_members:
                await self._rooms.remember_members(known)
            self._sync.retry_early(known)
        await self._transfers.recover()
        self._core.node.start()
        self._core.emit(Ready(self._status(queued)))
        self._is_ready = True
        await self._everyone.open()
        await self._lanes.announce_rest(last)
        for peer in waiting:
            person = self._people.get(peer)
            if person:
                await self._lanes.open(person)
        self._presence.start()

    async def close(self, timeout_s: float) -> None:
        """Transfers pause, peers hear goodbye, what is unwritten is written, sockets close."""
        self._chat.flush()
        self._chat.typists.stop()
        self._posts.stop()
        self._sync.stop()
        self._workers.stop()
        self._queue.stop()
        self._landings.stop()
        self._pushes.stop()
        await asyncio.gather(self._runs.stop(), self._helpers.stop())
        self._presence.stop()
        self._lanes.stop()
        await self._core.drain(timeout_s)
        await self._core.node.stop()
        self._workers.close()

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

    # --- commands ----------------------------------------------------------

    async def _answer_status(self, ref: str | None) -> None:
        queued = await self._core.write(lambda w: w.queued_count())
        self._core.emit(StatusAnswered(self._status(queued), ref))

    def _status(self, queued: int) -> Status:
        return Status(
            peer_id=encode_peer_id(self._core.identity.peer_id),
            name=self._core.name,
            version=VERSION,
            udp_port=self._core.node.port,
            tcp_port=self._core.node.port,
            peers=self._presence.online_count,
            queued=queued,
            networks=self._networks,
        )

    def _list_people(self, ref: str | None) -> None:
        self._core.emit(PeopleListed(tuple(p.view() for p in self._people), ref))

    def _send(self, command: commands.SendText, *, is_forwarded: bool = False) -> Work | None:
        if self._everyone.is_meant(command.person):
            return self._everyone.send(command)
        room = self._book.find(command.person)
        if room:
            return self._posts.send(room, command, is_forwarded=is_forwarded)
        self._chat.send(command, is_forwarded=is_forwarded)
        return None

    def _mark_read(self, command: commands.MarkRead) -> Work:
        if self._everyone.is_meant(command.person):
            return self._everyone.mark_read(command.ref)
        room = self._book.find(command.person)
        if room:
            return self._posts.mark_read(room, command.ref)
        return self._chat.mark_read(command.person, command.ref)

    def _set_typing(self, command: commands.SetTyping) -> None:
        if not command.person.startswith(ROOM_PREFIX):
            self._chat.typists.say(command.person, is_on=command.is_typing)

    def _history(self, command: commands.GetHistory) -> Work:
        chat = self._book.chat_of(command.person)
        assert chat is not None
        return self._chat.history(chat, command.limit, command.before, command.ref)

    async def _set_draft(self, command: commands.SetDraft) -> None:
        chat = self._book.chat_of(command.person)
        assert chat is not None
        reply_id = bytes.fromhex(command.reply_to) if command.reply_to else None
        await self._core.write(lambda w: w.set_draft(chat, command.text, reply_id))

    async def _set_trust(self, command: commands.SetTrust) -> None:
        person = self._people.find(command.person)
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
        self._people.set_trust(person, stored.trust)
        person.auto_accept, person.muted = stored.auto_accept, stored.muted
        person.auto_accept_max_bytes = stored.auto_accept_max_bytes
        if stored.trust is Trust.BLOCKED:
            self._exchange.on_blocked(person)
        elif command.blocked is False:
            self._queue.hurry(person.peer)
        self._people.tell(person, command.ref)

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
        self._core.change_settings(fields)
        if "name" in fields:
            self._presence.rename()
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
            )
        )
        self._queue.fill()
        if settings.reach is Reach.EVERYONE:
            for person in self._people:
                self._lanes.release(person)
        if command.hears_everyone:
            await self._everyone.open()

    async def _forward(self, command: commands.ForwardMessage) -> None:
        """A text again as a text, files again as an offer of those that are here."""
        identifier = parse_id(command.message_id, ErrorCode.NO_SUCH_MESSAGE)
        chat = self._book.chat_of(command.chat)
        message = await self._core.write(lambda w: w.message(identifier, chat))
        if message is None or message.news:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"no message {command.message_id}")
        if message.transfer:
            paths = await self._transfers.paths_of(message.transfer)
            await self._offers.offer((command.person, *command.also), paths, command.ref)
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
            await self._transfers.cancel(message.transfer.transfer_id, None)
        await self._deeds.delete(command.message_id, command.ref)

    # --- the node's news ---------------------------------------------------

    def on_established(self, event: Established) -> None:
        self._presence.on_established(event)

    def on_frames(self, peer: PeerId, frames: Sequence[Frame]) -> None:
        person = self._people.get(peer)
        if person is None:
            return
        person.heard_s = self._core.now_s()
        for frame in frames:
            _FRAMES[type(frame)](self, person, frame)

    def on_moved(self, peer: PeerId, address: Address) -> None:
        self._presence.on_moved(peer, address)
        self._runs.doubt(peer)

    def on_ended(self, peer: PeerId) -> None:
        self._presence.on_ended(peer)

    def on_connect_failed(self, event: ConnectFailed) -> None:
        self._reaching.on_connect_failed(event)

    def on_sighting(self, sighting: Sighting) -> None:
        self._presence.on_sighting(sighting)

    def on_networks(self, count: int) -> None:
        self._networks = count
        if self._is_ready:
            self._core.emit(NetworksChanged(count))
            self._presence.on_networks()
            self._queue.hurry()

    def on_transfer_stream(self, stream: Stream) -> None:
        self._pushes.call_off(stream)
        self._exchange.on_stream(stream)

    def on_chat_stream_lost(self, peer: PeerId) -> None:
        self._lanes.on_stream_lost(peer)

    def is_known(self, peer: PeerId) -> bool:
        person = self._people.get(peer)
        return person is not None and person.trust is not Trust.BLOCKED

    def is_stranger(self, peer: PeerId) -> bool:
        return self._people.get(peer) is None

    def is_contact(self, peer: PeerId) -> bool:
        person = self._people.get(peer)
        return person is not None and person.is_contact

    # --- between the parts -------------------------------------------------

    def _on_here(self, person: Acquaintance) -> None:
        self._core.spawn(self._welcome(person))

    async def _welcome(self, person: Acquaintance) -> None:
        await self._lanes.open(person)
        await self._sync.on_here(person)

    def _on_post(self, person: Acquaintance, post: RoomPost) -> Arrival:
        if post.room == EVERYONE:
            return self._everyone.on_post(person, post)
        return self._posts.on_post(person, post)

    def _on_offer(self, person: Acquaintance, offer: Offer) -> Arrival:
        is_shared = self._is_in_room(person, offer)
        return self._transfers.on_offer(person, offer, is_shared=is_shared)

    def _is_in_room(self, person: Acquaintance, offer: Offer) -> bool:
        room = self._book.get(offer.room) if offer.room else None
        return room is not None and room in self._book.shared_with(person.peer)

    def _on_decided(self, person: Acquaintance) -> None:
        """They are no stranger any more."""
        self._keys.on_decided(person)
        if person.is_contact:
            self._lanes.release(person)

    def _on_grown(self, room: KnownRoom) -> None:
        self._sync.retry_early(room)
        self._sync.tell_on(room)

    def _on_hello(self, person: Acquaintance, hello: Hello) -> None:
        was_greeted = person.hello_serial >= 0
        self._presence.on_hello(person, hello)
        if person.is_online:
            self._keys.on_hello(person)
        if person.hello_serial >= 0 and not was_greeted:
            self._queue.hurry(person.peer)

    def _on_record(self, person: Acquaintance, record: Record) -> Arrival:
        person.is_kept = True
        handle = _RECORDS.get(type(record))
        return handle(self, person, record) if handle else Arrival()


def _parse_all(texts: Sequence[str]) -> list[Address]:
    addresses = []
    for text in texts:
        try:
            addresses.append(parse_address(text, DEFAULT_PORT))
        except ValueError:
            continue  # of another version, or a damaged row: beacons will tell
    return addresses


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

_FRAMES: dict[type, Callable[[Office, Acquaintance, Any], None]] = {
    Hello: lambda o, p, f: o._on_hello(p, f),
    Heard: lambda o, p, f: o._presence.on_heard(p, f),
    Ping: lambda o, p, f: o._presence.on_ping(p, f),
    Pong: lambda o, p, f: o._presence.on_pong(p, f),
    Bye: lambda o, p, _: o._presence.on_bye(p),
    Data: lambda o, p, f: o._lanes.on_data(p, f),
    Ack: lambda o, p, f: o._lanes.on_ack(p, f),
    Held: lambda o, p, f: o._lanes.on_held(p, f),
    Typing: lambda o, p, f: o._chat.typists.on_frame(p, f),
}

_RECORDS: dict[type, Callable[[Office, Acquaintance, Any], Arrival]] = {
    Text: lambda o, p, r: o._chat.on_text(p, r),
    Read: lambda o, p, r: o._chat.on_read(p, r),
    Offer: lambda o, p, r: o._on_offer(p, r),
    Decision: lambda o, p, r: o._transfers.on_decision(p, r),
    Edit: lambda o, p, r: o._deeds.on_deed(p, r),
    Delete: lambda o, p, r: o._deeds.on_deed(p, r),
    React: lambda o, p, r: o._deeds.on_deed(p, r),
    RoomEntry: lambda o, p, r: o._rooms.on_entry(p, r),
    RoomPost: lambda o, p, r: o._on_post(p, r),
    RoomRead: lambda o, p, r: o._posts.on_read(p, r),
    RoomHave: lambda o, p, r: o._sync.on_have(p, r),
    RoomAsk: lambda o, p, r: o._sync.on_ask(p, r),
    RoomGiven: lambda o, p, r: o._sync.on_given(p, r),
}

_HANDLERS: dict[type, Callable[[Office, Any], Work | None]] = {
    commands.GetStatus: lambda o, c: o._answer_status(c.ref),
    commands.ListPeople: lambda o, c: o._list_people(c.ref),
    commands.SendText: lambda o, c: o._send(c),
    commands.ForwardMessage: lambda o, c: o._forward(c),
    commands.EditText: lambda o, c: o._deeds.edit(c.message_id, sendable_text(c.text), c.ref),
    commands.DeleteMessage: lambda o, c: o._delete(c),
    commands.React: lambda o, c: o._deeds.react(c),
    commands.SetTyping: lambda o, c: o._set_typing(c),
    commands.ListEdits: lambda o, c: o._deeds.list_edits(c),
    commands.CreateRoom: lambda o, c: o._rooms.create(c),
    commands.ChangeRoom: lambda o, c: o._rooms.change(c),
    commands.AddMembers: lambda o, c: o._rooms.add(c),
    commands.RemoveMember: lambda o, c: o._rooms.remove(c),
    commands.LeaveRoom: lambda o, c: o._rooms.leave(c),
    commands.ListRooms: lambda o, c: o._rooms.answer_rooms(c.ref),
    commands.ListReceipts: lambda o, c: o._posts.list_receipts(c.message_id, c.ref),
    commands.CancelMessage: lambda o, c: o._chat.cancel(c.message_id),
    commands.MarkRead: lambda o, c: o._mark_read(c),
    commands.SetDraft: lambda o, c: o._set_draft(c),
    commands.SendFiles: lambda o, c: o._offers.offer((c.person, *c.also), c.paths, c.ref),
    commands.AcceptTransfer: lambda o, c: o._transfers.accept(c),
    commands.DeclineTransfer: lambda o, c: o._transfers.decline(c.transfer_id, c.ref),
    commands.CancelTransfer: lambda o, c: o._transfers.cancel(c.transfer_id, c.ref),
    commands.PauseTransfer: lambda o, c: o._transfers.pause(c.transfer_id, c.ref),
    commands.ResumeTransfer: lambda o, c: o._transfers.resume(c),
    commands.ListOfferedFiles: lambda o, c: o._listings.list(c.transfer_id, c.limit, c.ref),
    commands.MoveTransfer: lambda o, c: o._transfers.move(c),
    commands.ListTransfers: lambda o, c: o._transfers.answer_list(c),
    commands.GetHistory: lambda o, c: o._history(c),
    commands.Search: lambda o, c: o._chat.search(c.text, c.limit, c.ref),
    commands.Connect: lambda o, c: o._reaching.connect(c.address, c.ref),
    commands.SetTrust: lambda o, c: o._set_trust(c),
    commands.ForgetPerson: lambda o, c: o._forgetting.forget(c),
    commands.ChangeSettings: lambda o, c: o._change_settings(c),
}
