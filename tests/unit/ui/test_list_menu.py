"""The menu of a conversation in the list, pins and marks, blocking and forgetting."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.commands import ChangeRoom, ForgetPerson, MarkRead, SetDraft, SetTrust
from app.events import PersonChanged, PersonForgotten, RoomChanged
from app.model import Trust
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import (
    Stage,
    bury,
    click,
    id_of,
    message,
    person,
    room,
    room_id_of,
    wait_until,
)
from ui.dialogs.leave import LeaveDialog
from ui.info.member import MemberRow
from ui.roster import Roster, Section
from ui.sidebar.delegate import describe
from ui.sidebar.marks import MARKS_MAX, Marks
from ui.trust.blocked import BlockedList
from ui.trust.forget import ForgetDialog
from ui.trust.verify import VerifyDialog
from ui.window_file import WindowFile, read_window_settings

ANN, BOB = id_of("Ann"), id_of("Bob")


@pytest.fixture
def two(stage: Stage) -> Stage:
    stage.be_ready(person("Ann"), person("Bob", is_online=False))
    stage.settle()
    return stage


def menu_of(two: Stage, chat_id: str, *, is_shown: bool = False) -> QMenu:
    entry = two.desk.roster.get(chat_id)
    assert entry is not None
    return two.board.list_menu.build(entry, is_shown=is_shown)


def texts(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if one.text()]


def choose(two: Stage, chat_id: str, text: str) -> None:
    (action,) = [one for one in menu_of(two, chat_id).actions() if one.text() == text]
    action.trigger()
    two.settle()


def sections(two: Stage) -> list[tuple[Section, str]]:
    rows = two.window.side.people.rows
    listed = (rows.row(number) for number in range(rows.rowCount()))
    return [(row.section, row.chat_id) for row in listed if row.chat_id]


# --- Pins and marks --------------------------------------------------------
def test_a_pinned_chat_stands_on_top_and_is_kept(two: Stage, tmp_path: Path) -> None:
    wait_until(lambda: sections(two) == [(Section.HERE, ANN), (Section.AWAY, BOB)])
    choose(two, BOB, "Pin to the top")
    assert sections(two) == [(Section.PINNED, BOB), (Section.HERE, ANN)]
    assert two.board.preferences.window.settings.pinned == BOB
    choose(two, BOB, "Unpin")
    assert sections(two) == [(Section.HERE, ANN), (Section.AWAY, BOB)]


def test_pins_are_read_at_the_start_and_the_oldest_of_too_many_goes(
    two: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"pinned": f"{ANN} {BOB}", "marked_unread": BOB}))
    roster = Roster()
    file = WindowFile(path, two.worker)
    marks = Marks(roster, file)
    assert (list(roster.pinned), list(roster.marked)) == ([ANN, BOB], [BOB])
    for number in range(MARKS_MAX):
        marks.pin(f"chat{number}", True)
    assert len(roster.pinned) == MARKS_MAX
    assert ANN not in roster.pinned
    two.worker.stop()
    file.close()
    assert read_window_settings(path).pinned.split() == list(roster.pinned)


def test_a_stranger_who_asks_is_not_pinned_into_the_list(two: Stage) -> None:
    two.board.marks.pin(id_of("Eve"), True)
    two.tell(PersonChanged(person("Eve", trust=Trust.NEW)))
    two.deliver((message("Eve", "hi", is_request=True),))
    wait_until(lambda: two.window.side.people.rows.row(0).section is Section.REQUESTS)
    assert id_of("Eve") not in [chat for _, chat in sections(two)]
    assert "Pin to the top" not in texts(menu_of(two, id_of("Eve")))


def test_a_chat_marked_as_unread_says_so_until_it_is_looked_at(two: Stage) -> None:
    choose(two, ANN, "Mark as unread")
    people = two.window.side.people
    number = people.rows.find(ANN)
    assert number is not None
    said = describe(people.rows.row(number), two.look, people.delegate._previews)
    assert "marked as unread" in said
    two.open_chat("Ann")
    assert not two.desk.roster.marked
    assert two.board.preferences.window.settings.marked_unread == ""


def test_mark_as_read_reads_what_is_unread(two: Stage) -> None:
    two.deliver((message("Ann", "hello"),))
    choose(two, ANN, "Mark as read")
    assert two.last(MarkRead) == MarkRead(ANN)
    assert "Mark as unread" in texts(menu_of(two, ANN))


# --- The menu --------------------------------------------------------------
def test_the_menu_opens_by_mouse_and_by_key(two: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[QPoint] = []
    monkeypatch.setattr(QMenu, "popup", lambda _menu, place: shown.append(place))
    people = two.window.side.people
    wait_until(lambda: people.rows.find(BOB) is not None)
    opened: list[str] = []
    people.menu_wanted.connect(lambda chat_id, *_place: opened.append(chat_id))
    number = people.rows.find(BOB)
    assert number is not None
    place = people.visualRect(people.rows.index(number)).center()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(
        people.viewport(), QContextMenuEvent(mouse, place, people.viewport().mapToGlobal(place))
    )
    people.mark_shown(ANN)
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(people.viewport(), by_key)
    assert opened == [BOB, ANN]
    assert len(shown) == 2


def test_what_the_menu_offers_fits_who_it_is(two: Stage) -> None:
    assert texts(menu_of(two, ANN, is_shown=True)) == [
        "Pin to the top",
        "Mark as unread",
        "Mute",
        "Verify…",
        "Block",
        "Forget…",
        "Close the chat",
    ]
    two.tell(PersonChanged(person("Ann", trust=Trust.BLOCKED)))
    assert texts(menu_of(two, ANN))[2:] == ["Unblock", "Forget…"]
    two.tell(RoomChanged(room("Design", "Ann", is_muted=True)))
    offered = texts(menu_of(two, room_id_of("Design")))
    assert offered[2:] == ["Notify me again", "Leave the room…"]


def test_the_menu_does_what_it_says(two: Stage) -> None:
    choose(two, ANN, "Mute")
    assert two.last(SetTrust) == SetTrust(ANN, muted=True)
    choose(two, ANN, "Block")
    assert two.last(SetTrust) == SetTrust(ANN, blocked=True)
    choose(two, ANN, "Verify…")
    bury(two.window.findChildren(VerifyDialog)[0])
    two.tell(RoomChanged(room("Design", "Ann")))
    choose(two, room_id_of("Design"), "Mute")
    assert two.last(ChangeRoom) == ChangeRoom(room_id_of("Design"), is_muted=True)
    choose(two, room_id_of("Design"), "Leave the room…")
    bury(two.window.findChildren(LeaveDialog)[0])


def test_the_open_chat_is_closed_from_its_row(two: Stage) -> None:
    two.open_chat("Ann")
    menu = menu_of(two, ANN, is_shown=True)
    menu.actions()[-1].trigger()
    assert two.board.chat.peer_id == ""


# --- Blocking and forgetting -----------------------------------------------
def test_forgetting_asks_first_and_leaves_the_chat(moment: Moment, two: Stage) -> None:
    two.open_chat("Ann")
    two.composer.edit.setPlainText("half a thought")
    two.window.resize(1250, 700)
    two.settle()
    click(two.board.info._forget)
    (dialog,) = two.window.findChildren(ForgetDialog)
    assert dialog.no.isDefault()
    assert not dialog.yes.isEnabled()
    assert not two.sent(ForgetPerson)
    moment.pass_by()
    click(dialog.yes)
    assert two.board.chat.peer_id == ""
    asked = [one for one in two.commands if isinstance(one, SetDraft | ForgetPerson)]
    assert asked[-1] == ForgetPerson(ANN)  # a draft told later would need the person again
    two.board.marks.pin(ANN, True)
    two.tell(PersonForgotten(ANN))
    wait_until(lambda: [chat for _, chat in sections(two)] == [BOB])
    assert not two.desk.roster.pinned


def test_who_is_asked_about_and_kept_is_kept(two: Stage) -> None:
    choose(two, ANN, "Forget…")
    (dialog,) = two.window.findChildren(ForgetDialog)
    click(dialog.no)
    assert not two.sent(ForgetPerson)


def test_the_blocked_are_listed_with_the_way_back(two: Stage) -> None:
    blocked = BlockedList(two.look, two.desk.roster, two.board.trust)
    blocked.show()
    assert blocked.rows == []
    assert blocked._empty.isVisible()
    two.tell(PersonChanged(person("<b>Eve</b>", trust=Trust.BLOCKED)))
    wait_until(lambda: len(blocked.rows) == 1)
    assert not blocked._empty.isVisible()
    (row,) = blocked.rows
    assert row.unblock.accessibleName() == "Unblock <b>Eve</b>"
    click(row.unblock)
    assert two.last(SetTrust) == SetTrust(id_of("<b>Eve</b>"), blocked=False)
    click(row.forget)
    bury(two.window.findChildren(ForgetDialog)[0])
    two.tell(PersonChanged(person("<b>Eve</b>")))
    wait_until(lambda: blocked.rows == [])
    bury(blocked)


def test_members_who_are_verified_bear_the_mark(two: Stage) -> None:
    two.window.resize(1250, 700)
    two.tell(PersonChanged(person("Ann", trust=Trust.VERIFIED)))
    two.tell(RoomChanged(room("Design", "Ann", "Bob")))
    two.board.open_person(room_id_of("Design"))
    two.settle()
    rows = {row.peer_id: row for row in two.window.findChildren(MemberRow)}
    assert rows[ANN]._verified.isVisible()
    assert "verified" in rows[ANN]._state.text()
    assert not rows[BOB]._verified.isVisible()
