"""Rooms: a log of signed entries from which every member reads the same people.

Each entry names the entries its author knew (its parents) by their hashes, so the log
is a graph without a server to order it. What it says is a function of the set of
entries alone: in whatever order they came, all who have the same entries see the same
members, name and picture.

- The first entry creates the room; its hash is the room's id.
- Every member adds people, renames, sets the picture, leaves. Only the admin removes:
  the member who is in it longest, at first its creator.
- An entry is lawful when its author was a member by what the entry knew. What is not
  lawful is never taken in. That depends on its past alone, so all agree on it.
- What somebody did beside their own leaving or removal, without knowing of it, does not
  count: else who was removed could go on from an older state for ever. And a removal
  beats an addition that did not know of it.

Source: PROTOCOL, "Rooms". Numbers: limits.py.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId, peer_id_of
from net.protocol.limits import (
    ROOM_ENTRIES_END,
    ROOM_ENTRIES_MAX,
    ROOM_ENTRIES_OF_ONE_MAX,
    ROOM_MARKS_MAX,
    ROOM_MEMBERS_MAX,
    ROOM_PARENTS_MAX,
)
from net.protocol.rooms import (
    Act,
    Add,
    Create,
    Entry,
    Leave,
    Member,
    Picture,
    Remove,
    Rename,
    RoomId,
    SignedEntry,
    decode_entry,
    newcomers_of,
    read_entry,
)

_SOME_PICTURE: Final = Picture(b"-")
_PASTS_MAX: Final = 32
"""Pasts whose members are known by heart: entries that were made side by side share them."""

_Place = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class RoomState:
    """``members`` in the order of their coming; the first is the admin."""

    name: str
    picture: bytes
    """The id of the entry that holds it; empty: none."""
    members: Mapping[PeerId, Member]
    last_numbers: Mapping[PeerId, int]
    """Of those who are gone: from here on nothing of theirs is taken."""
    keys: Mapping[PeerId, bytes]
    """Of all who ever were in it."""

    @property
    def admin(self) -> PeerId | None:
        return next(iter(self.members), None)

    def may_post(self, author: PeerId, number: int) -> bool:
        return author in self.members or number < self.last_numbers.get(author, 0)


class Outcome(Enum):
    ADDED = 1
    KNOWN = 2
    EARLY = 3
    """What it builds on is not here."""


@dataclass(slots=True, eq=False)
class _Node:
    entry_id: bytes
    author: PeerId
    parents: tuple[bytes, ...]
    act: Act
    newcomers: dict[PeerId, Member]
    """Whom it brings in."""
    depth: int
    bit: int
    """One, shifted by the place at which it came."""
    past: int
    """The bits of all that it builds on."""

    @property
    def place(self) -> _Place:
        """What builds on another is behind it, and all see one order."""
        return self.depth, self.entry_id

    def is_beside(self, other: "_Node") -> bool:
        return not (self.past & other.bit or other.past & self.bit or self is other)

    @property
    def is_look(self) -> bool:
        """A name or a picture: who is in the room does not depend on it."""
        return isinstance(self.act, Rename | Picture)


@dataclass(frozen=True, slots=True)
class _Resolved:
    state: RoomState
    exits: Mapping[PeerId, Sequence[_Node]]
    named_at: _Place
    pictured_at: _Place
    """Where the entries stand that count for both."""

    def with_look(self, node: _Node) -> "_Resolved":
        """One more name or picture, wherever it stands."""
        if any(node.is_beside(gone) for gone in self.exits.get(node.author, ())):
            return self
        match node.act:
            case Rename(name=name) if node.place > self.named_at:
                return replace(self, state=replace(self.state, name=name), named_at=node.place)
            case Picture(image=image) if node.place > self.pictured_at:
                state = replace(self.state, picture=node.entry_id if image else b"")
                return replace(self, state=state, pictured_at=node.place)
        return self


@dataclass(slots=True)
class RoomLog:
    room: RoomId
    _nodes: dict[bytes, _Node] = field(default_factory=dict)
    _heads: set[bytes] = field(default_factory=set)
    _bits: int = 0
    """How many were given."""
    _now: _Resolved | None = None
    _people: dict[bytes, _Node] = field(default_factory=dict)
    """All but names and pictures: of a log that is long without need these are few."""
    _people_bits: int = 0
    _pasts: OrderedDict[int, RoomState] = field(default_factory=OrderedDict)
    """By the bits of ``_people``."""
    _counts: Counter[PeerId] = field(default_factory=Counter)
    _wanted: dict[PeerId, dict[bytes, None]] = field(default_factory=dict)
    """What is not here, by the members who have built on it; the newest of each."""

    @property
    def heads(self) -> tuple[bytes, ...]:
        """What nothing here builds on yet, sorted."""
        return tuple(sorted(self._heads))

    @property
    def state(self) -> RoomState:
        if self._now is None:
            self._now = _resolve(self._nodes.values())
        return self._now.state

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, entry_id: bytes) -> bool:
        return entry_id in self._nodes

    def load(self, signed: SignedEntry) -> None:
        """One that was taken in before, in the order in which it was.

        Raises RemoteProtocolError for what a damaged disk made of one, or has lost of its past.
        """
        entry = decode_entry(signed.entry)
        if any(parent not in self._nodes for parent in entry.parents):
            raise RemoteProtocolError("an entry without what it builds on")
        self._insert(self._node(signed.entry_id, entry))

    def add(self, signed: SignedEntry) -> Outcome:
        """Raises RemoteProtocolError for one that is forged or not lawful."""
        entry_id = signed.entry_id
        if entry_id in self._nodes:
            return Outcome.KNOWN
        entry = read_entry(signed)
        if any(parent not in self._nodes for parent in entry.parents):
            self._want_parents(entry_id, entry)
            return Outcome.EARLY
        if bool(entry.parents) == (entry_id == self.room):
            raise RemoteProtocolError("a room has one beginning")
        node = self._node(entry_id, entry)
        self._check(node)
        self._insert(node)
        return Outcome.ADDED

    def still_waits(self, entry: bytes) -> bool:
        """Whether ``add`` has said EARLY of it, and would again. Raises RemoteProtocolError."""
        read = decode_entry(entry)
        wanted = self._wanted.get(peer_id_of(read.author), ())
        missing = [parent for parent in read.parents if parent not in self._nodes]
        return bool(missing) and all(parent in wanted for parent in missing)

    def withdraw(self, entry_id: bytes) -> bool:
        """As if it had never come; False, and it stays, when another builds on it."""
        if entry_id not in self._heads:
            return False
        node = self._nodes.pop(entry_id)
        self._counts[node.author] -= 1
        built_on = {parent for other in self._nodes.values() for parent in other.parents}
        self._heads.discard(entry_id)
        self._heads.update(set(node.parents) - built_on)
        self._now = None
        if not node.is_look:
            del self._people[entry_id]
            self._people_bits &= ~node.bit
        return True

    @property
    def marks(self) -> tuple[bytes, ...]:
        """What is told when asking for what is missing: the heads, and ever fewer of the older
        ones, so that who does not know our heads still knows where we part."""
        ids = list(self._nodes)
        older = {ids[-1 - (1 << k)] for k in range(len(ids).bit_length()) if 1 << k < len(ids)}
        return (*self.heads[: ROOM_MARKS_MAX // 2], *sorted(older - self._heads))

    def missing(self, marks: Iterable[bytes]) -> list[bytes]:
        """Ids of all that somebody with these marks may not have, in an order to take them in."""
        known = [self._nodes[mark] for mark in marks if mark in self._nodes]
        past = 0
        for node in known:
            past |= node.past | node.bit
        return [node.entry_id for node in self._nodes.values() if not past & node.bit]

    def parents_now(self) -> tuple[bytes, ...]:
        """What the next entry builds on."""
        heads = sorted((self._nodes[head] for head in self._heads), key=lambda node: node.place)
        return tuple(sorted(node.entry_id for node in heads[:ROOM_PARENTS_MAX]))

    def _node(self, entry_id: bytes, entry: Entry) -> _Node:
        parents = [self._nodes[parent] for parent in entry.parents]
        past = 0
        for parent in parents:
            past |= parent.past | parent.bit
        depth = 1 + max((parent.depth for parent in parents), default=-1)
        act, author = entry.act, peer_id_of(entry.author)
        newcomers = newcomers_of(entry)
        if isinstance(act, Picture) and act.image:
            act = _SOME_PICTURE  # the log need not hold it
        bit = 1 << self._bits
        return _Node(entry_id, author, entry.parents, act, newcomers, depth, bit, past)

    def _insert(self, node: _Node) -> None:
        self._bits += 1
        self._nodes[node.entry_id] = node
        self._heads.difference_update(node.parents)
        self._heads.add(node.entry_id)
        self._counts[node.author] += 1
        if not node.is_look:
            self._people[node.entry_id] = node
            self._people_bits |= node.bit
            self._now = None
        elif self._now is not None:
            self._now = self._now.with_look(node)

    def _check(self, node: _Node) -> None:
        """Lawful, judged by its past alone; and there is place for it."""
        if isinstance(node.act, Create):
            if node.parents:
                raise RemoteProtocolError("a room is created once")
            return
        before = self._before(node)
        if node.author not in before.members:
            raise RemoteProtocolError("an entry of somebody who is no member")
        is_admin = node.author == before.admin
        if not is_admin:
            self._check_place(node)
        if len(self._nodes) >= ROOM_ENTRIES_END:
            raise RemoteProtocolError("the log of this room is full")
        match node.act:
            case Remove(peer=peer):
                if not is_admin or peer == node.author or peer not in before.keys:
                    raise RemoteProtocolError("only the admin removes, and only members")
            case Add():
                if len(node.newcomers.keys() | before.members.keys()) > ROOM_MEMBERS_MAX:
                    raise RemoteProtocolError("more members than a room has")

    def _before(self, node: _Node) -> RoomState:
        """Who was in it by what the entry knew; its name and picture mean nothing."""
        bits = node.past & self._people_bits
        if bits == self._people_bits:
            return self.state
        if bits not in self._pasts:
            past = [other for other in self._people.values() if bits & other.bit]
            self._pasts[bits] = _resolve(past).state
            if len(self._pasts) > _PASTS_MAX:
                self._pasts.popitem(last=False)
        self._pasts.move_to_end(bits)
        return self._pasts[bits]

    def _check_place(self, node: _Node) -> None:
        """By all that is here: who forks has many entries that know of none of each other. But
        what another member has built on is taken, so that theirs are not lost with it."""
        if self._wanting(node.entry_id) - {node.author}:
            return
        if self._counts[node.author] >= ROOM_ENTRIES_OF_ONE_MAX:
            raise RemoteProtocolError("too many entries of one member")
        if len(self._nodes) >= ROOM_ENTRIES_MAX and not isinstance(node.act, Leave):
            raise RemoteProtocolError("the log of this room is full")

    def _want_parents(self, entry_id: bytes, entry: Entry) -> None:
        author = peer_id_of(entry.author)
        missing = [parent for parent in entry.parents if parent not in self._nodes]
        for peer in self._wanting(entry_id) | {author}:
            if peer in self.state.members:
                wanted = self._wanted.setdefault(peer, {})
                wanted.update(dict.fromkeys(missing))
                while len(wanted) > ROOM_ENTRIES_OF_ONE_MAX:
                    del wanted[next(iter(wanted))]

    def _wanting(self, entry_id: bytes) -> set[PeerId]:
        return {peer for peer, wanted in self._wanted.items() if entry_id in wanted}


def _resolve(nodes: Iterable[_Node]) -> _Resolved:
    """``nodes``: lawful ones, with all that they build on."""
    ordered = sorted(nodes, key=lambda node: node.place)
    exits = _exits(ordered)
    counted = [
        node
        for node in ordered
        if not any(node.is_beside(gone) for gone in exits.get(node.author, ()))
    ]
    members: dict[PeerId, Member] = {}
    came: dict[PeerId, tuple[_Node, Member]] = {}
    name, picture = "", b""
    named_at = pictured_at = (-1, b"")
    for node in counted:
        match node.act:
            case Create(name=new_name) | Rename(name=new_name):
                name, named_at = new_name, node.place
            case Picture(image=image):
                picture, pictured_at = node.entry_id if image else b"", node.place
        inherited = came[node.author][1].since if node.author in came else {}
        for peer, named in node.newcomers.items():
            member = _with_since(named, inherited)
            former = came.get(peer)
            if former is None or _is_between(former[0], exits.get(peer, ()), node):
                came[peer] = node, member
            if all(node.past & gone.bit for gone in exits.get(peer, ())):
                members.setdefault(peer, member)
    keys = {peer: member.key for node in ordered for peer, member in node.newcomers.items()}
    last_numbers = {p: _last_number(gone) for p, gone in exits.items() if p not in members}
    few = dict(list(members.items())[:ROOM_MEMBERS_MAX])
    state = RoomState(name, picture, few, last_numbers, keys)
    return _Resolved(state, exits, named_at, pictured_at)


def _is_between(before: _Node, exits: Sequence[_Node], after: _Node) -> bool:
    return any(gone.past & before.bit and after.past & gone.bit for gone in exits)


def _with_since(member: Member, inherited: Mapping[bytes, int]) -> Member:
    """What was not for who adds them is not for them: nobody reads it through a puppet."""
    later = {a: max(number, member.since.get(a, 1)) for a, number in inherited.items()}
    return Member(member.key, member.name, {**member.since, **later}) if later else member


def _exits(ordered: Sequence[_Node]) -> dict[PeerId, list[_Node]]:
    """Leavings and removals that count, by who is gone.

    Leaving always counts. A removal does not beside its author's own exit; of two who
    remove each other, the one who came first is heard.
    """
    exits: dict[PeerId, list[_Node]] = {}
    came: dict[PeerId, int] = {}
    for node in ordered:
        for peer in node.newcomers:
            came.setdefault(peer, len(came))
        if isinstance(node.act, Leave):
            exits.setdefault(node.author, []).append(node)
    removals = [(came[node.author], node.place, node) for node in ordered if _is_removal(node)]
    for _, _, node in sorted(removals, key=lambda removal: removal[:2]):
        if not any(node.is_beside(gone) for gone in exits.get(node.author, ())):
            assert isinstance(node.act, Remove)
            exits.setdefault(PeerId(node.act.peer), []).append(node)
    return exits


def _is_removal(node: _Node) -> bool:
    return isinstance(node.act, Remove)


def _last_number(exits: Sequence[_Node]) -> int:
    """The admin's word, where there is one: who leaves could name any number."""
    removed = [node.act.next_number for node in exits if isinstance(node.act, Remove)]
    left = [node.act.next_number for node in exits if isinstance(node.act, Leave)]
    return max(removed or left)
