"""What is begun stays begun: its text, what it answers, and whom it calls."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.commands import SendText, SetDraft
from app.events import RoomChanged
from app.model import Message
from tests.unit.ui.stage import Stage, id_of, person, room, room_id_of


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.meet("Bob")
    stage.be_ready(person("Ann"), person("Bob"))
    stage.open_chat("Ann")
    return stage


def hear(chat: Stage, text: str) -> Message:
    (said,) = chat.receive("Ann", [text])
    chat.deliver((said,))
    return said


def send(chat: Stage) -> SendText:
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    return chat.last(SendText)


def test_answer_that_is_begun_waits_in_its_chat(chat: Stage) -> None:
    said = hear(chat, "when?")
    chat.board.chat.reply(said)
    chat.composer.edit.insertPlainText("at ")
    chat.open_chat("Bob")
    assert chat.page.context.is_empty
    assert chat.last(SetDraft) == SetDraft(id_of("Ann"), "at ", reply_to=said.message_id)
    chat.open_chat("Ann")
    assert chat.page.context.reply == said
    chat.composer.edit.insertPlainText("nine")
    sent = send(chat)
    assert (sent.text, sent.reply_to) == ("at nine", said.message_id)


def test_answer_is_begun_again_from_the_disk(chat: Stage) -> None:
    said = hear(chat, "when?")
    entry = chat.desk.roster.get(id_of("Ann"))
    assert entry is not None
    chat.open_chat("Bob")
    entry.draft, entry.draft_reply = "at", said.message_id
    chat.open_chat("Ann")
    assert chat.composer.text() == "at"
    assert chat.page.context.reply == said


def test_answer_to_what_is_gone_is_an_ordinary_text(chat: Stage) -> None:
    entry = chat.desk.roster.get(id_of("Ann"))
    assert entry is not None
    chat.open_chat("Bob")
    entry.draft, entry.draft_reply = "at", "00" * 16
    chat.open_chat("Ann")
    assert chat.composer.text() == "at"
    assert chat.page.context.is_empty


def test_what_was_sent_is_no_draft_any_more_on_the_disk(chat: Stage) -> None:
    chat.composer.edit.insertPlainText("hello")
    chat.composer.tell_draft()
    assert chat.last(SetDraft).text == "hello"
    send(chat)
    assert chat.last(SetDraft) == SetDraft(id_of("Ann"), "")


def test_who_was_picked_of_two_namesakes_stays_picked(chat: Stage) -> None:
    chat.tell(RoomChanged(room("Design", "Ann", "Cat")))
    mentions = chat.page.mentions
    sams = [(id_of("Ann"), "Sam"), (id_of("Cat"), "Sam")]
    chat.board.open_person(room_id_of("Design"))
    mentions.show_people(sams)
    mentions._chosen["Sam"] = id_of("Cat")
    chat.composer.edit.insertPlainText("@Sam ok")
    chat.open_chat("Bob")
    assert mentions._chosen == {}
    chat.board.open_person(room_id_of("Design"))
    mentions.show_people(sams)
    assert chat.composer.text() == "@Sam ok"
    assert send(chat).mentions == (id_of("Cat"),)
    assert mentions._chosen == {}
