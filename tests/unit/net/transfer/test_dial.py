"""Dialling: the right peer or nobody, within the time given, whatever other addresses do."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from net.protocol.identity import Identity
from net.protocol.packet import Address
from net.protocol.transfer import End as EndHeader
from net.streams import StreamHello
from net.transfer.channel import SealedChannel
from net.transfer.dial import dial
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from tests.unit.net.transfer.places import answering, black_hole, closed, silent, welcome
from tests.unit.net.transfer.talk import TRANSFER_ID, WAIT_S, End, running

ME, PEER, OTHER = (Identity(bytes([number]) * 32) for number in (1, 2, 3))


def accept_as(identity: Identity) -> Callable[[socket.socket], None]:
    def answer(caller: socket.socket) -> None:
        stream = welcome(caller, identity)
        if stream:
            assert stream.peer == ME.peer_id
            assert stream.hello == StreamHello(1, "transfer", TRANSFER_ID.hex())
            End(caller, stream.sealer, stream.opener).say(EndHeader())

    return answer


def call(
    *addresses: Address, progress: Progress | None = None, timeout_s: float = 5.0
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


def fault_of(*addresses: Address, timeout_s: float = 5.0) -> Fault:
    with pytest.raises(TransferFault) as fault:
        call(*addresses, timeout_s=timeout_s)
    return fault.value.fault


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_peer_is_reached_and_asked_for_the_transfer(host: str) -> None:
    with answering(accept_as(PEER), host) as address:
        channel = call(address)
        assert channel.receive() == EndHeader()
        channel.part()


class Bytewise(socket.socket):
    """Says everything byte by byte."""

    def sendall(self, data: Any, *_: object) -> None:
        for at in range(len(data)):
            self.send(data[at : at + 1])


def test_b07_a_handshake_cut_anywhere_is_read_whole() -> None:
    def answer(caller: socket.socket) -> None:
        with Bytewise(fileno=caller.detach()) as slow:
            slow.settimeout(WAIT_S)
            slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            accept_as(PEER)(slow)

    with answering(answer) as address:
        channel = call(address)
        assert channel.receive() == EndHeader()
        channel.part()


def test_an_address_nobody_listens_at_is_passed_over() -> None:
    with answering(accept_as(PEER)) as address:
        call(closed(), ("nonsense", 1), ("127.0.0.1", 0), address).part()


def test_an_address_that_cannot_even_be_called_is_passed_over() -> None:
    """The system refuses it at once."""
    everybody = ("255.255.255.255", 9)
    with answering(accept_as(PEER)) as address:
        call(everybody, address).part()
    assert fault_of(everybody) is Fault.UNREACHABLE


def test_e06_somebody_else_at_the_address_is_not_the_peer() -> None:
    with answering(accept_as(OTHER)) as address:
        assert fault_of(address) is Fault.BROKEN_PEER


def test_nobody_anywhere_is_unreachable() -> None:
    assert fault_of(closed()) is Fault.UNREACHABLE
    assert fault_of() is Fault.UNREACHABLE


def test_others_everywhere_are_not_the_peer() -> None:
    with answering(accept_as(OTHER)) as first, answering(accept_as(ME)) as second:
        assert fault_of(first, second) is Fault.BROKEN_PEER


def test_where_one_address_is_silent_the_peer_may_still_be() -> None:
    with answering(accept_as(OTHER)) as other:
        assert fault_of(other, closed()) is Fault.UNREACHABLE


def test_a_black_hole_does_not_hold_up_the_next_address() -> None:
    with black_hole() as hole, answering(accept_as(PEER)) as address:
        channel = call(hole, hole, address)
        assert channel.receive() == EndHeader()
        channel.part()


def test_e06_an_impostor_does_not_hold_up_the_next_address() -> None:
    with answering(accept_as(OTHER)) as other, answering(accept_as(PEER), "::1") as address:
        call(other, address).part()


def test_the_losers_are_hung_up_on() -> None:
    with silent() as (address, listener), answering(accept_as(PEER)) as winner:
        channel = call(address, winner)
        loser, _ = listener.accept()
        with loser:
            loser.settimeout(WAIT_S)
            while loser.recv(1000):  # what it said before
                pass
        channel.part()


def test_an_address_known_twice_is_called_once() -> None:
    with silent() as (address, listener):
        assert fault_of(address, address, timeout_s=0.5) is Fault.UNREACHABLE
        listener.accept()[0].close()
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


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
    with silent() as (address, _):
        assert fault_of(address, timeout_s=0.3) is Fault.UNREACHABLE


def test_a_cancel_ends_the_dialling() -> None:
    progress = Progress()
    with (
        silent() as (address, listener),
        black_hole() as hole,
        running(lambda: call(hole, address, progress=progress)) as calling,
    ):
        caller, _ = listener.accept()  # so it is in the middle of both
        progress.cancel(Fault.STOPPED)
        fault = calling.exception(WAIT_S)
        caller.close()
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.STOPPED
