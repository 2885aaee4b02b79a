"""What the mouse finds, says and does among the messages."""

from collections import defaultdict

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices, QHelpEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app.model import Direction, Message, MessageKind, Reaction, TransferState
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import Stage, click, id_of, message, offer, person, wait_until
from ui.chat.pointer import Place
from ui.chat.rows import row_id
from ui.chat.selection import Selection
from ui.dialogs.link import LinkDialog
from ui.plain import tooltip

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LINK = "https://example.com/a"


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    stage.view.link_opened.disconnect()  # asks the browser
    return stage


def show(chat: Stage, text: str, **fields: object) -> Message:
    shown = message("Ann", text, **fields)
    chat.deliver((shown,))
    chat.view.viewport().repaint()
    return shown


def raster(chat: Stage) -> dict[Place, list[QPoint]]:
    """What the pointer finds all over the chat, from the top."""
    found = defaultdict(list)
    view, area = chat.view, chat.view.viewport().rect()
    for y in range(0, area.height(), 6):
        for x in range(0, area.width(), 8):
            found[view.hover_at(QPoint(x, y)).place].append(QPoint(x, y))
    return found


def places(chat: Stage, place: Place) -> list[QPoint]:
    return raster(chat)[place]


def spot(chat: Stage, place: Place) -> QPoint:
    found = places(chat, place)
    return found[len(found) // 2]


def press(chat: Stage, point: QPoint) -> None:
    QTest.mousePress(chat.view.viewport(), LEFT, NO_KEYS, point)


def release(chat: Stage, point: QPoint) -> None:
    QTest.mouseRelease(chat.view.viewport(), LEFT, NO_KEYS, point)


def move(chat: Stage, point: QPoint) -> None:
    QTest.mouseMove(chat.view.viewport(), point)


# --- Clicks ----------------------------------------------------------------
def test_click_on_a_link_opens_it(chat: Stage) -> None:
    show(chat, f"see {LINK}")
    opened = QSignalSpy(chat.view.link_opened)
    there = spot(chat, Place.LINK)
    QTest.mouseClick(chat.view.viewport(), Qt.MouseButton.MiddleButton, NO_KEYS, there)
    assert opened.count() == 0
    QTest.mouseClick(chat.view.viewport(), LEFT, NO_KEYS, there)
    assert opened.count() == 1
    assert opened.at(0) == [LINK]


def test_f03_deceptive_link_is_asked_about_by_a_button_that_is_dead_for_a_moment(
    moment: Moment, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", staticmethod(lambda url: opened.append(url.host()) or True)
    )
    stage.be_ready(person("Ann"))
    stage.view.link_opened.emit(LINK)
    assert opened == ["example.com"]
    stage.view.link_opened.emit("https://bank.example" + "x" * 1000 + "@evil.example/")
    (dialog,) = stage.window.findChildren(LinkDialog)
    assert dialog._address.text().startswith("https://bank.example")
    assert len(dialog._address.text()) == 601
    assert dialog._host.text() == "evil.example", "whatever stands in front of it"
    click(dialog._open)
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # the other button is the one that is ready
    assert not dialog.isVisible()
    assert opened == ["example.com"]
    stage.settle()
    stage.view.link_opened.emit("https://аpple.com/")
    (dialog,) = [one for one in stage.window.findChildren(LinkDialog) if one.isVisible()]
    moment.pass_by()
    click(dialog._open)
    assert len(opened) == 2


def test_a_press_that_ends_elsewhere_or_selects_is_no_click(chat: Stage) -> None:
    show(chat, f"see {LINK}")
    opened = QSignalSpy(chat.view.link_opened)
    on_link = places(chat, Place.LINK)
    press(chat, on_link[0])
    release(chat, spot(chat, Place.NOTHING))
    press(chat, spot(chat, Place.TEXT))
    release(chat, on_link[0])
    press(chat, on_link[0])
    move(chat, on_link[-1])
    release(chat, on_link[-1])
    assert opened.count() == 0
    assert not chat.view.selection.is_empty


def test_the_mouse_selects_only_while_it_is_pressed(chat: Stage) -> None:
    shown = show(chat, "some words to select")
    points = places(chat, Place.TEXT)
    press(chat, points[0])
    release(chat, points[0])
    move(chat, points[-1])
    assert chat.view.selection.is_empty
    press(chat, points[-1])
    move(chat, points[0])
    (marked,) = chat.view.selection.ranges(row_id(shown))
    assert marked.length > 5
    assert chat.view.selection.cursor == marked.start
    assert chat.view.selection.ranges(row_id(message("Ann", "other"))) == []
    release(chat, points[0])


def test_selection_is_marked_in_the_accent(chat: Stage) -> None:
    theme = chat.look.theme
    marked = Selection(theme, row_id(message("Ann", "x")), anchor=7, cursor=3)
    (found,) = marked.ranges(marked.row)
    assert (found.start, found.length) == (3, 4)
    assert found.format.background().color() == theme.color("accent")
    assert found.format.foreground().color() == theme.color("on_accent")


# --- Dragging files out ----------------------------------------------------
def dragged(chat: Stage, start: QPoint, end: QPoint) -> int:
    wanted = QSignalSpy(chat.view.drag_wanted)
    press(chat, start)
    move(chat, end)
    release(chat, end)
    return wanted.count()


def test_a_card_whose_files_lie_here_is_dragged_out_and_not_clicked(chat: Stage) -> None:
    details = QSignalSpy(chat.view.details_wanted)
    chat.view.drag_wanted.disconnect()
    there = offer("Ann", state=TransferState.DONE, path="/x/report.pdf")
    show(chat, "", kind=MessageKind.FILES, transfer=there)
    on_card = spot(chat, Place.CARD)
    away = on_card + QPoint(QApplication.startDragDistance() + 1, 0)
    assert dragged(chat, on_card, away) == 1
    assert dragged(chat, on_card, on_card + QPoint(2, 0)) == 0
    assert details.count() == 1
    on_button = spot(chat, Place.BUTTON)
    assert dragged(chat, on_button, on_button + QPoint(0, 80)) == 0
    wanted = QSignalSpy(chat.view.drag_wanted)
    move(chat, on_card)
    move(chat, away)
    assert wanted.count() == 0


def test_what_is_only_offered_is_not_dragged_out(chat: Stage) -> None:
    show(chat, "", kind=MessageKind.FILES, transfer=offer("Ann"))
    on_card = spot(chat, Place.CARD)
    assert dragged(chat, on_card, on_card + QPoint(40, 0)) == 0


# --- Under the pointer -----------------------------------------------------
def test_pointer_has_the_shape_of_what_it_can_do(chat: Stage) -> None:
    show(chat, f"see {LINK}")
    found = raster(chat)
    for place, shape in (
        (Place.LINK, Qt.CursorShape.PointingHandCursor),
        (Place.TEXT, Qt.CursorShape.IBeamCursor),
        (Place.NOTHING, Qt.CursorShape.ArrowCursor),
    ):
        move(chat, found[place][-1])
        wait_until(lambda s=shape: chat.view.viewport().cursor().shape() is s)  # type: ignore[misc]


def test_nothing_is_under_a_pointer_that_has_left(chat: Stage) -> None:
    show(chat, f"see {LINK}")
    move(chat, spot(chat, Place.LINK))
    wait_until(lambda: chat.view.delegate.hover is not None)
    QApplication.sendEvent(chat.view, QEvent(QEvent.Type.Leave))
    assert chat.view.delegate.hover is None


def test_tool_tips_say_what_is_under_the_pointer(
    chat: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    given = (Reaction("👍", (id_of("Ann"), "")), Reaction("🎉", ("",)))
    show(chat, f"see {LINK}\n```\nmake\n```", reactions=given)
    expected = {
        Place.DAY: "Go to a day",
        Place.LINK: LINK,
        Place.TEXT: chat.look.format.full_time(chat.view.message_at(0).time_ms),
        Place.COPY: "Copy code",
        Place.CHIP: "Ann, You",
    }
    viewport, found = chat.view.viewport(), raster(chat)
    for place in expected:
        point = found[place][0]
        tip = QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point))
        QApplication.sendEvent(viewport, tip)
    assert said == [tooltip(text) for text in expected.values()]


def test_tip_of_a_button_and_a_card(chat: Stage) -> None:
    show(chat, "", kind=MessageKind.FILES, transfer=offer("Ann"))
    found = raster(chat)
    tips = {chat.view._tip_at(point) for point in found[Place.BUTTON]}
    assert tips == {tooltip(text) for text in ("Accept", "Choose…", "Decline")}
    sent = chat.look.format.full_time(chat.view.message_at(0).time_ms)
    assert sent in chat.view._tip_at(found[Place.CARD][0])


@pytest.mark.parametrize("direction", list(Direction))
def test_mark_is_found_under_own_messages_only(chat: Stage, direction: Direction) -> None:
    show(chat, "hello", direction=direction)
    assert bool(places(chat, Place.MARK)) == (direction is Direction.OUT)


def test_only_control_and_r_answers(chat: Stage) -> None:
    show(chat, "hello")
    chat.view.show_row(0)
    assert chat.window.focusWidget() is chat.view
    QTest.keyClick(chat.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert chat.page.context.is_empty
    QTest.keyClick(chat.view, Qt.Key.Key_R)
    assert chat.page.context.is_empty
    assert chat.composer.text() == "r"
