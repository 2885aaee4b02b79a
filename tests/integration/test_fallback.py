"""Who may come by stream when UDP is blocked: made-up people are few, contacts are not."""

import asyncio
import os
import socket
from contextlib import ExitStack

import pytest

from net import fallback
from net.fallback import Fallback
from net.protocol.identity import PeerId
from net.protocol.session import DatagramEndpoint
from net.streams import Stream, StreamHello
from tests.integration.proven import proven
from tests.sim.network import identity

CONTACT = PeerId(b"c" * 32)


def make_door() -> Fallback:
    me = identity("a")
    return Fallback(
        me,
        os.urandom,
        48484,
        DatagramEndpoint(me, os.urandom, 0.0),
        is_contact=lambda peer: peer == CONTACT,
        on_established=lambda _: None,
        on_payload=lambda *_: None,
        on_lost=lambda _: None,
    )


def taken(*, people: int) -> tuple[int, bool]:
    """Of so many strangers, each from a host of their own; and whether a contact after them is."""

    async def scenario(stack: ExitStack) -> tuple[int, bool]:
        side, door = proven(), make_door()

        def is_taken(peer: PeerId, host: str) -> bool:
            here, there = socket.socketpair()
            stack.enter_context(there)
            here.setblocking(False)
            hello = StreamHello(v=1, use="session", port=48484)
            door.take(Stream(here, peer, b"k" * 32, host, hello, side.sealer, side.opener))
            return here.fileno() >= 0

        came = [is_taken(PeerId(bytes([n]) * 32), f"10.0.0.{n + 1}") for n in range(people)]
        is_contact_taken = is_taken(CONTACT, "10.0.1.1")
        await door.stop()
        return sum(came), is_contact_taken

    with ExitStack() as stack:
        return asyncio.run(scenario(stack))


def test_d03_no_more_strangers_are_talked_to_by_stream_than_there_are_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fallback, "STRANGERS_MAX", 5)
    assert taken(people=20) == (5, True)


def test_d04_strangers_come_by_stream_at_a_bounded_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "STRANGERS_BURST", 4)
    monkeypatch.setattr(fallback, "STRANGERS_PER_S", 0.0001)
    assert taken(people=20) == (4, True)


def test_d15_so_many_are_called_at_once_and_nobody_at_another_services_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fallback, "DIALS_MAX", 3)

    async def scenario() -> None:
        door = make_door()
        for port in (22, 1023, *range(2000, 2010)):
            door.replace(CONTACT, ("127.0.0.1", port))
        assert [address[1] for address, _ in door._dials] == [2000, 2001, 2002]
        await door.stop()

    asyncio.run(scenario())


def test_who_was_talked_to_by_stream_is_not_sent_to_after_the_end() -> None:
    async def scenario() -> None:
        side, door = proven(), make_door()
        here, there = socket.socketpair()
        here.setblocking(False)
        hello = StreamHello(v=1, use="session", port=48484)
        door.take(Stream(here, CONTACT, b"k" * 32, "10.0.0.2", hello, side.sealer, side.opener))
        with there:
            assert door.resume(CONTACT)
            assert door.send(CONTACT, [b"x"])
            await door.stop()
            assert not door.send(CONTACT, [b"x"])

    asyncio.run(scenario())
