"""Texts and their reading: from a command to the outbox, from a record to the chat."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.engine.arrivals import Arrival, Effect
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.errors import ErrorCode, KnownError
from app.events import Failed, Found, HistoryListed, MessagesAdded, ReadMarked, StatesChanged
from app.model import Message, MessageKind, Trust
from app.store.types import IncomingMessage, Queued
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.limits import TEXT_MAX_BYTES
from net.protocol.records import Read, Text, Void, encode_record
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


class Chat:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._drafts: list[_Draft] = []
        self.lanes: Lanes
        """Set by the engine: lanes and chat need each other."""

    def send(self, name: str, text: str, ref: str | None) -> None:
        """Raises KnownError; afterwards the answer is ``MessagesAdded`` once it is durable."""
        person = self._people.find(name)
        check_not_blocked(person)
        text = clean_text(text)
        if not text.strip():
            raise KnownError(ErrorCode.EMPTY, "an empty text is not sent")
        if not is_sendable(text):
            raise KnownError(ErrorCode.BAD_REQUEST, "the text holds half a character pair")
        size = len(text.encode())
        if size > TEXT_MAX_BYTES:
            detail = f"{size} bytes; a text has at most {TEXT_MAX_BYTES}. Send it as a file"
            raise KnownError(ErrorCode.TOO_LONG, detail)
        if not self._drafts:
            self._core.loop.call_soon(self._flush)
        message_id = secrets.token_bytes(16)
        self._drafts.append(_Draft(person, text, message_id, self._core.now_ms(), ref))

    def _flush(self) -> None:
        """All texts of this turn of the loop in one commit."""
        drafts, self._drafts = self._drafts, []
        self._core.spawn(self._queue(drafts))

    def flush(self) -> None:
        if self._drafts:
            self._flush()

    async def _queue(self, drafts: Sequence[_Draft]) -> None:
        lane_id = self._core.lane_id

        def work(w: Writer) -> list[Queued]:
            return [_add(w, draft, lane_id) for draft in drafts]

        try:
            queued = await self._core.write(work)
        except KnownError as error:
            for draft in drafts:
                self._core.emit(Failed(error.code, error.detail, draft.ref))
            return
        for draft, entry in zip(drafts, queued, strict=True):
            if entry.message:
                self._core.emit(MessagesAdded((entry.message,), draft.ref))
            accept_by_writing(self._people, draft.person)
            self.lanes.put(draft.person, entry)

    async def cancel(self, message_id: str) -> None:
        """Takes back what was not delivered. Raises KnownError."""
        identifier = parse_id(message_id, ErrorCode.NO_SUCH_MESSAGE)
        void = encode_record(Void())
        taken = await self._core.write(lambda w: w.cancel_message(identifier, void))
        self._core.emit(StatesChanged((taken.change,)))
        self.lanes.replace(taken.peer_id, taken.seq, void)

    async def mark_read(self, name: str, ref: str | None) -> None:
        person = self._people.find(name)
        peer = person.peer
        lane_id = self._core.lane_id

        def work(w: Writer) -> Queued | None:
            mark = w.mark_read(peer)
            if mark is None:
                return None
            w.lane_for(peer, lane_id)
            return w.add_record(peer, encode_record(Read(mark.lane_id, mark.up_to_seq)))

        queued = await self._core.write(work)
        self._core.emit(ReadMarked(person.text_id, ref))
        if queued:
            self.lanes.put(person, queued)

    async def history(self, name: str, limit: int, before: str | None, ref: str | None) -> None:
        peer = self._people.find(name).peer
        identifier = parse_id(before, ErrorCode.NO_SUCH_MESSAGE) if before else None
        messages = await self._core.write(lambda w: _history(w, peer, limit, identifier))
        self._core.emit(HistoryListed(tuple(messages), ref))

    async def search(self, text: str, limit: int, ref: str | None) -> None:
        if not is_sendable(text):
            raise KnownError(ErrorCode.BAD_REQUEST, "the text holds half a character pair")
        messages = await self._core.write(lambda w: w.search(text, limit))
        self._core.emit(Found(tuple(messages), ref))

    def on_text(self, _person: Acquaintance, record: Text) -> Arrival:
        text = clean_text(record.text) or EMPTY_TEXT
        message = IncomingMessage(
            record.message, MessageKind.TEXT, text, record.order, record.time_ms
        )
        return Arrival(message=message)

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


def _add(w: Writer, draft: _Draft, lane_id: Callable[[], bytes]) -> Queued:
    peer = draft.person.peer

    def encode(order: int) -> bytes:
        return encode_record(Text(draft.message_id, order, draft.time_ms, draft.text))

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
    )


def _history(w: Writer, peer: PeerId, limit: int, before: bytes | None) -> list[Message]:
    """Raises KnownError NO_SUCH_MESSAGE when ``before`` is not in this conversation."""
    if before is None:
        return w.messages_before(peer, None, limit)
    message = w.message(before, peer)
    if message is None:
        raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"{before.hex()} is not in this conversation")
    return w.messages_before(peer, message.order_key, limit)
