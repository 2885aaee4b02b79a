"""The window's event loop beside a running transfer.

python -m bench.loop TURNS PATH [OPTION...]   a window (options as main.py's): takes TURNS offers of
the first who makes one, sends PATH back as often, closes and tells what each wait was
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from app.commands import AcceptTransfer, SendFiles, SetTrust
from app.model import Direction, Transfer, TransferState
from ui import app as shell
from ui.switchboard import Switchboard

STEP_MS = 5
"""A timer that is due this often: what it is late by is what a click would wait."""
QUIET_MS = 3_000
QUIET, RECEIVING, SENDING = "quiet", "receiving", "sending"


class Watch(QObject):
    """Notes the lateness of every step under what goes on at that time."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: dict[str, list[float]] = {QUIET: [], RECEIVING: [], SENDING: []}
        self.what: str | None = None
        self._last_s = time.perf_counter()
        self._timer = QTimer(self, interval=STEP_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_step)
        self._timer.start()

    def _on_step(self) -> None:
        now_s = time.perf_counter()
        if self.what is not None:
            late_ms = (now_s - self._last_s) * 1000 - STEP_MS
            self.late_ms[self.what].append(max(0.0, late_ms))
        self._last_s = now_s


class Watched(shell.Shell):
    """Accepts, sends and closes by itself, with the chat open that shows it."""

    turns = 0
    path = Path()

    def _furnish(self) -> None:
        self._watch = Watch()
        self._left = {Direction.IN: self.turns, Direction.OUT: self.turns}
        self._ended: set[str] = set()
        super()._furnish()
        assert self._back is not None
        self._desk = self._back.desk
        self._desk.ready.connect(self._on_ready)
        self._desk.messages_added.connect(self._on_messages)
        self._desk.transfer_changed.connect(self._on_transfer)

    def _on_ready(self) -> None:
        self._watch.what = QUIET
        QTimer.singleShot(QUIET_MS, self._tell_ready)

    def _tell_ready(self) -> None:
        self._watch.what = None
        print(self._desk.my_id, flush=True)

    def _on_messages(self, messages: tuple) -> None:
        for message in messages:
            transfer = message.transfer
            if transfer is not None and transfer.direction is Direction.IN:
                self._desk.submit(SetTrust(transfer.peer_id, accepted=True))
                self.window.findChild(Switchboard).open_person(transfer.peer_id)
                self._desk.submit(AcceptTransfer(transfer.transfer_id))

    def _on_transfer(self, transfer: Transfer) -> None:
        is_receiving = transfer.direction is Direction.IN
        if transfer.state is TransferState.RUNNING:
            self._watch.what = RECEIVING if is_receiving else SENDING
        elif transfer.state.is_final and transfer.transfer_id not in self._ended:
            self._ended.add(transfer.transfer_id)
            self._watch.what = None
            self._left[transfer.direction] -= 1
            self._go_on_with(transfer.peer_id)

    def _go_on_with(self, peer_id: str) -> None:
        if self._left[Direction.IN]:
            return
        if self._left[Direction.OUT]:
            self._desk.submit(SendFiles(peer_id, (self.path,)))
        else:
            print(json.dumps(self._watch.late_ms), flush=True)
            self.window.close()


def main(words: list[str]) -> int:
    Watched.turns, Watched.path = int(words[0]), Path(words[1])
    shell.Shell = Watched  # type: ignore[misc]
    return shell.run(words[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
