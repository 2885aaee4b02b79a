"""Calling people in a room by an @: completed, sent, and seen by who is called."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.commands import SendText
from app.events import RoomChanged, SettingsChanged
from net.protocol.limits import MENTIONS_MAX
from tests.unit.ui.stage import Stage, click, id_of, person, room, room_id_of, said, wait_until
from ui.chat.markdown import Style
from ui.chat.mentions import begun_mention, find_mention, matching, mentioned

PEOPLE = [("a", "Ann"), ("l", "Ann Lee"), ("b", "小明"), ("e", "<b>Eve</b>")]


@pytest.mark.parametrize(
    ("before", "begun"),
    [("@", ""), ("hi @an", "an"), ("(@Ann Le", "Ann Le"), ("mail@host", None), ("hi", None)],
)
def test_an_at_sign_begins_a_name_unless_it_stands_in_a_word(
    before: str, begun: str | None
) -> None:
    assert begun_mention(before) == begun


def test_names_go_on_at_their_beginning_before_those_inside() -> None:
    people = [("l", "Bo Ann"), ("a", "Ann")]
    assert [name for _, name in matching("an", people)] == ["Ann", "Bo Ann"]
    assert matching("zz", people) == []


def test_longer_name_does_not_call_the_shorter() -> None:
    assert mentioned("@Ann Lee, look", PEOPLE, {}) == ("l",)
    assert mentioned("@Ann Lee and @ann", PEOPLE, {}) == ("a", "l")
    assert mentioned("Ann, mail@Ann", PEOPLE, {}) == ()


def test_namesakes_are_told_apart_by_choice_or_not_called() -> None:
    people = [("1", "Max"), ("2", "Max")]
    assert mentioned("@Max", people, {}) == ()
    assert mentioned("@Max", people, {"Max": "2"}) == ("2",)


def test_no_more_are_called_than_one_message_holds() -> None:
    people = [(str(number), f"P{number}x") for number in range(MENTIONS_MAX + 9)]
    text = " ".join(f"@{name}" for _, name in people)
    assert len(mentioned(text, people, {})) == MENTIONS_MAX


def test_name_full_of_signs_is_no_pattern() -> None:
    assert find_mention("@a.c(", "a.c(")[0].end == 5
    assert find_mention("@abc", "a.c") == []
    assert find_mention("@", "") == []


# --- In the window ---------------------------------------------------------
@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.be_ready(person("Ann"), person("Bob"), person("Cat"))
    stage.tell(RoomChanged(room("Design", "Ann", "Bob")))
    stage.board.open_person(room_id_of("Design"))
    stage.settle()
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    stage.composer.edit.setFocus()
    wait_until(stage.composer.edit.hasFocus)
    return stage


def names_offered(chat: Stage) -> list[str]:
    box = chat.page.mentions
    return [box.item(at).text() for at in range(box.count())] if box.isVisible() else []


def test_at_sign_offers_the_other_members_and_enter_takes_one(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "hi @")
    assert names_offered(chat) == ["Ann", "Bob"]
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Down)
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    assert chat.composer.text() == "hi @Bob "
    assert names_offered(chat) == []
    assert not chat.sent(SendText)
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    assert chat.last(SendText).mentions == (id_of("Bob"),)


def test_what_comes_meanwhile_moves_nothing_in_the_names(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "@")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Down)
    chat.deliver((said("Design", "Ann", "hello"),))
    assert chat.page.mentions.currentRow() == 1
    assert names_offered(chat) == ["Ann", "Bob"]


def test_typing_narrows_and_a_click_takes(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "@b")
    assert names_offered(chat) == ["Bob"]
    box = chat.page.mentions
    click(box.viewport(), box.visualItemRect(box.item(0)).center())
    assert chat.composer.text() == "@Bob "


def test_escape_closes_the_names_and_not_the_chat(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "@")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Escape)
    assert names_offered(chat) == []
    assert chat.board.chat.peer_id == room_id_of("Design")
    assert chat.composer.text() == "@"


def test_between_two_people_an_at_sign_is_only_that(chat: Stage) -> None:
    chat.open_chat("Cat")
    QTest.keyClicks(chat.composer.edit, "@a")
    assert names_offered(chat) == []
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    assert chat.last(SendText).mentions == ()


def test_mention_of_oneself_is_marked_and_told(chat: Stage) -> None:
    """By the name others know, and only where its author meant us."""
    chat.tell(SettingsChanged("Zoë", "requests"))
    called = said("Design", "Ann", "come @zoë!", mentions=(id_of("me"),))
    spoofed = said("Design", "Bob", "not @zoë")
    chat.deliver((called, spoofed))
    bubbles = chat.view.delegate._bubbles
    marks = [bubbles._content(chat.view.message_at(at)).spans for at in (0, 1)]
    assert [(one.start, one.end, one.style) for one in marks[0]] == [(5, 9, Style.MENTION)]
    assert marks[1] == ()
    model = chat.view.chat_model
    told = [str(model.data(model.index(at))) for at in (0, 1)]
    assert "mentions you" in told[0]
    assert "mentions you" not in told[1]
