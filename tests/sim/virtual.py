"""Whole engines' decisions and real stores under a virtual clock, over simulated air.

Time stands still while a thread works, and jumps to the next timer when nobody has
anything to do. Sessions are given here (test_session_* has theirs); what goes
through them gets lost, doubled, late and out of order by a seed.
"""

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.commands import Command
from app.engine.core import Core
from app.engine.office import Office
from app.events import Event, Failed, MessagesAdded, StatesChanged
from app.model import Message, MessageState
from app.profile import Profile
from app.store.store import Store
from app.store.writer import Writer
from net.protocol.identity import Identity, PeerId
from net.protocol.packet import Address
from net.protocol.records import Frame, decode_payload, encode_frame, pack_payloads
from net.protocol.session_event import Established
from tools.profiles import let_anyone_write

T = TypeVar("T")

WORKING_S = 0.02
"""Real seconds between looks at a thread that works."""
LOOK_EVERY_S = 0.005


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.working = 0
        """Jobs that threads have and have not answered."""
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(self, *job: Any) -> asyncio.Future[Any]:
        return self.wait_for(super().run_in_executor(*job))

    def wait_for(self, job: asyncio.Future[T]) -> asyncio.Future[T]:
        self.working += 1
        job.add_done_callback(self._on_worked)
        return job

    def _on_worked(self, _job: asyncio.Future[Any]) -> None:
        self.working -= 1


class _Selector(selectors.DefaultSelector):  # type: ignore[valid-type,misc]
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if self._loop.working or timeout is None:
            return super().select(0 if timeout == 0 else WORKING_S)
        ready = super().select(0)
        if not ready:
            self._loop.now_s += timeout
        return ready


class VirtualCore(Core):
    loop: VirtualLoop

    def write(self, work: Callable[[Writer], T]) -> asyncio.Future[T]:
        return self.loop.wait_for(super().write(work))


@dataclass
class Weather:
    loss: float = 0.0
    twice: float = 0.0
    delay_s: float = 0.001
    jitter_s: float = 0.0


@dataclass
class Air:
    loop: VirtualLoop
    seed: object = 0
    weather: Weather = field(default_factory=Weather)
    sides: dict[PeerId, "Side"] = field(default_factory=dict)
    session: int = 0
    """Number of the newest; what was sent in an older one is not heard in a newer."""

    def __post_init__(self) -> None:
        self.chance = random.Random(repr(self.seed))

    def meet(self, one: "Side", other: "Side") -> None:
        """A fresh session between the two."""
        self.session += 1
        for here, there in ((one, other), (other, one)):
            here.sessions[there.peer] = self.session
        for here, there in ((one, other), (other, one)):
            key, at = there.identity.public_key, there.address
            process = repr(there.number).encode()
            event = Established(there.peer, key, at, here is one, True, process)
            here.office.on_established(event)

    def carry(self, sender: "Side", peer: PeerId, payload: bytes) -> None:
        session = sender.sessions[peer]
        for _ in range(1 + (self.chance.random() < self.weather.twice)):
            if self.chance.random() >= self.weather.loss:
                delay_s = self.weather.delay_s + self.chance.random() * self.weather.jitter_s
                self.loop.call_later(delay_s, self.arrive, sender.peer, peer, session, payload)

    def arrive(self, sender: PeerId, peer: PeerId, session: int, payload: bytes) -> None:
        side = self.sides.get(peer)
        if side and side.sessions.get(sender) == session and not side.is_kept_from(payload):
            side.heard += decode_payload(payload)
            if not side.is_deaf:
                side.office.on_frames(sender, decode_payload(payload))


STREAM_MAX_BYTES = 1 << 20


class Side:
    """One person: a profile that stays, and runs of the engine's decisions on it."""

    number = 0

    def __init__(self, air: Air, folder: Path, vfs: str | None = None) -> None:
        self.air = air
        self._folder = folder
        self._vfs = vfs
        self.told: list[list[Event]] = []
        """By run."""
        self.heard: list[Frame] = []
        self.sessions: dict[PeerId, int] = {}
        self.is_deaf = False
        self.withheld: bytes | None = None
        """What holds these bytes never reaches this side, however often it is sent."""

    async def start(self) -> None:
        let_anyone_write(self._folder, self._folder.name)
        self.profile = Profile.open(self._folder)
        self.identity = Identity(self.profile.seed)
        self.peer: PeerId = self.identity.peer_id
        self.address: Address = (f"10.0.0.{len(self.air.sides) + 1}", 48484)
        self.number += 1
        events: list[Event] = []
        self.told.append(events)
        self.store = Store(self.profile.database, self._vfs)
        self.store.start()
        self.core = VirtualCore(
            self.air.loop, self.profile, self.identity, self.store, events.append
        )
        self.office = Office(self.core, lambda _office: AirNode(self), epoch=bytes(8))  # type: ignore[arg-type,return-value]
        self.air.sides[self.peer] = self
        await self.office.open()

    async def stop(self) -> None:
        await self.office.close(0.5)
        self._end()

    def kill(self) -> None:
        """What the store has is written, nothing else; nothing more is heard or said."""
        self.core.emit = lambda _event: None
        self.core.report_bug = lambda *_: None  # type: ignore[method-assign]
        for task in tuple(self.core._tasks):
            task.cancel()
        self._end()

    def _end(self) -> None:
        self.air.sides.pop(self.peer, None)
        self.sessions.clear()
        self.store.stop()
        self.profile.close()

    # --- what a test does and sees -----------------------------------------

    def do(self, command: Command) -> None:
        self.office.dispatcher.handle(command)

    def is_kept_from(self, payload: bytes) -> bool:
        return self.withheld is not None and self.withheld in payload

    def close_ears(self) -> None:
        """What comes is noted, and not answered."""
        self.is_deaf = True
        self.heard.clear()

    @property
    def text_id(self) -> str:
        return self.office._status(0).peer_id

    def events(self, kind: type[T]) -> list[T]:
        """Of all runs."""
        return [event for run in self.told for event in run if isinstance(event, kind)]

    def messages(self) -> list[Message]:
        return [message for event in self.events(MessagesAdded) for message in event.messages]

    def shown(self) -> list[str]:
        return [message.text for message in self.messages() if message.direction == "in"]

    def states(self, message_id: str) -> list[MessageState]:
        batches = [event.changes for event in self.events(StatesChanged)]
        return [c.state for batch in batches for c in batch if c.message_id == message_id]

    def faults(self) -> list[Failed]:
        return self.events(Failed)

    def send(self, peer: PeerId, frames: Sequence[bytes]) -> bool:
        if peer not in self.sessions:
            return False
        for payload in pack_payloads(frames):
            self.air.carry(self, peer, payload)
        return True

    def send_stream(self, peer: PeerId, frames: Sequence[bytes]) -> None:
        """In order and whole, as long as the session lasts."""
        if peer in self.sessions:
            for payload in pack_payloads(frames, STREAM_MAX_BYTES):
                arrive = (self.air.arrive, self.peer, peer, self.sessions[peer], payload)
                self.air.loop.call_later(self.air.weather.delay_s, *arrive)

    def say(self, peer: PeerId, *frames: Frame) -> None:
        """Words of a test, not of the engine."""
        self.send(peer, [encode_frame(frame) for frame in frames])


class AirNode:
    """What an office needs of ``net.node.Node``, over the air of a test."""

    port = 48484
    silence_limit_s = 12.0

    def __init__(self, side: Side) -> None:
        self._side = side

    def start(self) -> None: ...

    async def stop(self) -> None: ...

    def has_session(self, peer: PeerId) -> bool:
        return peer in self._side.sessions

    def is_by_stream(self, _peer: PeerId) -> bool:
        return False

    def send(self, peer: PeerId, frames: Sequence[bytes]) -> bool:
        return self._side.send(peer, frames)

    def close_session(self, peer: PeerId) -> None:
        self._side.sessions.pop(peer, None)

    def connect(self, *_: object, **__: object) -> None:
        """Sessions are made by the test."""

    def send_large(self, peer: PeerId, _address: Address, frames: Sequence[bytes]) -> None:
        self._side.send_stream(peer, frames)

    set_live_peers = pin = unpin = replace_by_stream = connect


def run(scenario: Callable[[VirtualLoop], Coroutine[Any, Any, None]]) -> None:
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(scenario(loop))


async def until(is_so: Callable[[], bool], within_s: float = 60.0) -> None:
    """In virtual time."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + within_s
    while not is_so():
        assert loop.time() < end_s, "not in time"
        await asyncio.sleep(LOOK_EVERY_S)
