"""The page of all transfers: search, keys, the queue; and that it costs nothing shut."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    ListTransfers,
    MarkRead,
    MoveTransfer,
    PauseTransfer,
    ResumeTransfer,
)
from app.errors import ErrorCode
from app.events import Failed, OfferAdded, PersonChanged, TransferChanged, TransfersListed
from app.model import Direction, MessageKind, Reason, Transfer, TransferState
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import (
    START_MS,
    Stage,
    bury,
    click,
    id_of,
    message,
    offer,
    person,
    wait_until,
)
from tests.unit.ui.test_transfers_model import made
from ui.chat.actions import MOVING, Action, actions_of
from ui.dialogs.details import DetailsDialog
from ui.transfers.gauge import Batch
from ui.transfers.page import TransfersPage

IN, OUT = Direction.IN, Direction.OUT
State = TransferState
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


# --- The page --------------------------------------------------------------
@pytest.fixture
def here(stage: Stage) -> Stage:
    stage.be_ready(person("Ann"), person("Ben"))
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


@pytest.fixture
def page(here: Stage) -> TransfersPage:
    here.board.transfers.toggle()
    found = here.board.transfers.page
    assert found is not None
    return found


def answer(stage: Stage, *transfers: Transfer) -> None:
    asked = stage.last(ListTransfers)
    stage.tell(TransfersListed(transfers, asked.ref))


def rows(page: TransfersPage) -> list[str]:
    model = page.view.rows
    return [
        line.transfer.names[0]
        for line in map(model.line, range(model.rowCount()))
        if line.transfer is not None
    ]


def button_point(page: TransfersPage, transfer: Transfer, action: Action) -> QPoint:
    view = page.view
    number = view.rows.number_of(transfer.transfer_id)
    assert number is not None
    area = view.visualRect(view.rows.index(number))
    card, corner = view.delegate.card(transfer, view.delegate.frame(area))
    (rect,) = [one.rect for one in card.buttons if one.action is action]
    return corner + rect.center()


def press(page: TransfersPage, transfer: Transfer, action: Action) -> None:
    QTest.mouseClick(page.view.viewport(), LEFT, pos=button_point(page, transfer, action))


def make_current(page: TransfersPage, transfer: Transfer) -> None:
    number = page.view.rows.number_of(transfer.transfer_id)
    assert number is not None
    page.view.setFocus()
    page.view._make_current(number)


def test_cards_stand_below_the_search_with_and_without_a_scroll_bar(
    here: Stage, page: TransfersPage
) -> None:
    answer(here, offer("Ann", names=("0",)))

    def edges() -> tuple[int, int]:
        area = page.view.visualRect(page.view.rows.index(1))
        frame = page.view.delegate.frame(area).translated(page.view.viewport().pos())
        return frame.left(), frame.right()

    searched = page.search.geometry()
    assert not page.view.verticalScrollBar().isVisible()
    assert edges() == (searched.left(), searched.right())
    for number in range(30):
        here.tell(TransferChanged(offer("Ann", names=(str(number),))))
    here.settle()
    assert page.view.verticalScrollBar().isVisible()
    assert edges() == (searched.left(), searched.right())


def test_page_takes_the_chat_s_place_and_gives_it_back(here: Stage) -> None:
    here.open_chat("Ann")
    QTest.keyClick(here.window, Qt.Key.Key_J, CONTROL)
    page = here.board.transfers.page
    assert page is not None
    assert page.isVisible()
    assert not here.board.chat.isVisible()
    assert not here.board.info.isVisible()
    QTest.keyClick(here.window, Qt.Key.Key_Escape)
    assert here.board.chat.isVisible()
    assert here.board.chat.peer_id == id_of("Ann")


def test_what_the_page_covers_is_not_read(here: Stage) -> None:
    here.open_chat("Ann")
    here.board.transfers.toggle()
    before = len(here.sent(MarkRead))
    here.deliver((message("Ann", "are you there?"),))
    here.settle()
    assert len(here.sent(MarkRead)) == before
    here.board.transfers.toggle()
    wait_until(lambda: len(here.sent(MarkRead)) > before)


def test_shut_page_is_gone_and_asks_for_nothing(here: Stage) -> None:
    assert here.sent(ListTransfers) == []
    here.board.transfers.toggle()
    page = here.board.transfers.page
    here.board.transfers.toggle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(page)
    here.tell(TransferChanged(made("a", state=State.RUNNING)))
    assert len(here.sent(ListTransfers)) == 1


def test_person_who_is_opened_shuts_the_page(here: Stage, page: TransfersPage) -> None:
    here.open_chat("Ann")
    assert here.board.transfers.page is None
    assert here.board.chat.isVisible()


def test_search_is_by_file_and_by_person_and_asks_for_the_rest(
    here: Stage, page: TransfersPage
) -> None:
    mine = offer("Ann", names=("Plan.PDF",), state=State.DONE, time_ms=START_MS)
    answer(here, mine, made("tune.mp3", state=State.DONE))
    page.search.setText("plan")
    assert rows(page) == ["Plan.PDF"]
    page.search.setText("ben")
    assert rows(page) == ["tune.mp3"]
    wait_until(lambda: here.last(ListTransfers).text == "ben")
    answer(here, made("older.iso", state=State.DONE))
    assert sorted(rows(page)) == ["older.iso", "tune.mp3"]
    page.search.setText("nobody")
    assert rows(page) == []
    wait_until(lambda: here.last(ListTransfers).text == "nobody")
    answer(here)
    assert page._empty.isVisible()
    QTest.keyClick(here.window, Qt.Key.Key_Escape)
    assert len(rows(page)) == 3
    assert here.board.transfers.page is page


def test_answer_to_an_older_search_is_not_shown(here: Stage, page: TransfersPage) -> None:
    first = here.last(ListTransfers)
    page.search.setText("x")
    wait_until(lambda: here.last(ListTransfers).text == "x")
    here.tell(TransfersListed((made("a", state=State.DONE),), first.ref))
    assert rows(page) == []


def test_list_that_cannot_be_had_is_told_once(here: Stage, page: TransfersPage) -> None:
    told = QSignalSpy(here.desk.failed)
    here.tell(Failed(ErrorCode.DISK_ERROR, "detail", here.last(ListTransfers).ref))
    assert told.count() == 1
    assert here.board.notice.isVisible()


def test_overall_speed_is_of_all_that_run(here: Stage, page: TransfersPage) -> None:
    answer(here)
    assert page._overall.text() == "Nothing is running"
    for name in ("a", "b"):
        here.tell(TransferChanged(made(name, state=State.RUNNING, rate=2e6)))
    assert page._overall.text() == "2 transfers running · 4.00 MB/s"


def test_buttons_do_what_they_say(here: Stage, page: TransfersPage) -> None:
    running = made("a", state=State.RUNNING)
    paused = made("b", state=State.PAUSED, reason=Reason.BY_USER)
    answer(here, running, paused)
    press(page, running, Action.PAUSE)
    assert here.last(PauseTransfer) == PauseTransfer(running.transfer_id)
    press(page, running, Action.CANCEL)
    assert here.last(CancelTransfer) == CancelTransfer(running.transfer_id)
    press(page, paused, Action.RESUME)
    assert here.last(ResumeTransfer) == ResumeTransfer(paused.transfer_id)


def test_f10_offer_is_accepted_by_an_armed_button_only(
    moment: Moment, here: Stage, page: TransfersPage
) -> None:
    asked = made("a")
    answer(here, asked)
    page.view.viewport().repaint()
    press(page, asked, Action.ACCEPT)
    assert here.sent(AcceptTransfer) == []
    moment.pass_by()
    press(page, asked, Action.ACCEPT)
    assert here.last(AcceptTransfer) == AcceptTransfer(asked.transfer_id)


@pytest.fixture
def queue(here: Stage, page: TransfersPage) -> list[Transfer]:
    waiting = [made(f"w{key}", state=State.WAITING, queue_key=key) for key in range(4)]
    answer(here, *waiting, made("out", state=State.WAITING, direction=OUT))
    return waiting


@pytest.mark.parametrize(
    "move",
    [
        (Action.MOVE_UP, Qt.Key.Key_Up, 2, 1),
        (Action.MOVE_DOWN, Qt.Key.Key_Down, 1, 3),
        (Action.MOVE_DOWN, Qt.Key.Key_Down, 2, None),
        (Action.MOVE_FIRST, Qt.Key.Key_Home, 3, 0),
    ],
)
def test_queue_is_changed_by_mouse_and_by_keyboard(
    here: Stage,
    page: TransfersPage,
    queue: list[Transfer],
    move: tuple[Action, Qt.Key, int, int | None],
) -> None:
    action, key, at, before = move
    wanted = MoveTransfer(
        queue[at].transfer_id, queue[before].transfer_id if before is not None else None
    )
    press(page, queue[at], action)
    assert here.sent(MoveTransfer) == [wanted]
    make_current(page, queue[at])
    QTest.keyClick(page.view, key, CONTROL)
    assert here.sent(MoveTransfer) == [wanted, wanted]


def test_ends_of_the_queue_stay_where_they_are(
    here: Stage, page: TransfersPage, queue: list[Transfer]
) -> None:
    for action in (Action.MOVE_UP, Action.MOVE_FIRST):
        press(page, queue[0], action)
    press(page, queue[-1], Action.MOVE_DOWN)
    assert here.sent(MoveTransfer) == []


def test_moved_row_takes_the_keyboard_along(
    here: Stage, page: TransfersPage, queue: list[Transfer]
) -> None:
    make_current(page, queue[2])
    here.tell(TransferChanged(replace(queue[2], queue_key=-1)))
    assert rows(page)[0] == "w2"
    current = page.view.current()
    assert current is not None
    assert current.transfer_id == queue[2].transfer_id


def test_only_one_that_waits_has_nothing_to_move(here: Stage, page: TransfersPage) -> None:
    alone = made("a", state=State.WAITING)
    answer(here, alone)
    frame = page.view.delegate.frame(page.view.viewport().rect())
    card, _ = page.view.delegate.card(alone, frame)
    assert not {one.action for one in card.buttons} & {*MOVING}


def test_everything_is_done_by_keyboard(here: Stage, page: TransfersPage) -> None:
    running = made("a", state=State.RUNNING)
    done = made("b.pdf", state=State.DONE, path="/x/b.pdf")
    answer(here, running, done)
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Tab)
    assert page.view.hasFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert here.last(PauseTransfer) == PauseTransfer(running.transfer_id)
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    current = page.view.current()
    assert current is not None
    assert current.names == ("b.pdf",)
    QTest.keyClick(page.view, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "/x/b.pdf"
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    dialog = here.window.findChild(DetailsDialog)
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("state", list(State))
def test_menu_has_every_action(here: Stage, page: TransfersPage, state: State) -> None:
    transfer = made("a.pdf", state=state, path="/x/a.pdf", reason=Reason.BY_USER)
    answer(here, transfer)
    words = here.look.transfer_words
    menu = page.view.build_menu(transfer)
    texts = [entry.text() for entry in menu.actions()]
    assert {words.action(one) for one in actions_of(transfer)} <= {*texts}
    assert ("Copy path" in texts) is (state is State.DONE)
    menu.deleteLater()


def test_every_entry_of_the_menu_asks_for_what_it_says(here: Stage, page: TransfersPage) -> None:
    waiting = [made(name, state=State.WAITING, queue_key=key) for key, name in enumerate("ab")]
    answer(here, *waiting)
    view, words = page.view, here.look.transfer_words
    asked: list[tuple[object, ...]] = []
    for signal in (view.action_wanted, view.details_wanted, view.chat_wanted):
        signal.disconnect()
        signal.connect(lambda *wanted: asked.append(wanted))
    menu = view.build_menu(waiting[1])
    for entry in menu.actions():
        entry.trigger()
    bury(menu)
    acted = [one for one in asked if len(one) == 2]
    assert {action for action, _ in acted} >= {*MOVING, Action.CANCEL}
    assert all(transfer == waiting[1] for _, transfer in acted)
    assert asked[len(acted) :] == [(waiting[1],)] * 2
    assert words.action(Action.MOVE_UP) not in _labels(page, made("c", state=State.DONE))


def _labels(page: TransfersPage, transfer: Transfer) -> list[str]:
    menu = page.view.build_menu(transfer)
    found = [entry.text() for entry in menu.actions()]
    bury(menu)
    return found


def test_click_beside_the_buttons_opens_the_details(here: Stage, page: TransfersPage) -> None:
    running = made("a.pdf", state=State.RUNNING)
    answer(here, running)
    view = page.view
    wanted = QSignalSpy(view.details_wanted)
    number = view.rows.number_of(running.transfer_id)
    card = view.visualRect(view.rows.index(number)).center()
    heading = view.visualRect(view.rows.index(0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=card)
    QTest.mouseClick(view.viewport(), LEFT, pos=heading)
    QTest.mousePress(view.viewport(), LEFT, pos=button_point(page, running, Action.PAUSE))
    QTest.mouseRelease(view.viewport(), LEFT, pos=card)
    assert wanted.count() == 0
    QTest.mouseClick(view.viewport(), LEFT, pos=card)
    assert wanted.count() == 1
    assert wanted.at(0) == [running]
    assert here.sent(PauseTransfer) == []
    bury(here.window.findChild(DetailsDialog))


def test_pointer_is_a_hand_on_buttons_and_leaves_nothing_lit(
    here: Stage, page: TransfersPage
) -> None:
    running = made("a.pdf", state=State.RUNNING)
    answer(here, running)
    viewport = page.view.viewport()
    QTest.mouseMove(viewport, button_point(page, running, Action.PAUSE))
    wait_until(lambda: page.view.delegate.hover.action is Action.PAUSE)
    assert viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor
    QCoreApplication.sendEvent(page.view, QEvent(QEvent.Type.Leave))
    assert page.view.delegate.hover.action is None
    assert viewport.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_menu_opens_by_mouse_where_it_points_and_by_key_at_its_first_entry(
    here: Stage, page: TransfersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: opened.append(menu))
    running = made("a.pdf", state=State.RUNNING)
    answer(here, running)
    make_current(page, running)
    view = page.view

    def ask(reason: QContextMenuEvent.Reason, place: QPoint) -> None:
        there = view.viewport().mapToGlobal(place)
        QCoreApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, place, there))

    number = view.rows.number_of(running.transfer_id)
    ask(QContextMenuEvent.Reason.Mouse, view.visualRect(view.rows.index(0)).center())
    assert opened == []
    ask(QContextMenuEvent.Reason.Mouse, view.visualRect(view.rows.index(number)).center())
    ask(QContextMenuEvent.Reason.Keyboard, QPoint())
    assert [menu.activeAction() is None for menu in opened] == [True, False]
    for menu in opened:
        bury(menu)


def test_head_of_the_page_closes_it_and_enter_in_its_search_leads_on(
    here: Stage, page: TransfersPage
) -> None:
    answer(here, made("a.pdf", state=State.RUNNING))
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert here.window.focusWidget() is page.view
    click(page.close_button)
    assert here.board.transfers.page is None


def test_rows_and_controls_say_what_they_are(here: Stage, page: TransfersPage) -> None:
    answer(here, made("a.pdf", state=State.PAUSED, reason=Reason.BY_PEER, time_ms=START_MS))
    model = page.view.rows
    assert str(model.data(model.index(0))) == "Paused, 1"
    said = str(model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("a.pdf, From Ben · ")
    assert said.endswith("Paused by Ben")
    assert all(part.accessibleName() for part in page.tab_order())


def test_name_and_presence_are_shown_as_they_are_now(here: Stage, page: TransfersPage) -> None:
    answer(here, made("a", direction=OUT))
    model = page.view.rows
    assert "Ben is asked first" in str(model.data(model.index(1)))
    painted = page.view.viewport().grab().toImage()
    here.tell(PersonChanged(person("Ben", is_online=False)))
    assert "Waiting until Ben is here" in str(model.data(model.index(1)))
    wait_until(lambda: page.view.viewport().grab().toImage() != painted)


def count_painted(page: TransfersPage) -> list[int]:
    """The rows that are drawn from now on."""
    numbers: list[int] = []
    delegate = page.view.delegate
    paint = delegate.paint

    def count(*arguments: Any) -> None:
        numbers.append(arguments[2].row())
        paint(*arguments)

    delegate.paint = count  # type: ignore[method-assign]
    return numbers


def test_thousands_are_listed_and_progress_draws_one_row_of_them(
    here: Stage, page: TransfersPage
) -> None:
    running = [made(f"r{number}", state=State.RUNNING) for number in range(5)]
    over = [made(f"o{number}", state=State.DONE, time_ms=number) for number in range(5000)]
    answer(here, *running, *over)
    here.settle()
    painted = count_painted(page)
    page.view.viewport().repaint()
    assert len(painted) > 2
    painted.clear()
    here.tell(TransferChanged(replace(running[2], done_bytes=1000, rate=5.0)))
    here.settle()
    assert {*painted} == {page.view.rows.number_of(running[2].transfer_id)}


# --- The gauge -------------------------------------------------------------
def test_gauge_is_there_while_something_runs_and_leads_to_the_page(here: Stage) -> None:
    gauge = here.board.transfers.gauge
    assert not gauge.isVisible()
    running = made("a", state=State.RUNNING, done_bytes=1_000_000)
    here.tell(TransferChanged(running))
    assert gauge.isVisible()
    assert gauge.accessibleName() == "1 transfer running"
    assert gauge.share() == "20%"
    click(gauge)
    assert here.board.transfers.page is not None
    here.tell(TransferChanged(replace(running, state=State.PAUSED)))
    assert not gauge.isVisible()


def test_share_does_not_fall_when_one_of_two_is_done() -> None:
    batch = Batch()
    one = made("a", state=State.RUNNING, size_bytes=100, done_bytes=90)
    two = made("b", state=State.RUNNING, size_bytes=100, done_bytes=10)
    assert batch.put(one)
    assert batch.put(two)
    assert (batch.done_bytes, batch.wanted_bytes) == (100, 200)
    assert batch.put(replace(one, state=State.DONE, done_bytes=100))
    assert (batch.count, batch.done_bytes, batch.wanted_bytes) == (1, 110, 200)
    assert batch.put(replace(two, state=State.FAILED))
    assert (batch.count, batch.wanted_bytes) == (0, 0)
    assert not batch.put(made("c", state=State.DONE))


def test_offer_comes_into_the_open_page(here: Stage, page: TransfersPage) -> None:
    answer(here)
    asked = made("a")
    here.tell(OfferAdded(asked, message("Ben", "", kind=MessageKind.FILES, transfer=asked)))
    assert rows(page) == ["a"]


@pytest.mark.parametrize("width", [680, 700, 720, 1000, 1400])
def test_rows_are_as_high_as_what_is_in_them(here: Stage, page: TransfersPage, width: int) -> None:
    """At any width, also while the scroll bar comes."""
    transfers = [
        made(
            "W" * 200, state=state, reason=reason, files=files,
            bad_names=("W" * 99,) if state is State.FAILED else (), done_bytes=5, rate=1.0,
        )
        for state in State
        for reason in (None, Reason.NO_SPACE, Reason.SOURCE_CHANGED)
        for files in (1, 3)
    ]  # fmt: skip
    answer(here, *transfers)
    here.window.resize(width, 700)
    here.settle()
    view = page.view
    for transfer in transfers:
        number = view.rows.number_of(transfer.transfer_id)
        assert number is not None
        area = view.visualRect(view.rows.index(number))
        card, corner = view.delegate.card(transfer, view.delegate.frame(area))
        assert corner.y() + card.size.height() < area.bottom()
        shown = [card.detail, *(one for one in (card.left, card.files) if one is not None)]
        assert max(one.bottom() for one in shown) < card.size.height()
