"""Rooms in the list and as chats: who speaks, what happened, how far words came."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.commands import MarkRead, SendText, SetDraft, SetTyping
from app.events import (
    MessagesAdded,
    MessagesChanged,
    PersonChanged,
    ReadMarked,
    RoomChanged,
    RoomsListed,
    StateChange,
    StatesChanged,
)
from app.model import Message, MessageState, Quote, Reaction, Receipts, RoomAct
from tests.unit.ui.stage import (
    Stage,
    id_of,
    message,
    news,
    person,
    room,
    room_id_of,
    said,
    wait_until,
)
from ui.avatar import COLORS, contrast, name_color
from ui.chat.menu import build_menu
from ui.chat.tips import givers
from ui.roster import Entry, Section
from ui.sidebar.model import build_rows
from ui.sidebar.preview import Previews
from ui.theme import DARK, LIGHT

HOSTILE = "<b>Eve</b>"
DESIGN = room_id_of("Design")


@pytest.fixture
def chat(stage: Stage) -> Stage:
    """A room with Ann, who is here, and Bob, who is not; open and in front."""
    stage.be_ready(person("Ann"), person("Bob", is_online=False), person("Cat"))
    stage.tell(RoomChanged(room("Design", "Ann", "Bob")))
    stage.board.open_person(DESIGN)
    stage.settle()
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


def show(chat: Stage, *messages: Message) -> None:
    chat.deliver(messages)
    chat.view.viewport().repaint()


def described(chat: Stage) -> list[str]:
    model = chat.view.chat_model
    return [str(model.data(model.index(at))) for at in range(model.rowCount())]


def authors_shown(chat: Stage) -> list[bool]:
    view = chat.view
    numbers = range(view.chat_model.rowCount())
    rects = [view.visualRect(view.chat_model.index(at)) for at in numbers]
    return [
        view.delegate.placed(at, rect).author is not None
        for at, rect in zip(numbers, rects, strict=True)
    ]


def entry_of(chat: Stage, name: str = "Design") -> Entry:
    entry = chat.desk.roster.get(room_id_of(name))
    assert entry is not None
    return entry


def row_text(chat: Stage, name: str = "Design") -> str:
    """The room's row, as assistive technology reads it."""
    rows = chat.window.side.people.rows
    chat.window.side.refresh()
    at = rows.find(room_id_of(name))
    assert at is not None
    return str(rows.data(rows.index(at)))


# --- In the list -----------------------------------------------------------
def test_rooms_stand_above_people_and_those_of_strangers_wait_behind_one_row(
    stage: Stage,
) -> None:
    entries = [
        Entry(person("Ann")),
        Entry(room=room("Design", "Ann")),
        Entry(room=room("Spam", "Eve", is_accepted=False)),
    ]
    rows = build_rows(entries, search="", shows_requests=True)
    assert [row.section for row in rows] == [
        Section.REQUESTS,
        Section.REQUESTS,
        Section.ROOMS,
        Section.ROOMS,
        Section.HERE,
        Section.HERE,
    ]


def test_last_line_begins_with_the_name_of_who_said_it(chat: Stage) -> None:
    show(chat, said("Design", "Ann", "new icons"))
    assert "Ann: new icons" in row_text(chat)
    show(chat, said("Design", "", "thanks"))
    assert "Ann" not in row_text(chat)
    assert "thanks" in row_text(chat)


def test_what_happened_is_a_last_line_and_nothing_unread(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    stage.tell(RoomsListed((room("Design", "Ann", "Bob"),)))
    stage.tell(MessagesAdded((news("Design", "Ann", RoomAct.ADDED, "Bob"),)))
    assert entry_of(stage).unread == 0
    assert "Ann added Bob" in row_text(stage)


def test_unread_words_count_until_they_are_read_and_a_muted_room_calls_nobody(
    stage: Stage,
) -> None:
    stage.be_ready(person("Ann"))
    stage.tell(RoomChanged(room("Design", "Ann")))
    stage.tell(MessagesAdded((said("Design", "Ann", "one"), said("Design", "Ann", "two"))))
    assert stage.desk.roster.unread() == 2
    stage.tell(RoomChanged(room("Design", "Ann", is_muted=True)))
    assert (entry_of(stage).unread, stage.desk.roster.unread()) == (2, 0)
    stage.tell(ReadMarked(DESIGN))
    assert entry_of(stage).unread == 0


def test_room_nobody_told_of_yet_gets_its_name_when_they_do(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.tell(MessagesAdded((said("Design", "Ann", "hello"),)))
    assert "Room without a name" in row_text(stage)
    stage.tell(RoomChanged(room("Design", "Ann")))
    assert row_text(stage).startswith("Design")


def test_room_nobody_told_of_is_a_stranger_s_when_its_words_are(stage: Stage) -> None:
    stage.be_ready()
    stage.tell(MessagesAdded((said("Spam", "Eve", "cheap", is_request=True),)))
    assert entry_of(stage, "Spam").section is Section.REQUESTS
    assert stage.desk.roster.unread() == 0


def test_stranger_s_room_shows_none_of_its_words(stage: Stage) -> None:
    stage.be_ready()
    asked = said("Spam", "Eve", "cheap", is_request=True)
    entry = Entry(room=room("Spam", "Eve", is_accepted=False), last=asked)
    assert Previews(stage.look, stage.desk.roster).of(entry).text == "Added you to a room"


# --- As a chat -------------------------------------------------------------
def test_header_counts_members_and_who_is_here(chat: Stage) -> None:
    header = chat.page.header
    assert (header._name.text(), header._state.text()) == ("Design", "3 members · 2 here")
    chat.tell(PersonChanged(person("Bob")))
    wait_until(lambda: header._state.text() == "3 members · 3 here")


def test_name_stands_above_the_first_of_what_somebody_says(chat: Stage) -> None:
    show(
        chat,
        said("Design", "Ann", "a"),
        said("Design", "Ann", "b"),
        said("Design", "Bob", "c"),
        said("Design", "", "d"),
        said("Design", "Bob", "e"),
    )
    assert authors_shown(chat) == [True, False, True, False, True]


def test_no_name_above_words_of_a_pair(chat: Stage) -> None:
    chat.open_chat("Ann")
    show(chat, message("Ann", "hi"))
    assert authors_shown(chat) == [False]


def test_rows_say_who_spoke_in_plain_text(chat: Stage) -> None:
    chat.tell(PersonChanged(replace(person("Ann"), name=HOSTILE)))
    show(chat, said("Design", "Ann", "hi"), said("Design", "", "ho"))
    first, second = described(chat)
    assert first.startswith(HOSTILE)
    assert second.startswith("You")


def test_same_id_from_two_members_is_two_rows(chat: Stage) -> None:
    """An id is unique per author only."""
    one = said("Design", "Ann", "mine", message_id="ab" * 16, order_key=5)
    other = said("Design", "Bob", "also mine", message_id="ab" * 16, order_key=5)
    own = said("Design", "", "and mine", message_id="ab" * 16, order_key=5)
    show(chat, one, other, own)
    assert chat.view.chat_model.rowCount() == 3
    chat.tell(MessagesChanged((replace(other, text="changed", edited_ms=1),)))
    shown = sorted(chat.view.message_at(at).text for at in range(3))
    assert shown == ["and mine", "changed", "mine"]


def test_message_of_a_pair_stays_out_of_the_room(chat: Stage) -> None:
    show(chat, message("Ann", "between us"))
    assert chat.view.chat_model.rowCount() == 0


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (news("Design", "Ann", RoomAct.CREATED), "Ann created this room"),
        (news("Design", "Ann", RoomAct.ADDED, "Bob"), "Ann added Bob"),
        (news("Design", "Ann", RoomAct.ADDED, ""), "You were added by Ann"),
        (news("Design", "", RoomAct.ADDED, "Bob", "Ann"), "You added Bob and Ann"),
        (news("Design", "Ann", RoomAct.REMOVED, ""), "You were removed by Ann"),
        (news("Design", "Bob", RoomAct.RENAMED, to="Art"), "Bob renamed the room to Art"),
        (news("Design", "", RoomAct.LEFT), "You left"),
        (news("Design", "Bob", RoomAct.PICTURE), "Bob changed the picture"),
    ],
)
def test_what_happened_is_told_in_the_middle(chat: Stage, told: Message, sentence: str) -> None:
    show(chat, told)
    assert described(chat) == [sentence]
    view = chat.view
    rect = view.visualRect(view.chat_model.index(0))
    frame = view.delegate.placed(0, rect).frame
    assert abs(frame.center().x() - rect.center().x()) <= 2


def test_what_happened_cannot_be_answered(chat: Stage) -> None:
    show(chat, news("Design", "Bob", RoomAct.LEFT))
    chat.view.show_row(0)
    QTest.keyClick(chat.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(chat.view, Qt.Key.Key_Return)
    assert chat.page.context.is_empty


def test_states_tell_how_many_have_it(chat: Stage) -> None:
    own = said("Design", "", "plan", state=MessageState.SENT, receipts=Receipts(9, 0, 0))
    show(chat, own)
    assert "delivered to 0 of 9" in described(chat)[0]
    change = StateChange(own.message_id, "", MessageState.SENT, DESIGN, Receipts(9, 7, 3))
    chat.tell(StatesChanged((change,)))
    assert "delivered to 7 of 9, read by 3 of 9" in described(chat)[0]
    last = entry_of(chat).last
    assert last is not None
    assert last.receipts == Receipts(9, 7, 3)


def test_state_of_another_conversation_changes_nothing_here(chat: Stage) -> None:
    own = said("Design", "", "plan", state=MessageState.SENT)
    show(chat, own)
    chat.tell(StatesChanged((StateChange(own.message_id, id_of("Ann"), MessageState.READ),)))
    assert chat.view.message_at(0).state is MessageState.SENT


def test_quote_names_its_true_author_and_follows_their_edit_only(chat: Stage) -> None:
    asked = said("Design", "Ann", "lunch?", message_id="cd" * 16)
    same_id = said("Design", "Bob", "tea", message_id="cd" * 16)
    quote = Quote(id_of("Ann"), asked.message_id, "lunch?", is_here=True)
    own_quote = Quote(id_of("me"), "ef" * 16, "mine", is_here=True)
    show(
        chat,
        asked,
        same_id,
        said("Design", "Cat", "yes", reply=quote),
        said("Design", "Bob", "no", reply=own_quote),
    )
    assert "Answers Ann: lunch?" in described(chat)[2]
    assert "Answers You: mine" in described(chat)[3]
    chat.tell(MessagesChanged((replace(same_id, text="coffee", edited_ms=1),)))
    assert "Answers Ann: lunch?" in described(chat)[2]
    chat.tell(MessagesChanged((replace(asked, text="dinner?", edited_ms=1),)))
    assert "Answers Ann: dinner?" in described(chat)[2]


def test_givers_of_a_reaction_are_named(chat: Stage) -> None:
    given = Reaction("👍", (id_of("Bob"), ""))
    show(chat, said("Design", "Ann", "done", reactions=(given,)))
    assert givers(chat.view.message_at(0), "👍", chat.view.delegate.cast) == "Bob, You"


def test_deleting_speaks_of_all_and_nothing_can_be_taken_back(chat: Stage) -> None:
    own = said("Design", "", "oops", state=MessageState.SENT, receipts=Receipts(2, 0, 0))
    show(chat, own)
    menu = build_menu(chat.view, own)
    labels = [action.text() for action in menu.actions()]
    menu.deleteLater()
    assert "Delete for all…" in labels
    assert "Who has it…" in labels
    assert not {"Delete for both…", "Do not send"} & {*labels}


def test_new_line_stands_above_words_not_above_what_happened(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    stage.tell(RoomChanged(room("Design", "Ann", "Bob")))
    stage.board.open_person(DESIGN)
    stage.deliver((news("Design", "Ann", RoomAct.ADDED, "Bob"), said("Design", "Bob", "hi")))
    model = stage.view.chat_model
    assert [model.row(at).starts_unread for at in (0, 1)] == [
        False,
        not stage.window.isActiveWindow(),
    ]


# --- Writing ---------------------------------------------------------------
def test_text_and_draft_go_to_the_room_and_typing_is_told_to_nobody(chat: Stage) -> None:
    chat.composer.edit.insertPlainText("hel")
    chat.composer.tell_draft()
    assert chat.last(SetDraft) == SetDraft(DESIGN, "hel")
    chat.composer.edit.insertPlainText("lo")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    sent = chat.last(SendText)
    assert (sent.person, sent.text) == (DESIGN, "hello")
    assert not chat.sent(SetTyping)


def test_words_seen_in_front_are_read(chat: Stage) -> None:
    show(chat, said("Design", "Ann", "hi"))
    assert chat.last(MarkRead).person == DESIGN


def test_answer_in_a_room_names_its_author(chat: Stage) -> None:
    show(chat, said("Design", "Bob", "who?"))
    chat.board.chat.reply(chat.view.message_at(0))
    assert chat.page.context._title.text() == "Answer to Bob"


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_every_name_is_legible(tokens: object) -> None:
    ground = QColor(tokens.bg)  # type: ignore[attr-defined]
    people = [f"person {number}" for number in range(200)]
    drawn = {name_color(one, ground.name()).name() for one in people}
    assert len(drawn) >= len(COLORS) - 2
    assert all(contrast(QColor(color), ground) >= 4.5 for color in drawn)
