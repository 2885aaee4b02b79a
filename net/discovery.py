"""Telling everyone on every network that we are here, and hearing who else is.

What is heard is a hint: a Sighting says where a knock may be worth it. Names, versions
and truth come from the session.

Source: PROTOCOL, "Discovery".
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Final

from net.facts import NetworkFacts
from net.networks import Networks
from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.identity import PeerId
from net.protocol.limits import DISCOVERY_PORT
from net.protocol.packet import Address
from net.protocol.rates import TokenBucket
from net.protocol.schedule import BeaconSchedule, Entropy, answer_delay_s, silence_limit_s
from net.protocol.sightings import Drop, Sighting, SightingTable

POLL_S: Final = 1.0
"""Between two looks at the cards: whoever joins a network is seen within two seconds. A look
costs 0.2 ms, and there is no way to be told that all systems have."""
INTAKE_BURST, INTAKE_PER_S = 4096, 2000
"""Datagrams read from the shared port: a thousand people starting at once, then 2 % of a core.
What a flood brings beyond that the system drops, unread."""
INTAKE_PAUSE_S: Final = 0.05
ANSWERS_BURST, ANSWERS_PER_S = 64, 20
"""Of ours to newcomers. Those who get none hear our next beacon."""


class Discovery:
    """Beacons out, sightings in. All on ``loop``'s thread, by its timers alone.

    ``epoch``: EPOCH_BYTES, random for each start. ``bind``: numeric addresses; if there
    are any, only their networks are used. ``send`` is the main socket's: answers leave by
    it, so that firewalls on the way let the handshake follow. ``on_sighting`` is called
    once for each beacon of each peer, at a bounded rate. ``on_networks`` is called by
    ``start``, and whenever a card or an address came, went or changed, with the number of
    usable cards (loopback not counted). ``on_copy``: a beacon with our own id came from here,
    which is not ours; seldom.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        peer_id: PeerId,
        epoch: bytes,
        udp_port: int,
        tcp_port: int,
        *,
        bind: Sequence[str],
        on_sighting: Callable[[Sighting], None],
        on_networks: Callable[[int], None],
        send: Callable[[bytes, Address], bool],
        on_copy: Callable[[Address], None] = lambda _address: None,
        discovery_port: int = DISCOVERY_PORT,
        entropy: Entropy = os.urandom,
    ) -> None:
        now_s = loop.time()
        self._loop = loop
        self._identity = peer_id, epoch
        self._ports = udp_port, tcp_port
        self._sequence = 0
        self._on_sighting = on_sighting
        self._on_networks = on_networks
        self._on_copy = on_copy
        self._send = send
        self._entropy = entropy
        self._live_peers = 0
        self._table = SightingTable(peer_id, udp_port, now_s, epoch)
        self._schedule = BeaconSchedule(entropy, now_s)
        self._networks = Networks(loop, discovery_port, bind, self._on_group_datagram)
        self._intake = TokenBucket(INTAKE_BURST, INTAKE_PER_S, now_s)
        self._answers = TokenBucket(ANSWERS_BURST, ANSWERS_PER_S, now_s)
        self._beacon_timer: asyncio.TimerHandle | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._is_running = False

    @property
    def doubtful_after_s(self) -> float:
        """A peer silent for longer may be gone: ask it. Follows ``set_live_peers``."""
        return silence_limit_s(self._live_peers)

    @property
    def dropped(self) -> dict[Drop, int]:
        """Beacons that were no use, counted by reason since the start."""
        return dict(self._table.dropped)

    @property
    def facts(self) -> NetworkFacts:
        return NetworkFacts(
            cards=self._networks.facts(self._table.own_heard_s),
            port=self._ports[0],
            is_listening=self._networks.is_listening,
            heard=self._table.heard_count(self._loop.time()),
        )

    def start(self) -> None:
        self._is_running = True
        self._networks.look()
        self._later(POLL_S, self._poll)
        self._follow_networks()

    def stop(self) -> None:
        """Close the sockets, cancel the timers; nothing is called any more. Idempotent."""
        self._is_running = False
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._networks.close()

    def announce(self) -> None:
        """Three beacons from now on: after sleep, or when somebody should be heard again."""
        if self._is_running:
            self._schedule.restart(self._loop.time())
            self._schedule_beacon()

    def set_live_peers(self, count: int) -> None:
        """How many proven people are here now: the more, the rarer everyone's beacons.

        Not counted by beacons: forged ones could slow ours down.
        """
        self._live_peers = count
        self._table.set_live_peers(count)

    def pin(self, peer_id: PeerId) -> None:
        """This id has proven itself: no flood of others displaces it. The caller bounds them."""
        self._table.pin(peer_id)

    def unpin(self, peer_id: PeerId) -> None:
        self._table.unpin(peer_id)

    def receive_unicast(self, datagram: bytes, address: Address) -> None:
        """A beacon that came to the main socket: somebody's answer. It gets none."""
        if self._is_running:
            now_s = self._loop.time()
            sighting = self._observe(datagram, address, now_s, is_answer=True)
            if sighting is not None:
                self._on_sighting(sighting)

    def _observe(
        self, datagram: bytes, address: Address, now_s: float, *, is_answer: bool = False
    ) -> Sighting | None:
        sighting = self._table.observe(datagram, address, now_s, is_answer=is_answer)
        copy = self._table.take_copy()
        if copy is not None:
            self._on_copy(copy)
        return sighting

    def _on_group_datagram(self, datagram: bytes, address: Address) -> None:
        now_s = self._loop.time()
        if not self._intake.take(now_s):
            self._networks.pause()
            self._later(INTAKE_PAUSE_S, self._networks.resume)
            return
        if not self._networks.is_near(address[0]):
            return
        sighting = self._observe(datagram, address, now_s)
        if sighting is None:
            return
        if sighting.is_answer_due and self._answers.take(now_s):
            delay_s = answer_delay_s(self._live_peers, self._entropy)
            self._later(delay_s, lambda: self._answer(sighting.address))
        self._on_sighting(sighting)

    def _answer(self, address: Address) -> None:
        self._send(self._next_beacon(), address)

    def _next_beacon(self) -> bytes:
        self._sequence = (self._sequence + 1) % (1 << 32)
        return encode_beacon(Beacon(*self._identity, self._sequence, *self._ports))

    def _beacon(self) -> None:
        now_s = self._loop.time()
        is_complete = self._networks.send(self._next_beacon())
        self._schedule.sent(now_s, self._live_peers, is_complete=is_complete)
        self._schedule_beacon()

    def _schedule_beacon(self) -> None:
        if self._beacon_timer is not None:
            self._beacon_timer.cancel()
            self._timers.discard(self._beacon_timer)
        delay_s = max(0.0, self._schedule.due_s - self._loop.time())
        self._beacon_timer = self._later(delay_s, self._beacon)

    def _poll(self) -> None:
        self._later(POLL_S, self._poll)
        if self._networks.look():
            self._follow_networks()

    def _follow_networks(self) -> None:
        self._table.set_networks(self._networks.interfaces, self._networks.hosts)
        self.announce()
        self._on_networks(self._networks.count)

    def _later(self, delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        def fire() -> None:
            self._timers.discard(timer)
            callback()

        timer = self._loop.call_later(delay_s, fire)
        self._timers.add(timer)
        return timer
