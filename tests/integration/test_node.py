"""One node's door: nothing comes through before its owner is ready for it."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import pytest

from net.node import Node
from net.ports import open_ports
from net.protocol.identity import Identity, PeerId
from net.protocol.records import Frame, Ping, encode_frame
from net.protocol.session_event import Established

LOOPBACK = "127.0.0.1"
PATIENCE_S = 10.0


class Listener:
    """Takes what comes; ``fault`` is raised for every frame."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.met: list[PeerId] = []
        self.frames: list[Frame] = []
        self.changed = asyncio.Event()

    def on_established(self, event: Established) -> None:
        self.met.append(event.peer)
        self.changed.set()

    def on_frames(self, _peer: PeerId, frames: Sequence[Frame]) -> None:
        self.frames += frames
        self.changed.set()
        if self.fault:
            raise self.fault

    def is_known(self, _peer: PeerId) -> bool:
        return True

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None

    async def until(self, is_so: Any) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()


def make(listener: Listener) -> Node:
    ports = open_ports(48484, is_fixed=False, bind=(LOOPBACK,))
    identity = Identity(os.urandom(32))
    return Node(identity, os.urandom, ports, listener, epoch=os.urandom(8), bind=(LOOPBACK,))


def test_a_call_that_comes_before_the_start_is_answered_after_it() -> None:
    async def scenario() -> None:
        caller, callee = Listener(), Listener()
        here, there = make(caller), make(callee)
        here.start()
        here.connect((LOOPBACK, there.port))
        await asyncio.sleep(0.05)  # nothing to wait for: nothing may happen
        assert not callee.met
        there.start()
        await callee.until(lambda: callee.met)
        await caller.until(lambda: caller.met)
        await here.stop()
        await there.stop()

    asyncio.run(scenario())


@pytest.mark.expects_log("a listener")
def test_g17_a_handler_that_raises_loses_nothing_else() -> None:
    async def scenario() -> None:
        caller, callee = Listener(), Listener(RuntimeError("a bug"))
        here, there = make(caller), make(callee)
        here.start()
        there.start()
        here.connect((LOOPBACK, there.port))
        await caller.until(lambda: caller.met)
        for token in range(20):
            here.send(caller.met[0], [encode_frame(Ping(token))])
        await callee.until(lambda: len(callee.frames) == 20)
        await here.stop()
        await there.stop()

    asyncio.run(scenario())
