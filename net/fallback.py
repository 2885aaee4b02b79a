"""Where UDP does not get through: whole conversations over a stream, until it does.

A session over UDP is always preferred, and a stream is tried only when a call or a
session over UDP has met with silence. Its initiator goes over to it at once, the
other side with the first payload that comes by it; both come back when a session
over UDP has come about. From then on the stream carries nothing new and ends idle.

Source: PROTOCOL, "Sessions by stream".
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Final

from net.chat_streams import ChatStreams
from net.protocol.errors import ProtocolError
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import PORT_MIN, RECORD_MAX_BYTES
from net.protocol.packet import Address
from net.protocol.rates import TokenBucket
from net.protocol.records import pack_payloads
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import Established
from net.streams import STREAM_VERSION, ChatStream, Entropy, Stream, StreamHello, dial

log = logging.getLogger(__name__)

USE: Final = "session"
HEADSTART_S: Final = 1.0
"""For UDP, which needs milliseconds where it works: six INITs by then."""
DIALS_MAX: Final = 32
"""At once. Whoever is left out is called again later."""
STRANGERS_MAX: Final = 32
"""People who are no contacts and talk to us by stream: each costs a descriptor."""
STRANGERS_PER_HOST: Final = 8
"""Of them: one machine that makes up people leaves room for others."""
STRANGERS_BURST, STRANGERS_PER_S = 32, 2.0
"""A stranger comes by stream after an address was typed: seldom. Who makes up identities
is held to fewer than over UDP."""
STREAM_PAYLOAD_BYTES: Final = RECORD_MAX_BYTES + 64
"""What a chat stream carries at once: the largest record and its frame."""

_Call = tuple[Address, PeerId | None]


class Fallback:
    def __init__(
        self,
        identity: Identity,
        entropy: Entropy,
        port: int,
        endpoint: DatagramEndpoint,
        *,
        is_contact: Callable[[PeerId], bool],
        on_established: Callable[[Established], None],
        on_payload: Callable[[ChatStream, bytes], None],
        on_lost: Callable[[PeerId], None],
    ) -> None:
        """``on_lost``: a stream broke; what went by it may not have arrived."""
        self._loop = asyncio.get_running_loop()
        self._identity = identity
        self._entropy = entropy
        self._port = port
        self._endpoint = endpoint
        self._is_contact = is_contact
        self._tell = on_established
        self._on_payload = on_payload
        self._on_lost = on_lost
        self._streams = ChatStreams(self._on_stream_payload, self._on_closed)
        self._listening: dict[ChatStream, Address] = {}
        """Where the other end takes datagrams and streams."""
        self._visits = TokenBucket(STRANGERS_BURST, STRANGERS_PER_S, self._loop.time())
        self._unused: set[ChatStream] = set()
        """Opened by the other side, which has said nothing by it yet."""
        self._used: set[PeerId] = set()
        self._waiting: dict[_Call, asyncio.TimerHandle] = {}
        self._dials: dict[_Call, asyncio.Task[None]] = {}

    def is_used(self, peer: PeerId) -> bool:
        """This person is talked to by stream."""
        return peer in self._used

    def is_in_use(self, stream: ChatStream) -> bool:
        """It is the one that is sent on."""
        return stream.peer in self._used and stream is self._streams.of(stream.peer)[-1]

    def has_room_for(self, peer: PeerId) -> bool:
        return self._is_contact(peer) or len(self._strangers()) < STRANGERS_MAX

    def send(self, peer: PeerId, frames: Sequence[bytes]) -> bool:
        if peer not in self._used:
            return False
        stream = self._streams.of(peer)[-1]
        for payload in pack_payloads(frames, STREAM_PAYLOAD_BYTES):
            stream.send(payload)
        return True

    def call(self, address: Address, expected: PeerId | None) -> None:
        """A call over UDP goes out: if it is not answered soon, a stream is tried."""
        key = (address, expected)
        if key not in self._waiting and not (expected and self.is_used(expected)):
            self._waiting[key] = self._loop.call_later(HEADSTART_S, self._on_silence, key)

    def call_off(self, address: Address | None, peer: PeerId | None) -> None:
        """The call was answered, or came to an end."""
        for expected in (None, peer):
            handle = self._waiting.pop((address, expected), None) if address else None
            if handle:
                handle.cancel()

    def replace(self, peer: PeerId, address: Address) -> None:
        """The session over UDP is silent: go over to a stream, unless it is heard meanwhile."""
        self._dial((address, peer), is_doubted=True)

    def take(self, stream: Stream) -> None:
        """One that the other side has opened."""
        if stream.hello.port < PORT_MIN or not self._is_admitted(stream):
            stream.sock.close()
            return
        added = self._streams.add(stream)
        self._listening[added] = stream.host, stream.hello.port
        self._unused.add(added)

    def on_session(self, peer: PeerId) -> None:
        """There is a new one over UDP."""
        self._used.discard(peer)
        self._unused.difference_update(self._streams.of(peer))

    def resume(self, peer: PeerId) -> bool:
        """The session over UDP is over; a stream from before it may still be there."""
        streams = self._streams.of(peer)
        if streams:
            self._use(streams[-1], None)
        return bool(streams)

    def close(self, peer: PeerId) -> None:
        self._used.discard(peer)
        self._streams.drop(peer)

    async def stop(self) -> None:
        self._used.clear()
        self._unused.clear()
        for handle in self._waiting.values():
            handle.cancel()
        dials = tuple(self._dials.values())
        for task in dials:
            task.cancel()
        await asyncio.gather(*dials, return_exceptions=True)
        await self._streams.stop()

    def _strangers(self) -> list[PeerId]:
        return [peer for peer in self._streams if not self._is_contact(peer)]

    def _is_admitted(self, stream: Stream) -> bool:
        if self._is_contact(stream.peer):
            return True
        streams = [one for peer in self._strangers() for one in self._streams.of(peer)]
        of_host = sum(self._listening[one][0] == stream.host for one in streams)
        has_room = self.has_room_for(stream.peer) and of_host < STRANGERS_PER_HOST
        return has_room and self._visits.take(self._loop.time())

    def _on_silence(self, key: _Call) -> None:
        self._waiting.pop(key, None)
        expected = key[1]
        if expected is None or self._endpoint.heard_s(expected) is None:
            self._dial(key, is_doubted=False)

    def _dial(self, key: _Call, *, is_doubted: bool) -> None:
        address, expected = key
        is_possible = address[1] >= PORT_MIN and len(self._dials) < DIALS_MAX
        since_s = self._loop.time() if is_doubted else -math.inf
        if is_possible and key not in self._dials and not (expected and self.is_used(expected)):
            self._dials[key] = self._loop.create_task(self._open(key, since_s))

    async def _open(self, key: _Call, since_s: float) -> None:
        """A session over UDP that was heard after ``since_s`` is kept."""
        address, expected = key
        hello = StreamHello(STREAM_VERSION, USE, port=self._port)
        try:
            stream = await dial(address, self._identity, self._entropy, expected, hello)
        except (OSError, TimeoutError, ProtocolError) as error:
            log.info("no session by stream with %s: %s", address, error)
            return
        finally:
            self._dials.pop(key, None)
        heard_s = self._endpoint.heard_s(stream.peer)
        is_silent = heard_s is None or heard_s < since_s
        if is_silent and not self.is_used(stream.peer):
            added = self._streams.add(stream)
            self._listening[added] = address
            self._use(added, address)
        else:
            stream.sock.close()
            self._tell_of_another(stream, address)

    def _tell_of_another(self, stream: Stream, called: Address) -> None:
        """Who was called is there, and talked to in another way."""
        peer = stream.peer
        address = self._endpoint.address_of(peer)
        if address is None and peer in self._used:
            address = self._listening[self._streams.of(peer)[-1]]
        key = stream.public_key
        self._tell(Established(peer, key, address or called, True, False, b"", called))

    def _use(self, stream: ChatStream, called: Address | None) -> None:
        """From now on all goes by it. Keys for UDP, if there are any, lead nowhere."""
        peer, address = stream.peer, self._listening[stream]
        self._endpoint.close(peer)
        self._unused.discard(stream)
        self._used.add(peer)
        is_ours = called is not None
        self._tell(Established(peer, stream.public_key, address, is_ours, True, b"", called))

    def _on_stream_payload(self, stream: ChatStream, payload: bytes) -> None:
        if stream in self._unused and stream in self._streams.of(stream.peer):
            self._use(stream, None)
        self._on_payload(stream, payload)

    def _on_closed(self, stream: ChatStream) -> None:
        self._unused.discard(stream)
        self._listening.pop(stream, None)
        if not self._streams.of(stream.peer):
            self._used.discard(stream.peer)
        self._on_lost(stream.peer)
