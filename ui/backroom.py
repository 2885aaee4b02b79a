"""Behind the window: the desk, the bridge to the engine's thread, and the engine's life."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject

from app.arguments import Arguments
from app.errors import ErrorCode, KnownError
from app.events import Event, Failed, Ready
from app.terminal import say_error
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
        self._startup = Startup(wanted, self._tell, self.desk.take_engine)

    def begin(self) -> None:
        """Returns at once; Ready or a fatal Failed comes through the desk."""
        self._startup.begin()

    def end(self) -> int:
        """Everything written and closed; the exit status."""
        self.desk.close_history()
        self._startup.end()
        return _EXITS.get(self._fatal.code, _EXIT_FAULT) if self._fatal else 0

    def _tell(self, event: Event) -> None:
        """On the engine's thread, which has met nobody yet when it says Ready: what a thousand
        conversations take to read is not taken from the window's frames."""
        if isinstance(event, Ready) and self.desk.open_history is not None:
            with contextlib.suppress(KnownError):  # the desk meets it again, and tells it
                history = self.desk.open_history()
                self.desk.conversations = history.conversations()
                history.close()
        self._bridge.event.emit(event)

    def _on_failed(self, event: Failed) -> None:
        if event.is_fatal:
            self._fatal = event
            say_error(event.detail)


def _open_history(database: Path) -> History:
    from app.store.reader import Reader  # noqa: PLC0415 - loaded by the engine meanwhile

    return Reader(database)
