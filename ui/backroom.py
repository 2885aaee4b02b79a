"""Behind the window: the desk, the bridge to the engine's thread, and the engine's life."""

import sys
from pathlib import Path

from PySide6.QtCore import QObject

from app.arguments import Arguments
from app.errors import ErrorCode
from app.events import Failed
from ui.bridge import Bridge
from ui.desk import Desk, History
from ui.gathering import Gathering
from ui.roster import Roster
from ui.startup import Startup

_EXIT_FAULT = 1
_EXITS = {ErrorCode.PROFILE_IN_USE: 3, ErrorCode.PORT_TAKEN: 4}
"""As the headless shell's, so that a script can tell."""


class BackRoom(QObject):
    def __init__(self, roster: Roster, wanted: Arguments, folder: Path) -> None:
        """``folder`` is the profile's."""
        super().__init__()
        self._fatal: Failed | None = None
        self._bridge = Bridge()
        self.desk = Desk(roster)
        self.desk.open_history = lambda: _open_history(folder / "landline.db")
        self.desk.failed.connect(self._on_failed)
        self._gathering = Gathering(self.desk.on_event)
        self._bridge.event.connect(self._gathering.take)
        self._startup = Startup(wanted, self._bridge.event.emit, self.desk.take_engine)

    def begin(self) -> None:
        """Returns at once; Ready or a fatal Failed comes through the desk."""
        self._startup.begin()

    def end(self) -> int:
        """Everything written and closed; the exit status."""
        self.desk.close_history()
        self._startup.end()
        return _EXITS.get(self._fatal.code, _EXIT_FAULT) if self._fatal else 0

    def _on_failed(self, event: Failed) -> None:
        if event.is_fatal:
            self._fatal = event
            print(f"landline: {event.detail}", file=sys.stderr)


def _open_history(database: Path) -> History:
    from app.store.reader import Reader  # noqa: PLC0415 - loaded by the engine meanwhile

    return Reader(database)
