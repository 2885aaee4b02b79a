"""What was missed in rooms, from any member who has it.

Two members who meet tell each other what they have of each room they share, as one
hash. Where it differs each asks the other; the answer is what was signed, so it
matters to nobody who hands it on. What spreads this way is told on to a few, until
all have it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.engine.arrivals import Arrival, Effect, Handler
from app.engine.core import Core
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.room_book import KnownRoom, RoomBook
from app.engine.rooms import Rooms
from app.store.types import Place
from app.store.writer import Writer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.limits import ROOM_AUTHORS_MAX, ROOM_GIVE_BYTES
from net.protocol.records import (
    Record,
    RoomAsk,
    RoomEntry,
    RoomGiven,
    RoomHave,
    decode_record,
    encode_record,
)

ASK_AFTER_S: Final = 0.3
"""What is missing may be on its way from its author this very moment."""
ASK_SPREAD_S: Final = 0.7
ANSWER_WITHIN_S: Final = 5.0
"""Then another is asked, or the same again."""
TRIES_MAX: Final = 3
"""Of one person at once; whoever did not answer is asked again after a rest."""
REST_S: Final = 60.0
REST_MAX_S: Final = 3600.0
"""Rests grow by two: somebody may always claim to have more."""
TAKEN_UP_AT_ONCE: Final = 16
"""Of what had waited, between looks at everything else: each may cost some milliseconds."""
AGAIN_AFTER_S: Final = 10.0
"""When a disk has refused what had waited."""
TELL_ON_AFTER_S: Final = 20.0
TELL_ON_TO: Final = 3
"""Random members: all of 200 have heard of it after five rounds."""


@dataclass(slots=True, eq=False)
class _Search:
    """For what is missing of one room. ``helpers``: who may have it, and how often each was
    asked; ``asked``: whose answer is awaited."""

    helpers: dict[PeerId, int] = field(default_factory=dict)
    asked: PeerId | None = None
    timer: asyncio.TimerHandle | None = None
    is_resting: bool = False
    """All who are here were asked often enough for now."""
    rest_s: float = REST_S
    had: int = 0
    """How much was here when it was asked for more."""


class RoomSync:
    def __init__(
        self, core: Core, people: People, lanes: Lanes, book: RoomBook, rooms: Rooms
    ) -> None:
        self._core = core
        self._people = people
        self._lanes = lanes
        self._book = book
        self._rooms = rooms
        self._searches: dict[KnownRoom, _Search] = {}
        self._telling: dict[KnownRoom, asyncio.TimerHandle] = {}
        self._again: dict[KnownRoom, asyncio.TimerHandle] = {}
        """When what had waited is taken up once more."""
        self._retrying: dict[KnownRoom, bool] = {}
        """Where what had waited is taken up right now: whether the log has grown since."""
        self._giving: set[PeerId] = set()
        """Whose answer is on its way from the disk into their lane."""
        self._given_held: set[PeerId] = set()
        """Who was answered while they hold back what we sent."""
        self.handler: Handler
        """Set by the engine: what is done with a record that had to wait."""

    # --- telling -----------------------------------------------------------

    async def on_here(self, person: Acquaintance) -> None:
        """Somebody can be written to: tell them what we have of the rooms we share."""
        await self._tell(person, self._book.shared_with(person.peer))

    def tell_on(self, room: KnownRoom) -> None:
        """Something came that others may have missed, too."""
        if room not in self._telling:
            loop = self._core.loop
            self._telling[room] = loop.call_later(TELL_ON_AFTER_S, self._tell_some, room)

    def on_have(self, person: Acquaintance, have: RoomHave) -> Arrival:
        room = self._book.get(have.room) or self._book.add_untold(have.room)
        if have.digest != room.digest:
            self.seek(room, person)
        return Arrival()

    def seek(self, room: KnownRoom, person: Acquaintance) -> None:
        """This person has, or may have, what is not here."""
        search = self._searches.setdefault(room, _Search())
        search.helpers[person.peer] = min(search.helpers.get(person.peer, 0), TRIES_MAX - 1)
        if search.is_resting and search.timer:
            search.timer.cancel()
            search.timer = None
        if search.asked is None and search.timer is None:
            self._ask_later(room, search)

    # --- asking ------------------------------------------------------------

    def _ask_later(self, room: KnownRoom, search: _Search) -> None:
        spread_s = ASK_SPREAD_S * self._core.entropy(1)[0] / 255
        search.timer = self._core.loop.call_later(ASK_AFTER_S + spread_s, self._ask, room, search)

    def _ask(self, room: KnownRoom, search: _Search) -> None:
        """The one asked least who is here; nobody when all were asked often enough."""
        search.timer, search.asked, search.is_resting = None, None, False
        tries = sorted((count, peer) for peer, count in search.helpers.items())
        present = [(n, peer) for n, peer in tries if self._core.node.has_session(peer)]
        if not present or self._book.get(room.room_id) is not room:
            del self._searches[room]
            if tries:  # others may have it too, and see so
                self.tell_on(room)
            return
        here = [peer for count, peer in present if count < TRIES_MAX]
        if not here:
            self._rest(room, search)
            return
        search.asked = here[0]
        search.helpers[here[0]] += 1
        search.timer = self._core.loop.call_later(ANSWER_WITHIN_S, self._ask, room, search)
        search.had = _size(room)
        # who is no member by what is known here may be one, but is told nobody's doings
        is_member = here[0] in room.state.members
        numbers = list(room.told_numbers().items())[:ROOM_AUTHORS_MAX] if is_member else ()
        ask = RoomAsk(room.room_id, room.marks, tuple(numbers))
        self._core.spawn(self._put([here[0]], [encode_record(ask)]))

    def _rest(self, room: KnownRoom, search: _Search) -> None:
        """Their disk, or ours, may be full; then each is asked once more."""
        search.helpers = dict.fromkeys(search.helpers, TRIES_MAX - 1)
        search.is_resting = True
        search.timer = self._core.loop.call_later(search.rest_s, self._ask, room, search)
        search.rest_s = min(REST_MAX_S, 2 * search.rest_s)

    def on_given(self, person: Acquaintance, given: RoomGiven) -> Arrival:
        room = self._book.get(given.room)
        search = self._searches.get(room) if room else None
        if room is None or search is None or search.asked != person.peer:
            return Arrival()

        def after(_result: object) -> None:
            if self._searches.get(room) is not search or search.asked != person.peer:
                return
            if search.timer:
                search.timer.cancel()
            if not given.is_more:
                search.helpers.pop(person.peer, None)
            elif _size(room) > search.had:
                search.helpers[person.peer] = 0
            self._ask(room, search)

        # in one commit with, or behind, what came before it
        return Arrival(effect=Effect(lambda _w: None, after))

    # --- giving ------------------------------------------------------------

    def on_ask(self, person: Acquaintance, ask: RoomAsk) -> Arrival:
        """Answered to members, and not while what they were given before is under way. What
        they hold back may be for a log that they lack: so once meanwhile all the same."""
        room = self._book.get(ask.room)
        if room is None or not self._book.is_in(room):
            return Arrival()
        numbers = {PeerId(peer): number for peer, number in ask.numbers}
        if self._is_ahead(room, ask.marks, numbers):
            self.seek(room, person)
        member = room.state.members.get(person.peer)
        if member and person.peer not in self._giving and self._may_give(person):
            self._giving.add(person.peer)
            self._core.spawn(self._give(room, person, ask.marks, numbers))
        return Arrival()

    def _may_give(self, person: Acquaintance) -> bool:
        if self._lanes.is_drained(person):
            self._given_held.discard(person.peer)
            return True
        is_first = person.is_held and person.peer not in self._given_held
        if is_first:
            self._given_held.add(person.peer)
        return is_first

    def _is_ahead(
        self, room: KnownRoom, marks: Sequence[bytes], numbers: dict[PeerId, int]
    ) -> bool:
        if any(mark not in room.log or mark in room.unsaved for mark in marks):
            return True
        return any(number > room.numbers.get(peer, 1) for peer, number in numbers.items())

    async def _give(
        self,
        room: KnownRoom,
        person: Acquaintance,
        marks: Sequence[bytes],
        numbers: dict[PeerId, int],
    ) -> None:
        try:
            await self._put_what_is_missing(room, person, marks, numbers)
        finally:
            self._giving.discard(person.peer)

    async def _put_what_is_missing(
        self,
        room: KnownRoom,
        person: Acquaintance,
        marks: Sequence[bytes],
        numbers: dict[PeerId, int],
    ) -> None:
        member = room.state.members.get(person.peer)
        if member is None:
            return  # since they asked
        since, entry_ids = member.since, room.log.missing(marks)

        def work(w: Writer) -> tuple[list[bytes], bool]:
            return w.give(
                room.room_id,
                entry_ids,
                numbers,
                since,
                room.state.last_numbers,
                ours=self._book.ours,
                limit_bytes=ROOM_GIVE_BYTES,
            )

        records, is_more = await self._core.write(work)
        records.append(encode_record(RoomGiven(room.room_id, is_more)))
        await self._put([person.peer], records)

    # --- what had to wait --------------------------------------------------

    def retry_early(self, room: KnownRoom) -> None:
        """The log has grown."""
        again = self._again.pop(room, None)
        if again:
            again.cancel()
        if room in self._retrying:
            self._retrying[room] = True
        elif room.has_early:
            self._retrying[room] = True
            self._core.spawn(self._retry(room))

    async def _retry(self, room: KnownRoom) -> None:
        try:
            while room.has_early and self._retrying[room]:
                room.has_early = self._retrying[room] = False
                await self._take_up(room)
        except BaseException:
            room.has_early = True  # the disk refused
            loop = self._core.loop
            self._again[room] = loop.call_later(AGAIN_AFTER_S, self.retry_early, room)
            raise
        finally:
            del self._retrying[room]

    async def _take_up(self, room: KnownRoom) -> None:
        waiting = await self._core.write(lambda w: w.early_room(room.room_id))
        for at in range(0, len(waiting), TAKEN_UP_AT_ONCE):
            some = waiting[at : at + TAKEN_UP_AT_ONCE]
            ready = [one for one in some if not self._still_waits(room, *one[1:])]
            if ready:
                await self._take_up_some(ready)

    def _still_waits(self, room: KnownRoom, peer: PeerId, record: bytes) -> bool:
        """By what it names alone: whoever sends much of that has us check no signatures."""
        person = self._people.get(peer)
        try:
            decoded: Record = decode_record(record)
            waits = isinstance(decoded, RoomEntry) and room.log.still_waits(decoded.entry)
        except RemoteProtocolError:
            return False
        if person is None or not waits:
            return False
        room.has_early = True
        self._rooms.on_behind(room, person)
        return True

    async def _take_up_some(self, waiting: Sequence[tuple[int, PeerId, bytes]]) -> None:
        """Each as if it had just come; in one commit it is done and waits no more."""
        effects = []
        for _, peer, record in waiting:
            person = self._people.get(peer)
            arrival = self._read(person, record) if person else Arrival()
            if arrival.effect:
                effects.append(arrival.effect)

        def work(w: Writer) -> list[object]:
            w.drop_early_room(row for row, _, _ in waiting)
            return [effect.run(w) for effect in effects]

        results = await self._core.write(work)
        for effect, result in zip(effects, results, strict=True):
            effect.after(result)

    def _read(self, person: Acquaintance, record: bytes) -> Arrival:
        try:
            decoded: Record = decode_record(record)
            return self.handler(person, decoded)
        except RemoteProtocolError:
            return Arrival()

    def stop(self) -> None:
        for search in self._searches.values():
            if search.timer:
                search.timer.cancel()
        for timer in (*self._telling.values(), *self._again.values()):
            timer.cancel()
        self._searches.clear()
        self._telling.clear()
        self._again.clear()

    # --- inside ------------------------------------------------------------

    def _tell_some(self, room: KnownRoom) -> None:
        del self._telling[room]
        if room.unsaved:  # the disk has refused it: whoever has it gives it again
            self.tell_on(room)
        here = self._book.members_here(room)
        chance = self._core.entropy(TELL_ON_TO)
        some = {here[byte % len(here)].peer: here[byte % len(here)] for byte in chance if here}
        for person in some.values():
            self._core.spawn(self._tell(person, [room]))

    async def _tell(self, person: Acquaintance, rooms: Sequence[KnownRoom]) -> None:
        records = [encode_record(RoomHave(room.room_id, room.digest)) for room in rooms]
        if records:
            await self._put([person.peer], records)

    async def _put(self, peers: Sequence[PeerId], records: Sequence[bytes]) -> None:
        lane_id = self._core.lane_id

        def work(w: Writer) -> list[Place]:
            return [place for record in records for place in w.send_to(peers, record, lane_id)]

        self._rooms.put(await self._core.write(work))


def _size(room: KnownRoom) -> int:
    return len(room.log) + sum(room.numbers.values())
