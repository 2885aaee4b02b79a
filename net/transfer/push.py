"""When the receiver cannot connect to the sender, the sender connects to the receiver.

Both try; the receiver alone decides which stream is used. As long as it has not said
``hello`` itself it takes the sender's with ``pull``, afterwards it refuses that one.
Source: PROTOCOL, "Who calls".
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from net.protocol.handshake import Entropy
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address
from net.protocol.stream import StreamHandshake
from net.protocol.transfer import Pull, Refuse
from net.streams import STREAM_VERSION, Stream, StreamHello
from net.transfer.channel import SealedChannel
from net.transfer.dial import TRANSFER, say_hello
from net.transfer.faults import TransferFault
from net.transfer.progress import Progress
from net.transfer.race import race

HEAD_START_S: Final = 0.5
"""What the receiver's own way gets: it is the usual one."""
PUSH_WAIT_S: Final = 2.0
"""The receiver waits so long for the sender's call though nobody answers its own."""
TAKEN: Final = "taken"


class PushSlot:
    """Where the loop leaves a stream that the sender has opened, for the thread that
    still tries to reach the sender. Any thread; holds one stream at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stream: Stream | None = None
        self._is_open = True

    @property
    def is_filled(self) -> bool:
        return self._stream is not None

    def put(self, stream: Stream) -> bool:
        """False: it came too late, or second, and stays the caller's."""
        with self._lock:
            if not self._is_open or self._stream:
                return False
            self._stream = stream
            return True

    def close(self) -> Stream | None:
        """Nothing can be put in any more. What was, and is now the caller's."""
        with self._lock:
            self._is_open = False
            stream, self._stream = self._stream, None
            return stream


@dataclass(frozen=True, slots=True)
class Reached:
    """A stream on which the sender is about to speak, and who called."""

    channel: SealedChannel
    is_pushed: bool


def reach_sender(
    addresses: Sequence[Address],
    identity: Identity,
    entropy: Entropy,
    peer: PeerId,
    transfer_id: bytes,
    *,
    slot: PushSlot,
    timeout_s: float,
    progress: Progress,
) -> Reached:
    """The receiver's side: as ``dial``, but a stream put into ``slot`` is as good.

    Whatever happens, the slot is closed and nothing is left in it.
    """
    try:
        winner = race(
            addresses,
            lambda: StreamHandshake(identity, entropy, is_initiator=True, expected=peer),
            timeout_s=timeout_s,
            progress=progress,
            is_called_off=lambda: slot.is_filled,
            stay_s=PUSH_WAIT_S,
        )
        pushed = slot.close()
        if pushed:
            if winner:
                winner.close()
            return Reached(take_push(pushed, progress), is_pushed=True)
        assert winner is not None  # only a filled slot ends the race without one
        hello = StreamHello(STREAM_VERSION, TRANSFER, transfer_id.hex())
        return Reached(say_hello(winner, hello), is_pushed=False)
    finally:
        late = slot.close()
        if late:
            late.sock.close()


def take_push(stream: Stream, progress: Progress) -> SealedChannel:
    """Answer ``pull`` to a sender who has called. Raises TransferFault; closes it then."""
    channel = SealedChannel(stream.sock, stream.sealer, stream.opener)
    channel.attach(progress, is_sender=False)
    try:
        channel.send_header(Pull())
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    return channel


def refuse_push(stream: Stream) -> None:
    """Not this stream: we have our own, or it is not the time. Blocking; raises nothing."""
    SealedChannel(stream.sock, stream.sealer, stream.opener).part(Refuse(TAKEN))


def push(
    addresses: Sequence[Address],
    identity: Identity,
    entropy: Entropy,
    peer: PeerId,
    transfer_id: bytes,
    *,
    timeout_s: float,
    progress: Progress,
) -> Stream:
    """The sender's side: call the receiver; returns when it wants to be served on this stream.

    Blocking, ``timeout_s`` until it is reached, then until it answers. Raises
    TransferFault: as ``dial``; that the receiver refused; CONNECTION_LOST.
    """
    winner = race(
        addresses,
        lambda: StreamHandshake(identity, entropy, is_initiator=True, expected=peer),
        timeout_s=timeout_s,
        progress=progress,
    )
    assert winner is not None  # nobody could call it off
    hello = StreamHello(STREAM_VERSION, TRANSFER, transfer_id.hex(), push=True)
    channel = say_hello(winner, hello)
    channel.attach(progress, is_sender=False)
    try:
        channel.receive_header(Pull)
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    machine, host = winner.machine, winner.address[0]
    key, sealer, opener = machine.public_key, machine.sealer, machine.opener
    return Stream(winner.sock, peer, key, host, hello, sealer, opener)
