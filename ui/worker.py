"""Work that may block (a folder walk, free space on a network disk), off the GUI thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

_THREADS: Final = 2
log = logging.getLogger(__name__)


class Worker(QObject):
    """Runs functions on named threads and hands results back to the GUI thread."""

    _finished = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="window-work")
        self._is_stopping = False
        self._finished.connect(self._on_finished)

    def run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """``then(result)`` is called in the GUI thread, unless the work raised or all stops."""
        if not self._is_stopping:
            future = self._pool.submit(work)
            future.add_done_callback(lambda done: self._hand_over(done, then))

    def is_stopping(self) -> bool:
        """For long work to look at now and then."""
        return self._is_stopping

    def stop(self) -> None:
        """Waits for what runs; that asks ``is_stopping``."""
        self._is_stopping = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _hand_over(self, done: Future[Any], then: Callable[[Any], None]) -> None:
        if done.cancelled() or self._is_stopping:
            return
        error = done.exception()
        if error is not None:
            log.error("window work failed", exc_info=error)
            return
        self._finished.emit(then, done.result())

    def _on_finished(self, then: Callable[[Any], None], result: Any) -> None:
        then(result)
