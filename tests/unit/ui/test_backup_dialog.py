"""The dialog for a backup: two equal passphrases, a whole file, or a sentence."""

from pathlib import Path

import pytest

from app import backup
from app.backup import Cost, read_backup
from app.profile import Profile
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, wait_until
from ui.settings.saving import BackupDialog

WORD = "correct horse"


@pytest.fixture
def dialog(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> BackupDialog:
    monkeypatch.setattr(backup, "Cost", lambda: Cost(passes=1, memory_kib=64))
    Profile.open(stage.board.preferences.window.folder).close()
    stage.be_ready()
    stage.board.settings.back_up()
    (made,) = stage.window.findChildren(BackupDialog)
    return made


def test_it_waits_for_two_equal_passphrases(dialog: BackupDialog) -> None:
    for first, again, is_ready in (("short", "short", 0), (WORD, "other", 0), (WORD, WORD, 1)):
        dialog.first.setText(first)
        dialog.again.setText(again)
        assert dialog.go.isEnabled() == bool(is_ready)
    dialog.again.setText("x")
    assert dialog.state.text() == "The two are not the same."


def test_it_writes_a_backup_that_opens(dialog: BackupDialog, tmp_path: Path) -> None:
    dialog.first.setText(WORD)
    dialog.write_to(tmp_path / "me.landline-backup")
    wait_until(lambda: dialog.written is not None)
    assert "me.landline-backup" in dialog.state.text()
    assert (dialog.leave.text(), dialog.go.text()) == ("Close", "Show in its folder")
    assert not dialog.first.isEnabled()
    assert not [*misfits(dialog)]
    read_backup(tmp_path / "me.landline-backup", tmp_path / "new", WORD)
    assert (tmp_path / "new" / "landline.db").exists()


def test_it_says_why_nothing_was_written(dialog: BackupDialog, tmp_path: Path) -> None:
    dialog.first.setText(WORD)
    dialog.write_to(tmp_path / "no" / "such")
    wait_until(lambda: bool(dialog.state.text()) and "…" not in dialog.state.text())
    assert dialog.isVisible()
