"""Everyone here: what is said to all who are on the network right now.

Nobody joins and nobody keeps it for others: who is away does not hear it. It can be
turned off, and nobody can say much at once.
"""

from typing import Final

from app.commands import SendText
from app.engine.arrivals import Arrival, Effect
from app.engine.chat import EMPTY_TEXT, sendable_text
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.errors import ErrorCode, KnownError
from app.events import MessagesAdded, ReadMarked, RoomChanged
from app.model import Message, MessageKind, Trust
from app.store.types import IncomingMessage, Published, Queued
from app.store.writer import Writer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.rates import Rates, TokenBucket
from net.protocol.records import RoomPost, Text, decode_record, encode_record
from net.protocol.rooms import EVERYONE, encode_room_id, sign_post, verify_post
from net.protocol.text import clean_text

NAME: Final = "Everyone here"
EVERYONE_ID: Final = encode_room_id(EVERYONE)
ALIAS: Final = "room:everyone"
SAY_BURST, SAY_PER_S = 5, 0.2
"""Of one sender: a call to all, not a conversation."""
HEAR_BURST, HEAR_PER_S = 8, 0.25
"""A little more than anybody may say, so that nothing honest is lost to a jumpy clock."""
STRANGERS_BURST, STRANGERS_PER_S = 64, 0.5
"""Of all strangers together: it costs nothing to make up people, and each would have a burst."""
STRANGERS_BURST_BYTES, STRANGERS_BYTES_PER_S = 256 * 1024, 1024
"""Some 90 MB a day of a disk, should it never end."""
PEOPLE_MAX: Final = 4096
"""Whose rate is watched. The one silent longest makes room."""


class Everyone:
    def __init__(self, core: Core, people: People, lanes: Lanes) -> None:
        self._core = core
        self._people = people
        self._lanes = lanes
        self._own = TokenBucket(SAY_BURST, SAY_PER_S, core.now_s())
        self._rates = Rates[PeerId](HEAR_BURST, HEAR_PER_S, PEOPLE_MAX)
        now_s = core.now_s()
        self._strangers = TokenBucket(STRANGERS_BURST, STRANGERS_PER_S, now_s)
        self._strangers_bytes = TokenBucket(STRANGERS_BURST_BYTES, STRANGERS_BYTES_PER_S, now_s)

    @staticmethod
    def is_meant(text: str) -> bool:
        return text in (EVERYONE_ID, ALIAS)

    async def open(self) -> None:
        """It is there once it is on; turned off, what was said stays."""
        if self._core.profile.settings.hears_everyone:
            room = await self._core.write(lambda w: w.need_everyone(NAME))
            self._core.emit(RoomChanged(room))

    async def send(self, command: SendText) -> None:
        """To all who are here. Raises KnownError, TOO_FAST for too many at once."""
        text, now_ms = sendable_text(command.text), self._core.now_ms()
        if not self._core.profile.settings.hears_everyone:
            raise KnownError(ErrorCode.WRONG_STATE, "the room of everyone is turned off")
        if command.reply_to or command.mentions:
            raise KnownError(ErrorCode.WRONG_STATE, "only plain texts go to everyone")
        if not self._own.take(self._core.now_s()):
            raise KnownError(ErrorCode.TOO_FAST, "too much at once for everyone")
        message_id = self._core.entropy(16)
        peers = [p.peer for p in self._people if p.is_online and p.trust is not Trust.BLOCKED]
        identity, lane_id = self._core.identity, self._core.lane_id

        def work(w: Writer) -> Published:
            w.need_everyone(NAME)
            return w.post_text(
                EVERYONE,
                message_id,
                text=text,
                time_ms=now_ms,
                encode=lambda order: encode_record(Text(message_id, order, now_ms, text)),
                sign=lambda number, digest: sign_post(identity, EVERYONE, number, digest),
                ours=identity.peer_id,
                lane_id=lane_id,
                peers=peers,
            )

        published = await self._core.write(work)
        assert published.message is not None
        self._core.emit(MessagesAdded((published.message,), command.ref))
        for place in published.places:
            person = self._people.get(place.peer_id)
            if person:
                self._lanes.put(person, Queued(place.seq, place.record, None))

    async def mark_read(self, ref: str | None) -> None:
        """Nobody is told."""
        await self._core.write(lambda w: (w.need_everyone(NAME), w.mark_room_read(EVERYONE)))
        self._core.emit(ReadMarked(EVERYONE_ID, ref))

    def on_post(self, person: Acquaintance, post: RoomPost) -> Arrival:
        """From its author alone. What comes too fast, or is not wanted, is passed over.

        Raises RemoteProtocolError.
        """
        is_wanted = self._core.profile.settings.hears_everyone and person.trust is not Trust.BLOCKED
        if not is_wanted or post.author != person.peer:
            return Arrival()
        if not self._rates.take(person.peer, self._core.now_s()):
            return Arrival()
        if person.trust is Trust.NEW and not self._has_room_for_strangers(len(post.body)):
            return Arrival()
        verify_post(person.public_key, post)
        record = decode_record(post.body)
        if not isinstance(record, Text):
            raise RemoteProtocolError("only texts go to everyone")
        content = IncomingMessage(
            record.message,
            MessageKind.TEXT,
            clean_text(record.text) or EMPTY_TEXT,
            record.order,
            record.time_ms,
        )

        def apply(w: Writer) -> object:
            w.need_everyone(NAME)
            return w.receive_by_the_way(EVERYONE, person.peer, content)

        def after(message: object) -> None:
            if isinstance(message, Message):
                self._lanes.announce([message])

        return Arrival(effect=Effect(apply, after))

    def _has_room_for_strangers(self, size_bytes: int) -> bool:
        now_s = self._core.now_s()
        return self._strangers.take(now_s) and self._strangers_bytes.take(now_s, size_bytes)
