"""Streams while others keep a listener busy: who is let in, and before what it costs."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.commands import AcceptTransfer, SendFiles, SendText, SetTrust
from app.events import OfferAdded, Ready, TransferChanged
from app.model import MessageKind, MessageState, TransferState
from net import streams
from net.protocol import gate
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import Identity
from net.streams import UNPROVEN_MAX, Listener, Stream, StreamHello, dial
from tests.hostile.peer import PATIENCE_S
from tests.integration.engines import Host

HOST = "127.0.0.1"
HELLO = StreamHello(v=1, use="chat")


class Door:
    """A listener, and who has come through."""

    def __init__(self, is_known: Callable[[str], bool] = lambda _: False) -> None:
        self._identity = Identity(os.urandom(32))
        self._sock = socket.create_server((HOST, 0), backlog=1024)
        self._sock.setblocking(False)
        self.address = HOST, self._sock.getsockname()[1]
        self.came: list[Stream] = []
        self.listener = Listener(
            (self._sock,),
            self._identity,
            os.urandom,
            is_known=is_known,
            may_speak=lambda _: True,
            on_stream=self.came.append,
        )
        self.listener.start()

    async def visit(self) -> None:
        """From HOST. Raises what ``dial`` raises when it is hung up on."""
        own = Identity(os.urandom(32))
        stream = await dial(self.address, own, os.urandom, self._identity.peer_id, HELLO)
        with stream.sock:
            count = len(self.came) + 1
            async with asyncio.timeout(PATIENCE_S):
                while len(self.came) < count:
                    await asyncio.sleep(0.001)

    async def stop(self) -> None:
        await self.listener.stop()
        for stream in self.came:
            stream.sock.close()


def at_a_door(
    scene: Callable[[Door], Awaitable[None]], is_known: Callable[[str], bool] = lambda _: False
) -> None:
    async def scenario() -> None:
        door = Door(is_known)
        try:
            await scene(door)
        finally:
            await door.stop()

    asyncio.run(scenario())


@contextmanager
def crowd(address: tuple[str, int], hosts: int, each: int) -> Iterator[None]:
    """So many from each of so many hosts, who say nothing."""
    with ExitStack() as stack:
        for number in range(hosts * each):
            sock = stack.enter_context(socket.socket())
            sock.bind((f"127.0.7.{number % hosts + 1}", 0))
            sock.setblocking(False)
            sock.connect_ex(address)
        yield


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.001)


def test_d01_silent_connections_from_many_hosts_keep_nobody_out() -> None:
    async def scene(door: Door) -> None:
        with crowd(door.address, 50, 6):
            await until(lambda: len(door.listener._unproven) == UNPROVEN_MAX)
            await door.visit()

    at_a_door(scene)


def test_d01_silent_connections_from_the_same_host_keep_nobody_out() -> None:
    async def scene(door: Door) -> None:
        with ExitStack() as stack:
            for _ in range(50):
                sock = stack.enter_context(socket.socket())
                sock.setblocking(False)
                sock.connect_ex(door.address)
            await until(lambda: len(door.listener._unproven) == streams.UNPROVEN_PER_HOST_MAX)
            await door.visit()

    at_a_door(scene)


def test_d01_a_contacts_place_is_not_taken_by_strangers() -> None:
    async def scene(door: Door) -> None:
        slow = socket.create_connection(door.address, PATIENCE_S)
        with slow, crowd(door.address, 50, 6):
            await until(lambda: len(door.listener._unproven) == UNPROVEN_MAX + 1)
            slow.setblocking(False)
            with pytest.raises(BlockingIOError):
                slow.recv(1)

    at_a_door(scene, lambda host: host == HOST)


def test_d08_handshakes_by_stream_are_admitted_before_any_key_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[None] = []

    class Counted(streams.StreamHandshake):
        def __init__(self, *given: object, is_initiator: bool, **named: object) -> None:
            super().__init__(*given, is_initiator=is_initiator, **named)  # type: ignore[arg-type]
            made.extend([None] * (not is_initiator))

    async def scene(door: Door) -> None:
        for _ in range(3):
            await door.visit()
        for _ in range(5):
            with pytest.raises((RemoteProtocolError, ConnectionError)):
                await door.visit()
        assert len(made) == 3

    monkeypatch.setattr(gate, "HOST_BURST", 3)
    monkeypatch.setattr(gate, "HOST_RATE", 0)
    monkeypatch.setattr(streams, "StreamHandshake", Counted)
    at_a_door(scene)


def test_d01_a_contact_sends_a_file_past_a_thousand_silent_connections(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(os.urandom(100_000))
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        bob.submit(SetTrust(ann.peer_id, accepted=True))
        ann.submit(SendText(bob.peer_id, "before"))
        ann.reach(ann.message("before").message_id, MessageState.DELIVERED)
        with ExitStack() as stack:
            for host in (ann, bob):
                port = host.wait(Ready).status.tcp_port
                stack.enter_context(crowd((HOST, port), 125, 4))
            ann.submit(SendFiles(bob.peer_id, (file,)))
            ann.wait(OfferAdded)
            bob.until(lambda: any(m.kind is MessageKind.FILES for m in bob.messages()))
            (transfer,) = [m.transfer for m in bob.messages() if m.transfer]
            bob.submit(AcceptTransfer(transfer.transfer_id))
            for host in (ann, bob):
                host.wait(TransferChanged, lambda e: e.transfer.state is TransferState.DONE)
            ann.submit(SendText(bob.peer_id, "w" * 5_000))
            bob.message("w" * 5_000)
