"""Calling several addresses of one person at once: the first that proves to be them wins.

Happy eyeballs (RFC 8305): the next address is called when one has failed, or was silent
for a moment. One thread and one poll loop carry all attempts.
"""

import errno
import logging
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from net.addresses import Scopes
from net.protocol.errors import RemoteProtocolError
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.packet import Address
from net.protocol.stream import StreamHandshake, parse_handshake_prefix
from net.transfer.channel import STEP_S
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress

log = logging.getLogger(__name__)

NEXT_S: Final = 0.25
"""RFC 8305's delay until the next address: longer than an answer takes on this network."""
ADDRESS_S: Final = 3.0
"""For one address: a host on this network answers in milliseconds or not at all."""
LOOK_S: Final = 0.02
"""How often ``is_called_off`` is asked. It is while dialling only, for seconds."""

_UNDER_WAY: Final = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK})


class Attempt:
    """One address. Never blocks: goes on as far as the socket lets it.

    ``advance`` and the constructor raise OSError (ValueError: no such address) and
    RemoteProtocolError; after that ``close`` is all that is left.
    """

    def __init__(self, address: Address, machine: StreamHandshake) -> None:
        self.address = address
        self.machine = machine
        self.deadline_s = time.monotonic() + ADDRESS_S
        self._is_connected = False
        self._unsent = b""
        self._record = bytearray()
        self._wanted = STREAM_PREFIX_BYTES
        family, place = Scopes().sockaddr_of(address)
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            self.sock.setblocking(False)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = self.sock.connect_ex(place)
            if code not in _UNDER_WAY:
                raise OSError(code, os.strerror(code))
        except BaseException:
            self.sock.close()
            raise

    @property
    def is_proven(self) -> bool:
        """The handshake is done, and all we said in it is on its way."""
        return self.machine.is_done and not self._unsent

    @property
    def waits_for(self) -> int:
        """The readiness that ``advance`` needs."""
        is_writing = not self._is_connected or self._unsent
        return selectors.EVENT_WRITE if is_writing else selectors.EVENT_READ

    def advance(self) -> None:
        """The socket is ready, or has failed."""
        if not self._is_connected:
            code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, os.strerror(code))
            self._is_connected = True
        try:
            while self._unsent or not self.machine.is_done:
                self._step()
        except BlockingIOError:
            return

    def close(self) -> None:
        self.sock.close()

    def _step(self) -> None:
        if self._unsent:
            self._unsent = self._unsent[self.sock.send(self._unsent) :]
        elif record := self.machine.send():
            self._unsent = record
        else:
            data = self.sock.recv(self._wanted - len(self._record))
            if not data:
                raise ConnectionError("hung up during the handshake")
            self._take(data)

    def _take(self, data: bytes) -> None:
        """Never more than the record: what follows it belongs to whoever gets the socket."""
        self._record += data
        if len(self._record) < self._wanted:
            return
        if self._wanted == STREAM_PREFIX_BYTES:
            self._wanted += parse_handshake_prefix(self._record)
            return
        body = bytes(self._record[STREAM_PREFIX_BYTES:])
        self._record.clear()
        self._wanted = STREAM_PREFIX_BYTES
        self.machine.receive(body)


def race(
    addresses: Sequence[Address],
    make_machine: Callable[[], StreamHandshake],
    *,
    timeout_s: float,
    progress: Progress,
    is_called_off: Callable[[], bool] | None = None,
    stay_s: float = 0.0,
) -> Attempt | None:
    """The first attempt that is proven; the others are closed. Blocking, ``timeout_s`` at most.

    None when ``is_called_off``; that is waited for ``stay_s`` at least, also when nobody
    answers. Raises TransferFault: UNREACHABLE when some address gave no answer,
    BROKEN_PEER when others than the peer answer at all of them, or why ``progress`` was
    cancelled.
    """
    try:
        runners = _Race(addresses, make_machine)
    except OSError as error:  # no descriptor is left
        raise TransferFault(Fault.UNREACHABLE, str(error)) from error
    begin_s = time.monotonic()
    try:
        while time.monotonic() < begin_s + timeout_s:
            progress.check()
            if is_called_off and is_called_off():
                return None
            if runners.is_over and not (is_called_off and time.monotonic() < begin_s + stay_s):
                break
            runners.turn(LOOK_S if is_called_off else STEP_S)
            if runners.winner:
                return runners.winner
        raise runners.fault
    finally:
        runners.close()


class _Race:
    def __init__(
        self, addresses: Sequence[Address], make_machine: Callable[[], StreamHandshake]
    ) -> None:
        self._waiting = deque(dict.fromkeys(addresses))
        self._make_machine = make_machine
        self._selector = selectors.DefaultSelector()
        self._running: set[Attempt] = set()
        self._next_s = time.monotonic()
        self._broken = self._failed = 0
        self._why = "no address to try"
        self.winner: Attempt | None = None

    @property
    def is_over(self) -> bool:
        return not self._waiting and not self._running

    @property
    def fault(self) -> TransferFault:
        is_other = self._broken and self._broken == self._failed and self.is_over
        return TransferFault(Fault.BROKEN_PEER if is_other else Fault.UNREACHABLE, self._why)

    def turn(self, timeout_s: float) -> None:
        """Waits for news, ``timeout_s`` at most, and takes it in."""
        if self._waiting and time.monotonic() >= self._next_s:
            self._start(self._waiting.popleft())
        now_s = time.monotonic()
        due_s = [attempt.deadline_s for attempt in self._running]
        if self._waiting:
            due_s.append(self._next_s)
        wait_s = max(0.0, min([timeout_s, *(at_s - now_s for at_s in due_s)]))
        for key, _ in self._wait(wait_s):
            self._advance(key.data)
            if self.winner:
                return
        for attempt in [a for a in self._running if a.deadline_s <= time.monotonic()]:
            self._fail(attempt.address, TimeoutError("no answer in time"), attempt)

    def _wait(self, wait_s: float) -> Sequence[tuple[selectors.SelectorKey, int]]:
        if self._running:
            return self._selector.select(wait_s)
        time.sleep(wait_s)  # Windows cannot wait for no socket at all
        return ()

    def close(self) -> None:
        """All but the winner."""
        for attempt in self._running:
            attempt.close()
        self._running.clear()
        self._selector.close()

    def _start(self, address: Address) -> None:
        self._next_s = time.monotonic() + NEXT_S
        try:
            attempt = Attempt(address, self._make_machine())
        except (OSError, ValueError) as error:
            self._fail(address, error)
            return
        self._selector.register(attempt.sock, attempt.waits_for, attempt)
        self._running.add(attempt)

    def _advance(self, attempt: Attempt) -> None:
        try:
            attempt.advance()
        except (OSError, RemoteProtocolError) as error:
            self._fail(attempt.address, error, attempt)
            return
        if attempt.is_proven:
            self._forget(attempt)
            self.winner = attempt
        else:
            self._selector.modify(attempt.sock, attempt.waits_for, attempt)

    def _fail(self, address: Address, error: Exception, attempt: Attempt | None = None) -> None:
        """The next address need not wait any longer."""
        self._failed += 1
        self._broken += isinstance(error, RemoteProtocolError)
        self._why = f"{address[0]}: {error}"
        self._next_s = time.monotonic()
        log.info("no stream: %s", self._why)
        if attempt:
            self._forget(attempt)
            attempt.close()

    def _forget(self, attempt: Attempt) -> None:
        self._selector.unregister(attempt.sock)
        self._running.discard(attempt)
