"""Everyone here: the room of all on the network, quiet beside the talk with people."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.commands import ChangeRoom, ChangeSettings, EditText, React, SendText
from app.errors import ErrorCode
from app.events import Failed, PersonChanged, RoomChanged, SettingsChanged
from app.model import Direction, Message, MessageState, Receipts, Room, Trust
from net.protocol.rooms import EVERYONE, encode_room_id
from tests.unit.ui.stage import Stage, bury, click, id_of, message, named, person, room, wait_until
from ui.buttons import Switch
from ui.chat.menu import build_menu
from ui.dialogs.forward import ForwardDialog
from ui.info.member import MemberRow
from ui.language import Language, LanguageChoice
from ui.looks import Tells, read_looks
from ui.room_words import RoomWords
from ui.roster import Entry
from ui.sidebar.model import build_rows

ALL_ID = encode_room_id(EVERYONE)
ALL = Room(ALL_ID, "Everyone here", ("",), is_everyone=True)


@pytest.fixture
def here(stage: Stage) -> Stage:
    """Ann and Eve, a stranger, are here, Bob is not; the room of everyone is on."""
    stage.window.resize(1250, 700)
    people = person("Ann"), person("Eve", trust=Trust.NEW), person("Bob", is_online=False)
    stage.be_ready(*people)
    stage.tell(RoomChanged(ALL))
    stage.window.side.refresh()
    return stage


@pytest.fixture
def chat(here: Stage) -> Stage:
    here.board.open_person(ALL_ID)
    here.settle()
    here.window.activateWindow()
    wait_until(here.window.isActiveWindow)
    return here


def said(author: str, text: str, **fields: object) -> Message:
    """To everyone; ``author`` empty: by oneself."""
    direction = Direction.IN if author else Direction.OUT
    made = message(author, text, direction=direction, room_id=ALL_ID, **fields)
    return made if author else replace(made, peer_id="")


def switch(stage: Stage, is_on: bool) -> None:
    """As the engine tells of it."""
    stage.tell(SettingsChanged("Me", "requests", hears_everyone=is_on))
    if is_on:
        stage.tell(RoomChanged(ALL))
    stage.window.side.refresh()
    stage.settle()


def is_listed(stage: Stage) -> bool:
    stage.window.side.refresh()
    return stage.window.side.people.rows.find(ALL_ID) is not None


# --- In the list -----------------------------------------------------------
@pytest.mark.parametrize("language", [LanguageChoice.ENGLISH, LanguageChoice.CHINESE])
@pytest.mark.parametrize("typed", ["everyone", "所有"])
def test_it_is_called_by_its_name_and_found_by_it_in_any_language(
    app: QApplication, language: LanguageChoice, typed: str
) -> None:
    spoken = Language(app, language)
    name = RoomWords().name(ALL)
    spoken.choose(LanguageChoice.ENGLISH)
    assert name == {"en": "Everyone here", "zh_CN": "所有人"}[language.value]
    entries = [Entry(room=ALL), Entry(person("Ann"))]
    for wanted in (typed, name):
        rows = build_rows(entries, search=wanted, shows_requests=False)
        assert [row.chat_id for row in rows if row.chat_id] == [ALL_ID]


def test_what_others_call_their_room_is_not_taken_for_it() -> None:
    lookalike = Entry(room=room("Everyone here", "Eve"))
    assert not build_rows([lookalike], search="所有人", shows_requests=False)
    assert RoomWords().name(replace(ALL, name="<b>Mine</b>")) == "Everyone here"


def test_it_is_counted_with_nothing_and_calls_only_for_people_on_the_list(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(QApplication, "alert", lambda *given: calls.append(given))
    here.deliver((said("Eve", "cheap"),))
    assert (here.desk.roster.unread(), len(calls)) == (0, 0)
    here.deliver((said("Ann", "lunch?"),))
    assert (here.desk.roster.unread(), len(calls)) == (0, 1)
    here.tell(RoomChanged(replace(ALL, is_muted=True)))
    here.deliver((said("Ann", "now?"),))
    assert len(calls) == 1
    entry = here.desk.roster.get(ALL_ID)
    assert entry is not None
    assert entry.unread == 3
    assert here.window.windowTitle() == "Landline"


def test_words_that_come_before_the_room_itself_are_known_as_its(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.deliver((said("Ann", "hello"),))
    entry = stage.desk.roster.get(ALL_ID)
    assert entry is not None
    assert entry.is_everyone
    assert stage.desk.roster.unread() == 0


def test_keys_lead_to_people_before_everyone(here: Stage) -> None:
    side = here.window.side
    side.step(1)
    assert here.board.chat.peer_id == id_of("Ann")
    side.search.setText("eve")
    assert is_listed(here)
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    assert here.board.chat.peer_id == id_of("Eve")
    here.deliver((said("Ann", "hello"),))
    assert here.board.chat.peer_id == id_of("Eve")


def test_alone_on_the_network_one_still_reads_what_to_expect(stage: Stage) -> None:
    stage.be_ready()
    stage.tell(RoomChanged(ALL))
    side = stage.window.side
    side.refresh()
    assert side._empty.isVisible()
    assert side.people.isVisible()
    assert side._empty.y() < side.height() // 2
    stage.tell(PersonChanged(person("Ann")))
    side.refresh()
    assert not side._empty.isVisible()


# --- The chat --------------------------------------------------------------
def test_header_counts_who_is_here_now(chat: Stage) -> None:
    header = chat.page.header
    assert header._name.text() == "Everyone here"
    assert header._state.text() == "2 people here"
    chat.tell(PersonChanged(person("Ann", is_online=False)))
    wait_until(lambda: header._state.text() == "1 person here")
    chat.tell(PersonChanged(person("Eve", is_online=False)))
    wait_until(lambda: header._state.text() == "Nobody else is here now")


def test_empty_chat_says_what_it_is_until_something_is_said(chat: Stage) -> None:
    blank = chat.page.blank
    assert blank.isVisible()
    assert blank.text.text().startswith("What you write here goes to all")
    assert blank.text.height() >= blank.text.heightForWidth(blank.text.width())
    chat.deliver((said("Ann", "hello"),))
    assert not blank.isVisible()
    chat.open_chat("Ann")
    assert blank.text.text() == "Write to Ann, or drop files here.\nNo server is in between."
    assert blank.isVisible() != bool(chat.view.chat_model.rowCount())


def test_messages_are_copied_and_forwarded_and_nothing_else(chat: Stage) -> None:
    own = said("", "look https://a.example", receipts=Receipts(2, 1, 0))
    for shown in (own, said("Ann", "hello")):
        menu = build_menu(chat.view, shown)
        labels = [one.text() for one in menu.actions() if one.text()]
        bury(menu)
        assert labels[:3] == ["Forward…", "Copy message", "Select text…"]
        assert all(label.startswith(("Open link", "Copy link")) for label in labels[3:])


def test_keys_for_answers_and_edits_do_nothing_there(chat: Stage) -> None:
    own = said("", "noon?", state=MessageState.DELIVERED, receipts=Receipts(1, 1, 0))
    chat.deliver((said("Ann", "hello"), own))
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Up)
    assert chat.page.context.is_empty
    chat.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chat.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    chat.board.chat.edit(own)
    chat.board.messages.toggle_reaction(own, "👍")
    assert chat.page.context.is_empty
    assert not chat.sent(EditText)
    assert not chat.sent(React)


def test_author_s_new_name_stands_above_words_said_before(chat: Stage) -> None:
    chat.deliver((said("Ann", "hello"), said("", "hi")))
    chat.tell(PersonChanged(replace(person("Ann"), name="<b>Anne</b>")))
    view = chat.view

    def author() -> object:
        return view.delegate.cast.names.get(id_of("Ann"))

    wait_until(lambda: author() == "<b>Anne</b>")
    assert str(view.chat_model.data(view.chat_model.index(0))).startswith("<b>Anne</b>, ")
    assert view.delegate.cast.mentions_me(said("Ann", "@Me")) is False


def test_own_words_tell_how_far_they_came(chat: Stage) -> None:
    own = said("", "noon?", state=MessageState.DELIVERED, receipts=Receipts(3, 2, 0))
    chat.deliver((own,))
    model = chat.view.chat_model
    assert str(model.data(model.index(0))).endswith("delivered to 2 of 3")


def test_what_was_too_fast_comes_back_with_a_word(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "hello")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    sent = chat.last(SendText)
    assert sent.person == ALL_ID
    chat.tell(Failed(ErrorCode.TOO_FAST, "too much", ref=sent.ref))
    assert chat.composer.text() == "hello"
    assert chat.board.notice.text().startswith("Slowly")


def test_words_are_forwarded_to_it_only_while_it_is_on(chat: Stage) -> None:
    shown = message("Ann", "look")
    for is_on in (True, False):
        switch(chat, is_on)
        chat.board.messages.ask_where_to_forward(shown)
        (dialog,) = chat.window.findChildren(ForwardDialog)
        found = dialog._list.findItems("Everyone here", Qt.MatchFlag.MatchExactly)
        assert bool(found) is is_on
        bury(dialog)


# --- The panel at the right ------------------------------------------------
def test_panel_explains_mutes_and_turns_off(chat: Stage) -> None:
    panel = chat.board.room_info
    assert panel.isVisible()
    assert panel._about.isVisible()
    assert not panel.findChildren(MemberRow)
    parts = (panel._picture, panel._no_picture, panel._add, panel._leave, panel._members_heading)
    assert not any(part.isVisible() for part in (*parts, panel._count, panel._all))
    assert not panel._name.isEnabled()
    click(panel._notifies)
    assert chat.last(ChangeRoom) == ChangeRoom(ALL_ID, is_muted=True)
    click(panel._off)
    assert chat.last(ChangeSettings) == ChangeSettings(hears_everyone=False)


def test_switch_that_was_refused_goes_back(chat: Stage) -> None:
    notifies = chat.board.room_info._notifies
    click(notifies)
    assert not notifies.isChecked()
    chat.tell(Failed(ErrorCode.DISK_ERROR, "detail"))
    assert notifies.isChecked()


def test_panel_of_another_room_has_its_parts_again(chat: Stage) -> None:
    shown = room("Design", "Ann")
    chat.tell(RoomChanged(shown))
    chat.board.open_person(shown.room_id)
    panel = chat.board.room_info
    assert panel._leave.isVisible()
    assert panel._name.isEnabled()
    assert not panel._off.isVisible()
    assert not panel._about.isVisible()
    assert len(panel.findChildren(MemberRow)) == 2


# --- On and off ------------------------------------------------------------
def test_settings_switch_it_as_they_say(here: Stage, tmp_path: Path) -> None:
    for is_on in (True, False):
        window = here.board.settings.open()
        (entry,) = named(window, Switch, "Be in “Everyone here”")
        assert entry.isChecked() is is_on
        entry.click()
        bury(window)
        assert here.last(ChangeSettings) == ChangeSettings(hears_everyone=not is_on)
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"hears_everyone": False}))
    assert read_looks(path).tells == Tells(everyone=False)


def test_turned_off_it_leaves_the_list_and_comes_back(here: Stage) -> None:
    here.deliver((said("Ann", "hello"),))
    assert is_listed(here)
    switch(here, False)
    assert not is_listed(here)
    here.tell(RoomChanged(ALL))
    assert not is_listed(here)
    switch(here, True)
    assert is_listed(here)


def test_turned_off_while_open_it_stays_to_be_read_until_one_goes(chat: Stage) -> None:
    chat.deliver((said("Ann", "hello"),))
    switch(chat, False)
    gone = chat.page.gone
    wait_until(gone.isVisible)
    assert is_listed(chat)
    assert not chat.composer.isVisible()
    assert not chat.board.chat.can_send
    assert chat.page.header._state.text() == "Turned off"
    wait_until(lambda: not chat.board.room_info._off.isVisible())
    chat.open_chat("Ann")
    assert not is_listed(chat)
    assert chat.composer.isVisible()


def test_line_in_the_composer_s_place_turns_it_on_again(chat: Stage) -> None:
    switch(chat, False)
    wait_until(chat.page.gone.isVisible)
    click(chat.page.gone.on_button)
    assert chat.last(ChangeSettings) == ChangeSettings(hears_everyone=True)
    switch(chat, True)
    wait_until(chat.composer.isVisible)
    assert chat.composer.edit.hasFocus()
    assert chat.page.header._state.text() == "2 people here"


def test_room_one_has_left_offers_no_such_button(chat: Stage) -> None:
    shown = room("Design", members=(id_of("Ann"),))
    chat.tell(RoomChanged(shown))
    chat.board.open_person(shown.room_id)
    assert chat.page.gone.isVisible()
    assert not chat.page.gone.on_button.isVisible()
