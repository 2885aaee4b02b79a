"""Search in the open chat: marks, steps, the way back; days."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.events import MessagesChanged
from app.store import lookup
from tests.unit.app.store.desk import an_id, send
from tests.unit.ui.stage import MINUTE_MS, START_MS, Stage, click, peer_of, person, wait_until
from ui.chat.pointer import Place
from ui.format import moment
from ui.look import Look
from ui.search import here as search_here
from ui.search.days import DayPicker
from ui.search.here import SearchHere

HAY = 200
NEEDLES = (10, 70, 130, 195)


@pytest.fixture
def stage(app: QApplication, look: Look, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(app, look, tmp_path)
    made.meet("Ann")
    texts = [f"straw {at}" + (" Néedle" if at in NEEDLES else "") for at in range(HAY)]
    made.receive("Ann", texts)
    made.read_all("Ann")
    made.be_ready(person("Ann"), person("Ben"))
    made.open_chat("Ann")
    yield made
    made.close()


def search(stage: Stage, words: str) -> SearchHere:
    QTest.keyClick(stage.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    here = stage.board.search.here
    assert here is not None
    here.bar.words.setText(words)
    return here


def shown(stage: Stage) -> str:
    """The text of the match that is marked as shown."""
    view = stage.view
    marks = view.delegate.marks
    assert marks is not None
    rows = range(view.chat_model.rowCount())
    (at,) = (one for one in rows if view.chat_model.row(one).message.message_id == marks.here[2])
    assert view.viewport().rect().intersects(view.visualRect(view.chat_model.index(at)))
    return view.message_at(at).text


def wait_for_count(here: SearchHere, text: str) -> None:
    wait_until(lambda: here.bar.count.text() == text)


def test_steps_lead_through_all_matches_and_round(stage: Stage) -> None:
    here = search(stage, "needle")
    wait_for_count(here, "1 of 4")
    seen = [shown(stage)]
    for _ in range(4):
        QTest.keyClick(here.bar.words, Qt.Key.Key_Return)
        seen.append(shown(stage))
    assert seen == [f"straw {at} Néedle" for at in (195, 130, 70, 10, 195)]
    QTest.keyClick(stage.window, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert shown(stage) == "straw 10 Néedle"
    assert here.bar.count.text() == "4 of 4"


def test_match_in_sight_moves_nothing(stage: Stage) -> None:
    bar = stage.view.verticalScrollBar()
    before = bar.maximum() - bar.value()
    wait_for_count(search(stage, "needle"), "1 of 4")
    assert bar.maximum() - bar.value() == before


def test_escape_leads_back_to_where_one_was(stage: Stage) -> None:
    stage.board.search._jump().go_to_day(stage.view.message_at(0).order_key)
    stage.settle()
    spot = stage.view.spot()
    here = search(stage, "straw 10 needle")
    wait_for_count(here, "1 of 1")
    assert stage.view.spot() != spot
    QTest.keyClick(stage.window, Qt.Key.Key_Escape)
    assert stage.view.spot() == spot
    assert stage.view.delegate.marks is None
    assert here.bar.isHidden()
    assert stage.composer.edit.hasFocus()


def test_every_word_in_sight_is_marked_as_it_was_written(stage: Stage) -> None:
    here = search(stage, "NEEDLE stra")
    wait_for_count(here, "1 of 4")
    marks = stage.view.delegate.marks
    assert marks is not None
    text = "straw 195 Néedle"
    assert [text[start:end] for start, end in marks.spans(text)] == ["stra", "Néedle"]
    (first, second) = marks.ranges("😀 stra needle")
    assert (first.start, first.length) == (3, 4)
    assert (second.start, second.length) == (8, 6)


def test_what_comes_and_goes_is_counted_and_moves_nothing(stage: Stage) -> None:
    here = search(stage, "needle")
    wait_for_count(here, "1 of 4")
    here.step(1)
    spot = stage.view.spot()
    stage.deliver(stage.receive("Ann", ["another needle"]))
    wait_for_count(here, "3 of 5")
    assert stage.view.spot() == spot


def test_edited_and_deleted_texts_are_found_as_they_are_now(stage: Stage) -> None:
    stage.write(lambda w: w.lane_for(peer_of("Ann"), lambda: bytes(8)))
    for number in (1, 2):
        sent = stage.write(lambda w, n=number: send(w, peer_of("Ann"), n, "own needle"))
        stage.deliver((sent.message,))
    here = search(stage, "needle")
    wait_for_count(here, "1 of 6")
    edited = stage.write(lambda w: w.edit_own(an_id(1), "own straw", START_MS))
    stage.tell(MessagesChanged((edited.message,)))
    wait_for_count(here, "1 of 5")
    deleted = stage.write(lambda w: w.delete_own(an_id(2)))
    stage.tell(MessagesChanged((deleted.message,)))
    wait_for_count(here, "– of 4")
    here.step(1)
    assert shown(stage) == "straw 195 Néedle"


def test_what_comes_below_is_offered_and_read_at_the_end(stage: Stage) -> None:
    here = search(stage, "straw 10 needle")
    wait_for_count(here, "1 of 1")
    assert (stage.page.newer.toolTip(), stage.page.newer.text()) == ("To the end", "")
    stage.deliver(stage.receive("Ann", ["news"]))
    assert stage.page.newer.text() == "1 new"
    click(stage.page.newer)
    assert stage.view.is_at_bottom
    last = stage.view.chat_model.rowCount() - 1
    assert stage.view.message_at(last).text == "news"


def test_count_is_bounded_and_steps_go_on_behind_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_here, "BATCH", 3)
    here = search(stage, "needle")
    wait_for_count(here, "1 of 3+")
    for place in (2, 3, 4):
        here.step(1)
        wait_until(lambda now=f"{place} of ": here.bar.count.text().startswith(now))  # type: ignore[misc]
    wait_for_count(here, "4 of 4")
    assert shown(stage) == "straw 10 Néedle"


def test_words_inside_words_are_found_however_old_and_what_is_said_meanwhile_hides_none(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 5)
    monkeypatch.setattr(lookup, "SLICE_ROWS", 30)
    here = search(stage, "eedl")
    wait_for_count(here, "1 of 4")
    here.step(1)
    stage.deliver(stage.receive("Ann", ["another needle"]))
    wait_for_count(here, "3 of 5")
    assert shown(stage) == "straw 130 Néedle"
    here.bar.words.setText("traw 10 n")
    wait_for_count(here, "1 of 1")
    assert shown(stage) == "straw 10 Néedle"


def test_nothing_found_is_said(stage: Stage) -> None:
    here = search(stage, "haystack")
    wait_for_count(here, "No matches")
    here.step(1)
    assert not here.bar.older_button.isEnabled()
    here.bar.words.clear()
    assert here.bar.count.text() == ""


def test_another_chat_closes_the_search(stage: Stage) -> None:
    here = search(stage, "needle")
    wait_for_count(here, "1 of 4")
    stage.open_chat("Ben")
    assert not here.is_open
    assert stage.view.delegate.marks is None


def test_row_lights_up_once_and_not_with_reduced_motion(stage: Stage) -> None:
    here = search(stage, "needle")
    wait_for_count(here, "1 of 4")
    flash = stage.view.delegate.flash
    assert flash is not None
    here.step(1)
    assert flash.row == stage.view.delegate.marks.here
    wait_until(lambda: flash.row[2] == "")
    stage.board.preferences.window.change(reduces_motion=True)
    here.step(1)
    assert flash.row[2] == ""


def test_chosen_day_stands_at_the_top(stage: Stage) -> None:
    here = search(stage, "")
    here.bar.day_button.click()
    (days,) = stage.window.findChildren(DayPicker)
    shown_day = days.calendar.selectedDate()
    assert shown_day in days.calendar.filled
    assert shown_day.addDays(-20) not in days.calendar.filled
    table = days.calendar.findChild(QWidget, "qt_calendar_calendarview")
    first = days.calendar.minimumDate()
    QTest.keyClick(table, Qt.Key.Key_Left)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert first == moment(START_MS + MINUTE_MS).date()
    row = stage.view.chat_model.row(stage.view._top_index().row())
    assert row.starts_day
    assert days.calendar.selectedDate() in (first, first.addDays(1))


def test_name_of_a_day_opens_the_calendar(stage: Stage) -> None:
    stage.board.search._jump().go_to_day(0)
    stage.settle()
    view = stage.view
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert placed.day is not None
    assert view.hover_at(placed.day.center()).place is Place.DAY
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=placed.day.center())
    (days,) = stage.window.findChildren(DayPicker)
    assert days.calendar.selectedDate() == days.calendar.minimumDate()
    QTest.keyClick(days, Qt.Key.Key_Escape)
    assert days.isHidden()
