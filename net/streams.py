"""TCP streams on the event loop: accept, prove, and hand on.

Every stream begins with the handshake and one header, ``hello``, that says what
it is for. A transfer then leaves the loop for a thread of its own; a chat stream
stays here and carries payloads that no datagram holds.

Source: PROTOCOL, "Streams".
"""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from net.addresses import Scopes
from net.protocol.errors import ProtocolError, RemoteProtocolError
from net.protocol.gate import Gate, IsKnownHost
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.packet import Address
from net.protocol.stream import RecordOpener, RecordSealer, StreamHandshake, StreamType
from net.protocol.stream import parse_handshake_prefix as parse_handshake
from net.protocol.transfer import decode_strictly

log = logging.getLogger(__name__)

HANDSHAKE_TIMEOUT_S: Final = 5.0
"""A peer on a local network needs milliseconds; a silent one must not hold a place."""
UNPROVEN_MAX: Final = 64
"""Sockets that have not proven who they are, and as many more of contacts' hosts. The oldest makes
room: a handshake takes milliseconds, so it is a silent one."""
UNPROVEN_PER_HOST_MAX: Final = 8
"""Of them from one host, whose own oldest makes room: ten transfers beginning at once are through
in that time."""
IDLE_TIMEOUT_S: Final = 60.0
"""A chat stream without traffic is closed; the next large text opens another."""
CONNECT_TIMEOUT_S: Final = 3.0
"""On a local network who is there answers within milliseconds, lost packets included."""
NO_DESCRIPTOR_PAUSE_S: Final = 0.5
QUEUE_MAX_PAYLOADS: Final = 256
"""Some 16 MiB of the largest texts, and more than a lane gives at once: whoever lets so much
wait reads nothing."""
STREAM_VERSION: Final = 1
"""Of what follows ``hello``. Another may mean anything."""

_NO_DESCRIPTOR: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Entropy = Callable[[int], bytes]


class StreamHello(
    msgspec.Struct,
    frozen=True,
    tag_field="t",
    tag="hello",
    rename={"use": "for"},
    omit_defaults=True,
):
    """The initiator's first header; ``use``: chat, session, transfer or manifest."""

    v: Annotated[int, Meta(ge=0, lt=2**62)]
    use: Annotated[str, Meta(max_length=32)]
    transfer: Annotated[str, Meta(max_length=32)] = ""
    port: Annotated[int, Meta(ge=0, lt=2**16)] = 0
    """Of a session: where the initiator itself takes datagrams and streams."""
    push: bool = False
    """Of a transfer: it is its sender who calls, and would rather be called."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A proven TCP stream. Whoever holds it closes the socket."""

    sock: socket.socket
    peer: PeerId
    public_key: bytes
    host: str
    """Of the other end, as in an Address."""
    hello: StreamHello
    sealer: RecordSealer
    opener: RecordOpener


class Listener:
    """Accepts streams; those of people who are not ``may_speak`` are closed unheard.

    Nobody keeps contacts out: neither silent connections nor many that say the first word.
    """

    def __init__(
        self,
        sockets: tuple[socket.socket, ...],
        identity: Identity,
        entropy: Entropy,
        *,
        is_known: IsKnownHost,
        may_speak: Callable[[PeerId], bool],
        on_stream: Callable[[Stream], None],
    ) -> None:
        """``is_known``: contacts' hosts. ``on_stream`` runs on the loop and takes it over."""
        self._sockets = sockets
        self._identity = identity
        self._entropy = entropy
        self._is_known = is_known
        self._may_speak = may_speak
        self._on_stream = on_stream
        self._gate = Gate(is_known, asyncio.get_running_loop().time())
        self._unproven: dict[asyncio.Task[None], str] = {}
        """The host of each that holds a place, oldest first."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        for sock in self._sockets:
            self._listen(sock)

    def _listen(self, sock: socket.socket) -> None:
        if sock.fileno() >= 0:
            asyncio.get_running_loop().add_reader(sock, self._accept, sock)

    async def stop(self) -> None:
        loop = asyncio.get_running_loop()
        for sock in self._sockets:
            if sock.fileno() >= 0:
                loop.remove_reader(sock)
            sock.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, listener: socket.socket) -> None:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_DESCRIPTOR:
                # it stays ready: do not turn round for it until something was closed
                loop = asyncio.get_running_loop()
                loop.remove_reader(listener)
                loop.call_later(NO_DESCRIPTOR_PAUSE_S, self._listen, listener)
            return
        sock.setblocking(False)
        host = Scopes().address_of(address)[0]
        self._make_room(host)
        task = asyncio.get_running_loop().create_task(self._welcome(sock, host))
        self._tasks.add(task)
        self._unproven[task] = host
        task.add_done_callback(lambda done: self._settle(done, sock))

    def _make_room(self, host: str) -> None:
        """One more from there: the oldest of that host goes, or of its kind."""
        of_host = [task for task, there in self._unproven.items() if there == host]
        is_known = self._is_known(host)
        alike = [t for t, there in self._unproven.items() if self._is_known(there) == is_known]
        for tasks, most in ((of_host, UNPROVEN_PER_HOST_MAX), (alike, UNPROVEN_MAX)):
            if len(tasks) >= most:
                tasks[0].cancel()
                del self._unproven[tasks[0]]
                return

    def _settle(self, task: asyncio.Task[None], sock: socket.socket) -> None:
        self._tasks.discard(task)
        self._unproven.pop(task, None)
        if task.cancelled():
            sock.close()  # it may never have begun

    async def _welcome(self, sock: socket.socket, host: str) -> None:
        handed_on = False
        try:
            # else a small record waits for the answer to the one before
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                first = await _read_handshake(sock)
                if not self._gate.admits(host, asyncio.get_running_loop().time()):
                    return
                machine = StreamHandshake(self._identity, self._entropy, is_initiator=False)
                machine.receive(first)
                await _shake_hands(sock, machine)
                if not self._may_speak(machine.peer):
                    return
                hello = await _read_hello(sock, machine.opener)
            stream = _proven(sock, machine, host, hello)
            handed_on = True
            self._on_stream(stream)
        except (OSError, TimeoutError, ProtocolError) as error:
            log.info("a stream was not accepted: %s", error)
        finally:
            if not handed_on:
                sock.close()


async def dial(
    address: Address, identity: Identity, entropy: Entropy, peer: PeerId | None, hello: StreamHello
) -> Stream:
    """Connects, proves both sides, says ``hello``; anyone may answer when ``peer`` is None.

    Raises OSError, TimeoutError, ProtocolError.
    """
    family, place = Scopes().sockaddr_of(address)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await loop.sock_connect(sock, place)
            machine = StreamHandshake(identity, entropy, is_initiator=True, expected=peer)
            await _shake_hands(sock, machine)
            header = machine.sealer.seal(StreamType.HEADER, msgspec.json.encode(hello))
            await loop.sock_sendall(sock, header)
    except BaseException:
        sock.close()
        raise
    return _proven(sock, machine, address[0], hello)


class ChatStream:
    """Payloads over TCP, both ways, until idle or broken.

    ``on_payload(stream, payload)`` and ``on_closed(stream)`` run on the loop.
    """

    def __init__(
        self,
        stream: Stream,
        on_payload: Callable[["ChatStream", bytes], None],
        on_closed: Callable[["ChatStream"], None],
    ) -> None:
        self.peer = stream.peer
        self.public_key = stream.public_key
        self._stream = stream
        self._on_payload = on_payload
        self._on_closed = on_closed
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def send(self, payload: bytes) -> None:
        """Queues, a bounded number; then the stream counts as broken."""
        if self._queue.qsize() < QUEUE_MAX_PAYLOADS:
            self._queue.put_nowait(payload)
        else:
            self._task.cancel()

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        self._stream.sock.close()  # the task may never have begun

    async def _run(self) -> None:
        writer = asyncio.get_running_loop().create_task(self._write())
        try:
            await self._read()
        except (OSError, TimeoutError, ProtocolError) as error:
            log.info("chat stream ended: %s", error)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._stream.sock.close()
            self._on_closed(self)

    async def _read(self) -> None:
        sock, opener = self._stream.sock, self._stream.opener
        while True:
            async with asyncio.timeout(IDLE_TIMEOUT_S):
                kind, body = await _read_record(sock, opener)
            if kind is StreamType.CLOSE:
                return
            if kind is not StreamType.FRAME:
                raise RemoteProtocolError(f"{kind.name} on a chat stream")
            self._on_payload(self, body)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        sock, sealer = self._stream.sock, self._stream.sealer
        try:
            while True:
                payload = await self._queue.get()
                await loop.sock_sendall(sock, sealer.seal(StreamType.FRAME, payload))
        except OSError:
            # shutdown, not close: it ends the reader's wait, which then closes
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _proven(sock: socket.socket, machine: StreamHandshake, host: str, hello: StreamHello) -> Stream:
    """What a finished handshake and its hello make."""
    key, sealer, opener = machine.public_key, machine.sealer, machine.opener
    return Stream(sock, machine.peer, key, host, hello, sealer, opener)


async def _shake_hands(sock: socket.socket, machine: StreamHandshake) -> None:
    loop = asyncio.get_running_loop()
    while not machine.is_done:
        message = machine.send()
        if message is not None:
            await loop.sock_sendall(sock, message)
            continue
        machine.receive(await _read_handshake(sock))


async def _read_handshake(sock: socket.socket) -> bytes:
    size = parse_handshake(await _read_exactly(sock, STREAM_PREFIX_BYTES))
    return await _read_exactly(sock, size)


async def _read_hello(sock: socket.socket, opener: RecordOpener) -> StreamHello:
    kind, body = await _read_record(sock, opener)
    if kind is not StreamType.HEADER:
        raise RemoteProtocolError(f"{kind.name} before hello")
    hello: StreamHello = decode_strictly(body, StreamHello)
    if hello.v != STREAM_VERSION:
        raise RemoteProtocolError(f"a stream of version {hello.v}")
    return hello


async def _read_record(sock: socket.socket, opener: RecordOpener) -> tuple[StreamType, bytes]:
    prefix = await _read_exactly(sock, STREAM_PREFIX_BYTES)
    size, kind = opener.parse_prefix(prefix)
    return kind, opener.open(prefix, await _read_exactly(sock, size))


async def _read_exactly(sock: socket.socket, size: int) -> bytes:
    """Never reads past ``size``: what follows belongs to whoever takes the socket over."""
    loop = asyncio.get_running_loop()
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = await loop.sock_recv_into(sock, view)
        if count == 0:
            raise RemoteProtocolError("the stream ended in the middle of a record")
        view = view[count:]
    return bytes(buffer)
