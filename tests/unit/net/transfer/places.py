"""Addresses to call, on loopback: where the peer answers, or another, or nobody."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from net.protocol.identity import Identity
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.packet import Address
from net.protocol.stream import StreamHandshake, StreamType, parse_handshake_prefix
from net.protocol.transfer import decode_strictly
from net.streams import Stream, StreamHello
from tests.unit.net.transfer.talk import WAIT_S, End, running


@contextmanager
def answering(
    answer: Callable[[socket.socket], object], host: str = "127.0.0.1"
) -> Iterator[Address]:
    """A listener whose first caller is given to ``answer``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        listener.settimeout(WAIT_S)

        def work() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.settimeout(WAIT_S)
                answer(caller)

        with running(work) as answered:
            yield listener.getsockname()[:2]
            answered.result(WAIT_S)


@contextmanager
def silent() -> Iterator[tuple[Address, socket.socket]]:
    """An address that takes connections and never says a word; its listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(WAIT_S)
        yield listener.getsockname(), listener


@contextmanager
def black_hole() -> Iterator[Address]:
    """An address where packets vanish: the system drops them when nobody accepts."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        stack.enter_context(socket.create_connection(listener.getsockname()))
        yield listener.getsockname()


def closed() -> Address:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address: Address = listener.getsockname()
        return address


def welcome(caller: socket.socket, identity: Identity) -> Stream | None:
    """The listener's half: the handshake and ``hello``. None: they do not want us."""
    machine = StreamHandshake(identity, os.urandom, is_initiator=False)
    for _ in range(2):
        prefix = caller.recv(STREAM_PREFIX_BYTES)
        if not prefix:
            return None
        machine.receive(caller.recv(parse_handshake_prefix(prefix)))
        record = machine.send()
        if record is not None:
            caller.sendall(record)
    kind, body = End(caller, machine.sealer, machine.opener).hear()
    assert kind is StreamType.HEADER
    hello: StreamHello = decode_strictly(body, StreamHello)
    key, sealer, opener = machine.public_key, machine.sealer, machine.opener
    return Stream(caller, machine.peer, key, caller.getpeername()[0], hello, sealer, opener)
