"""Landline with the session, read back as the session reads it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.arguments import parse_arguments
from ui.desktop import autostart
from ui.desktop.frozen import clean_for_children

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG's way")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "autostart" / "landline.desktop"


@linux_only
def test_what_is_turned_on_is_on_and_goes_again(entry: Path) -> None:
    assert not autostart.is_on()
    autostart.turn(True)
    assert autostart.is_on()
    autostart.turn(False)
    assert not autostart.is_on()
    assert not entry.exists()
    autostart.turn(False)


@linux_only
@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_turned_off_by_the_desktop_is_off(entry: Path, line: str) -> None:
    autostart.turn(True)
    entry.write_text(entry.read_text() + line + "\n")
    assert not autostart.is_on()


@linux_only
def test_folder_that_cannot_be_made_is_told(tmp_path: Path, entry: Path) -> None:
    entry.parent.parent.write_text("a file")
    with pytest.raises(OSError, match="autostart"):
        autostart.turn(True)


@linux_only
def test_entry_is_valid_and_its_command_survives_odd_folders(entry: Path, tmp_path: Path) -> None:
    odd = tmp_path / 'a "b" $HOME `x` 100% \\ 文 \\n\nHidden=true\nExec=evil'
    autostart.turn(True, odd)
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", str(entry)], check=True)
    (line,) = [one for one in entry.read_text().splitlines() if one.startswith("Exec=")]
    value = line.removeprefix("Exec=").replace("%%", "%")
    value = re.sub(r"\\(.)", lambda one: {"n": "\n"}.get(one[1], one[1]), value)
    done = subprocess.run(
        ["sh", "-c", f'printf "%s\\0" {value}'], capture_output=True, text=True, check=True
    )
    words = done.stdout.rstrip("\0").split("\0")
    assert words == autostart.command(odd)
    found = parse_arguments(words[2:], "main.py", has_window=True)
    assert (found.profile, found.is_hidden) == (odd, True)


def test_usual_profile_is_not_named() -> None:
    assert "--profile" not in autostart.command()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/mine"},
            {"LD_LIBRARY_PATH": "/mine"},
        ),
        ({"LD_LIBRARY_PATH": "/bundle"}, {}),
        ({"A": "1"}, {"A": "1"}),
    ],
)
def test_frozen_program_keeps_its_libraries_to_itself(
    before: dict[str, str], after: dict[str, str]
) -> None:
    clean_for_children(before, is_frozen=True)
    assert before == after


def test_program_that_is_not_frozen_changes_nothing() -> None:
    environ = {"LD_LIBRARY_PATH": "/mine"}
    clean_for_children(environ, is_frozen=False)
    assert environ == {"LD_LIBRARY_PATH": "/mine"}
