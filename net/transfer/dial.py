"""Reaching the other side of a transfer, from the transfer's own thread."""

from collections.abc import Sequence
from typing import Final

import msgspec

from net.protocol.handshake import Entropy
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address
from net.protocol.stream import StreamHandshake, StreamType
from net.streams import STREAM_VERSION, StreamHello
from net.transfer.channel import SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.race import Attempt, race

TRANSFER: Final = "transfer"


def dial(
    addresses: Sequence[Address],
    identity: Identity,
    entropy: Entropy,
    peer: PeerId,
    transfer_id: bytes,
    *,
    timeout_s: float,
    progress: Progress,
    use: str = TRANSFER,
) -> SealedChannel:
    """Connect to the address that first answers as ``peer``, and say what for.

    The best address comes first. Blocking, ``timeout_s`` for all together. Raises
    TransferFault: UNREACHABLE when nobody answers, BROKEN_PEER when only others than
    ``peer`` do, or why ``progress`` was cancelled.
    """
    hello = StreamHello(STREAM_VERSION, use, transfer_id.hex())
    winner = race(
        addresses,
        lambda: StreamHandshake(identity, entropy, is_initiator=True, expected=peer),
        timeout_s=timeout_s,
        progress=progress,
    )
    assert winner is not None  # nobody could call it off
    return say_hello(winner, hello)


def say_hello(winner: Attempt, hello: StreamHello) -> SealedChannel:
    """The first header after the handshake. Raises TransferFault UNREACHABLE."""
    machine = winner.machine
    record = machine.sealer.seal(StreamType.HEADER, msgspec.json.encode(hello))
    try:
        if winner.sock.send(record) < len(record):  # into an empty buffer of many KiB
            raise ConnectionError("hello does not fit")
        return SealedChannel(winner.sock, machine.sealer, machine.opener)
    except OSError as error:
        winner.close()
        raise TransferFault(Fault.UNREACHABLE, str(error)) from error
