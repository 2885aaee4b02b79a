"""E-06 in the window: a contact may have another key now."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.commands import SendText, SetTrust
from app.events import PersonChanged
from app.model import Trust
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import Stage, bury, click, id_of, message, person, wait_until
from ui.rescale import resize_text
from ui.trust.keybar import KeyBar
from ui.trust.lookalike import find_lookalikes
from ui.trust.verify import VerifyDialog

NEW = id_of("Bob the second")


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """Bob is away, and somebody came as Bob."""
    stage.meet("Bob")
    stage.be_ready(
        person("Bob", is_online=False, successor=NEW), person("Ann"), person("Bob the second")
    )
    stage.receive("Bob", ["said before"])
    stage.open_chat("Bob")
    return stage


def bar_of(stage: Stage) -> KeyBar:
    return stage.page.key_bar


def test_the_bar_stands_above_what_was_said_and_nothing_can_be_sent(asked: Stage) -> None:
    assert bar_of(asked).isVisible()
    assert "Bob" in bar_of(asked)._title.text()
    assert not asked.composer.isEnabled()
    assert not asked.board.chat.can_send
    assert asked.view.chat_model.rowCount() > 0
    number = asked.window.side.people.rows.find(id_of("Bob"))
    assert number is not None
    said = asked.window.side.people.rows.index(number).data()
    assert "another key" in said
    asked.open_chat("Ann")
    assert not bar_of(asked).isVisible()
    assert asked.composer.isEnabled()


def test_comparing_is_about_the_new_key(asked: Stage) -> None:
    click(bar_of(asked)._compare)
    (dialog,) = asked.window.findChildren(VerifyDialog)
    assert dialog._person.peer_id == NEW
    wait_until(dialog._same.isEnabled)
    click(dialog._same)
    assert asked.last(SetTrust) == SetTrust(NEW, verified=True)
    bury(dialog)


@pytest.mark.parametrize(
    ("button", "wanted"),
    [("_other", SetTrust(NEW, accepted=True)), ("_block", SetTrust(NEW, blocked=True))],
)
def test_deciding_takes_a_moment_in_sight(
    moment: Moment, asked: Stage, button: str, wanted: SetTrust
) -> None:
    pressed = getattr(bar_of(asked), button)
    assert not pressed.isEnabled()
    moment.pass_by()
    click(pressed)
    assert asked.last(SetTrust) == wanted
    asked.tell(PersonChanged(person("Bob", is_online=False)))
    wait_until(lambda: not bar_of(asked).isVisible())
    assert asked.composer.isEnabled()
    asked.composer.edit.setPlainText("to the old key")
    click(asked.composer.send_button)
    assert asked.last(SendText).person == id_of("Bob")


def test_large_text_puts_the_buttons_one_below_the_other(asked: Stage) -> None:
    bar = bar_of(asked)
    bar.resize(360, 400)
    bar.layout().activate()  # before the page has its way again
    shown = [button for button in bar.tab_order() if button.isVisible()]
    assert len({button.geometry().left() for button in shown}) == 1
    assert all(button.width() >= button.sizeHint().width() for button in shown)
    assert all(bar.rect().contains(button.geometry()) for button in shown)


def test_no_button_is_cut_where_there_is_little_room(asked: Stage) -> None:
    """The chat gives way to what has to be decided."""
    resize_text(asked.app, asked.look, 200)
    asked.window.resize(1200, 800)
    asked.settle()
    bar = bar_of(asked)
    for button in (bar._compare, bar._other, bar._block):
        assert button.height() >= button.sizeHint().height()


def test_after_the_move_the_bar_leads_on(asked: Stage) -> None:
    asked.tell(PersonChanged(person("Bob", is_online=False, successor=NEW, is_moved=True)))
    wait_until(bar_of(asked)._open.isVisible)
    assert not bar_of(asked)._block.isVisible()
    assert not asked.composer.isEnabled()
    click(bar_of(asked)._open)
    assert asked.board.chat.peer_id == NEW
    assert not bar_of(asked).isVisible()


def test_who_may_be_the_contact_is_not_said_to_be_another(stage: Stage) -> None:
    """Both of that name: in its own chat, in the list and where it may be accepted."""
    came = replace(person("Bob the second", trust=Trust.NEW), name="Bob")
    stage.be_ready(person("Bob", is_online=False, successor=NEW), came)
    stage.deliver((message("Bob the second", "it is me", is_request=True),))
    stage.open_chat("Bob the second")
    header = stage.page.header
    wait_until(header._badge.isVisible)
    assert header._badge_text.text() == "came with another key?"
    assert "this may be Bob with another key" in stage.page.request._text.text()
    people = stage.window.side.people
    number = people.rows.find(NEW)
    assert number is not None
    assert "came with another key?" in people.rows.index(number).data()
    stage.open_chat("Bob")
    stage.board.chat.info_toggled.emit(True)
    assert "Compare the new one above the chat" in stage.board.info._safety_text.text()
    stage.tell(PersonChanged(person("Bob", is_online=False)))
    stage.open_chat("Bob the second")
    wait_until(lambda: header._badge_text.text() == "not the Bob you know")
    assert "this is not the Bob you know" in stage.page.request._text.text()


def test_who_went_on_with_another_key_does_not_pose_as_themselves() -> None:
    after = replace(person("Bob the second", trust=Trust.VERIFIED), name="Bob")
    before = person("Bob", successor=NEW, is_moved=True)
    assert find_lookalikes([before, after]) == {}
    other = replace(person("other"), name="Bob")
    assert find_lookalikes([before, after, other]) == {other.peer_id: after}


def test_a_stranger_with_that_name_is_not_in_front_of_the_contact(asked: Stage) -> None:
    asked.tell(PersonChanged(person("Bob the second", trust=Trust.NEW)))
    asked.deliver((message("Bob the second", "it is me", is_request=True),))
    asked.settle()
    assert asked.board.chat.peer_id == id_of("Bob")
    assert bar_of(asked).isVisible()


def test_whoever_is_writing_is_told_and_keeps_the_keyboard(
    asked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The composer goes away under their hands; a screen reader says why."""
    heard: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda one: heard.append(one.message()))
    asked.open_chat("Ann")
    assert asked.composer.edit.hasFocus()
    asked.tell(PersonChanged(person("Ann", successor=NEW)))
    wait_until(bar_of(asked).isVisible)
    assert heard
    assert heard[-1].startswith("Somebody came as Ann, with another key.")
    assert asked.view.hasFocus()
    asked.tell(PersonChanged(person("Ann", successor=NEW, rtt_ms=2.0)))
    assert len(heard) == 1
    decide = bar_of(asked)._other
    wait_until(decide.isEnabled)
    while not decide.hasFocus():
        QTest.keyClick(asked.app.focusWidget(), Qt.Key.Key_Backtab)
        assert not asked.view.hasFocus(), "once around, and it never came"
    QTest.keyClick(decide, Qt.Key.Key_Space)
    assert asked.last(SetTrust) == SetTrust(NEW, accepted=True)
    asked.tell(PersonChanged(person("Ann")))
    wait_until(lambda: not bar_of(asked).isVisible())
    assert asked.composer.edit.hasFocus()
