"""What a second start brings to the window that is open, and a start that nobody sees."""

import socket
from pathlib import Path

from tests.e2e.desktop import (
    Desktop,
    wait_until,
    window_command,
)

ENDS_S = 30.0


def listens(profile: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as there:
            there.connect(str(profile / "window.sock"))
    except OSError:
        return False
    return True


def test_second_start_brings_files_and_links_to_the_first(desktop: Desktop) -> None:
    profile, file = desktop.folder / "ann", desktop.folder / "a.txt"
    file.write_text("a")
    first = desktop.start("ann", window_command(profile, "Ann"))
    wait_until("it listens", lambda: listens(profile))
    second = desktop.start("second", [*window_command(profile, "Ann"), "--send", str(file)])
    assert second.wait(ENDS_S) == 0
    desktop.press(desktop.window_of(first, "Send to several people"), "Escape")
    link = "landline:connect?address=10.0.0.7"
    third = desktop.start("third", [*window_command(profile, "Ann"), link])
    assert third.wait(ENDS_S) == 0
    desktop.window_of(first, "Connect to an address")
    assert desktop.log("second") == desktop.log("third") == ""


def test_g05_two_starts_at_one_moment_are_one_window(desktop: Desktop) -> None:
    profile = desktop.folder / "ann"
    starts = [desktop.start(name, window_command(profile, "Ann")) for name in ("one", "two")]
    wait_until("one has ended", lambda: any(one.poll() is not None for one in starts))
    (ended,) = [one for one in starts if one.poll() is not None]
    assert ended.returncode == 0
    (left,) = [one for one in starts if one is not ended]
    desktop.window_of(left, "Landline")


def test_hidden_start_shows_nothing_until_somebody_asks(desktop: Desktop) -> None:
    profile = desktop.folder / "ann"
    first = desktop.start("ann", [*window_command(profile, "Ann"), "--hidden"])
    wait_until("it listens", lambda: listens(profile))
    assert desktop.windows_of(first, "Landline") == []
    second = desktop.start("second", window_command(profile, "Ann"))
    assert second.wait(ENDS_S) == 0
    desktop.window_of(first, "Landline")
