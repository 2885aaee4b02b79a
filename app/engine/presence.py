"""Who is here: from a session to a name, and away again.

Only what comes through the session counts as being here. While it lasts, beacons
of the same process spare us keep-alives; a goodbye or unanswered pings end it.
"""

import asyncio
import random
from collections.abc import Callable

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.engine.reaching import Reaching
from app.settings import device_name
from app.version import VERSION
from net.addresses import format_address
from net.protocol.identity import PeerId
from net.protocol.packet import VERSION as WIRE_VERSION
from net.protocol.packet import Address
from net.protocol.records import Bye, Heard, Hello, Ping, Pong, encode_frame
from net.protocol.session_event import Established
from net.protocol.sightings import Sighting

TICK_S = 0.5
HELLO_AGAIN_S = 0.3
HELLO_GROWTH = 1.5
HELLO_CAP_S = 10.0
GONE_AFTER_PINGS_S = 4.0
"""A silent peer gets pings at every tick for so long before it counts as away."""
OWING_SILENCE_S = 2.0
"""A peer that owes us acknowledgements is doubted sooner."""
PINGS_MAX_AGE_S = 10.0
ADDRESSES_KEPT = 8
BYES = 2
"""A goodbye is not acknowledged; twice outlives most losses, and silence tells the rest."""


class Presence:
    def __init__(
        self,
        core: Core,
        people: People,
        reaching: Reaching,
        *,
        epoch: bytes,
        on_here: Callable[[Acquaintance], None],
    ) -> None:
        """``on_here`` is called when someone can be written to, at every new session."""
        self._core = core
        self._people = people
        self._reaching = reaching
        self._epoch = epoch
        self._on_here = on_here
        self._serial = 1
        self._pings: dict[int, tuple[PeerId, float]] = {}
        self._answers: dict[PeerId, list[bytes]] = {}
        self._token = random.getrandbits(32)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._reaching.start()
        self._timer = self._core.loop.call_later(TICK_S, self._tick)

    def stop(self) -> None:
        """Says goodbye to all who may count us as here."""
        if self._timer:
            self._timer.cancel()
        self._reaching.stop()
        frame = encode_frame(Bye())
        for _ in range(BYES):
            for person in self._people:
                self._core.node.send(person.peer, [frame])

    @property
    def online_count(self) -> int:
        return sum(person.is_online for person in self._people)

    def rename(self) -> None:
        """The user's own name changed: tell everyone here."""
        self._serial += 1
        for person in self._people:
            self._say_hello(person, self._serial)

    def on_networks(self) -> None:
        """Cards changed: a packet from the new address moves every session to it."""
        for person in self._people:
            if person.is_online:
                self._ping(person)

    def on_sighting(self, sighting: Sighting) -> None:
        person = self._people.get(sighting.peer_id)
        if person and person.is_online and person.epoch == sighting.epoch:
            person.beacon_s = self._core.now_s()
        else:
            self._reaching.on_sighting(sighting)

    def on_established(self, event: Established) -> None:
        person = self._people.meet(event.peer, event.public_key)
        person.heard_s = self._core.now_s()
        self._set_address(person, event.address)
        self._core.node.pin(event.peer, is_contact=person.is_contact)
        self._reaching.on_established(event)
        if event.is_fresh:
            person.hello_serial = person.heard_serial = -1
            self._say_hello(person, self._serial)
            self._on_here(person)

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
        if not self._core.node.has_session(person.peer):
            return  # after a goodbye, or by a stream that has outlived the session
        is_news = hello.serial > person.hello_serial
        is_first = person.hello_serial < 0
        if is_news and not is_first and not person.renames.take(self._core.now_s()):
            return  # unheard, it comes again
        self._answer(person, Heard(hello.serial))
        if not is_news:
            return
        person.hello_serial = hello.serial
        person.epoch, person.tcp_port = hello.epoch, hello.tcp_port
        self._people.rename(person, hello.name, hello.device, hello.app_version)
        person.is_online = True
        self._core.node.set_live_peers(self.online_count)
        self._people.save(person)
        self._people.tell(person)
        if is_first:
            self._ping(person)

    def on_heard(self, person: Acquaintance, heard: Heard) -> None:
        person.heard_serial = max(person.heard_serial, min(heard.serial, self._serial))

    def on_ping(self, person: Acquaintance, ping: Ping) -> None:
        self._answer(person, Pong(ping.token))

    def on_pong(self, person: Acquaintance, pong: Pong) -> None:
        peer, sent_s = self._pings.pop(pong.token, (None, 0.0))
        if peer == person.peer:
            person.round_trip.measure(self._core.now_s() - sent_s)

    def on_bye(self, person: Acquaintance) -> None:
        """Keys are forgotten, so that a late packet cannot bring them back."""
        self._core.node.close_session(person.peer)
        self._leave(person)

    def _answer(self, person: Acquaintance, frame: Heard | Pong) -> None:
        """With all other answers of this turn of the loop: a datagram full of questions
        would else be answered with hundreds, to an address that may be somebody else's."""
        if not self._answers:
            self._core.loop.call_soon(self._send_answers)
        self._answers.setdefault(person.peer, []).append(encode_frame(frame))

    def _send_answers(self) -> None:
        answers, self._answers = self._answers, {}
        for peer, frames in answers.items():
            self._core.node.send(peer, frames)

    def _set_address(self, person: Acquaintance, address: Address) -> None:
        person.address = address
        if person.addresses[:1] == [address]:
            return
        others = [a for a in person.addresses if a != address]
        person.addresses = [address, *others][:ADDRESSES_KEPT]
        text, now_ms = format_address(address), self._core.now_ms()
        self._core.write_later(lambda w: w.remember_address(person.peer, text, now_ms))

    def _say_hello(self, person: Acquaintance, serial: int, pause_s: float = HELLO_AGAIN_S) -> None:
        """Again until the other side has heard this serial, or there is a newer one."""
        is_over = person.heard_serial >= serial or serial < self._serial
        if is_over or not self._core.node.has_session(person.peer):
            return
        hello = Hello(
            serial=serial,
            epoch=self._epoch,
            name=self._core.name,
            device=device_name(),
            app_version=VERSION,
            highest_version=WIRE_VERSION,
            tcp_port=self._core.node.port,
        )
        self._core.node.send(person.peer, [encode_frame(hello)])
        later_s = min(HELLO_CAP_S, pause_s * HELLO_GROWTH)
        self._core.loop.call_later(pause_s, self._say_hello, person, serial, later_s)

    def _ping(self, person: Acquaintance) -> None:
        self._token += 1
        self._pings[self._token] = (person.peer, self._core.now_s())
        self._core.node.send(person.peer, [encode_frame(Ping(self._token))])

    def _tick(self) -> None:
        self._timer = self._core.loop.call_later(TICK_S, self._tick)
        now_s = self._core.now_s()
        for token in [t for t, (_, at_s) in self._pings.items() if now_s - at_s > PINGS_MAX_AGE_S]:
            del self._pings[token]
        for person in tuple(self._people):
            if person.is_online:
                self._watch(person, now_s)
        self._reaching.tick(now_s)

    def _watch(self, person: Acquaintance, now_s: float) -> None:
        if person.has_pending:
            allowed_s, heard_s = OWING_SILENCE_S, person.heard_s
        else:
            allowed_s = self._core.node.silence_limit_s
            heard_s = max(person.heard_s, person.beacon_s)
        if now_s - heard_s > allowed_s + GONE_AFTER_PINGS_S:
            self._core.node.close_session(person.peer)
            self._leave(person)
        elif now_s - heard_s > allowed_s:
            self._ping(person)

    def _leave(self, person: Acquaintance) -> None:
        if not person.is_online:
            return
        person.is_online = False
        person.hello_serial = -1
        self._core.node.unpin(person.peer)
        self._core.node.set_live_peers(self.online_count)
        self._people.tell(person)
        self._reaching.on_left(person)
