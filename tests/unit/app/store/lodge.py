"""Rooms as the store keeps them: who is in them and what was posted, without a log of entries."""

from collections.abc import Iterable

from app.model import Message, MessageKind
from app.store.room_types import RoomNews, RoomReceived, RoomSaved, RoomView
from app.store.types import PLAIN, Extras, IncomingMessage, Published
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React, RoomPost, Text, decode_record, encode_record
from net.protocol.rooms import RoomId, post_digest
from tests.unit.app.store.desk import NOW_MS, an_id, peer_id

US = peer_id(2**16)
ROOM = RoomId(b"r" * 32)
OTHER_ROOM = RoomId(b"s" * 32)
SIGNATURE = bytes(64)
TEXT = MessageKind.TEXT


def view(*members: PeerId) -> RoomView:
    return RoomView("Lodge", b"", tuple((peer, bytes(32), "told") for peer in members))


def save(
    w: Writer,
    *members: PeerId,
    room: RoomId = ROOM,
    is_accepted: bool = True,
    since: dict[bytes, int] | None = None,
    news: tuple[RoomNews, ...] = (),
) -> RoomSaved:
    """A room with us and these in it."""
    return w.save_room(
        room, (), view(US, *members), news, ours=US, is_accepted=is_accepted, since=since or {}
    )


def say(
    w: Writer,
    number: int,
    text: str = "ours",
    room: RoomId = ROOM,
    peers: Iterable[PeerId] | None = None,
) -> Published:
    """A text of ours to all members, or to ``peers``."""
    return w.post_text(
        room,
        an_id(number),
        text=text,
        time_ms=NOW_MS,
        encode=lambda key: encode_record(Text(an_id(number), key, NOW_MS, text)),
        sign=lambda _number, _digest: SIGNATURE,
        ours=US,
        lane_id=lambda: b"the-lane",
        peers=peers,
    )


def hear(
    w: Writer,
    author: PeerId,
    number: int,
    text: str = "",
    *,
    message: int = 0,
    order: int = 0,
    room: RoomId = ROOM,
    extras: Extras = PLAIN,
) -> RoomReceived:
    """A text of another member; its id comes from ``message`` or else from ``number``."""
    identifier = an_id(2**64 + (message or number))
    key = order or (NOW_MS + number) << 16
    content = IncomingMessage(
        identifier, TEXT, text or f"post {number}", key, NOW_MS, extras=extras
    )
    record = Text(identifier, key, NOW_MS, content.text)
    return w.receive_post(post(author, number, encode_record(record), room), content, US)


def hear_deed(
    w: Writer, author: PeerId, number: int, deed: Edit | Delete | React, room: RoomId = ROOM
) -> RoomReceived:
    return w.receive_post(post(author, number, encode_record(deed), room), deed, US)


def post(author: PeerId, number: int, body: bytes, room: RoomId = ROOM) -> RoomPost:
    return RoomPost(room, author, number, post_digest(body), SIGNATURE, body)


def given(
    w: Writer,
    numbers: dict[PeerId, int] | None = None,
    since: dict[bytes, int] | None = None,
    ends: dict[PeerId, int] | None = None,
) -> list[RoomPost]:
    """The posts that somebody is given who has them up to ``numbers``."""
    records, has_more = w.give(
        ROOM, (), numbers or {}, since or {}, ends or {}, ours=US, limit_bytes=2**20
    )
    assert not has_more
    return posts_in(records)


def posts_in(records: Iterable[bytes]) -> list[RoomPost]:
    posts = [decode_record(record) for record in records]
    return [post for post in posts if isinstance(post, RoomPost)]


def shown(w: Writer, room: RoomId = ROOM) -> list[Message]:
    """Texts in it, as they stand."""
    return [one for one in w.messages_before(room, None, 1000) if one.news is None]
