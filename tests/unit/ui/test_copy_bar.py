"""E-15 in the window: this very profile runs somewhere else, too."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.events import ProfileCopied
from tests.unit.ui.stage import Stage, person
from ui.rescale import resize_text
from ui.trust.copybar import CopyBar


@pytest.fixture
def bar(stage: Stage) -> CopyBar:
    stage.be_ready(person("Ann"))
    assert not stage.window.findChildren(CopyBar)
    stage.tell(ProfileCopied("10.0.0.9:48484"))
    stage.settle()
    (found,) = stage.window.findChildren(CopyBar)
    return found


def test_the_bar_says_where_and_stays_until_it_is_closed(stage: Stage, bar: CopyBar) -> None:
    assert bar.isVisible()
    assert "10.0.0.9:48484" in bar._text.text()
    bar.close_button.setFocus()
    QTest.keyClick(bar.close_button, Qt.Key.Key_Space)
    assert bar.isHidden()
    stage.tell(ProfileCopied("10.0.0.7:48484"))
    assert bar.isVisible()
    assert "10.0.0.7:48484" in bar._text.text()
    assert len(stage.window.findChildren(CopyBar)) == 1


def test_the_keyboard_reaches_it_where_it_stands(stage: Stage, bar: CopyBar) -> None:
    """Below the list, before what is beside it."""
    stage.window.side.people.setFocus()
    reached: list[QWidget] = []
    while bar.close_button not in reached:
        QTest.keyClick(stage.app.focusWidget(), Qt.Key.Key_Tab)
        reached.append(stage.app.focusWidget())
        assert not stage.window.side.people.hasFocus(), "once around, and it never came"
    assert all(stage.window.side.isAncestorOf(one) for one in reached)
    QTest.keyClick(bar.close_button, Qt.Key.Key_Tab)
    assert stage.window.empty.button.hasFocus()


@pytest.mark.parametrize("percent", [100, 200])
def test_all_of_it_is_seen_at_any_size_of_text(stage: Stage, bar: CopyBar, percent: int) -> None:
    try:
        resize_text(stage.app, stage.look, percent)
        stage.settle()
        for label in (bar._title, bar._text):
            assert label.height() >= label.heightForWidth(label.width())
            assert bar.rect().contains(label.geometry())
    finally:
        resize_text(stage.app, stage.look, 100)
