"""Work that may block (a folder walk, free space on a network disk), off the GUI thread."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_THREADS: Final = 2
log = logging.getLogger(__name__)


class Worker(QObject):
    """Runs functions on named threads and hands results back to the GUI thread."""

    _finished = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._pool: ThreadPoolExecutor | None = None
        self._is_stopping = False
        self._finished.connect(self._on_finished)

    def run(self, owner: QObject, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """``then(result)`` is called in the GUI thread, if ``owner`` is still there by then.

        It is not called when the work raised (that is logged) or all stops.
        """
        if not self._is_stopping:
            future = self._threads().submit(work)
            future.add_done_callback(lambda done: self._hand_over(owner, done, then))

    def is_stopping(self) -> bool:
        """For long work to look at now and then."""
        return self._is_stopping

    def stop(self) -> None:
        """Waits for what runs; that asks ``is_stopping``."""
        self._is_stopping = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _threads(self) -> "ThreadPoolExecutor":
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - the window opens first

        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="window-work")
        return self._pool

    def _hand_over(self, owner: QObject, done: "Future[Any]", then: Callable[[Any], None]) -> None:
        if done.cancelled() or self._is_stopping:
            return
        error = done.exception()
        if error is not None:
            log.error("window work failed", exc_info=error)
            return
        self._finished.emit(owner, then, done.result())

    def _on_finished(self, owner: QObject, then: Callable[[Any], None], result: Any) -> None:
        if isValid(owner):
            then(result)
