"""Search in all chats, files and names; the switcher; Ctrl and a number."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.errors import ErrorCode, KnownError
from app.events import MessagesAdded
from app.folding import fold
from app.model import Trust
from app.store import lookup
from app.store.reader import Reader
from tests.unit.ui.stage import Stage, click, id_of, peer_of, person, wait_until
from tests.unit.ui.test_assistive import choose
from ui.look import Look
from ui.rescale import resize_text
from ui.search import question
from ui.search.everywhere import Everywhere
from ui.search.marks import Marks
from ui.search.results import Group, Line, LineKind
from ui.search.snippet import snippet

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def stage(app: QApplication, look: Look, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(app, look, tmp_path)
    for name in ("Ann", "陈立", "Eve"):
        made.meet(name)
    texts = [f"the plan, part {number}" for number in range(150)]
    told = made.receive("Ann", texts)
    told += (made.receive_offer("Ann", ("notes.txt", "floor plan.pdf")),)
    told += made.receive("陈立", ["no Plän at all", "明天开会"])
    made.write(lambda w: w.set_trust(peer_of("Eve"), accepted=False))
    made.receive("Eve", ["a plan of a stranger"])
    made.be_ready(person("Ann"), person("陈立"), person("Planck"), person("Eve", trust=Trust.NEW))
    made.tell(MessagesAdded(told))
    yield made
    made.close()


def search(stage: Stage, words: str) -> Everywhere:
    QTest.keyClick(stage.window, Qt.Key.Key_F, CTRL | SHIFT)
    found = stage.board.search.everywhere
    assert found is not None
    found.words.setText(words)
    return found


def lines(found: Everywhere) -> list[Line]:
    return [found.view.results.line(at) for at in range(found.view.results.rowCount())]


def heads(found: Everywhere) -> list[tuple[Group, int]]:
    return [(one.group, one.count) for one in lines(found) if one.kind is LineKind.HEADING]


def bounds(found: Everywhere) -> list[bool]:
    return [one.is_bounded for one in lines(found) if one.kind is LineKind.HEADING]


def texts(found: Everywhere, group: Group) -> list[str]:
    rows = (one for one in lines(found) if one.group is group and one.message is not None)
    return [one.message.text for one in rows if one.message is not None]


def wait_for(found: Everywhere, *wanted: tuple[Group, int]) -> None:
    wait_until(lambda: heads(found) == list(wanted))


ALL = ((Group.MESSAGES, 151), (Group.FILES, 1), (Group.PEOPLE, 1))


def test_three_groups_with_counts_and_no_stranger_among_them(stage: Stage) -> None:
    found = search(stage, "PLAN")
    wait_for(found, *ALL)
    assert texts(found, Group.MESSAGES) == [
        "no Plän at all", *(f"the plan, part {number}" for number in (149, 148, 147, 146)),
    ]  # fmt: skip
    said = [found.view.results.index(at).data() for at in range(found.view.results.rowCount())]
    assert any("floor plan.pdf and 1 more" in one for one in said)
    assert "Planck, desk" in said


def test_more_is_shown_where_it_stands(stage: Stage) -> None:
    found = search(stage, "plan")
    wait_for(found, *ALL)
    before = texts(found, Group.MESSAGES)
    more = next(at for at, one in enumerate(lines(found)) if one.kind is LineKind.MORE)
    found.view.enter()
    for _ in range(more - 1):
        QTest.keyClick(found.view, Qt.Key.Key_Down)
    QTest.keyClick(found.view, Qt.Key.Key_Return)
    wait_until(lambda: len(texts(found, Group.MESSAGES)) == 30)
    assert texts(found, Group.MESSAGES)[:5] == before
    assert found.view.currentIndex().row() == more


def test_count_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "LIMIT", 20)
    found = search(stage, "plan")
    wait_for(found, (Group.MESSAGES, 19), *ALL[1:])  # and a stranger's
    wait_until(lambda: bounds(found) == [True, False, False])


def test_words_inside_words_are_found_however_old(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 5)
    monkeypatch.setattr(lookup, "SLICE_ROWS", 7)
    monkeypatch.setattr(lookup, "FILES_ROWS", 0)
    found = search(stage, "lan")
    wait_for(found, *ALL)
    assert not any(one.is_bounded for one in lines(found))


def test_what_strangers_said_is_counted_apart(stage: Stage) -> None:
    found = search(stage, "stranger")
    wait_until(lambda: found.hint.text() == "Nothing was found.")
    assert found.hint.isVisible()
    assert found.aside.isVisible()
    assert found.aside.text() == "1 more in requests from strangers"
    found.words.setText("Plän")
    wait_until(lambda: texts(found, Group.MESSAGES) != [])
    assert found.aside.isVisible()
    found.words.setText("part 33")
    wait_for(found, (Group.MESSAGES, 2))
    assert found.aside.isHidden()


def test_message_is_shown_where_it_stands_and_the_list_stays(stage: Stage) -> None:
    found = search(stage, "part 33")
    wait_for(found, (Group.MESSAGES, 2))
    QTest.keyClick(found.words, Qt.Key.Key_Return)
    stage.settle()
    view = stage.view
    assert stage.board.chat.peer_id == id_of("Ann")
    marks = view.delegate.marks
    assert marks is not None
    rows = range(view.chat_model.rowCount())
    (at,) = (one for one in rows if view.message_at(one).message_id == marks.here[2])
    assert view.message_at(at).text == "the plan, part 133"
    assert view.viewport().rect().contains(view.visualRect(view.chat_model.index(at)).center())
    assert found.view.hasFocus()
    QTest.keyClick(stage.window, Qt.Key.Key_Escape)
    assert stage.board.search.everywhere is None
    assert view.delegate.marks is None
    assert stage.composer.edit.hasFocus()
    assert stage.window.side.people.isVisible()


def test_person_is_opened_and_the_search_closes(stage: Stage) -> None:
    found = search(stage, "chenl")
    wait_for(found, (Group.PEOPLE, 1))
    QTest.keyClick(found.words, Qt.Key.Key_Down)
    QTest.keyClick(found.view, Qt.Key.Key_Return)
    assert stage.board.chat.peer_id == id_of("陈立")
    assert stage.board.search.everywhere is None


def test_letters_go_back_to_the_words(stage: Stage) -> None:
    found = search(stage, "plan")
    wait_for(found, *ALL)
    found.view.enter()
    QTest.keyClicks(found.view, "c")
    assert found.words.text() == "planc"
    assert found.words.hasFocus()
    wait_for(found, (Group.PEOPLE, 1))
    QTest.keyClick(found.words, Qt.Key.Key_Down)
    QTest.keyClick(found.view, Qt.Key.Key_Up)
    assert found.words.hasFocus()


def test_nothing_found_is_said(stage: Stage) -> None:
    found = search(stage, "zebra")
    wait_until(lambda: found.hint.text() == "Nothing was found.")
    found.words.clear()
    assert found.hint.text().startswith("Finds")


def test_switcher_finds_names_as_they_sound_and_offers_the_rest(stage: Stage) -> None:
    side = stage.window.side
    QTest.keyClick(stage.window, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(side.search, "cl")
    assert side.people.rows.chats() == [id_of("陈立")]
    offer = stage.board.search._offer
    assert offer.isVisible()
    click(offer)
    found = stage.board.search.everywhere
    assert found is not None
    assert found.words.text() == "cl"
    assert side.search.isHidden()


def test_enter_where_nobody_is_called_that_searches_messages(stage: Stage) -> None:
    search_edit = stage.window.side.search
    search_edit.setText("part 77")
    QTest.keyClick(search_edit, Qt.Key.Key_Return)
    found = stage.board.search.everywhere
    assert found is not None
    wait_until(lambda: "the plan, part 77" in texts(found, Group.MESSAGES))


def test_control_and_a_number_opens_that_chat(stage: Stage) -> None:
    chats = stage.window.side.people.rows.chats()
    QTest.keyClick(stage.window, Qt.Key.Key_2, CTRL)
    assert stage.board.chat.peer_id == chats[1]
    QTest.keyClick(stage.window, Qt.Key.Key_9, CTRL)
    assert stage.board.chat.peer_id == chats[1]


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("short and near", "near", "short and near"),
        ("a b" * 20 + " the **far** one", "far", "…"),
        ("会" * 60 + "文件", "文件", "…" + "会" * 18 + "文件"),
        ("two\nlines\u202e", "lines", "two lines"),
    ],
)
def test_words_around_a_match_are_shown(text: str, word: str, shown: str) -> None:
    made = snippet(text, (fold(word),))
    assert made.startswith(shown)
    assert word in made[:45]
    assert "\n" not in made


def test_escape_closes_the_search_that_is_used(stage: Stage) -> None:
    stage.open_chat("Ann")
    place = stage.board.search
    place.open_here()
    found = search(stage, "plan")
    wait_for(found, *ALL)
    assert place.here is not None
    QTest.keyClick(stage.window, Qt.Key.Key_Escape)
    assert (place.everywhere, place.here.is_open) == (None, True)
    QTest.keyClick(stage.window, Qt.Key.Key_Escape)
    assert not place.here.is_open
    assert stage.board.chat.peer_id == id_of("Ann")


def test_search_that_is_closed_gets_no_answer(stage: Stage) -> None:
    found = search(stage, "plan")
    stage.board.search.close_everywhere()
    other = search(stage, "part 33")
    wait_for(other, (Group.MESSAGES, 2))
    assert other is not found


def test_only_words_of_others_are_marked(stage: Stage) -> None:
    found = search(stage, "more plan")
    assert found.view.sought == ("more", "plan")
    found.words.setText("plan")
    wait_for(found, *ALL)
    (offered,) = (one for one in lines(found) if one.group is Group.FILES and one.message)
    told = found.view.delegate._words.file(offered)
    marks = Marks(stage.look.theme, ("more", "plan"))
    (marked,) = marks.ranges(told.text, within=(told.start, told.end))
    assert (marked.start, marked.length) == (len("floor "), len("plan"))
    stage.settle()


def test_screen_reader_opens_what_was_found(stage: Stage) -> None:
    found = search(stage, "part 133")
    wait_for(found, (Group.MESSAGES, 1))
    wait_until(lambda: found._is_complete)  # the lines are made anew until then
    choose(found.view, 1)
    wait_until(lambda: stage.board.chat.peer_id == id_of("Ann"))


def test_switcher_takes_the_place_of_a_search_everywhere(stage: Stage) -> None:
    found = search(stage, "plan")
    wait_for(found, *ALL)
    QTest.keyClick(stage.window, Qt.Key.Key_K, CTRL)
    assert stage.board.search.everywhere is None
    assert stage.window.side.search.hasFocus()


def test_what_is_at_the_right_gives_way_to_the_list_in_a_narrow_window(stage: Stage) -> None:
    stage.open_chat("Ann")
    stage.window.resize(stage.window.minimumSize())
    stage.page.header.info_button.setChecked(True)
    stage.settle()
    assert stage.window.side.isHidden()
    search(stage, "plan")
    assert stage.window.side.isVisible()
    assert stage.board.info.isHidden()


def test_rows_follow_the_size_of_text(stage: Stage) -> None:
    found = search(stage, "plan")
    wait_for(found, *ALL)
    heights = []
    for percent in (100, 200, 100):
        resize_text(stage.app, stage.look, percent)
        stage.settle()
        heights.append(found.view.visualRect(found.view.results.index(1)).height())
    assert heights[1] > 1.8 * heights[0] == 1.8 * heights[2]


@pytest.fixture
def early(app: QApplication, look: Look, tmp_path: Path) -> Iterator[Stage]:
    """The engine has not said that it is ready."""
    made = Stage(app, look, tmp_path)
    wait_until(made.window.isActiveWindow)
    yield made
    made.close()


def refuse() -> Reader:
    raise KnownError(ErrorCode.DISK_ERROR, "there is no database yet")


def test_what_is_looked_for_before_the_database_is_there_waits_for_it(early: Stage) -> None:
    early.meet("Ann")
    told = early.receive("Ann", ["a plan"])
    open_history, early.desk.open_history = early.desk.open_history, refuse
    found = search(early, "plan")
    early.worker.run(early.window, int, lambda _: setattr(early.desk, "open_history", open_history))
    wait_until(lambda: early.desk.open_history is open_history)
    early.be_ready(person("Ann"))
    early.tell(MessagesAdded(told))
    wait_for(found, (Group.MESSAGES, 1))


def test_a_search_that_was_closed_is_not_asked_again(stage: Stage) -> None:
    found = search(stage, "plan")
    wait_for(found, *ALL)
    stage.board.search.close_everywhere()
    QCoreApplication.sendPostedEvents(found, QEvent.Type.DeferredDelete)
    assert not isValid(found)
    stage.desk.messages_changed.emit(())
