"""A small world in one thread: whole engines' decisions, real sessions, real stores.

Everything that happens follows from one seed: a virtual clock, a network that loses,
doubles, delays, bends and cuts, disks that take time, fill up and lose what was not
synced when the power goes. Nothing here waits for anything real.
"""

import asyncio
import contextlib
import math
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import apsw

from app.commands import Command
from app.engine.core import Core
from app.engine.office import Office
from app.events import Event
from app.profile import Profile
from app.store.opening import open_database
from app.store.store import Store
from app.store.writer import Writer
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address
from net.protocol.records import decode_payload, pack_payloads
from net.protocol.session import DatagramEndpoint
from net.protocol.session_event import (
    ConnectFailed,
    Ended,
    Established,
    Moved,
    Received,
    SessionEvent,
)
from net.protocol.sightings import Sighting
from tests.disk import Disk, Image, Loss, write_images
from tests.sim.virtual import VirtualLoop

T = TypeVar("T")

BEACON_EVERY_S = 5.0
STREAM_LOST_AFTER_S = 1.0
START_MS = 1_700_000_000_000


@dataclass
class Weather:
    """Shares of datagrams, and seconds."""

    loss: float = 0.0
    twice: float = 0.0
    bent: float = 0.0
    """With a bit turned over."""
    delay_s: float = 0.001
    jitter_s: float = 0.0
    burst: float = 0.0
    """That a run of losses begins."""


class World:
    """One seed's network and clock. ``trace`` is all that was told, for comparing runs."""

    def __init__(self, loop: VirtualLoop, seed: int, folder: Path) -> None:
        self.loop = loop
        self.seed = seed
        self.folder = folder
        self.chance = random.Random(seed)
        self.weather = Weather()
        self.hosts: dict[Address, Host] = {}
        self.blocked: set[tuple[str, str]] = set()
        """Directions that carry nothing, by names."""
        self.trace: list[object] = []
        self._lost_in_a_row = 0

    def carries(self, sender: "Host", receiver: "Host") -> bool:
        return (sender.name, receiver.name) not in self.blocked

    def send(self, sender: "Host", data: bytes, to: Address) -> None:
        chance, weather = self.chance, self.weather
        for _ in range(1 + (chance.random() < weather.twice)):
            if self._is_lost():
                continue
            if chance.random() < weather.bent:
                at = chance.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            delay_s = weather.delay_s + chance.random() * weather.jitter_s
            self.loop.call_later(delay_s, self._arrive, sender, sender.address, data, to)

    def _is_lost(self) -> bool:
        if self._lost_in_a_row:
            self._lost_in_a_row -= 1
            return True
        if self.chance.random() < self.weather.burst:
            self._lost_in_a_row = self.chance.randrange(5, 60)
        return self.chance.random() < self.weather.loss

    def _arrive(self, sender: "Host", source: Address, data: bytes, to: Address) -> None:
        host = self.hosts.get(to)
        if host is not None and host.is_heard and self.carries(sender, host):
            host.node.receive(data, source)

    def beacons(self) -> None:
        """Everybody hears of everybody; discovery has tests of its own."""
        self.loop.call_later(BEACON_EVERY_S * self.chance.uniform(0.8, 1.2), self.beacons)
        for one in tuple(self.hosts.values()):
            for other in tuple(self.hosts.values()):
                is_heard = self.chance.random() >= self.weather.loss and self.carries(one, other)
                if one is not other and one.is_heard and other.is_heard and is_heard:
                    other.office.on_sighting(one.sighting())


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
                office.on_frames(event.peer, decode_payload(event.payload))
            case Established():
                office.on_established(event)
            case Moved():
                office.on_moved(event.peer, event.address)
            case Ended():
                office.on_ended(event.peer)
            case ConnectFailed():
                office.on_connect_failed(event)


@dataclass(eq=False)
class Host:
    """One person: a profile that stays, and one run of the engine after the other."""

    world: World
    name: str
    clock_off_ms: int = 0
    is_up: bool = False
    run: int = 0
    told: list[tuple[int, Event]] = field(default_factory=list)
    """With the number of the run."""
    is_full: bool = False
    """The disk takes nothing more."""
    _cut: dict[str, Image] | None = None
    _cut_at: float = math.inf

    async def start(self) -> None:
        folder = self.world.folder / self.name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            (folder / "identity.key").write_bytes(self.world.chance.randbytes(32))
            self.address: Address = (f"10.0.0.{len(self.world.hosts) + 1}", 48484)
        self.run += 1
        self.profile = Profile.open(folder)
        self.identity = Identity(self.profile.seed)
        self.peer: PeerId = self.identity.peer_id
        self._cut, self._cut_at = None, math.inf
        self.disk = Disk()
        self.disk.before_operation = self._before_operation
        self.store = InlineStore(self, self.profile.database, self.disk.name)
        self.store.start()
        loop = self.world.loop
        self.core = SimCore(
            self, loop, self.profile, self.identity, self.store, self._teller(self.run)
        )
        self.epoch = self.world.chance.randbytes(8)
        self.office = Office(self.core, lambda _: self._make_node(), epoch=self.epoch)  # type: ignore[arg-type,return-value]
        self.world.hosts[self.address] = self
        self.is_up = True
        await self.office.open()

    def _make_node(self) -> SimNode:
        self.node = SimNode(self)
        return self.node

    def _teller(self, run: int) -> Callable[[Event], None]:
        def tell(event: Event) -> None:
            if self.is_up and run == self.run:
                self.told.append((run, event))
                self.world.trace.append((self.name, round(self.world.loop.time(), 6), event))

        return tell

    @property
    def is_heard(self) -> bool:
        return self.is_up and self.node.is_open

    def if_alive(self, act: Callable[..., None]) -> Callable[..., None]:
        """Nothing reaches a process that is gone, or another one in its place."""
        run = self.run
        return lambda *what: act(*what) if self.is_up and self.run == run else None

    async def quit(self) -> None:
        await self.office.close(0.5)
        self.store.stop()
        self._end()

    def kill(self) -> None:
        """kill -9: what is committed stays, nothing else is heard or said."""
        self._end()

    def pull_the_plug(self, operation: int) -> None:
        """The power goes at that operation of the disk from now on: in the midst of a commit."""
        self._cut_at = self.disk.operations + operation

    def _before_operation(self, kind: str, _file: str) -> None:
        if self._cut is None and self.disk.operations >= self._cut_at:
            self._cut = self.disk.snapshot()
            self.is_up = False
        if self.is_full and kind == "write":
            raise apsw.FullError("no space left")

    def look_at_the_plug(self) -> None:
        if self._cut is not None:
            self.cut_power()

    def cut_power(self) -> None:
        """Now, if it did not go already."""
        images = self._cut if self._cut is not None else self.disk.snapshot()
        self._end()
        for file in self.profile.path.glob("landline.db*"):
            file.unlink()
        loss = self.world.chance.choice(list(Loss))
        write_images(images, self.profile.path, self.world.chance, loss)

    def _end(self) -> None:
        self.is_up = False
        self.node.end()
        for task in tuple(self.core._tasks):
            task.cancel()
        self.is_full = False
        self.store.abandon()
        self.disk.unregister()
        self.profile.close()

    def move(self, address: Address) -> None:
        """Another network card, another network, a new lease."""
        del self.world.hosts[self.address]
        self.address = address
        self.world.hosts[address] = self
        if self.is_up:
            self.office.on_networks(1)

    def sighting(self) -> Sighting:
        return Sighting(self.peer, self.epoch, self.address, 48484, False, False, False)

    # --- what a scenario does and sees --------------------------------------

    def do(self, command: Command) -> None:
        self.office.handle(command)

    @property
    def text_id(self) -> str:
        return self.office._status(0).peer_id

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Of what is committed now; nobody is in the midst of a commit between two steps."""
        if self.store.connection is not None:
            return self.store.connection.execute(sql).fetchall()
        connection = apsw.Connection(str(self.profile.database))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
