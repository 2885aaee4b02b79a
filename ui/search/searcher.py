"""Questions to the disk, off the GUI thread: one at a time, and only the newest is answered."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject

from app.errors import KnownError
from app.events import Failed
from ui.desk import Desk
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.desk import History

T = TypeVar("T")


class Searcher(QObject):
    def __init__(self, desk: Desk, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._worker = worker
        self._asked: tuple[Callable[[History], Any], Callable[[Any], None]] | None = None
        self._running: tuple[Callable[[History], Any], Callable[[Any], None]] | None = None
        desk.ready.connect(self._ask_next)

    def ask(self, read: "Callable[[History], T]", then: Callable[[T], None]) -> None:
        """``read`` has a connection of its own, on another thread. What was asked before and
        has no answer yet gets none; what is asked before the database is there waits for it."""
        self._asked = (read, then)
        self._ask_next()

    def forget(self) -> None:
        self._asked = None

    def is_wanted(self) -> bool:
        """For ``read`` to ask, on its thread: whether its answer is still waited for."""
        return self._running is self._asked and not self._worker.is_stopping()

    def _ask_next(self) -> None:
        open_history = self._desk.open_history
        is_there = open_history is not None and self._desk.history is not None
        if self._asked is None or self._running is not None or not is_there:
            return
        self._running = asked = self._asked

        def read() -> Any:
            try:
                with closing(open_history()) as history:
                    return asked[0](history)
            except KnownError as error:
                return Failed(error.code, error.detail)

        self._worker.run(self, read, lambda result: self._on_answer(asked, result))

    def _on_answer(
        self, asked: "tuple[Callable[[History], Any], Callable[[Any], None]]", result: Any
    ) -> None:
        self._running = None
        if asked is self._asked:
            self._asked = None
            if not isinstance(result, Failed):
                asked[1](result)
            elif self._desk.history is not None:
                self._desk.failed.emit(result)
        self._ask_next()
