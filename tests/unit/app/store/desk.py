"""A started store with the few things every test of it needs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from app.model import Message, MessageKind
from app.store.reader import Reader
from app.store.store import Store
from app.store.types import IncomingItem, IncomingMessage, IncomingOffer, Queued, Received
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId

T = TypeVar("T")

WAIT_S = 30.0
NOW_MS = 1_700_000_000_000
LANE = b"their-id"


class Desk:
    def __init__(self, path: Path, vfs: str | None = None) -> None:
        self.path = path
        self.store = Store(path, vfs)

    def __enter__(self) -> Self:
        self.report = self.store.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.stop()

    def do(self, work: Callable[[Writer], T]) -> T:
        return self.store.submit(work).result(WAIT_S)

    def reader(self) -> Reader:
        return Reader(self.path)

    def meet(self, number: int = 1, name: str = "Ann") -> PeerId:
        """Somebody known, with our lane towards them open."""
        return self.do(lambda w: meet(w, number, name))

    def send(self, peer: PeerId, number: int, text: str = "hello", now_ms: int = NOW_MS) -> Queued:
        return self.do(lambda w: send(w, peer, number, text, now_ms))

    def receive(self, peer: PeerId, *items: IncomingItem, low: int = 1) -> Received:
        return self.do(lambda w: w.receive(peer, LANE, low, items))

    def chat(self, peer: PeerId) -> list[Message]:
        return self.do(lambda w: w.messages_before(peer, None, 1000))

    def chat_on_disk(self, peer: PeerId) -> list[Message]:
        """As another process would find it now."""
        with self.reader() as reader:
            return reader.messages_before(peer, None, 1000)


def peer_id(number: int) -> PeerId:
    return PeerId(number.to_bytes(32, "big"))


def an_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def meet(w: Writer, number: int = 1, name: str = "Ann") -> PeerId:
    peer = peer_id(number)
    w.save_person(peer, bytes(32), name=name, device="pc", app_version="1", now_ms=NOW_MS)
    w.lane_for(peer, lambda: number.to_bytes(8, "big"))
    return peer


def send(w: Writer, peer: PeerId, number: int, text: str = "hello", now_ms: int = NOW_MS) -> Queued:
    return w.add_message(
        peer,
        an_id(number),
        kind=MessageKind.TEXT,
        text=text,
        time_ms=now_ms,
        encode=lambda key: b"record %d" % key,
    )


def item(seq: int, text: str = "", *, order: int | None = None, number: int = 0) -> IncomingItem:
    """A peer's text; its id comes from ``number`` or else from ``seq``."""
    key = (NOW_MS + seq << 16) if order is None else order
    identifier = an_id(2**64 + (number or seq))
    return IncomingItem(
        seq, IncomingMessage(identifier, MessageKind.TEXT, text or f"text {seq}", key, NOW_MS)
    )


def an_offer(number: int, *names: str) -> IncomingOffer:
    return IncomingOffer(an_id(number), bytes(32), len(names), 0, 1234, names)


def offer_item(seq: int, offer: IncomingOffer) -> IncomingItem:
    message = IncomingMessage(
        an_id(2**64 + seq), MessageKind.FILES, "", NOW_MS + seq << 16, NOW_MS, offer
    )
    return IncomingItem(seq, message)


def in_room(item: IncomingItem, room_id: RoomId) -> IncomingItem:
    """The same, to be shown there."""
    assert item.message is not None
    return replace(item, message=replace(item.message, room_id=room_id))


def texts(messages: list[Message] | tuple[Message, ...]) -> list[str]:
    return [message.text for message in messages]
