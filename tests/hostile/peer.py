"""A peer with a key of its own that speaks the protocol to the letter, except where it lies.

Real sockets, real handshakes, real seals: whatever is refused is refused for what
was said, not for how. Blocking, in the test's own thread.
"""

import os
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Self, TypeVar

import msgspec
from msgspec import Raw

from net.protocol.identity import Identity, PeerId, encode_peer_id
from net.protocol.limits import RECEIVE_BUFFER_BYTES, STREAM_PREFIX_BYTES
from net.protocol.packet import Address, PacketType
from net.protocol.records import (
    Ack,
    Data,
    Frame,
    Heard,
    Hello,
    Ping,
    Pong,
    Record,
    decode_payload,
    encode_frame,
    encode_record,
)
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import Established, Received
from net.protocol.stream import StreamHandshake, StreamType, parse_handshake_prefix
from net.streams import StreamHello
from tests.unit.net.transfer.talk import End

F = TypeVar("F")

HOST: Final = "127.0.0.1"
PATIENCE_S: Final = 10.0
AGAIN_S: Final = 0.5
_STEP_S: Final = 0.05
_ECHOES: Final = (PacketType.RETRY, PacketType.RESPONSE, PacketType.FINISH)
"""These carry an index that was heard."""


class HostilePeer:
    """``with HostilePeer() as mallory: mallory.meet(victim.port)``.

    ``heard`` is every frame of the victim's so far, ``sent`` every datagram of ours.
    Pings are answered and hellos heard, so that the victim goes on talking; what it
    delivers is acknowledged only when a test says so.
    """

    def __init__(
        self, name: str = "Mallory", host: str = HOST, target: str = HOST, key: bytes = b""
    ) -> None:
        """``host`` is where they are, ``target`` where the victim is; ``key`` makes them somebody
        who was here before."""
        self.name = name
        self.target = target
        self.identity = Identity(key or os.urandom(32))
        self.lane = os.urandom(8)
        self.seq = 0
        """Of the last record given."""
        self.heard: list[Frame] = []
        self.sent: list[bytes] = []
        self.sent_bytes = 0
        self.got_bytes = 0
        self.got_datagrams = 0
        self.victim: PeerId
        self._place = 0
        self._serial = 0
        self._endpoint = DatagramEndpoint(self.identity, os.urandom, time.monotonic())
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((host, 0))
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._listener = socket.create_server((host, 0))
        self._listener.settimeout(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._udp.close()
        self._listener.close()

    @property
    def peer_id(self) -> str:
        return encode_peer_id(self.identity.peer_id)

    @property
    def is_proven(self) -> bool:
        """The victim was told something from here that only who hears at this address can say."""
        return self.has_met or any(packet[3] in _ECHOES for packet in self.sent)

    @property
    def has_met(self) -> bool:
        return hasattr(self, "victim")

    @property
    def address(self) -> Address:
        host, port = self._udp.getsockname()
        return host, port

    # --- datagrams ---------------------------------------------------------

    def meet(self, port: int) -> None:
        """A session, hellos both ways, and the question that opens the victim's lane."""
        self.call(port)
        self.say_hello()
        self.hear(Heard, again=self.say_hello)
        self._until(lambda: any(isinstance(frame, Hello) for frame in self.heard))
        self._until(lambda: any(isinstance(frame, Data) for frame in self.heard))

    def call(self, port: int) -> None:
        """A session, and not a word in it."""
        self.port = port
        self._endpoint.connect((self.target, port), time.monotonic())
        self._until(lambda: self.has_met)

    def say_hello(self, name: str | None = None, **fields: Any) -> None:
        self.say(self.hello(name, **fields))

    def hello(self, name: str | None = None, **fields: Any) -> Hello:
        self._serial += 1
        hello: dict[str, Any] = {
            "serial": self._serial,
            "epoch": b"\0" * 8,
            "name": self.name if name is None else name,
            "device": "",
            "app_version": "",
            "highest_version": 1,
            "tcp_port": self._listener.getsockname()[1],
        }
        return Hello(**(hello | fields))

    def say(self, *frames: Frame) -> None:
        self.say_frames([encode_frame(frame) for frame in frames])

    def say_frames(self, frames: Sequence[bytes]) -> None:
        """Encoded frames, true or not, in one datagram."""
        self.say_payload(b"\xdc" + len(frames).to_bytes(2, "big") + b"".join(frames))

    def say_payload(self, payload: bytes) -> None:
        """Whatever these bytes are, they are sealed."""
        assert self._endpoint.send(self.victim, payload, time.monotonic()), "no session"
        self._flush()

    def throw(self, datagram: bytes, port: int | None = None) -> None:
        """Whatever these bytes are, as they are."""
        self._send(datagram, (self.target, port or self.port))

    def hear(
        self,
        kind: type[F],
        is_it: Callable[[F], bool] = lambda _: True,
        again: Callable[[], object] = lambda: None,
    ) -> F:
        """The next such frame since the last one heard; ``again`` is done where it is slow to
        come, as on a network that loses what was said."""

        def find() -> int | None:
            for place, frame in enumerate(self.heard[self._place :], self._place):
                if isinstance(frame, kind) and is_it(frame):
                    return place
            return None

        self._until(lambda: find() is not None, again)
        place = find()
        assert place is not None
        self._place = place + 1
        found = self.heard[place]
        assert isinstance(found, kind)
        return found

    def is_answered(self) -> None:
        """All that was sent so far has been looked at, and we are still talked to."""
        token = int.from_bytes(os.urandom(4), "big")
        self.say(Ping(token))
        self.hear(Pong, lambda pong: pong.token == token, lambda: self.say(Ping(token)))

    def listen(self, for_s: float) -> None:
        """Take in whatever comes for a while."""
        end_s = time.monotonic() + for_s
        while time.monotonic() < end_s:
            self._step()

    # --- lanes -------------------------------------------------------------

    def give(self, record: Record | bytes, *, seq: int | None = None, low: int = 1) -> int:
        """A durable record (or bytes in place of one); the number it has."""
        self.seq = self.seq + 1 if seq is None else seq
        data = record if isinstance(record, bytes) else encode_record(record)
        self.say(Data(self.lane, low, ((self.seq, Raw(data)),)))
        return self.seq

    def tell(self, record: Record | bytes) -> None:
        """Until the victim has it on its disk."""
        seq = self.give(record)
        self.hear(
            Ack,
            lambda ack: ack.lane == self.lane and ack.next_seq > seq,
            lambda: self.give(record, seq=seq),
        )

    def agree(self) -> Data:
        """Answer the question that opens a lane, truly: nothing is here yet."""
        data = self.hear(Data)
        self.say(Ack(data.lane, 1))
        return data

    # --- streams -----------------------------------------------------------

    def dial(self, hello: StreamHello | bytes | None) -> End:
        """A stream to the victim, proven, with ``hello`` said unless it is None."""
        host, _ = self.address
        sock = socket.create_connection((self.target, self.port), PATIENCE_S, (host, 0))
        end = self._prove(sock, is_initiator=True)
        if hello is not None:
            body = hello if isinstance(hello, bytes) else msgspec.json.encode(hello)
            end.say_bytes(body)
        return end

    def accept(self, within_s: float = PATIENCE_S) -> tuple[End, dict[str, Any]]:
        """The next stream the victim opens to us, and its hello. Raises TimeoutError."""
        self._listener.settimeout(within_s)
        sock, _ = self._listener.accept()
        sock.settimeout(PATIENCE_S)
        end = self._prove(sock, is_initiator=False)
        kind, body = end.hear()
        assert kind is StreamType.HEADER
        return end, msgspec.json.decode(body)

    def accept_silently(self) -> socket.socket:
        """The next stream the victim opens to us, left without an answer."""
        return self._listener.accept()[0]

    def take_listener_of(self, other: "HostilePeer") -> None:
        """Answer in somebody else's place from now on."""
        self._listener, other._listener = other._listener, self._listener

    def _prove(self, sock: socket.socket, *, is_initiator: bool) -> End:
        machine = StreamHandshake(self.identity, os.urandom, is_initiator=is_initiator)
        try:
            while not machine.is_done:
                record = machine.send()
                if record is not None:
                    sock.sendall(record)
                else:
                    size = parse_handshake_prefix(read_exactly(sock, STREAM_PREFIX_BYTES))
                    machine.receive(read_exactly(sock, size))
        except BaseException:
            sock.close()
            raise
        return End(sock, machine.sealer, machine.opener)

    # --- the loop ----------------------------------------------------------

    def _until(self, is_so: Callable[[], bool], again: Callable[[], object] = lambda: None) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        again_s = time.monotonic() + AGAIN_S
        while not is_so():
            now_s = time.monotonic()
            assert now_s < deadline_s, f"heard only {self.heard[-20:]}"
            if now_s >= again_s:
                again_s = now_s + AGAIN_S
                again()
            self._step()

    def _step(self) -> None:
        """What is due goes out, what is there comes in."""
        now_s = time.monotonic()
        self._endpoint.tick(now_s)
        self._flush()
        self._udp.settimeout(_STEP_S)
        try:
            data, address = self._udp.recvfrom(RECEIVE_BUFFER_BYTES)
        except TimeoutError:
            return
        self.got_bytes += len(data)
        self.got_datagrams += 1
        if not self.is_proven:
            assert self.got_bytes <= self.sent_bytes, "more came back than an unproven address sent"
        self._endpoint.receive(data, address, time.monotonic())
        for event in self._endpoint.take_events():
            if isinstance(event, Established):
                self.victim = event.peer
            elif isinstance(event, Received):
                self._take(event.payload)
        self._flush()

    def _take(self, payload: bytes) -> None:
        for frame in decode_payload(payload):
            self.heard.append(frame)
            if isinstance(frame, Ping):
                self.say(Pong(frame.token))
            elif isinstance(frame, Hello):
                self.say(Heard(frame.serial))

    def _flush(self) -> None:
        for data, address in self._endpoint.take_datagrams():
            self.sent.append(data)
            self._send(data, address)

    def _send(self, datagram: bytes, address: Address) -> None:
        self._udp.sendto(datagram, address)
        self.sent_bytes += len(datagram)


def read_exactly(sock: socket.socket, size: int) -> bytes:
    """EOFError when the other side ends before."""
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def hears_the_end(sock: socket.socket) -> bytes:
    """What still comes until the other side closes, however it does. TimeoutError if not."""
    data = b""
    try:
        while more := sock.recv(65_536):
            data += more
    except ConnectionError:
        pass
    return data
