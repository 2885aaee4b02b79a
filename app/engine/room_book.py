"""The rooms that are known here, as the engine sees them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from app.engine.core import Core
from app.engine.everyone import Everyone
from app.engine.people import Acquaintance, People
from app.errors import ErrorCode, KnownError
from app.model import Message
from app.store.room_types import RoomNews, RoomView, StoredRoom
from app.store.types import ChatId
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.records import Offer, RoomEntry, RoomHave, RoomPost
from net.protocol.room_log import RoomLog, RoomState
from net.protocol.rooms import (
    EVERYONE,
    ROOM_PREFIX,
    RoomId,
    SignedEntry,
    encode_room_id,
    room_digest,
)
from net.protocol.sequencer import Sequencer
from net.protocol.text import clean_name

PREFIX_MIN_CHARS = 6
STRANGE_ROOMS_MAX = 64
"""Rooms we are told of without being in them: their log may be on its way still."""
NAMELESS = "?"


@dataclass(slots=True, eq=False)
class KnownRoom:
    room_id: RoomId
    text_id: str
    log: RoomLog
    numbers: dict[PeerId, int] = field(default_factory=dict)
    """Of each author, also of us, the first post that is not here."""
    unsaved: dict[bytes, SignedEntry] = field(default_factory=dict)
    """Taken in, but not on the disk yet; by id, in the order of their coming."""
    unsaved_news: dict[bytes, RoomNews] = field(default_factory=dict)
    unsaved_since: dict[bytes, int] = field(default_factory=dict)
    """What goes with them."""
    withdrawn: list[SignedEntry] = field(default_factory=list)
    """Of ``unsaved``, those of ours that the disk refused."""
    sequencers: dict[PeerId, Sequencer[Message]] = field(default_factory=dict)
    settled: set[tuple[PeerId, int]] = field(default_factory=set)
    """Posts whose author was told in this run that there is another under their number."""
    is_accepted: bool = False
    """A contact has brought us in, or we have done something there; else it is a request."""
    has_early: bool = True
    """Something may wait on the disk for the log to grow."""

    @property
    def state(self) -> RoomState:
        return self.log.state

    @property
    def digest(self) -> bytes:
        """Of what is on the disk: what it refused has to come again."""
        return room_digest(self._saved(self.log.heads), self.told_numbers())

    @property
    def marks(self) -> tuple[bytes, ...]:
        """What is told when asking for what is missing."""
        return self._saved(self.log.marks)

    def told_numbers(self) -> dict[PeerId, int]:
        """Members' first; of who is gone what all may have: beyond, nobody takes it any more."""
        state, ends = self.state, self.state.last_numbers
        here = sorted(self.numbers.items(), key=lambda told: (told[0] not in state.members, told))
        return {peer: min(number, ends.get(peer, number)) for peer, number in here}

    def others(self, ours: PeerId) -> list[PeerId]:
        return [peer for peer in self.state.members if peer != ours]

    def _saved(self, entry_ids: Iterable[bytes]) -> tuple[bytes, ...]:
        return tuple(entry_id for entry_id in entry_ids if entry_id not in self.unsaved)

    def view(self) -> RoomView:
        """With names that are safe to show."""
        state = self.state
        members = tuple(
            (peer, member.key, clean_name(member.name, peer.hex()[:8]))
            for peer, member in state.members.items()
        )
        return RoomView(clean_name(state.name, NAMELESS), state.picture, members)


class RoomBook:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._rooms: dict[RoomId, KnownRoom] = {}

    def __iter__(self) -> Iterator[KnownRoom]:
        return iter(self._rooms.values())

    @property
    def ours(self) -> PeerId:
        return self._core.identity.peer_id

    def load(self, stored: StoredRoom) -> KnownRoom:
        room = self.add(stored.room_id)
        for entry in stored.entries:
            with suppress(RemoteProtocolError):  # the disk is damaged: others have it
                room.log.load(entry)
        room.numbers = {peer or self.ours: number for peer, number in stored.numbers.items()}
        room.has_early, room.is_accepted = stored.has_early, stored.is_accepted
        self.meet_members(room)
        return room

    def add(self, room_id: RoomId) -> KnownRoom:
        room = KnownRoom(room_id, encode_room_id(room_id), RoomLog(room_id))
        self._rooms[room_id] = room
        return room

    def add_untold(self, room_id: bytes) -> KnownRoom:
        """A room whose log may be on its way still. Of too many the oldest goes, first of those
        without a log: whoever makes them up shall keep nobody from telling us of a real one."""
        strange = [room for room in self if self.ours not in room.state.keys]
        if len(strange) >= STRANGE_ROOMS_MAX:
            oldest = min(strange, key=lambda room: len(room.log) > 0)
            del self._rooms[oldest.room_id]
            self._core.write_later(lambda w: w.forget_rooms(oldest.room_id))
        return self.add(RoomId(room_id))

    def withdraw(self, room: KnownRoom, signed: SignedEntry) -> None:
        """An entry of ours could not be saved: nobody may build on what nobody will get.

        It stays as long as a later one of ours builds on it, which saves both or goes as well.
        """
        refused = (*room.withdrawn, signed)
        room.withdrawn = [entry for entry in refused if entry.entry_id in room.unsaved]
        for entry in reversed(room.withdrawn):
            if room.log.withdraw(entry.entry_id):
                del room.unsaved[entry.entry_id]
                room.unsaved_news.pop(entry.entry_id[:16], None)
        if not len(room.log):
            self._rooms.pop(room.room_id, None)

    def get(self, room_id: bytes) -> KnownRoom | None:
        return self._rooms.get(RoomId(room_id))

    def is_in(self, room: KnownRoom) -> bool:
        return self.ours in room.state.members

    def shared_with(self, peer: PeerId) -> list[KnownRoom]:
        return [room for room in self if self.is_in(room) and peer in room.state.members]

    def is_shared(self, person: Acquaintance, offer: Offer) -> bool:
        """Whether the offer stands in a room that we are in with its sender."""
        room = self.get(offer.room) if offer.room else None
        return room is not None and room in self.shared_with(person.peer)

    def is_ours(
        self, person: Acquaintance, record: RoomEntry | RoomPost | RoomHave | Offer
    ) -> bool:
        """Whether it is for a room that is no request."""
        if isinstance(record, Offer) and not self.is_shared(person, record):
            return False
        room = self.get(record.room or b"")
        return record.room == EVERYONE or (room is not None and room.is_accepted)

    def find(self, text: str) -> KnownRoom | None:
        """None when the text names no room but a person. Raises KnownError NO_SUCH_ROOM."""
        if not text.startswith(ROOM_PREFIX):
            return None
        wanted = ROOM_PREFIX + text.removeprefix(ROOM_PREFIX).upper()
        found = [room for room in self if room.text_id.startswith(wanted)]
        if len(wanted) < len(ROOM_PREFIX) + PREFIX_MIN_CHARS or len(found) != 1:
            raise KnownError(ErrorCode.NO_SUCH_ROOM, f"there is no one room {text[:64]!r}")
        return found[0]

    def chat_of(self, text: str | None) -> ChatId | None:
        """A room or a person; None for None. Raises KnownError."""
        if text is None:
            return None
        if Everyone.is_meant(text):
            return EVERYONE
        room = self.find(text)
        return room.room_id if room else self._people.find(text).peer

    def must_find(self, text: str) -> KnownRoom:
        """Raises KnownError NO_SUCH_ROOM."""
        room = self.find(text)
        if room is None:
            raise KnownError(ErrorCode.NO_SUCH_ROOM, f"{text[:64]!r} is no room")
        return room

    def members(self, room: KnownRoom) -> list[Acquaintance]:
        """Other than us; nobody once we are none."""
        others = room.others(self.ours) if self.is_in(room) else []
        return [person for peer in others if (person := self._people.get(peer))]

    def members_here(self, room: KnownRoom) -> list[Acquaintance]:
        return [person for person in self.members(room) if person.is_online]

    def meet_members(self, room: KnownRoom) -> None:
        """Whom only the log names is called as it calls them, until they say their name."""
        if not self.is_in(room):
            return
        for peer, key, name in room.view().members:
            if peer == self.ours:
                continue
            known = self._people.get(peer)
            person = known or self._people.meet(peer, key, name)
            person.is_kept = True

    def since(self, room: KnownRoom) -> Mapping[bytes, int]:
        """What was posted before we came."""
        member = room.state.members.get(self.ours)
        return member.since if member else {}
