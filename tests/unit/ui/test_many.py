"""Files for several people at once: who can be ticked, how many are asked, what is sent."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.commands import ForwardMessage, ListTransfers, SendFiles
from app.events import MessagesAdded, OfferAdded, PersonChanged, RoomChanged
from app.model import Direction, MessageKind, Trust
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
from ui.chat.menu import build_menu
from ui.dialogs.base import PlainDialog
from ui.dialogs.many import ForwardManyDialog, ManyDialog, SendManyDialog
from ui.files import _MANY

D = TypeVar("D", bound=PlainDialog)
DESIGN = room_id_of("Design")
COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
KEY = Qt.Key


@pytest.fixture
def chat(stage: Stage) -> Stage:
    """With Ann; there are Bob, who is away, Cim, Eve, who is blocked, and a room of three."""
    stage.meet("Ann")
    people = (person("Ann"), person("Bob", is_online=False), person("Cim"))
    stage.be_ready(*people, person("Eve", trust=Trust.BLOCKED))
    stage.tell(RoomChanged(room("Design", "Ann", "Bob", "Eve")))
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, ...]:
    (tmp_path / "album").mkdir()
    (tmp_path / "film.mkv").write_bytes(b"x" * 3_000_000)
    return (tmp_path / "film.mkv", tmp_path / "album")


def dialog_of(chat: Stage, kind: type[D]) -> D:
    (found,) = [one for one in chat.window.findChildren(kind) if one.isVisible()]
    return found


def names(dialog: ManyDialog) -> list[str]:
    box = dialog.picker.list
    items = [box.item(at) for at in range(box.count())]
    return [item.text() for item in items if not item.isHidden()]


def tick(dialog: ManyDialog, name: str) -> None:
    box = dialog.picker.list
    (item,) = box.findItems(name, Qt.MatchFlag.MatchExactly)
    click(box.viewport(), box.visualItemRect(item).center())


def mime(paths: tuple[Path, ...]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget: QWidget, data: QMimeData, point: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    actions = COPY | Qt.DropAction.MoveAction
    QApplication.sendEvent(widget, QDragEnterEvent(point, actions, data, LEFT, keys))
    event = QDropEvent(QPointF(point), actions, data, LEFT, keys)
    QApplication.sendEvent(widget, event)
    assert event.dropAction() is COPY


def ask(chat: Stage, paths: tuple[Path, ...]) -> SendManyDialog:
    chat.board.sending.to_many(paths)
    return dialog_of(chat, SendManyDialog)


# --- The choice ------------------------------------------------------------
def test_one_choice_is_sent_to_all_who_are_ticked(chat: Stage, paths: tuple[Path, ...]) -> None:
    dialog = ask(chat, paths)
    assert dialog.picker.chosen() == (id_of("Ann"),)
    assert dialog.send.text() == "Send to 1"
    tick(dialog, "Cim")
    tick(dialog, "Bob")
    assert dialog.send.text() == "Send to 3"
    click(dialog.send)
    wanted = SendFiles(id_of("Ann"), paths, also=(id_of("Cim"), id_of("Bob")))
    assert chat.sent(SendFiles) == [wanted]


def test_who_is_open_stands_first_then_rooms_then_who_is_here(
    chat: Stage, paths: tuple[Path, ...]
) -> None:
    chat.open_chat("Bob")
    dialog = ask(chat, paths)
    assert names(dialog) == ["Bob", "Design", "Ann", "Cim"]
    box = dialog.picker.list
    role = Qt.ItemDataRole.AccessibleTextRole
    assert [box.item(at).data(role) for at in range(4)] == ["Bob, away", "Design", "Ann", "Cim"]


def test_everybody_in_a_room_is_counted_once_and_the_blocked_are_not(
    chat: Stage, paths: tuple[Path, ...]
) -> None:
    dialog = ask(chat, paths)
    tick(dialog, "Design")
    assert dialog.send.text() == "Send to 2"
    assert dialog.sum.text().startswith("2 people will be asked first")
    click(dialog.send)
    assert chat.last(SendFiles).also == (DESIGN,)


def test_where_files_cannot_go_is_not_in_the_list(chat: Stage, paths: tuple[Path, ...]) -> None:
    left = replace(room("Left", "Ann"), members=(id_of("Ann"),))
    for one in (room("Alone"), left, room("All", "Ann", is_everyone=True)):
        chat.tell(RoomChanged(one))
    stranger = message("Zoe", "hi", is_request=True)
    chat.tell(PersonChanged(person("Zoe", trust=Trust.NEW)), MessagesAdded((stranger,)))
    assert names(ask(chat, paths)) == ["Ann", "Design", "Cim", "Bob"]


def test_nothing_can_be_sent_without_files_or_without_people(
    chat: Stage, paths: tuple[Path, ...]
) -> None:
    dialog = ask(chat, ())
    assert not dialog.send.isEnabled()
    dialog.add(paths)
    assert dialog.send.isEnabled()
    tick(dialog, "Ann")
    assert not dialog.send.isEnabled()
    assert dialog.send.text() == "Send"
    QTest.keyClick(dialog, KEY.Key_Return)
    assert not chat.sent(SendFiles)


def test_files_are_named_with_count_and_size(chat: Stage, paths: tuple[Path, ...]) -> None:
    dialog = ask(chat, paths)
    assert dialog.what.text() == "film.mkv, album"
    wait_until(lambda: dialog.detail.text() == "1 file and 1 folder · 3.00 MB")
    dialog.add(paths)
    assert dialog.detail.text() == "2 items"
    wait_until(lambda: dialog.detail.text() == "1 file and 1 folder · 3.00 MB")


def test_what_is_dropped_on_the_dialog_is_added_once(chat: Stage, paths: tuple[Path, ...]) -> None:
    dialog = ask(chat, paths[:1])
    drop(dialog, mime(paths), dialog.rect().center())
    assert dialog.paths == paths
    web = QMimeData()
    web.setUrls([QUrl("https://example.com/x.png")])
    event = QDragEnterEvent(QPoint(5, 5), COPY, web, LEFT, NONE)
    QApplication.sendEvent(dialog, event)
    assert not event.isAccepted()


# --- By keyboard alone -----------------------------------------------------
def test_keys_open_it_find_tick_and_send(chat: Stage, paths: tuple[Path, ...]) -> None:
    QTest.keySequence(chat.window, QKeySequence("Ctrl+Shift+O"))
    dialog = dialog_of(chat, SendManyDialog)
    assert dialog.focusWidget() is dialog.add_files
    dialog.add(paths)
    search = dialog.picker.search
    search.setFocus()
    QTest.keyClicks(search, "ci")
    assert names(dialog) == ["Ann", "Cim"]
    QTest.keyClick(search, KEY.Key_Return)
    assert dialog.picker.chosen() == (id_of("Ann"), id_of("Cim"))
    assert search.text() == ""
    assert not chat.sent(SendFiles)
    QTest.keyClick(search, KEY.Key_Down)
    assert dialog.focusWidget() is dialog.picker.list
    QTest.keyClick(dialog.picker.list, KEY.Key_Space)
    assert dialog.picker.chosen() == (id_of("Cim"),)
    QTest.keyClick(dialog.picker.list, KEY.Key_Return)
    assert chat.sent(SendFiles) == [SendFiles(id_of("Cim"), paths)]


def test_enter_for_somebody_who_is_not_there_ticks_and_sends_nothing(
    chat: Stage, paths: tuple[Path, ...]
) -> None:
    dialog = ask(chat, paths)
    QTest.keyClicks(dialog.picker.search, "nobody")
    QTest.keyClick(dialog.picker.search, KEY.Key_Return)
    assert dialog.picker.chosen() == (id_of("Ann"),)
    assert dialog.isVisible()


def test_every_part_has_a_name_for_assistive_technology(chat: Stage) -> None:
    dialog = ask(chat, ())
    picker = dialog.picker
    assert picker.search.accessibleName() == "Search people and rooms"
    assert picker.list.accessibleName() == "People and rooms"
    assert dialog.what.accessibleName() == "No files yet"
    assert (dialog.add_files.text(), dialog.add_folder.text()) == ("Add files…", "Add a folder…")


# --- The ways to it --------------------------------------------------------
def test_a_drop_with_the_key_held_asks_who_else(chat: Stage, paths: tuple[Path, ...]) -> None:
    drop(chat.page, mime(paths), chat.page.rect().center(), _MANY)
    assert not chat.sent(SendFiles)
    dialog = dialog_of(chat, SendManyDialog)
    assert (dialog.paths, dialog.picker.chosen()) == (paths, (id_of("Ann"),))


def test_a_drop_with_the_key_held_on_a_row_begins_with_its_person(
    chat: Stage, paths: tuple[Path, ...]
) -> None:
    people = chat.window.side.people
    wait_until(lambda: people.rows.find(id_of("Cim")) is not None)
    number = people.rows.find(id_of("Cim"))
    assert number is not None
    point = people.visualRect(people.rows.index(number)).center()
    drop(people.viewport(), mime(paths), point, _MANY)
    assert dialog_of(chat, SendManyDialog).picker.chosen() == (id_of("Cim"),)
    assert chat.board.chat.peer_id == id_of("Ann")


def test_the_menus_lead_to_it(chat: Stage) -> None:
    menu = chat.board.build_new_menu()
    (action,) = [one for one in menu.actions() if one.text() == "Send to several people…"]
    assert action.shortcut() == QKeySequence("Ctrl+Shift+O")
    action.trigger()
    assert dialog_of(chat, SendManyDialog).paths == ()
    menu.deleteLater()


def test_a_card_of_ours_leads_to_all_who_were_offered_the_same(chat: Stage) -> None:
    for name in ("Ann", "Bob"):
        transfer = offer(name, names=("album", "x"), direction=Direction.OUT)
        card = message(name, "", kind=MessageKind.FILES, transfer=transfer, direction=Direction.OUT)
        chat.tell(OfferAdded(transfer, card))
    (shown,) = [chat.view.message_at(at) for at in range(chat.view.chat_model.rowCount())]
    menu = build_menu(chat.view, shown)
    (action,) = [one for one in menu.actions() if one.text() == "Show how far everybody is"]
    action.trigger()
    menu.deleteLater()
    wait_until(lambda: bool(chat.sent(ListTransfers)) and chat.last(ListTransfers).text == "album")
    page = chat.board.transfers.page
    assert page is not None
    assert page.search.text() == "album"
    chat.board.step_back()
    chat.board.step_back()
    assert chat.board.chat.peer_id == id_of("Ann")


def test_their_offer_tells_of_nobody_else(chat: Stage) -> None:
    theirs = message("Ann", "", kind=MessageKind.FILES, transfer=offer("Ann"))
    menu = build_menu(chat.view, theirs)
    assert "Show how far everybody is" not in [one.text() for one in menu.actions()]
    menu.deleteLater()


def test_a_card_is_forwarded_to_several_at_once(chat: Stage) -> None:
    transfer = offer("Ann", names=("report.pdf",), direction=Direction.IN)
    card = message("Ann", "", kind=MessageKind.FILES, transfer=transfer)
    chat.tell(OfferAdded(transfer, card))
    chat.board.messages.ask_where_to_forward(card)
    dialog = dialog_of(chat, ForwardManyDialog)
    assert (dialog.what.text(), dialog.detail.text()) == ("report.pdf", "1 file · 5.00 MB")
    assert not dialog.send.isEnabled()
    tick(dialog, "Cim")
    tick(dialog, "Design")
    assert dialog.send.text() == "Forward to 3"
    click(dialog.send)
    forwarded = chat.last(ForwardMessage)
    assert (forwarded.message_id, forwarded.chat) == (card.message_id, id_of("Ann"))
    assert (forwarded.person, forwarded.also) == (DESIGN, (id_of("Cim"),))
