"""Rooms on the wire: entries of a log and posts, each signed by its author, handed on by anyone.

An entry says what its author did to the room, and names the entries its author knew (its
parents) by their hashes; what they say together is room_log's. Posts, what members say,
are numbered by each author and signed over their hash, so that any member can hand them
on and none can change or forge one in between.

Source: PROTOCOL, "Rooms". Numbers: limits.py.
"""

import hashlib
from base64 import b32decode, b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, NewType

import msgspec
from msgspec import Meta, Struct

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.identity import Identity, PeerId, check_public_key, peer_id_of, verify
from net.protocol.limits import (
    PICTURE_MAX_BYTES,
    ROOM_MEMBERS_MAX,
    ROOM_PARENTS_MAX,
)
from net.protocol.records import Count, Hash, Id, Number, Numbers, RoomPost, ShortText

RoomId = NewType("RoomId", bytes)
"""32 bytes: the hash of the entry that created the room."""

EVERYONE: Final = RoomId(hashlib.sha256(b"landline/everyone/v1").digest())
"""The room of all who are on the network: no log, no catching up, no members to agree on."""
ROOM_PREFIX: Final = "room:"
_ENTRY_DOMAIN: Final = b"landline/room-entry/v1"
_POST_DOMAIN: Final = b"landline/room-post/v1"


class Newcomer(Struct, array_like=True, frozen=True):
    """``name``: what they are called until they say it themselves."""

    key: Hash
    name: ShortText


Newcomers = Annotated[tuple[Newcomer, ...], Meta(max_length=ROOM_MEMBERS_MAX)]


class Create(Struct, array_like=True, frozen=True, tag=1):
    nonce: Id
    name: ShortText
    own_name: ShortText
    members: Newcomers


class Add(Struct, array_like=True, frozen=True, tag=2):
    """``since``: what was said before these numbers is not for them."""

    members: Annotated[Newcomers, Meta(min_length=1)]
    since: Numbers


class Remove(Struct, array_like=True, frozen=True, tag=3):
    """``next_number``: from here on nothing of theirs is taken any more."""

    peer: Hash
    next_number: Number


class Leave(Struct, array_like=True, frozen=True, tag=4):
    next_number: Number


class Rename(Struct, array_like=True, frozen=True, tag=5):
    name: ShortText


class Picture(Struct, array_like=True, frozen=True, tag=6):
    """An encoded picture, nobody has looked into it yet; empty: none."""

    image: Annotated[bytes, Meta(max_length=PICTURE_MAX_BYTES)]


Act = Create | Add | Remove | Leave | Rename | Picture


class Entry(Struct, array_like=True, frozen=True):
    author: Hash
    """Their public key."""
    parents: Annotated[tuple[Hash, ...], Meta(max_length=ROOM_PARENTS_MAX)]
    time_ms: Count
    act: Act


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """As it travels and as it is kept."""

    entry: bytes
    signature: bytes

    @property
    def entry_id(self) -> bytes:
        return hashlib.sha256(_ENTRY_DOMAIN + self.entry).digest()


@dataclass(frozen=True, slots=True)
class Member:
    key: bytes
    name: str
    since: Mapping[bytes, int]


def newcomers_of(entry: Entry) -> dict[PeerId, Member]:
    """Those whom it brings in, the creator of a room first."""
    act = entry.act
    if isinstance(act, Create):
        everybody, since = (Newcomer(entry.author, act.own_name), *act.members), {}
    elif isinstance(act, Add):
        everybody, since = act.members, dict(act.since)
    else:
        return {}
    return {peer_id_of(m.key): Member(m.key, m.name, since) for m in everybody}


# --- Entries -----------------------------------------------------------------

_encoder: Final = msgspec.msgpack.Encoder()
_entries: Final = msgspec.msgpack.Decoder(Entry)
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError)


def sign_entry(identity: Identity, parents: Sequence[bytes], time_ms: int, act: Act) -> SignedEntry:
    """Raises LocalProtocolError for a text that is not UTF-8."""
    try:
        entry = _encoder.encode(Entry(identity.public_key, tuple(parents), time_ms, act))
    except UnicodeError as error:
        raise LocalProtocolError("text holds half a character pair") from error
    return SignedEntry(entry, identity.sign(_ENTRY_DOMAIN, entry))


def read_entry(signed: SignedEntry) -> Entry:
    """Raises RemoteProtocolError when it is unreadable or not its author's.

    Nothing is known yet of what it builds on.
    """
    entry = decode_entry(signed.entry)
    for newcomer in newcomers_of(entry).values():
        check_public_key(newcomer.key)
    verify(entry.author, _ENTRY_DOMAIN, signed.entry, signed.signature)
    return entry


def picture_of(signed: SignedEntry) -> bytes:
    """Empty when the entry sets none."""
    act = decode_entry(signed.entry).act
    return act.image if isinstance(act, Picture) else b""


def decode_entry(entry: bytes) -> Entry:
    try:
        decoded: Entry = _entries.decode(entry)
    except _UNREADABLE as error:
        raise RemoteProtocolError(f"unreadable entry of a room: {error}") from error
    return decoded


# --- Posts -------------------------------------------------------------------


def post_digest(body: bytes) -> bytes:
    """What is signed instead of the body, so that a deleted one can still be proven."""
    return hashlib.sha256(_POST_DOMAIN + body).digest()


def sign_post(identity: Identity, room: RoomId, number: int, digest: bytes) -> bytes:
    return identity.sign(_POST_DOMAIN, _post_message(room, identity.peer_id, number, digest))


def verify_post(key: bytes, post: RoomPost) -> None:
    """``key`` is its author's. Raises RemoteProtocolError, also for another body."""
    if post.body and post_digest(post.body) != post.digest:
        raise RemoteProtocolError("a post with somebody else's words")
    message = _post_message(post.room, post.author, post.number, post.digest)
    verify(key, _POST_DOMAIN, message, post.signature)


def _post_message(room: bytes, author: bytes, number: int, digest: bytes) -> bytes:
    return room + author + number.to_bytes(8, "big") + digest


def room_digest(heads: Sequence[bytes], numbers: Mapping[PeerId, int]) -> bytes:
    """Equal where two have the same of a room. ``numbers``: the first missing, by author."""
    digest = hashlib.sha256(b"landline/room-digest/v1")
    digest.update(len(heads).to_bytes(4, "big") + b"".join(sorted(heads)))
    for author, number in sorted(numbers.items()):
        if number > 1:
            digest.update(author + number.to_bytes(8, "big"))
    return digest.digest()


# --- The id as text ----------------------------------------------------------


def encode_room_id(room: RoomId) -> str:
    """``room:`` and 52 characters of RFC 4648 base32."""
    return ROOM_PREFIX + b32encode(room).decode("ascii").rstrip("=")


def decode_room_id(text: str) -> RoomId:
    """Raises ValueError."""
    plain = text.removeprefix(ROOM_PREFIX).upper()
    if text == plain or len(plain) != 52 or not text.isascii():
        raise ValueError("a room id is room: and 52 characters of A-Z and 2-7")
    try:
        room = RoomId(b32decode(plain + "===="))
    except ValueError as error:
        raise ValueError(f"no room id: {error}") from error
    if encode_room_id(room) != ROOM_PREFIX + plain:
        raise ValueError("the last character of this room id is wrong")
    return room
