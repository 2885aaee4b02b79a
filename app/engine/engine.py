"""The engine's front door and its thread: commands in, events out.

``submit`` may be called from any thread; ``sink`` is called on the engine's
thread and must only hand the event on.
"""

import asyncio
import contextlib
import logging
import secrets
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.commands import Command
from app.engine.core import Core
from app.engine.office import Office
from app.errors import ErrorCode, KnownError
from app.events import Event, Failed, Stopped
from app.profile import Profile
from app.store.store import Store
from app.store.types import OpenReport
from net.node import Node, NodeListener
from net.ports import NoSuchAddressError, PortSet, PortTakenError, open_ports
from net.protocol.identity import Identity
from net.protocol.limits import DEFAULT_PORT

log = logging.getLogger(__name__)

STOP_TIMEOUT_S = 2.0
"""A process that was asked to end has ended by then."""
DRAIN_TIMEOUT_S = 0.5
"""For tasks that are nearly done: the disk and the goodbyes need the rest."""
COMMANDS_A_TURN = 256
"""Some 5 ms of work, and texts enough for one commit."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """For this run only; nothing of it is saved. None and empty mean: as the profile says."""

    name: str | None = None
    port: int | None = None
    """Exactly this port (else: DEFAULT_PORT or the next free one)."""
    bind: tuple[str, ...] = ()
    downloads: Path | None = None


class Engine:
    def __init__(
        self, profile: Profile, options: EngineOptions, sink: Callable[[Event], None]
    ) -> None:
        self._profile = profile
        self._options = options
        self._sink = sink
        self._inbox: deque[Command] = deque()
        self._thread = threading.Thread(target=self._run, name="engine")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wish_to_stop: asyncio.Event | None = None
        self._state = threading.Condition()
        self._is_stopping = False
        self._is_woken = False
        self._stop_ref: str | None = None

    def start(self) -> None:
        """Returns at once; ``Ready`` follows, or a fatal ``Failed``."""
        with _signals_for_this_thread():
            self._thread.start()

    def submit(self, command: Command) -> None:
        """From any thread. Commands are handled in the order they come."""
        self._inbox.append(command)
        with self._state:
            if self._loop is not None and not self._is_woken:
                self._is_woken = True
                self._loop.call_soon_threadsafe(self._on_inbox)

    def stop(self, ref: str | None = None) -> None:
        """Idempotent; returns when everything is closed and written, within 2 s."""
        with self._state:
            self._is_stopping = True
            self._stop_ref = self._stop_ref or ref
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._on_stop)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(STOP_TIMEOUT_S)
            if self._thread.is_alive():
                log.error("the engine did not stop within %s s", STOP_TIMEOUT_S)

    @property
    def is_running(self) -> bool:
        """Also after ``stop``, when something held it up beyond its time."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_new_loop) as runner:
                runner.run(self._main())
        except KnownError as error:
            self._sink(Failed(error.code, error.detail, is_fatal=True))
        except Exception as error:
            log.exception("the engine failed")
            detail = f"{type(error).__name__}: {error}"
            self._sink(Failed(ErrorCode.INTERNAL, detail, is_fatal=True))
        self._sink(Stopped(self._stop_ref))

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        identity = Identity(self._profile.seed)
        store = Store(self._profile.database)
        report = store.start()
        try:
            core = Core(loop, self._profile, identity, store, self._sink)
            loop.set_exception_handler(core.on_loop_error)
            core.name = self._options.name or core.name
            core.downloads = self._options.downloads or self._profile.settings.downloads_path
            ports = self._open_ports()
            office = self._make_office(core, ports)
            await self._serve(loop, office, _notices(self._profile, report))
        finally:
            await asyncio.to_thread(store.stop)

    def _make_office(self, core: Core, ports: PortSet) -> Office:
        epoch, bind = secrets.token_bytes(8), self._options.bind

        def make_node(listener: NodeListener) -> Node:
            return Node(core.identity, core.entropy, ports, listener, epoch=epoch, bind=bind)

        return Office(core, make_node, epoch=epoch)

    async def _serve(
        self, loop: asyncio.AbstractEventLoop, office: Office, notices: Sequence[str]
    ) -> None:
        self._wish_to_stop = asyncio.Event()
        self._office = office
        try:
            await office.open()
            for notice in notices:
                self._sink(Failed(ErrorCode.PROFILE_BROKEN, notice))
            with self._state:
                self._loop = loop
                if self._is_stopping:
                    self._wish_to_stop.set()
            self._on_inbox()
            await self._wish_to_stop.wait()
        finally:
            with self._state:
                self._loop = None
            await office.close(DRAIN_TIMEOUT_S)

    def _open_ports(self) -> PortSet:
        port = self._options.port
        try:
            return open_ports(
                port or DEFAULT_PORT, is_fixed=port is not None, bind=self._options.bind
            )
        except PortTakenError as error:
            raise KnownError(ErrorCode.PORT_TAKEN, str(error)) from error
        except (NoSuchAddressError, OSError) as error:
            raise KnownError(ErrorCode.NO_NETWORK, str(error)) from error

    def _on_inbox(self) -> None:
        """A few at a time: the first of many texts are on their way while the last are read."""
        with self._state:
            self._is_woken = False
        for _ in range(min(len(self._inbox), COMMANDS_A_TURN)):
            self._office.dispatcher.handle(self._inbox.popleft())
        with self._state:
            if self._inbox and self._loop is not None and not self._is_woken:
                self._is_woken = True
                self._loop.call_soon(self._on_inbox)

    def _on_stop(self) -> None:
        if self._wish_to_stop:
            self._wish_to_stop.set()


def _notices(profile: Profile, report: OpenReport) -> list[str]:
    notices = [profile.notice] if profile.notice else []
    if report.set_aside:
        notices.append(
            f"the message database was damaged; it is kept as {report.set_aside}, and a new one "
            f"was started with the same identity ({report.recovered} messages could be copied)"
        )
    return notices


@contextlib.contextmanager
def _signals_for_this_thread() -> Iterator[None]:
    """Threads started within, and theirs, leave SIGINT and SIGTERM to the main thread.

    The kernel gives a signal to any thread that takes it, but Python runs handlers
    in the main one, which then would sleep on in its read.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _new_loop() -> asyncio.AbstractEventLoop:
    """Datagram sockets need ``add_reader``, which Windows' default loop does not have."""
    if sys.platform == "win32":
        return asyncio.SelectorEventLoop()
    return asyncio.new_event_loop()
