"""Files held over the window and let go: to whom, how much, and always a copy."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.commands import SendFiles
from app.model import Trust
from tests.unit.ui.stage import Stage, id_of, person, wait_until

COPY = Qt.DropAction.CopyAction
MOVE = Qt.DropAction.MoveAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(widget: QWidget, data: QMimeData, point: QPoint) -> QDragEnterEvent:
    """As file managers do: moving is offered too, and proposed."""
    event = QDragEnterEvent(point, COPY | MOVE, data, LEFT, NONE)
    QApplication.sendEvent(widget, event)
    return event


def move(widget: QWidget, data: QMimeData, point: QPoint) -> QDragMoveEvent:
    event = QDragMoveEvent(point, COPY | MOVE, data, LEFT, NONE)
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, data: QMimeData, point: QPoint) -> QDropEvent:
    event = QDropEvent(QPointF(point), COPY | MOVE, data, LEFT, NONE)
    QApplication.sendEvent(widget, event)
    return event


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    stage.open_chat("Ann")
    return stage


def test_drop_on_a_chat_sends_a_copy(chat: Stage, tmp_path: Path) -> None:
    page, data = chat.page, files(tmp_path / "a", tmp_path / "b")
    point = page.rect().center()
    for event in (enter(page, data, point), move(page, data, point), drop(page, data, point)):
        assert event.isAccepted()
        assert event.dropAction() is COPY
    assert chat.last(SendFiles) == SendFiles(id_of("Ann"), (tmp_path / "a", tmp_path / "b"))


def test_overlay_names_recipient_count_and_size(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "one").write_bytes(b"x" * 3_000_000)
    page, data = chat.page, files(tmp_path / "one", tmp_path / "folder")
    enter(page, data, page.rect().center())
    assert chat.board.sending.drop.isVisible()
    assert chat.board.sending.drop._title() == "Send to Ann"
    wait_until(lambda: "MB" in chat.board.sending.drop._detail)
    assert (
        chat.board.sending.drop._detail == "1 file and 1 folder, 3.00 MB · Ann will be asked first"
    )
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert not chat.board.sending.drop.isVisible()
    assert chat.sent(SendFiles) == []


def test_f12_drop_of_a_web_address_or_text_is_refused(chat: Stage) -> None:
    page = chat.page
    web = QMimeData()
    web.setUrls([QUrl("https://example.com/x.png")])
    text = QMimeData()
    text.setHtml("<b>x</b>")
    for data in (web, text):
        assert not enter(page, data, page.rect().center()).isAccepted()
    assert not chat.board.sending.drop.isVisible()


def test_nobody_chosen_takes_no_files(stage: Stage, tmp_path: Path) -> None:
    stage.be_ready(person("Ann"))
    page = stage.page
    assert not enter(page, files(tmp_path / "a"), page.rect().center()).isAccepted()


def test_blocked_person_is_sent_no_files(stage: Stage, tmp_path: Path) -> None:
    stage.be_ready(person("Eve", trust=Trust.BLOCKED))
    stage.open_chat("Eve")
    page = stage.page
    assert not enter(page, files(tmp_path / "a"), page.rect().center()).isAccepted()


def test_drop_on_a_row_goes_to_that_person(chat: Stage, tmp_path: Path) -> None:
    people, data = chat.window.side.people, files(tmp_path / "a")
    number = people.rows.find(id_of("Bob"))
    assert number is not None
    point = people.visualRect(people.rows.index(number)).center()
    enter(people.viewport(), data, point)
    assert chat.board.sending.drop._title() == "Send to Bob"
    assert move(people.viewport(), data, point).dropAction() is COPY
    event = drop(people.viewport(), data, point)
    assert event.dropAction() is COPY
    assert chat.last(SendFiles) == SendFiles(id_of("Bob"), (tmp_path / "a",))
    assert chat.board.chat.peer_id == id_of("Bob")
    assert not chat.board.sending.drop.isVisible()


def test_drop_between_rows_goes_nowhere(chat: Stage, tmp_path: Path) -> None:
    people, data = chat.window.side.people, files(tmp_path / "a")
    point = QPoint(20, people.viewport().height() - 5)
    assert people.viewport().acceptDrops()
    enter(people.viewport(), data, point)
    assert not move(people.viewport(), data, point).isAccepted()
    drop(people.viewport(), data, point)
    assert chat.sent(SendFiles) == []


def test_paste_of_copied_files_sends_them(chat: Stage, tmp_path: Path) -> None:
    chat.composer.edit.insertFromMimeData(files(tmp_path / "a"))
    assert chat.last(SendFiles) == SendFiles(id_of("Ann"), (tmp_path / "a",))
