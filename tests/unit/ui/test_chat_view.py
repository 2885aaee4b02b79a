"""The reader stays where they are; only at the bottom does the chat follow."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.commands import CancelMessage, MarkRead, SendText
from app.errors import ErrorCode, KnownError
from app.events import Failed, MessagesAdded, StatesChanged
from app.events import StateChange as Change
from app.model import Direction, Message, MessageState
from tests.unit.ui.stage import Stage, id_of, message, person, wait_until
from ui.chat.pointer import Place


@pytest.fixture
def chat(stage: Stage) -> Stage:
    """A conversation of 500 read messages, open at its end."""
    stage.meet("Ann")
    stage.receive("Ann", [f"message number {number}" for number in range(500)])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"), person("Bob"))
    stage.open_chat("Ann")
    return stage


def top_text(stage: Stage) -> tuple[str, int]:
    """What is read at the top, and where."""
    view = stage.view
    index = view.indexAt(QPoint(view.viewport().width() // 2, 40))
    return view.message_at(index.row()).text, view.visualRect(index).bottom()


def queued(text: str) -> Message:
    """Ours, the newest of all."""
    way, state = Direction.OUT, MessageState.QUEUED
    return message("Ann", text, direction=way, state=state, order_key=1 << 61)


def scroll_to(stage: Stage, value: int) -> None:
    stage.view.verticalScrollBar().setValue(value)
    stage.settle()


def test_read_chat_opens_at_its_end(chat: Stage) -> None:
    assert chat.view.is_at_bottom
    last = chat.view.chat_model.rowCount() - 1
    assert chat.view.message_at(last).text == "message number 499"
    assert (
        chat.view.viewport().rect().contains(chat.view.visualRect(chat.view.chat_model.index(last)))
    )


def test_chat_opens_at_the_first_unread(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", [f"old {number}" for number in range(100)])
    stage.read_all("Ann")
    stage.receive("Ann", [f"new {number}" for number in range(100)])
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    view = stage.view
    model = view.chat_model
    (row,) = [at for at in range(model.rowCount()) if model.row(at).starts_unread]
    assert model.row(row).message.text == "new 0"
    assert 0 <= view.visualRect(model.index(row)).top() < view.viewport().height() // 2
    assert not view.is_at_bottom
    assert stage.page.newer.accessibleName() == "To the end"
    assert stage.page.newer.isVisible()


def test_scrolling_up_reads_on_and_moves_nothing(chat: Stage) -> None:
    bar = chat.view.verticalScrollBar()
    for _ in range(300):
        before = top_text(chat)
        value = bar.value()
        bar.setValue(value - 150)
        moved = value - bar.value()
        expected = before[1] + moved
        chat.settle()
        view = chat.view
        model = view.chat_model
        at = next(
            (n for n in range(model.rowCount()) if view.message_at(n).text == before[0]), None
        )
        assert at is not None
        assert view.visualRect(model.index(at)).bottom() == expected
        if not model.has_older and bar.value() == 0:
            break
    assert chat.view.message_at(0).text == "message number 0"
    assert chat.view.chat_model.rowCount() <= 300


def test_scrolling_down_again_comes_back_to_the_end(chat: Stage) -> None:
    bar = chat.view.verticalScrollBar()
    while chat.view.chat_model.has_older:
        scroll_to(chat, 0)
    for _ in range(1000):
        scroll_to(chat, bar.maximum())
        if chat.view.is_at_bottom:
            break
    last = chat.view.chat_model.rowCount() - 1
    assert chat.view.message_at(last).text == "message number 499"


def test_unread_that_fit_on_the_screen_are_read_at_once(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", [f"old {number}" for number in range(100)])
    stage.read_all("Ann")
    stage.deliver(stage.receive("Ann", ["new"]))
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    assert stage.view.is_at_bottom
    assert not stage.page.newer.isVisible()
    assert stage.last(MarkRead).person == id_of("Ann")


def test_end_that_comes_into_sight_by_resizing_is_the_end(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", [f"message {number}" for number in range(20)])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"))
    stage.window.resize(1000, 500)
    stage.open_chat("Ann")
    scroll_to(stage, stage.view.verticalScrollBar().maximum() - 100)
    assert stage.page.newer.isVisible()
    stage.window.resize(1000, 1400)
    stage.settle()
    assert stage.view.is_at_bottom
    assert not stage.page.newer.isVisible()


def place_of(stage: Stage, start: str) -> QRect:
    view = stage.view
    numbers = range(view.chat_model.rowCount())
    number = next(one for one in numbers if view.message_at(one).text.startswith(start))
    area = view.visualRect(view.chat_model.index(number))
    return view.delegate.placed(number, area).frame.translated(view.viewport().pos())


def test_the_scroll_bar_moves_no_bubble_when_it_comes(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", ["first " * 30])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    stage.deliver((queued("mine " * 30),))
    bar = stage.view.verticalScrollBar()
    assert not bar.isVisible()
    before = place_of(stage, "mine")
    assert stage.view.width() - 1 - before.right() == place_of(stage, "first").left()
    stage.deliver(stage.receive("Ann", ["more"] * 40))
    assert bar.isVisible()
    after = place_of(stage, "mine")
    assert (after.left(), after.size()) == (before.left(), before.size())


def test_in_a_wide_window_both_sides_stay_together(chat: Stage) -> None:
    chat.deliver((queued("mine"),))
    chat.window.resize(2400, 900)
    chat.settle()
    theirs, mine = place_of(chat, "message number 499"), place_of(chat, "mine")
    assert mine.right() - theirs.left() < chat.look.fonts.px(1000)
    assert theirs.left() == chat.view.width() - 1 - mine.right()
    field = chat.composer._field
    left = field.mapTo(chat.page, QPoint()).x()
    assert theirs.left() < left < left + field.width() < mine.right()


def test_a_tall_message_that_is_being_read_stays_when_another_comes(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", ["\n".join(map(str, range(200)))])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    scroll_to(stage, stage.view.verticalScrollBar().maximum() - 900)
    before = place_of(stage, "0")
    assert before.top() < 0
    stage.deliver(stage.receive("Ann", ["next"]))
    assert place_of(stage, "0") == before


def test_rows_pass_under_the_header_and_the_last_rests_above_the_composer(chat: Stage) -> None:
    assert chat.view.viewport().rect() == chat.view.rect().adjusted(
        0, 0, -chat.view.verticalScrollBar().width(), 0
    )
    last = place_of(chat, "message number 499")
    assert chat.view.height() - last.bottom() > chat.look.fonts.px(8)


def test_new_message_follows_only_at_the_bottom(chat: Stage) -> None:
    chat.deliver(chat.receive("Ann", ["fresh"]))
    assert chat.view.is_at_bottom
    scroll_to(chat, chat.view.verticalScrollBar().maximum() - 400)
    before = top_text(chat)
    chat.deliver(chat.receive("Ann", ["fresher", "freshest"]))
    assert top_text(chat) == before
    assert not chat.view.is_at_bottom
    assert chat.page.newer.text() == "2 new"


def test_button_leads_back_to_the_end(chat: Stage) -> None:
    scroll_to(chat, 0)
    chat.deliver(chat.receive("Ann", ["fresh"]))
    QTest.mouseClick(chat.page.newer, Qt.MouseButton.LeftButton)
    chat.settle()
    assert chat.view.is_at_bottom
    last = chat.view.chat_model.rowCount() - 1
    assert chat.view.message_at(last).text == "fresh"
    assert not chat.page.newer.isVisible()
    scroll_to(chat, 0)
    assert chat.page.newer.accessibleName() == "To the end"


def test_own_message_goes_to_the_end(chat: Stage) -> None:
    scroll_to(chat, 0)
    chat.deliver((message("Ann", "mine", direction=Direction.OUT, order_key=1 << 61),))
    assert chat.view.is_at_bottom


def test_window_made_smaller_keeps_the_end_in_sight(chat: Stage) -> None:
    chat.window.resize(800, 500)
    chat.settle()
    assert chat.view.is_at_bottom
    bar = chat.view.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_window_made_narrower_keeps_what_is_read(chat: Stage) -> None:
    scroll_to(chat, chat.view.verticalScrollBar().maximum() - 900)
    before = top_text(chat)[0]
    chat.window.resize(760, 700)
    chat.settle()
    spot = chat.view.spot()
    assert spot is not None
    assert before in (top_text(chat)[0], chat.view.message_at(chat.view._find(spot) + 1).text)


def test_short_chat_stands_on_the_composer(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", ["hello"])
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    view = stage.view
    rect = view.visualRect(view.chat_model.index(0))
    assert abs(view.viewport().height() - 1 - rect.bottom()) <= 1
    assert view.viewport().height() < view.height() // 2


def test_place_is_kept_while_another_chat_is_open(chat: Stage) -> None:
    scroll_to(chat, chat.view.verticalScrollBar().maximum() - 700)
    before = top_text(chat)
    chat.open_chat("Bob")
    chat.open_chat("Ann")
    assert top_text(chat) == before


def test_layouts_are_reused_and_follow_the_theme(chat: Stage) -> None:
    view = chat.view
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    again = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert placed.bubble is again.bubble
    view.relay()
    chat.settle()
    anew = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert anew.bubble is not placed.bubble
    assert chat.view.is_at_bottom


# --- Reading ---------------------------------------------------------------
def test_seen_at_the_end_of_the_active_window_is_read(chat: Stage) -> None:
    chat.window.activateWindow()
    wait_until(chat.window.isActiveWindow)
    chat.deliver(chat.receive("Ann", ["fresh"]))
    assert chat.last(MarkRead).person == id_of("Ann")
    assert chat.desk.roster.unread() == 0


def test_what_came_while_scrolled_up_is_read_at_the_end(chat: Stage) -> None:
    chat.window.activateWindow()
    wait_until(chat.window.isActiveWindow)
    scroll_to(chat, 0)
    chat.deliver(chat.receive("Ann", ["fresh"]))
    assert chat.sent(MarkRead) == []
    chat.board.chat.go_to_bottom()
    assert len(chat.sent(MarkRead)) == 1


def test_what_came_behind_other_windows_is_read_when_this_one_comes_to_the_front(
    chat: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as behind:
        behind.setattr(chat.window, "isActiveWindow", lambda: False)
        chat.deliver((message("Ann", "hello", order_key=1 << 61),))
        assert chat.sent(MarkRead) == []
    chat.window.activateWindow()
    wait_until(chat.window.isActiveWindow)
    chat.window.activated.emit()
    assert chat.sent(MarkRead) == [MarkRead(id_of("Ann"))]


def test_message_for_another_chat_is_not_read(chat: Stage) -> None:
    chat.window.activateWindow()
    wait_until(chat.window.isActiveWindow)
    chat.deliver((message("Bob", "hi"),))
    assert chat.sent(MarkRead) == []
    assert chat.desk.roster.unread() == 1


# --- Sending ---------------------------------------------------------------
def test_typed_text_is_sent_to_whom_it_was_typed_for(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "hello")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    sent = chat.last(SendText)
    assert (sent.person, sent.text) == (id_of("Ann"), "hello")


def test_refused_text_comes_back_into_its_composer(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "hello")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    chat.tell(Failed(ErrorCode.NO_SPACE, "disk full", ref=chat.last(SendText).ref))
    assert chat.composer.text() == "hello"
    assert "disk is full" in chat.board.notice.text()


def test_refused_text_of_a_chat_left_waits_there_as_a_draft(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "hello")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    chat.open_chat("Bob")
    chat.tell(Failed(ErrorCode.NO_SPACE, "disk full", ref=chat.last(SendText).ref))
    assert chat.composer.text() == ""
    chat.open_chat("Ann")
    assert chat.composer.text() == "hello"


def test_draft_is_kept_per_chat(chat: Stage) -> None:
    QTest.keyClicks(chat.composer.edit, "half a")
    chat.open_chat("Bob")
    assert chat.composer.text() == ""
    chat.open_chat("Ann")
    assert chat.composer.text() == "half a"


def test_letters_typed_over_the_chat_go_to_the_composer(chat: Stage) -> None:
    chat.view.setFocus()
    QTest.keyClicks(chat.view, "hi")
    assert chat.composer.text() == "hi"


def test_mark_climbs_and_says_so(chat: Stage) -> None:
    own = message(
        "Ann", "mine", direction=Direction.OUT, state=MessageState.QUEUED, order_key=1 << 61
    )
    chat.deliver((own,))
    chat.tell(StatesChanged((Change(own.message_id, id_of("Ann"), MessageState.DELIVERED),)))
    model = chat.view.chat_model
    text = model.index(model.rowCount() - 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("You, ")
    assert "Delivered: saved on their computer" in text


def test_mark_has_a_tool_tip_in_words(chat: Stage) -> None:
    own = message(
        "Ann", "mine", direction=Direction.OUT, state=MessageState.QUEUED, order_key=1 << 61
    )
    chat.deliver((own,))
    view = chat.view
    at = view.chat_model.rowCount() - 1
    placed = view.delegate.placed(at, view.visualRect(view.chat_model.index(at)))
    meta = placed.bubble.meta.translated(placed.frame.topLeft())
    point = QPoint(meta.right() - 3, meta.center().y())
    assert view.hover_at(point).place is Place.MARK
    assert "Waiting" in view._tip_at(point)


def test_text_not_delivered_yet_can_be_taken_back(chat: Stage) -> None:
    own = message(
        "Ann", "mine", direction=Direction.OUT, state=MessageState.QUEUED, order_key=1 << 61
    )
    chat.deliver((own,))
    chat.view.cancel_wanted.emit(own.message_id)
    assert chat.last(CancelMessage).message_id == own.message_id


# --- Selecting -------------------------------------------------------------
def text_point(stage: Stage, number: int, share: float) -> QPoint:
    view = stage.view
    placed = view.delegate.placed(number, view.visualRect(view.chat_model.index(number)))
    line = placed.bubble.layout.lineAt(0)
    width = line.naturalTextWidth()
    px = stage.look.fonts.px
    return placed.frame.topLeft() + QPoint(
        px(12) + int(width * share), px(8) + int(line.height() / 2)
    )


def test_dragged_over_text_is_copied(chat: Stage) -> None:
    view = chat.view
    last = view.chat_model.rowCount() - 1
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view.viewport(), left, pos=text_point(chat, last, 0.0))
    QTest.mouseMove(view.viewport(), text_point(chat, last, 0.5))
    QTest.mouseMove(view.viewport(), text_point(chat, last, 1.0) + QPoint(3, 0))
    QTest.mouseRelease(view.viewport(), left, pos=text_point(chat, last, 1.0) + QPoint(3, 0))
    view.copy()
    assert QGuiApplication.clipboard().text() == "message number 499"


def test_double_click_selects_a_word(chat: Stage) -> None:
    view = chat.view
    last = view.chat_model.rowCount() - 1
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=text_point(chat, last, 0.2))
    view.copy()
    assert QGuiApplication.clipboard().text().strip() == "message"


def test_f03_link_is_found_under_the_pointer(chat: Stage) -> None:
    chat.deliver(chat.receive("Ann", ["https://example.com/x"]))
    view = chat.view
    last = view.chat_model.rowCount() - 1
    hover = view.hover_at(text_point(chat, last, 0.5))
    assert (hover.place, hover.url) == (Place.LINK, "https://example.com/x")


def test_peer_that_reuses_an_id_of_ours_changes_nothing_of_ours(chat: Stage) -> None:
    """Ids are unique per author only, and a peer has seen all of ours."""
    own = queued("mine")
    theirs = message("Ann", "theirs", message_id=own.message_id, order_key=own.order_key + 1)
    chat.deliver((own, theirs))
    view, last = chat.view, chat.view.chat_model.rowCount() - 1
    drawn = [view.delegate.placed(at, QRect(0, 0, 500, 100)).bubble.text for at in (last - 1, last)]
    assert drawn == ["mine", "theirs"]
    chat.tell(StatesChanged((Change(own.message_id, id_of("Ann"), MessageState.READ),)))
    assert view.message_at(last) == theirs
    point = text_point(chat, last, 0.2)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    view.copy()
    assert QGuiApplication.clipboard().text() == "theirs"


def test_same_id_from_two_people_shows_each_their_own(chat: Stage) -> None:
    first = message("Ann", "from Ann", order_key=1 << 61)
    chat.deliver((first,))
    chat.view.viewport().repaint()
    chat.open_chat("Bob")
    chat.deliver((message("Bob", "from Bob", message_id=first.message_id),))
    placed = chat.view.delegate.placed(0, QRect(0, 0, 500, 100))
    assert placed.bubble.text == "from Bob"


def test_disk_that_cannot_be_read_is_told_not_thrown(chat: Stage) -> None:
    history = chat.desk.history
    assert history is not None

    def fail(*_arguments: object) -> list[Message]:
        raise KnownError(ErrorCode.DISK_ERROR, "bad sector")

    history._history = SimpleNamespace(  # type: ignore[assignment]
        messages_before=fail, messages_after=fail, first_unread=fail, close=history._history.close
    )
    chat.open_chat("Bob")
    assert "disk reported an error" in chat.board.notice.text()


def test_burst_of_messages_stays_one_window(chat: Stage) -> None:
    chat.deliver(tuple(message("Ann", f"b{n}", order_key=(1 << 61) + n) for n in range(1000)))
    assert chat.view.chat_model.rowCount() <= 300
    assert chat.view.is_at_bottom
    last = chat.view.chat_model.rowCount() - 1
    assert chat.view.message_at(last).text == "b999"


def test_chat_of_nobody_is_left_alone(chat: Stage) -> None:
    chat.board.chat.close_person()
    chat.tell(MessagesAdded((message("Ann", "late"),)))
    assert chat.view.chat_model.rowCount() == 0
