"""Who is here: from a beacon to a session to a name, and away again.

A beacon is a hint that somebody may be worth a handshake; only what comes through
the session counts as being here. While it runs, beacons of the same start (the
epoch was told inside the session) spare us keep-alives.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.errors import ErrorCode, KnownError
from app.events import Connected, NetworksChanged
from app.settings import device_name
from app.version import VERSION
from net.addresses import format_address, parse_address
from net.protocol.identity import PeerId
from net.protocol.limits import DEFAULT_PORT
from net.protocol.packet import VERSION as WIRE_VERSION
from net.protocol.packet import Address
from net.protocol.records import Bye, Heard, Hello, Ping, Pong, encode_frame
from net.protocol.session_event import ConnectFailed, ConnectFault, Established
from net.protocol.sightings import Sighting

TICK_S = 1.0
HELLO_AGAIN_S = 0.3
HELLO_TRIES = 12
GONE_AFTER_PINGS_S = 4.0
"""A silent peer gets four pings, one a second, before it counts as away."""
WAITED_FOR_SILENCE_S = 2.0
"""A peer that owes us acknowledgements is doubted sooner."""
EAGER_DELAY_S = (0.0, 0.05)
PATIENT_DELAY_S = (0.4, 0.6)
"""Of two that hear each other the one with the smaller id begins; the other only if it does not."""
CONNECT_EVERY_S = 1.0
RETRY_FIRST_S = 5.0
RETRY_CAP_S = 60.0
RETRIES_A_TICK = 10
ADDRESSES_TRIED = 2
ATTEMPTS_MAX = 4096
"""Remembered tries to connect, newest kept: more than the people of one network."""
BYES = 2
"""A goodbye is not acknowledged; twice outlives most losses, and silence tells the rest."""


class Presence:
    def __init__(
        self,
        core: Core,
        people: People,
        *,
        epoch: bytes,
        is_waited_for: Callable[[PeerId], bool],
        on_here: Callable[[Acquaintance], None],
    ) -> None:
        """``on_here`` is called when someone can be written to, at every new session."""
        self._core = core
        self._people = people
        self._epoch = epoch
        self._is_waited_for = is_waited_for
        self._on_here = on_here
        self._serial = 1
        self._attempts: OrderedDict[PeerId, float] = OrderedDict()
        self._retries: dict[PeerId, tuple[float, float]] = {}
        self._connects: dict[Address, list[asyncio.Future[PeerId]]] = {}
        self._pings: dict[int, tuple[PeerId, float]] = {}
        self._token = random.getrandbits(32)
        self._timer: asyncio.TimerHandle | None = None
        self._tick_count = 0

    def start(self) -> None:
        """Tries everybody where they last were; beacons do the rest."""
        for person in self._people:
            self._schedule_retry(person, self._core.now_s() + random.random(), RETRY_FIRST_S)
        self._timer = self._core.loop.call_later(TICK_S / 4, self._tick)

    def stop(self) -> None:
        """Says goodbye to all who are here."""
        if self._timer:
            self._timer.cancel()
        for futures in self._connects.values():
            for future in futures:
                future.cancel()
        frame = encode_frame(Bye())
        for _ in range(BYES):
            for person in self._people:
                if person.is_online:
                    self._core.node.send(person.peer, [frame])

    @property
    def online_count(self) -> int:
        return sum(person.is_online for person in self._people)

    def rename(self) -> None:
        """The user's own name changed: tell everyone here."""
        self._serial += 1
        for person in self._people:
            if self._core.node.has_session(person.peer):
                self._say_hello(person, HELLO_TRIES)

    async def connect(self, text: str, ref: str | None) -> None:
        """A manual address. Raises KnownError BAD_ADDRESS or UNREACHABLE."""
        try:
            address = parse_address(text, DEFAULT_PORT)
        except ValueError as error:
            raise KnownError(ErrorCode.BAD_ADDRESS, f"{text[:80]!r}: {error}") from error
        future: asyncio.Future[PeerId] = self._core.loop.create_future()
        self._connects.setdefault(address, []).append(future)
        self._core.node.connect(address)
        peer = await future
        person = self._people.get(peer)
        self._core.emit(Connected(person.text_id if person else "", ref))

    def want(self, person: Acquaintance) -> None:
        """There is something to send and no session: try now, not too often."""
        if person.addresses and self._may_attempt(person.peer):
            self._try_addresses(person)

    def on_sighting(self, sighting: Sighting) -> None:
        peer, now_s = sighting.peer_id, self._core.now_s()
        person = self._people.get(peer)
        if person and person.is_online and person.epoch == sighting.epoch:
            person.heard_s = now_s
            return
        if not self._may_attempt(peer):
            return
        is_eager = self._core.identity.peer_id < peer
        delay_s = random.uniform(*(EAGER_DELAY_S if is_eager else PATIENT_DELAY_S))
        self._core.loop.call_later(delay_s, self._answer_beacon, sighting)

    def on_networks(self, count: int) -> None:
        """Cards changed: a packet from the new address moves every session to it."""
        self._core.emit(NetworksChanged(count))
        for person in self._people:
            if person.is_online:
                self._ping(person)

    def on_established(self, event: Established) -> None:
        person = self._people.meet(event.peer, event.public_key)
        person.heard_s = self._core.now_s()
        self._set_address(person, event.address)
        self._retries.pop(event.peer, None)
        self._settle_connects(event.address, event.peer)
        if event.is_fresh:
            person.hello_serial = person.heard_serial = -1
            self._say_hello(person, HELLO_TRIES)
            self._on_here(person)

    def on_connect_failed(self, event: ConnectFailed) -> None:
        futures = self._connects.pop(event.address, [])
        where = format_address(event.address)
        for future in futures:
            if event.reason is ConnectFault.SELF:
                error = KnownError(ErrorCode.BAD_ADDRESS, f"{where} is this Landline itself")
            else:
                error = KnownError(ErrorCode.UNREACHABLE, f"no Landline answers at {where}")
            if not future.done():
                future.set_exception(error)

    def on_moved(self, peer: PeerId, address: Address) -> None:
        person = self._people.get(peer)
        if person:
            self._set_address(person, address)
            self._people.tell(person)

    def on_ended(self, peer: PeerId) -> None:
        person = self._people.get(peer)
        if person and not self._core.node.has_session(peer):
            self._leave(person)

    def on_hello(self, person: Acquaintance, hello: Hello) -> None:
        self._core.node.send(person.peer, [encode_frame(Heard(hello.serial))])
        if hello.serial <= person.hello_serial:
            return
        is_first = person.hello_serial < 0
        person.hello_serial = hello.serial
        person.epoch, person.tcp_port = hello.epoch, hello.tcp_port
        self._people.rename(person, hello.name, hello.device, hello.app_version)
        person.is_online = True
        self._people.save(person)
        self._people.tell(person)
        self._update_live_count()
        if is_first:
            self._ping(person)

    def on_heard(self, person: Acquaintance, heard: Heard) -> None:
        person.heard_serial = max(person.heard_serial, min(heard.serial, self._serial))

    def on_ping(self, person: Acquaintance, ping: Ping) -> None:
        self._core.node.send(person.peer, [encode_frame(Pong(ping.token))])

    def on_pong(self, person: Acquaintance, pong: Pong) -> None:
        peer, sent_s = self._pings.pop(pong.token, (None, 0.0))
        if peer == person.peer:
            person.round_trip.measure(self._core.now_s() - sent_s)

    def on_bye(self, person: Acquaintance) -> None:
        """Keys are forgotten, so that a replayed packet cannot bring them back."""
        self._core.node.close_session(person.peer)
        self._leave(person)

    def _answer_beacon(self, sighting: Sighting) -> None:
        person = self._people.get(sighting.peer_id)
        has_session = self._core.node.has_session(sighting.peer_id)
        if person and has_session and person.epoch in (b"", sighting.epoch):
            return
        self._core.node.connect(sighting.address, expected=sighting.peer_id, proven=False)

    def _may_attempt(self, peer: PeerId) -> bool:
        now_s = self._core.now_s()
        if now_s - self._attempts.get(peer, float("-inf")) < CONNECT_EVERY_S:
            return False
        self._attempts[peer] = now_s
        self._attempts.move_to_end(peer)
        if len(self._attempts) > ATTEMPTS_MAX:
            self._attempts.popitem(last=False)
        return True

    def _set_address(self, person: Acquaintance, address: Address) -> None:
        person.address = address
        if person.addresses[:1] == [address]:
            return
        person.addresses = [address, *(a for a in person.addresses if a != address)][:8]
        text, now_ms = format_address(address), self._core.now_ms()
        self._core.write_later(lambda w: w.remember_address(person.peer, text, now_ms))

    def _settle_connects(self, address: Address, peer: PeerId) -> None:
        for future in self._connects.pop(address, []):
            if not future.done():
                future.set_result(peer)

    def _say_hello(self, person: Acquaintance, tries: int) -> None:
        """Again until the other side has heard this serial."""
        is_over = person.heard_serial >= self._serial or not tries
        if is_over or not self._core.node.has_session(person.peer):
            return
        hello = Hello(
            serial=self._serial,
            epoch=self._epoch,
            name=self._core.name,
            device=device_name(),
            app_version=VERSION,
            highest_version=WIRE_VERSION,
            tcp_port=self._core.node.port,
        )
        self._core.node.send(person.peer, [encode_frame(hello)])
        self._core.loop.call_later(HELLO_AGAIN_S, self._say_hello, person, tries - 1)

    def _ping(self, person: Acquaintance) -> None:
        self._token += 1
        self._pings[self._token] = (person.peer, self._core.now_s())
        self._core.node.send(person.peer, [encode_frame(Ping(self._token))])

    def _tick(self) -> None:
        self._timer = self._core.loop.call_later(TICK_S, self._tick)
        now_s = self._core.now_s()
        for token in [t for t, (_, sent_s) in self._pings.items() if now_s - sent_s > 10]:
            del self._pings[token]
        for person in tuple(self._people):
            if person.is_online:
                self._watch(person, now_s)
        self._retry_away(now_s)

    def _watch(self, person: Acquaintance, now_s: float) -> None:
        silent_s = now_s - person.heard_s
        allowed_s = self._core.node.doubtful_after_s
        if self._is_waited_for(person.peer):
            allowed_s = WAITED_FOR_SILENCE_S
        if silent_s > allowed_s + GONE_AFTER_PINGS_S:
            self._core.node.close_session(person.peer)
            self._leave(person)
        elif silent_s > allowed_s:
            self._ping(person)

    def _leave(self, person: Acquaintance) -> None:
        if not person.is_online:
            return
        person.is_online = False
        person.hello_serial = -1
        self._people.tell(person)
        self._update_live_count()
        self._attempts.pop(person.peer, None)
        self._schedule_retry(person, self._core.now_s() + RETRY_FIRST_S, RETRY_FIRST_S)

    def _update_live_count(self) -> None:
        self._core.node.set_live_peers(self.online_count)

    def _schedule_retry(self, person: Acquaintance, at_s: float, pause_s: float) -> None:
        if person.addresses and (person.is_contact or self._is_waited_for(person.peer)):
            self._retries[person.peer] = (at_s, pause_s)

    def _retry_away(self, now_s: float) -> None:
        """Unicast to where people were, for networks that carry no beacons."""
        due = [peer for peer, (at_s, _) in self._retries.items() if at_s <= now_s]
        for peer in due[:RETRIES_A_TICK]:
            _, pause_s = self._retries.pop(peer)
            person = self._people.get(peer)
            if person and not person.is_online:
                self._try_addresses(person)
                pause_s = min(RETRY_CAP_S, pause_s * 1.5)
                self._schedule_retry(person, now_s + pause_s * random.uniform(0.8, 1.2), pause_s)

    def _try_addresses(self, person: Acquaintance) -> None:
        for address in person.addresses[:ADDRESSES_TRIED]:
            self._core.node.connect(address, expected=person.peer)
