"""Reaching the other side of a transfer, from the transfer's own thread."""

import errno
import logging
import os
import socket
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from net.addresses import Scopes
from net.protocol.errors import RemoteProtocolError
from net.protocol.handshake import Entropy
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.packet import Address
from net.protocol.stream import StreamHandshake, StreamType, parse_handshake_prefix
from net.streams import StreamHello
from net.transfer.channel import STEP_S, SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.waiting import is_ready

log = logging.getLogger(__name__)

STREAM_VERSION: Final = 1
ADDRESS_S: Final = 3.0
"""For one address: a host on this network answers in milliseconds or not at all."""

_UNDER_WAY: Final = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK})


def dial(
    addresses: Sequence[Address],
    identity: Identity,
    entropy: Entropy,
    peer: PeerId,
    transfer_id: bytes,
    *,
    timeout_s: float,
    progress: Progress,
) -> SealedChannel:
    """Connect to the first address that answers as ``peer``, and ask for the transfer.

    Blocking, ``timeout_s`` for all addresses together. Raises TransferFault:
    UNREACHABLE when nobody answers, BROKEN_PEER when only others than ``peer`` do, or
    why ``progress`` was cancelled.
    """
    hello = StreamHello(STREAM_VERSION, "transfer", transfer_id.hex())
    end_s = time.monotonic() + timeout_s
    fault = TransferFault(Fault.UNREACHABLE, "no address to try")
    for address in addresses:
        machine = StreamHandshake(identity, entropy, is_initiator=True, expected=peer)
        deadline_s = min(end_s, time.monotonic() + ADDRESS_S)
        try:
            return _Dialing(deadline_s, progress).run(address, machine, hello)
        except (OSError, ValueError) as error:
            fault = TransferFault(Fault.UNREACHABLE, f"{address[0]}: {error}")
        except RemoteProtocolError as error:
            fault = TransferFault(Fault.BROKEN_PEER, f"{address[0]}: {error}")
        log.info("no stream: %s", fault)
    raise fault


class _Dialing:
    """One attempt at one address. Raises OSError (TimeoutError too) and RemoteProtocolError."""

    def __init__(self, deadline_s: float, progress: Progress) -> None:
        self._deadline_s = deadline_s
        self._progress = progress

    def run(self, address: Address, machine: StreamHandshake, hello: StreamHello) -> SealedChannel:
        family, place = Scopes().sockaddr_of(address)
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(place)
            if code in _UNDER_WAY:
                self._wait(sock, to_write=True)
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, os.strerror(code))
            self._shake_hands(sock, machine)
            self._send(sock, machine.sealer.seal(StreamType.HEADER, msgspec.json.encode(hello)))
            return SealedChannel(sock, machine.sealer, machine.opener)
        except BaseException:
            sock.close()
            raise

    def _shake_hands(self, sock: socket.socket, machine: StreamHandshake) -> None:
        while not machine.is_done:
            record = machine.send()
            if record is not None:
                self._send(sock, record)
            else:
                size = parse_handshake_prefix(self._receive(sock, STREAM_PREFIX_BYTES))
                machine.receive(self._receive(sock, size))

    def _send(self, sock: socket.socket, data: bytes) -> None:
        while data:
            self._wait(sock, to_write=True)
            data = data[sock.send(data) :]

    def _receive(self, sock: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self._wait(sock, to_write=False)
            more = sock.recv(size - len(data))
            if not more:
                raise ConnectionError("hung up during the handshake")
            data += more
        return data

    def _wait(self, sock: socket.socket, *, to_write: bool) -> None:
        while not is_ready(sock, to_write=to_write, timeout_s=STEP_S):
            self._progress.check()
            if time.monotonic() >= self._deadline_s:
                raise TimeoutError("no answer in time")
