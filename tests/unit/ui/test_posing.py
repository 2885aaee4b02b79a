"""People and rooms that call themselves as the window calls itself (ATTACKS F-05, E-14), and
decisions that are about somebody else all of a sudden (F-10, E-07)."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap

from app.events import PersonChanged, RoomChanged
from app.model import Person, RoomAct, Trust
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import Stage, bury, id_of, message, news, person, room, said, wait_until
from ui.desktop.tray import Tray
from ui.dialogs.forward import ForwardDialog
from ui.dialogs.picture import PictureDialog
from ui.dialogs.room import NewRoomDialog
from ui.info.member import members_of
from ui.language import Language, LanguageChoice
from ui.names import chat_name
from ui.rescale import resize_text
from ui.roster import Entry
from ui.search.results import Group, Line, LineKind
from ui.search.resultwords import ResultWords
from ui.trust.lookalike import THE_APP, find_lookalikes

OURS = ("Landline", "landline support", "LANDLIΝE", "Lаndline", "System", "Ѕystem", "Yоu", "你")


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("trust", [Trust.NEW, Trust.ACCEPTED, Trust.VERIFIED])
def test_f05_who_takes_a_name_of_the_window_s_own_is_marked_whoever_it_is(
    name: str, trust: Trust
) -> None:
    posing = person(name, trust=trust)
    assert find_lookalikes([posing, person("Ann")]) == {posing.peer_id: THE_APP}


@pytest.mark.parametrize("name", ["Young", "Systemic", "Land", "Lina", "王系统", "Ann", "✨", ""])
def test_f05_other_names_are_not(name: str) -> None:
    assert find_lookalikes([person(name, trust=Trust.NEW), person("Bob")]) == {}


def test_f05_a_contact_of_that_name_comes_first() -> None:
    known, posing = person("System"), person("Ѕystem", trust=Trust.NEW)
    found = find_lookalikes([known, posing])
    assert found == {posing.peer_id: known, known.peer_id: THE_APP}


def test_f05_it_is_said_in_list_header_and_request(stage: Stage) -> None:
    posing = person("Landline", trust=Trust.NEW)
    stage.be_ready(posing, person("Ann"))
    stage.deliver((message("Landline", "Your licence ends today", is_request=True),))
    stage.open_chat("Landline")
    wait_until(stage.page.header._badge.isVisible)
    assert stage.page.header._badge_text.text() == "a person, not Landline"
    assert "nobody from Landline" in stage.page.request._text.text()
    assert "nobody from Landline" in stage.page.request._accept.accessibleDescription()
    people = stage.window.side.people
    number = people.rows.find(posing.peer_id)
    assert number is not None
    assert "a person, not Landline" in people.rows.index(number).data()


def test_e14_who_may_pose_as_somebody_is_warned_of_and_not_recommended(stage: Stage) -> None:
    stage.be_ready(person("Eve", trust=Trust.NEW), person("Ann"))
    stage.deliver((message("Eve", "hello", is_request=True),))
    stage.open_chat("Eve")
    bar = stage.page.request
    assert (bar._icon.isVisible(), bar._accept.property("main")) == (False, True)
    stage.tell(PersonChanged(replace(person("Eve", trust=Trust.NEW), name="Аnn")))
    wait_until(bar._icon.isVisible)
    assert bar._accept.property("main") is False
    stage.tell(PersonChanged(person("Eve", trust=Trust.NEW)))
    wait_until(lambda: not bar._icon.isVisible())
    assert bar._accept.property("main") is True


def test_e14_where_people_are_ticked_who_looks_like_another_is_last_and_said_to_be(
    stage: Stage,
) -> None:
    posing, known = person("Аnn", trust=Trust.NEW), person("Ann")
    stage.be_ready(posing, known, person("Bob"))
    roster = stage.desk.roster
    wait_until(lambda: any(entry.resembles is not None for entry in roster))
    stage.board.rooms.ask_for_new()
    (dialog,) = stage.window.findChildren(NewRoomDialog)
    rows = [dialog.picker.list.item(number) for number in range(3)]
    told = [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]
    assert told == ["Ann", "Bob", "Аnn, not the Ann you know"]
    chats = stage.board.sending.outbox.chats()
    assert chats.names[-1][0] == posing.peer_id
    assert chats.notes == {posing.peer_id: "not the Ann you know"}


def test_e14_where_words_go_on_who_looks_like_another_is_last_and_said_to_be(
    stage: Stage,
) -> None:
    """Enter takes the first who is found."""
    stage.be_ready(person("Аnn", trust=Trust.NEW), person("Ann", is_online=False))
    wait_until(lambda: any(entry.resembles is not None for entry in stage.desk.roster))
    stage.board.messages.ask_where_to_forward(message("Ann", "the plan"))
    (dialog,) = stage.window.findChildren(ForwardDialog)
    rows = [dialog._list.item(number).text() for number in range(2)]
    assert rows == ["Ann", "\u2068Аnn\u2069 (not the Ann you know)"]


@pytest.fixture
def posing(stage: Stage) -> Stage:
    """A contact goes by the name of one who is verified, and is written with."""
    stage.be_ready(
        person("Ann", trust=Trust.VERIFIED), replace(person("other"), name="Аnn"), person("Bob")
    )
    wait_until(lambda: stage.desk.roster.get(id_of("other")).resembles is not None)  # type: ignore[union-attr]
    stage.deliver((message("other", "lunch?"),))
    stage.open_chat("other")
    return stage


def test_e14_contact_with_the_name_of_a_verified_one_is_marked_in_the_list(posing: Stage) -> None:
    """Beside what was said last, which stays in sight."""
    people = posing.window.side.people
    told = {
        chat_id: str(people.rows.index(people.rows.find(chat_id)).data())  # type: ignore[arg-type]
        for chat_id in map(id_of, ("Ann", "other", "Bob"))
    }
    assert told[id_of("other")].endswith("not the Ann you know, lunch?")
    assert "not the" not in told[id_of("Ann")] + told[id_of("Bob")]
    previews = people.delegate._previews
    entry = posing.desk.roster.get(id_of("other"))
    assert entry is not None
    assert previews.of(entry).doubt == "not the Ann you know"


def test_e14_who_it_is_says_so_where_it_covers_the_chat(posing: Stage) -> None:
    posing.window.resize(480, 700)
    posing.board.chat.info_toggled.emit(True)
    posing.settle()
    doubt = posing.board.info._doubt
    assert doubt.isVisible()
    assert doubt.text() == "not the Ann you know"
    posing.open_chat("Bob")
    posing.board.chat.info_toggled.emit(True)
    wait_until(lambda: not doubt.isVisible() and posing.board.info.isVisible())


def test_e14_what_is_about_to_be_let_go_says_to_whom(posing: Stage) -> None:
    drop = posing.board.sending.drop
    posing.page.files_hovered.emit((Path(__file__),))
    assert drop.accessibleName() == "Send to \u2068Аnn\u2069. not the Ann you know"
    assert drop._doubt == "not the Ann you know"
    posing.open_chat("Bob")
    posing.page.files_hovered.emit((Path(__file__),))
    assert drop._doubt == ""
    posing.page.files_hovered.emit(())


def test_e14_what_is_found_and_what_is_told_outside_say_so_too(posing: Stage) -> None:
    words = ResultWords(posing.look, posing.desk.roster)
    entry = posing.desk.roster.get(id_of("other"))
    assert entry is not None
    assert words.about(entry) == "not the Ann you know · desk"
    words.sought = ("lunch",)
    hit = Line(LineKind.RESULT, Group.MESSAGES, entry=entry, message=message("other", "lunch?"))
    assert "not the Ann you know" in words.describe(hit)
    tray = Tray(posing.look, posing.desk.roster, posing.board.preferences.window)
    posing.board.step_back()
    posing.deliver((message("other", "still there?"),))
    tray._fill_menu()
    (row,) = [one.text() for one in tray._menu.actions() if "Аnn" in one.text()]
    assert "not the Ann you know" in row
    tray.stop()


def test_e14_so_does_a_picture_that_is_about_to_be_sent(posing: Stage) -> None:
    posing.composer.picture_pasted.emit(QPixmap(40, 30).toImage())
    (dialog,) = posing.window.findChildren(PictureDialog)
    assert "not the Ann you know" in dialog.title.text()
    bury(dialog)


def test_who_asks_is_listed_after_those_one_knows(stage: Stage) -> None:
    stage.be_ready(person("Adam", trust=Trust.NEW), person("Zoe", is_online=False))
    stage.deliver((message("Adam", "hello", is_request=True),))
    stage.board.rooms.ask_for_new()
    (dialog,) = stage.window.findChildren(NewRoomDialog)
    rows = [dialog.picker.list.item(number).text() for number in range(2)]
    assert rows == ["Zoe", "Adam"]


def test_a_name_is_in_sight_however_narrow_and_large_the_window_is(stage: Stage) -> None:
    stage.be_ready(replace(person("Eve", trust=Trust.NEW), name="Аnn"), person("Ann"))
    stage.open_chat("Eve")
    wait_until(stage.page.header._badge.isVisible)
    resize_text(stage.app, stage.look, 200)
    stage.window.resize(stage.window.minimumSizeHint())
    stage.settle()
    name = stage.page.header._name
    assert name.width() >= min(name.sizeHint().width(), 2 * 60)


def test_who_is_renamed_is_written_to_by_the_new_name(stage: Stage) -> None:
    stage.be_ready(person("Eve"))
    stage.open_chat("Eve")
    stage.composer.edit.insertPlainText("half a thought")
    stage.tell(PersonChanged(replace(person("Eve"), name="Mallory")))
    wait_until(lambda: "Mallory" in stage.composer.edit.placeholderText())
    assert "Mallory" in stage.composer.edit.accessibleName()
    assert stage.composer.text() == "half a thought"
    stage.tell(PersonChanged(person("Eve", trust=Trust.BLOCKED)))
    wait_until(lambda: stage.composer.edit.placeholderText().startswith("Sending is off"))


@pytest.fixture
def crew(stage: Stage) -> Stage:
    """A room with Ann, verified, and two who would like to be taken for others."""
    people = (
        person("Ann", trust=Trust.VERIFIED),
        replace(person("posing", trust=Trust.NEW), name="Аnn"),
        replace(person("other", trust=Trust.NEW), name="YOU"),
    )
    stage.be_ready(*people)
    stage.tell(RoomChanged(room("Crew", "Ann", "posing", "other")))
    stage.board.open_person(room("Crew").room_id)
    stage.deliver((said("Crew", "posing", "it is me"), news("Crew", "other", RoomAct.ADDED, "Ann")))
    return stage


def row_texts(stage: Stage) -> list[str]:
    model = stage.view.chat_model
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def test_e14_in_a_room_it_is_said_beside_every_word(crew: Stage) -> None:
    wait_until(lambda: "(not the Ann you know)" in " ".join(row_texts(crew)))
    entry = crew.desk.roster.get(room("Crew").room_id)
    assert entry is not None
    assert entry.room is not None
    states = [one.resembles for one in members_of(entry.room, crew.desk, crew.look)]
    assert states == [None, None, person("Ann", trust=Trust.VERIFIED), THE_APP]
    crew.board.chat.info_toggled.emit(True)
    wait_until(lambda: len(crew.board.room_info._rows) == 4)
    shown = [row._state.text() for row in crew.board.room_info._rows]
    assert [("not the Ann" in one, "not Landline" in one) for one in shown] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
    ]


def test_f05_news_of_somebody_called_you_are_not_taken_for_one_s_own(crew: Stage) -> None:
    wait_until(lambda: "added Ann" in " ".join(row_texts(crew)))
    (told,) = [one for one in row_texts(crew) if "added Ann" in one]
    assert told.startswith("YOU (a person)")


@pytest.mark.parametrize("name", ["You", "you", "ＹＯＵ", "Yoú.", " y o u "])
def test_f05_name_that_is_the_word_for_oneself_is_never_bare(stage: Stage, name: str) -> None:
    shown = stage.look.words.name(Person("", name))
    assert shown.endswith("(a person)")


def test_f05_room_that_is_called_as_the_one_of_everyone_says_it_is_a_room(stage: Stage) -> None:
    assert chat_name(Entry(room=room("everyone  HERE")), stage.look) == "everyone HERE (a room)"
    assert chat_name(Entry(room=room("Everyone")), stage.look) == "Everyone"


def test_f05_in_chinese_too(stage: Stage) -> None:
    language = Language(stage.app, LanguageChoice.CHINESE)
    try:
        assert stage.look.words.name(Person("", "你")) == "你（用户名）"
        assert chat_name(Entry(room=room("所有人")), stage.look) == "所有人（一个群聊）"
    finally:
        language.choose(LanguageChoice.ENGLISH)


def test_f10_deciding_about_the_next_stranger_takes_its_own_moment(
    moment: Moment, stage: Stage
) -> None:
    stage.be_ready(person("Eve", trust=Trust.NEW), person("Mallory", trust=Trust.NEW))
    for name in ("Eve", "Mallory"):
        stage.deliver((message(name, "hello", is_request=True),))
    buttons = stage.page.request.tab_order()
    stage.open_chat("Eve")
    moment.pass_by()
    assert all(one.isEnabled() for one in buttons)
    stage.open_chat("Mallory")
    assert not any(one.isEnabled() for one in buttons)
    moment.pass_by()
    assert all(one.isEnabled() for one in buttons)
    stage.tell(PersonChanged(replace(person("Mallory", trust=Trust.NEW), name="Mal")))
    assert all(one.isEnabled() for one in buttons), "who renames themselves cannot hold up a block"


def test_f10_a_moment_that_begins_anew_is_a_whole_one(moment: Moment, stage: Stage) -> None:
    stage.be_ready(person("Bob", successor=id_of("first")), person("first"), person("second"))
    stage.open_chat("Bob")
    bar = stage.page.key_bar
    early = moment.take()
    stage.tell(PersonChanged(person("Bob", successor=id_of("second"))))
    wait_until(lambda: bar._successor() == id_of("second"))
    for then in early:
        then()
    assert not bar._block.isEnabled()
    moment.pass_by()
    assert bar._block.isEnabled()
