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
from app.model import Trust
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
STREAM_AFTER_PINGS_S = 1.0
"""After so long with unanswered pings a stream is tried beside them."""
STREAM_SILENCE_S = 15.0
"""By stream a break is told at once; this is for a machine that lost its power. Far below the
streams' own idle time."""
OWING_SILENCE_S = 2.0
"""A peer that owes us acknowledgements is doubted sooner."""
PINGS_MAX_AGE_S = 10.0
"""A ping not answered by then is lost."""
ADDRESSES_KEPT = 8
"""Of one person, the newest: as many as are on the disk."""
EPOCHS_KEPT = 4
"""Two processes with one profile take turns at once; more are no different."""
SHIFT_TICKS = 4
"""So many times whoever stays silent is pinged again after our address may have changed: their
way to us is lost until they have heard us there."""
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
        self._serial = 0
        """Of the newest hello to anybody."""
        self._here: dict[PeerId, Acquaintance] = {}
        """Those who are online: of thousands once met, a tick looks at these alone."""
        self._moved: dict[PeerId, Acquaintance] = {}
        """Whose address may be another since the last tick."""
        self._pings: dict[int, tuple[PeerId, float]] = {}
        self._answers: dict[PeerId, list[bytes]] = {}
        self._token = random.getrandbits(32)
        self._shifted_s = 0.0
        """When our address may have changed last."""
        self._shift_ticks = 0
        """Left of SHIFT_TICKS."""
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def start(self) -> None:
        for person in self._people:
            if person.is_contact:
                self._core.node.pin(person.peer, is_contact=True)
        self._reaching.start()
        self._timer = self._core.loop.call_later(TICK_S, self._tick)

    def stop(self) -> None:
        """Says goodbye to all who may count us as here; who calls from now on is not greeted."""
        self._is_stopped = True
        if self._timer:
            self._timer.cancel()
        self._reaching.stop()
        frame = encode_frame(Bye())
        for person in self._people:
            if person.hello_again:
                person.hello_again.cancel()
        for _ in range(BYES):
            for person in self._people:
                self._core.node.send(person.peer, [frame])

    @property
    def online_count(self) -> int:
        return len(self._here)

    def rename(self) -> None:
        """The user's own name changed: tell everyone here."""
        for person in self._people:
            self.greet(person)

    def greet_contacts(self) -> None:
        """What only they are told has changed."""
        for person in self._people:
            if person.is_contact:
                self.greet(person)

    def greet(self, person: Acquaintance) -> None:
        """Tells who we are anew, if they are here."""
        if self._core.node.has_session(person.peer):
            self._say_hello(person)

    def shun(self, person: Acquaintance) -> None:
        """They are blocked now. To them we are away, and stay so: who has no hello of a session
        counts nobody as here."""
        for _ in range(BYES):
            self._core.node.send(person.peer, [encode_frame(Bye())])
        self._core.node.close_session(person.peer)
        self._leave(person)

    def on_networks(self) -> None:
        """Cards changed: a packet from the new address moves every session to it."""
        self._shifted_s, self._shift_ticks = self._core.now_s(), SHIFT_TICKS
        for person in tuple(self._here.values()):
            self._ping(person)
        self._reaching.on_networks()

    def on_sighting(self, sighting: Sighting) -> None:
        person = self._people.get(sighting.peer_id)
        is_here = person and person.is_online and person.epoch == sighting.epoch
        if person and is_here:
            person.beacon_s = self._core.now_s()
        if not is_here or self._core.node.is_by_stream(sighting.peer_id):
            self._reaching.on_sighting(sighting)

    def on_established(self, event: Established) -> None:
        if self._is_stopped:
            self._core.node.close_session(event.peer)
            return
        person = self._people.meet(event.peer, event.public_key)
        person.heard_s = self._core.now_s()
        person.address = event.address
        self._moved[person.peer] = person
        if person.is_contact:
            self._core.node.pin(event.peer, is_contact=True)
        self._reaching.on_established(event)
        if event.is_fresh:
            person.hello_serial = -1
            self._say_hello(person)
            self._on_here(person)

    def on_moved(self, peer: PeerId, address: Address) -> None:
        """Told and written at the next tick: who moves with every packet costs no more."""
        person = self._people.get(peer)
        if person:
            person.address = address
            self._moved[peer] = person

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
        if is_first:
            _look_for_clone(person, hello.epoch)
        person.epoch, person.tcp_port = hello.epoch, hello.tcp_port
        person.told_picture = hello.picture
        self._people.rename(person, hello.name, hello.device, hello.app_version)
        person.is_online = True
        self._here[person.peer] = person
        self._core.node.pin(person.peer, is_contact=person.is_contact)
        self._core.node.set_live_peers(self.online_count)
        self._people.save(person)
        self._remember_address(person)
        self._people.tell(person)
        if is_first:
            self._ping(person)

    def on_heard(self, person: Acquaintance, heard: Heard) -> None:
        """Of an older hello it says nothing: that one may have gone to their former process."""
        if heard.serial == person.unheard_serial:
            person.unheard_serial = None

    def on_ping(self, person: Acquaintance, ping: Ping) -> None:
        self._answer(person, Pong(ping.token))

    def on_pong(self, person: Acquaintance, pong: Pong) -> None:
        peer, sent_s = self._pings.get(pong.token, (None, 0.0))
        if peer == person.peer:
            del self._pings[pong.token]
            person.round_trip.measure(self._core.now_s() - sent_s)
            self._people.tell(person)

    def on_bye(self, person: Acquaintance) -> None:
        """Keys are forgotten, so that a late packet cannot bring them back."""
        self._core.node.close_session(person.peer)
        self._leave(person)

    def _answer(self, person: Acquaintance, frame: Heard | Pong) -> None:
        """With all other answers of this turn of the loop: a datagram full of questions
        would else be answered with hundreds, to an address that may be somebody else's. Who is
        blocked learns nothing."""
        if person.trust is Trust.BLOCKED:
            return
        if not self._answers:
            self._core.loop.call_soon(self._send_answers)
        self._answers.setdefault(person.peer, []).append(encode_frame(frame))

    def _send_answers(self) -> None:
        answers, self._answers = self._answers, {}
        for peer, frames in answers.items():
            self._core.node.send(peer, frames)

    def _remember_address(self, person: Acquaintance) -> None:
        address = person.address
        if address is None or person.addresses[:1] == [address]:
            return
        others = [a for a in person.addresses if a != address]
        person.addresses = [address, *others][:ADDRESSES_KEPT]
        self._people.on_address(person)
        text, now_ms = format_address(address), self._core.now_ms()
        self._core.write_later(lambda w: w.remember_address(person.peer, text, now_ms))

    def _say_hello(self, person: Acquaintance) -> None:
        """With a serial of its own, so that no answer to another is taken for its answer."""
        self._serial += 1
        person.unheard_serial = self._serial
        self._repeat_hello(person, HELLO_AGAIN_S)

    def _repeat_hello(self, person: Acquaintance, pause_s: float) -> None:
        """Until they have heard it."""
        if person.hello_again:
            person.hello_again.cancel()
            person.hello_again = None
        if person.unheard_serial is None:
            return
        hello = Hello(
            serial=person.unheard_serial,
            epoch=self._epoch,
            name=self._core.name,
            device=device_name(),
            app_version=VERSION,
            highest_version=WIRE_VERSION,
            tcp_port=self._core.node.port,
            picture=self._core.picture_hash if person.is_contact else None,
        )
        node = self._core.node
        if person.trust is Trust.BLOCKED:
            is_here = node.has_session(person.peer)  # until they are not blocked any more
        else:
            is_here = node.send(person.peer, [encode_frame(hello)])
        if is_here:
            later_s = min(HELLO_CAP_S, pause_s * HELLO_GROWTH)
            person.hello_again = self._core.loop.call_later(
                pause_s, self._repeat_hello, person, later_s
            )

    def _ping(self, person: Acquaintance) -> None:
        self._token += 1
        self._pings[self._token] = (person.peer, self._core.now_s())
        self._core.node.send(person.peer, [encode_frame(Ping(self._token))])

    def _tick(self) -> None:
        self._timer = self._core.loop.call_later(TICK_S, self._tick)
        now_s = self._core.now_s()
        for token in [t for t, (_, at_s) in self._pings.items() if now_s - at_s > PINGS_MAX_AGE_S]:
            del self._pings[token]
        self._ping_again()
        limit_s = self._core.node.silence_limit_s
        for person in tuple(self._here.values()):
            silent_s = self._silent_s(person, now_s, limit_s)
            if silent_s > 0:
                self._doubt(person, silent_s)
        for person in self._moved.values():
            if person.is_online and person.addresses[:1] != [person.address]:
                self._remember_address(person)
                self._people.tell(person)
        self._moved.clear()
        self._reaching.tick(now_s)

    def _ping_again(self) -> None:
        if self._shift_ticks:
            self._shift_ticks -= 1
            for person in self._here.values():
                if person.heard_s < self._shifted_s:
                    self._ping(person)

    def _doubt(self, person: Acquaintance, silent_s: float) -> None:
        if silent_s > GONE_AFTER_PINGS_S:
            self._core.node.close_session(person.peer)
            self._leave(person)
        else:
            self._ping(person)
            address = person.stream_address
            if silent_s > STREAM_AFTER_PINGS_S and address:
                self._core.node.replace_by_stream(person.peer, address)

    def _silent_s(self, person: Acquaintance, now_s: float, limit_s: float) -> float:
        """How much longer than is normal nothing has come of them; below 0 if it has not.
        ``limit_s``: of those whose beacons are heard."""
        heard_s = person.heard_s
        if person.has_pending:
            limit_s = OWING_SILENCE_S
        elif self._core.node.is_by_stream(person.peer):
            limit_s = min(limit_s, STREAM_SILENCE_S)  # beacons say nothing about a stream
        else:
            heard_s = max(heard_s, person.beacon_s)
        return now_s - heard_s - limit_s

    def _leave(self, person: Acquaintance) -> None:
        if not person.is_online:
            return
        person.is_online = person.is_cloned = False
        person.former_epochs = ()
        del self._here[person.peer]
        person.hello_serial = -1
        if not person.is_contact:
            self._core.node.unpin(person.peer)
        self._core.node.set_live_peers(self.online_count)
        self._people.tell(person)
        self._reaching.on_left(person)


def _look_for_clone(person: Acquaintance, epoch: bytes) -> None:
    """A process that ended never comes back. ``epoch``: of the one whose session begins."""
    if epoch in person.former_epochs:
        person.is_cloned = True
    if person.epoch and epoch != person.epoch:
        others = [one for one in person.former_epochs if one not in (epoch, person.epoch)]
        person.former_epochs = (*others, person.epoch)[-EPOCHS_KEPT:]
