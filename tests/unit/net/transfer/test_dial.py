"""Dialling: the right peer or nobody, within the time given."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from net.protocol.identity import Identity
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.stream import StreamHandshake, StreamType, parse_handshake_prefix
from net.protocol.transfer import End as EndHeader
from net.transfer.channel import SealedChannel
from net.transfer.dial import dial
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from tests.unit.net.transfer.talk import TRANSFER_ID, WAIT_S, End, running

ME, PEER, OTHER = (Identity(bytes([number]) * 32) for number in (1, 2, 3))


@contextmanager
def answering(
    answer: Callable[[socket.socket], object], host: str = "127.0.0.1"
) -> Iterator[tuple[str, int]]:
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


def accept_as(identity: Identity) -> Callable[[socket.socket], None]:
    def answer(caller: socket.socket) -> None:
        machine = StreamHandshake(identity, os.urandom, is_initiator=False)
        for _ in range(2):
            prefix = caller.recv(STREAM_PREFIX_BYTES)
            if not prefix:
                return  # they do not want us
            machine.receive(caller.recv(parse_handshake_prefix(prefix)))
            record = machine.send()
            if record is not None:
                caller.sendall(record)
        end = End(caller, machine.sealer, machine.opener)
        kind, hello = end.hear()
        assert kind is StreamType.HEADER
        assert hello == (
            b'{"t":"hello","v":1,"for":"transfer","transfer":"' + TRANSFER_ID.hex().encode() + b'"}'
        )
        end.say(EndHeader())

    return answer


def call(
    *addresses: tuple[str, int], progress: Progress | None = None, timeout_s: float = 5.0
) -> SealedChannel:
    return dial(
        addresses,
        ME,
        os.urandom,
        PEER.peer_id,
        TRANSFER_ID,
        timeout_s=timeout_s,
        progress=progress or Progress(),
    )


def fault_of(*addresses: tuple[str, int], timeout_s: float = 5.0) -> Fault:
    with pytest.raises(TransferFault) as fault:
        call(*addresses, timeout_s=timeout_s)
    return fault.value.fault


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_peer_is_reached_and_asked_for_the_transfer(host: str) -> None:
    with answering(accept_as(PEER), host) as address:
        channel = call(address)
        assert channel.receive() == EndHeader()
        channel.part()


def test_an_address_nobody_listens_at_is_passed_over() -> None:
    with answering(accept_as(PEER)) as address:
        call(("127.0.0.1", free_port()), ("nonsense", 1), ("127.0.0.1", 0), address).part()


def test_e06_somebody_else_at_the_address_is_not_the_peer() -> None:
    with answering(accept_as(OTHER)) as address:
        assert fault_of(address) is Fault.BROKEN_PEER


def test_nobody_anywhere_is_unreachable() -> None:
    assert fault_of(("127.0.0.1", free_port())) is Fault.UNREACHABLE
    assert fault_of() is Fault.UNREACHABLE


NOISE = [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", bytes(999)]


@pytest.mark.parametrize("noise", NOISE)
def test_b16_another_protocol_at_the_address_is_refused(noise: bytes) -> None:
    def answer(caller: socket.socket) -> None:
        caller.sendall(noise)
        with suppress(ConnectionResetError):  # hung up on, with our noise half read
            while caller.recv(1000):
                pass

    with answering(answer) as address:
        assert fault_of(address) is Fault.BROKEN_PEER


def test_a_peer_that_hangs_up_is_unreachable() -> None:
    with answering(lambda caller: caller.recv(1)) as address:
        assert fault_of(address) is Fault.UNREACHABLE


def test_b04_a_silent_listener_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert fault_of(listener.getsockname(), timeout_s=0.3) is Fault.UNREACHABLE


def test_a_cancel_ends_the_dialling() -> None:
    progress = Progress()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(lambda: call(listener.getsockname(), progress=progress)) as calling,
    ):
        progress.cancel(Fault.STOPPED)
        fault = calling.exception(WAIT_S)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.STOPPED
