"""A small world in one thread: whole engines' decisions, real sessions, real stores.

Everything that happens follows from one seed: a virtual clock, a network that loses,
doubles, delays, bends and cuts, disks that take time, fill up and lose what was not
synced when the power goes. Nothing here waits for anything real.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from app.commands import Command
from app.engine.office import Office
from app.events import Event
from app.profile import Profile
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address
from net.protocol.sightings import Sighting
from tests.disk import Disk, Image, Loss, write_images
from tests.sim.parts import InlineStore, SimCore, SimNode
from tests.sim.virtual import VirtualLoop
from tools.profiles import let_anyone_write

BEACON_EVERY_S = 5.0


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
            let_anyone_write(folder, self.name)
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
        self.office.dispatcher.handle(command)

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
