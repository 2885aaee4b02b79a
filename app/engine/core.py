"""What the engine's parts share. Everything here lives on the engine's loop."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import msgspec

from app.errors import ErrorCode, KnownError
from app.events import Event, Failed
from app.profile import Profile
from app.store.store import Store
from app.store.types import LANE_ID_BYTES
from app.store.writer import Writer
from net.node import Node
from net.protocol.identity import Identity
from net.protocol.records import picture_hash

log = logging.getLogger(__name__)

T = TypeVar("T")

REPORT_EVERY_S = 10.0
"""Of one kind of fault: a disk that refuses is told of, not a hundred times a second."""


class Core:
    """Profile, store, node, loop, and the one way out: ``emit``."""

    node: Node
    """Set once the sockets are open."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        profile: Profile,
        identity: Identity,
        store: Store,
        emit: Callable[[Event], None],
    ) -> None:
        self.loop = loop
        self.profile = profile
        self.identity = identity
        self.store = store
        self.emit = emit
        self.name = profile.settings.name
        """What others see; may be set for this run only."""
        self.picture = b""
        """Of us, encoded; contacts alone learn of it."""
        self.picture_hash: bytes | None = None
        self.downloads = profile.settings.downloads_path
        """Where received files go; may be set for this run only."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_drained = False
        self._quiet_until_s: dict[ErrorCode, float] = {}

    def now_s(self) -> float:
        """Monotonic: for every decision."""
        return self.loop.time()

    @staticmethod
    def now_ms() -> int:
        """Wall clock, UTC milliseconds: for display and order keys, nothing else."""
        return max(0, time.time_ns() // 1_000_000)

    @staticmethod
    def entropy(size: int) -> bytes:
        return secrets.token_bytes(size)

    def change_settings(self, fields: dict[str, Any]) -> None:
        """Saves them and uses them from now on. Raises KnownError when the disk refuses."""
        settings = msgspec.structs.replace(self.profile.settings, **fields)
        self.profile.change(settings)
        if "name" in fields:
            self.name = settings.name
        if "downloads" in fields:
            self.downloads = settings.downloads_path

    def show_picture(self, image: bytes) -> None:
        """From now on; empty for none."""
        self.picture = image
        self.picture_hash = picture_hash(image) if image else None

    def lane_id(self) -> bytes:
        """A new lane's name."""
        return self.entropy(LANE_ID_BYTES)

    def write(self, work: Callable[[Writer], T]) -> asyncio.Future[T]:
        """Done when it is durable. Raises what ``work`` or the commit raised; cancelled at
        the end of all."""
        if self._is_drained:
            nothing: asyncio.Future[T] = self.loop.create_future()
            nothing.cancel()
            return nothing
        return asyncio.wrap_future(self.store.submit(work), loop=self.loop)

    def write_later(self, work: Callable[[Writer], object]) -> None:
        """For what nobody waits for; a disk that refuses is told to the user."""
        self.write(work).add_done_callback(self._check_written)

    def _check_written(self, done: asyncio.Future[object]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if isinstance(error, KnownError):
            self.report(error)
        elif error:
            self.report_bug("a write failed", error)

    def report(self, error: KnownError) -> None:
        """What nobody asked for. A full disk refuses many writes a second: said once in a while."""
        if self.now_s() >= self._quiet_until_s.get(error.code, 0.0):
            self._quiet_until_s[error.code] = self.now_s() + REPORT_EVERY_S
            self.emit(Failed(error.code, error.detail))

    def report_bug(self, what: str, error: BaseException, ref: str | None = None) -> None:
        log.error("%s", what, exc_info=error)
        detail = f"{type(error).__name__}: {error}"
        if ref is None:
            self.report(KnownError(ErrorCode.INTERNAL, detail))
        else:
            self.emit(Failed(ErrorCode.INTERNAL, detail, ref))

    def on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler: what a callback raised."""
        error = context.get("exception") or RuntimeError(context["message"])
        self.report_bug(context["message"], error)

    def spawn(self, work: Coroutine[Any, Any, None], ref: str | None = None) -> None:
        """Runs beside the rest; what goes wrong is told with ``ref``."""
        if self._is_drained:
            work.close()
            return
        task = self.loop.create_task(self._guard(work, ref))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before it began, nobody would

    async def _guard(self, work: Coroutine[Any, Any, None], ref: str | None) -> None:
        try:
            await work
        except KnownError as error:
            self.emit(Failed(error.code, error.detail, ref))
        except Exception as error:  # noqa: BLE001 - the top of every task of the engine
            self.report_bug("a task of the engine failed", error, ref)

    async def drain(self, timeout_s: float) -> None:
        """Lets running tasks end, then cancels those that are left. Nothing begins after that:
        a timer or a datagram that comes while the sockets close meets a disk that is closed too.
        """
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=timeout_s)
        self._is_drained = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
