"""The window's shell: everything is made here, once, and taken down in order."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.arguments import Arguments, default_profile_path, parse_arguments
from app.errors import ErrorCode
from app.terminal import start_logging
from ui.desktop.errand import errand_of, to_words
from ui.desktop.frozen import clean_for_children
from ui.desktop.instance import hand_over
from ui.fonts import install_fonts
from ui.format import Format
from ui.garbage import Collector
from ui.icons import app_icon
from ui.inputmethod import choose_input_method, has_ibus, plugin_folder
from ui.language import Language
from ui.look import Look
from ui.looks import read_looks
from ui.roster import Roster
from ui.sessionbus import MACHINE_ID_FILES, survive_without_session_bus
from ui.theme import Theme
from ui.window import Window
from ui.window_file import WindowFile
from ui.words import Words
from ui.worker import Worker

if TYPE_CHECKING:
    from app.events import Failed
    from ui.backroom import BackRoom
    from ui.desktop.late import LateHandOver
    from ui.desktop.place import DesktopPlace
    from ui.switchboard import Switchboard

_REST: Final = (
    lambda: import_module("app.commands"),
    lambda: import_module("ui.chat.textlayout"),
    lambda: import_module("ui.chat.bubble"),
    lambda: import_module("app.events"),
    lambda: import_module("ui.desk"),
    lambda: import_module("ui.media.previews"),
    lambda: import_module("ui.chat.delegate"),
    lambda: import_module("ui.chat.view"),
    lambda: import_module("ui.chat.page"),
    lambda: import_module("ui.chat.panel"),
    lambda: import_module("ui.info.room"),
    lambda: import_module("ui.compose.pictures"),
    lambda: import_module("ui.compose.place"),
    lambda: import_module("ui.media.place"),
    lambda: import_module("ui.switchboard"),
    lambda: import_module("ui.backroom"),
    lambda: import_module("ui.desktop.place"),
)
"""Modules, a few more each time: none takes longer than half a frame."""
_SETTLED_MS: Final = 1_000
"""After Ready, what the start needed is free."""
_SWITCH_S: Final = 0.001
"""How long another thread may go on in Python while the window waits for its turn, which it does
anew after each call of Qt: at Python's own 5 ms, frames beside a busy engine took several turns."""


def run(arguments: list[str]) -> int:
    """Opens the window and stays until it is closed; the exit status."""
    wanted = parse_arguments(arguments, "main.py", has_window=True)
    start_logging(wanted.log)
    if _is_linux():
        chosen = choose_input_method(os.environ, plugin_folder(), has_ibus=has_ibus())
        os.environ.update(chosen)
    sys.setswitchinterval(_SWITCH_S)
    survive_without_session_bus(os.environ, MACHINE_ID_FILES)
    clean_for_children(os.environ, is_frozen=hasattr(sys, "frozen"))
    if hand_over(wanted.profile or default_profile_path(), to_words(errand_of(wanted))):
        return 0
    app = QApplication(["Landline"])
    app.setQuitOnLastWindowClosed(False)  # a dialog may be the last one while the window is hidden
    app.setApplicationName("landline")
    app.setApplicationDisplayName("Landline")
    app.setDesktopFileName("landline")
    app.setStyle("Fusion")
    shell = Shell(app, wanted)
    status = shell.run()
    if shell.starts_again:
        from ui.desktop.again import start_again  # noqa: PLC0415 - hardly ever needed

        start_again(wanted, shell.folder)
    return status


class Shell(QObject):
    """Owns what lives as long as the window."""

    def __init__(self, app: QApplication, wanted: Arguments) -> None:
        super().__init__()
        self._app = app
        self._wanted = wanted
        self._collector = Collector()
        self.folder = wanted.profile or default_profile_path()
        self.starts_again = False
        """Instead of ending."""
        self._looks = read_looks(self.folder / "settings.json")
        self._language = Language(app, self._looks.language)
        self._worker = Worker()
        self._file = WindowFile(self.folder / "window.json", self._worker)
        chosen = self._file.settings
        fonts = install_fonts(app, chosen.text_percent)
        self._look = Look(
            theme=Theme(
                app,
                self._looks.theme,
                is_high=chosen.is_high,
                desktop=chosen.desktop_scheme,
                scale=fonts.scale,
            ),
            fonts=fonts,
            words=Words(),
            format=Format(self._language.locale),
        )
        self.roster = Roster()
        self._back: BackRoom | None = None
        self._desktop: DesktopPlace | None = None
        self._late: LateHandOver | None = None
        self.window = Window(self._look, self.roster)
        geometry = QByteArray.fromBase64(self._file.settings.geometry.encode())
        self.window.restoreGeometry(geometry)
        self.window.closing.connect(self._keep_geometry)
        self.window.side.me.show_me("", wanted.name or self._looks.name)
        self._rest = self._load()
        self.window.painted.connect(self._go_on)

    def run(self) -> int:
        interrupts = Interrupts()
        interrupts.received.connect(self.window.leave)
        if self._wanted.is_hidden:
            QTimer.singleShot(0, self, self._go_on)
        else:
            self.window.show()
        self._app.exec()
        interrupts.stop()
        self.window.hide()
        if self._late is not None:
            self._late.stop()
        if self._desktop is not None:
            self._desktop.stop()
        self._worker.stop()
        self._file.close()
        status = self._back.end() if self._back else 0
        self._collector.stop()
        return 0 if self._late is not None and self._late.is_taken else status

    def _keep_geometry(self) -> None:
        geometry = self.window.saveGeometry().toBase64()
        self._file.change(geometry=bytes(geometry.data()).decode())

    def _go_on(self) -> None:
        """One more piece of the rest, and back to the event loop: the frame stays alive."""
        if next(self._rest, None) is not None:
            QTimer.singleShot(0, self, self._go_on)

    def _load(self) -> Iterator[object]:
        """What the first frame does without: more than it took, in short steps."""
        for bring in _REST:
            yield bring()
        self._furnish()

    def _furnish(self) -> None:
        from ui.backroom import BackRoom  # noqa: PLC0415
        from ui.heap import share_heap, trim_heap  # noqa: PLC0415
        from ui.preferences import Preferences  # noqa: PLC0415
        from ui.switchboard import Switchboard  # noqa: PLC0415

        share_heap()
        self.window.setWindowIcon(app_icon())
        back = self._back = BackRoom(self.roster, self._wanted, self.folder)
        preferences = Preferences(back.desk, self._look, self._language, self._looks, self._file)
        board = Switchboard(self.window, back.desk, self._look, preferences, self._worker)
        meet = partial(self._meet_desktop, board)
        back.desk.ready.connect(lambda: QTimer.singleShot(0, self, meet))
        if not self._wanted.name:  # somebody who names themselves there needs no welcome
            back.desk.ready.connect(board.settings.welcome)
        back.desk.ready.connect(self._collector.settle)
        back.desk.ready.connect(lambda: QTimer.singleShot(_SETTLED_MS, self, trim_heap))
        back.desk.failed.connect(self._on_failed)
        board.settings.restart_wanted.connect(self._start_again)
        back.begin()

    def _start_again(self) -> None:
        self.starts_again = True
        self.window.leave()

    def _on_failed(self, event: "Failed") -> None:
        """A start that nobody sees ends in a window that says why."""
        if not event.is_fatal:
            return
        self.window.show()
        if event.code is ErrorCode.PROFILE_IN_USE:
            from ui.desktop.late import LateHandOver  # noqa: PLC0415 - hardly ever needed

            self._late = LateHandOver(self.folder, to_words(errand_of(self._wanted)))
            self._late.taken.connect(self.window.leave)

    def _meet_desktop(self, board: "Switchboard") -> None:
        from ui.desktop.place import DesktopPlace  # noqa: PLC0415

        assert self._back is not None
        self._desktop = DesktopPlace(self.window, self._back.desk, self._look, board, self.folder)
        self._desktop.begin(errand_of(self._wanted))


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
