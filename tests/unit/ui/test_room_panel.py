"""Beginning a room, its panel at the right, being asked into one, and being out of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from app.commands import (
    AddMembers,
    ChangeRoom,
    CreateRoom,
    ForwardMessage,
    LeaveRoom,
    MarkRead,
    RemoveMember,
)
from app.events import PersonChanged, RoomChanged
from app.model import MessageState, Receipts, Room, RoomAct, Trust
from net.protocol.limits import PICTURE_MAX_BYTES
from tests.unit.ui.stage import (
    Stage,
    bury,
    click,
    id_of,
    message,
    news,
    person,
    room,
    room_id_of,
    said,
    wait_until,
)
from ui.dialogs.crop import CropDialog
from ui.dialogs.forward import ForwardDialog
from ui.dialogs.leave import LeaveDialog, RemoveDialog
from ui.dialogs.receipts import ReceiptsDialog
from ui.dialogs.room import AddPeopleDialog, NewRoomDialog
from ui.info.member import MemberRow
from ui.media.portrait import SENT_SIDE_PX, SIDE_MAX_PX, read_picture

DESIGN = room_id_of("Design")
HOSTILE = "<b>Eve</b>"


@pytest.fixture
def here(stage: Stage) -> Stage:
    stage.window.resize(1250, 700)
    stage.be_ready(person("Ann"), person("Bob", is_online=False), person("Cat"))
    return stage


def open_room(here: Stage, shown: Room) -> None:
    here.tell(RoomChanged(shown))
    here.board.open_person(shown.room_id)
    here.settle()
    here.window.activateWindow()
    wait_until(here.window.isActiveWindow)


def dialog_of(here: Stage, kind: type[QDialog]) -> QDialog:
    (found,) = [one for one in here.window.findChildren(kind) if one.isVisible()]
    return found


def press(within: object, text: str) -> None:
    (button,) = [
        one
        for one in within.findChildren(QPushButton)  # type: ignore[attr-defined]
        if one.text() == text and one.isVisible()
    ]
    wait_until(button.isEnabled)
    click(button)


def tick(dialog: QDialog, name: str) -> None:
    box = dialog.picker.list  # type: ignore[attr-defined]
    (item,) = box.findItems(name, Qt.MatchFlag.MatchExactly)
    place = box.visualItemRect(item)
    click(box.viewport(), place.topLeft() + QPoint(place.width() - 5, 8))


def member_rows(here: Stage) -> list[MemberRow]:
    rows = here.board.room_info.findChildren(MemberRow)
    return [one for one in rows if one.isVisible()]


# --- Beginning one ---------------------------------------------------------
def test_new_room_needs_a_name_and_somebody_and_opens_when_it_is_there(here: Stage) -> None:
    here.board.rooms.ask_for_new()
    dialog = dialog_of(here, NewRoomDialog)
    assert isinstance(dialog, NewRoomDialog)
    create = dialog.create_button
    assert not create.isEnabled()
    QTest.keyClicks(dialog.name, "  Design ")
    assert not create.isEnabled()
    tick(dialog, "Ann")
    tick(dialog, "Cat")
    tick(dialog, "Cat")
    click(create)
    wanted = here.last(CreateRoom)
    assert (wanted.name, wanted.people) == ("Design", (id_of("Ann"),))
    here.tell(RoomChanged(room("Other", "Ann")))
    assert here.board.chat.peer_id == ""
    here.tell(RoomChanged(room("Design", "Ann"), ref=wanted.ref))
    assert here.board.chat.peer_id == DESIGN


def test_filter_hides_others_but_nobody_who_is_ticked(here: Stage) -> None:
    here.board.rooms.ask_for_new()
    dialog = dialog_of(here, NewRoomDialog)
    tick(dialog, "Cat")
    QTest.keyClicks(dialog.picker.search, "an")  # type: ignore[attr-defined]
    box = dialog.picker.list  # type: ignore[attr-defined]
    shown = [box.item(at).text() for at in range(box.count()) if not box.item(at).isHidden()]
    assert sorted(shown) == ["Ann", "Cat"]


def test_space_ticks_by_keyboard_and_the_blocked_are_not_offered(here: Stage) -> None:
    here.tell(PersonChanged(person("Eve", trust=Trust.BLOCKED)))
    here.board.rooms.ask_for_new()
    dialog = dialog_of(here, NewRoomDialog)
    box = dialog.picker.list  # type: ignore[attr-defined]
    assert not box.findItems("Eve", Qt.MatchFlag.MatchExactly)
    box.setCurrentRow(0)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert dialog.picker.chosen() == (id_of("Ann"),)  # type: ignore[attr-defined]


@pytest.mark.parametrize("is_main", [True, False])
def test_plus_and_menu_lead_there(here: Stage, is_main: bool) -> None:
    board = here.board
    menu = board.menu.build(here.window)
    if not is_main:
        bury(menu)
        menu = board.build_new_menu()
    (entry,) = [one for one in menu.actions() if one.text() == "New room…"]
    entry.trigger()
    bury(menu)
    assert dialog_of(here, NewRoomDialog).isVisible()


# --- The panel -------------------------------------------------------------
def test_panel_names_members_their_presence_and_the_admin(here: Stage) -> None:
    open_room(here, room("Design", "Ann", "Bob"))
    told = [(row._name.text(), row._state.text()) for row in member_rows(here)]
    assert told == [("Me", "You · admin"), ("Ann", "Online"), ("Bob", "Away")]
    assert not here.board.info.isVisible()
    here.tell(PersonChanged(person("Bob")))
    wait_until(lambda: member_rows(here)[2]._state.text() == "Online")


def test_the_scroll_bar_of_the_panel_moves_nothing(here: Stage) -> None:
    open_room(here, room("Design", "Ann", "Bob", "Cleo", "Dan", "Eve", "Finn"))
    here.window.resize(1300, 900)
    here.settle()
    panel = here.board.room_info

    def place() -> QPoint:
        return panel._count.mapTo(panel, panel._count.rect().center())

    assert not panel.verticalScrollBar().isVisible()
    before = place()
    here.window.resize(1300, 460)
    wait_until(panel.verticalScrollBar().isVisible)
    here.settle()
    assert place() == before


def test_name_full_of_markup_stays_text_everywhere(here: Stage) -> None:
    """Qt takes a tool tip for HTML when it looks like it."""
    here.tell(PersonChanged(replace(person("Ann"), name=HOSTILE)))
    open_room(here, replace(room("Design", "Ann"), name=HOSTILE))
    row = member_rows(here)[1]
    assert row._name.text() == HOSTILE
    assert row.remove_button.accessibleName() == f"Remove {HOSTILE}"
    tips = [one.toolTip() for one in here.board.room_info.findChildren(QWidget)]
    assert not [tip for tip in tips if QtGui.Qt.mightBeRichText(tip)]
    assert here.page.header._name.text() == HOSTILE


def test_large_room_shows_its_first_members_and_all_when_asked(here: Stage) -> None:
    people = [f"P{number}" for number in range(60)]
    open_room(here, room("Design", *people))
    assert len(member_rows(here)) < 40
    press(here.board.room_info, "Show all members")
    here.settle()
    assert len(member_rows(here)) == 61
    here.board.open_person(id_of("Ann"))
    open_room(here, room("Small", "Ann"))
    assert len(member_rows(here)) == 2


def test_only_the_admin_removes_and_is_asked_first(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    rows = member_rows(here)
    assert [row.remove_button.isVisible() for row in rows] == [False, True]
    click(rows[1].remove_button)
    assert not here.sent(RemoveMember)
    press(dialog_of(here, RemoveDialog), "Remove")
    assert here.last(RemoveMember) == RemoveMember(DESIGN, id_of("Ann"))
    theirs = (id_of("Ann"), "", id_of("Bob"))
    here.tell(RoomChanged(room("Design", members=theirs)))
    wait_until(lambda: len(member_rows(here)) == 3)
    assert not any(row.remove_button.isVisible() for row in member_rows(here))


def test_adding_offers_those_who_are_not_in_it(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    press(here.board.room_info, "Add people…")
    dialog = dialog_of(here, AddPeopleDialog)
    box = dialog.picker.list  # type: ignore[attr-defined]
    assert sorted(box.item(at).text() for at in range(box.count())) == ["Bob", "Cat"]
    tick(dialog, "Bob")
    press(dialog, "Add")
    assert here.last(AddMembers) == AddMembers(DESIGN, (id_of("Bob"),))


def test_leaving_is_asked_for_once(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    press(here.board.room_info, "Leave the room…")
    press(dialog_of(here, LeaveDialog), "Stay")
    assert not here.sent(LeaveRoom)
    press(here.board.room_info, "Leave the room…")
    press(dialog_of(here, LeaveDialog), "Leave")
    assert here.last(LeaveRoom) == LeaveRoom(DESIGN)


def test_renaming_keeps_with_enter_and_not_with_escape(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    panel = here.board.room_info
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        click(panel._name)
        wait_until(panel._edit.hasFocus)
        QTest.keyClicks(panel._edit, "Art")
        assert not here.sent(ChangeRoom)
        QTest.keyClick(panel._edit, key)
    assert here.sent(ChangeRoom) == [ChangeRoom(DESIGN, name="Art")]


def test_muting_is_for_oneself(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    click(here.board.room_info._notifies)
    assert here.last(ChangeRoom) == ChangeRoom(DESIGN, is_muted=True)


def test_person_s_panel_comes_back_with_a_person(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    here.open_chat("Ann")
    assert here.board.info.isVisible()
    assert not here.board.room_info.isVisible()


# --- Being asked, being out ------------------------------------------------
def test_stranger_s_room_asks_whether_to_stay_and_reads_nothing(here: Stage) -> None:
    shown = room("Design", members=(id_of("Eve"), ""), is_accepted=False)
    open_room(here, shown)
    here.tell(PersonChanged(person("Eve")))
    here.deliver((news("Design", "Eve", RoomAct.ADDED, ""), said("Design", "Eve", "hi")))
    bar = here.page.room_bar
    assert bar.isVisible()
    assert bar._text.text().startswith("Eve added you")
    assert not here.sent(MarkRead)
    press(bar, "Stay")
    assert here.last(ChangeRoom) == ChangeRoom(DESIGN, is_accepted=True)
    press(bar, "Leave")
    assert here.last(LeaveRoom) == LeaveRoom(DESIGN)


def test_bar_goes_when_the_room_is_accepted(here: Stage) -> None:
    shown = {"members": (id_of("Ann"), "")}
    open_room(here, room("Design", is_accepted=False, **shown))
    here.tell(RoomChanged(room("Design", **shown)))
    wait_until(lambda: not here.page.room_bar.isVisible())


def test_who_is_out_reads_on_and_writes_nothing(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    wait_until(here.composer.edit.hasFocus)
    here.tell(RoomChanged(room("Design", members=(id_of("Ann"),))))
    wait_until(here.page.gone.isVisible)
    assert here.view.hasFocus()
    assert not here.composer.isVisible()
    assert not here.board.chat.can_send
    here.open_chat("Ann")
    assert here.composer.isVisible()
    assert not here.page.gone.isVisible()


def test_room_that_was_not_wanted_is_gone_from_the_list(here: Stage) -> None:
    here.tell(RoomChanged(room("Design", members=(id_of("Eve"),), is_accepted=False)))
    here.window.side.refresh()
    assert here.window.side.people.rows.find(DESIGN) is None


# --- Messages --------------------------------------------------------------
def test_words_are_forwarded_into_rooms(here: Stage) -> None:
    here.tell(RoomChanged(room("Design", "Ann")))
    here.tell(RoomChanged(room("Gone", members=(id_of("Ann"),))))
    here.open_chat("Ann")
    shown = message("Ann", "look")
    here.deliver((shown,))
    here.board.messages.ask_where_to_forward(shown)
    dialog = dialog_of(here, ForwardDialog)
    box = dialog._list  # type: ignore[attr-defined]
    names = [box.item(at).text() for at in range(box.count())]
    assert "Gone" not in names
    box.setCurrentRow(names.index("Design"))
    press(dialog, "Forward")
    assert here.last(ForwardMessage) == ForwardMessage(shown.message_id, DESIGN, id_of("Ann"))


def test_receipts_of_a_message_the_store_does_not_have_are_none(here: Stage) -> None:
    open_room(here, room("Design", "Ann"))
    own = said("Design", "", "plan", receipts=Receipts(0, 0, 0), state=MessageState.SENT)
    here.deliver((own,))
    here.board.messages.show_receipts(own)
    dialog = dialog_of(here, ReceiptsDialog)
    assert [one.text() for one in dialog.names.labels] == ["Nobody else was in the room"]  # type: ignore[attr-defined]


# --- Pictures --------------------------------------------------------------
def encoded(width: int, height: int, kind: str) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_small_picture_is_read_and_squared(kind: str) -> None:
    image = read_picture(encoded(100, 60, kind))
    assert image is not None
    assert image.width() == image.height()
    assert image.pixelColor(5, 5).red() > 240


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        encoded(SIDE_MAX_PX + 1, 10, "PNG"),
        encoded(50, 50, "BMP"),
        encoded(50, 50, "PNG")[:40],
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        encoded(50, 50, "PNG") + bytes(PICTURE_MAX_BYTES),
    ],
    ids=["nothing", "text", "too wide", "another format", "cut off", "svg", "too long"],
)
def test_what_is_no_small_picture_is_not_shown(data: bytes) -> None:
    assert read_picture(data) is None


def test_hostile_picture_leaves_the_group_sign_and_the_window_alive(here: Stage) -> None:
    bad = encoded(SIDE_MAX_PX + 1, 10, "PNG")
    open_room(here, room("Design", "Ann", picture=bad))
    here.window.grab()
    here.settle()
    assert here.look.pictures.get(bad, 20) is None
    good = encoded(64, 64, "PNG")
    here.tell(RoomChanged(room("Design", "Ann", picture=good)))
    here.window.grab()
    wait_until(lambda: here.look.pictures.get(good, 20) is not None)


def test_photograph_is_made_small_enough_to_send(here: Stage, tmp_path: Path) -> None:
    noisy = QImage(1200, 900, QImage.Format.Format_RGB32)
    painter = QPainter(noisy)
    for at in range(0, 1200, 7):
        painter.fillRect(at, 0, 7, 900, QColor.fromHsv(at * 7 % 360, 200, 50 + at % 200))
    painter.end()
    path = tmp_path / "photo.png"
    assert noisy.save(str(path))
    open_room(here, room("Design", "Ann"))
    shown = room("Design", "Ann")
    here.board.rooms.chooser.take_file(path, lambda one: here.board.rooms._show(shown, one))
    wait_until(lambda: bool(here.window.findChildren(CropDialog)))
    press(dialog_of(here, CropDialog), "Use this part")
    wait_until(lambda: bool(here.sent(ChangeRoom)))
    sent = here.last(ChangeRoom).picture
    assert sent is not None
    assert 0 < len(sent) <= PICTURE_MAX_BYTES
    image = QImage.fromData(sent)
    assert (image.width(), image.height()) == (SENT_SIDE_PX, SENT_SIDE_PX)
    assert read_picture(sent) is not None


def test_file_that_is_no_picture_is_refused_with_a_word(here: Stage, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("no picture")
    open_room(here, room("Design", "Ann"))
    here.board.rooms.chooser.take_file(path, lambda _: None)
    wait_until(here.board.notice.isVisible)
    assert "PNG" in here.board.notice.text()
    assert not here.sent(ChangeRoom)
