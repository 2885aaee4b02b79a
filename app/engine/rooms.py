"""Rooms: who is in them. What members sign goes into the log, to the disk, and to all."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from app.commands import AddMembers, ChangeRoom, CreateRoom, LeaveRoom, RemoveMember
from app.engine.arrivals import Arrival, Effect
from app.engine.core import Core
from app.engine.everyone import Everyone
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.room_book import KnownRoom, RoomBook
from app.errors import ErrorCode, KnownError
from app.events import MessagesAdded, RoomChanged, RoomsListed, StatesChanged
from app.model import RoomAct
from app.store.room_types import RoomNews, RoomSaved
from app.store.rows import write_news
from app.store.types import Place, Queued
from app.store.writer import Writer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId, peer_id_of
from net.protocol.limits import PICTURE_MAX_BYTES, ROOM_AUTHORS_MAX, ROOM_MEMBERS_MAX
from net.protocol.records import RoomEntry, encode_record
from net.protocol.room_log import Outcome, RoomState
from net.protocol.rooms import (
    EVERYONE,
    Act,
    Add,
    Create,
    Leave,
    Newcomer,
    Picture,
    Remove,
    Rename,
    RoomId,
    SignedEntry,
    read_entry,
    sign_entry,
)
from net.protocol.text import clean_name

T = TypeVar("T")


class Rooms:
    def __init__(self, core: Core, people: People, lanes: Lanes, book: RoomBook) -> None:
        self._core = core
        self._people = people
        self._lanes = lanes
        self._book = book
        self.on_grown: Callable[[KnownRoom], None]
        """Set by the engine: a room's log has more entries, and they are durable."""
        self.on_behind: Callable[[KnownRoom, Acquaintance], None]
        """Set by the engine: this person has entries of a room that are not here."""
        self.on_unsaved: Callable[[KnownRoom], None]
        """Set by the engine: an entry came, and is not on the disk yet."""

    # --- commands ----------------------------------------------------------

    async def create(self, command: CreateRoom) -> None:
        """Raises KnownError."""
        name = _room_name(command.name)
        newcomers = tuple(_newcomer(self._people.find(text)) for text in command.people)
        _check_size(len(newcomers) + 1)
        act = Create(self._core.entropy(16), name, self._core.name, newcomers)
        signed = sign_entry(self._core.identity, (), self._core.now_ms(), act)
        room = self._book.add(RoomId(signed.entry_id))
        await self._publish(room, signed, command.ref)

    async def change(self, command: ChangeRoom) -> None:
        """Raises KnownError."""
        if Everyone.is_meant(command.room):
            await self._change_for_oneself(EVERYONE, command)
            return
        room, ref = self._book.must_find(command.room), command.ref
        if command.name is not None:
            await self._act(room, Rename(_room_name(command.name)), ref)
        if command.picture is not None:
            if len(command.picture) > PICTURE_MAX_BYTES:
                detail = f"a picture of a room has at most {PICTURE_MAX_BYTES} bytes"
                raise KnownError(ErrorCode.TOO_LONG, detail)
            await self._act(room, Picture(command.picture), ref)
        await self._change_for_oneself(room.room_id, command)

    async def _change_for_oneself(self, room_id: RoomId, command: ChangeRoom) -> None:
        if command.is_muted is not None:
            is_muted = command.is_muted
            view = await self._core.write(lambda w: w.mute_room(room_id, is_muted=is_muted))
            self._core.emit(RoomChanged(view, command.ref))
        if command.is_accepted:
            room = self._book.get(room_id)
            if room:
                self.on_accepted(room)
            view = await self._core.write(lambda w: w.accept_room(room_id))
            self._core.emit(RoomChanged(view, command.ref))

    async def add(self, command: AddMembers) -> None:
        """They get the log from us, and from anyone what is said from now on. Raises KnownError."""
        room = self._book.must_find(command.room)
        people = dict.fromkeys(self._people.find(text) for text in command.people)
        new = [person for person in people if person.peer not in room.state.members]
        if not new:
            raise KnownError(ErrorCode.WRONG_STATE, "they are members already")
        _check_size(len(room.state.members) + len(new))
        since = sorted(list(room.told_numbers().items())[:ROOM_AUTHORS_MAX])
        act = Add(tuple(map(_newcomer, new)), tuple(since))
        await self._act(room, act, command.ref, newcomers=[person.peer for person in new])

    async def remove(self, command: RemoveMember) -> None:
        """Raises KnownError WRONG_STATE unless we are the admin."""
        room, peer = self._book.must_find(command.room), self._people.find(command.person).peer
        if room.state.admin != self._book.ours:
            raise KnownError(ErrorCode.WRONG_STATE, "only the admin of a room removes members")
        if peer not in room.state.members:
            raise KnownError(ErrorCode.WRONG_STATE, "they are no member")
        await self._act(room, Remove(peer, room.numbers.get(peer, 1)), command.ref)

    async def leave(self, command: LeaveRoom) -> None:
        """Raises KnownError."""
        room = self._book.must_find(command.room)
        await self._core.write(lambda _: None)  # what was said just before has its number then
        await self._act(room, Leave(room.numbers.get(self._book.ours, 1)), command.ref)

    async def answer_rooms(self, ref: str | None) -> None:
        self._core.emit(RoomsListed(tuple(await self._core.write(lambda w: w.rooms())), ref))

    async def remember_members(self, room: KnownRoom) -> None:
        """Of a room whose members a damaged disk has lost, as its log says."""
        if self._book.is_in(room):
            view, ours, since = room.view(), self._book.ours, self._book.since(room)
            is_accepted = room.is_accepted
            await self._core.write(
                lambda w: w.save_room(
                    room.room_id, (), view, (), ours=ours, is_accepted=is_accepted, since=since
                )
            )

    def on_accepted(self, room: KnownRoom) -> None:
        """What strangers hold back of it may come."""
        room.is_accepted = True
        for person in self._book.members(room):
            self._lanes.release(person)
        self._lanes.gaps.look(room)

    # --- what others signed ------------------------------------------------

    def on_entry(self, person: Acquaintance, record: RoomEntry) -> Arrival:
        """Raises RemoteProtocolError for one that counts for nothing."""
        signed = SignedEntry(record.entry, record.signature)
        room = self._book.get(record.room) or self._begin(record.room, signed)
        before = room.state
        outcome = room.log.add(signed)
        if outcome is Outcome.EARLY:
            return self.keep_early(person, room, encode_record(record))
        if outcome is Outcome.KNOWN and not room.unsaved:
            return Arrival()
        if outcome is Outcome.ADDED:
            room.unsaved[signed.entry_id] = signed
            self.on_unsaved(room)
        return Arrival(effect=self._save(room, before, signed))

    def keep_early(self, person: Acquaintance, room: KnownRoom, record: bytes) -> Arrival:
        room.has_early = True
        self.on_behind(room, person)
        return Arrival(
            effect=Effect(lambda w: w.keep_early_room(person.peer, room.room_id, record))
        )

    def _begin(self, room_id: bytes, signed: SignedEntry) -> KnownRoom:
        """A room that we hear of for the first time; what creates it may be on its way still."""
        read_entry(signed)
        return self._book.add_untold(room_id)

    # --- ours --------------------------------------------------------------

    async def _act(
        self, room: KnownRoom, act: Act, ref: str | None, newcomers: Sequence[PeerId] = ()
    ) -> None:
        if not self._book.is_in(room):
            raise KnownError(ErrorCode.WRONG_STATE, "only members change a room")
        signed = sign_entry(self._core.identity, room.log.parents_now(), self._core.now_ms(), act)
        await self._publish(room, signed, ref, newcomers)

    async def _publish(
        self,
        room: KnownRoom,
        signed: SignedEntry,
        ref: str | None,
        newcomers: Sequence[PeerId] = (),
    ) -> None:
        """Into the log, and in one commit onto the disk and into the lanes of all whom it
        concerns: also of those who are members no more. ``newcomers`` get the log before it.

        Raises KnownError when it is not lawful or the disk fails. Whatever it raises, it never was.
        """
        before, earlier = room.state, room.log.missing(())
        try:
            room.log.add(signed)
        except RemoteProtocolError as error:
            raise KnownError(ErrorCode.WRONG_STATE, str(error)) from error
        room.unsaved[signed.entry_id] = signed
        save = self._save(room, before, signed, ref)
        record = encode_record(RoomEntry(room.room_id, signed.entry, signed.signature))
        lane_id, ours = self._core.lane_id, self._book.ours
        peers = [p for p in {**room.state.members, **before.members} if p != ours]

        def work(w: Writer) -> tuple[object, list[Place]]:
            saved = save.apply(w)
            log = w.entry_records(room.room_id, earlier) if newcomers else ()
            places = [place for r in log for place in w.send_to(newcomers, r, lane_id)]
            return saved, [*places, *w.send_to(peers, record, lane_id)]

        try:
            saved, places = await self._core.write(work)
        except BaseException:  # whatever it was, it is not on the disk
            self._book.withdraw(room, signed)
            raise
        save.after(saved)
        self.put(places)

    def put(self, places: Sequence[Place]) -> None:
        """What is in the outbox now goes out."""
        for place in places:
            person = self._people.get(place.peer_id)
            if person:
                self._lanes.put(person, Queued(place.seq, place.record, None))

    # --- to the disk and to the user ----------------------------------------

    def _save(
        self,
        room: KnownRoom,
        before: RoomState,
        signed: SignedEntry,
        ref: str | None = None,
    ) -> Effect:
        self._book.meet_members(room)
        view, ours = room.view(), self._book.ours
        is_new = ours not in before.members and self._book.is_in(room)
        actor = peer_id_of(read_entry(signed).author)
        if is_new or actor == ours:
            room.is_accepted = self._is_welcome(actor)
        for item in self._news(before, room.state, signed, is_new=is_new):
            room.unsaved_news[item.message_id] = item
        if is_new:
            room.unsaved_since.update(self._book.since(room))
        entries, news = dict(room.unsaved), dict(room.unsaved_news)
        since = dict(room.unsaved_since)
        is_accepted = room.is_accepted
        for author, number in since.items():
            if author == ours or author not in room.state.keys:
                continue
            known = room.numbers.get(PeerId(author), 1)
            room.numbers[PeerId(author)] = max(known, number)

        def apply(w: Writer) -> object:
            return w.save_room(
                room.room_id,
                tuple(entries.values()),
                view,
                news.values(),
                ours=ours,
                is_accepted=is_accepted,
                since=since,
            )

        def after(saved: object) -> None:
            if isinstance(saved, RoomSaved):
                _drop(room.unsaved, entries)
                _drop(room.unsaved_news, news)
                _drop(room.unsaved_since, since)
                self._tell(saved, ref)
                if is_new and is_accepted:
                    self.on_accepted(room)
                self.on_grown(room)

        return Effect(apply, after)

    def _is_welcome(self, actor: PeerId) -> bool:
        """Whether a room is no request if ``actor`` brings us in. It does not matter who hands
        their word on: everybody in the room does so, for strangers too."""
        person = self._people.get(actor)
        return actor == self._book.ours or (person is not None and person.is_contact)

    def _tell(self, saved: RoomSaved, ref: str | None) -> None:
        if saved.room.is_member or saved.messages:
            self._core.emit(RoomChanged(saved.room, ref))
        if saved.messages:
            self._core.emit(MessagesAdded(saved.messages))
        if saved.changes:
            self._core.emit(StatesChanged(saved.changes))

    def _news(
        self, before: RoomState, after: RoomState, signed: SignedEntry, *, is_new: bool
    ) -> list[RoomNews]:
        """What a member sees happen: only while they are one, and only what has an effect."""
        ours = self._book.ours
        if before is after or not (is_new or ours in before.members):
            return []
        entry = read_entry(signed)
        author = peer_id_of(entry.author)
        told = _told(before, after, entry.act, ours, is_new=is_new)
        if told is None:
            return []
        act, people, name = told
        shown = [b"" if peer == ours else peer for peer in people]
        news = write_news(act, shown, clean_name(name, ""))
        return [RoomNews(signed.entry_id[:16], author, entry.time_ms, news)]


def _told(
    before: RoomState, after: RoomState, act: Act, ours: PeerId, *, is_new: bool
) -> tuple[RoomAct, list[PeerId], str] | None:
    """What it did, to whom, and the new name; None for what had no effect."""
    came = [peer for peer in after.members if peer not in before.members]
    gone = [peer for peer in before.members if peer not in after.members]
    told: tuple[RoomAct, list[PeerId], str] | None = None
    match act:
        case Create():
            told = RoomAct.CREATED, [], after.name
        case Add() if is_new:
            told = RoomAct.ADDED, [ours], after.name
        case Add() if came:
            told = RoomAct.ADDED, came, ""
        case Leave() if gone:
            told = RoomAct.LEFT, [], ""
        case Remove() if gone:
            told = RoomAct.REMOVED, gone, ""
        case Rename() if after.name != before.name:
            told = RoomAct.RENAMED, [], after.name
        case Picture() if after.picture != before.picture:
            told = RoomAct.PICTURE, [], ""
    return told


def _drop(unsaved: dict[bytes, T], saved: Iterable[bytes]) -> None:
    for name in saved:
        unsaved.pop(name, None)


def _newcomer(person: Acquaintance) -> Newcomer:
    return Newcomer(person.public_key, person.name)


def _room_name(text: str) -> str:
    name = clean_name(text, "")
    if not name:
        raise KnownError(ErrorCode.BAD_REQUEST, "a name needs a visible character")
    return name


def _check_size(members: int) -> None:
    if members > ROOM_MEMBERS_MAX:
        detail = f"a room has at most {ROOM_MEMBERS_MAX} members"
        raise KnownError(ErrorCode.TOO_LONG, detail)
