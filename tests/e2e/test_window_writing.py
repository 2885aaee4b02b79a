"""Writing as people do it: Chinese through a real input method, pictures of a real screen."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from tests.e2e.desktop import (
    SCREEN,
    Area,
    Desktop,
    Person,
    open_window,
    say,
    wait_until,
)
from tools.debian import TEST_FILES
from ui.compose.pictures import FOLDER
from ui.compose.screenshot import _TOOLS

LEFT = Area(10, 30, 850, 560)
RIGHT = Area(890, 30, 850, 560)
PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin
[Groups/0/Items/0]
Name=keyboard-us
[Groups/0/Items/1]
Name=pinyin
[GroupOrder]
0=Default
"""
TURN_ON = "ctrl+space"
SHOOT = "ctrl+shift+s"
ORANGE = QSize(320, 200)


def two_people(desktop: Desktop) -> tuple[Person, Person]:
    return open_window(desktop, "Anna", LEFT), open_window(desktop, "Ben", RIGHT)


# --- Chinese -------------------------------------------------------------------
def has_pinyin() -> bool:
    return shutil.which("fcitx5") is not None and all(map(os.path.exists, TEST_FILES))


def start_fcitx(desktop: Desktop) -> None:
    folder = Path(desktop.environment["XDG_CONFIG_HOME"]) / "fcitx5"
    folder.mkdir(parents=True)
    (folder / "profile").write_text(PROFILE)
    desktop.environment["QT_IM_MODULE"] = "fcitx"
    desktop.start("fcitx5", ["fcitx5"])
    # A window that starts before finds no input method, and looks for none again.
    wait_until("fcitx5 is there", lambda: "org.freedesktop.portal.IBus" in names(desktop))


def names(desktop: Desktop) -> str:
    """On the session bus."""
    words = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus"]
    words += ["/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames"]
    done = subprocess.run(
        words, env=desktop.environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.skipif(not has_pinyin(), reason="needs fcitx5 and fcitx5-pinyin")
def test_chinese_is_typed_through_fcitx5_and_sent(desktop: Desktop) -> None:
    start_fcitx(desktop)
    anna, ben = two_people(desktop)
    say(desktop, anna, "Ben", "hello")
    desktop.press(anna.window, TURN_ON)
    desktop.write(anna.window, "nihao")
    desktop.press(anna.window, "space", "Return")
    wait_until("it is sent", lambda: anna.has("你好"))
    wait_until("it is received", lambda: ben.has("你好"))
    assert [one.text for one in anna.messages()] == ["hello", "你好"]


# --- Pictures ------------------------------------------------------------------
def send_picture(desktop: Desktop, person: Person, key: str, count: int) -> QImage:
    """By keys alone; what the file holds that became the ``count``-th transfer."""
    folder = person.profile / FOLDER
    desktop.press(person.window, key)
    dialog = desktop.window_of(person.process, "Send a picture")
    desktop.press(dialog, "Return")
    wait_until("it is offered", lambda: len(person.transfers()) == count)
    return QImage(str(max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)))


def copy(desktop: Desktop, name: str, kind: str, path: Path) -> None:
    """In another program."""
    desktop.start(name, [sys.executable, "-m", "tests.e2e.clipboard", kind, str(path)])
    wait_until("it is copied", lambda: "copied" in desktop.log(name))


def orange(folder: Path) -> Path:
    image = QImage(ORANGE, QImage.Format.Format_RGB32)
    image.fill(QColor("orange"))
    path = folder / "given.png"
    image.save(str(path))
    return path


def is_orange(image: QImage) -> bool:
    return image.size() == ORANGE and image.pixelColor(5, 5) == QColor("orange")


def test_screen_and_clipboard_are_sent_with_and_without_a_portal(
    desktop: Desktop, tmp_path: Path
) -> None:
    tools = [tool[0] for tool in _TOOLS if shutil.which(tool[0])]
    if tools:
        pytest.skip(f"{tools[0]} would wait for a hand")
    anna, ben = two_people(desktop)
    say(desktop, anna, "Ben", "hello")
    wait_until("it is received", lambda: ben.has("hello"))
    assert send_picture(desktop, anna, SHOOT, 1).size() == QSize(*SCREEN)

    given = orange(tmp_path)
    desktop.start("portal", [sys.executable, "-m", "tests.e2e.portal", str(given)])
    wait_until("the portal is there", lambda: "is there" in desktop.log("portal"))
    assert is_orange(send_picture(desktop, anna, SHOOT, 2))
    assert "interactive: True" in desktop.log("portal")

    copy(desktop, "viewer", "image", given)
    assert is_orange(send_picture(desktop, anna, "ctrl+v", 3))
    (tmp_path / "copied").write_text(f"copy\n{given.as_uri()}")
    copy(desktop, "files", "x-special/gnome-copied-files", tmp_path / "copied")
    desktop.press(anna.window, "ctrl+v")
    wait_until("the file is offered", lambda: len(anna.transfers()) == 4)
    assert any(one.names == (given.name,) for one in anna.transfers())
    for person in (anna, ben):
        assert "Traceback" not in desktop.log(person.name)
