"""Both call each other for one transfer: exactly one stream comes of it."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from net.protocol.identity import Identity
from net.protocol.packet import Address
from net.protocol.transfer import Accept, Cancel, Pull, Refuse
from net.protocol.transfer import End as EndHeader
from net.streams import Stream, StreamHello
from net.transfer.channel import SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.push import PushSlot, Reached, push, reach_sender, refuse_push
from tests.unit.net.transfer.places import answering, black_hole, closed, welcome
from tests.unit.net.transfer.talk import TRANSFER_ID, WAIT_S, End, connect, running

SENDER, RECEIVER = (Identity(bytes([number]) * 32) for number in (1, 2))
WORD = Accept(1, "0" * 64)


def stream_of(end: End) -> Stream:
    hello = StreamHello(1, "transfer", TRANSFER_ID.hex(), push=True)
    peer, key = SENDER.peer_id, SENDER.public_key
    return Stream(end.sock, peer, key, "127.0.0.1", hello, end.sealer, end.opener)


def reach(slot: PushSlot, *addresses: Address, progress: Progress | None = None) -> Reached:
    return reach_sender(
        addresses,
        RECEIVER,
        os.urandom,
        SENDER.peer_id,
        TRANSFER_ID,
        slot=slot,
        timeout_s=5.0,
        progress=progress or Progress(),
    )


def call_receiver(*addresses: Address, progress: Progress | None = None) -> Stream:
    return push(
        addresses,
        SENDER,
        os.urandom,
        RECEIVER.peer_id,
        TRANSFER_ID,
        timeout_s=5.0,
        progress=progress or Progress(),
    )


def hears(end: End, word: object) -> None:
    assert end.hear_header() == word


@contextmanager
def pushed() -> Iterator[tuple[Stream, End]]:
    """A stream the sender has opened, and the sender's end of it."""
    near, far = connect()
    with near.sock, far.sock:
        yield stream_of(near), far


def test_the_receiver_takes_the_senders_call_when_its_own_reaches_nobody() -> None:
    """Real ends: the sender calls a listener that hands the stream to the waiting thread."""
    slot = PushSlot()

    def hand_on(caller: socket.socket) -> None:
        stream = welcome(caller.dup(), RECEIVER)
        assert stream is not None
        assert stream.hello == StreamHello(1, "transfer", TRANSFER_ID.hex(), push=True)
        assert slot.put(stream)

    with (
        black_hole() as hole,
        running(lambda: reach(slot, hole)) as reaching,
        answering(hand_on) as address,
    ):
        called = call_receiver(closed(), address)
        assert called.peer == RECEIVER.peer_id
        sender = SealedChannel(called.sock, called.sealer, called.opener)
        sender.send_header(WORD)
        reached = reaching.result(WAIT_S)
        assert reached.is_pushed
        assert reached.channel.receive() == WORD
        reached.channel.part()
        sender.part()


@pytest.mark.parametrize("place", [closed, lambda: ("nonsense", 1)])
def test_a_push_is_waited_for_when_the_senders_address_refuses_at_once(
    place: Callable[[], Address],
) -> None:
    slot = PushSlot()
    with pushed() as (stream, sender), running(lambda: reach(slot, place())) as reaching:
        assert slot.put(stream)
        hears(sender, Pull())
        reached = reaching.result(WAIT_S)
        assert reached.is_pushed
        reached.channel.part()


def test_without_a_push_nobody_is_unreachable() -> None:
    slot = PushSlot()
    with pytest.raises(TransferFault) as fault:
        reach(slot, closed())
    assert fault.value.fault is Fault.UNREACHABLE
    with pushed() as (stream, _):
        assert not slot.put(stream)


def test_a_push_is_too_late_once_the_receiver_has_said_hello() -> None:
    def answer(caller: socket.socket) -> None:
        stream = welcome(caller, SENDER)
        assert stream is not None
        assert stream.hello == StreamHello(1, "transfer", TRANSFER_ID.hex())

    slot = PushSlot()
    with answering(answer) as address, pushed() as (stream, sender):
        reached = reach(slot, address)
        assert not reached.is_pushed
        assert not slot.put(stream)
        with running(lambda: refuse_push(stream)):
            hears(sender, Refuse("taken"))
            sender.finish()
        reached.channel.part()


def test_a_push_in_the_last_moment_wins_and_no_hello_is_said() -> None:
    """It is put in while the receiver's own handshake is being answered."""
    slot = PushSlot()
    with pushed() as (stream, sender):

        def answer(caller: socket.socket) -> None:
            assert slot.put(stream)
            with suppress(ConnectionError, EOFError):
                assert welcome(caller, SENDER) is None

        with answering(answer) as address:
            reached = reach(slot, address)
            assert reached.is_pushed
            hears(sender, Pull())
            reached.channel.part()


def test_a_second_push_is_refused() -> None:
    slot = PushSlot()
    with pushed() as (first, _), pushed() as (second, _):
        assert slot.put(first)
        assert not slot.put(second)
        assert slot.close() is first
        assert slot.close() is None


def test_a_push_that_breaks_is_a_lost_connection() -> None:
    slot = PushSlot()
    with pushed() as (stream, _):
        slot.put(stream)
        stream.sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(TransferFault) as fault:
            reach(slot, closed())
        assert stream.sock.fileno() < 0
    assert fault.value.fault is Fault.CONNECTION_LOST


def test_a_cancel_hangs_up_on_the_push() -> None:
    progress, slot = Progress(), PushSlot()
    progress.cancel(Fault.BY_USER)
    with pushed() as (stream, _):
        slot.put(stream)
        with pytest.raises(TransferFault) as fault:
            reach(slot, closed(), progress=progress)
        assert fault.value.fault is Fault.BY_USER
        assert stream.sock.fileno() < 0


def answers(word: object) -> Callable[[socket.socket], None]:
    def answer(caller: socket.socket) -> None:
        stream = welcome(caller, RECEIVER)
        assert stream is not None
        End(caller, stream.sealer, stream.opener).say(word)
        while caller.recv(1000):
            pass

    return answer


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (Refuse("taken"), Fault.BY_PEER),
        (Refuse("not_offered"), Fault.NOT_OFFERED),
        (Cancel("no_space"), Fault.NO_SPACE),
        (EndHeader(), Fault.BROKEN_PEER),
        (WORD, Fault.BROKEN_PEER),
    ],
)
def test_a_sender_that_is_not_pulled_says_nothing(word: object, expected: Fault) -> None:
    with answering(answers(word)) as address, pytest.raises(TransferFault) as fault:
        call_receiver(address)
    assert fault.value.fault is expected


def test_a_sender_stops_waiting_for_an_answer_when_cancelled() -> None:
    """The receiver has connected meanwhile: its stream wins."""
    progress = Progress()

    def answer(caller: socket.socket) -> None:
        stream = welcome(caller, RECEIVER)
        assert stream is not None
        progress.cancel(Fault.STOPPED)
        hears(End(caller, stream.sealer, stream.opener), Cancel("stopped"))

    with answering(answer) as address, pytest.raises(TransferFault) as fault:
        call_receiver(address, progress=progress)
    assert fault.value.fault is Fault.STOPPED
