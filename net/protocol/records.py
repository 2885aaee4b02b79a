"""What travels inside a sealed packet: frames, and the durable records in them.

A payload is one msgpack array of frames. Frames are about now (hello, ping,
acknowledgements); a ``Data`` frame carries durable records, each with its place
in the sender's lane. Arrays, not maps: fields are known by position, new ones
are added at the end with a default, so that older readers pass over them.

Source: PROTOCOL, "Payloads" and "Lanes".
"""

import hashlib
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import (
    DELETED_POSTS_MAX,
    EMOJI_MAX_CHARS,
    FRAMES_MAX,
    HELD_MAX,
    MENTIONS_MAX,
    OFFER_NAMES_MAX,
    PAYLOAD_MAX_BYTES,
    PICTURE_MAX_BYTES,
    RECORD_MAX_BYTES,
    ROOM_AUTHORS_MAX,
    ROOM_MARKS_MAX,
    TEXT_MAX_BYTES,
)
from net.protocol.text import is_emoji

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
LaneId = Annotated[bytes, Meta(min_length=8, max_length=8)]
Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Count = Annotated[int, Meta(ge=0, lt=2**62)]
"""Below 2**62, so that sums and SQLite's signed 64 bits never overflow."""
ShortText = Annotated[str, Meta(max_length=1024)]
Number = Annotated[int, Meta(ge=1, lt=2**62)]
"""Of a post: each author counts their own from 1, in each room."""
PostNumber = Annotated[int, Meta(ge=1, lt=2**62 - 1)]
"""The one behind it is a Number, too."""

ARRAY16_AT = 16
"""msgpack: up to 15 items the array header is one byte."""


class Hello(Struct, array_like=True, frozen=True, tag=1):
    """Who speaks; sent again until ``Heard`` names its serial. A rename is a new serial.

    ``picture``: the hash of their picture, told to whom they have accepted; None: none.
    """

    serial: Count
    epoch: LaneId
    """The same as in this start's beacons: ties a beacon to the session."""
    name: ShortText
    device: ShortText
    app_version: ShortText
    highest_version: Count
    tcp_port: Annotated[int, Meta(ge=0, le=65_535)]
    capabilities: Annotated[tuple[ShortText, ...], Meta(max_length=64)] = ()
    picture: Hash | None = None


def picture_hash(image: bytes) -> bytes:
    """What a picture is called by."""
    return hashlib.sha256(b"landline/picture/v1" + image).digest()


class Heard(Struct, array_like=True, frozen=True, tag=2):
    serial: Count


class Ping(Struct, array_like=True, frozen=True, tag=3):
    token: Count


class Pong(Struct, array_like=True, frozen=True, tag=4):
    token: Count


class Bye(Struct, array_like=True, frozen=True, tag=5):
    """A clean exit: the sender is away from now on."""


class Data(Struct, array_like=True, frozen=True, tag=6):
    """Durable records of one lane. All below ``low`` are done with, whatever came of them."""

    lane: LaneId
    low: Count
    records: Annotated[tuple[tuple[Count, Raw], ...], Meta(max_length=1024)]


class Ack(Struct, array_like=True, frozen=True, tag=7):
    """All below ``next_seq`` are on the disk, and of those above it the set bits.

    Bit k of ``beyond`` (byte k // 8, least significant first) is ``next_seq + 1 + k``.
    """

    lane: LaneId
    next_seq: Count
    beyond: Annotated[bytes, Meta(max_length=128)] = b""


class Typing(Struct, array_like=True, frozen=True, tag=8):
    """They write to us right now, or stopped. Said again while it lasts; never kept."""

    is_on: bool


class Held(Struct, array_like=True, frozen=True, tag=9):
    """Of this lane these records are not taken in before their sender is accepted; without
    any: whatever waited for that may come."""

    lane: LaneId
    seqs: Annotated[tuple[Count, ...], Meta(max_length=HELD_MAX)] = ()


class PictureAsk(Struct, array_like=True, frozen=True, tag=10):
    """Wanted is the picture of that hash, which the other's Hello told."""

    picture: Hash


class PictureGive(Struct, array_like=True, frozen=True, tag=11):
    """The answer: an encoded picture that nobody has looked into. No datagram holds it."""

    image: Annotated[bytes, Meta(min_length=1, max_length=PICTURE_MAX_BYTES)]


Frame = Hello | Heard | Ping | Pong | Bye | Data | Ack | Typing | Held | PictureAsk | PictureGive
LAST_FRAME_TAG = 11


class Void(Struct, array_like=True, frozen=True, tag=0):
    """Stands where a record was taken back, so that the sequence has no hole."""


Content = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX_BYTES)]


class Text(Struct, array_like=True, frozen=True, tag=1):
    """``reply``: whose message it answers, and which. What that said is never sent along:
    each side looks it up, so that nobody's words can be made up."""

    message: Id
    order: Count
    time_ms: Count
    text: Content
    reply: tuple[Hash, Id] | None = None
    mentions: Annotated[tuple[Hash, ...], Meta(max_length=MENTIONS_MAX)] = ()
    is_forwarded: bool = False


class Read(Struct, array_like=True, frozen=True, tag=2):
    """All of the other's records of ``lane`` up to and with this one were read."""

    lane: LaneId
    up_to: Count


class Offer(Struct, array_like=True, frozen=True, tag=3):
    message: Id
    order: Count
    time_ms: Count
    transfer: Id
    manifest: Hash
    files: Count
    folders: Count
    size_bytes: Count
    names: Annotated[tuple[ShortText, ...], Meta(max_length=OFFER_NAMES_MAX)]
    room: Hash | None = None
    """Where it is shown, if both are members: each member gets an offer of their own."""


class Verdict(IntEnum):
    ACCEPTED = 1
    DECLINED = 2
    CANCELLED = 3
    DONE = 4
    FAILED = 5
    PAUSED = 6
    RESUMED = 7


class Decision(Struct, array_like=True, frozen=True, tag=4):
    """What one side made of a transfer; ``reason`` is a word of the transfer protocol.

    Each side's newest word counts: ``number`` grows with every word of theirs about this
    transfer. ``heard`` is the other side's newest number that they knew.
    """

    transfer: Id
    verdict: Verdict
    reason: Annotated[str, Meta(max_length=32)] = ""
    number: Count = 0
    heard: Count = 0


class Edit(Struct, array_like=True, frozen=True, tag=5):
    """The author's text ``message`` says this now. Of several the highest ``order`` counts."""

    message: Id
    order: Count
    time_ms: Count
    text: Content


class Delete(Struct, array_like=True, frozen=True, tag=6):
    """The author takes ``message`` back, for good.

    ``numbers``: in a room, the author's posts whose words go with it. Nobody else can say so.
    """

    message: Id
    numbers: Annotated[tuple[Number, ...], Meta(max_length=DELETED_POSTS_MAX)] = ()


class React(Struct, array_like=True, frozen=True, tag=7):
    """One emoji of the sender's under a message; of several the highest ``order`` counts."""

    author: Hash
    message: Id
    order: Count
    emoji: Annotated[str, Meta(min_length=1, max_length=EMOJI_MAX_CHARS)]
    is_on: bool = True


Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Numbers = Annotated[tuple[tuple[Hash, Number], ...], Meta(max_length=ROOM_AUTHORS_MAX)]
"""Authors (peer ids), and the first number of theirs that is not meant."""


class RoomEntry(Struct, array_like=True, frozen=True, tag=8):
    """An entry of a room's log, signed by its author, handed on by anyone. See rooms.py."""

    room: Hash
    entry: Annotated[bytes, Meta(max_length=RECORD_MAX_BYTES)]
    signature: Signature


class RoomPost(Struct, array_like=True, frozen=True, tag=9):
    """What a member said in a room, handed on by anyone: a Text, Edit, Delete or React.

    ``signature`` covers room, author, number and ``digest``, the hash of ``body``; an
    empty ``body`` is one that a Delete of the author's names.
    """

    room: Hash
    author: Hash
    number: PostNumber
    digest: Hash
    signature: Signature
    body: Annotated[bytes, Meta(max_length=RECORD_MAX_BYTES)] = b""


class RoomRead(Struct, array_like=True, frozen=True, tag=10):
    """All of the other's posts in this room below ``next_number`` were read."""

    room: Hash
    next_number: Number


class RoomHave(Struct, array_like=True, frozen=True, tag=11):
    """What the sender has of a room, as one hash: another one here, and somebody is behind."""

    room: Hash
    digest: Hash


class RoomAsk(Struct, array_like=True, frozen=True, tag=12):
    """Send what is missing. ``numbers``: the first missing post of each author, 1 unsaid."""

    room: Hash
    marks: Annotated[tuple[Hash, ...], Meta(max_length=ROOM_MARKS_MAX)]
    numbers: Numbers


class RoomGiven(Struct, array_like=True, frozen=True, tag=13):
    """Follows what was asked for; ``is_more``: ask again."""

    room: Hash
    is_more: bool = False


RoomRecord = RoomEntry | RoomPost | RoomRead | RoomHave | RoomAsk | RoomGiven
Record = Void | Text | Read | Offer | Decision | Edit | Delete | React | RoomRecord

_encoder = msgspec.msgpack.Encoder()
_frames = msgspec.msgpack.Decoder(tuple[Frame, ...])
_frame = msgspec.msgpack.Decoder(Frame)
_raws = msgspec.msgpack.Decoder(tuple[Raw, ...])
_anything = msgspec.msgpack.Decoder()
_record = msgspec.msgpack.Decoder(Record)

_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError)


def encode_record(record: Record) -> bytes:
    """Raises LocalProtocolError above RECORD_MAX_BYTES or for text that is not UTF-8."""
    try:
        data = _encoder.encode(record)
    except UnicodeError as error:
        raise LocalProtocolError("text holds half a character pair") from error
    if len(data) > RECORD_MAX_BYTES:
        raise LocalProtocolError(f"record of {len(data)} bytes")
    return data


def decode_record(data: bytes | Raw) -> Record:
    """Raises RemoteProtocolError, also for kinds this version does not know."""
    try:
        record: Record = _record.decode(data)
    except _UNREADABLE as error:
        raise RemoteProtocolError(f"unreadable record: {error}") from error
    if isinstance(record, Text | Edit) and len(record.text.encode()) > TEXT_MAX_BYTES:
        raise RemoteProtocolError("text above the limit")
    if isinstance(record, React) and not is_emoji(record.emoji):
        raise RemoteProtocolError("a reaction that is no emoji")
    return record


def encode_frame(frame: Frame) -> bytes:
    return _encoder.encode(frame)


def decode_payload(payload: bytes) -> tuple[Frame, ...]:
    """Frames of a kind this version does not know are left out. Raises RemoteProtocolError."""
    try:
        frames: tuple[Frame, ...] = _frames.decode(payload)
    except msgspec.ValidationError:
        frames = _decode_known(payload)
    except _UNREADABLE as error:
        raise RemoteProtocolError(f"unreadable payload: {error}") from error
    if len(frames) > FRAMES_MAX:
        raise RemoteProtocolError(f"{len(frames)} frames")
    return frames


def _decode_known(payload: bytes) -> tuple[Frame, ...]:
    """Frame by frame: what is new is passed over, what is wrong is refused."""
    try:
        raws: tuple[Raw, ...] = _raws.decode(payload)
        return tuple(_frame.decode(raw) for raw in raws if _tag(raw) <= LAST_FRAME_TAG)
    except _UNREADABLE as error:
        raise RemoteProtocolError(f"unreadable payload: {error}") from error


def _tag(raw: Raw) -> int:
    frame = _anything.decode(raw)
    if not isinstance(frame, list) or not frame or type(frame[0]) is not int:
        raise ValueError("a frame is an array that begins with its kind")
    return frame[0]


def pack_payloads(frames: Iterable[bytes], limit: int = PAYLOAD_MAX_BYTES) -> list[bytes]:
    """Fills payloads of at most ``limit`` bytes with encoded frames, in order.

    Raises LocalProtocolError for a frame that fits none.
    """
    payloads: list[bytes] = []
    batch: list[bytes] = []
    size = 3
    for frame in frames:
        if 3 + len(frame) > limit:
            raise LocalProtocolError(f"frame of {len(frame)} bytes")
        if size + len(frame) > limit or len(batch) == FRAMES_MAX:
            payloads.append(_join(batch))
            batch, size = [], 3
        batch.append(frame)
        size += len(frame)
    if batch:
        payloads.append(_join(batch))
    return payloads


def _join(frames: Sequence[bytes]) -> bytes:
    count = len(frames)
    head = bytes([0x90 | count]) if count < ARRAY16_AT else b"\xdc" + count.to_bytes(2, "big")
    return head + b"".join(frames)


def encode_data(lane: bytes, low: int, records: Sequence[tuple[int, bytes]]) -> bytes:
    """A ``Data`` frame around records that are encoded already."""
    return _encoder.encode(Data(lane, low, tuple((seq, Raw(data)) for seq, data in records)))
