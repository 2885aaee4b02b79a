"""Putting a backup back inside the window: the file, its passphrase, a start anew or a sentence."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from app.arguments import Arguments, parse_arguments
from app.backup import Cost, write_backup
from app.errors import ErrorCode
from app.events import Failed
from app.profile import Profile
from app.restoring import finish
from app.store.store import Store
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, click, named, person, wait_until
from ui.desktop.again import words_of
from ui.settings.restoring import RestoreDialog
from ui.settings.welcome import WelcomePage

WORD = "correct horse"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    there = Profile.open(tmp_path / "there")
    there.close()
    store = Store(there.database)
    store.start()
    store.stop()
    target = tmp_path / "me.landline-backup"
    write_backup(there.path, target, WORD, cost=Cost(passes=1, memory_kib=64))
    return target


def shown(stage: Stage) -> RestoreDialog:
    (made,) = stage.window.findChildren(RestoreDialog)
    return made


def opened(stage: Stage) -> RestoreDialog:
    stage.be_ready()
    stage.board.settings.restore()
    return shown(stage)


def attempt(dialog: RestoreDialog, source: Path, word: str) -> str:
    """The sentence that it ends with."""
    dialog.take(source)
    dialog.word.setText(word)
    dialog.go.click()
    wait_until(dialog.go.isEnabled)
    return dialog.state.text()


def test_it_waits_for_a_file_and_a_passphrase(stage: Stage, sealed: Path) -> None:
    dialog = opened(stage)
    assert not dialog.go.isEnabled()
    dialog.word.setText(WORD)
    assert not dialog.go.isEnabled()
    dialog.take(sealed)
    assert dialog.name.text() == sealed.name
    assert dialog.go.isEnabled()


def test_it_says_what_is_wrong_and_changes_nothing(
    stage: Stage, sealed: Path, tmp_path: Path
) -> None:
    dialog, folder = opened(stage), stage.board.preferences.window.folder
    before = sorted(folder.iterdir())
    assert "passphrase does not open" in attempt(dialog, sealed, WORD + "!")
    assert dialog.word.selectedText() == WORD + "!"
    cut = tmp_path / "cut"
    cut.write_bytes(sealed.read_bytes()[:-1])
    other = tmp_path / "other"
    other.write_bytes(b"GIF89a" * 100)
    assert "no backup of Landline" in attempt(dialog, other, WORD)
    assert "damaged" in attempt(dialog, cut, WORD)
    assert not [*misfits(dialog)]
    assert "no longer there" in attempt(dialog, tmp_path / "gone", WORD)
    assert sorted(folder.iterdir()) == sorted([*before, cut, other])
    assert not finish(folder)


def test_what_was_restored_is_the_profile_after_a_start_anew(
    stage: Stage, sealed: Path, tmp_path: Path
) -> None:
    dialog, wanted = opened(stage), []
    stage.board.settings.restart_wanted.connect(lambda: wanted.append(True))
    dialog.take(sealed)
    dialog.word.setText(WORD)
    dialog.go.click()
    wait_until(lambda: bool(wanted))
    (ready,) = stage.board.preferences.window.folder.glob("restored-*")
    assert (ready / "identity.key").read_bytes() == (tmp_path / "there/identity.key").read_bytes()


def test_closing_it_cancels(stage: Stage, sealed: Path) -> None:
    dialog = opened(stage)
    dialog._stop.set()  # what closing sets, with the dialog kept to look at
    assert attempt(dialog, sealed, WORD) == "Trying the passphrase…"
    assert dialog.isVisible()
    assert not finish(stage.board.preferences.window.folder)


def test_it_says_what_becomes_of_what_is_here(stage: Stage) -> None:
    assert not opened(stage)._kept.isVisible()
    stage.meet("Ann")
    stage.tell()
    stage.be_ready(person("Ann"))
    stage.deliver(stage.receive("Ann", ["hi"]))
    shown(stage).close()
    stage.board.settings.restore()
    assert stage.window.findChildren(RestoreDialog)[-1]._kept.isVisible()


def test_the_first_run_the_settings_and_a_broken_profile_lead_to_it(stage: Stage) -> None:
    stage.be_ready()
    stage.board.settings.welcome()
    (page,) = stage.window.findChildren(WelcomePage)
    click(page.restore)
    first = shown(stage)
    (button,) = named(stage.board.settings.open(), QPushButton, "Restore… Put a backup back")
    button.click()
    assert len(stage.window.findChildren(RestoreDialog)) == 2
    empty = stage.window.empty
    stage.tell(Failed(ErrorCode.PORT_TAKEN, "", is_fatal=True))
    assert empty.restore is None
    stage.tell(Failed(ErrorCode.PROFILE_BROKEN, "", is_fatal=True))
    assert empty.restore is not None
    assert empty.restore.text() == "Put a backup back…"
    assert empty.restore.isVisibleTo(empty)
    empty.restore.click()
    assert len(stage.window.findChildren(RestoreDialog)) == 3
    assert first.isVisible()


def test_a_profile_that_is_not_ours_is_left_alone(stage: Stage) -> None:
    (button,) = named(stage.board.settings.open(), QPushButton, "Restore… Put a backup back")
    assert not button.isEnabled()


def test_a_start_anew_leaves_errands_behind(tmp_path: Path) -> None:
    line = ["--profile", str(tmp_path), "--port", "48500", "--bind", "127.0.0.1", "--bind", "::1"]
    wanted = parse_arguments([*line, "--hidden", "--send", "x"], "main.py", has_window=True)
    program, script, *rest = words_of(wanted)
    assert (program, Path(script).name) == (sys.executable, "main.py")
    again = parse_arguments(rest, "main.py", has_window=True)
    assert again == Arguments(profile=tmp_path, port=48_500, bind=("127.0.0.1", "::1"))
