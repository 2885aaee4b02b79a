"""A stream that is proven, without a network."""

from net.protocol.stream import StreamHandshake
from tests.sim.network import identity, seeded


def proven() -> StreamHandshake:
    """The side that called, when both are done."""
    called = StreamHandshake(identity("b"), seeded("b"), is_initiator=False)
    caller = StreamHandshake(identity("a"), seeded("a"), is_initiator=True)
    while not (caller.is_done and called.is_done):
        for speaker, listener in ((caller, called), (called, caller)):
            record = speaker.send()
            if record is not None:
                listener.receive(record[5:])
    return caller
