"""What the engine's parts share. Everything here lives on the engine's loop."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from app.errors import ErrorCode, KnownError
from app.events import Event, Failed
from app.profile import Profile
from app.store.store import Store
from app.store.writer import Writer
from net.node import Node
from net.protocol.identity import Identity

log = logging.getLogger(__name__)

T = TypeVar("T")


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
        self._tasks: set[asyncio.Task[None]] = set()

    def now_s(self) -> float:
        """Monotonic: for every decision."""
        return self.loop.time()

    @staticmethod
    def now_ms() -> int:
        """Wall clock, UTC milliseconds: for display and order keys, nothing else."""
        return max(0, time.time_ns() // 1_000_000)

    def write(self, work: Callable[[Writer], T]) -> asyncio.Future[T]:
        """Done when it is durable. Raises what ``work`` or the commit raised."""
        return asyncio.wrap_future(self.store.submit(work), loop=self.loop)

    def spawn(self, work: Coroutine[Any, Any, None], ref: str | None = None) -> None:
        """Runs beside the rest; what goes wrong is told with ``ref``."""
        task = self.loop.create_task(self._guard(work, ref))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[Any, Any, None], ref: str | None) -> None:
        try:
            await work
        except KnownError as error:
            self.emit(Failed(error.code, error.detail, ref))
        except Exception as error:  # noqa: BLE001 - a task's top: log it and say it
            log.exception("a task of the engine failed")
            self.emit(Failed(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}", ref))

    async def drain(self, timeout_s: float) -> None:
        """Lets running tasks end, then cancels those that are left."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=timeout_s)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
