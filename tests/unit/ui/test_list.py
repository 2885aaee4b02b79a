"""The list at the left: who stands where, and what a row tells."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from app.events import (
    MessagesAdded,
    OfferAdded,
    PeopleListed,
    PersonChanged,
    ReadMarked,
    RoomChanged,
    TransferChanged,
)
from app.model import Conversation, Direction, MessageKind, MessageState, TransferState, Trust
from tests.unit.ui.stage import (
    Stage,
    click,
    id_of,
    message,
    offer,
    person,
    room,
    room_id_of,
    wait_until,
)
from ui.look import Look
from ui.natural import name_order
from ui.roster import Entry, Roster, Section
from ui.sidebar import delegate
from ui.sidebar.model import ListRow, RowKind, build_rows
from ui.sidebar.paint import HEIGHTS
from ui.sidebar.preview import Previews


def rows(*entries: Entry, search: str = "", requests: bool = False) -> list[ListRow]:
    return build_rows(entries, search=search, shows_requests=requests)


def names(found: list[ListRow]) -> list[str]:
    return [row.entry.person.name if row.entry else row.section.name for row in found]


def test_people_here_stand_above_people_away_each_with_a_count() -> None:
    here, away = Entry(person("Ann")), Entry(person("Bob", is_online=False))
    found = rows(away, here)
    assert names(found) == ["HERE", "Ann", "AWAY", "Bob"]
    assert [row.chats for row in found if row.kind is RowKind.HEADING] == [1, 1]


def test_newest_talk_is_on_top_then_the_alphabet() -> None:
    old, new = message("Zoë", "a"), message("Ann", "b")
    entries = [Entry(person(name)) for name in ("Max", "bea")]
    found = rows(*entries, Entry(person("Zoë"), last=old), Entry(person("Ann"), last=new))
    assert names(found) == ["HERE", "Ann", "Zoë", "bea", "Max"]


def test_strangers_who_wrote_wait_behind_one_row() -> None:
    asked = message("Eve", "buy", is_request=True)
    stranger = Entry(person("Eve", trust=Trust.NEW), last=asked, unread=1)
    (row,) = rows(stranger)
    assert (row.kind, row.chats, row.is_open) == (RowKind.REQUESTS, 1, False)
    assert names(rows(stranger, requests=True)) == ["REQUESTS", "Eve"]


def test_accepted_stranger_moves_to_the_others() -> None:
    asked = message("Eve", "hi", is_request=True)
    assert names(rows(Entry(person("Eve"), last=asked))) == ["HERE", "Eve"]


def test_stranger_who_left_without_a_word_is_not_listed() -> None:
    assert rows(Entry(person("Eve", trust=Trust.NEW, is_online=False))) == []


@pytest.mark.parametrize("search", ["ann", "ANN", "thinkpad"])
def test_search_finds_by_name_and_device(search: str) -> None:
    ann = Entry(person("Ann", device="ThinkPad"))
    bob = Entry(person("Bob"), last=message("Bob", "planning with Ann on a ThinkPad"))
    assert names(rows(ann, bob, search=search)) == ["HERE", "Ann"]


def test_search_reaches_strangers_by_name_not_by_their_words() -> None:
    asked = message("Eve", "cheap", is_request=True)
    stranger = Entry(person("Eve", trust=Trust.NEW), last=asked)
    assert names(rows(stranger, search="eve")) == ["REQUESTS", "Eve"]
    assert rows(stranger, search="cheap") == []


def test_names_stand_as_people_count() -> None:
    order = ["person 1", "Person 2", "Person 10", "Person 10b", "Personne", "李 3", "李 12"]
    assert sorted(sorted(order), key=name_order) == order
    assert name_order("٣") < name_order("12")
    mixed = [Entry(person(name)) for name in ("Person 10", "Person 2")]
    assert names(rows(*mixed))[1:] == ["Person 2", "Person 10"]


# --- Previews --------------------------------------------------------------
def test_f_stranger_s_words_are_not_previewed(look: Look) -> None:
    asked = message("Eve", "<b>cheap</b>", is_request=True)
    preview = Previews(look, Roster()).of(Entry(person("Eve", trust=Trust.NEW), last=asked))
    assert "cheap" not in preview.text


def test_who_is_blocked_is_marked_whatever_they_said_last(look: Look) -> None:
    blocked = person("Eve", trust=Trust.BLOCKED)
    for entry in (Entry(blocked), Entry(blocked, last=message("Eve", "cheap"), draft="never")):
        preview = Previews(look, Roster()).of(entry)
        assert (preview.icon, preview.text) == ("blocked", "Blocked")


def test_f06_preview_has_one_line(look: Look) -> None:
    preview = Previews(look, Roster()).of(Entry(person("Ann"), last=message("Ann", "a\nBob: yes")))
    assert preview.text == "a Bob: yes"


def test_own_last_line_shows_its_mark(look: Look) -> None:
    own = message("Ann", "hi", direction=Direction.OUT, state=MessageState.READ)
    assert Previews(look, Roster()).of(Entry(person("Ann"), last=own)).icon == "mark-read"


def test_running_transfer_shows_how_far_it_is(look: Look) -> None:
    half = offer("Ann", state=TransferState.RUNNING, size_bytes=200, done_bytes=124)
    last = message("Ann", "", kind=MessageKind.FILES, transfer=half)
    preview = Previews(look, Roster()).of(Entry(person("Ann"), last=last))
    assert (preview.icon, preview.text) == ("attach", "report.pdf · 62%")


def test_draft_shows_while_its_chat_is_not_open(look: Look) -> None:
    entry = Entry(person("Ann"), last=message("Ann", "hi"), draft="well")
    previews = Previews(look, Roster())
    assert previews.of(entry).is_draft
    assert previews.of(entry, is_open=True).text == "hi"


# --- Roster ----------------------------------------------------------------
def test_unread_grows_with_what_comes_in_and_falls_when_read() -> None:
    roster = Roster()
    roster.put_person(person("Ann"))
    out = message("Ann", "mine", direction=Direction.OUT)
    roster.add_messages([message("Ann", "a"), out, message("Ann", "b")])
    assert roster.get(id_of("Ann")).unread == 2  # type: ignore[union-attr]
    assert roster.unread() == 2
    roster.mark_read(id_of("Ann"))
    assert roster.unread() == 0


def test_message_counted_on_disk_is_not_counted_again_when_announced() -> None:
    """Committed before the start, announced after it."""
    roster = Roster()
    stored = message("Ann", "a")
    roster.load([Conversation(person("Ann"), last=stored, unread=1)])
    roster.add_messages([stored])
    assert roster.unread() == 1


def test_muted_and_strangers_do_not_count_for_the_title() -> None:
    roster = Roster()
    roster.put_person(person("Ann", muted=True))
    roster.put_person(person("Eve", trust=Trust.NEW))
    roster.add_messages([message("Ann", "a"), message("Eve", "b", is_request=True)])
    assert roster.unread() == 0


def test_late_message_does_not_become_the_last_line() -> None:
    roster = Roster()
    late, newest = message("Ann", "late"), message("Ann", "newest")
    roster.add_messages([newest])
    roster.add_messages([late])
    entry = roster.get(id_of("Ann"))
    assert entry is not None
    assert entry.last == newest


def test_f14_thousand_renames_redraw_the_list_a_few_times(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    spy = QSignalSpy(stage.desk.roster.changed)
    for number in range(1000):
        stage.desk.on_event(PersonChanged(person("Ann", device=f"d{number}")))
    entry = stage.desk.roster.get(id_of("Ann"))
    wait_until(lambda: spy.count() >= 1)
    assert entry is not None
    assert entry.person.device == "d999"
    assert spy.count() <= 3


def test_f14_thousand_renames_redraw_the_open_chat_a_few_times(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    drawn: list[str] = []
    show = stage.page.header.show_person
    stage.page.header.show_person = lambda one, like: (drawn.append(one.device), show(one, like))  # type: ignore[method-assign]
    for number in range(1000):
        stage.desk.on_event(PersonChanged(person("Ann", device=f"d{number}")))
        if number % 100 == 0:
            stage.app.processEvents()
    wait_until(lambda: drawn[-1:] == ["d999"])
    assert len(drawn) < 20


# --- The widget ------------------------------------------------------------
def row_of(stage: Stage, name: str) -> int:
    number = stage.window.side.people.rows.find(id_of(name))
    assert number is not None
    return number


def click_row(stage: Stage, number: int) -> None:
    people = stage.window.side.people
    click(people.viewport(), people.visualRect(people.rows.index(number)).center())


class Asked(dict[RowKind, int]):
    times = 0

    def __getitem__(self, kind: RowKind) -> int:
        self.times += 1
        return super().__getitem__(kind)


def test_row_that_says_something_else_has_none_measured_that_is_out_of_sight(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"P{number:03}" for number in range(200)]
    stage.be_ready(*map(person, names))
    people = stage.window.side.people
    wait_until(lambda: people.rows.rowCount() > len(names))
    people.doItemsLayout()
    heights = Asked(HEIGHTS)
    monkeypatch.setattr(delegate, "HEIGHTS", heights)
    spy = QSignalSpy(people.rows.dataChanged)
    stage.desk.on_event(MessagesAdded((message(names[0], "hi"),)))
    wait_until(lambda: spy.count() > 0)
    people.executeDelayedItemsLayout()
    assert 0 < heights.times < len(names)


def test_click_on_a_row_opens_its_chat(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    click_row(stage, row_of(stage, "Bob"))
    assert stage.board.chat.peer_id == id_of("Bob")


def test_only_the_left_button_opens_and_a_heading_opens_nothing(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    people = stage.window.side.people
    wait_until(lambda: people.rows.rowCount() == 2)
    place = people.visualRect(people.rows.index(row_of(stage, "Ann"))).center()
    QTest.mouseClick(people.viewport(), Qt.MouseButton.RightButton, pos=place)
    click_row(stage, 0)
    assert stage.board.chat.peer_id == ""


def test_escape_empties_the_search_and_shows_everybody_again(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    search = stage.window.side.search
    QTest.keyClicks(search, "bo")
    assert stage.window.side.people.rows.chats() == [id_of("Bob")]
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert stage.window.side.people.rows.chats() == [id_of("Ann"), id_of("Bob")]


def test_click_on_requests_unfolds_them(stage: Stage) -> None:
    stage.be_ready(person("Eve", trust=Trust.NEW))
    stage.tell(MessagesAdded((message("Eve", "hi", is_request=True),)))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 1)
    click_row(stage, 0)
    assert stage.window.side.people.rows.rowCount() == 2
    click_row(stage, 0)
    assert stage.window.side.people.rows.rowCount() == 1


def test_arrows_and_enter_open_a_chat(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    people = stage.window.side.people
    people.setFocus()
    QTest.keyClick(people, Qt.Key.Key_Home)
    QTest.keyClick(people, Qt.Key.Key_Return)
    assert stage.board.chat.peer_id == id_of("Ann")
    people.setFocus()
    QTest.keyClick(people, Qt.Key.Key_Down)
    QTest.keyClick(people, Qt.Key.Key_Space)
    assert stage.board.chat.peer_id == id_of("Bob")


def test_current_row_survives_a_reordering(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    people = stage.window.side.people
    stage.open_chat("Ann")
    assert people.currentIndex().row() == row_of(stage, "Ann") == 1
    stage.tell(MessagesAdded((message("Bob", "hi"),)))
    wait_until(lambda: row_of(stage, "Bob") == 1)
    assert people.currentIndex().row() == row_of(stage, "Ann") == 2


def test_search_field_filters_and_enter_opens_the_first(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    QTest.keyClicks(stage.window.side.search, "bo")
    assert stage.window.side.people.rows.chats() == [id_of("Bob")]
    QTest.keyClick(stage.window.side.search, Qt.Key.Key_Return)
    assert stage.board.chat.peer_id == id_of("Bob")
    assert stage.window.side.search.text() == ""


def test_nobody_found_is_said(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    QTest.keyClicks(stage.window.side.search, "zzz")
    assert "Nobody" in stage.window.side._empty.text()
    assert stage.window.side._empty.isVisible()


def test_people_listed_and_read_marks_reach_the_rows(stage: Stage) -> None:
    stage.be_ready()
    stage.tell(PeopleListed((person("Ann"), person("Bob"))))
    stage.tell(MessagesAdded((message("Ann", "hi"),)))
    assert stage.desk.roster.unread() == 1
    stage.tell(ReadMarked(id_of("Ann")))
    assert stage.desk.roster.unread() == 0


def test_row_tells_progress_of_its_transfer(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    running = offer("Ann", state=TransferState.RUNNING, size_bytes=100)
    stage.tell(MessagesAdded((message("Ann", "", kind=MessageKind.FILES, transfer=running),)))
    half = offer("Ann", transfer_id=running.transfer_id, state=TransferState.RUNNING)
    stage.tell(TransferChanged(half))
    entry = stage.desk.roster.get(id_of("Ann"))
    assert entry is not None
    assert entry.section is Section.HERE
    assert entry.last is not None
    assert entry.last.transfer == half


def test_row_in_words_names_person_presence_and_unread(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.tell(MessagesAdded((message("Ann", "hi"),)))
    people = stage.window.side.people
    wait_until(lambda: people.rows.rowCount() == 2)
    text = people.rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Ann, online, 1 unread message, hi"


def test_change_of_one_row_draws_that_row_only(stage: Stage) -> None:
    """Ten times a second, while files come."""
    stage.be_ready(*(person(name) for name in ("Ann", "Ben", "Cat")))
    stage.tell(RoomChanged(room("Design", "Ann")))
    transfer = offer("Ben", state=TransferState.RUNNING, done_bytes=1)
    row = message("Ben", "", kind=MessageKind.FILES, transfer=transfer)
    stage.tell(OfferAdded(transfer, row))
    stage.window.side.refresh()
    model = stage.window.side.people.rows
    changed: list[str] = []
    model.dataChanged.connect(lambda at, _last: changed.append(model.row(at.row()).chat_id))
    stage.tell(TransferChanged(replace(transfer, done_bytes=2_000_000)))
    stage.window.side.refresh()
    assert {*changed} == {id_of("Ben")}
    changed.clear()
    stage.tell(PersonChanged(person("Ann", device="other")))
    stage.window.side.refresh()
    assert {*changed} == {id_of("Ann"), room_id_of("Design")}


def test_f14_no_name_of_a_stranger_stops_the_list_from_being_drawn(stage: Stage) -> None:
    """What is raised while it is drawn fails the test."""
    odd = ("ßeta ﬁx", "և ŉ", "İ ı", "ﷺ ﷺ", "👩‍👩‍👧 x", "1️⃣ 2", "ǰ", "ᾳ ᾳ", "ﬃ", "ß")
    stage.be_ready(*(person(name, trust=Trust.NEW, rtt_ms=0.0) for name in odd))
    stage.meet("ßeta ﬁx")
    stage.open_chat("ßeta ﬁx")
    stage.deliver((message("ßeta ﬁx", "hi"),))
    stage.settle()
    assert not stage.window.grab().isNull()


def test_the_scroll_bar_takes_no_room_from_the_words(stage: Stage) -> None:
    people = stage.window.side.people
    stage.be_ready(person("Ann"))
    stage.settle()
    assert people.beside().isNull()
    assert not people.verticalScrollBar().isVisible()
    stage.be_ready(*(person(f"Person {number}") for number in range(40)))
    wait_until(people.verticalScrollBar().isVisible)
    row = people.visualRect(people.rows.index(1)).marginsAdded(people.beside())
    assert row.width() == people.width()
