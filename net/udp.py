"""The main datagram sockets under the event loop."""

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from net.addresses import Scopes, SockAddr, canonical_host
from net.protocol.limits import DATAGRAM_MAX_BYTES, RECEIVE_BUFFER_BYTES
from net.protocol.packet import Address

DATAGRAMS_PER_WAKEUP: Final = 64
"""Then everything else on the loop has its turn: under 2 ms of our own work each time."""
SOCKET_BUFFER_BYTES: Final = 4 * 1024 * 1024
"""Some 4,000 datagrams: what arrives while a busy machine does not run us for 20 ms."""
_SOCKET_BUFFER_MIN_BYTES: Final = 128 * 1024
"""Less than every system gives unasked: stop asking there."""
_ROUTES_MAX: Final = 4096
"""Addresses whose socket is known: more than peers. When full all are looked up anew."""

OnDatagram = Callable[[bytes, Address], None]


class UdpSockets:
    """Reads all of ``sockets``, writes on the one that fits. They are closed with it.

    Needs a selector event loop (on Windows asyncio's default is another). Everything
    runs on that loop's thread. ``on_datagram`` gets at most DATAGRAM_MAX_BYTES at a
    time, empty datagrams too; longer ones are dropped.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sockets: Sequence[socket.socket],
        on_datagram: OnDatagram,
        *,
        buffer_bytes: int = SOCKET_BUFFER_BYTES,
    ) -> None:
        self._loop = loop
        self._sockets = tuple(sockets)
        self._on_datagram = on_datagram
        self._scopes = Scopes()
        self._routes: dict[Address, tuple[socket.socket, SockAddr]] = {}
        self._buffer = bytearray(RECEIVE_BUFFER_BYTES)
        self._is_closed = False
        self._is_reading = False
        for sock in self._sockets:
            _prepare(sock, buffer_bytes)
        self.resume()

    def send(self, data: bytes, address: Address) -> bool:
        """Hand one datagram to the system. False: it did not take it (as good as lost).

        Never raises and never blocks: not for a full buffer, no route, a card that is
        gone, or an address that is none.
        """
        route = self._routes.get(address) or self._find_route(address)
        if route is None:
            return False
        sock, sockaddr = route
        try:
            sock.sendto(data, sockaddr)
        except BlockingIOError:
            return False
        except OSError:
            self._routes.pop(address, None)
            self._scopes.forget()
            return False
        return True

    def pause(self) -> None:
        """Read no more for now: what comes waits in the system, and is lost when it is full."""
        if self._is_reading:
            self._is_reading = False
            for sock in self._sockets:
                self._loop.remove_reader(sock)

    def resume(self) -> None:
        if not (self._is_reading or self._is_closed):
            self._is_reading = True
            for sock in self._sockets:
                self._loop.add_reader(sock, self._read, sock)

    def close(self) -> None:
        """Stop reading and close the sockets. Idempotent; ``send`` is False from now on."""
        self.pause()
        self._is_closed = True
        self._routes.clear()
        for sock in self._sockets:
            sock.close()

    def _find_route(self, address: Address) -> tuple[socket.socket, SockAddr] | None:
        if self._is_closed:
            return None
        try:
            host = canonical_host(address[0])
            family, sockaddr = self._scopes.sockaddr_of((host, address[1]))
            sock = _nearest([s for s in self._sockets if s.family == family], host)
        except (OSError, ValueError):
            return None
        if sock is None:
            return None
        if len(self._routes) >= _ROUTES_MAX:
            self._routes.clear()
        self._routes[address] = sock, sockaddr
        return sock, sockaddr

    def _read(self, sock: socket.socket) -> None:
        for _ in range(DATAGRAMS_PER_WAKEUP):
            try:
                size, sockaddr = sock.recvfrom_into(self._buffer)
            except BlockingIOError:
                return
            except OSError:
                # an ICMP error of an earlier send, a card gone, on Windows a datagram
                # above the buffer: each is told once and the socket goes on
                continue
            if size <= DATAGRAM_MAX_BYTES:
                data = bytes(memoryview(self._buffer)[:size])
                self._on_datagram(data, self._scopes.address_of(sockaddr))
            if not self._is_reading:
                return


def _prepare(sock: socket.socket, buffer_bytes: int) -> None:
    """What every datagram socket of ours needs beyond being bound."""
    sock.setblocking(False)
    _set_buffer(sock, socket.SO_RCVBUF, buffer_bytes)
    _set_buffer(sock, socket.SO_SNDBUF, buffer_bytes)
    if sys.platform == "win32":
        _ignore_unreachable_ports(sock)


def _set_buffer(sock: socket.socket, option: int, size_bytes: int) -> None:
    """As much of it as allowed: Linux clips, macOS refuses what is too much."""
    while size_bytes >= _SOCKET_BUFFER_MIN_BYTES:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, size_bytes)
            return
        size_bytes //= 2


def _nearest(sockets: Sequence[socket.socket], host: str) -> socket.socket | None:
    """The socket bound nearest to ``host``: the longest common prefix, as routing does."""
    if len(sockets) < 2:
        return sockets[0] if sockets else None

    def distance(sock: socket.socket) -> int:
        return int(ip_address(sock.getsockname()[0])) ^ int(ip_address(host.partition("%")[0]))

    return min(sockets, key=distance)


if sys.platform == "win32":
    import ctypes

    _SIO_UDP_CONNRESET: Final = 0x9800000C

    def _ignore_unreachable_ports(sock: socket.socket) -> None:
        """Without this, one peer that closed its port makes our next receive fail.

        ``socket.ioctl`` knows only three codes, and this is none of them.
        """
        off, size = ctypes.c_ulong(0), ctypes.c_ulong(0)
        ctypes.windll.ws2_32.WSAIoctl(
            ctypes.c_size_t(sock.fileno()),
            _SIO_UDP_CONNRESET,
            ctypes.byref(off),
            ctypes.sizeof(off),
            None,
            0,
            ctypes.byref(size),
            None,
            None,
        )
