"""The first run: a name that can be changed, who is here, an address; once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.commands import ChangeSettings, Connect
from app.events import PersonChanged, SettingsChanged
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, id_of, person, wait_until
from tests.unit.ui.test_portraits import encoded, plain
from ui.rescale import resize_text
from ui.settings.welcome import WelcomePage


@pytest.fixture
def page(stage: Stage) -> WelcomePage:
    stage.be_ready()
    stage.board.settings.welcome()
    made = stage.window.middle.currentWidget()
    assert isinstance(made, WelcomePage)
    return made


def is_welcomed(stage: Stage) -> bool:
    return stage.board.preferences.window.settings.is_welcomed


def test_enter_takes_the_name_and_ends_it_for_good(stage: Stage, page: WelcomePage) -> None:
    assert page.name.text() == "Me"
    page.name.setText("Annika")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert stage.last(ChangeSettings) == ChangeSettings(name="Annika")
    assert is_welcomed(stage)
    assert stage.window.middle.currentWidget() is stage.window.empty
    stage.board.settings.welcome()
    assert stage.window.middle.currentWidget() is stage.window.empty


def test_a_name_without_anything_seen_leaves_the_guess(stage: Stage, page: WelcomePage) -> None:
    page.name.setText(" \u202e\u200b ")
    QTest.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert not stage.sent(ChangeSettings)
    assert is_welcomed(stage)


def test_people_appear_meanwhile_and_opening_one_ends_it(stage: Stage, page: WelcomePage) -> None:
    assert page.people.text() == "Looking for people on this network…"
    stage.tell(*(PersonChanged(person(name)) for name in ("Ann", "Ben")))
    wait_until(lambda: page.people.text() == "2 people are here")
    assert not is_welcomed(stage)
    stage.board.open_person(id_of("Ann"))
    assert is_welcomed(stage)
    assert stage.window.middle.currentWidget() is stage.board.chat


def test_an_address_is_tried_and_the_page_stays(stage: Stage, page: WelcomePage) -> None:
    page.address.setText(" 192.0.2.9 ")
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    assert stage.last(Connect) == Connect("192.0.2.9")
    assert not is_welcomed(stage)


def test_whoever_has_chats_already_is_not_welcomed(stage: Stage) -> None:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.deliver(stage.receive("Ann", ["hi"]))
    stage.board.settings.welcome()
    assert is_welcomed(stage)
    assert not stage.window.findChildren(WelcomePage)


@pytest.mark.parametrize("percent", [100, 200])
def test_all_of_it_is_there_in_the_smallest_window_however_large_the_text(
    stage: Stage, percent: int
) -> None:
    resize_text(stage.app, stage.look, percent)
    stage.be_ready()
    stage.tell(SettingsChanged("Me", "requests", picture=encoded(plain(64, 64))))
    stage.board.settings.welcome()
    stage.window.resize(stage.window.minimumSize())
    stage.settle()
    page = stage.window.middle.currentWidget()
    assert isinstance(page, WelcomePage)
    assert page.picture.remove.isVisible()
    assert not misfits(page)
    page.name.setFocus()
    while not page.restore.hasFocus():
        QTest.keyClick(stage.app.focusWidget(), Qt.Key.Key_Tab)
        assert not page.name.hasFocus(), "once around, and it never came"
    wait_until(lambda: not page.restore.visibleRegion().isEmpty())
