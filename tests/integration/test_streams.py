"""Streams whose other end says, or reads, nothing."""

import asyncio
import os
import socket

import pytest

from net import streams
from net.protocol.gate import nobody
from net.streams import QUEUE_MAX_PAYLOADS, ChatStream, Listener, Stream, StreamHello, dial
from tests.integration.proven import proven
from tests.sim.network import identity

SEALED_BYTES = 5 + 1 + 16
"""Of a payload of one byte."""


async def chat_with(sock: socket.socket, closed: asyncio.Event) -> ChatStream:
    sock.setblocking(False)
    side, hello = proven(), StreamHello(v=1, use="chat")
    stream = Stream(sock, side.peer, side.public_key, "10.0.0.2", hello, side.sealer, side.opener)
    return ChatStream(stream, lambda *_: None, lambda _: closed.set())


def test_d02_what_waits_for_a_slow_reader_is_bounded() -> None:
    async def scenario() -> None:
        here, there = socket.socketpair()
        closed = asyncio.Event()
        with there:
            there.setblocking(False)
            chat = await chat_with(here, closed)
            for _ in range(QUEUE_MAX_PAYLOADS):
                chat.send(b"x")
            left = QUEUE_MAX_PAYLOADS * SEALED_BYTES
            while left:
                left -= len(await asyncio.get_running_loop().sock_recv(there, left))
            assert not closed.is_set()
            for _ in range(QUEUE_MAX_PAYLOADS + 1):
                chat.send(b"x")
            async with asyncio.timeout(20):
                await closed.wait()
            await chat.close()

    asyncio.run(scenario())


def test_b04_a_listener_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CONNECT_TIMEOUT_S", 0.1)

    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address, hello = silent.getsockname()[:2], StreamHello(v=1, use="chat")
            calling = asyncio.create_task(dial(address, identity("a"), os.urandom, None, hello))
            await asyncio.wait([calling], timeout=20)
            is_over = calling.done()
            calling.cancel()
            with pytest.raises((TimeoutError, asyncio.CancelledError)):
                await calling
            assert is_over

    asyncio.run(scenario())


def test_neither_end_holds_back_small_records() -> None:
    async def scenario() -> None:
        server = socket.create_server(("127.0.0.1", 0))
        server.setblocking(False)
        taken: asyncio.Future[Stream] = asyncio.get_running_loop().create_future()
        listener = Listener(
            (server,),
            identity("b"),
            os.urandom,
            is_known=nobody,
            may_speak=lambda _: True,
            on_stream=taken.set_result,
        )
        listener.start()
        address, hello = server.getsockname(), StreamHello(v=1, use="chat")
        ours = await dial(address, identity("a"), os.urandom, None, hello)
        for stream in (ours, await taken):
            with stream.sock as sock:
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await listener.stop()

    asyncio.run(scenario())
