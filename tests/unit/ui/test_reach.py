"""What docs/reach.md promises is done: each deed by pointer, by keys and by screen reader."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QMenu,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from app.commands import (
    AcceptTransfer,
    CancelMessage,
    CancelTransfer,
    ChangeRoom,
    DeclineTransfer,
    PauseTransfer,
    React,
    ResumeTransfer,
    SendText,
    SetTrust,
)
from app.events import PersonChanged, RoomChanged
from app.model import Direction, MessageKind, MessageState, Reason, TransferState, Trust
from tests.unit.ui.hands import (
    C,
    Way,
    accessible,
    button,
    dialog,
    open_menu,
    pick,
    point_of,
    press,
    tab_to,
    tell,
)
from tests.unit.ui.stage import (
    Stage,
    bury,
    id_of,
    message,
    named,
    offer,
    person,
    room,
    wait_until,
    wait_until_armed,
)
from tests.unit.ui.test_assistive import choose
from ui.buttons import ChoiceBox, IconButton, Switch
from ui.dialogs.delete import DeleteDialog
from ui.dialogs.forward import ForwardDialog
from ui.dialogs.leave import LeaveDialog
from ui.dialogs.many import SendManyDialog
from ui.dialogs.offer import OfferDialog
from ui.dialogs.room import AddPeopleDialog, NewRoomDialog
from ui.search.days import DayPicker
from ui.settings.exporting import ExportDialog
from ui.settings.window import SettingsWindow
from ui.trust.forget import ForgetDialog
from ui.trust.verify import VerifyDialog

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reach.md"
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ANN = id_of("Ann")


Deed = Callable[[Stage, Way], None]
DEEDS: dict[str, Deed] = {}


def deed(*names: str) -> Callable[[Deed], Deed]:
    def add(do: Deed) -> Deed:
        DEEDS.update(dict.fromkeys(names, do))
        return do

    return add


def promised() -> list[str]:
    """The first column: deeds with commas between."""
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line[:2] == "| "]
    return [row.strip() for row in rows[1:]]


def test_the_page_and_this_file_speak_of_the_same_deeds() -> None:
    assert sorted(", ".join(promised()).split(", ")) == sorted(DEEDS)


@pytest.mark.parametrize("row", promised())
def test_what_the_page_promises_can_be_done(there: Stage, row: str) -> None:
    for what in row.split(", "):
        for way in Way:
            print(f"{what}, by {way.name}")
            DEEDS[what](there, way)
            _tidy_up(there)


def _tidy_up(stage: Stage) -> None:
    for one in QApplication.topLevelWidgets():
        if isValid(one) and isinstance(one, QDialog | QMenu) and one.isVisible():
            bury(one)  # and what it is the parent of
    stage.commands.clear()
    stage.board.search.close_everywhere()
    stage.window.side.search.clear()
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)


def sent(stage: Stage, kind: type[C]) -> C:
    """What a press leads to; one through the accessibility tree takes its time."""
    wait_until(lambda: bool(stage.sent(kind)))
    return stage.last(kind)


@pytest.fixture
def there(stage: Stage) -> Iterator[Stage]:
    """Ann's chat is open, its details too; she is here, Eve is a stranger."""
    QAccessible.setActive(True)  # or Qt goes on naming rows that are gone
    stage.window.resize(1300, 760)
    stage.meet("Ann")
    stage.receive("Ann", [f"line {number}" for number in range(25)])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"), person("Bob"), person("Eve", trust=Trust.NEW))
    _tidy_up(stage)
    stage.page.header.info_button.setChecked(True)
    yield stage
    QAccessible.setActive(False)


# --- Talking ---------------------------------------------------------------
@deed("open a conversation")
def _open(stage: Stage, way: Way) -> None:
    people, window = stage.window.side.people, stage.window
    number = people.rows.find(id_of("Bob"))
    assert number is not None
    if way is Way.POINTER:
        QTest.mouseClick(people.viewport(), LEFT, pos=point_of(people, number))
    elif way is Way.READER:
        choose(people, number)
    else:
        QTest.keyClick(window, Qt.Key.Key_K, CTRL)
        QTest.keyClicks(QApplication.focusWidget(), "Bob")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    wait_until(lambda: stage.board.chat.peer_id == id_of("Bob"))
    if way is Way.KEYS:
        stage.window.side.search.clear()
        QTest.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        wait_until(lambda: stage.board.chat.peer_id == ANN)


@deed("read")
def _read(stage: Stage, way: Way) -> None:
    view = stage.view
    last = view.chat_model.rowCount() - 1
    view.scrollToBottom()
    if way is Way.POINTER:
        bar, middle = view.verticalScrollBar(), QPoint(200, 200)
        before = bar.value()
        turn = QWheelEvent(
            middle, view.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 240),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view.viewport(), turn)
        wait_until(lambda: bar.value() < before)
    elif way is Way.KEYS:
        stage.composer.edit.setFocus()
        for _ in range(2):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, SHIFT)
        assert view.hasFocus()
        QTest.keyClick(view, Qt.Key.Key_End)
        QTest.keyClick(view, Qt.Key.Key_Up)
        assert view.currentIndex().row() == last - 1
    else:
        said = accessible(view).child(last).text(QAccessible.Text.Name)
        assert said.startswith("Ann, ")
        assert said.endswith("line 24")


@deed("write", "send later")
def _write(stage: Stage, way: Way) -> None:
    """To somebody who went away it is the same."""
    stage.tell(PersonChanged(person("Ann", is_online=False)))
    edit = stage.composer.edit
    if way is Way.READER:
        accessible(edit).editableTextInterface().insertText(0, "hello")
    else:
        QTest.mouseClick(edit.viewport(), LEFT) if way is Way.POINTER else tab_to(edit)
        assert edit.hasFocus()
        QTest.keyClicks(edit, "hello")
    if way is Way.KEYS:
        QTest.keyClick(edit, Qt.Key.Key_Return)
    else:
        press(stage.composer.send_button, way)
    assert sent(stage, SendText).text == "hello"


@deed("answer")
def _answer(stage: Stage, way: Way) -> None:
    asked = message("Ann", "lunch?")
    open_menu(stage.view, tell(stage, asked), way)
    pick("Reply", way)
    wait_until(lambda: stage.page.context.reply == asked)


@deed("react")
def _react(stage: Stage, way: Way) -> None:
    open_menu(stage.view, tell(stage, message("Ann", "lunch?")), way)
    pick("React", way)
    pick("👍", way)
    assert sent(stage, React).emoji == "👍"


@deed("edit")
def _edit(stage: Stage, way: Way) -> None:
    open_menu(stage.view, tell(stage, message("Ann", "lnch", direction=Direction.OUT)), way)
    pick("Edit", way)
    wait_until(lambda: stage.composer.edit.toPlainText() == "lnch")


@deed("forward")
def _forward(stage: Stage, way: Way) -> None:
    open_menu(stage.view, tell(stage, message("Ann", "lunch?")), way)
    pick("Forward…", way)
    dialog(ForwardDialog)


@deed("delete")
def _delete(stage: Stage, way: Way) -> None:
    open_menu(stage.view, tell(stage, message("Ann", "lunch?", direction=Direction.OUT)), way)
    pick("Delete for both…", way)
    dialog(DeleteDialog)


@deed("take back")
def _take_back(stage: Stage, way: Way) -> None:
    waiting = message("Ann", "lunch?", direction=Direction.OUT, state=MessageState.QUEUED)
    open_menu(stage.view, tell(stage, waiting), way)
    pick("Do not send", way)
    assert sent(stage, CancelMessage).message_id == waiting.message_id


# --- Files -----------------------------------------------------------------
def _on_card(stage: Stage, way: Way, text: str, **fields: object) -> None:
    """Its button by the pointer, an entry of its menu otherwise."""
    files = offer("Ann", **fields)
    shown = message("Ann", "", kind=MessageKind.FILES, transfer=files, direction=files.direction)
    number = tell(stage, shown)
    view = stage.view
    if way is not Way.POINTER:
        open_menu(view, number, way)
        pick(text, way)
        return
    if files.state is TransferState.OFFERED:
        wait_until_armed(view.arming, files)
    placed = view.delegate.placed(number, view.visualRect(view.chat_model.index(number)))
    card = placed.bubble.card
    assert card is not None
    words = stage.look.transfer_words
    (one,) = [button for button in card.buttons if words.action(button.action) == text]
    corner = placed.frame.topLeft() + QPoint(stage.look.fonts.px(12), stage.look.fonts.px(8))
    QTest.mouseClick(view.viewport(), LEFT, pos=corner + one.rect.center())


@deed("accept")
def _accept(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Accept")
    sent(stage, AcceptTransfer)


@deed("choose")
def _choose(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Choose…", files=3, names=("a", "b", "c"))
    dialog(OfferDialog)


@deed("decline")
def _decline(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Decline")
    sent(stage, DeclineTransfer)


@deed("pause")
def _pause(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Pause", state=TransferState.RUNNING, done_bytes=1)
    sent(stage, PauseTransfer)


@deed("resume")
def _resume(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Resume", state=TransferState.PAUSED, reason=Reason.BY_USER)
    sent(stage, ResumeTransfer)


@deed("cancel")
def _cancel(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Cancel", state=TransferState.RUNNING, done_bytes=1)
    sent(stage, CancelTransfer)


@deed("retry")
def _retry(stage: Stage, way: Way) -> None:
    _on_card(stage, way, "Try again", state=TransferState.FAILED, reason=Reason.NO_SPACE)
    sent(stage, ResumeTransfer)


@deed("send files")
def _send_files(stage: Stage, way: Way) -> None:
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_O, CTRL)
    else:
        press(stage.composer.attach_button, way)
        pick("Files…", way)
    dialog(QFileDialog)


@deed("send to several")
def _send_to_several(stage: Stage, way: Way) -> None:
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_O, CTRL | SHIFT)
    else:
        press(stage.composer.attach_button, way)
        pick("Send to several people…", way)
    many = dialog(SendManyDialog)
    assert isinstance(many, SendManyDialog)
    ticked = many.picker.chosen()
    people = many.picker.list
    if way is Way.POINTER:
        QTest.mouseClick(people.viewport(), LEFT, pos=point_of(people, 1))
    elif way is Way.READER:
        choose(people, 1)
    else:
        people.setCurrentRow(1)
        QTest.keyClick(people, Qt.Key.Key_Space)
    wait_until(lambda: many.picker.chosen() != ticked)


# --- Conversations ---------------------------------------------------------
def _in_list_menu(stage: Stage, way: Way, text: str) -> None:
    people = stage.window.side.people
    number = people.rows.find(ANN)
    assert number is not None
    people.mark_shown(ANN)
    open_menu(people, number, way)
    pick(text, way)


@deed("pin")
def _pin(stage: Stage, way: Way) -> None:
    _in_list_menu(stage, way, "Pin to the top")
    wait_until(lambda: ANN in stage.desk.roster.pinned)
    stage.board.marks.pin(ANN, False)


@deed("mark as unread")
def _mark(stage: Stage, way: Way) -> None:
    _in_list_menu(stage, way, "Mark as unread")
    wait_until(lambda: ANN in stage.desk.roster.marked)


@deed("mute")
def _mute(stage: Stage, way: Way) -> None:
    _in_list_menu(stage, way, "Mute")
    assert sent(stage, SetTrust) == SetTrust(ANN, muted=True)


@deed("export")
def _export(stage: Stage, way: Way) -> None:
    tell(stage, message("Ann", "to be kept"))
    _in_list_menu(stage, way, "Export…")
    dialog(ExportDialog)


# --- Rooms -----------------------------------------------------------------
@deed("make a room")
def _make_room(stage: Stage, way: Way) -> None:
    press(stage.window.side.me.new_button, way)
    pick("New room…", way)
    dialog(NewRoomDialog)


def _room_panel(stage: Stage) -> QWidget:
    shown = room("Design", "Ann", "Bob")
    stage.tell(RoomChanged(shown))
    stage.board.open_person(shown.room_id)
    stage.settle()
    return stage.window


@deed("add people")
def _add_people(stage: Stage, way: Way) -> None:
    press(button(_room_panel(stage), "Add people…"), way)
    dialog(AddPeopleDialog)


@deed("rename")
def _rename(stage: Stage, way: Way) -> None:
    panel = stage.board.room_info
    _room_panel(stage)
    press(panel._name, way)
    wait_until(panel._edit.isVisible)
    edit = panel._edit
    if way is Way.READER:
        text = accessible(edit).editableTextInterface()
        text.deleteText(0, len("Design"))
        text.insertText(0, "Art")
    else:
        edit.selectAll()
        QTest.keyClicks(edit, "Art")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert sent(stage, ChangeRoom).name == "Art"


@deed("leave")
def _leave(stage: Stage, way: Way) -> None:
    press(button(_room_panel(stage), "Leave the room…"), way)
    dialog(LeaveDialog)


@deed("a picture of a room")
def _room_picture(stage: Stage, way: Way) -> None:
    press(button(_room_panel(stage), "Choose a picture…"), way)
    dialog(QFileDialog)


@deed("a picture of one's own")
def _own_picture(stage: Stage, way: Way) -> None:
    window = _settings(stage, way)
    pages = [window.list.item(at).text() for at in range(window.list.count())]
    window.list.setCurrentRow(pages.index("Profile"))
    press(button(window, "Choose my picture"), way)
    dialog(QFileDialog)


# --- Trust -----------------------------------------------------------------
@deed("accept somebody")
def _accept_somebody(stage: Stage, way: Way) -> None:
    stage.deliver((message("Eve", "hello", is_request=True),))
    stage.open_chat("Eve")
    press(button(stage.page.request, "Accept this person"), way)
    assert sent(stage, SetTrust) == SetTrust(id_of("Eve"), accepted=True)


@deed("compare")
def _compare(stage: Stage, way: Way) -> None:
    press(button(stage.window, "Verify…"), way)
    dialog(VerifyDialog)


@deed("block")
def _block(stage: Stage, way: Way) -> None:
    press(button(stage.window, "Block"), way)
    assert sent(stage, SetTrust) == SetTrust(ANN, blocked=True)


@deed("forget")
def _forget(stage: Stage, way: Way) -> None:
    press(button(stage.window, "Forget…"), way)
    dialog(ForgetDialog)


# --- Searching, settings ---------------------------------------------------
def _open_here(stage: Stage, way: Way) -> QWidget:
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_F, CTRL)
    else:
        press(stage.page.header.search_button, way)
    search = stage.board.search
    wait_until(lambda: search.here is not None and search.here.is_open)
    assert search.here is not None
    return search.here.bar


@deed("search here")
def _search_here(stage: Stage, way: Way) -> None:
    bar = _open_here(stage, way)
    assert bar.isVisible()


@deed("go to a day")
def _go_to_a_day(stage: Stage, way: Way) -> None:
    press(named(_open_here(stage, way), IconButton, "Go to a day")[0], way)
    wait_until(lambda: bool(stage.window.findChildren(DayPicker)))


@deed("search everywhere")
def _search_everywhere(stage: Stage, way: Way) -> None:
    """By pointer and screen reader from the field at the left, which finds no name."""
    side = stage.window.side
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_F, CTRL | SHIFT)
    else:
        side.search.setText("line")
        offers = [one for one in side.findChildren(QPushButton) if "line" in one.text()]
        press(offers[0], way)
    wait_until(lambda: stage.board.search.everywhere is not None)


def _settings(stage: Stage, way: Way) -> SettingsWindow:
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_Comma, CTRL)
    else:
        press(stage.window.side.me.menu_button, way)
        pick("Settings", way)
    found = dialog(SettingsWindow)
    assert isinstance(found, SettingsWindow)
    return found


def _click_in_list(box: ChoiceBox, number: int) -> bool:
    """Nothing comes of it right after the list has opened."""
    if box.view().isVisible():
        place = box.view().visualRect(box.model().index(number, 0)).center()
        QTest.mouseClick(box.view().viewport(), LEFT, pos=place)
    return False


@deed("size of text")
def _size(stage: Stage, way: Way) -> None:
    file = stage.board.preferences.window
    if way is Way.KEYS:
        QTest.keyClick(stage.composer.edit, Qt.Key.Key_Plus, CTRL)
    else:
        (box,) = named(_settings(stage, way), ChoiceBox, "Text size")
        if way is Way.POINTER:
            QTest.mouseClick(box, LEFT)
            wait_until(lambda: _click_in_list(box, 1) or file.settings.text_percent == 110)
        else:  # a list that opens takes keys; nothing else chooses in it
            accessible(box).actionInterface().doAction("SetFocus")
            QTest.keyClick(box, Qt.Key.Key_Down)
    wait_until(lambda: file.settings.text_percent == 110)
    file.change(text_percent=100)


@deed("contrast")
def _contrast(stage: Stage, way: Way) -> None:
    (switch,) = named(_settings(stage, way), Switch, "High contrast")
    press(switch, way)
    wait_until(lambda: stage.look.theme.is_high)
    stage.board.preferences.window.change(high_contrast=False)
