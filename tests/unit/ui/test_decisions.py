"""Deciding about files: armed buttons, the dialog, what is bound (ATTACKS F-09 to F-11)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from shiboken6 import isValid

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    ChangeSettings,
    DeclineTransfer,
    MarkRead,
    PauseTransfer,
    ResumeTransfer,
    SendFiles,
    SetTrust,
)
from app.events import OfferAdded, PersonChanged, TransferChanged
from app.model import (
    Direction,
    Message,
    MessageKind,
    Transfer,
    TransferState,
    Trust,
)
from app.store.types import NewTransfer
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import (
    Stage,
    bury,
    click,
    id_of,
    message,
    named,
    offer,
    peer_of,
    person,
    wait_until,
    wait_until_armed,
)
from ui.chat.actions import ASKING, Action, actions_of
from ui.chat.card import lay_out
from ui.chat.pointer import Place
from ui.dialogs.offer import OfferDialog
from ui.look import Look
from ui.looks import read_looks

LEFT = Qt.MouseButton.LeftButton


def row_with(transfer: Transfer) -> Message:
    return message("Ann", "", kind=MessageKind.FILES, transfer=transfer, order_key=1 << 61)


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


def show_offer(chat: Stage, **fields: object) -> Transfer:
    transfer = offer("Ann", **fields)
    chat.tell(OfferAdded(transfer, row_with(transfer)))
    chat.view.viewport().repaint()
    return transfer


def button_point(chat: Stage, action: Action) -> QPoint:
    view = chat.view
    number = view.chat_model.rowCount() - 1
    placed = view.delegate.placed(number, view.visualRect(view.chat_model.index(number)))
    (button,) = [one for one in placed.bubble.card.buttons if one.action is action]
    px = chat.look.fonts.px
    return placed.frame.topLeft() + QPoint(px(12), px(8)) + button.rect.center()


def press(chat: Stage, action: Action) -> None:
    QTest.mouseClick(chat.view.viewport(), LEFT, pos=button_point(chat, action))


# --- The card --------------------------------------------------------------
@pytest.mark.usefixtures("moment")
def test_f10_click_before_the_buttons_are_armed_decides_nothing(chat: Stage) -> None:
    show_offer(chat)
    for action in (Action.ACCEPT, Action.DECLINE):
        press(chat, action)
    assert chat.sent(AcceptTransfer) == chat.sent(DeclineTransfer) == []


def test_armed_button_decides(chat: Stage) -> None:
    transfer = show_offer(chat)
    wait_until_armed(chat.view.arming, transfer)
    press(chat, Action.ACCEPT)
    assert chat.last(AcceptTransfer) == AcceptTransfer(transfer.transfer_id)


def test_f10_press_before_and_release_after_arming_decides_nothing(
    moment: Moment, chat: Stage
) -> None:
    show_offer(chat)
    QTest.mousePress(chat.view.viewport(), LEFT, pos=button_point(chat, Action.ACCEPT))
    moment.pass_by()
    QTest.mouseRelease(chat.view.viewport(), LEFT, pos=button_point(chat, Action.ACCEPT))
    assert chat.sent(AcceptTransfer) == []


def test_f10_window_that_comes_back_to_the_front_is_disarmed(moment: Moment, chat: Stage) -> None:
    show_offer(chat)
    moment.pass_by()
    chat.board.chat.on_window_activated()
    press(chat, Action.ACCEPT)
    assert chat.sent(AcceptTransfer) == []


def test_f10_new_card_in_an_armed_one_s_place_is_not_armed(moment: Moment, chat: Stage) -> None:
    show_offer(chat)
    moment.pass_by()
    second = offer("Ann")
    other = message("Ann", "", kind=MessageKind.FILES, transfer=second, order_key=(1 << 61) + 1)
    chat.tell(OfferAdded(second, other))
    press(chat, Action.ACCEPT)
    assert chat.sent(AcceptTransfer) == []


def test_decline_and_cancel_reach_the_engine(chat: Stage) -> None:
    transfer = show_offer(chat)
    wait_until_armed(chat.view.arming, transfer)
    press(chat, Action.DECLINE)
    assert chat.last(DeclineTransfer) == DeclineTransfer(transfer.transfer_id)
    running = offer("Ann", transfer_id=transfer.transfer_id, state=TransferState.RUNNING)
    chat.tell(TransferChanged(running))
    press(chat, Action.CANCEL)
    assert chat.last(CancelTransfer) == CancelTransfer(transfer.transfer_id)


@pytest.mark.parametrize("name", ["W" * 255, "好" * 255, "a b " * 80 + ".pdf.exe", "\u202e" * 99])
def test_f09_long_name_pushes_no_button_away(look: Look, name: str) -> None:
    short = lay_out(offer("Ann"), 300, look)
    long = lay_out(offer("Ann", names=(name,)), 300, look)
    assert long == short
    assert all(button.rect.right() < 300 for button in long.buttons)


@pytest.mark.parametrize("state", list(TransferState))
@pytest.mark.parametrize("direction", list(Direction))
def test_every_state_has_a_card(look: Look, state: TransferState, direction: Direction) -> None:
    path = "/x/report.pdf" if direction is Direction.IN else None
    transfer = offer("Ann", state=state, direction=direction, path=path, rate=5.0)
    card = lay_out(transfer, 300, look)
    assert tuple(button.action for button in card.buttons) == actions_of(transfer)
    inside = [card.badge, card.title, card.detail, *(button.rect for button in card.buttons)]
    assert all(rect.bottom() < card.size.height() for rect in inside)
    assert look.transfer_words.line(transfer, "Ann", look.format)


def test_what_is_over_offers_no_decision(look: Look) -> None:
    for state in (one for one in TransferState if one.is_final):
        for direction in Direction:
            found = actions_of(offer("Ann", state=state, direction=direction, path="/x/y"))
            assert not {*found} & {*ASKING, Action.PAUSE, Action.RESUME, Action.CANCEL}


def test_click_on_the_card_opens_its_dialog(chat: Stage) -> None:
    show_offer(chat)
    view = chat.view
    rect = view.visualRect(view.chat_model.index(0))
    placed = view.delegate.placed(0, rect)
    point = placed.frame.topLeft() + QPoint(30, 30)
    assert view.hover_at(point).place is Place.CARD
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    dialog = chat.window.findChild(OfferDialog)
    assert dialog is not None
    bury(dialog)


# --- The dialog ------------------------------------------------------------
@pytest.fixture
def opened(chat: Stage) -> Iterator[tuple[Stage, OfferDialog, Transfer]]:
    names = tuple(f"<b>{number}</b>.pdf" for number in range(5))
    transfer = show_offer(chat, names=names, files=5)
    chat.board.decisions.open_details(transfer)
    dialog = chat.window.findChild(OfferDialog)
    assert dialog is not None
    yield chat, dialog, transfer
    bury(dialog)


def buttons(dialog: OfferDialog) -> dict[str, QPushButton]:
    return {one.text(): one for one in dialog.findChildren(QPushButton)}


def is_gone(dialog: OfferDialog) -> bool:
    return not isValid(dialog) or not dialog.isVisible()


Opened = tuple[Stage, OfferDialog, Transfer]


def test_f10_dialog_opens_dead_and_comes_alive(moment: Moment, opened: Opened) -> None:
    chat, dialog, _ = opened
    found = [buttons(dialog)[name] for name in ("Accept", "Decline")]
    assert not any(button.isEnabled() for button in found)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chat.sent(AcceptTransfer) == chat.sent(DeclineTransfer) == []
    moment.pass_by()
    assert all(button.isEnabled() for button in found)


def test_f10_enter_declines(opened: Opened) -> None:
    chat, dialog, transfer = opened
    found = buttons(dialog)
    wait_until(lambda: all(button.isEnabled() for button in found.values()))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chat.sent(AcceptTransfer) == []
    assert chat.last(DeclineTransfer) == DeclineTransfer(transfer.transfer_id)


def test_escape_decides_nothing(opened: Opened) -> None:
    chat, dialog, _ = opened
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert is_gone(dialog)
    assert chat.sent(AcceptTransfer) == chat.sent(DeclineTransfer) == []


def test_f01_names_are_listed_as_they_would_be_written(opened: Opened) -> None:
    _, dialog, _ = opened
    tree = dialog.tree
    shown = tuple(tree.data(tree.index(row, 0)) for row in range(tree.rowCount()))
    assert shown == tuple(f"_b_{number}__b_.pdf" for number in range(5))


def test_c17_true_ending_of_a_long_name_is_in_sight(chat: Stage) -> None:
    name = "W" * 250 + ".pdf.exe"
    transfer = offer("Ann", names=(name, "b"), files=2)
    dialog = OfferDialog(chat.look, transfer, "Ann", Path("/x"), chat.window)
    dialog.show()
    chat.settle()
    view = dialog.view
    assert view.header().length() <= view.viewport().width()
    width = view.visualRect(dialog.tree.index(0, 0)).width()
    shown = view.fontMetrics().elidedText(name, view.textElideMode(), width // 2)
    assert shown.endswith(".pdf.exe")
    bury(dialog)


def test_f11_dialog_accepts_the_transfer_it_showed(opened: Opened) -> None:
    """Its value cannot change under the user; the manifest's hash goes with its id."""
    chat, dialog, transfer = opened
    found = buttons(dialog)
    wait_until(lambda: all(button.isEnabled() for button in found.values()))
    chat.tell(TransferChanged(offer("Ann", names=("other.exe",))))
    click(found["Accept"])
    assert chat.last(AcceptTransfer) == AcceptTransfer(transfer.transfer_id)


def test_offer_taken_back_closes_its_dialog(opened: Opened) -> None:
    chat, dialog, transfer = opened
    gone = offer("Ann", transfer_id=transfer.transfer_id, state=TransferState.CANCELLED)
    chat.tell(TransferChanged(gone))
    assert is_gone(dialog)


def test_free_space_is_told_once_known(opened: Opened) -> None:
    _, dialog, _ = opened
    wait_until(lambda: "free" in dialog._place.text())


def test_f09_dialog_stays_on_the_screen(chat: Stage) -> None:
    transfer = offer("Ann", names=tuple("W" * 255 for _ in range(20)), files=20)
    dialog = OfferDialog(chat.look, transfer, "W" * 128, Path("/" + "W" * 200), chat.window)
    dialog.show()
    screen = dialog.screen().availableGeometry()
    assert dialog.width() <= screen.width()
    assert dialog.height() <= screen.height()
    found = buttons(dialog)
    assert all(dialog.rect().contains(one.geometry()) for one in found.values())
    bury(dialog)


# --- What else is decided ---------------------------------------------------
def test_each_action_is_said_to_the_engine(chat: Stage) -> None:
    act = chat.board.decisions.act
    one = offer("Ann", state=TransferState.RUNNING)
    for action, command in (
        (Action.PAUSE, PauseTransfer(one.transfer_id)),
        (Action.RESUME, ResumeTransfer(one.transfer_id)),
        (Action.RETRY, ResumeTransfer(one.transfer_id)),
        (Action.KEEP_REST, ResumeTransfer(one.transfer_id, takes_rest=True)),
    ):
        act(action, one)
        assert chat.commands[-1] == command


def test_same_paths_are_offered_again(chat: Stage, tmp_path: Path) -> None:
    failed = offer(
        "Ann", state=TransferState.FAILED, direction=Direction.OUT, transfer_id="ab" * 16
    )
    paths = (str(tmp_path / "a"), str(tmp_path / "b"))
    new = NewTransfer(bytes.fromhex(failed.transfer_id), bytes(32), 2, 0, 10, ("a", "b"), 1, paths)
    chat.write(lambda w: w.add_transfer(peer_of("Ann"), new))
    chat.board.decisions.act(Action.SEND_AGAIN, failed)
    assert chat.commands[-1] == SendFiles(id_of("Ann"), tuple(map(Path, paths)))


def test_paths_that_are_not_known_any_more_are_told(chat: Stage) -> None:
    failed = offer("Ann", state=TransferState.FAILED, direction=Direction.OUT)
    chat.board.decisions.act(Action.SEND_AGAIN, failed)
    assert chat.sent(SendFiles) == []
    assert chat.board.notice.isVisible()


@pytest.fixture
def opened_urls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is handed to the system."""
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()))
    return urls


def received(path: Path) -> Transfer:
    return offer("Ann", state=TransferState.DONE, path=str(path), names=(path.name,))


def test_plain_file_is_opened(chat: Stage, opened_urls: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    chat.board.decisions.act(Action.OPEN, received(path))
    wait_until(lambda: opened_urls == [str(path)])


@pytest.mark.parametrize("kind", ["executable", "link", "folder"])
def test_what_may_run_is_only_shown_in_its_folder(
    chat: Stage, opened_urls: list[str], tmp_path: Path, kind: str
) -> None:
    """Also what became so only after it was received."""
    path = tmp_path / "a.txt"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "real").write_text("x")
        path.symlink_to(tmp_path / "real")
    else:
        path.write_text("x")
        path.chmod(0o755)
    chat.board.decisions.act(Action.OPEN, received(path))
    wait_until(lambda: opened_urls == [str(tmp_path)])


def test_received_file_that_is_gone_is_told(
    chat: Stage, opened_urls: list[str], tmp_path: Path
) -> None:
    chat.board.decisions.act(Action.OPEN, received(tmp_path / "gone.txt"))
    wait_until(chat.board.notice.isVisible)
    assert opened_urls == []


def test_path_is_copied(chat: Stage, tmp_path: Path) -> None:
    chat.board.decisions.act(Action.COPY_PATH, received(tmp_path / "a.txt"))
    assert QGuiApplication.clipboard().text() == str(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("now", "label", "chosen", "told"),
    [
        (None, "Any size", "Up to 1 GB", 1_000_000_000),
        (100_000_000_000, "Up to 100 GB", "Any size", -1),
        (3_000_000, "Up to 3 MB", "Up to 100 GB", 100_000_000_000),
    ],
)
def test_limit_of_what_is_accepted_by_itself(
    stage: Stage, now: int | None, label: str, chosen: str, told: int
) -> None:
    stage.window.resize(1200, 780)
    stage.be_ready(person("Ann", auto_accept=True, auto_accept_max_bytes=now))
    stage.open_chat("Ann")
    limit = stage.board.info._limit
    assert limit.isVisible()
    assert limit.currentText() == label
    limit.activated.emit(limit.findText(chosen))
    assert stage.last(SetTrust) == SetTrust(id_of("Ann"), auto_accept_max_bytes=told)


def test_limit_is_there_only_where_it_means_something(stage: Stage) -> None:
    stage.window.resize(1200, 780)
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    assert not stage.board.info._limit.isVisible()


def test_transfers_at_once_are_chosen_in_settings(chat: Stage, tmp_path: Path) -> None:
    board = chat.board
    window = board.settings.open()
    (box,) = named(window, QComboBox, "Transfers at once")
    assert box.currentText() == "3"
    box.activated.emit(box.findText("10"))
    assert chat.last(ChangeSettings) == ChangeSettings(transfers_at_once=10)
    assert board.preferences.now().at_once == 10
    bury(window)
    path = tmp_path / "settings.json"
    for told, shown in (("5", 5), ("true", 3), ("-1", 3), ('"x"', 3), ("1e99", 3)):
        path.write_text(f'{{"transfers_at_once": {told}}}')
        assert read_looks(path).at_once == shown


# --- Strangers -------------------------------------------------------------
def test_stranger_is_accepted_or_blocked_by_an_armed_button(moment: Moment, stage: Stage) -> None:
    stage.be_ready(person("Eve", trust=Trust.NEW))
    stage.deliver((message("Eve", "hi", is_request=True),))
    stage.open_chat("Eve")
    bar = stage.page.request
    assert bar.isVisible()
    accept, block = bar._accept, bar._block
    assert not accept.isEnabled()
    assert not block.isEnabled()
    moment.pass_by()
    click(accept)
    assert stage.last(SetTrust) == SetTrust(id_of("Eve"), accepted=True)
    click(block)
    assert stage.last(SetTrust) == SetTrust(id_of("Eve"), blocked=True)


def test_stranger_is_not_told_that_they_were_read_until_accepted(stage: Stage) -> None:
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    stage.be_ready(person("Eve", trust=Trust.NEW))
    stage.deliver((message("Eve", "hi", is_request=True),))
    stage.open_chat("Eve")
    assert stage.sent(MarkRead) == []
    stage.tell(PersonChanged(person("Eve", trust=Trust.ACCEPTED)))
    wait_until(lambda: bool(stage.sent(MarkRead)))
    assert stage.last(MarkRead) == MarkRead(id_of("Eve"))


def test_whoever_shows_first_that_a_stranger_was_accepted_they_are_told(stage: Stage) -> None:
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    stage.be_ready(person("Eve", trust=Trust.NEW))
    stage.deliver((message("Eve", "hi", is_request=True),))
    stage.open_chat("Eve")
    stage.desk.on_event(PersonChanged(person("Eve", trust=Trust.ACCEPTED)))
    QApplication.sendEvent(stage.board.chat, QEvent(QEvent.Type.LanguageChange))
    wait_until(lambda: bool(stage.sent(MarkRead)))


def test_blocked_person_cannot_be_written_to(stage: Stage) -> None:
    stage.be_ready(person("Eve", trust=Trust.BLOCKED))
    stage.open_chat("Eve")
    assert not stage.composer.isEnabled()
