"""One window for a profile: a second start hands over to the first and ends.

They meet at a socket in a folder that only this user can enter: the profile's own, or the
runtime folder of the session where that path would be too long for a socket.
"""

import contextlib
import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

log = logging.getLogger(__name__)

NAME: Final = "window.sock"
PATH_MAX_BYTES: Final = 100
"""Of a socket's address: 104 on macOS and 108 on Linux, with their end."""
HAND_OVER_S: Final = 2.0
"""For a window that hangs; the second start then says that the profile is in use."""
REQUEST_MAX_BYTES: Final = 1024 * 1024
CALLERS_MAX: Final = 8
_PIECE_BYTES: Final = 64 * 1024
TOKEN: Final = "XDG_ACTIVATION_TOKEN"


def hand_over(folder: Path, words: dict[str, Any], within_s: float = HAND_OVER_S) -> bool:
    """Whether a window that has this profile open took ``words``, and comes to the front."""
    address = _address(folder)
    if sys.platform == "win32" or not address or not os.path.exists(address):
        return False
    words = {**words, "token": os.environ.get(TOKEN, "")}
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as there:
            there.settimeout(within_s)
            there.connect(address)
            there.sendall(json.dumps(words).encode() + b"\n")
            return there.recv(16) == b"ok\n"
    except OSError as error:
        log.info("no window answers at %s: %s", address, error)
        return False


def _address(folder: Path) -> str:
    """Empty where there is no room for it."""
    own = str(folder.absolute() / NAME)
    if len(os.fsencode(own)) <= PATH_MAX_BYTES:
        return own
    import hashlib  # noqa: PLC0415 - 3 ms before the first frame, and hardly ever needed

    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    digest = hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
    other = os.path.join(runtime, f"landline-{digest}.sock")
    fits = runtime and len(os.fsencode(other)) <= PATH_MAX_BYTES
    return other if fits else ""


class Reception(QObject):
    """Listens for second starts; begun once the profile is ours alone.

    Not with Qt's own sockets: their module brings 4 MB, and the system's Kerberos.
    """

    called = Signal(object)
    """A dict, as ``hand_over`` sent it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._address = "" if sys.platform == "win32" else _address(folder)
        self._door: socket.socket | None = None
        if self._address:
            try:
                self._door = _listen(self._address)
            except OSError as error:
                log.warning("a second start finds no window: %s", error)
                return
            self._notifier = QSocketNotifier(self._door.fileno(), QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._on_caller)

    def stop(self) -> None:
        """Idempotent."""
        if self._door is None:
            return
        self._notifier.setEnabled(False)
        self._door.close()
        self._door = None
        Path(self._address).unlink(missing_ok=True)
        for caller in self.findChildren(_Caller):
            caller.hang_up()

    def _on_caller(self) -> None:
        assert self._door is not None
        try:
            there, _ = self._door.accept()
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
        self._reception = reception
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
        if isinstance(words, dict):
            with contextlib.suppress(OSError):
                self._there.send(b"ok\n")
            self._reception.called.emit(words)


def _listen(address: str) -> socket.socket:
    """Nobody reaches it before only this user can: that takes ``listen``. Raises OSError."""
    Path(address).unlink(missing_ok=True)  # of one that was killed: the profile is ours
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        door.setblocking(False)
        door.bind(address)
        os.chmod(address, 0o600)
        door.listen(CALLERS_MAX)
    except OSError:
        door.close()
        raise
    return door
