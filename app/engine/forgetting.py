"""A person is forgotten: what was said, what was sent, how far they were trusted."""

import asyncio
from typing import Final

from app.commands import ForgetPerson
from app.engine.core import Core
from app.engine.exchange import Exchange
from app.engine.landings import Landings
from app.engine.lanes import Lanes
from app.engine.people import Acquaintance, People
from app.engine.runs import Runs
from app.errors import ErrorCode, KnownError
from app.events import PersonForgotten
from app.model import Trust
from net.protocol.records import Void, encode_record

ROWS_AT_ONCE: Final = 2_000
"""Messages deleted in one commit, some 50 ms: what others write does not wait longer."""
LOOK_AGAIN_S: Final = 0.05
LOOKS: Final = 100
"""For what runs with them to end; threads notice at once unless a disk holds them up."""


class Forgetting:
    def __init__(
        self,
        core: Core,
        people: People,
        *,
        runs: Runs,
        exchange: Exchange,
        landings: Landings,
        lanes: Lanes,
    ) -> None:
        self._core = core
        self._people = people
        self._runs = runs
        self._exchange = exchange
        self._landings = landings
        self._lanes = lanes

    async def forget(self, command: ForgetPerson) -> None:
        """What they and we said in rooms stays there. Who is on the network, or with us in a
        room, goes on as a stranger.

        Raises KnownError UNKNOWN_PERSON; WRONG_STATE when a transfer with them does not end.
        """
        person = self._people.find(command.person)
        before = person.trust
        self._people.set_trust(person, Trust.BLOCKED)  # meanwhile nothing of theirs comes in
        try:
            await self._end_runs(person)
            await self._delete(person)
        except KnownError:
            self._people.set_trust(person, before)
            raise
        person.auto_accept = person.muted = person.is_kept = False
        person.auto_accept_max_bytes = person.way = person.successor = None
        person.is_moved, person.picture = False, None
        self._people.set_trust(person, Trust.NEW)
        is_here = person.is_online or self._core.node.has_session(person.peer)
        is_gone = not is_here and await self._core.write(lambda w: w.drop_stranger(person.peer))
        if is_gone:
            self._people.drop(person)
        self._core.emit(PersonForgotten(person.text_id, command.ref))
        if not is_gone:
            self._people.tell_again(person)

    async def _end_runs(self, person: Acquaintance) -> None:
        for _ in range(LOOKS):
            self._exchange.on_blocked(person)
            if not self._runs.of(person.peer):
                return
            await asyncio.sleep(LOOK_AGAIN_S)
        raise KnownError(ErrorCode.WRONG_STATE, "a transfer with them has not ended yet")

    async def _delete(self, person: Acquaintance) -> None:
        peer, void = person.peer, encode_record(Void())
        for seq in await self._core.write(lambda w: w.void_pair(peer, void)):
            self._lanes.replace(peer, seq, void)
        while await self._core.write(lambda w: w.forget_messages(peer, ROWS_AT_ONCE)):
            pass
        for stored in await self._core.write(lambda w: w.forget_rest(peer)):
            self._landings.drop(stored)
        self._lanes.gaps.look(person)
