"""The window's event loop beside a running transfer.

python -m bench.begin loop OFFERS TURNS PATH [OPTION...]   a window (options as main.py's): takes
OFFERS offers, sends PATH back TURNS times, closes and tells what each wait was; meanwhile texts
may come, TEXTS_AT_ONCE of them at once
"""

import json
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from app.commands import AcceptTransfer, SendFiles, SetTrust
from app.model import Direction, MessageKind, Transfer, TransferState
from bench.frames import Lateness
from bench.transfer.loads import TEXTS_AT_ONCE
from ui import app as shell
from ui.switchboard import Switchboard

QUIET_MS = 3_000
QUIET, RECEIVING, SENDING = "nothing goes on", "receives", "sends"
BURST = f"receives, and {TEXTS_AT_ONCE:,} messages come"


class Watch(Lateness):
    """Notes the lateness of every step under what goes on at that time."""

    def __init__(self) -> None:
        super().__init__()
        self.what: str | None = None
        self.late: dict[str, list[float]] = {}
        self.busy: dict[str, list[float]] = {}
        self.took_s: list[float] = []
        """From the first text of a burst to the last."""

    def turn_to(self, what: str | None) -> None:
        """Something else goes on from here."""
        if self.what is not None:
            self.late.setdefault(self.what, []).extend(self.late_ms)
            self.busy.setdefault(self.what, []).extend(self.busy_ms)
        self.late_ms.clear()
        self.busy_ms.clear()
        self.what = what


class Watched(shell.Shell):
    """Accepts, sends and closes by itself, with the chat open that shows it."""

    offers = turns = 0
    path = Path()
    _texts = 0
    _first_s = 0.0

    def _furnish(self) -> None:
        self._watch = Watch()
        self._left = {Direction.IN: self.offers, Direction.OUT: self.turns}
        self._ended: set[str] = set()
        super()._furnish()
        assert self._back is not None
        self._desk = self._back.desk
        self._desk.ready.connect(self._on_ready)
        self._desk.messages_added.connect(self._on_messages)
        self._desk.transfer_changed.connect(self._on_transfer)

    def _on_ready(self) -> None:
        self._watch.turn_to(QUIET)
        QTimer.singleShot(QUIET_MS, self._tell_ready)

    def _tell_ready(self) -> None:
        self._watch.turn_to(None)
        print(self._desk.my_id, flush=True)

    def _on_messages(self, messages: tuple) -> None:
        for message in messages:
            transfer = message.transfer
            if message.kind is MessageKind.TEXT:
                self._count_text()
            elif transfer is not None and transfer.direction is Direction.IN:
                self._desk.submit(SetTrust(transfer.peer_id, accepted=True))
                self.window.findChild(Switchboard).open_person(transfer.peer_id)
                self._desk.submit(AcceptTransfer(transfer.transfer_id))

    def _count_text(self) -> None:
        if self._texts % TEXTS_AT_ONCE == 0:
            self._watch.turn_to(BURST)
            self._first_s = time.perf_counter()
        self._texts += 1
        if self._texts % TEXTS_AT_ONCE == 0:
            self._watch.turn_to(None)
            self._watch.took_s.append(time.perf_counter() - self._first_s)

    def _on_transfer(self, transfer: Transfer) -> None:
        is_receiving = transfer.direction is Direction.IN
        is_burst = bool(self._texts % TEXTS_AT_ONCE)
        if transfer.state is TransferState.RUNNING and not is_burst:
            self._watch.turn_to(RECEIVING if is_receiving else SENDING)
        elif transfer.state.is_final and transfer.transfer_id not in self._ended:
            self._ended.add(transfer.transfer_id)
            if not is_burst:
                self._watch.turn_to(None)
            self._left[transfer.direction] -= 1
            self._go_on_with(transfer.peer_id)

    def _go_on_with(self, peer_id: str) -> None:
        if self._left[Direction.IN]:
            return
        if self._left[Direction.OUT]:
            self._desk.submit(SendFiles(peer_id, (self.path,)))
        else:
            watch = self._watch
            told = {"late": watch.late, "busy": watch.busy, "took_s": watch.took_s}
            print(json.dumps(told), flush=True)
            self.window.close()


def main(words: list[str]) -> int:
    Watched.offers, Watched.turns, Watched.path = int(words[0]), int(words[1]), Path(words[2])
    shell.Shell = Watched  # type: ignore[misc]
    return shell.run(words[3:])
