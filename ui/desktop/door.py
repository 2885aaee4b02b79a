"""Where a second start finds the first one's window.

A socket in a folder that only this user can enter: the profile's own, or the runtime folder of
the session where that path would be too long. Where Python has no such sockets (Windows), a port
of loopback: its number and a secret that a caller must say are in a file of the profile.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.files import write_private

SOCKET_NAME: Final = "window.sock"
PORT_NAME: Final = "window.port"
PATH_MAX_BYTES: Final = 100
"""Of a socket's address: 104 on macOS and 108 on Linux, with their end."""
CALLERS_MAX: Final = 8
HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
_SECRET_BYTES: Final = 16
_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Door:
    socket: socket.socket
    """Listens, never blocks."""
    secret: str
    """What a caller has to say; empty where nobody else can call."""
    path: Path

    def close(self) -> None:
        self.socket.close()
        self.path.unlink(missing_ok=True)


def open_door(folder: Path) -> Door | None:
    """None where there is no place for one. The profile is ours: what a killed one left there
    is replaced. Raises OSError."""
    return _open_private(folder) if HAS_UNIX_SOCKETS else _open_loopback(folder)


def knock(folder: Path, within_s: float) -> tuple[socket.socket, str] | None:
    """A connection to the window that has this profile open, and its secret; None where no
    window has. Raises OSError."""
    if HAS_UNIX_SOCKETS:
        address = _address(folder)
        if not address or not os.path.exists(address):
            return None
        return _connected(socket.socket(socket.AF_UNIX), address, within_s), ""
    try:
        port, _, secret = (folder / PORT_NAME).read_text("ascii").partition(" ")
        address_there = _LOOPBACK, int(port)
    except (FileNotFoundError, ValueError):
        return None
    return _connected(socket.socket(socket.AF_INET), address_there, within_s), secret


def _connected(
    there: socket.socket, address: str | tuple[str, int], within_s: float
) -> socket.socket:
    try:
        there.settimeout(within_s)
        there.connect(address)
    except OSError:
        there.close()
        raise
    return there


def _open_private(folder: Path) -> Door | None:
    address = _address(folder)
    if not address:
        return None
    Path(address).unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    try:
        door.setblocking(False)
        door.bind(address)
        os.chmod(address, 0o600)
        door.listen(CALLERS_MAX)  # nobody is let in before
    except OSError:
        door.close()
        raise
    return Door(door, "", Path(address))


def _open_loopback(folder: Path) -> Door:
    import secrets  # noqa: PLC0415 - not before the first frame where it is not needed

    secret, path = secrets.token_hex(_SECRET_BYTES), folder / PORT_NAME
    door = socket.socket(socket.AF_INET)
    try:
        door.setblocking(False)
        door.bind((_LOOPBACK, 0))
        door.listen(CALLERS_MAX)
        write_private(path, f"{door.getsockname()[1]} {secret}".encode())
    except OSError:
        door.close()
        raise
    return Door(door, secret, path)


def _address(folder: Path) -> str:
    """Empty where there is no room for it."""
    own = str(folder.absolute() / SOCKET_NAME)
    if len(os.fsencode(own)) <= PATH_MAX_BYTES:
        return own
    import hashlib  # noqa: PLC0415 - 3 ms before the first frame, and hardly ever needed

    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    digest = hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
    other = os.path.join(runtime, f"landline-{digest}.sock")
    fits = _is_private(runtime) and len(os.fsencode(other)) <= PATH_MAX_BYTES
    return other if fits else ""


def _is_private(folder: str) -> bool:
    """Where others may make files, somebody else may be waiting for our second start."""
    try:
        found = os.stat(folder)
    except OSError:
        return False
    return found.st_uid == os.getuid() and not found.st_mode & 0o077
