"""Colours, contrast and motion follow the desktop's portal, over a real session bus, live."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, Message, new_error, new_method_return, new_signal

from tests.unit.ui.buses import BusServer
from tests.unit.ui.stage import Stage, wait_until
from ui.desktop.appearance import Appearance, AppearanceWatch, read_appearance
from ui.desktop.place import DesktopPlace
from ui.look import Look
from ui.theme import DARK, LIGHT, LIGHT_HIGH, ThemeChoice
from ui.window_file import WindowFile, WindowSettings
from ui.worker import Worker

NAME = "org.freedesktop.portal.Desktop"
LOOKS = "org.freedesktop.appearance"
PORTAL = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.Settings")


class Portal(BusServer):
    def __init__(self, address: str, **values: int) -> None:
        self.values = {key.replace("_", "-"): ("u", value) for key, value in values.items()}
        self.is_able = True
        super().__init__(address, NAME)

    def answer(self, call: Message) -> None:
        if self.is_able:
            self.send(new_method_return(call, "a{sa{sv}}", ({LOOKS: self.values},)))
        else:
            self.send(new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))

    def change(self, key: str, value: int, *, namespace: str = LOOKS) -> None:
        self.values[key] = ("u", value)
        self.send(new_signal(PORTAL, "SettingChanged", "ssv", (namespace, key, ("u", value))))


@pytest.fixture
def portal(bus: str) -> Iterator[Portal]:
    made = Portal(bus, color_scheme=1, contrast=1, reduced_motion=1)
    yield made
    made.stop()


class Watched:
    def __init__(self) -> None:
        self.heard: list[Appearance] = []
        self.watch = AppearanceWatch()
        self.watch.changed.connect(self.heard.append)
        self.watch.begin()


@pytest.fixture
def watched(bus: str) -> Iterator[Watched]:
    made = Watched()
    yield made
    made.watch.stop()


def test_what_the_desktop_wants_is_heard_at_once_and_as_it_changes(
    portal: Portal, watched: Watched
) -> None:
    heard = watched.heard
    wait_until(lambda: heard == [Appearance(ThemeChoice.DARK, is_high=True, is_still=True)])
    portal.change("color-scheme", 2)
    portal.change("contrast", 0)
    wait_until(lambda: heard[-1] == Appearance(ThemeChoice.LIGHT, is_still=True))
    portal.change("color-scheme", 0)
    portal.change("reduced-motion", 0)
    wait_until(lambda: heard[-1] == Appearance())


def test_other_settings_are_none_of_its_business(portal: Portal, watched: Watched) -> None:
    wait_until(lambda: len(watched.heard) == 1)
    portal.change("font-name", 7, namespace="org.gnome.desktop.interface")
    portal.change("color-scheme", 2)
    wait_until(lambda: watched.heard[-1].scheme is ThemeChoice.LIGHT)
    assert len(watched.heard) == 2


def test_a_portal_that_comes_later_or_anew_is_asked(watched: Watched, bus: str) -> None:
    wait_until(lambda: watched.heard == [Appearance()])
    first = Portal(bus, color_scheme=1)
    wait_until(lambda: watched.heard[-1].scheme is ThemeChoice.DARK)
    first.stop()
    second = Portal(bus, color_scheme=2)
    wait_until(lambda: watched.heard[-1].scheme is ThemeChoice.LIGHT)
    second.stop()


def test_a_portal_that_cannot_leaves_it_to_qt(bus: str) -> None:
    portal = Portal(bus)
    portal.is_able = False
    watched = Watched()
    wait_until(lambda: watched.heard == [Appearance()])
    watched.watch.stop()
    portal.stop()


def test_no_bus_at_all_leaves_it_to_qt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    watched = Watched()
    wait_until(lambda: watched.heard == [Appearance()])
    watched.watch.stop()


@pytest.mark.parametrize(
    "odd", [("u", 9), ("s", "dark"), ("i", 1), ("as", ["dark"]), ("a{sv}", {})]
)
def test_odd_values_are_no_preference(odd: tuple[str, Any]) -> None:
    keys = ("color-scheme", "contrast", "reduced-motion")
    assert read_appearance({LOOKS: dict.fromkeys(keys, odd)}) == Appearance()
    assert read_appearance({}) == Appearance()


def test_the_window_follows_and_the_next_start_begins_with_it(
    stage: Stage, portal: Portal, tmp_path: Path
) -> None:
    stage.be_ready()
    theme, file = stage.look.theme, stage.board.preferences.window
    theme.choose(ThemeChoice.SYSTEM)
    place = DesktopPlace(stage.window, stage.desk, stage.look, stage.board, tmp_path)
    try:
        wait_until(lambda: theme.is_dark and theme.is_high and file.settings.is_still)
        assert stage.app.cursorFlashTime() == 0
        portal.change("contrast", 0)
        wait_until(lambda: theme.tokens is DARK)
        theme.choose(ThemeChoice.LIGHT)
        assert theme.tokens is LIGHT
    finally:
        place.stop()
    wait_until(lambda: WindowFile(tmp_path / "window.json", Worker()).settings == file.settings)
    assert file.settings.desktop_scheme == "dark"
    file.change(desktop_still=False)  # the caret is the application's


def test_who_wants_more_contrast_has_it_whatever_the_desktop_wants(look: Look) -> None:
    assert WindowSettings(high_contrast=True).is_high
    assert WindowSettings(desktop_high=True).is_high
    assert not WindowSettings().is_high
    look.theme.follow("light")
    look.theme.choose(ThemeChoice.SYSTEM)
    look.theme.choose_high(True)
    assert look.theme.tokens is LIGHT_HIGH
    look.theme.follow("purple")
    assert not look.theme.is_dark
