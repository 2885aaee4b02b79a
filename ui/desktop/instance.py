"""One window for a profile: a second start hands over to the first and ends."""

import contextlib
import json
import logging
import os
import socket
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from ui.desktop.door import CALLERS_MAX, Door, knock, open_door

log = logging.getLogger(__name__)

HAND_OVER_S: Final = 2.0
"""For a window that hangs; the second start then says that the profile is in use."""
REQUEST_MAX_BYTES: Final = 1024 * 1024
_PIECE_BYTES: Final = 64 * 1024
TOKEN: Final = "XDG_ACTIVATION_TOKEN"


def hand_over(folder: Path, words: dict[str, Any], within_s: float = HAND_OVER_S) -> bool:
    """Whether a window that has this profile open took ``words``, and comes to the front."""
    try:
        found = knock(folder, within_s)
        if found is None:
            return False
        there, secret = found
        words = {**words, "token": os.environ.get(TOKEN, ""), "secret": secret}
        with there:
            there.sendall(json.dumps(words).encode() + b"\n")
            return there.recv(16) == b"ok\n"
    except OSError as error:
        log.info("no window answers at %s: %s", folder, error)
        return False


class Reception(QObject):
    """Listens for second starts; begun once the profile is ours alone.

    Not with Qt's own sockets: their module brings 4 MB, and the system's Kerberos.
    """

    called = Signal(object)
    """A dict, as ``hand_over`` sent it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._door: Door | None = None
        try:
            self._door = open_door(folder)
        except OSError as error:
            log.warning("a second start finds no window: %s", error)
        if self._door is not None:
            listener = self._door.socket.fileno()
            self._notifier = QSocketNotifier(listener, QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._on_caller)

    def stop(self) -> None:
        """Idempotent."""
        if self._door is None:
            return
        self._notifier.setEnabled(False)
        self._door.close()
        self._door = None
        for caller in self.findChildren(_Caller):
            caller.hang_up()

    def is_ours(self, secret: object) -> bool:
        """Whether a caller who says this can read the profile."""
        return self._door is not None and secret == self._door.secret

    def _on_caller(self) -> None:
        assert self._door is not None
        try:
            there, _ = self._door.socket.accept()
        except OSError:  # gone again; a notifier may also speak without cause
            return
        if len(self.findChildren(_Caller)) < CALLERS_MAX:
            _Caller(there, self)
        else:
            there.close()


class _Caller(QObject):
    """A second start, until it has said its line or its time is over."""

    def __init__(self, there: socket.socket, reception: Reception) -> None:
        super().__init__(reception)
        there.setblocking(False)
        self._there = there
        self._heard = bytearray()
        self._notifier = QSocketNotifier(there.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        QTimer.singleShot(round(HAND_OVER_S * 1000), self, self.hang_up)

    def hang_up(self) -> None:
        """Idempotent."""
        self._notifier.setEnabled(False)
        self._there.close()
        self.deleteLater()

    def _read(self) -> None:
        try:
            piece = self._there.recv(_PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self._heard += piece
        if piece.endswith(b"\n"):
            self._take_words()
        if not piece or piece.endswith(b"\n") or len(self._heard) > REQUEST_MAX_BYTES:
            self.hang_up()

    def _take_words(self) -> None:
        try:
            words = json.loads(self._heard)
        except (ValueError, RecursionError):
            return
        # Not kept: a cycle with its parent would be collected whenever, also within an event.
        reception = self.parent()
        assert isinstance(reception, Reception)
        if isinstance(words, dict) and reception.is_ours(words.pop("secret", None)):
            with contextlib.suppress(OSError):
                self._there.send(b"ok\n")
            reception.called.emit(words)
