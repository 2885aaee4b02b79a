"""The engine's start, behind the window's back, on a thread of its own.

Opening a profile and importing cryptography and asyncio take longer than the whole
window; none of it happens before the window is there.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.arguments import Arguments
from app.errors import ErrorCode, KnownError
from app.events import Event, Failed, Stopped
from net.transfer.background import step_back

if TYPE_CHECKING:
    from app.engine.engine import Engine
    from app.profile import Profile

log = logging.getLogger(__name__)

_LAST_WRITES_S = 60.0
ENGINE_STEPS: Final = 3
"""Of nice, for the engine and all its threads: half the window's weight. A thousand messages within
a second, beside a transfer on two cores, kept frames waiting for the processor."""


class Startup:
    """``begin`` returns at once. The rest comes through ``sink``, as the engine's own events do."""

    def __init__(
        self,
        arguments: Arguments,
        sink: Callable[[Event], None],
        on_open: Callable[["Profile", "Engine", Path | None], None],
    ) -> None:
        """``on_open`` is called on the starter's thread, before the engine runs."""
        self._arguments = arguments
        self._sink = sink
        self._on_open = on_open
        self._thread = threading.Thread(target=self._run, name="starter")
        self._lock = threading.Lock()
        self._is_over = False
        self._has_stopped = threading.Event()
        self._profile: Profile | None = None
        self._engine: Engine | None = None

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Idempotent. Returns when the engine has closed and written everything.

        That takes 2 s at most, except where a disk makes it wait: no window is open
        any more then, and leaving before the last write would lose it.
        """
        with self._lock:
            self._is_over = True
        if self._thread.ident is not None:
            self._thread.join()
        if self._engine is not None:
            self._engine.stop()
            if not self._has_stopped.wait(_LAST_WRITES_S):
                log.error("the engine is still writing")
            self._engine = None
        if self._profile is not None:
            self._profile.close()
            self._profile = None

    def _run(self) -> None:
        try:
            self._start_engine()
        except KnownError as error:
            self._fail(error.code, error.detail)
        except Exception as error:
            log.exception("the engine could not be started")
            self._fail(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}")

    def _start_engine(self) -> None:
        from app.engine.engine import Engine, EngineOptions  # noqa: PLC0415 - see above
        from app.profile import Profile  # noqa: PLC0415

        step_back(ENGINE_STEPS)
        wanted = self._arguments
        self._profile = Profile.open(wanted.profile)
        options = EngineOptions(
            name=wanted.name, port=wanted.port, bind=wanted.bind, downloads=wanted.downloads
        )
        self._engine = Engine(self._profile, options, self._tell)
        self._on_open(self._profile, self._engine, wanted.downloads)
        self._engine.start()

    def _fail(self, code: ErrorCode, detail: str) -> None:
        self._tell(Failed(code, detail, is_fatal=True))
        self._tell(Stopped())

    def _tell(self, event: Event) -> None:
        """To the window, as long as there is one."""
        with self._lock:
            if not self._is_over:
                self._sink(event)
        if isinstance(event, Stopped):
            self._has_stopped.set()
