"""One proven TCP stream in one thread: headers and content, sealed.

Blocking, on preallocated buffers: measured the fastest from Python. The kernel wakes
each wait every STEP_S, so that a cancel is noticed, silence ends in time, and no other
thread ever has to touch the socket.
"""

import contextlib
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import Final, TypeVar

from msgspec import Struct

from net.protocol.errors import RemoteProtocolError
from net.protocol.limits import CONTENT_BYTES, STREAM_BODY_MAX_BYTES, STREAM_PREFIX_BYTES
from net.protocol.stream import RecordOpener, RecordSealer, StreamType
from net.protocol.transfer import Alive, Cancel, Header, Refuse, decode_header, encode_header
from net.transfer.faults import Fault, TransferFault, told_fault
from net.transfer.progress import Progress
from net.transfer.waiting import is_ready

STEP_S: Final = 0.25
IDLE_S: Final = 30.0
"""Without one byte moving the stream is dead: no network, or a program that hangs."""
RECORD_S: Final = 120.0
"""A record that trickles must be whole by then: 2 KiB a second at least."""
ALIVE_EVERY_S: Final = 5.0
"""Six of them fit into the silence after which a stream counts as dead."""
ALIVES_MAX: Final = 240
"""In a row while we wait for a word: twenty minutes of an honest, very slow disk."""
PARTING_S: Final = 0.5
"""How long a last word and its arrival are waited for."""

_WHOLE: Final = 0 if sys.platform == "win32" else socket.MSG_WAITALL
_NO_DEADLINE: Final = float("inf")
H = TypeVar("H", bound=Struct)


class SealedChannel:
    """Belongs to one thread. Every method raises TransferFault and nothing else:
    CONNECTION_LOST, BROKEN_PEER, what the peer's ``cancel`` says, or our own cancel."""

    def __init__(
        self,
        sock: socket.socket,
        sealer: RecordSealer,
        opener: RecordOpener,
        *,
        idle_s: float = IDLE_S,
    ) -> None:
        """Takes the socket over; ``part`` closes it."""
        self._sock = sock
        self._sealer = sealer
        self._opener = opener
        self._idle_s = idle_s
        self._progress = Progress()
        self._is_listening = False
        self._sealed = memoryview(bytearray(STREAM_PREFIX_BYTES + STREAM_BODY_MAX_BYTES))
        self._unsent = self._sealed[:0]
        self._prefix = memoryview(bytearray(STREAM_PREFIX_BYTES))
        self._body = memoryview(bytearray(STREAM_BODY_MAX_BYTES))
        self._plain = memoryview(bytearray(CONTENT_BYTES))
        self._spoke_s = time.monotonic()
        _prepare(sock)

    def attach(self, progress: Progress, *, is_sender: bool) -> None:
        """End every wait when ``progress`` is cancelled. A sender listens while it sends:
        nothing but ``alive`` and ``cancel`` may come then."""
        self._progress = progress
        self._is_listening = is_sender

    def send_header(self, header: Header) -> None:
        """If the peer has ended it meanwhile, that is raised."""
        self._progress.check()
        self._hear()
        self._send(StreamType.HEADER, encode_header(header))

    def send_content(self, data: memoryview) -> None:
        """1 to CONTENT_BYTES; otherwise as ``send_header``."""
        self._progress.check()
        self._hear()
        self._send(StreamType.CONTENT, data)

    def send_whole(self, data: bytes | memoryview) -> None:
        """Any number of bytes, as content."""
        rest = memoryview(data)
        while rest:
            self.send_content(rest[:CONTENT_BYTES])
            rest = rest[CONTENT_BYTES:]

    def receive_whole(self, size: int) -> bytes:
        """Exactly so many bytes of content, however they are cut."""
        data = bytearray()
        while len(data) < size:
            piece = self.receive()
            if not isinstance(piece, memoryview) or len(data) + len(piece) > size:
                raise TransferFault(Fault.BROKEN_PEER, "content of another size than was said")
            data += piece
        return bytes(data)

    def receive(self) -> memoryview | Header:
        """The next content, good until the next call, or the next header that says
        something (not ``alive``)."""
        for _ in range(ALIVES_MAX):
            kind, size = self._receive()
            if kind is StreamType.CONTENT:
                return self._plain[:size]
            header = self._understand(kind, size)
            if not isinstance(header, Alive):
                return header
        raise TransferFault(Fault.BROKEN_PEER, "nothing but signs of life")

    def receive_header(self, *expected: type[H]) -> H:
        """The next header, which must be one of these."""
        header = self.receive()
        if not isinstance(header, expected):
            raise TransferFault(Fault.BROKEN_PEER, f"{type(header).__name__} out of turn")
        return header

    def check_in(self) -> None:
        """As ``say_alive``, when the peer has said all it had to but may still cancel."""
        self.say_alive()
        self._is_listening = True
        with _only_told_faults():
            self._hear()

    def say_alive(self) -> None:
        """Tell the other side, if we said nothing for a while, that we are only slow.

        That the stream has ended is no fault here: whoever needs it will notice.
        """
        self._progress.check()
        if time.monotonic() - self._spoke_s >= ALIVE_EVERY_S:
            with _only_told_faults():
                self._send(StreamType.HEADER, encode_header(Alive()))
            self._progress.check()

    def part(self, word: Header | None = None) -> None:
        """Say a last word and close the socket; raises nothing. Idempotent.

        What the other side still sends is read and thrown away for a moment: closing a
        socket with unread data would wipe out the word on its way.
        """
        self._progress = Progress()  # a cancel that ends us must not silence us
        self._is_listening = False
        if self._sock.fileno() < 0:
            return
        deadline_s = time.monotonic() + PARTING_S
        with contextlib.suppress(OSError, TransferFault):
            self._write(deadline_s)
            if word is not None:
                self._send(StreamType.HEADER, encode_header(word), deadline_s)
            self._send(StreamType.CLOSE, b"", deadline_s)
            self._sock.shutdown(socket.SHUT_WR)
            self._drain(deadline_s)
        self._sock.close()

    def break_off(self, fault: TransferFault) -> None:
        """Close the socket, telling the other side why unless it told us, or is gone."""
        if fault.is_remote or fault.fault is Fault.CONNECTION_LOST:
            self._sock.close()
        else:
            self.part(Cancel(fault.fault))

    def _send(
        self, kind: StreamType, body: bytes | memoryview, deadline_s: float | None = None
    ) -> None:
        size = self._sealer.seal_into(kind, body, self._sealed)
        self._unsent = self._sealed[:size]
        self._spoke_s = time.monotonic()
        self._write(self._spoke_s + RECORD_S if deadline_s is None else deadline_s)

    def _write(self, deadline_s: float) -> None:
        """The rest of the record under way. What is left of it when this raises may
        still be sent: without it nothing after it makes sense."""
        waited_s = 0.0
        while self._unsent:
            try:
                count = self._sock.send(self._unsent)
            except OSError as error:
                if self._hear():  # also when the stream is gone: their last word says why
                    waited_s = 0.0
                waited_s = self._wait_longer(error, waited_s, deadline_s)
            else:
                self._unsent = self._unsent[count:]
                waited_s = 0.0

    def _hear(self) -> bool:
        """Take in a word said while we send; whether there was one."""
        if not self._is_listening or not is_ready(self._sock):
            return False
        kind, size = self._receive()
        if not isinstance(self._understand(kind, size), Alive):
            raise TransferFault(Fault.BROKEN_PEER, "spoke out of turn")
        return True

    def _receive(self) -> tuple[StreamType, int]:
        """One record; its plain body is in ``_plain``."""
        self._progress.check()
        self._read(self._prefix, _NO_DEADLINE)
        deadline_s = time.monotonic() + RECORD_S
        try:
            length, kind = self._opener.parse_prefix(self._prefix)
            if kind is StreamType.FRAME:
                raise TransferFault(Fault.BROKEN_PEER, "chat on a transfer's stream")
            body = self._body[:length]
            self._read(body, deadline_s)
            size = self._opener.open_into(self._prefix, body, self._plain)
        except RemoteProtocolError as error:
            raise TransferFault(Fault.BROKEN_PEER, str(error)) from error
        if kind is StreamType.CLOSE:
            raise TransferFault(Fault.CONNECTION_LOST, "the other side closed the stream")
        return kind, size

    def _read(self, room: memoryview, deadline_s: float) -> None:
        """Fill ``room``; the deadline holds from its first byte on."""
        waited_s = 0.0
        while room:
            try:
                count = self._sock.recv_into(room, 0, _WHOLE)
            except OSError as error:
                waited_s = self._wait_longer(error, waited_s, deadline_s)
                continue
            if count == 0:
                raise TransferFault(Fault.CONNECTION_LOST, "the stream was cut")
            room = room[count:]
            waited_s = 0.0
            if room:
                deadline_s = min(deadline_s, time.monotonic() + RECORD_S)
                self._check_deadline(waited_s, deadline_s)

    def _wait_longer(self, error: OSError, waited_s: float, deadline_s: float) -> float:
        """One step in which nothing moved; how many seconds there were now."""
        is_step = isinstance(error, BlockingIOError | InterruptedError) or (
            isinstance(error, TimeoutError) and error.errno is None
        )
        if not is_step:
            raise TransferFault(Fault.CONNECTION_LOST, str(error)) from error
        self._check_deadline(waited_s, deadline_s)
        return waited_s + STEP_S

    def _check_deadline(self, waited_s: float, deadline_s: float) -> None:
        self._progress.check()
        if waited_s >= self._idle_s or time.monotonic() > deadline_s:
            raise TransferFault(Fault.CONNECTION_LOST, "nothing came through any more")

    def _understand(self, kind: StreamType, size: int) -> Header:
        if kind is not StreamType.HEADER:
            raise TransferFault(Fault.BROKEN_PEER, f"{kind.name} instead of a header")
        try:
            header = decode_header(bytes(self._plain[:size]))
        except RemoteProtocolError as error:
            raise TransferFault(Fault.BROKEN_PEER, str(error)) from error
        if isinstance(header, Cancel | Refuse):
            raise told_fault(header.code)
        return header

    def _drain(self, deadline_s: float) -> None:
        while time.monotonic() < deadline_s:
            with contextlib.suppress(BlockingIOError, TimeoutError):
                if self._sock.recv_into(self._body) == 0:
                    return


@contextlib.contextmanager
def _only_told_faults() -> Iterator[None]:
    try:
        yield
    except TransferFault as fault:
        if fault.is_remote:
            raise


def _prepare(sock: socket.socket) -> None:
    """Waits end by themselves every STEP_S, keeping what has arrived."""
    with contextlib.suppress(OSError):  # only TCP has it
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.platform == "win32":
        sock.settimeout(STEP_S)  # its SO_RCVTIMEO leaves a socket that must not be used
        return
    sock.setblocking(True)
    step = struct.pack("@ll", int(STEP_S), int(STEP_S % 1 * 1_000_000))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, step)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, step)
