"""Pictures in the chat: which are shown, that nothing jumps, and the viewer."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest

from app.errors import ErrorCode
from app.events import PersonChanged, TransferChanged
from app.model import Message, TransferState, Trust
from tests.unit.ui.pictures import paint, received, show
from tests.unit.ui.stage import Stage, bury, message, person, wait_until
from ui.chat.actions import Action, menu_actions_of
from ui.chat.menu import build_menu
from ui.media.canvas import Canvas
from ui.media.files import file_mime
from ui.media.viewer import Viewer
from ui.media.whereabouts import find_files, likely_paths


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.be_ready(person("Ben"), person("Eve", trust=Trust.NEW))
    stage.open_chat("Ben")
    return stage


@pytest.fixture
def picture(tmp_path: Path) -> Message:
    paint(tmp_path / "a.png", QSize(300, 200))
    return received(tmp_path, ["a.png"])


def _is_shown(chat: Stage, one: Message) -> bool:
    number = chat.view.chat_model.number_of(one)
    assert number is not None
    area = chat.view.visualRect(chat.view.chat_model.index(number))
    return chat.view.delegate.placed(number, area).bubble.pictures is not None


def _is_shown_when_painted(chat: Stage, one: Message) -> bool:
    return not chat.view.viewport().grab().isNull() and _is_shown(chat, one)


def _wait_until_looked_at(chat: Stage, one: Message) -> None:
    """Whatever came of it."""
    assert one.transfer is not None
    transfer_id = one.transfer.transfer_id
    wait_until(lambda: chat.board.media.previews.is_known(transfer_id))
    chat.settle()


def _pixel(chat: Stage, one: Message) -> str:
    number = chat.view.chat_model.number_of(one)
    assert number is not None
    area = chat.view.visualRect(chat.view.chat_model.index(number))
    frame = chat.view.delegate.placed(number, area).frame
    middle = QPoint(frame.center().x(), frame.top() + 40)
    return chat.view.viewport().grab().toImage().pixelColor(middle).name()


def test_a_picture_that_came_is_seen_in_its_row(chat: Stage, picture: Message) -> None:
    show(chat, picture)
    wait_until(lambda: _is_shown(chat, picture))
    wait_until(lambda: _pixel(chat, picture) == "#2563eb")


def test_it_is_a_card_until_it_is_done(chat: Stage, picture: Message) -> None:
    assert picture.transfer is not None
    running = replace(picture.transfer, state=TransferState.RUNNING, path=None)
    show(chat, replace(picture, transfer=running))
    assert not _is_shown(chat, picture)
    chat.tell(TransferChanged(picture.transfer))
    wait_until(lambda: _is_shown(chat, picture))


def test_what_was_sent_from_here_is_looked_up_where_it_came_from(
    chat: Stage, tmp_path: Path
) -> None:
    size = paint(tmp_path / "a.png", QSize(300, 200))
    chat.meet("Ben")
    sent = chat.send_offer("Ben", (tmp_path / "a.png",), size)
    show(chat, sent)
    wait_until(lambda: _is_shown(chat, sent))


def test_d13_nothing_of_a_stranger_is_decoded_until_they_are_accepted(
    chat: Stage, tmp_path: Path
) -> None:
    paint(tmp_path / "a.png", QSize(300, 200))
    theirs = received(tmp_path, ["a.png"], "Eve")
    chat.open_chat("Eve")
    show(chat, theirs)
    assert theirs.transfer is not None
    assert not _is_shown(chat, theirs)
    assert not chat.board.media.previews.is_known(theirs.transfer.transfer_id)
    chat.tell(PersonChanged(person("Eve")))
    wait_until(lambda: _is_shown(chat, theirs))
    chat.tell(PersonChanged(person("Eve", trust=Trust.BLOCKED)))
    wait_until(lambda: not _is_shown(chat, theirs))
    assert not chat.board.media.previews.has_other_trust()  # told once


def test_the_setting_turns_pictures_into_cards_and_back(chat: Stage, picture: Message) -> None:
    show(chat, picture)
    wait_until(lambda: _is_shown(chat, picture))
    chat.board.preferences.window.change(shows_previews=False)
    assert not _is_shown(chat, picture)
    chat.board.preferences.window.change(shows_previews=True)
    assert _is_shown(chat, picture)


@pytest.mark.parametrize("data", [b"<svg/>", b"MZ" + bytes(99), b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_stays_a_card(chat: Stage, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    fake = received(tmp_path, ["a.png"])
    show(chat, fake)
    _wait_until_looked_at(chat, fake)
    assert not _is_shown(chat, fake)


def test_f13_a_program_never_looks_like_a_picture(chat: Stage, tmp_path: Path) -> None:
    paint(tmp_path / "a.png", QSize(30, 20))
    os.replace(tmp_path / "a.png", tmp_path / "a.png.exe")
    posing = received(tmp_path, ["a.png.exe"])
    show(chat, posing)
    assert not _is_shown(chat, posing)
    assert posing.transfer is not None
    assert not chat.board.media.previews.is_known(posing.transfer.transfer_id)


def test_another_file_under_a_taken_name_is_not_shown_for_it(chat: Stage, tmp_path: Path) -> None:
    """Several files lie where their names were free; else they were given numbers."""
    for name in ("a.png", "b.png"):
        paint(tmp_path / name, QSize(300, 200))
    came = received(tmp_path, ["a.png", "b.png"])
    paint(tmp_path / "b.png", QSize(900, 700), "#ff0000")
    show(chat, came)
    _wait_until_looked_at(chat, came)
    assert not _is_shown(chat, came)


def test_a_picture_that_breaks_later_becomes_a_card(chat: Stage, tmp_path: Path) -> None:
    paint(tmp_path / "a.png", QSize(300, 200))
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[:33] + b"x" * (len(data) - 33))
    broken = received(tmp_path, ["a.png"])
    show(chat, broken)
    _wait_until_looked_at(chat, broken)
    wait_until(lambda: not _is_shown_when_painted(chat, broken))


def test_what_is_read_stays_when_cards_above_become_pictures(chat: Stage, tmp_path: Path) -> None:
    paint(tmp_path / "a.png", QSize(300, 900))
    above = received(tmp_path, ["a.png"])
    below = [message("Ben", f"line {number}") for number in range(30)]
    view, media = chat.view, chat.board.media
    media.previews.is_on = False
    show(chat, above, *below)
    view.verticalScrollBar().setValue(60)
    chat.settle()
    number = next(
        at
        for at in range(view.chat_model.rowCount())
        if view.visualRect(view.chat_model.index(at)).top() > 60
    )
    before = view.visualRect(view.chat_model.index(number)).top()
    media.previews.is_on = True
    view.delegate.forget_layouts()
    view.scheduleDelayedItemsLayout()
    wait_until(lambda: _is_shown(chat, above))
    chat.settle()
    assert view.visualRect(view.chat_model.index(number)).top() == before


# --- The viewer ------------------------------------------------------------
@pytest.fixture
def viewer(chat: Stage, tmp_path: Path) -> Viewer:
    for name, color in (("a.png", "#2563eb"), ("b.png", "#ff0000")):
        paint(tmp_path / name, QSize(300, 200), color)
    both = received(tmp_path, ["a.png", "b.png"])
    show(chat, both)
    wait_until(lambda: _is_shown(chat, both))
    chat.view.picture_wanted.emit(both, 1)
    (found,) = chat.window.findChildren(Viewer)
    chat.settle()
    return found


def _drawn(viewer: Viewer) -> str:
    canvas = viewer.canvas
    return canvas.grab().toImage().pixelColor(canvas.rect().center()).name()


def test_the_picture_that_was_clicked_is_shown_and_arrows_lead_on(viewer: Viewer) -> None:
    wait_until(lambda: _drawn(viewer) == "#ff0000")
    assert not viewer.buttons["right"].isEnabled()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Left)
    wait_until(lambda: _drawn(viewer) == "#2563eb")
    assert viewer.windowTitle() == "a.png"
    assert viewer.canvas.accessibleName() == "Picture a.png"
    assert all(button.accessibleName() for button in viewer.buttons.values())
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    assert viewer.windowTitle() == "b.png"


def test_escape_closes_the_viewer(viewer: Viewer) -> None:
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_keys_zoom_and_fit(viewer: Viewer) -> None:
    canvas = viewer.canvas
    canvas.show_size(QSize(4000, 3000))
    fitted = canvas.scale
    assert fitted < 1
    canvas.zoom_full()
    assert canvas.scale == 1
    canvas.zoom_by(1)
    assert canvas.scale == pytest.approx(1.25)
    canvas.fit()
    assert canvas.scale == fitted
    canvas.zoom_by(-5)
    assert canvas.scale == pytest.approx(fitted)


def test_a_picture_is_copied_as_one_and_as_a_file(viewer: Viewer, tmp_path: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("nothing yet")
    viewer.buttons["copy"].click()
    wait_until(lambda: clipboard.mimeData().hasImage())
    assert clipboard.image().size() == QSize(300, 200)
    assert [url.toLocalFile() for url in clipboard.mimeData().urls()] == [str(tmp_path / "b.png")]


def test_a_small_picture_is_not_blown_up(look: object, app: object) -> None:
    canvas = Canvas(look)  # type: ignore[arg-type]
    canvas.resize(500, 400)
    canvas.show_size(QSize(20, 10))
    assert canvas.scale == 1
    bury(canvas)


# --- Files that lie here ---------------------------------------------------
def test_files_are_given_away_as_file_managers_do(tmp_path: Path) -> None:
    mime = file_mime([tmp_path / "报告 1.txt", tmp_path / "b.txt"])
    assert [url.toLocalFile() for url in mime.urls()] == [
        str(tmp_path / "报告 1.txt"),
        str(tmp_path / "b.txt"),
    ]
    lines = bytes(mime.data("x-special/gnome-copied-files").data()).split(b"\n")
    assert lines[0] == b"copy"
    assert lines[1].startswith(b"file:///")
    assert lines[1].endswith(b"%E6%8A%A5%E5%91%8A%201.txt")


def test_what_came_can_be_copied_and_saved_elsewhere(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    came = received(tmp_path, ["a.txt"]).transfer
    assert came is not None
    assert {Action.COPY_FILES, Action.SAVE_AS, Action.COPY_PATH} <= {*menu_actions_of(came)}
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("nothing yet")
    chat.board.decisions.act(Action.COPY_FILES, came)
    wait_until(lambda: clipboard.mimeData().hasUrls())
    target = tmp_path / "copy.txt"
    chat.board.decisions.files.save_to(tmp_path / "a.txt", target)
    wait_until(lambda: target.exists() and target.read_text() == "hello")


def test_what_is_gone_is_said_to_be(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    came = received(tmp_path, ["a.txt"]).transfer
    assert came is not None
    (tmp_path / "a.txt").unlink()
    said: list[ErrorCode] = []
    chat.desk.failed.connect(lambda event: said.append(event.code))
    chat.board.decisions.act(Action.COPY_FILES, came)
    wait_until(lambda: said == [ErrorCode.NO_SUCH_PATH])


def test_a_disk_that_takes_nothing_is_told(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    said: list[ErrorCode] = []
    chat.desk.failed.connect(lambda event: said.append(event.code))
    chat.board.decisions.files.save_to(tmp_path / "a.txt", tmp_path / "none" / "a.txt")
    wait_until(lambda: said == [ErrorCode.NO_SUCH_PATH])


def test_the_menu_of_a_picture_leads_to_the_viewer(chat: Stage, picture: Message) -> None:
    show(chat, picture)
    wait_until(lambda: _is_shown(chat, picture))
    asked: list[int] = []
    chat.view.picture_wanted.connect(lambda _message, number: asked.append(number))
    menu = build_menu(chat.view, picture)
    next(one for one in menu.actions() if one.text() == "View").trigger()
    assert asked == [0]
    bury(menu)


# --- Dragged out -----------------------------------------------------------
def _pull(chat: Stage, one: Message, way: QPoint) -> list[Message]:
    """Presses in the middle of its row's bubble and moves; who is to be dragged out."""
    wanted: list[Message] = []
    chat.view.drag_wanted.disconnect()
    chat.view.drag_wanted.connect(wanted.append)
    number = chat.view.chat_model.number_of(one)
    assert number is not None
    area = chat.view.visualRect(chat.view.chat_model.index(number))
    start = chat.view.delegate.placed(number, area).frame.topLeft() + QPoint(20, 20)
    for kind, at in (
        (QEvent.Type.MouseButtonPress, start),
        (QEvent.Type.MouseMove, start + way),
    ):
        point = QPointF(at)
        there = QPointF(chat.view.viewport().mapToGlobal(at))
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, point, there, left, left, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.sendEvent(chat.view.viewport(), event)
    return wanted


def test_a_card_is_dragged_out_from_where_it_was_pressed(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    came = received(tmp_path, ["a.txt"])
    show(chat, came)
    assert _pull(chat, came, QPoint(2, 1)) == []
    assert _pull(chat, came, QPoint(60, 20)) == [came]


def test_a_picture_is_dragged_out_too(chat: Stage, picture: Message) -> None:
    show(chat, picture)
    wait_until(lambda: _is_shown(chat, picture))
    assert _pull(chat, picture, QPoint(60, 20)) == [picture]


def test_what_is_not_here_yet_is_not_dragged(chat: Stage, picture: Message) -> None:
    assert picture.transfer is not None
    running = replace(picture.transfer, state=TransferState.RUNNING, path=None)
    under_way = replace(picture, transfer=running)
    show(chat, under_way)
    assert _pull(chat, under_way, QPoint(60, 20)) == []


def test_files_of_a_folder_are_found_only_if_they_are_what_came(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    several = received(tmp_path, ["a.txt", "b.txt"]).transfer
    assert several is not None
    paths = likely_paths(several, ())
    assert find_files(several, paths, lambda: False) == (tmp_path / "a.txt", tmp_path / "b.txt")
    (tmp_path / "b.txt").write_text("another one")
    assert find_files(several, paths, lambda: False) == ()


def test_names_of_others_lead_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    came = received(tmp_path, ["a.txt"]).transfer
    assert came is not None
    evil = replace(came, names=("../../etc/passwd", "/etc/shadow"), files=2, path=str(tmp_path))
    assert all(path.parent == tmp_path for path in likely_paths(evil, ()))
