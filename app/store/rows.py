"""Between the database's rows and the words of app.model.

The numbers are part of the schema: never change one, never reuse one.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import apsw

from app.model import (
    Direction,
    Message,
    MessageKind,
    MessageState,
    News,
    Person,
    Quote,
    Reaction,
    Reason,
    Receipts,
    Room,
    RoomAct,
    Transfer,
    TransferState,
    Trust,
    Way,
)
from app.store.forgiving import forgiving
from app.store.types import StoredPerson, StoredTransfer, Word
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.records import Verdict
from net.protocol.rooms import EVERYONE, RoomId, encode_room_id
from net.transfer.choices import EVERYTHING, Choices, Existing

K = TypeVar("K")
W = TypeVar("W")

Row = tuple[Any, ...]
Value = None | int | float | bytes | str
"""What SQLite holds."""

QUOTE_MAX_CHARS: Final = 300
"""Of what is answered: more is read where it stands."""
_NO_REACTIONS: Final = ()
US: Final = 0
"""``message.author`` of the owner of this profile; people count from 1."""

STATE_NUMBER: Final = {
    MessageState.QUEUED: 0,
    MessageState.SENT: 1,
    MessageState.DELIVERED: 2,
    MessageState.READ: 3,
    MessageState.FAILED: 4,
}
KIND_NUMBER: Final = {MessageKind.TEXT: 0, MessageKind.FILES: 1}
DIRECTION_NUMBER: Final = {Direction.IN: 0, Direction.OUT: 1}
TRANSFER_NUMBER: Final = {
    TransferState.OFFERED: 0,
    TransferState.WAITING: 1,
    TransferState.RUNNING: 2,
    TransferState.PAUSED: 3,
    TransferState.DONE: 4,
    TransferState.DECLINED: 5,
    TransferState.CANCELLED: 6,
    TransferState.FAILED: 7,
}
_STATE: Final = {number: state for state, number in STATE_NUMBER.items()}
_KIND: Final = {number: kind for kind, number in KIND_NUMBER.items()}
_DIRECTION: Final = {number: direction for direction, number in DIRECTION_NUMBER.items()}
_TRANSFER: Final = {number: state for state, number in TRANSFER_NUMBER.items()}
_ROOM_ACT: Final = {act.value: act for act in RoomAct}
_REASON: Final = {reason.value: reason for reason in Reason}
_WAY: Final = {way.value: way for way in Way}
_VERDICT: Final = {int(verdict): verdict for verdict in Verdict}

room_text = lru_cache(maxsize=256)(encode_room_id)
peer_text = lru_cache(maxsize=4096)(encode_peer_id)
"""The text form of an id. Kept, for it cost more than reading the row around it."""

PERSON_COLUMNS: Final = """
    p.person_row, p.peer_id, p.public_key, p.name, p.device, p.app_version,
    p.is_accepted, p.is_verified, p.is_blocked, p.is_muted, p.is_auto_accept, p.last_seen_ms,
    p.auto_accept_max_bytes, p.way,
    (SELECT o.peer_id FROM person AS o WHERE o.person_row = p.successor), p.is_moved,
    (SELECT i.hash FROM picture AS i WHERE i.person_row = p.person_row)"""
ROOM_COLUMNS: Final = """
    r.room_id, r.name, r.picture, r.is_accepted, r.is_muted,
    (SELECT json_group_array(json_array(i.place, ifnull(hex(j.peer_id), ''))) FROM room_member AS i
        LEFT JOIN person AS j ON j.person_row = i.author WHERE i.room_row = r.room_row)"""
ROOM_WIDTH: Final = 6
PERSON_WIDTH: Final = PERSON_COLUMNS.count(",") + 1
TRANSFER_COLUMNS: Final = """
    t.transfer_id, t.direction, t.state, t.files, t.folders, t.size_bytes, t.names,
    t.done_bytes, t.path, t.reason, t.time_ms, t.done_files, t.left_out_files, t.left_out_bytes,
    t.bad_names, t.skipped, t.skipped_count, t.way, t.queue_key"""
STORED_COLUMNS: Final = """
    t.manifest_hash, t.sources, t.into_folder, t.landing, t.choices, t.our_word, t.their_word,
    t.ended_ms"""
_RECEIPTS: Final = """
    CASE WHEN m.author = 0 AND m.lane_row < 0 THEN
        (SELECT json_array(count(*), sum(v.state >= 2), sum(v.state >= 3)) FROM receipt AS v
            WHERE v.message_row = m.message_row) END"""
MESSAGE_COLUMNS: Final = f"""
    p.peer_id, ifnull(r.is_accepted, p.is_accepted),
    m.message_id, m.author, m.kind, m.text, m.time_ms, m.state, m.order_key,
    m.edited_ms, m.is_deleted, m.is_forwarded, m.mentions,
    m.reply_author, m.reply_id, q.text,
    (SELECT u.names FROM transfer AS u WHERE u.transfer_row = q.transfer_row),
    (SELECT json_group_array(json_array(e.reaction_order, e.author, e.emoji, hex(w.peer_id)))
        FROM reaction AS e LEFT JOIN person AS w ON w.person_row = e.author
        WHERE e.message_row = m.message_row AND e.is_on),
    r.room_id, m.news,{_RECEIPTS},
    (SELECT o.peer_id FROM person AS o WHERE o.person_row = t.person_row),{TRANSFER_COLUMNS}"""
QUOTED: Final = """
    LEFT JOIN message AS q INDEXED BY message_identity ON q.message_id = m.reply_id
        AND q.conversation_row = m.conversation_row
        AND q.author = ifnull((SELECT a.person_row FROM person AS a
            WHERE a.peer_id = m.reply_author), 0)"""
"""What a message answers, where that is here."""
CHAT: Final = """
    LEFT JOIN person AS p ON p.person_row = ifnull(c.person_row, m.author)
    LEFT JOIN room AS r ON r.room_row = c.room_row"""
"""Of a row ``m`` of a conversation ``c``: the other side, and in a room the author."""
MESSAGE_TABLES: Final = f"""
    message AS m
    JOIN conversation AS c ON c.conversation_row = m.conversation_row{CHAT}
    LEFT JOIN transfer AS t ON t.transfer_row = m.transfer_row{QUOTED}"""
_PEER_BYTES: Final = 32
_NOTHING: Final[tuple[str, ...]] = ()


def read_message(row: Row) -> Message:
    """``row``: MESSAGE_COLUMNS."""
    peer_id, is_accepted, message_id, author, kind, text, time_ms, state, order_key = row[:9]
    edited_ms, is_deleted, is_forwarded, mentions = row[9:13]
    room_id, news, receipts, owner = row[18:22]
    peer = peer_text(PeerId(peer_id)) if peer_id else ""
    return Message(
        message_id=message_id.hex(),
        peer_id=peer,
        direction=Direction.OUT if author == US else Direction.IN,
        kind=_word(_KIND, kind) if news is None else MessageKind.NEWS,
        text=text,
        time_ms=time_ms,
        state=_word(_STATE, state),
        order_key=order_key,
        is_request=author != US and not is_accepted,
        transfer=None if owner is None else read_transfer(peer_text(PeerId(owner)), row[22:]),
        reply=None if row[14] is None else _read_quote(row[13:17]),
        edited_ms=edited_ms,
        is_deleted=bool(is_deleted),
        is_forwarded=bool(is_forwarded),
        mentions=read_people(mentions),
        reactions=_NO_REACTIONS if row[17] == "[]" else _read_reactions(row[17]),
        room_id=None if room_id is None else room_text(RoomId(room_id)),
        news=None if news is None else _read_news(news),
        receipts=None if receipts is None else _read_receipts(receipts),
    )


@forgiving(News(RoomAct.RENAMED, (), "?"))
def _read_news(text: str) -> News:
    act, people, name = json.loads(text)
    known = _word(_ROOM_ACT, act)
    return News(known, tuple(_person_text(bytes.fromhex(peer)) for peer in people), str(name))


def write_news(act: RoomAct, people: Sequence[bytes], name: str) -> str:
    """``people``: peer ids; an empty one is oneself."""
    return json.dumps([act.value, [peer.hex() for peer in people], name])


def _read_receipts(text: str) -> Receipts:
    members, delivered, read = json.loads(text)
    return Receipts(members, delivered or 0, read or 0)


def read_room(row: Row) -> Room:
    """``row``: ROOM_COLUMNS."""
    room_id, name, picture, is_accepted, is_muted, members = row
    listed = sorted(json.loads(members))
    return Room(
        room_id=room_text(RoomId(room_id)),
        name=name,
        members=tuple(_person_text(bytes.fromhex(peer)) for _place, peer in listed),
        picture=picture,
        is_accepted=bool(is_accepted),
        is_muted=bool(is_muted),
        is_everyone=room_id == EVERYONE,
    )


def _person_text(peer_id: bytes) -> str:
    """Nobody is oneself."""
    return peer_text(PeerId(peer_id)) if peer_id else ""


def read_state(number: int) -> MessageState:
    return _word(_STATE, number)


@forgiving(_NOTHING)
def read_people(ids: bytes) -> tuple[str, ...]:
    """Peer ids, one after the other, in their text form."""
    return tuple(
        peer_text(PeerId(ids[at : at + _PEER_BYTES])) for at in range(0, len(ids), _PEER_BYTES)
    )


def _read_quote(row: Row) -> Quote:
    """``row``: reply_author, reply_id, and of the message it names text and offered names."""
    author, message_id, text, names = row
    peer = peer_text(PeerId(author))
    if text is None:
        return Quote(peer, message_id.hex())
    shown = text or (", ".join(read_strings(names)) if names else "")
    return Quote(peer, message_id.hex(), shown[:QUOTE_MAX_CHARS], is_here=True)


def _read_reactions(listed: str) -> tuple[Reaction, ...]:
    """``listed``: a JSON array of order, author, emoji and hexadecimal peer id for each."""
    people: dict[str, list[str]] = {}
    for _order, _author, emoji, peer_id in sorted(json.loads(listed)):
        people.setdefault(emoji, []).append(
            peer_text(PeerId(bytes.fromhex(peer_id))) if peer_id else ""
        )
    return tuple(Reaction(emoji, tuple(ids)) for emoji, ids in people.items())


def read_transfer(peer: str, row: Row) -> Transfer:
    """``row``: TRANSFER_COLUMNS."""
    transfer_id, direction, state, files, folders, size, names, done, path, reason = row[:10]
    bad_names, skipped, skipped_count, way, queue_key = row[14:]
    return Transfer(
        transfer_id=transfer_id.hex(),
        peer_id=peer,
        direction=_word(_DIRECTION, direction),
        state=_word(_TRANSFER, state),
        files=files,
        size_bytes=size,
        names=read_strings(names),
        folders=folders,
        done_bytes=done,
        path=read_path(path),
        reason=None if reason is None else _REASON.get(reason, Reason.INTERNAL),
        time_ms=row[10],
        done_files=row[11],
        left_out_files=row[12],
        left_out_bytes=row[13],
        bad_names=read_strings(bad_names),
        skipped=read_strings(skipped),
        skipped_count=skipped_count,
        way=_WAY.get(way),
        queue_key=queue_key,
    )


def read_transfer_of(row: Row) -> Transfer:
    """``row``: peer_id, then TRANSFER_COLUMNS."""
    return read_transfer(peer_text(PeerId(row[0])), row[1:])


def read_stored_transfer(row: Row) -> StoredTransfer:
    """``row``: peer_id, STORED_COLUMNS, then TRANSFER_COLUMNS."""
    peer_id, manifest_hash, sources, into, landing, choices, ours, theirs, ended_ms = row[:9]
    return StoredTransfer(
        transfer=read_transfer(peer_text(PeerId(peer_id)), row[9:]),
        transfer_id=row[9],
        peer_id=PeerId(peer_id),
        manifest_hash=manifest_hash,
        sources=read_strings(sources),
        into=read_path(into),
        landing=landing,
        choices=_read_choices(choices),
        ours=_read_word(ours),
        theirs=_read_word(theirs),
        ended_ms=ended_ms,
    )


@forgiving(Word())
def _read_word(text: str) -> Word:
    verdict, number, heard, reason = json.loads(text)
    said = _word(_VERDICT, verdict) if verdict else None
    return Word(said, int(number), int(heard), str(reason))


def write_word(word: Word) -> str:
    return json.dumps([word.verdict or 0, word.number, word.heard, word.reason])


@forgiving(EVERYTHING)
def _read_choices(text: str) -> Choices:
    if text == "{}":
        return EVERYTHING
    told = json.loads(text)
    by_path = {path: Existing(word) for path, word in told["by_path"].items()}
    only, takes_rest = frozenset(told["only"]), told["takes_rest"]
    return Choices(Existing(told["existing"]), by_path, only, takes_rest)


def write_choices(choices: Choices) -> str:
    if choices == EVERYTHING:
        return "{}"
    told = {
        "existing": choices.existing.value,
        "by_path": {path: existing.value for path, existing in choices.by_path.items()},
        "only": sorted(choices.only),
        "takes_rest": choices.takes_rest,
    }
    return write_json(told)


def read_person(row: Row) -> Person:
    """``row``: PERSON_COLUMNS. Presence is the engine's: away here."""
    return Person(
        peer_id=peer_text(PeerId(row[1])),
        name=row[3],
        device=row[4],
        app_version=row[5],
        trust=read_trust(row),
        muted=bool(row[9]),
        auto_accept=bool(row[10]),
        auto_accept_max_bytes=row[12],
        successor=peer_text(PeerId(row[14])) if row[14] else None,
        is_moved=bool(row[15]),
        picture=row[16].hex() if row[16] and read_trust(row).is_contact else "",
    )


def read_stored_person(row: Row, addresses: tuple[str, ...]) -> StoredPerson:
    """``row``: PERSON_COLUMNS."""
    return StoredPerson(
        peer_id=PeerId(row[1]),
        public_key=row[2],
        name=row[3],
        device=row[4],
        app_version=row[5],
        trust=read_trust(row),
        auto_accept=bool(row[10]),
        muted=bool(row[9]),
        last_seen_ms=row[11],
        addresses=addresses,
        auto_accept_max_bytes=row[12],
        way=_WAY.get(row[13]),
        successor=PeerId(row[14]) if row[14] else None,
        is_moved=bool(row[15]),
        picture=row[16],
    )


def read_trust(row: Row) -> Trust:
    """``row``: PERSON_COLUMNS. Blocked hides what was before, unblocking shows it again."""
    is_accepted, is_verified, is_blocked = row[6:9]
    if is_blocked:
        return Trust.BLOCKED
    if is_verified:
        return Trust.VERIFIED
    return Trust.ACCEPTED if is_accepted else Trust.NEW


def _word(words: Mapping[K, W], key: K) -> W:
    """What no version of Landline writes is damage."""
    try:
        return words[key]
    except KeyError:
        raise apsw.CorruptError(f"{key!r} stands where a state or kind should be") from None


@forgiving(_NOTHING)
def read_strings(text: str) -> tuple[str, ...]:
    return tuple(map(str, json.loads(text)))


def read_path(text: str | None) -> str | None:
    return None if text is None else str(json.loads(text))


def write_path(path: str | None) -> str | None:
    return None if path is None else write_json(path)


def write_strings(strings: Sequence[str]) -> str:
    return write_json(list(strings))


def write_json(value: str | list[str] | dict[str, Any]) -> str:
    """Paths may hold undecodable bytes as lone surrogates: escaped, they survive UTF-8."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text
