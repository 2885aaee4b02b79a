"""Edits, deletions and reactions: ours to the other side, theirs to the chat."""

from collections.abc import Callable
from dataclasses import replace

from app.commands import ListEdits, React
from app.engine.arrivals import Arrival, Effect
from app.engine.chat import check_may_write, check_not_blocked, parse_id
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.room_book import RoomBook
from app.engine.room_posts import RoomPosts
from app.errors import ErrorCode, KnownError
from app.events import EditsListed, MessagesChanged
from app.model import Direction, Message
from app.store.types import Deed, OwnDeed, Place, Published
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Delete, encode_record
from net.protocol.rooms import EVERYONE
from net.protocol.text import is_emoji


class Deeds:
    def __init__(
        self, core: Core, people: People, lanes: Lanes, book: RoomBook, posts: RoomPosts
    ) -> None:
        self._core = core
        self._people = people
        self._lanes = lanes
        self._book = book
        self._posts = posts
        self._changed: dict[tuple[str, Direction, str], Message] = {}

    async def edit(self, message_id: str, text: str, ref: str | None) -> None:
        """``text`` is fit to be sent. Raises KnownError."""
        identifier, now_ms = parse_id(message_id, ErrorCode.NO_SUCH_MESSAGE), self._core.now_ms()
        await self._do(lambda w: w.edit_own(identifier, text, now_ms), ref)

    async def delete(self, message_id: str, ref: str | None) -> None:
        """Raises KnownError."""
        identifier = parse_id(message_id, ErrorCode.NO_SUCH_MESSAGE)
        await self._do(lambda w: w.delete_own(identifier), ref)

    async def react(self, command: React) -> None:
        """Raises KnownError."""
        if not is_emoji(command.emoji):
            raise KnownError(ErrorCode.BAD_REQUEST, "a reaction is one emoji")
        identifier = parse_id(command.message_id, ErrorCode.NO_SUCH_MESSAGE)
        chat, now_ms = self._book.chat_of(command.chat), self._core.now_ms()
        ours, emoji, is_on = self._core.identity.peer_id, command.emoji, command.is_on
        await self._do(
            lambda w: w.react_own(identifier, chat, ours, emoji, is_on=is_on, now_ms=now_ms),
            command.ref,
        )

    async def list_edits(self, command: ListEdits) -> None:
        """Raises KnownError NO_SUCH_MESSAGE."""
        identifier = parse_id(command.message_id, ErrorCode.NO_SUCH_MESSAGE)
        chat = self._book.chat_of(command.chat)
        texts = await self._core.write(lambda w: w.earlier_texts(identifier, chat))
        if texts is None:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"no message {command.message_id}")
        self._core.emit(EditsListed(identifier.hex(), tuple(texts), command.ref))

    def on_deed(self, person: Acquaintance, deed: Deed) -> Arrival:
        def tell(message: object) -> None:
            if isinstance(message, Message) and not self._lanes.revise(person.peer, message):
                self._tell_soon(message)

        return Arrival(effect=Effect(lambda w: w.do(person.peer, deed), tell))

    def _tell_soon(self, message: Message) -> None:
        """With all others of this turn of the loop, and each row once, however often it changed."""
        if not self._changed:
            self._core.loop.call_soon(self._tell)
        self._changed[message.peer_id, message.direction, message.message_id] = message

    def _tell(self) -> None:
        changed, self._changed = self._changed, {}
        self._core.emit(MessagesChanged(tuple(changed.values())))

    async def _do(self, act: Callable[[Writer], OwnDeed], ref: str | None) -> None:
        """In one commit what it does here and what tells the others."""

        def work(w: Writer) -> tuple[Message, Published]:
            done = act(w)
            if done.message is None:
                raise KnownError(ErrorCode.WRONG_STATE, "it is so already")
            if done.room_id == EVERYONE:
                raise KnownError(ErrorCode.WRONG_STATE, "what was said to everyone stays said")
            if done.peer_id is None:
                posted = self._posts.publish_deed(w, done)
                return done.message, replace(posted, voided=(*posted.voided, *done.voided))
            return done.message, self._send(w, done.peer_id, done)

        message, published = await self._core.write(work)
        self._core.emit(MessagesChanged((message,), ref))
        self._posts.put(published)

    def _send(self, w: Writer, peer: PeerId, done: OwnDeed) -> Published:
        """On the store thread. What takes something back goes also where the key is in doubt."""
        person = self._people.get(peer)
        if person and isinstance(done.deed, Delete):
            check_not_blocked(person)
        elif person:
            check_may_write(person)
        w.lane_for(peer, self._core.lane_id)
        queued = w.add_record(peer, encode_record(done.deed))
        return Published((Place(peer, queued.seq, queued.record),), voided=done.voided)
