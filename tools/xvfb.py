"""A screen that nobody sees: an X server of its own, on a display number it finds by itself."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = "1280x800x24"


def has_xvfb() -> bool:
    return shutil.which("Xvfb") is not None


@contextmanager
def virtual_screen(size: str = SIZE) -> Iterator[dict[str, str]]:
    """The environment for programs that shall open their windows there."""
    reads, writes = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(writes,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writes)
        with os.fdopen(reads) as answer:
            number = answer.readline().strip()
        try:
            if not number:
                raise OSError("Xvfb did not start")
            environment = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
            yield {**environment, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
