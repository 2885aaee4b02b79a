"""One node on the network: sockets, discovery, sessions and streams behind one door.

Everything runs on the event loop that ``start`` is called on. What comes in goes
to a ``NodeListener``; what goes out is frames to a person, by whatever way is open.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from net.chat_streams import ChatStreams
from net.discovery import Discovery
from net.facts import NetworkFacts
from net.fallback import STREAM_PAYLOAD_BYTES, USE, Fallback
from net.ports import PortSet
from net.protocol.errors import ProtocolError, RemoteProtocolError
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.records import Bye, Frame, decode_payload, pack_payloads
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import (
    ConnectFailed,
    Ended,
    Established,
    Moved,
    Received,
    SessionEvent,
)
from net.protocol.sightings import Sighting
from net.streams import ChatStream, Listener, Stream, StreamHello, dial
from net.udp import UdpSockets

log = logging.getLogger(__name__)

TIMER_SLACK_S = 0.001
STRANGERS_MAX = 16
"""People who are no contacts and have chat streams open, two descriptors each. One is needed for
the moment in which an offer comes; whoever came first goes."""


class NodeListener(Protocol):
    """Called on the loop; must not block."""

    def on_established(self, event: Established) -> None: ...
    def on_frames(self, peer: PeerId, frames: Sequence[Frame]) -> None: ...
    def on_moved(self, peer: PeerId, address: Address) -> None: ...
    def on_ended(self, peer: PeerId) -> None: ...
    def on_connect_failed(self, event: ConnectFailed) -> None: ...
    def on_sighting(self, sighting: Sighting) -> None: ...
    def on_networks(self, count: int) -> None: ...
    def on_transfer_stream(self, stream: Stream) -> None: ...
    def on_chat_stream_lost(self, peer: PeerId) -> None: ...
    def is_known(self, peer: PeerId) -> bool:
        """Met before, and not blocked."""
        ...

    def is_stranger(self, peer: PeerId) -> bool:
        """Never met."""
        ...

    def is_contact(self, peer: PeerId) -> bool: ...
    def is_contact_host(self, host: str) -> bool:
        """A contact was reached there before."""
        ...


class Node:
    def __init__(
        self,
        identity: Identity,
        entropy: Callable[[int], bytes],
        ports: PortSet,
        listener: NodeListener,
        *,
        epoch: bytes,
        bind: tuple[str, ...] = (),
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._identity = identity
        self._entropy = entropy
        self._ports = ports
        self._listener = listener
        self._endpoint = DatagramEndpoint(
            identity, entropy, self._loop.time(), listener.is_contact_host
        )
        self._udp = UdpSockets(self._loop, ports.udp, self._on_datagram)
        self._udp.pause()
        self._discovery = Discovery(
            self._loop,
            identity.peer_id,
            epoch,
            ports.port,
            ports.port,
            bind=bind,
            on_sighting=listener.on_sighting,
            on_networks=listener.on_networks,
            on_copy=lambda address: self.connect(address, proven=False),
            send=self._udp.send,
        )
        self._streams = Listener(
            ports.tcp,
            identity,
            entropy,
            is_known=listener.is_contact_host,
            may_speak=self._may_speak,
            on_stream=self._on_stream,
        )
        self._fallback = Fallback(
            identity,
            entropy,
            ports.port,
            self._endpoint,
            is_contact=listener.is_contact,
            on_established=listener.on_established,
            on_payload=self._on_stream_payload,
            on_lost=self._on_stream_lost,
        )
        self._large = ChatStreams(self._on_stream_payload, self._on_large_closed)
        """For what no datagram holds, beside sessions over UDP."""
        self._dialling: dict[PeerId, asyncio.Task[None]] = {}
        self._undialled: dict[PeerId, list[bytes]] = {}
        """Frames that wait for a stream to be opened; the lanes' windows bound them."""
        self._timer: asyncio.TimerHandle | None = None
        self._flush_handle: asyncio.Handle | None = None

    def start(self) -> None:
        """From now on the listener is called: what came before waited in the system."""
        self._udp.resume()
        self._discovery.start()
        self._streams.start()

    async def stop(self) -> None:
        """Closes every socket; nothing is left behind on the loop. Idempotent."""
        self._discovery.stop()
        for task in tuple(self._dialling.values()):
            task.cancel()
        await asyncio.gather(*self._dialling.values(), return_exceptions=True)
        await self._streams.stop()
        await self._fallback.stop()
        await self._large.stop()
        self._flush()
        for handle in (self._timer, self._flush_handle):
            if handle:
                handle.cancel()
        self._udp.close()

    @property
    def port(self) -> int:
        return self._ports.port

    @property
    def silence_limit_s(self) -> float:
        """A peer silent for longer than this missed beacons that were due."""
        return self._discovery.doubtful_after_s

    @property
    def facts(self) -> NetworkFacts:
        return self._discovery.facts

    def set_live_peers(self, count: int) -> None:
        """How many are here: beacons of all together stay within what one network bears."""
        self._discovery.set_live_peers(count)

    def pin(self, peer: PeerId, *, is_contact: bool) -> None:
        """This peer proved itself: discovery keeps it whatever strangers do.

        A contact's session is kept, too; and an absent contact is pinned as well, so that
        no flood of strangers' beacons drowns the one with which they come back.
        """
        self._discovery.pin(peer)
        self._endpoint.pin(peer, is_contact)

    def unpin(self, peer: PeerId) -> None:
        """It is away, and no contact: nothing need be remembered for it."""
        self._endpoint.pin(peer, is_pinned=False)
        self._discovery.unpin(peer)

    def connect(
        self, address: Address, *, expected: PeerId | None = None, proven: bool = True
    ) -> None:
        """Starts a handshake; the answer is ``on_established`` or ``on_connect_failed``.

        To ``proven`` addresses (see DatagramEndpoint) by stream, too, if UDP is silent there.
        """
        if proven:
            self._fallback.call(address, expected)
        self._endpoint.connect(address, self._loop.time(), expected=expected, proven=proven)
        self._flush()

    def connect_by_stream(self, address: Address, peer: PeerId) -> None:
        """If UDP stays silent. For addresses of which only a beacon speaks just now."""
        self._fallback.call(address, peer)

    def replace_by_stream(self, peer: PeerId, address: Address) -> None:
        """The session over UDP is silent. If a stream can be had it goes on there, as
        ``on_established`` says; unless something is heard before."""
        self._fallback.replace(peer, address)

    def has_session(self, peer: PeerId) -> bool:
        return self._endpoint.has_session(peer) or self._fallback.is_used(peer)

    def is_by_stream(self, peer: PeerId) -> bool:
        """There is a session, and UDP does not carry it."""
        return self._fallback.is_used(peer)

    def close_session(self, peer: PeerId) -> None:
        self._endpoint.close(peer)
        self._fallback.close(peer)

    def send(self, peer: PeerId, frames: Sequence[bytes]) -> bool:
        """Encoded frames in as few datagrams as hold them. False: there is no session."""
        if not self._endpoint.has_session(peer):
            return self._fallback.send(peer, frames)
        now_s = self._loop.time()
        for payload in pack_payloads(frames):
            if not self._endpoint.send(peer, payload, now_s):
                return False
        self._flush()
        return True

    def send_large(self, peer: PeerId, address: Address, frames: Sequence[bytes]) -> None:
        """Frames that no datagram holds, over TCP; a stream is opened if there is none.

        ``on_chat_stream_lost`` follows when they may not have arrived.
        """
        if self._fallback.send(peer, frames):
            return
        streams = self._large.of(peer)
        if streams:
            for payload in pack_payloads(frames, STREAM_PAYLOAD_BYTES):
                streams[-1].send(payload)
            return
        self._undialled.setdefault(peer, []).extend(frames)
        if peer not in self._dialling:
            self._dialling[peer] = self._loop.create_task(self._dial(peer, address))

    async def _dial(self, peer: PeerId, address: Address) -> None:
        try:
            hello = StreamHello(v=1, use="chat")
            stream = await dial(address, self._identity, self._entropy, peer, hello)
        except (OSError, TimeoutError, ProtocolError) as error:
            log.info("no stream to %s: %s", address, error)
            self._loop.call_later(1.0, self._listener.on_chat_stream_lost, peer)
            return
        finally:
            self._dialling.pop(peer, None)
            frames = self._undialled.pop(peer, [])
        self._large.add(stream)
        self.send_large(peer, address, frames)

    def _may_speak(self, peer: PeerId) -> bool:
        is_stranger = self._listener.is_stranger(peer) and self._fallback.has_room_for(peer)
        return is_stranger or self._listener.is_known(peer)

    def _on_stream(self, stream: Stream) -> None:
        if stream.hello.use == USE:
            self._fallback.take(stream)
        elif not self._listener.is_known(stream.peer):
            stream.sock.close()
        elif stream.hello.use in ("transfer", "manifest"):
            self._listener.on_transfer_stream(stream)
        elif stream.hello.use == "chat":
            self._large.add(stream)
            self._large.keep_newest(STRANGERS_MAX, lambda one: not self._listener.is_contact(one))
        else:
            stream.sock.close()

    def _on_stream_payload(self, stream: ChatStream, payload: bytes) -> None:
        self._on_payload(stream.peer, payload, is_former=not self._fallback.is_in_use(stream))

    def _on_large_closed(self, stream: ChatStream) -> None:
        self._listener.on_chat_stream_lost(stream.peer)

    def _on_stream_lost(self, peer: PeerId) -> None:
        self._listener.on_chat_stream_lost(peer)
        if not self.has_session(peer):
            self._listener.on_ended(peer)

    def _on_datagram(self, data: bytes, address: Address) -> None:
        if peek_type(data) is PacketType.BEACON:
            self._discovery.receive_unicast(data, address)
            return
        self._endpoint.receive(data, address, self._loop.time())
        if self._flush_handle is None:
            # once for all datagrams of this wake-up
            self._flush_handle = self._loop.call_soon(self._flush)

    def _on_payload(self, peer: PeerId, payload: bytes, *, is_former: bool) -> None:
        """``is_former``: not by the way that is in use now. A goodbye from there was
        overtaken: who said it has been back since, as another process or by another way."""
        try:
            frames = decode_payload(payload)
        except RemoteProtocolError as error:
            log.info("dropped a payload: %s", error)
            return
        if is_former:
            frames = tuple(frame for frame in frames if not isinstance(frame, Bye))
        self._listener.on_frames(peer, frames)

    def _flush(self) -> None:
        """Lets out what the endpoint has to send and to say, and sets its next timer."""
        self._flush_handle = None
        for event in self._endpoint.take_events():
            try:
                self._tell(event)
            except Exception as error:  # noqa: BLE001 - a bug there must not lose the other events
                self._loop.call_exception_handler({"message": "a listener", "exception": error})
        for data, address in self._endpoint.take_datagrams():
            self._udp.send(data, address)
        self._set_timer()

    def _set_timer(self) -> None:
        deadline_s = self._endpoint.next_deadline()
        if self._timer:
            if deadline_s is not None and abs(self._timer.when() - deadline_s) < TIMER_SLACK_S:
                return
            self._timer.cancel()
        self._timer = None
        if deadline_s is not None:
            self._timer = self._loop.call_at(deadline_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._endpoint.tick(self._loop.time())
        self._flush()

    def _tell(self, event: SessionEvent) -> None:
        match event:
            case Received():
                self._on_payload(event.peer, event.payload, is_former=event.is_former)
            case Established():
                self._fallback.call_off(event.called, event.peer)
                self._fallback.on_session(event.peer)
                self._listener.on_established(event)
            case Moved():
                self._listener.on_moved(event.peer, event.address)
            case Ended():
                if not self._fallback.resume(event.peer):
                    self._listener.on_ended(event.peer)
            case ConnectFailed():
                self._fallback.call_off(event.address, event.expected)
                self._listener.on_connect_failed(event)
