"""What an engine stands on, in a simulated world: its store, its clock, its network."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import apsw

from app.engine.core import Core
from app.store.opening import open_database
from app.store.store import Store
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.protocol.records import Bye, decode_payload, pack_payloads
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import (
    ConnectFailed,
    Ended,
    Established,
    Moved,
    Received,
    SessionEvent,
)

if TYPE_CHECKING:
    from tests.sim.world import Host

T = TypeVar("T")

STREAM_LOST_AFTER_S = 1.0
START_MS = 1_700_000_000_000


class InlineStore(Store):
    """A store whose commits take virtual time, in the one thread there is."""

    def __init__(self, host: "Host", path: Path, vfs: str) -> None:
        super().__init__(path, vfs)
        self._host = host
        self._turn: asyncio.TimerHandle | None = None
        self.connection: apsw.Connection | None = None

    def start(self) -> Any:
        self.connection, report = open_database(self._path, self._vfs)
        self._writer = Writer(self.connection)
        self._accepts = True
        return report

    def submit(self, work: Callable[[Writer], T]) -> Future[T]:
        future = super().submit(work)
        if self._turn is None and self._jobs:
            chance = self._host.world.chance
            took_s = chance.choice([0.0003, 0.001, 0.004, 0.03])
            self._turn = self._host.world.loop.call_later(took_s, self._commit_all)
        return future

    def _commit_all(self) -> None:
        self._turn = None
        if self.connection is None or not self._jobs:
            return
        self._commit(self.connection, self._writer, self._take())
        self._host.look_at_the_plug()
        if self._jobs and self.connection is not None:
            self._turn = self._host.world.loop.call_later(0.0003, self._commit_all)

    def stop(self) -> None:
        """Does what it has, as the real one does."""
        self._accepts = False
        if self._turn:
            self._turn.cancel()
        while self._jobs and self.connection is not None:
            self._commit(self.connection, self._writer, self._take())
        self.abandon()

    def abandon(self) -> None:
        """The process is gone: what was not committed never will be."""
        self._accepts = False
        if self._turn:
            self._turn.cancel()
        connection, self.connection = self.connection, None
        if connection is not None:
            with contextlib.suppress(apsw.Error):
                connection.close()


class SimCore(Core):
    def __init__(self, host: "Host", *parts: Any) -> None:
        super().__init__(*parts)
        self._host = host

    def now_ms(self) -> int:  # type: ignore[override]
        """A wall clock that may be decades off, and jump."""
        now_ms = START_MS + int(self.loop.time() * 1000) + self._host.clock_off_ms
        return max(0, now_ms)

    def entropy(self, size: int) -> bytes:  # type: ignore[override]
        return self._host.world.chance.randbytes(size)


class SimNode:
    """What an office needs of net.node.Node: real sessions over the world's network."""

    port = 48484
    silence_limit_s = 12.0

    def __init__(self, host: "Host") -> None:
        self._host = host
        self._loop = host.world.loop
        self._endpoint = DatagramEndpoint(
            host.identity, host.world.chance.randbytes, self._loop.time()
        )
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self.is_open = False

    def start(self) -> None:
        """From now on the office hears something."""
        self.is_open = True

    async def stop(self) -> None:
        self.end()

    def end(self) -> None:
        self._flush()
        self._is_over = True
        if self._timer:
            self._timer.cancel()

    def receive(self, data: bytes, source: Address) -> None:
        self._endpoint.receive(data, source, self._loop.time())
        self._flush()

    def connect(
        self, address: Address, *, expected: PeerId | None = None, proven: bool = True
    ) -> None:
        self._endpoint.connect(address, self._loop.time(), expected=expected, proven=proven)
        self._flush()

    def has_session(self, peer: PeerId) -> bool:
        return self._endpoint.has_session(peer)

    def close_session(self, peer: PeerId) -> None:
        self._endpoint.close(peer)

    def is_by_stream(self, peer: PeerId) -> bool:
        """Here streams carry only what no datagram holds: what blocks one blocks the other."""
        return False

    def connect_by_stream(self, address: Address, peer: PeerId) -> None: ...

    def replace_by_stream(self, peer: PeerId, address: Address) -> None: ...

    def pin(self, peer: PeerId, *, is_contact: bool) -> None:
        self._endpoint.pin(peer, is_contact)

    def unpin(self, peer: PeerId) -> None: ...

    def set_live_peers(self, count: int) -> None: ...

    def send(self, peer: PeerId, frames: Sequence[bytes]) -> bool:
        for payload in pack_payloads(frames):
            if not self._endpoint.send(peer, payload, self._loop.time()):
                return False
        self._flush()
        return True

    def send_large(self, peer: PeerId, address: Address, frames: Sequence[bytes]) -> None:
        """A stream: whole and in order, or it breaks."""
        host, world = self._host, self._host.world
        there = world.hosts.get((address[0], self.port))
        carries = there is not None and there.is_heard and world.carries(host, there)
        if there is None or not carries or not world.carries(there, host):
            lost = host.office.on_chat_stream_lost
            self._loop.call_later(STREAM_LOST_AFTER_S, host.if_alive(lost), peer)
            return
        for frame in frames:
            for payload in pack_payloads([frame], 2**20):
                hear = there.if_alive(there.office.on_frames)
                self._loop.call_later(0.002, hear, host.peer, decode_payload(payload))

    def _flush(self) -> None:
        if self._is_over:
            return
        for event in self._endpoint.take_events():
            self._tell(event)
        for data, address in self._endpoint.take_datagrams():
            if self._host.is_up:
                self._host.world.send(self._host, data, address)
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        deadline_s = self._endpoint.next_deadline()
        if deadline_s is not None and not self._is_over:
            self._timer = self._loop.call_at(deadline_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._endpoint.tick(self._loop.time())
        self._flush()

    def _tell(self, event: SessionEvent) -> None:
        office = self._host.office
        match event:
            case Received():
                frames = decode_payload(event.payload)
                if event.is_former:
                    frames = tuple(frame for frame in frames if not isinstance(frame, Bye))
                office.on_frames(event.peer, frames)
            case Established():
                office.on_established(event)
            case Moved():
                office.on_moved(event.peer, event.address)
            case Ended():
                office.on_ended(event.peer)
            case ConnectFailed():
                office.on_connect_failed(event)
