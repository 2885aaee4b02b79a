"""What is said in rooms: ours to every member, theirs in each author's order to the user."""

import asyncio
from collections.abc import Callable

from app.commands import SendText
from app.engine.arrivals import Arrival, Effect
from app.engine.chat import EMPTY_TEXT, parse_id, parse_mentions, sendable_text
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.room_book import KnownRoom, RoomBook
from app.engine.rooms import Rooms
from app.errors import ErrorCode, KnownError
from app.events import (
    MessagesAdded,
    MessagesChanged,
    ReadMarked,
    ReceiptsListed,
    StatesChanged,
)
from app.model import Direction, Message, MessageKind, Reach, Trust
from app.store.room_types import RoomReceived
from app.store.types import PLAIN, Deed, Extras, IncomingMessage, OwnDeed, Place, Published, Queued
from app.store.writer import Writer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId, decode_peer_id
from net.protocol.records import (
    Delete,
    Edit,
    React,
    RoomPost,
    RoomRead,
    Text,
    decode_record,
    encode_record,
)
from net.protocol.rooms import sign_post, verify_post
from net.protocol.sequencer import Sequencer
from net.protocol.text import clean_text


class RoomPosts:
    def __init__(
        self, core: Core, people: People, lanes: Lanes, book: RoomBook, rooms: Rooms
    ) -> None:
        self._core = core
        self._people = people
        self._lanes = lanes
        self._book = book
        self._rooms = rooms
        self._timers: dict[tuple[KnownRoom, PeerId], asyncio.TimerHandle] = {}
        self.on_news: Callable[[KnownRoom], None]
        """Set by the engine: something came that others may have missed."""
        self.on_deleted: Callable[[KnownRoom], None]
        """Set by the engine: what came without its words may be believed now."""

    # --- ours --------------------------------------------------------------

    async def send(self, room: KnownRoom, command: SendText, *, is_forwarded: bool = False) -> None:
        """Raises KnownError; afterwards the answer is ``MessagesAdded`` once it is durable."""
        text, mentions = sendable_text(command.text), parse_mentions(command.mentions)
        reply_to = command.reply_to
        answered = parse_id(reply_to, ErrorCode.NO_SUCH_MESSAGE) if reply_to else None
        message_id, now_ms = self._core.entropy(16), self._core.now_ms()
        room_id, sign, ours = room.room_id, self._sign(room), self._book.ours
        lane_id = self._core.lane_id

        def work(w: Writer) -> Published:
            extras = self._extras(w, room, answered, mentions, is_forwarded=is_forwarded)

            def encode(order: int) -> bytes:
                fields = (extras.reply, extras.mentions, extras.is_forwarded)
                return encode_record(Text(message_id, order, now_ms, text, *fields))

            return w.post_text(
                room_id,
                message_id,
                text=text,
                time_ms=now_ms,
                encode=encode,
                sign=sign,
                ours=ours,
                lane_id=lane_id,
                extras=extras,
            )

        published = await self._core.write(work)
        self._rooms.on_accepted(room)
        assert published.message is not None
        self._core.emit(MessagesAdded((published.message,), command.ref))
        self.put(published)

    def publish_deed(self, w: Writer, done: OwnDeed) -> Published:
        """On the store thread, in the commit in which it was done here."""
        room = self._book.get(done.room_id or b"")
        assert room is not None
        ours, lane_id = self._book.ours, self._core.lane_id
        return w.post_deed(
            room.room_id, done.deed, sign=self._sign(room), ours=ours, lane_id=lane_id
        )

    def put(self, published: Published) -> None:
        """What is in the outbox now goes out, and what was withdrawn does not."""
        room = self._book.get(published.post[0]) if published.post else None
        if room and published.post:
            known, number = room.numbers.get(self._book.ours, 1), published.post[1]
            room.numbers[self._book.ours] = max(known, number + 1)
        for place in published.voided:
            self._lanes.replace(place.peer_id, place.seq, place.record)
        self._rooms.put(published.places)

    async def mark_read(self, room: KnownRoom, ref: str | None) -> None:
        room_id, lane_id = room.room_id, self._core.lane_id
        settings = self._core.profile.settings
        is_request = not room.is_accepted and settings.reach is not Reach.EVERYONE
        is_told = settings.tells_read and not is_request

        def work(w: Writer) -> list[tuple[PeerId, Queued]]:
            marks = w.mark_room_read(room_id)
            queued = []
            for peer, number in marks if is_told else ():
                w.lane_for(peer, lane_id)
                record = encode_record(RoomRead(room_id, number))
                queued.append((peer, w.add_record(peer, record)))
            return queued

        queued = await self._core.write(work)
        self._core.emit(ReadMarked(room.text_id, ref))
        self._rooms.put([Place(peer, q.seq, q.record) for peer, q in queued])

    async def list_receipts(self, message_id: str, ref: str | None) -> None:
        identifier = parse_id(message_id, ErrorCode.NO_SUCH_MESSAGE)
        receipts = await self._core.write(lambda w: w.receipts(identifier))
        self._core.emit(ReceiptsListed(identifier.hex(), tuple(receipts), ref))

    # --- theirs ------------------------------------------------------------

    def on_post(self, person: Acquaintance, post: RoomPost) -> Arrival:
        """From its author, or from any member who has it. Raises RemoteProtocolError."""
        room = self._book.get(post.room) or self._book.add_untold(post.room)
        state, author = room.state, PeerId(post.author)
        key = state.keys.get(author)
        is_heard = self._book.is_in(room) and state.may_post(author, post.number)
        if key is None or not is_heard:
            return self._rooms.keep_early(person, room, encode_record(post))
        verify_post(key, post)
        content, ours = self._content(author, post), self._book.ours

        def apply(w: Writer) -> RoomReceived | None:
            try:
                received = w.receive_post(post, content, ours)
            except KnownError:  # the disk refused the entries that it needs: they come again
                received = None
            if received is None or received.is_unproven:
                w.keep_early_room(person.peer, room.room_id, encode_record(post))
            return received

        def after(result: object) -> None:
            room.has_early |= result is None
            if isinstance(result, RoomReceived):
                room.has_early |= result.is_unproven
                self._on_received(room, author, post.number, result)
                if result.rival and (author, post.number) not in room.settled:
                    room.settled.add((author, post.number))
                    self._core.spawn(self._settle(room, post, result.rival))
                if isinstance(content, Delete):
                    self.on_deleted(room)

        return Arrival(effect=Effect(apply, after))

    def on_read(self, person: Acquaintance, record: RoomRead) -> Arrival:
        room = self._book.get(record.room)
        if room is None:
            return Arrival()
        number = min(record.next_number, room.numbers.get(self._book.ours, 1))

        def after(changes: object) -> None:
            if isinstance(changes, list) and changes:
                self._core.emit(StatesChanged(tuple(changes)))

        apply = Effect(lambda w: w.mark_read_by_member(room.room_id, person.peer, number), after)
        return Arrival(effect=apply)

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    # --- inside ------------------------------------------------------------

    async def _settle(self, room: KnownRoom, post: RoomPost, rival: bytes) -> None:
        """Two posts under one number: their author is told of the first, and posts the
        second again."""
        sign, ours, lane_id = self._sign(room), self._book.ours, self._core.lane_id
        author, content = PeerId(post.author), self._content(ours, post)

        def work(w: Writer) -> Published | None:
            if author != ours:
                return Published(w.send_to([author], rival, lane_id))
            return w.post_again(post, content, sign=sign, ours=ours, lane_id=lane_id)

        try:
            published = await self._core.write(work)
        except KnownError:
            room.settled.discard((author, post.number))
            raise
        if published:
            self.put(published)

    def _sign(self, room: KnownRoom) -> Callable[[int, bytes], bytes]:
        identity = self._core.identity
        return lambda number, digest: sign_post(identity, room.room_id, number, digest)

    def _extras(
        self,
        w: Writer,
        room: KnownRoom,
        answered: bytes | None,
        mentions: tuple[bytes, ...],
        *,
        is_forwarded: bool,
    ) -> Extras:
        if answered is None:
            return Extras(None, mentions, is_forwarded) if mentions or is_forwarded else PLAIN
        message = w.message(answered, room.room_id)
        if message is None:
            detail = f"{answered.hex()} is not in this room"
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, detail)
        is_ours = message.direction is Direction.OUT
        author = self._book.ours if is_ours else decode_peer_id(message.peer_id)
        return Extras((author, answered), mentions, is_forwarded)

    def _content(self, author: PeerId, post: RoomPost) -> IncomingMessage | Deed | None:
        """None for what is not shown here: deleted, of somebody blocked, or not understood."""
        if not post.body:
            return None
        try:
            record = decode_record(post.body)
        except RemoteProtocolError:
            return None  # of a later version: kept and handed on
        person = self._people.get(author)
        if person and person.trust is Trust.BLOCKED and not isinstance(record, Delete):
            return None
        if isinstance(record, Edit | Delete | React):
            return record
        if not isinstance(record, Text):
            return None
        extras = Extras(record.reply, record.mentions, record.is_forwarded)
        return IncomingMessage(
            record.message,
            MessageKind.TEXT,
            clean_text(record.text) or EMPTY_TEXT,
            record.order,
            record.time_ms,
            extras=extras,
        )

    def _on_received(
        self, room: KnownRoom, author: PeerId, number: int, received: RoomReceived
    ) -> None:
        if received.next_number > room.numbers.get(author, 1):
            room.numbers[author] = received.next_number
            self.on_news(room)
        message = received.message
        if message is None:
            pass
        elif message.direction is Direction.OUT:
            change, added = MessagesChanged((message,)), MessagesAdded((message,))
            self._core.emit(change if received.is_change else added)
        elif not received.is_change:
            sequencer = room.sequencers.setdefault(author, Sequencer())
            sequencer.put(number, message, self._core.now_s())
        elif not self._revise(room, message):
            self._core.emit(MessagesChanged((message,)))
        self._show(room, author)

    def _revise(self, room: KnownRoom, message: Message) -> bool:
        """True: it was not shown yet, and will be as it is now."""
        sequencer = room.sequencers.get(decode_peer_id(message.peer_id))
        if sequencer is None:
            return False
        return sequencer.swap(lambda held: held.message_id == message.message_id, message)

    def _show(self, room: KnownRoom, author: PeerId) -> None:
        """What is in its author's order, or has waited long enough for what is before it."""
        timer = self._timers.pop((room, author), None)
        if timer:
            timer.cancel()
        sequencer = room.sequencers.setdefault(author, Sequencer())
        next_number = room.numbers.get(author, 1)
        ready = sequencer.take(next_number, self._core.now_s())
        if ready:
            self._lanes.announce(ready)
        if sequencer.is_ahead(next_number) or self._lanes.gaps.has(room):
            self._lanes.gaps.look(room)
        deadline_s = sequencer.next_deadline_s()
        if deadline_s is not None:
            handle = self._core.loop.call_at(deadline_s, self._show, room, author)
            self._timers[room, author] = handle
