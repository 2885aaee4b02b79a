"""A backup put back in a real window, by keys alone: it starts again as that person."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.backup import Cost, write_backup
from app.profile import Profile
from app.restoring import kept_profiles
from app.store.store import Store
from tests.e2e.desktop import Area, Desktop, missing_programs, open_desktop, wait_until

WORD = "correct horse"


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    missing = missing_programs()
    if missing:
        pytest.skip(f"a desktop without a screen needs {', '.join(missing)}")
    with open_desktop(tmp_path) as made:
        yield made
        made.look("last")


def backed_up(folder: Path) -> tuple[Path, bytes]:
    """A backup, and the seed in it."""
    profile = Profile.open(folder / "old")
    profile.close()
    store = Store(profile.database)
    store.start()
    store.stop()
    target = folder / "me.landline-backup"
    write_backup(profile.path, target, WORD, cost=Cost(passes=1, memory_kib=64))
    return target, profile.seed


def test_who_comes_from_another_computer_is_themselves_again(desktop: Desktop) -> None:
    source, seed = backed_up(desktop.folder)
    profile = desktop.folder / "new"
    profile.mkdir()
    (profile / "settings.json").write_text(json.dumps({"theme": "light", "language": "en"}))
    command = [sys.executable, "main.py", "--profile", str(profile), "--bind", "127.0.0.1"]
    process = desktop.start("new", command)
    window = desktop.window_of(process, "Landline")
    desktop.place(window, Area(40, 40, 1100, 760))
    wait_until("the engine has begun", (profile / "window.sock").exists)
    first = (profile / "identity.key").read_bytes()

    desktop.press(window, "ctrl+comma")
    settings = desktop.window_of(process, "Settings")
    desktop.write(settings, "put a backup back")
    desktop.press(settings, "F6", "space")
    dialog = desktop.window_of(process, "Put a backup back")
    desktop.press(dialog, "space")

    def windows() -> list[str]:
        return desktop.windows_of(process, "Put a backup back")

    wait_until("it asks for the file", lambda: len(windows()) == 2)
    (chooser,) = set(windows()) - {dialog}
    desktop.write(chooser, str(source))
    desktop.press(chooser, "Return")
    wait_until("the file is chosen", lambda: windows() == [dialog])
    desktop.write(dialog, WORD)
    desktop.press(dialog, "Return")

    wait_until("it is the one of the backup", lambda: _seed_of(profile) == seed)
    again = desktop.window_of(process, "Landline")
    desktop.focus(again)
    (kept,) = kept_profiles(profile)
    assert _seed_of(kept) == first != seed
    wait_until("the engine has begun", (profile / "window.sock").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert desktop.log("new") == ""


def _seed_of(profile: Path) -> bytes:
    """Empty while it is between two places."""
    try:
        return (profile / "identity.key").read_bytes()
    except FileNotFoundError:
        return b""
