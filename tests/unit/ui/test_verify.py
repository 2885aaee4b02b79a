"""Comparing with somebody: by number, and by reading their code."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from app.commands import SetTrust
from app.events import PersonChanged
from app.model import Trust
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import Stage, click, id_of, person, wait_until
from tests.unit.ui.test_drop import drop, enter
from tests.unit.ui.test_trust_code import shot_of
from ui.trust.code import write_code
from ui.trust.verify import VerifyDialog

ANN, ME, EVE = id_of("Ann"), id_of("me"), id_of("Eve")


@pytest.fixture
def open_dialog(stage: Stage) -> VerifyDialog:
    stage.window.resize(1250, 700)
    stage.be_ready(person("Ann"), person("Eve", trust=Trust.NEW))
    stage.open_chat("Ann")
    click(stage.board.info._verify)
    (dialog,) = stage.window.findChildren(VerifyDialog)
    return dialog


def read(dialog: VerifyDialog, path: Path) -> str:
    before = dialog._reading
    dialog.read_file(path)
    wait_until(lambda: dialog._reading is not before)
    return dialog._result.text()


def verified(stage: Stage) -> list[SetTrust]:
    return [one for one in stage.sent(SetTrust) if one.verified]


def test_same_numbers_are_said_after_a_moment_and_verify(
    moment: Moment, stage: Stage, open_dialog: VerifyDialog
) -> None:
    assert not open_dialog._same.isEnabled()
    moment.pass_by()
    click(open_dialog._same)
    assert verified(stage) == [SetTrust(ANN, verified=True)]


def test_e07_only_the_person_is_verified_for_whom_the_dialog_was_opened(
    stage: Stage, open_dialog: VerifyDialog
) -> None:
    """Meanwhile Ann's session is another one, and a stranger who takes her name is in front."""
    shown = open_dialog._number.digits()
    wait_until(open_dialog._same.isEnabled)
    stage.tell(PersonChanged(person("Ann", is_online=False)))
    stage.tell(PersonChanged(replace(person("Eve", trust=Trust.NEW), name="Ann")))
    stage.tell(PersonChanged(replace(person("Ann"), address="192.0.2.66:48484")))
    stage.board.open_person(EVE)
    assert open_dialog._number.digits() == shown
    click(open_dialog._same)
    assert verified(stage) == [SetTrust(ANN, verified=True)]


def test_their_code_verifies_and_says_so(
    stage: Stage, open_dialog: VerifyDialog, tmp_path: Path
) -> None:
    target = tmp_path / "shot.png"
    shot_of(stage.look, write_code(ANN, ME)).save(str(target))
    assert "Verified" in read(open_dialog, target)
    assert verified(stage) == [SetTrust(ANN, verified=True)]
    stage.tell(PersonChanged(person("Ann", trust=Trust.VERIFIED)))
    wait_until(lambda: not open_dialog._same.isVisible())
    assert "Verified" in open_dialog._result.text()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (write_code(EVE, ME), "belongs to Eve"),
        (write_code(id_of("nobody"), ME), "not the code of the Ann you write with"),
        (write_code(ANN, EVE), "for somebody else"),
        (write_code(ME, ANN), "your own code"),
        ("https://example.org", "not one of Landline's"),
    ],
)
def test_another_code_verifies_nobody_and_is_explained(
    stage: Stage, open_dialog: VerifyDialog, tmp_path: Path, code: str, said: str
) -> None:
    target = tmp_path / "shot.png"
    shot_of(stage.look, code).save(str(target))
    assert said in read(open_dialog, target)
    assert not verified(stage)
    assert open_dialog._same.isVisible() == ("belongs to" not in open_dialog._result.text())


def test_a_code_is_read_from_the_clipboard(stage: Stage, open_dialog: VerifyDialog) -> None:
    QGuiApplication.clipboard().setImage(shot_of(stage.look, write_code(ANN, ME)))
    open_dialog.activateWindow()
    wait_until(open_dialog.isActiveWindow)
    QTest.keySequence(open_dialog, QKeySequence(QKeySequence.StandardKey.Paste))
    wait_until(lambda: bool(verified(stage)))
    QGuiApplication.clipboard().setText("nothing to look at")
    click(open_dialog._clipboard)
    wait_until(lambda: "no picture" in open_dialog._result.text())


@pytest.mark.parametrize("is_file", [True, False])
def test_a_picture_is_dropped_onto_the_dialog(
    stage: Stage, open_dialog: VerifyDialog, tmp_path: Path, is_file: bool
) -> None:
    shot, mime = shot_of(stage.look, write_code(ANN, ME)), QMimeData()
    if is_file:
        shot.save(str(tmp_path / "shot.png"))
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "shot.png"))])
    else:
        mime.setImageData(shot)
    enter(open_dialog, mime, QPoint(5, 5))
    drop(open_dialog, mime, QPoint(5, 5))
    wait_until(lambda: bool(verified(stage)))


def test_the_number_is_copied_as_it_is_read_out(open_dialog: VerifyDialog) -> None:
    click(open_dialog._copy)
    groups = QGuiApplication.clipboard().text().split()
    assert [len(group) for group in groups] == [5] * 12


def test_a_verified_person_is_told_so_in_the_panel(stage: Stage) -> None:
    stage.window.resize(1250, 700)
    stage.be_ready(person("Ann", trust=Trust.VERIFIED))
    stage.open_chat("Ann")
    click(stage.board.info._verify)
    assert stage.last(SetTrust) == SetTrust(ANN, verified=False)
