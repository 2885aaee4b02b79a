"""One node's door: nothing comes through before its owner is ready for it."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from net.node import Node
from net.ports import open_ports
from net.protocol.identity import Identity, PeerId
from net.protocol.records import Bye, Frame, Ping, encode_frame, pack_payloads
from net.protocol.session_event import Established

LOOPBACK = "127.0.0.1"
PATIENCE_S = 10.0


class Listener:
    """Takes what comes; ``fault`` is raised for every frame."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.met: list[PeerId] = []
        self.fresh = 0
        self.ended: list[PeerId] = []
        self.frames: list[Frame] = []
        self.changed = asyncio.Event()

    def on_established(self, event: Established) -> None:
        self.met.append(event.peer)
        self.fresh += event.is_fresh
        self.changed.set()

    def on_frames(self, _peer: PeerId, frames: Sequence[Frame]) -> None:
        self.frames += frames
        self.changed.set()
        if self.fault:
            raise self.fault

    def on_ended(self, peer: PeerId) -> None:
        self.ended.append(peer)
        self.changed.set()

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


class Pair:
    """Two nodes, and what their owners heard. A deaf one reads no datagrams."""

    def __init__(self) -> None:
        self.callers, self.callees = Listener(), Listener()
        self.here, self.there = make(self.callers), make(self.callees)
        self.here.start()
        self.there.start()

    def deafen(self) -> None:
        self.here._udp.pause()
        self.there._udp.pause()

    def undeafen(self) -> None:
        self.here._udp.resume()
        self.there._udp.resume()

    async def meet(self) -> None:
        fresh = self.callers.fresh, self.callees.fresh
        self.here.connect((LOOPBACK, self.there.port))
        await self.callers.until(lambda: self.callers.fresh > fresh[0])
        self.here.send(self.callers.met[-1], [encode_frame(Ping(0))])
        await self.callees.until(lambda: self.callees.fresh > fresh[1])
        self.there_id, self.here_id = self.callers.met[-1], self.callees.met[-1]

    async def talk(self, first: int) -> None:
        """Each hears all that the other says now, in order."""
        tokens = list(range(first, first + 50))
        for token in tokens:
            assert self.here.send(self.there_id, [encode_frame(Ping(token))])
            assert self.there.send(self.here_id, [encode_frame(Ping(token))])
        for one in (self.callers, self.callees):
            await one.until(lambda one=one: Ping(tokens[-1]) in one.frames)
            heard = [frame.token for frame in one.frames if isinstance(frame, Ping)]
            assert [token for token in heard if token >= first] == tokens

    @property
    def is_by_stream(self) -> tuple[bool, bool]:
        return self.here.is_by_stream(self.there_id), self.there.is_by_stream(self.here_id)

    async def stop(self) -> None:
        await self.here.stop()
        await self.there.stop()


def play(scenario: Callable[[Pair], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        pair = Pair()
        try:
            await scenario(pair)
        finally:
            await pair.stop()

    asyncio.run(whole())


def test_a_call_that_udp_does_not_carry_is_answered_by_stream() -> None:
    async def scenario(pair: Pair) -> None:
        pair.deafen()
        await pair.meet()
        assert pair.is_by_stream == (True, True)
        await pair.talk(100)

    play(scenario)


def test_the_session_over_udp_takes_over_as_soon_as_there_is_one() -> None:
    async def scenario(pair: Pair) -> None:
        pair.deafen()
        await pair.meet()
        pair.undeafen()
        await pair.meet()
        assert pair.is_by_stream == (False, False)
        await pair.talk(100)
        assert not pair.callers.ended
        assert not pair.callees.ended

    play(scenario)


def test_a_silent_session_goes_over_to_a_stream_at_both_ends() -> None:
    async def scenario(pair: Pair) -> None:
        await pair.meet()
        pair.deafen()
        pair.here.replace_by_stream(pair.there_id, (LOOPBACK, pair.there.port))
        await pair.callers.until(lambda: pair.callers.fresh == 2)
        pair.here.send(pair.there_id, [encode_frame(Ping(1))])
        await pair.callees.until(lambda: pair.callees.fresh == 2)
        assert pair.is_by_stream == (True, True)
        await pair.talk(100)

    play(scenario)


def test_a_session_that_is_heard_in_time_stays() -> None:
    async def scenario(pair: Pair) -> None:
        await pair.meet()
        met = len(pair.callers.met)
        pair.here.replace_by_stream(pair.there_id, (LOOPBACK, pair.there.port))
        pair.there.send(pair.here_id, [encode_frame(Ping(1))])
        await pair.callers.until(lambda: len(pair.callers.met) > met)
        assert pair.callers.fresh == pair.callees.fresh == 1
        assert pair.is_by_stream == (False, False)
        await pair.talk(100)

    play(scenario)


def test_both_sides_go_over_at_once() -> None:
    async def scenario(pair: Pair) -> None:
        await pair.meet()
        pair.deafen()
        pair.here.replace_by_stream(pair.there_id, (LOOPBACK, pair.there.port))
        pair.there.replace_by_stream(pair.here_id, (LOOPBACK, pair.here.port))
        await pair.callers.until(lambda: pair.here.is_by_stream(pair.there_id))
        await pair.callees.until(lambda: pair.there.is_by_stream(pair.here_id))
        await pair.talk(100)
        assert not pair.callers.ended
        assert not pair.callees.ended

    play(scenario)


def test_whose_stream_ends_is_away() -> None:
    async def scenario(pair: Pair) -> None:
        pair.deafen()
        await pair.meet()
        await pair.there.stop()
        await pair.callers.until(lambda: pair.callers.ended == [pair.there_id])
        assert not pair.here.has_session(pair.there_id)

    play(scenario)


def test_a_goodbye_by_a_way_that_was_left_is_not_heard() -> None:
    """It was under way when its speaker came back."""

    async def scenario(pair: Pair) -> None:
        pair.deafen()
        await pair.meet()
        left = pair.here._fallback._streams.of(pair.there_id)[-1]
        pair.undeafen()
        await pair.meet()
        left.send(pack_payloads([encode_frame(Bye()), encode_frame(Ping(7))])[0])
        await pair.callees.until(lambda: Ping(7) in pair.callees.frames)
        assert Bye() not in pair.callees.frames

    play(scenario)
