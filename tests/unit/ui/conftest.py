"""Widgets drawn into memory. A Qt warning or an exception in a slot fails the test."""

import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.events import RoomChanged
from tests.unit.ui.moment import Moment
from tests.unit.ui.poison import CREW, POISONED, Listener
from tests.unit.ui.stage import Stage, make_look, person
from ui.garbage import Collector
from ui.language import Language, LanguageChoice
from ui.look import Look
from ui.rescale import resize_text
from ui.theme import ThemeChoice

_OF_OFFSCREEN = frozenset(
    {
        "This plugin does not support propagateSizeHints()",
        "This plugin does not support raise()",
        "This plugin does not support grabbing the keyboard",
        "QObject::connect: No such signal"
        " QPlatformNativeInterface::systemTrayWindowChanged(QScreen*)",
    }
)
"""What the platform without a screen says of itself at every window, at
those that pop up, or at a tray's icon."""


@pytest.fixture(scope="session")
def app() -> QApplication:
    made = QApplication(["Landline"])
    made.setStyle("Fusion")
    made.setQuitOnLastWindowClosed(False)
    return made


@pytest.fixture(scope="package", autouse=True)
def collector(app: QApplication) -> Iterator[Collector]:
    """As in the program: no other thread frees a Qt object."""
    made = Collector()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def no_qt_faults(app: QApplication) -> Iterator[None]:
    """PySide hands what a slot raises to sys.excepthook and goes on; Qt prints its warnings."""
    faults: list[str] = []

    def on_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and text not in _OF_OFFSCREEN:
            faults.append(f"Qt: {text}")

    def on_exception(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        faults.append("in a slot: " + "".join(traceback.format_exception(kind, error, trace)))

    before = qInstallMessageHandler(on_message)
    hook, sys.excepthook = sys.excepthook, on_exception
    try:
        yield
        app.processEvents()
    finally:
        sys.excepthook = hook
        qInstallMessageHandler(before)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture(scope="session")
def _look(app: QApplication) -> Iterator[Look]:
    english = Language(app, LanguageChoice.ENGLISH)
    yield make_look(app)
    del english


@pytest.fixture
def look(app: QApplication, _look: Look) -> Iterator[Look]:
    """Light, English and of the usual size, whatever the test before chose."""
    locale = _look.format.locale
    yield _look
    resize_text(app, _look, 100)
    _look.theme.choose_high(False)
    _look.theme.follow(ThemeChoice.SYSTEM)
    _look.theme.choose(ThemeChoice.LIGHT)
    _look.format.locale = locale


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Ask for it before what shows the buttons."""
    made = Moment()
    for place in ("ui.chat.arming.time", "ui.chat.arming.QTimer", "ui.dialogs.offer.QTimer"):
        monkeypatch.setattr(place, made)
    return made


@pytest.fixture
def stage(app: QApplication, look: Look, collector: Collector, tmp_path: Path) -> Iterator[Stage]:
    """A whole window over a database of its own; commands land in ``stage.commands``."""
    made = Stage(app, look, tmp_path)
    yield made
    made.close()
    collector.collect()


@pytest.fixture
def poisoned(stage: Stage) -> Stage:
    """Mallory, a contact, writes; so does a room of theirs."""
    stage.meet("Mallory")
    stage.window.resize(1500, 900)
    stage.be_ready(POISONED, person("Ann"))
    stage.tell(RoomChanged(CREW))
    return stage


@pytest.fixture
def ears() -> Listener:
    return Listener()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a session bus that nobody else is on."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()
