"""The window and the desktop around it: a real tray, a real notification daemon, a second start."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.model import MessageState
from tests.e2e.desktop import (
    SCREEN,
    Desktop,
    Person,
    open_window,
    wait_until,
    window_command,
)
from tests.e2e.test_window_meeting import LEFT
from tools.headless import Headless

PANEL_PX = 40
PROGRAMS = ("dunst", "dunstctl", "trayer")
AREA = {
    "edge": "bottom",
    "align": "right",
    "width": "200",
    "height": str(PANEL_PX),
    "widthtype": "pixel",
}


@pytest.fixture
def notes(desktop: Desktop) -> None:
    desktop.take_notes()


def shown(desktop: Desktop) -> int:
    """How many notifications are on the screen."""
    return int(desktop.dunstctl("count", "displayed").stdout or 0)


def visible(desktop: Desktop, person: Person) -> bool:
    return person.window in desktop.windows_of(person.process, "Landline")


@pytest.fixture
def bob(tmp_path: Path) -> Iterator[Headless]:
    """On the same loopback as the windows."""
    made = Headless(tmp_path / "bob", "--name", "Bob", "--bind", "127.0.0.1")
    yield made
    made.kill()


@pytest.mark.usefixtures("notes")
def test_note_comes_while_the_window_is_away_and_goes_when_it_is_read(
    desktop: Desktop, bob: Headless
) -> None:
    ann = open_window(desktop, "Ann", LEFT, notifies=True)
    there = bob.wait("peer", name="Ann", online=True)["peer_id"]
    bob.ask("trust", peer=there, accepted=True)
    first = bob.send(there, "May I?")
    bob.delivered(first)
    wait_until("a stranger is only counted", lambda: shown(desktop) <= 1)
    _answer(desktop, ann, "Yes")
    wait_until("Ann has answered", lambda: ann.has("Yes", MessageState.DELIVERED))
    desktop.minimize(ann.window)
    bob.delivered(bob.send(there, "看这里 <b>now</b>"))
    wait_until("it is told", lambda: shown(desktop) == 1)
    desktop.look("note")
    desktop.dunstctl("action", "0")
    wait_until("the window is in front", lambda: desktop.is_active(ann.window))
    wait_until("the note is gone", lambda: shown(desktop) == 0)


def _answer(desktop: Desktop, ann: Person, text: str) -> None:
    """The request's row is the first of the list; writing in it accepts."""
    desktop.press(ann.window, "ctrl+k")
    desktop.write(ann.window, "Bob")
    desktop.press(ann.window, "Return")
    desktop.write(ann.window, text)
    desktop.press(ann.window, "Return")


def test_closed_window_lives_in_the_tray_until_the_tray_goes(desktop: Desktop) -> None:
    options = [word for name, value in AREA.items() for word in (f"--{name}", value)]
    tray = desktop.start("trayer", ["trayer", *options])
    ann = open_window(desktop, "Ann", LEFT)
    wait_until("the icon is in the tray", lambda: _is_in_tray(desktop))
    desktop.press(ann.window, "ctrl+w")
    wait_until("the window is hidden", lambda: not visible(desktop, ann))
    assert ann.process.poll() is None
    desktop.look("tray")
    tray.terminate()
    tray.wait()
    wait_until("the window is back", lambda: visible(desktop, ann))
    desktop.press(ann.window, "ctrl+w")
    assert ann.process.wait(20) == 0


def _is_in_tray(desktop: Desktop) -> bool:
    """A window of the app lies where the panel is, at the bottom of the screen."""
    tops = re.findall(r'\("Landline" "landline"\) .*\+(\d+)$', desktop.tree(), re.MULTILINE)
    return any(int(top) >= SCREEN[1] - PANEL_PX for top in tops)


def test_second_start_raises_the_first(desktop: Desktop) -> None:
    ann = open_window(desktop, "Ann", LEFT)
    wait_until("it listens", (ann.profile / "window.sock").exists)
    desktop.minimize(ann.window)
    wait_until("it is away", lambda: not desktop.is_active(ann.window))
    second = desktop.start("second", window_command(ann.profile, "Ann"))
    assert second.wait(30) == 0
    wait_until("the first is in front", lambda: desktop.is_active(ann.window))
    assert desktop.log("second") == ""
