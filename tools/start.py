"""What `make run` does: make the environment, then open the window, or say why it cannot.

python3 -m tools.start [arguments of main.py]
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import NoReturn

from tools.debian import (
    WAYLAND_LIBRARIES,
    WINDOW_LIBRARIES,
    X11_LIBRARIES,
    missing_libraries,
    provide,
    say,
)
from tools.environment import ROOT, SetupError, make

CONNECT_S = 2.0


def main(arguments: list[str]) -> NoReturn:
    try:
        python = make("run")
    except SetupError as error:
        say(str(error))
        sys.exit(1)
    if arguments[:1] != ["headless"]:
        if not _has_display():
            say("no display here: starting headless (one JSON request a line; see HEADLESS.md)")
            arguments = ["headless", *arguments]
        elif not _provide_libraries():
            sys.exit(1)
    command = [str(python), str(ROOT / "main.py"), *arguments]
    if os.name == "nt":  # exec there returns to the shell before the program ends
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def _has_display() -> bool:
    """Whether a window could open: tried, since DISPLAY outlives the desktop it named."""
    if sys.platform != "linux":
        return True
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    return _wayland_answers() or _x11_answers()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _connects(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name))


def _x11_answers() -> bool:
    host, colon, number = os.environ.get("DISPLAY", "").rpartition(":")
    number = number.partition(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects("\0" + path) or _connects(path)
    try:
        socket.create_connection((host, 6000 + int(number)), CONNECT_S).close()
    except OSError:
        return False
    return True


def _connects(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(CONNECT_S)
        try:
            client.connect(path)
        except OSError:
            return False
    return True


def _provide_libraries() -> bool:
    tables = [WINDOW_LIBRARIES]
    tables.append(WAYLAND_LIBRARIES if os.environ.get("WAYLAND_DISPLAY") else X11_LIBRARIES)
    return provide(missing_libraries(*tables), "the window")


if __name__ == "__main__":
    main(sys.argv[1:])
