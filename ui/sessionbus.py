"""Starting where there is no session bus and no way to start one."""

from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Final

MACHINE_ID_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def survive_without_session_bus(environ: MutableMapping[str, str], ids: Sequence[Path]) -> None:
    """Call before QApplication is made; on a machine with an id in one of ``ids`` nothing changes.

    Without a bus address libdbus tries to start a bus, asks for the machine's id,
    and when there is none (containers, fresh roots) it ends the process.
    """
    if "DBUS_SESSION_BUS_ADDRESS" not in environ and not any(path.exists() for path in ids):
        environ.setdefault("DBUS_FATAL_WARNINGS", "0")
