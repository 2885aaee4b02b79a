"""Between the bridge and the desk: messages that come fast are shown many at a time.

Each costs a layout and a frame, so that a thousand within a second would keep the window
busy for seven; together they cost little more than one.
"""

from collections.abc import Callable
from typing import Final, TypeGuard

from PySide6.QtCore import QObject, QTimer

from app.events import Event, MessagesAdded, PersonChanged, TransferChanged, TypingChanged

_PAUSE_MS: Final = 40
"""After messages were shown; shorter than anyone notices."""
_APART: Final = (PersonChanged, TypingChanged)
"""Say nothing of any message, and may overtake those that wait."""


class Gathering(QObject):
    """Passes events on in their order. What comes after a quiet moment is passed at once."""

    def __init__(self, sink: Callable[[Event], None]) -> None:
        super().__init__()
        self._sink = sink
        self._waiting: list[Event] = []
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._pass_on)

    def take(self, event: Event) -> None:
        """Slot of the bridge."""
        if isinstance(event, _APART):
            self._sink(event)
            return
        self._wait(event)
        is_ours = isinstance(event, MessagesAdded) and event.ref is not None
        if is_ours or not self._pause.isActive():
            self._pass_on()

    def _wait(self, event: Event) -> None:
        """Behind all others; texts join those before them, over what moves a file's bar."""
        waiting = self._waiting
        at = len(waiting) - 1
        while at >= 0 and isinstance(waiting[at], TransferChanged):
            at -= 1
        before = waiting[at] if at >= 0 else None
        if _is_texts(event) and _is_texts(before):
            waiting[at] = MessagesAdded(before.messages + event.messages)
        else:
            waiting.append(event)

    def _pass_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        if any(isinstance(event, MessagesAdded) for event in waiting):
            self._pause.start()
        for event in waiting:
            self._sink(event)


def _is_texts(event: Event | None) -> TypeGuard[MessagesAdded]:
    """Of others, and without a file: nothing else speaks of them before they are shown."""
    is_theirs = isinstance(event, MessagesAdded) and event.ref is None
    return is_theirs and all(one.transfer is None for one in event.messages)
