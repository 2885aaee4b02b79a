"""The moment for which deciding buttons are dead, in the test's own hands: a slow machine
must not let it pass before the test has looked."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from shiboken6 import isValid


class Moment:
    """In the places of ``time`` and QTimer."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._waiting: list[tuple[QObject, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self._now_s

    def singleShot(self, _after_ms: int, owner: QObject, then: Callable[[], object]) -> None:  # noqa: N802
        self._waiting.append((owner, then))

    def take(self) -> list[Callable[[], object]]:
        """What would happen now, in the hands of whoever asks."""
        waiting, self._waiting = self._waiting, []
        return [then for _owner, then in waiting]

    def pass_by(self) -> None:
        self._now_s += 3600
        waiting, self._waiting = self._waiting, []
        for owner, then in waiting:
            if isValid(owner):
                then()
