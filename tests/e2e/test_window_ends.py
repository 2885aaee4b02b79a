"""How the window begins and ends at the edges of the program itself."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from app.store.reader import Reader
from net.ports import open_ports
from tests.e2e.desktop import (
    Area,
    Desktop,
    insist,
    wait_until,
    window_command,
)
from tools.headless import Headless

STOP_S = 10.0


def start(desktop: Desktop, name: str, profile: Path, *options: str) -> subprocess.Popen[bytes]:
    process = desktop.start(name, window_command(profile, name, *options))
    desktop.window_of(process, "Landline")
    return process


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(STOP_S)


def wait_for_log(desktop: Desktop, name: str, text: str) -> None:
    wait_until(f"{name} says {text!r}", lambda: text in desktop.log(name))


def wait_for_database(profile: Path) -> None:
    wait_until("the engine has begun", (profile / "landline.db").exists)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_window_cleanly(desktop: Desktop, number: int) -> None:
    profile = desktop.folder / "one"
    process = start(desktop, "one", profile)
    wait_for_database(profile)
    assert end(process, number) == 0
    assert desktop.log("one") == ""


def test_closing_before_the_engine_is_there_is_clean(desktop: Desktop) -> None:
    process = start(desktop, "one", desktop.folder / "one")
    assert end(process) == 0
    assert desktop.log("one") == ""


def test_control_q_works_from_the_first_frame(desktop: Desktop) -> None:
    process = start(desktop, "one", desktop.folder / "one")
    desktop.press(desktop.window_of(process, "Landline"), "ctrl+q")
    assert process.wait(STOP_S) == 0
    assert desktop.log("one") == ""


def test_control_q_closes_and_the_window_opens_again(desktop: Desktop) -> None:
    profile = desktop.folder / "one"
    for _ in range(2):
        process = start(desktop, "one", profile)
        window = desktop.window_of(process, "Landline")
        wait_for_database(profile)
        desktop.press(window, "ctrl+q")
        assert process.wait(STOP_S) == 0
    assert desktop.log("one") == ""


def test_g05_second_window_on_a_profile_says_so_when_the_first_hangs(desktop: Desktop) -> None:
    """One that answers comes to the front instead (test_window_outside)."""
    profile = desktop.folder / "one"
    first = start(desktop, "first", profile)
    wait_until("it listens", (profile / "window.sock").exists)
    first.send_signal(signal.SIGSTOP)
    second = start(desktop, "second", profile)
    wait_for_log(desktop, "second", "another Landline is using the profile")
    desktop.look("second")
    assert end(second) == 3
    first.send_signal(signal.SIGCONT)
    assert end(first) == 0


def test_g05_window_on_a_profile_that_headless_uses_says_so(desktop: Desktop) -> None:
    profile = desktop.folder / "one"
    first = Headless(profile, "--name", "one", "--bind", "127.0.0.1")
    try:
        first.wait("ready")
        second = start(desktop, "second", profile)
        wait_for_log(desktop, "second", "another Landline is using the profile")
        desktop.look("second")
        assert end(second) == 3
    finally:
        first.kill()


def test_g09_fixed_port_in_use_says_so(desktop: Desktop) -> None:
    ports = open_ports(48_900, bind=("127.0.0.1",))
    try:
        process = start(desktop, "one", desktop.folder / "one", "--port", str(ports.port))
        wait_for_log(desktop, "one", str(ports.port))
        assert end(process) == 4
    finally:
        ports.close()


def test_g14_broken_profile_is_left_as_it_is(desktop: Desktop) -> None:
    profile = desktop.folder / "one"
    profile.mkdir()
    (profile / "identity.key").write_bytes(b"short")
    process = start(desktop, "one", profile)
    wait_for_log(desktop, "one", "identity.key is damaged")
    desktop.look("broken")
    assert end(process) == 1
    assert (profile / "identity.key").read_bytes() == b"short"


def test_theme_and_language_are_there_from_the_first_frame(desktop: Desktop) -> None:
    profile = desktop.folder / "one"
    profile.mkdir()
    settings = {"name": "林晓", "theme": "dark", "language": "zh_CN"}
    (profile / "settings.json").write_text(json.dumps(settings))
    process = start(desktop, "one", profile)
    window = desktop.window_of(process, "Landline")
    desktop.place(window, Area(10, 30, 900, 600))
    wait_for_database(profile)
    image = desktop.look("dark")
    corner = desktop.area_of(window).point(0.9, 0.9)
    assert image.pixelColor(*corner).lightness() < 60
    assert end(process) == 0


def test_draft_survives_the_end(desktop: Desktop) -> None:
    ann, bob = desktop.folder / "ann", desktop.folder / "bob"
    first, second = start(desktop, "Ann", ann), start(desktop, "Bob", bob)
    window = desktop.window_of(first, "Landline")

    def begin_a_text() -> None:
        desktop.press(window, "ctrl+k", "ctrl+a")
        desktop.write(window, "Bob")
        desktop.press(window, "Return")
        desktop.write(window, "x")

    def has_draft() -> bool:
        with Reader(ann / "landline.db") as reader:
            return any("x" in talk.draft for talk in reader.conversations())

    wait_for_database(ann)
    insist("the draft is kept", begin_a_text, has_draft)
    assert end(first) == 0
    assert end(second) == 0
    with Reader(ann / "landline.db") as reader:
        drafts = [talk.draft for talk in reader.conversations() if talk.draft]
    assert drafts
