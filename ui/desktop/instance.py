"""One window for a profile: a second start hands over to the first and ends.

They meet at a socket in a folder that only this user can enter: the profile's own, or the
runtime folder of the session where that path would be too long for a socket.
"""

import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

log = logging.getLogger(__name__)

NAME: Final = "window.sock"
PATH_MAX_BYTES: Final = 100
"""Of a socket's address: 104 on macOS and 108 on Linux, with their end."""
HAND_OVER_S: Final = 2.0
"""For a window that hangs; the second start then says that the profile is in use."""
REQUEST_MAX_BYTES: Final = 1024 * 1024
CALLERS_MAX: Final = 8
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
    """Listens for second starts; begun once the profile is ours alone."""

    called = Signal(object)
    """A dict, as ``hand_over`` sent it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 - the window opens first

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(CALLERS_MAX)
        self._server.newConnection.connect(self._on_caller)
        address = _address(folder)
        if address and sys.platform != "win32":
            QLocalServer.removeServer(address)  # of one that was killed: the profile is ours
            if not self._server.listen(address):
                log.warning("a second start finds no window: %s", self._server.errorString())

    def stop(self) -> None:
        self._server.close()

    def _on_caller(self) -> None:
        caller = self._server.nextPendingConnection()
        caller.readyRead.connect(lambda: self._read(caller))
        caller.disconnected.connect(caller.deleteLater)
        QTimer.singleShot(round(HAND_OVER_S * 1000), caller, caller.abort)

    def _read(self, caller: Any) -> None:
        if caller.bytesAvailable() > REQUEST_MAX_BYTES:
            caller.abort()
        if not caller.canReadLine():
            return
        try:
            words = json.loads(bytes(caller.readLine().data()))
        except (ValueError, RecursionError):
            words = None
        if isinstance(words, dict):
            caller.write(b"ok\n")
            caller.flush()
            self.called.emit(words)
        caller.disconnectFromServer()
