"""Texts and their reading: from a command to the outbox, from a record to the chat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.commands import SendText
from app.engine.arrivals import Arrival, Effect
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.typists import Typists
from app.errors import ErrorCode, KnownError
from app.events import Failed, Found, HistoryListed, MessagesAdded, ReadMarked, StatesChanged
from app.model import Direction, Message, MessageKind, Reach, Trust
from app.store.types import PLAIN, Cancelled, ChatId, Extras, IncomingMessage, Queued
from app.store.writer import Writer
from net.protocol.identity import PeerId, decode_peer_id
from net.protocol.limits import MENTIONS_MAX, TEXT_MAX_BYTES
from net.protocol.records import Delete, Read, Text, Void, encode_record
from net.protocol.text import clean_text, is_sendable

EMPTY_TEXT = "\ufffd"
"""Shown where a peer sent nothing but NULs."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text on its way into the outbox."""

    person: Acquaintance
    text: str
    message_id: bytes
    time_ms: int
    ref: str | None
    reply_to: bytes | None = None
    mentions: tuple[bytes, ...] = ()
    is_forwarded: bool = False


class Chat:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._drafts: list[_Draft] = []
        self.lanes: Lanes
        """Set by the engine: lanes and chat need each other."""
        self.typists = Typists(core, people)

    def send(self, command: SendText, *, is_forwarded: bool = False) -> None:
        """Raises KnownError; afterwards the answer is ``MessagesAdded`` once it is durable."""
        person = self._people.find(command.person)
        check_may_write(person)
        draft = _Draft(
            person,
            sendable_text(command.text),
            self._core.entropy(16),
            self._core.now_ms(),
            command.ref,
            parse_id(command.reply_to, ErrorCode.NO_SUCH_MESSAGE) if command.reply_to else None,
            parse_mentions(command.mentions),
            is_forwarded,
        )
        if not self._drafts:
            self._core.loop.call_soon(self._flush)
        self._drafts.append(draft)
        self.typists.on_sent(person)

    def _flush(self) -> None:
        """All texts of this turn of the loop in one commit."""
        drafts, self._drafts = self._drafts, []
        self._core.spawn(self._queue(drafts))

    def flush(self) -> None:
        if self._drafts:
            self._flush()

    async def _queue(self, drafts: Sequence[_Draft]) -> None:
        lane_id, ours = self._core.lane_id, self._core.identity.peer_id

        def work(w: Writer) -> list[Queued | KnownError]:
            return [_try_add(w, draft, lane_id, ours) for draft in drafts]

        try:
            queued = await self._core.write(work)
        except KnownError as error:
            for draft in drafts:
                self._core.emit(Failed(error.code, error.detail, draft.ref))
            return
        for draft, entry in zip(drafts, queued, strict=True):
            if isinstance(entry, KnownError):
                self._core.emit(Failed(entry.code, entry.detail, draft.ref))
                continue
            if entry.message:
                self._core.emit(MessagesAdded((entry.message,), draft.ref))
            accept_by_writing(self._people, draft.person)
            self.lanes.put(draft.person, entry)

    async def cancel(self, message_id: str) -> None:
        """Takes back what was not delivered. Raises KnownError.

        It may have arrived all the same, with its acknowledgement still on the way: a
        deletion follows it.
        """
        identifier = parse_id(message_id, ErrorCode.NO_SUCH_MESSAGE)
        void, delete = encode_record(Void()), encode_record(Delete(identifier))

        def work(w: Writer) -> tuple[Cancelled, Queued]:
            taken = w.cancel_message(identifier, void)
            return taken, w.add_record(taken.peer_id, delete)

        taken, queued = await self._core.write(work)
        self._core.emit(StatesChanged((taken.change,)))
        self.lanes.replace(taken.peer_id, taken.seq, void)
        person = self._people.get(taken.peer_id)
        if person:
            self.lanes.put(person, queued)

    async def mark_read(self, name: str, ref: str | None) -> None:
        person = self._people.find(name)
        peer = person.peer
        lane_id = self._core.lane_id
        is_told = self._is_told_of_reading(person)

        def work(w: Writer) -> Queued | None:
            mark = w.mark_read(peer)
            if mark is None or not is_told:
                return None
            w.lane_for(peer, lane_id)
            return w.add_record(peer, encode_record(Read(mark.lane_id, mark.up_to_seq)))

        queued = await self._core.write(work)
        self._core.emit(ReadMarked(person.text_id, ref))
        if queued:
            self.lanes.put(person, queued)

    def _is_told_of_reading(self, person: Acquaintance) -> bool:
        """Not a stranger whose request was looked at, nor who is blocked."""
        settings = self._core.profile.settings
        is_asking = person.trust is Trust.NEW and settings.reach is not Reach.EVERYONE
        return settings.tells_read and not is_asking and person.trust is not Trust.BLOCKED

    async def history(self, chat: ChatId, limit: int, before: str | None, ref: str | None) -> None:
        identifier = parse_id(before, ErrorCode.NO_SUCH_MESSAGE) if before else None
        messages = await self._core.write(lambda w: _history(w, chat, limit, identifier))
        self._core.emit(HistoryListed(tuple(messages), ref))

    async def search(self, text: str, limit: int, ref: str | None) -> None:
        if not is_sendable(text):
            raise KnownError(ErrorCode.BAD_REQUEST, "the text holds half a character pair")
        messages = await self._core.write(lambda w: w.search(text, limit))
        self._core.emit(Found(tuple(messages), ref))

    def on_text(self, person: Acquaintance, record: Text) -> Arrival:
        text = clean_text(record.text) or EMPTY_TEXT
        reply = record.reply
        if reply and reply[0] not in (person.peer, self._core.identity.peer_id):
            reply = None  # nobody else says anything in a pair
        extras = PLAIN
        if reply or record.mentions or record.is_forwarded:
            extras = Extras(reply, record.mentions, record.is_forwarded)
        message = IncomingMessage(
            record.message,
            MessageKind.TEXT,
            text,
            record.order,
            record.time_ms,
            extras=extras,
        )
        return Arrival(message=message, on_added=lambda: self.typists.end(person))

    def on_read(self, person: Acquaintance, record: Read) -> Arrival:
        peer = person.peer
        up_to = min(record.up_to, self.lanes.given(person) - 1)  # nobody read what was never sent

        def apply(w: Writer) -> object:
            return w.mark_read_by_peer(peer, record.lane, up_to)

        return Arrival(effect=Effect(apply, self._tell_states))

    def _tell_states(self, changes: object) -> None:
        if isinstance(changes, list) and changes:
            self._core.emit(StatesChanged(tuple(changes)))


def check_not_blocked(person: Acquaintance) -> None:
    if person.trust is Trust.BLOCKED:
        raise KnownError(ErrorCode.BLOCKED, f"{person.name} is blocked")


def check_may_write(person: Acquaintance) -> None:
    """Raises KnownError BLOCKED, or KEY_CHANGED while it is not clear who has their name."""
    check_not_blocked(person)
    if person.successor is not None:
        raise KnownError(ErrorCode.KEY_CHANGED, f"{person.name} may have another key now")


def accept_by_writing(people: People, person: Acquaintance) -> None:
    """Who is written to is no stranger any more. (The store did the same in its commit.)"""
    if person.trust is Trust.NEW:
        people.set_trust(person, Trust.ACCEPTED)
        people.tell(person)


def parse_id(text: str, code: ErrorCode) -> bytes:
    """16 bytes from 32 hex digits; raises KnownError with ``code``."""
    try:
        identifier = bytes.fromhex(text)
    except ValueError:
        identifier = b""
    if len(identifier) != 16:
        raise KnownError(code, f"{text[:64]!r} is no id")
    return identifier


def sendable_text(text: str) -> str:
    """Without what no text holds. Raises KnownError EMPTY, BAD_REQUEST or TOO_LONG."""
    text = clean_text(text)
    if not text.strip():
        raise KnownError(ErrorCode.EMPTY, "an empty text is not sent")
    if not is_sendable(text):
        raise KnownError(ErrorCode.BAD_REQUEST, "the text holds half a character pair")
    size = len(text.encode())
    if size > TEXT_MAX_BYTES:
        detail = f"{size} bytes; a text has at most {TEXT_MAX_BYTES}. Send it as a file"
        raise KnownError(ErrorCode.TOO_LONG, detail)
    return text


def parse_mentions(people: Sequence[str]) -> tuple[bytes, ...]:
    if len(people) > MENTIONS_MAX:
        raise KnownError(ErrorCode.TOO_LONG, f"a text mentions at most {MENTIONS_MAX} people")
    try:
        return tuple(decode_peer_id(person) for person in people)
    except ValueError as error:
        raise KnownError(ErrorCode.BAD_REQUEST, f"mentions are peer ids: {error}") from error


def _try_add(
    w: Writer, draft: _Draft, lane_id: Callable[[], bytes], ours: PeerId
) -> Queued | KnownError:
    """One text that answers nothing does not keep back those beside it."""
    try:
        return _add(w, draft, lane_id, ours)
    except KnownError as error:
        return error


def _add(w: Writer, draft: _Draft, lane_id: Callable[[], bytes], ours: PeerId) -> Queued:
    peer = draft.person.peer
    extras = _extras(w, draft, ours)

    def encode(order: int) -> bytes:
        return encode_record(
            Text(
                draft.message_id,
                order,
                draft.time_ms,
                draft.text,
                extras.reply,
                extras.mentions,
                extras.is_forwarded,
            )
        )

    w.lane_for(peer, lane_id)
    if draft.person.trust is Trust.NEW:
        w.set_trust(peer, accepted=True)
    return w.add_message(
        peer,
        draft.message_id,
        kind=MessageKind.TEXT,
        text=draft.text,
        time_ms=draft.time_ms,
        encode=encode,
        extras=extras,
    )


def _extras(w: Writer, draft: _Draft, ours: PeerId) -> Extras:
    """Raises KnownError NO_SUCH_MESSAGE when it answers what is not in this conversation."""
    if draft.reply_to is None:
        if not (draft.mentions or draft.is_forwarded):
            return PLAIN
        return Extras(None, draft.mentions, draft.is_forwarded)
    answered = w.message(draft.reply_to, draft.person.peer)
    if answered is None:
        detail = f"{draft.reply_to.hex()} is not in this conversation"
        raise KnownError(ErrorCode.NO_SUCH_MESSAGE, detail)
    author = ours if answered.direction is Direction.OUT else draft.person.peer
    return Extras((author, draft.reply_to), draft.mentions, draft.is_forwarded)


def _history(w: Writer, chat: ChatId, limit: int, before: bytes | None) -> list[Message]:
    """Raises KnownError NO_SUCH_MESSAGE when ``before`` is not in this conversation."""
    if before is None:
        return w.messages_before(chat, None, limit)
    message = w.message(before, chat)
    if message is None:
        raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"{before.hex()} is not in this conversation")
    return w.messages_before(chat, message.order_key, limit)
