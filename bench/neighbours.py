"""Many people on one card, in one process: real identities, beacons, handshakes and sessions.

python -m bench.neighbours COUNT settled|fresh     in a network namespace of ``bench.crowd``

Each has an IPv4 address and a main port of its own, and does what PROTOCOL asks of
everybody towards the one client: beacons by the project's own schedule, an answer to a
newcomer, calls and their acceptance, hello, ping, the question about a lane. They
have no sessions among themselves. ``settled``: here for long. ``fresh``: just switched
on. One line "ready" when all listen; then each line of standard input is answered with one
of JSON, the first one starts the beacons, and the end of input ends it.
"""

import asyncio
import json
import os
import random
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.engine.presence import HELLO_AGAIN_S, HELLO_CAP_S, HELLO_GROWTH
from app.engine.reaching import (
    EAGER_DELAY_S,
    PATIENT_DELAY_S,
    PAUSE_FIRST_S,
    PAUSE_GROWTH,
    PAUSE_HEARD_CAP_S,
)
from bench.crowd_net import BROADCAST, CARD, CLIENT, host_of
from net.protocol.beacon import EPOCH_BYTES, GROUP_V4, Beacon, encode_beacon
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import DEFAULT_PORT, DISCOVERY_PORT
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.records import (
    Ack,
    Data,
    Frame,
    Heard,
    Hello,
    Ping,
    Pong,
    decode_payload,
    encode_data,
    encode_frame,
    pack_payloads,
)
from net.protocol.schedule import BeaconSchedule, answer_delay_s, interval_s
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import Ended, Established, Received
from net.protocol.sightings import Sighting, SightingTable
from net.udp import UdpSockets

BUFFER_BYTES = 256 * 1024
SETTLED_INTERVALS = 3
"""So long ago those who are here for long were switched on: their beacons are well apart."""
SWITCHED_ON_WITHIN_S = 1.0
BUSY_S = 10.0
"""Long enough that chance makes no peak: 18 a second are 180, give or take 13."""


@dataclass(slots=True)
class Counts:
    """Since the start, of all neighbours together."""

    beacons: int = 0
    beacon_datagrams: int = 0
    """On the wire: each beacon goes to the group and to the broadcast address."""
    answers: int = 0
    client_beacons: int = 0
    handshakes: int = 0
    sessions: int = 0
    """With the client, right now."""
    pings: int = 0
    """The client's."""
    busiest: int = 0
    """Beacons within BUSY_S, the most there were since this was last told."""


class Crowd:
    """What the neighbours share: the loop, the ear for the client's beacons, counters."""

    def __init__(self, count: int, *, is_settled: bool) -> None:
        self.loop = asyncio.get_running_loop()
        self.counts = Counts()
        self._beacons_s: deque[float] = deque()
        self._size = count
        self._is_settled = is_settled
        self._neighbours = [Neighbour(self, number) for number in range(count)]
        self._table = SightingTable(self._neighbours[0].peer_id, DEFAULT_PORT, self.loop.time())
        self._ear = UdpSockets(self.loop, (_open_ear(),), self._on_beacon)

    @property
    def live_peers(self) -> int:
        """As each of them counts: those who are just switched on find one another as fast
        as they find the client."""
        return self._size if self._is_settled else self.counts.sessions

    def start(self) -> None:
        for neighbour in self._neighbours:
            neighbour.start(self._schedule())

    def count_beacon(self) -> None:
        now_s, times_s = self.loop.time(), self._beacons_s
        self.counts.beacons += 1
        times_s.append(now_s)
        while times_s[0] < now_s - BUSY_S:
            times_s.popleft()
        self.counts.busiest = max(self.counts.busiest, len(times_s))

    def take_counts(self) -> dict[str, int]:
        counts = asdict(self.counts)
        self.counts.busiest = 0
        self._beacons_s.clear()
        return counts

    def _schedule(self) -> BeaconSchedule:
        now_s = self.loop.time()
        if not self._is_settled:
            return BeaconSchedule(os.urandom, now_s + random.uniform(0, SWITCHED_ON_WITHIN_S))
        length_s = interval_s(self._size)
        ago_s = length_s * random.uniform(SETTLED_INTERVALS, SETTLED_INTERVALS + 1)
        schedule = BeaconSchedule(os.urandom, now_s - ago_s)
        while schedule.due_s < now_s:
            schedule.sent(schedule.due_s, self._size, is_complete=True)
        return schedule

    def _on_beacon(self, datagram: bytes, address: Address) -> None:
        if address[0] != CLIENT:
            return
        sighting = self._table.observe(datagram, address, self.loop.time())
        if sighting is None:
            return
        self.counts.client_beacons += 1
        for neighbour in self._neighbours:
            neighbour.on_sighting(sighting)


class Neighbour:
    """One person, towards the client alone."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd, self._loop = crowd, crowd.loop
        self._name = f"Neighbour {number + 1}"
        self._identity = Identity(os.urandom(32))
        self._epoch = os.urandom(EPOCH_BYTES)
        self._lane = os.urandom(8)
        self._sequence = 0
        self._endpoint = DatagramEndpoint(self._identity, os.urandom, self._loop.time())
        self._sock = _open_main(host_of(number))
        self._udp = UdpSockets(
            self._loop, (self._sock,), self._on_datagram, buffer_bytes=BUFFER_BYTES
        )
        self._client: PeerId | None = None
        self._trying: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next_seq = 1
        """Of the client's lane: whatever comes is taken, and what came before it believed."""
        self._is_greeted = self._is_asked = False
        """Whether the client has heard our hello, and has answered for our lane."""
        self._knows_client = False

    @property
    def peer_id(self) -> PeerId:
        return self._identity.peer_id

    def start(self, schedule: BeaconSchedule) -> None:
        self._schedule = schedule
        self._loop.call_at(schedule.due_s, self._beacon)

    # --- beacons -----------------------------------------------------------

    def on_sighting(self, sighting: Sighting) -> None:
        if sighting.is_answer_due:
            delay_s = answer_delay_s(self._crowd.live_peers, os.urandom)
            self._loop.call_later(delay_s, self._answer, sighting.address)
        if self._client is None and self._trying is None:
            is_eager = self.peer_id < sighting.peer_id
            delay_s = random.uniform(*(EAGER_DELAY_S if is_eager else PATIENT_DELAY_S))
            self._trying = self._loop.call_later(delay_s, self._try, sighting, PAUSE_FIRST_S)

    def _try(self, sighting: Sighting, pause_s: float) -> None:
        if self._client is not None:
            self._trying = None
            return
        self._endpoint.connect(
            sighting.address, self._loop.time(), expected=sighting.peer_id, proven=False
        )
        self._flush()
        later_s = min(PAUSE_HEARD_CAP_S, pause_s * PAUSE_GROWTH)
        self._trying = self._loop.call_later(pause_s, self._try, sighting, later_s)

    def _beacon(self) -> None:
        beacon = self._next_beacon()
        for target in (GROUP_V4, BROADCAST):
            self._sock.sendto(beacon, (target, DISCOVERY_PORT))
            self._crowd.counts.beacon_datagrams += 1
        self._crowd.count_beacon()
        self._schedule.sent(self._loop.time(), self._crowd.live_peers, is_complete=True)
        self._loop.call_at(self._schedule.due_s, self._beacon)

    def _answer(self, address: Address) -> None:
        self._crowd.counts.answers += 1
        self._udp.send(self._next_beacon(), address)

    def _next_beacon(self) -> bytes:
        self._sequence += 1
        port = DEFAULT_PORT
        return encode_beacon(Beacon(self.peer_id, self._epoch, self._sequence, port, port))

    # --- the session -------------------------------------------------------

    def _on_datagram(self, data: bytes, address: Address) -> None:
        if peek_type(data) is PacketType.BEACON:
            return  # the client's answer: it was heard already
        self._endpoint.receive(data, address, self._loop.time())
        self._flush()

    def _flush(self) -> None:
        for event in self._endpoint.take_events():
            if isinstance(event, Received):
                self._on_payload(event.payload)
            elif isinstance(event, Established):
                self._on_established(event)
            elif isinstance(event, Ended):
                self._client = None
                self._crowd.counts.sessions -= 1
        for data, address in self._endpoint.take_datagrams():
            self._udp.send(data, address)
        self._set_timer()

    def _set_timer(self) -> None:
        deadline_s = self._endpoint.next_deadline()
        if self._timer:
            self._timer.cancel()
        self._timer = deadline_s and self._loop.call_at(deadline_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._endpoint.tick(self._loop.time())
        self._flush()

    def _on_established(self, event: Established) -> None:
        self._crowd.counts.handshakes += 1
        if self._client is None:
            self._crowd.counts.sessions += 1
        self._client = event.peer
        if event.is_fresh:
            self._is_greeted = self._is_asked = self._knows_client = False
            self._greet(HELLO_AGAIN_S)

    def _greet(self, pause_s: float) -> None:
        """Hello and the question about the lane, until both are answered."""
        frames = []
        if not self._is_greeted:
            hello = Hello(1, self._epoch, self._name, "a desk", "1", 1, DEFAULT_PORT)
            frames.append(encode_frame(hello))
        if not self._is_asked:
            frames.append(encode_data(self._lane, 1, ()))
        if frames and self._client is not None:
            self._send(frames)
            later_s = min(HELLO_CAP_S, pause_s * HELLO_GROWTH)
            self._loop.call_later(pause_s, self._greet, later_s)

    def _on_payload(self, payload: bytes) -> None:
        answers: list[bytes] = []
        for frame in decode_payload(payload):
            answers += [encode_frame(answer) for answer in self._answers_to(frame)]
        if answers:
            self._send(answers)

    def _answers_to(self, frame: Frame) -> list[Frame]:
        match frame:
            case Hello():
                is_first, self._knows_client = not self._knows_client, True
                return [Heard(frame.serial), *([Ping(1)] if is_first else [])]
            case Ping():
                self._crowd.counts.pings += 1
                return [Pong(frame.token)]
            case Data():
                self._next_seq = max(self._next_seq, frame.low, *(s + 1 for s, _ in frame.records))
                return [Ack(frame.lane, self._next_seq)]
            case Heard():
                self._is_greeted = True
            case Ack():
                self._is_asked = True
        return []

    def _send(self, frames: list[bytes]) -> None:
        assert self._client is not None
        for payload in pack_payloads(frames):
            self._endpoint.send(self._client, payload, self._loop.time())
        self._loop.call_soon(self._flush)


def _open_main(host: str) -> socket.socket:
    """Speaks to the group, too; of that nothing comes back to this machine."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, DEFAULT_PORT))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(host))
    return sock


def _open_ear() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", DISCOVERY_PORT))
    group = socket.inet_aton(GROUP_V4) + bytes(4) + struct.pack("@i", socket.if_nametoindex(CARD))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    return sock


async def _run(count: int, *, is_settled: bool) -> None:
    crowd = Crowd(count, is_settled=is_settled)
    over = asyncio.Event()
    start: list[Callable[[], None]] = [crowd.start]

    def on_input() -> None:
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            over.set()
        for _ in data.splitlines():
            while start:
                start.pop()()
            print(json.dumps(crowd.take_counts()), flush=True)

    print("ready", flush=True)
    crowd.loop.add_reader(sys.stdin.fileno(), on_input)
    await over.wait()
    crowd.loop.remove_reader(sys.stdin.fileno())


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]), is_settled=sys.argv[2] == "settled"))
