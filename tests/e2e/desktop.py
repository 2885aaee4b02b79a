"""A desktop that nobody sees: X server, window manager, session bus, and hands to use it with.

The hands are xdotool's, the eyes ImageMagick's: programs are driven as a person
drives them. Nothing sleeps; what may come too early is tried again until it did it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from app.model import Message, MessageState, Transfer, TransferState
from app.store.reader import Reader
from app.store.schema import load_migrations, schema_version
from tools import headless
from tools.xvfb import virtual_screen
from ui.ids import chat_bytes
from ui.theme import LIGHT
from ui.window_file import WindowSettings, read_window_settings

ROOT = Path(__file__).resolve().parents[2]
SCREEN = (1760, 1000)
WITHIN_S = 30.0
STOP_S = 10.0
BUTTON = (50, 16)
"""The least size of the button that accepts files."""
DRAG_STEPS = 15
"""A drag is recognised by its small moves."""
PROGRAMS = ("Xvfb", "openbox", "dbus-daemon", "xdotool", "import")

Point = tuple[int, int]


def missing_programs(*more: str) -> list[str]:
    path = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/libexec"
    return [name for name in (*PROGRAMS, *more) if shutil.which(name, path=path) is None]


def wait_until(what: str, is_so: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    headless.wait_until(is_so, within_s, f"until {what}")


def insist(what: str, act: Callable[[], object], is_so: Callable[[], bool]) -> None:
    """Act, look whether it did it, and act again: a hand does not know when a program is ready."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        act()
        try:
            wait_until(what, is_so, within_s=3.0)
        except AssertionError:
            continue
        return
    raise AssertionError(f"tried for {WITHIN_S} s in vain until {what}")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the screen."""

    left: int
    top: int
    width: int
    height: int

    def point(self, x: float = 0.5, y: float = 0.5) -> Point:
        """A place in it, as shares of its width and height."""
        return self.left + int(self.width * x), self.top + int(self.height * y)


class Desktop:
    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self._stack = ExitStack()

    # --- Programs ----------------------------------------------------------
    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """It ends with the desktop at the latest; its output is in ``<name>.log``."""
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._stack.callback(_end, process)
        return process

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        self._stack.close()

    def window_of(self, process: subprocess.Popen[bytes], title: str) -> str:
        """The id of the process's visible window whose title matches."""
        found: list[str] = []

        def is_there() -> bool:  # asked once: a window that is being mapped comes and goes
            found[:] = self.windows_of(process, title)
            return bool(found)

        wait_until(f"there is a window {title!r}", is_there)
        return found[0]

    def windows_of(self, process: subprocess.Popen[bytes], title: str) -> list[str]:
        """The ids of those that are there right now."""
        search = ["search", "--all", "--onlyvisible", "--pid", str(process.pid), "--name", title]
        found = self._xdotool(*search, check=False).split()
        assert process.poll() is None, "the program ended"
        return found

    def window_named(self, title: str) -> str:
        """The id of the visible window with this title, whichever process has it."""
        search = ["search", "--onlyvisible", "--name", f"^{title}$"]

        def is_there() -> bool:
            return bool(self._xdotool(*search, check=False).split())

        wait_until(f"there is a window {title!r}", is_there)
        return self._xdotool(*search).split()[0]

    # --- Notifications -----------------------------------------------------
    def take_notes(self) -> None:
        """Starts a daemon that shows them, each by itself, and forgets none."""
        settings = self.folder / "dunstrc"
        settings.write_text("[global]\nmarkup=full\nstack_duplicates=false\nhistory_length=10000\n")
        self.start("dunst", ["dunst", "-conf", str(settings)])
        wait_until("notifications are there", lambda: self.dunstctl("count").returncode == 0)

    def dunstctl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._finish("dunstctl", *words)

    def _finish(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    # --- Hands -------------------------------------------------------------
    def place(self, window: str, area: Area) -> None:
        self._xdotool("windowmove", window, str(area.left), str(area.top))
        self._xdotool("windowsize", window, str(area.width), str(area.height))
        wait_until("the window has its place", lambda: self._is_near(window, area))

    def _is_near(self, window: str, area: Area) -> bool:
        now = self.area_of(window)
        return abs(now.left - area.left) < 60 and abs(now.width - area.width) < 60

    def area_of(self, window: str) -> Area:
        lines = self._xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        return Area(*(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))

    def focus(self, window: str) -> None:
        """Refused until the window manager has taken the new window over."""
        wait_until("the window has the keyboard", lambda: self._activates(window))

    def _activates(self, window: str) -> bool:
        self._xdotool("windowactivate", "--sync", window, check=False)
        return self.is_active(window)

    def is_active(self, window: str) -> bool:
        return self._xdotool("getactivewindow", check=False).strip() == window

    def minimize(self, window: str) -> None:
        self._xdotool("windowminimize", window)

    def tree(self) -> str:
        """All windows of the screen, those inside others indented below them."""
        done = subprocess.run(
            ["xwininfo", "-root", "-tree"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,  # windows come and go while they are counted
        )
        return done.stdout

    def press(self, window: str, *keys: str) -> None:
        self.focus(window)
        self._xdotool("key", "--clearmodifiers", "--delay", "30", *keys)

    def write(self, window: str, text: str) -> None:
        self.focus(window)
        self._xdotool("type", "--clearmodifiers", "--delay", "15", text)

    def click(self, point: Point) -> None:
        self._move(*point)
        self._xdotool("click", "1")

    def point_at(self, point: Point) -> None:
        self._move(*point)

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], at_end: Callable[[], None]
    ) -> None:
        """Press, move in small steps, let ``at_end`` look, release."""
        self._move(*start)
        self._xdotool("mousedown", "1")
        for step in range(1, DRAG_STEPS + 1):
            x, y = (a + (b - a) * step // DRAG_STEPS for a, b in zip(start, end, strict=True))
            self._move(x, y)
        try:
            at_end()
        finally:
            self._xdotool("mouseup", "1")

    def _move(self, x: int, y: int) -> None:
        self._xdotool("mousemove", "--sync", str(x), str(y), check=False)

    def _xdotool(self, *words: str, check: bool = True) -> str:
        done = self._finish("xdotool", *words)
        assert not check or done.returncode == 0, f"xdotool {words}: {done.stderr}"
        return done.stdout

    # --- Eyes --------------------------------------------------------------
    def look(self, name: str = "now") -> QImage:
        """The whole screen, kept as ``<name>.png``."""
        path = self.folder / f"{name}.png"
        command = ["import", "-silent", "-window", "root", str(path)]
        subprocess.run(command, env=self.environment, timeout=30, check=True)
        return QImage(str(path))

    def picture_of(self, area: Area) -> QImage:
        return self.look().copy(QRect(area.left, area.top, area.width, area.height))

    def find(self, color: str, within: Area, least: tuple[int, int]) -> Area | None:
        """The lowest rectangle of this colour, at least ``least`` wide and high."""
        image = self.look()
        wanted = QColor(color).rgb()
        for top in range(within.top + within.height - least[1], within.top, -1):
            run = _run_of(image, wanted, within, top)
            if run is not None and run[1] >= least[0]:
                middle = run[0] + run[1] // 2
                if all(image.pixel(middle, top - up) == wanted for up in (0, least[1] // 8)):
                    return Area(run[0], top - least[1] // 2, run[1], least[1] // 2)
        return None


def _run_of(image: QImage, wanted: int, within: Area, row: int) -> tuple[int, int] | None:
    """Start and length of the longest run of a colour in one row of pixels."""
    best: tuple[int, int] | None = None
    start = None
    for x in range(within.left, within.left + within.width + 1):
        is_wanted = (
            x < image.width() and x < within.left + within.width and (image.pixel(x, row) == wanted)
        )
        if is_wanted and start is None:
            start = x
        elif not is_wanted and start is not None:
            if best is None or x - start > best[1]:
                best = (start, x - start)
            start = None
    return best


def _end(process: subprocess.Popen[bytes]) -> None:
    """As a session's end would: asked first, then made to."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)


@contextmanager
def open_desktop(folder: Path) -> Iterator[Desktop]:
    """Xvfb, a session bus and openbox; a home and a runtime folder of their own."""
    home, runtime = folder / "home", folder / "runtime"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    width, height = SCREEN
    with virtual_screen(f"{width}x{height}x24") as screen, _session_bus(screen) as bus:
        environment = {
            **screen,
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "LC_ALL": "C.UTF-8",
        }
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            environment[name] = str(home / name.lower())
        desktop = Desktop(environment, folder)
        try:
            # A window that is mapped while the manager begins may stay unmanaged.
            is_ready = folder / "openbox-is-ready"
            desktop.start("openbox", ["openbox", "--startup", f"touch {is_ready}"])
            wait_until("the window manager is there", is_ready.exists)
            yield desktop
        finally:
            desktop.close()


@contextmanager
def _session_bus(environment: dict[str, str]) -> Iterator[str]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


def window_command(profile: Path, name: str, *options: str) -> list[str]:
    return [
        sys.executable,
        "main.py",
        *("--profile", str(profile), "--name", name, "--bind", "127.0.0.1"),
        *options,
    ]


# --- People at it ----------------------------------------------------------
@dataclass(slots=True)
class Person:
    """One window and what its own database says, read beside it."""

    name: str
    process: subprocess.Popen[bytes]
    window: str
    profile: Path
    downloads: Path

    def _ask(self, question: Callable[[Reader], list[Message] | list[Transfer]]):  # type: ignore[no-untyped-def]
        database = self.profile / "landline.db"
        if not _is_made(database):
            return []
        with Reader(database) as reader:
            return question(reader)

    def messages(self) -> list[Message]:
        return self._ask(
            lambda reader: [
                one
                for talk in reader.conversations()
                for one in reader.messages_before(chat_bytes(talk.chat_id), None, 50)
            ]
        )

    def window_settings(self) -> WindowSettings:
        return read_window_settings(self.profile / "window.json")

    def transfers(self) -> list[Transfer]:
        return self._ask(lambda reader: reader.transfers(10))

    def has(self, text: str, *states: MessageState) -> bool:
        found = [one for one in self.messages() if one.text == text]
        return any(not states or one.state in states for one in found)


def _is_made(database: Path) -> bool:
    """Not only begun: its tables are there."""
    if not database.exists():
        return False
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(int(STOP_S * 1000))
        return schema_version(connection) == len(load_migrations())
    finally:
        connection.close()


def open_window(desktop: Desktop, name: str, area: Area, *, notifies: bool = False) -> Person:
    """A notification would lie over what is clicked at: the bus starts a daemon by itself."""
    profile, downloads = desktop.folder / name, desktop.folder / f"{name}-downloads"
    profile.mkdir()
    downloads.mkdir()
    settings = {"name": name, "theme": "light", "language": "en"}
    (profile / "settings.json").write_text(json.dumps(settings))
    (profile / "window.json").write_text(json.dumps({"notifies": notifies}))
    command = window_command(profile, name, "--downloads", str(downloads))
    process = desktop.start(name, command)
    window = desktop.window_of(process, "Landline")
    desktop.place(window, area)
    return Person(name, process, window, profile, downloads)


def open_chat(desktop: Desktop, person: Person, name: str) -> None:
    """Found by name; the keyboard is in the composer then."""
    desktop.press(person.window, "ctrl+k", "ctrl+a")
    desktop.write(person.window, name)
    desktop.press(person.window, "Return")


def say(desktop: Desktop, person: Person, to: str, text: str) -> None:
    """Find them by name, write, send; again, if they were not on the list yet."""

    def act() -> None:
        open_chat(desktop, person, to)
        desktop.write(person.window, text)
        desktop.press(person.window, "Return")

    insist(f"{person.name} has said {text!r}", act, lambda: person.has(text))


def accept(desktop: Desktop, person: Person) -> None:
    """Press the card's button, as soon as it lets itself be pressed."""
    insist(
        "the offer is accepted",
        lambda: _press_accept(desktop, person.window),
        lambda: _is_answered(person),
    )


def accept_from_stranger(desktop: Desktop, person: Person) -> None:
    """Theirs is shown in full before it is decided on."""
    insist(
        "the offer is shown",
        lambda: _press_accept(desktop, person.window),
        lambda: bool(desktop.windows_of(person.process, "Files")),
    )
    dialog = desktop.window_of(person.process, "Files")
    insist(
        "the offer is accepted",
        lambda: _press_accept(desktop, dialog),
        lambda: _is_answered(person),
    )


def _press_accept(desktop: Desktop, window: str) -> None:
    desktop.focus(window)
    desktop.point_at(desktop.area_of(window).point(0.5, 0.02))  # a button under it looks different
    button = desktop.find(LIGHT.accent, desktop.area_of(window), BUTTON)
    if button is not None:
        desktop.click(button.point())


def _is_answered(person: Person) -> bool:
    return any(one.state is not TransferState.OFFERED for one in person.transfers())
