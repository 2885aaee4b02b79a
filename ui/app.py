"""The window's shell: everything is made here, once, and taken down in order."""

import contextlib
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtWidgets import QApplication

from app.errors import ErrorCode
from app.events import Failed
from ui.arguments import Arguments, parse_arguments
from ui.bridge import Bridge
from ui.desk import Desk, History
from ui.fonts import install_fonts
from ui.format import Format
from ui.garbage import Collector
from ui.icons import app_icon
from ui.inputmethod import choose_input_method, plugin_folder
from ui.language import Language
from ui.look import Look
from ui.looks import Looks, read_looks
from ui.preferences import Preferences
from ui.startup import Startup, profile_folder
from ui.theme import Theme
from ui.window import Window
from ui.words import Words
from ui.worker import Worker

_EXIT_FAULT = 1
_EXITS = {ErrorCode.PROFILE_IN_USE: 3, ErrorCode.PORT_TAKEN: 4}
"""As the headless shell's, so that a script can tell."""


def run(arguments: list[str]) -> int:
    """Opens the window and stays until it is closed; the exit status."""
    wanted = parse_arguments(arguments)
    logging.basicConfig(
        stream=sys.stderr,
        level=wanted.log.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    module = choose_input_method(os.environ, plugin_folder()) if _is_linux() else None
    if module is not None:
        os.environ["QT_IM_MODULE"] = module
    app = QApplication(["Landline"])
    app.setApplicationName("landline")
    app.setApplicationDisplayName("Landline")
    app.setDesktopFileName("landline")
    app.setStyle("Fusion")
    return Shell(app, wanted).run()


class Shell(QObject):
    """Owns what lives as long as the window."""

    def __init__(self, app: QApplication, wanted: Arguments) -> None:
        super().__init__()
        self._app = app
        self._fatal: Failed | None = None
        folder = profile_folder(wanted.profile)
        looks = read_looks(folder / "settings.json")
        self._collector = Collector()
        self._make(looks)
        self._desk.open_history = lambda: _open_history(folder / "landline.db")
        self._startup = Startup(wanted, self._bridge.event.emit, self._desk.take_engine)
        self._desk.failed.connect(self._on_failed)
        self._desk.ready.connect(self._collector.settle)
        self.window.show_name(wanted.name or looks.name)
        self.window.painted.connect(self._startup.begin)

    def _make(self, looks: Looks) -> None:
        app = self._app
        language = Language(app, looks.language)
        look = Look(
            theme=Theme(app, looks.theme),
            fonts=install_fonts(app),
            words=Words(),
            format=Format(language.locale),
        )
        self._worker = Worker()
        self._bridge = Bridge()
        self._desk = Desk()
        self._bridge.event.connect(self._desk.on_event)
        preferences = Preferences(self._desk, look, language, looks.reach)
        self.window = Window(self._desk, look, preferences, self._worker)
        self.window.setWindowIcon(app_icon())

    def run(self) -> int:
        interrupts = Interrupts()
        interrupts.received.connect(self.window.close)
        self.window.show()
        self._app.exec()
        interrupts.stop()
        self.close()
        if self._fatal is None:
            return 0
        return _EXITS.get(self._fatal.code, _EXIT_FAULT)

    def close(self) -> None:
        """Idempotent."""
        self._worker.stop()
        self._desk.close_history()
        self._startup.end()
        self._collector.stop()

    def _on_failed(self, event: Failed) -> None:
        if event.is_fatal:
            self._fatal = event
            print(f"landline: {event.detail}", file=sys.stderr)


class Interrupts(QObject):
    """SIGINT and SIGTERM end the window as its close button does.

    Python runs signal handlers only between its own instructions, of which a
    quiet Qt loop has none: the signal's byte on a socket wakes it.
    """

    received = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reads, self._writes = socket.socketpair()
        self._writes.setblocking(False)
        self._reads.setblocking(False)
        self._notifier = QSocketNotifier(self._reads.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)
        self._before = signal.set_wakeup_fd(self._writes.fileno(), warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, _leave_it) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def stop(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._reads.close()
        self._writes.close()

    def _on_byte(self) -> None:
        with contextlib.suppress(BlockingIOError):  # a notifier may speak without cause
            self._reads.recv(64)
            self.received.emit()


def _leave_it(_number: int, _frame: FrameType | None) -> None:
    """The byte on the socket does the work."""


def _is_linux() -> bool:
    return sys.platform.startswith("linux")


def _open_history(database: Path) -> History:
    from app.store.reader import Reader  # noqa: PLC0415 - loaded by the engine meanwhile

    return Reader(database)
