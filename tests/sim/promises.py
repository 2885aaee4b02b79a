"""What is on everybody's disk, and what must be true of it at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import apsw

from app.model import MessageState
from app.store.rows import STATE_NUMBER
from net.protocol.identity import PeerId
from tests.sim.world import Host

FAR = (STATE_NUMBER[MessageState.DELIVERED], STATE_NUMBER[MessageState.READ])
FAILED = STATE_NUMBER[MessageState.FAILED]


class BrokenPromiseError(AssertionError):
    """What Landline promises was not so."""


def need(is_so: bool, promise: str) -> None:
    if not is_so:
        raise BrokenPromiseError(promise)


class Row(NamedTuple):
    """A message. ``author`` is empty for the owner of the disk; ``chat`` is the id of a room
    or of the other person."""

    row: int
    identifier: bytes
    author: bytes
    chat: bytes
    is_in_room: bool
    is_news: bool
    state: int
    is_deleted: bool
    seq: int | None
    text: str


class Receipt(NamedTuple):
    row: int
    member: bytes
    state: int
    is_waiting: bool
    """A record for this member is in the outbox."""


_MESSAGES = (
    "SELECT m.message_row, m.message_id, ifnull(a.peer_id, x''), ifnull(r.room_id, p.peer_id),"
    " c.room_row IS NOT NULL, m.news IS NOT NULL, m.state, m.is_deleted, m.seq, m.text"
    " FROM message AS m JOIN conversation AS c USING (conversation_row)"
    " LEFT JOIN person AS a ON a.person_row = m.author"
    " LEFT JOIN person AS p ON p.person_row = c.person_row"
    " LEFT JOIN room AS r ON r.room_row = c.room_row"
    " ORDER BY m.conversation_row, m.order_key"
)
_RECEIPTS = (
    "SELECT r.message_row, p.peer_id, r.state, o.seq IS NOT NULL FROM receipt AS r"
    " JOIN person AS p USING (person_row)"
    " LEFT JOIN outbox AS o ON o.lane_row = r.lane_row AND o.seq = r.seq"
)
_POSTS = (
    "SELECT r.room_id, ifnull(p.peer_id, x''), o.number FROM room_post AS o"
    " JOIN room_feed AS f USING (feed_row) JOIN room AS r ON r.room_row = f.room_row"
    " LEFT JOIN person AS p ON p.person_row = f.author"
)
_REACTIONS = (
    "SELECT m.message_id, e.emoji, ifnull(p.peer_id, x'') FROM reaction AS e"
    " JOIN message AS m USING (message_row) LEFT JOIN person AS p ON p.person_row = e.author"
    " WHERE e.is_on"
)


@dataclass
class Copy:
    """One disk as it is now, messages of each chat in their order."""

    owner: PeerId
    messages: list[Row]
    waiting: set[int]
    """Messages with a record in the outbox."""
    receipts: dict[int, list[Receipt]]
    posts: set[tuple[bytes, bytes, int]]
    """Room, author (empty: the owner) and number."""
    has_early: bool
    """Records of rooms wait for their log."""

    @classmethod
    def of(cls, host: Host) -> "Copy":
        """Raises BrokenPromiseError when there is no such disk any more."""
        try:
            return cls._read(host)
        except apsw.SQLError as error:
            raise BrokenPromiseError(f"{host.name} lost everything: {error}") from error

    @classmethod
    def _read(cls, host: Host) -> "Copy":
        waiting = {row for (row,) in host.rows("SELECT message_row FROM outbox")}
        receipts: dict[int, list[Receipt]] = {}
        for fields in host.rows(_RECEIPTS):
            receipts.setdefault(fields[0], []).append(Receipt(*fields))
        has_early = bool(host.rows("SELECT 1 FROM early_room_record LIMIT 1"))
        messages = [Row(*fields) for fields in host.rows(_MESSAGES)]
        return cls(host.peer, messages, waiting, receipts, set(host.rows(_POSTS)), has_early)

    def own(self, chat: bytes) -> list[Row]:
        return [row for row in self.messages if row.chat == chat and not row.author]

    def of_other(self, chat: bytes) -> list[Row]:
        return [row for row in self.messages if row.chat == chat and row.author]


def check_told(copy: Copy, name: str, told: dict[bytes, int]) -> None:
    """``told``: own messages the user knows of, with the highest state that was shown."""
    states = {row.identifier: row.state for row in copy.messages if not row.author}
    for identifier, state in told.items():
        need(identifier in states, f"{name} lost a message of its own")
        need(states[identifier] >= state, "the disk is behind what was told")


def check_pair(one: Copy, other: Copy, names: tuple[str, str]) -> None:
    """What ``one`` wrote to ``other``: delivered is there, the rest waits, in one order."""
    mine, theirs = one.own(other.owner), other.of_other(one.owner)
    arrived = [row.identifier for row in theirs]
    here = set(arrived)
    for row in mine:
        if row.state in FAR:
            is_here = row.identifier in here or row.is_deleted
            need(is_here, f"called delivered, and not at {names[1]}")
        elif row.state != FAILED:
            need(row.row in one.waiting, f"{names[0]} has a message that nobody will send")
    place = {row.identifier: at for at, row in enumerate(mine)}
    places = [place[identifier] for identifier in arrived if identifier in place]
    need(places == sorted(places), f"{names[1]} has {names[0]}'s texts in another order")
    need(len(arrived) == len(here), f"{names[1]} has a text twice")


def check_room_posts(
    one: Copy, everybody: Sequence[Copy], name: str, late: PeerId | None = None
) -> None:
    """For each member, what ``one`` said is delivered, or waits: it is nowhere in between.

    ``late``: who is added at some time, and hears from then on.
    """
    others = {copy.owner: copy for copy in everybody if copy is not one}
    for row in one.messages:
        if not row.is_in_room or row.author or row.is_news or row.state == FAILED:
            continue
        receipts = one.receipts.get(row.row, [])
        members = {receipt.member for receipt in receipts}
        need(members | {late} >= others.keys() | {late}, f"{name}'s post is not for all members")
        need(members <= others.keys(), f"{name}'s post is for others than members")
        for receipt in receipts:
            if receipt.state not in FAR:
                need(receipt.is_waiting, f"{name} has a post that nobody will send")
                need(row.state not in FAR, "called delivered before all members have it")
                continue
            there = others[PeerId(receipt.member)]
            is_there = (row.chat, one.owner, row.seq) in there.posts or there.has_early
            need(is_there, "a post is called delivered that a member has not")


def check_room_order(copy: Copy, name: str) -> None:
    """Of each author in the order in which they were posted, each once."""
    last: dict[tuple[bytes, bytes], int] = {}
    for row in copy.messages:
        if row.is_in_room and row.seq is not None:
            feed = row.chat, row.author
            need(last.get(feed, 0) < row.seq, f"{name} has a room's texts in another order")
            last[feed] = row.seq


def pair_chat(host: Host, other: Host, *, is_own: bool) -> dict[bytes, object]:
    """Text and reactions of one side's messages that were neither deleted nor taken back."""
    copy = Copy.of(host)
    rows = copy.own(other.peer) if is_own else copy.of_other(other.peer)
    given = _reactions(host)
    return {
        row.identifier: (row.text, given.get(row.identifier))
        for row in rows
        if not row.is_deleted and row.state != FAILED
    }


def rooms_of(host: Host, reader: Host | None = None) -> dict[bytes, object]:
    """By room: name, members, and what all must agree on of what was said and not deleted;
    ``reader``: of what was said since they came."""
    copy, given = Copy.of(host), _reactions(host)
    said: dict[bytes, dict[bytes, object]] = {}
    for row in copy.messages:
        first = _first_for(host, reader, row)
        if row.is_in_room and not (row.is_news or row.is_deleted or (row.seq or first) < first):
            text = row.author or host.peer, row.text, given.get(row.identifier)
            said.setdefault(row.chat, {})[row.identifier] = text
    return {
        room.room_id: (room.state.name, tuple(room.state.members), said.get(room.room_id, {}))
        for room in host.office.parts.book
    }


def _first_for(host: Host, reader: Host | None, row: Row) -> int:
    """Number of the first post of this one's author that ``reader`` is to have."""
    room = host.office.parts.book.get(row.chat)
    member = room.state.members.get(reader.peer) if room and reader else None
    return member.since.get(row.author or host.peer, 1) if member else 1


def room_digests(host: Host) -> dict[bytes, bytes]:
    """Equal where two have the same of each room."""
    return {room.room_id: room.digest for room in host.office.parts.book}


def _reactions(host: Host) -> dict[bytes, set[tuple[str, bytes]]]:
    """Emoji and who gave it."""
    given: dict[bytes, set[tuple[str, bytes]]] = {}
    for identifier, emoji, author in host.rows(_REACTIONS):
        given.setdefault(identifier, set()).add((emoji, author or host.peer))
    return given
