"""Getting a session: with whom beacons speak of, who was there before, who was asked for.

A beacon's word is worth a knock and no more (``proven=False``). Addresses where a
person was reached before, and those the user types, are tried outright.
"""

import asyncio
import random
from dataclasses import dataclass, field

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.errors import ErrorCode, KnownError
from app.events import Connected, ProfileCopied
from app.model import Trust
from net.addresses import format_address, parse_address
from net.protocol.identity import PeerId
from net.protocol.limits import DEFAULT_PORT
from net.protocol.packet import Address
from net.protocol.session_event import ConnectFailed, ConnectFault, Established
from net.protocol.sightings import Sighting

EAGER_DELAY_S = (0.0, 0.05)
PATIENT_DELAY_S = (0.4, 0.6)
"""Of two that hear each other the one with the smaller id begins; the other only if it does not."""
PAUSE_FIRST_S = 1.5
PAUSE_PATIENT_S = 3.0
"""After two tries in vain it is: by then chance is no reason."""
PAUSE_HEARD_CAP_S = 15.0
"""Somebody beacons, or is here by stream, but no handshake over UDP succeeds: one-way
networks, a firewall."""
PAUSE_AWAY_CAP_S = 60.0
PAUSE_GROWTH = 1.6
TRIES_A_TICK = 20
"""Two calls each, half a second apart: a thousand people are tried within half a minute."""
ADDRESSES_TRIED = 2
"""Of one person at once, the newest: who is not there is tried again later."""
ADDRESSES_HEARD = 4
"""Of one person by beacons, which anyone can forge; the one heard longest ago goes."""
COPIES_MAX = 16
"""Addresses of copies of this profile that are told, each once in a run."""
TRIES_MAX = 4096
"""People whom we try to reach; more than one network has. The newest are left out."""


@dataclass(slots=True)
class _Try:
    at_s: float
    pause_s: float = PAUSE_FIRST_S
    heard: dict[Address, float] = field(default_factory=dict)
    """Where beacons say they are, and when one last said so."""

    def heard_of_late(self, since_s: float) -> list[Address]:
        """Newest first."""
        fresh = [(at_s, address) for address, at_s in self.heard.items() if at_s >= since_s]
        return [address for _, address in sorted(fresh, reverse=True)]

    def note(self, address: Address, now_s: float) -> None:
        self.heard[address] = now_s
        if len(self.heard) > ADDRESSES_HEARD:
            del self.heard[min(self.heard, key=self.heard.__getitem__)]


class Reaching:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._tries: dict[PeerId, _Try] = {}
        self._asked: dict[Address, list[asyncio.Future[PeerId]]] = {}
        self._copies: set[Address] = set()

    def start(self) -> None:
        """Everybody where they last were; beacons do the rest."""
        for person in self._people:
            self._try_at(person.peer, self._core.now_s() + random.random())

    def stop(self) -> None:
        for futures in self._asked.values():
            for future in futures:
                future.cancel()
        self._asked.clear()

    async def connect(self, text: str, ref: str | None) -> None:
        """A manual address. Raises KnownError BAD_ADDRESS or UNREACHABLE."""
        try:
            address = parse_address(text, DEFAULT_PORT)
        except ValueError as error:
            raise KnownError(ErrorCode.BAD_ADDRESS, f"{text[:80]!r}: {error}") from error
        future: asyncio.Future[PeerId] = self._core.loop.create_future()
        self._asked.setdefault(address, []).append(future)
        self._core.node.connect(address)
        person = self._people.get(await future)
        self._core.emit(Connected(person.text_id if person else "", ref))

    def want(self, person: Acquaintance) -> None:
        """There is something to send and no session."""
        if person.peer not in self._tries:
            self._try_at(person.peer, self._core.now_s())

    def on_networks(self) -> None:
        """Where UDP did not get through, it may now."""
        for person in self._people:
            if self._core.node.is_by_stream(person.peer):
                self._try_at(person.peer, self._core.now_s())

    def on_left(self, person: Acquaintance) -> None:
        self._try_at(person.peer, self._core.now_s() + PAUSE_FIRST_S)

    def on_sighting(self, sighting: Sighting) -> None:
        """Somebody beacons with whom there is no session over UDP. A first beacon after
        silence is followed at once."""
        peer, now_s = sighting.peer_id, self._core.now_s()
        attempt = self._tries.get(peer)
        if attempt is None and len(self._tries) >= TRIES_MAX:
            return
        if attempt is None or not self._heard(attempt):
            is_eager = self._core.identity.peer_id < peer
            delay_s = random.uniform(*(EAGER_DELAY_S if is_eager else PATIENT_DELAY_S))
            attempt = self._tries[peer] = _Try(now_s + delay_s)
            self._core.loop.call_later(delay_s + 0.001, self._try, peer)
        attempt.note(sighting.address, now_s)

    def on_established(self, event: Established) -> None:
        self._tries.pop(event.peer, None)
        if self._core.node.is_by_stream(event.peer):
            # UDP is better as soon as it works
            self._try_at(event.peer, self._core.now_s() + PAUSE_FIRST_S)
        # a host with several addresses may answer from another one than was called
        for future in self._asked.pop(event.called or event.address, []):
            if not future.done():
                future.set_result(event.peer)

    def on_connect_failed(self, event: ConnectFailed) -> None:
        where = format_address(event.address)
        if event.reason is ConnectFault.COPY:
            self._tell_copy(event.address)
        error = KnownError(ErrorCode.UNREACHABLE, f"no Landline answers at {where}")
        if event.reason in (ConnectFault.SELF, ConnectFault.COPY):
            error = KnownError(ErrorCode.BAD_ADDRESS, f"{where} is this Landline itself")
        elif event.reason is ConnectFault.BAD_ADDRESS:
            error = KnownError(ErrorCode.BAD_ADDRESS, f"{where} is not the address of one computer")
        for future in self._asked.pop(event.address, []):
            if not future.done():
                future.set_exception(error)

    def _tell_copy(self, address: Address) -> None:
        if address not in self._copies and len(self._copies) < COPIES_MAX:
            self._copies.add(address)
            self._core.emit(ProfileCopied(format_address(address)))

    def unanswered(self) -> int:
        """How many are heard right now with whom there is no session, after some tries."""
        return sum(
            attempt.pause_s > PAUSE_PATIENT_S and self._is_silent(peer, attempt)
            for peer, attempt in self._tries.items()
        )

    def _is_silent(self, peer: PeerId, attempt: _Try) -> bool:
        person = self._people.get(peer)
        is_blocked = person is not None and person.trust is Trust.BLOCKED
        has_session = self._core.node.has_session(peer)
        return not (is_blocked or has_session) and bool(self._heard(attempt))

    def tick(self, now_s: float) -> None:
        due = [peer for peer, attempt in self._tries.items() if attempt.at_s <= now_s]
        for peer in due[:TRIES_A_TICK]:
            self._try(peer)

    def _try_at(self, peer: PeerId, at_s: float) -> None:
        if peer in self._tries or len(self._tries) < TRIES_MAX:
            self._tries[peer] = _Try(at_s)

    def _try(self, peer: PeerId) -> None:
        """Where they were heard of late, else where they were before; then again, ever later."""
        attempt, now_s = self._tries.get(peer), self._core.now_s()
        if attempt is None or attempt.at_s > now_s:
            return
        person = self._people.get(peer)
        heard = self._heard(attempt)
        for address in heard[:ADDRESSES_TRIED]:
            self._core.node.connect(address, expected=peer, proven=False)
            if person and address in person.addresses and self._is_worth_it(person):
                self._core.node.connect_by_stream(address, peer)
        if not heard:
            if person is None or not self._is_worth_it(person):
                del self._tries[peer]
                return
            # who is here by stream has claimed that port, and need not have been heard there
            is_proven = not self._core.node.is_by_stream(peer)
            for address in person.addresses[:ADDRESSES_TRIED]:
                self._core.node.connect(address, expected=peer, proven=is_proven)
        is_there = bool(heard) or self._core.node.is_by_stream(peer)
        cap_s = PAUSE_HEARD_CAP_S if is_there else PAUSE_AWAY_CAP_S
        attempt.at_s = now_s + attempt.pause_s * random.uniform(0.8, 1.2)
        attempt.pause_s = min(cap_s, attempt.pause_s * PAUSE_GROWTH)

    def _heard(self, attempt: _Try) -> list[Address]:
        return attempt.heard_of_late(self._core.now_s() - self._core.node.silence_limit_s)

    def _is_worth_it(self, person: Acquaintance) -> bool:
        """Strangers who went away are not called after; contacts and debts are."""
        is_here = self._core.node.is_by_stream(person.peer)
        return bool(person.addresses) and (person.is_contact or person.has_pending or is_here)
