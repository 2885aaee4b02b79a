"""Deciding about people: comparing numbers and codes."""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.commands import SetTrust
from ui.desk import Desk
from ui.look import Look
from ui.worker import Worker


class TrustPlace(QObject):
    def __init__(self, window: QWidget, desk: Desk, look: Look, worker: Worker) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._worker = worker

    def verify(self, peer_id: str) -> None:
        """Opens the comparison with this person."""
        from ui.trust.verify import VerifyDialog  # noqa: PLC0415 - dialogs load when opened

        person = self._desk.roster.person(peer_id)
        if person is None or not self._desk.my_id:
            return
        dialog = VerifyDialog(self._look, self._desk.roster, self._worker, person, self._window)
        dialog.compared.connect(lambda: self._set(peer_id, verified=True))
        dialog.open()

    def _set(self, peer_id: str, **changes: Any) -> None:
        """Fields of SetTrust."""
        self._desk.submit(SetTrust(peer_id, **changes))
