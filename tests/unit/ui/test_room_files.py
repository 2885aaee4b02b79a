"""Files given to a room: each member gets an offer of their own, and its card stands there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest

from app.commands import AcceptTransfer, DeclineTransfer, ForwardMessage, SendFiles
from app.events import OfferAdded, PersonChanged, RoomChanged, StateChange, StatesChanged
from app.events import TransferChanged as Changed
from app.model import Direction, Message, MessageKind, MessageState, Transfer, TransferState, Trust
from tests.unit.ui.stage import (
    Stage,
    click,
    id_of,
    offer,
    person,
    room,
    room_id_of,
    said,
    wait_until,
)
from ui.chat.actions import Action
from ui.chat.menu import build_menu
from ui.dialogs.base import PlainDialog
from ui.dialogs.delete import DeleteDialog
from ui.dialogs.many import ForwardManyDialog
from ui.dialogs.send import SendDialog
from ui.outbox import ASK_ABOVE

DESIGN = room_id_of("Design")
FILE = Path("/etc/hostname")
HOSTILE = "<b>Eve</b>\u202e"


@pytest.fixture
def chat(stage: Stage) -> Stage:
    """In a room with Ann, who is here, and Bob, who is not."""
    stage.be_ready(person("Ann"), person("Bob", is_online=False), person("Cat"))
    stage.tell(RoomChanged(room("Design", "Ann", "Bob")))
    stage.board.open_person(DESIGN)
    stage.settle()
    return stage


def card(author: str, other: str = "", **fields: object) -> Message:
    """In the room; ``other``: for whom one of ours is."""
    direction = Direction.IN if author else Direction.OUT
    transfer = offer(author or other, direction=direction, **fields)
    return said("Design", author, "", kind=MessageKind.FILES, transfer=transfer)


def show(chat: Stage, *cards: Message) -> None:
    for one in cards:
        assert one.transfer is not None
        chat.tell(OfferAdded(one.transfer, one))
    chat.view.viewport().repaint()


def transfer_of(one: Message) -> Transfer:
    assert one.transfer is not None
    return one.transfer


def described(chat: Stage) -> list[str]:
    model = chat.view.chat_model
    return [str(model.data(model.index(at))) for at in range(model.rowCount())]


def be_many(chat: Stage, count: int) -> None:
    chat.tell(RoomChanged(room("Design", *(f"Person {number}" for number in range(count)))))


def asked(chat: Stage) -> list[SendDialog]:
    return [one for one in chat.window.findChildren(SendDialog) if one.isVisible()]


def paste(chat: Stage) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(FILE))])
    chat.composer.edit.insertFromMimeData(mime)


def drop_on_chat(chat: Stage) -> None:
    chat.page.files_dropped.emit((FILE,))


def drop_on_row(chat: Stage) -> None:
    chat.window.side.people.files_dropped.emit(DESIGN, (FILE,))


def attach(chat: Stage) -> None:
    """As the system's own dialog does once files were chosen in it."""
    chat.board.sending.outbox.send(DESIGN, (FILE,))


WAYS = (paste, drop_on_chat, drop_on_row, attach)


# --- Sending ---------------------------------------------------------------
@pytest.mark.parametrize("give", WAYS)
def test_files_go_to_the_room_whichever_way_they_are_given(
    chat: Stage, give: Callable[[Stage], None]
) -> None:
    give(chat)
    assert chat.sent(SendFiles) == [SendFiles(DESIGN, (FILE,))]
    assert not asked(chat)


@pytest.mark.parametrize("give", WAYS)
def test_files_go_to_many_only_after_a_question(chat: Stage, give: Callable[[Stage], None]) -> None:
    be_many(chat, ASK_ABOVE + 1)
    give(chat)
    assert not chat.sent(SendFiles)
    (dialog,) = asked(chat)
    assert dialog.title.text() == f"Send to {ASK_ABOVE + 1} people?"
    click(dialog.yes)
    assert chat.sent(SendFiles) == [SendFiles(DESIGN, (FILE,))]


def test_enter_sends_nothing_to_many(chat: Stage) -> None:
    be_many(chat, ASK_ABOVE + 1)
    paste(chat)
    (dialog,) = asked(chat)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not chat.sent(SendFiles)


def test_blocked_members_do_not_count(chat: Stage) -> None:
    be_many(chat, ASK_ABOVE + 1)
    chat.tell(PersonChanged(person("Person 0", trust=Trust.BLOCKED)))
    paste(chat)
    assert not asked(chat)
    assert chat.sent(SendFiles)


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        (room("Design", "Ann", is_everyone=True), "Only texts go to everyone"),
        (room("Design"), "nobody else"),
        (replace(room("Design", "Ann"), members=(id_of("Ann"),)), "not in this room any more"),
    ],
)
def test_it_is_said_why_files_go_nowhere(chat: Stage, shown: object, word: str) -> None:
    chat.tell(RoomChanged(shown))  # type: ignore[arg-type]
    people = chat.window.side.people
    people.files_hovered.emit(DESIGN, (FILE,))
    assert not chat.board.sending.drop.isVisible()
    drop_on_row(chat)
    assert word in chat.board.notice.text()
    chat.board.sending.outbox.choose_folder(DESIGN)
    assert not chat.sent(SendFiles)


def test_overlay_says_how_many_will_be_asked(chat: Stage) -> None:
    chat.window.side.people.files_hovered.emit(DESIGN, (FILE,))
    drop = chat.board.sending.drop
    assert drop.isVisible()
    assert "Design" in drop.accessibleName()
    wait_until(lambda: "2 people will be asked first" in drop._detail)


def test_composer_invites_files_into_a_room_but_not_to_everyone(chat: Stage) -> None:
    assert chat.composer._takes_files
    chat.board.open_person(id_of("Ann"))
    chat.tell(RoomChanged(room("Design", "Ann", is_everyone=True)))
    chat.board.open_person(DESIGN)
    assert not chat.composer._takes_files


# --- Cards -----------------------------------------------------------------
def test_cards_of_ours_say_for_whom_each_is(chat: Stage) -> None:
    chat.tell(PersonChanged(replace(person("Bob"), name=HOSTILE)))
    show(chat, card("", "Ann"), card("", "Bob"), card("Ann"))
    first, second, third = described(chat)
    assert "for Ann" in first
    assert "for <b>Eve</b>" in second
    assert "for " not in third
    assert third.startswith("Ann")


def test_card_of_ours_in_a_pair_does_not_say_for_whom(chat: Stage) -> None:
    chat.open_chat("Ann")
    own = replace(card("", "Ann"), room_id=None, peer_id=id_of("Ann"))
    show(chat, own)
    assert "for " not in described(chat)[0]


def test_author_of_a_card_stands_above_it(chat: Stage) -> None:
    show(chat, card("Ann"))
    view = chat.view
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert placed.author is not None


def test_progress_finds_the_card_in_the_room(chat: Stage) -> None:
    for_ann, for_bob = card("", "Ann"), card("", "Bob")
    show(chat, for_ann, for_bob)
    running = replace(transfer_of(for_bob), state=TransferState.RUNNING, done_bytes=2_000_000)
    chat.tell(Changed(running))
    assert [chat.view.message_at(at).transfer for at in (0, 1)] == [for_ann.transfer, running]
    entry = chat.desk.roster.get(DESIGN)
    assert entry is not None
    assert entry.last is not None
    assert entry.last.transfer == running


def test_progress_of_a_pair_leaves_the_room_alone(chat: Stage) -> None:
    own = card("", "Ann")
    show(chat, own)
    chat.tell(Changed(offer("Ann", direction=Direction.OUT, state=TransferState.DONE)))
    assert chat.view.message_at(0).transfer == own.transfer


def test_state_of_a_card_is_its_member_s(chat: Stage) -> None:
    own = card("", "Ann")
    show(chat, own)
    change = StateChange(own.message_id, id_of("Ann"), MessageState.DELIVERED, DESIGN)
    chat.tell(StatesChanged((change,)))
    assert chat.view.message_at(0).state is MessageState.DELIVERED
    assert "saved on their computer" in described(chat)[0]


def test_offer_in_a_room_is_answered_on_its_card(chat: Stage) -> None:
    theirs = card("Ann")
    show(chat, theirs)
    transfer = transfer_of(theirs)
    view = chat.view
    wait_until(lambda: view.arming.is_armed(transfer.transfer_id))
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert placed.bubble.card is not None
    button = next(one for one in placed.bubble.card.buttons if one.action is Action.ACCEPT)
    corner = placed.frame.topLeft() + placed.bubble.card.badge.topLeft()
    click(view.viewport(), corner + button.rect.center())
    assert chat.sent(AcceptTransfer) == [AcceptTransfer(transfer.transfer_id)]
    chat.board.decisions.act(Action.DECLINE, transfer)
    assert chat.last(DeclineTransfer).transfer_id == transfer.transfer_id


def test_details_name_the_member(chat: Stage) -> None:
    for one, title in ((card("Ann"), "Ann wants to send you files"), (card("", "Bob"), "For Bob")):
        chat.board.decisions.open_details(transfer_of(one))
        dialog = chat.window.findChildren(PlainDialog)[-1]
        assert dialog.title.text() == title
        dialog.reject()


def test_card_of_ours_is_deleted_for_two(chat: Stage) -> None:
    own = card("", "Ann")
    show(chat, own)
    menu = build_menu(chat.view, own)
    labels = [action.text() for action in menu.actions()]
    menu.deleteLater()
    assert "Delete for both…" in labels
    chat.board.messages.ask_to_delete(own)
    dialog = chat.window.findChildren(DeleteDialog)[-1]
    assert "at Ann" in dialog.text.text()
    dialog.reject()


def test_a_forward_to_a_room_says_how_many_get_the_files(chat: Stage) -> None:
    theirs = card("Ann")
    show(chat, theirs)
    be_many(chat, ASK_ABOVE + 1)
    chat.board.messages.ask_where_to_forward(theirs)
    dialog = chat.window.findChildren(ForwardManyDialog)[-1]
    dialog.picker.list.itemClicked.emit(dialog.picker.list.item(0))
    assert dialog.send.text() == f"Forward to {ASK_ABOVE + 1}"
    click(dialog.send)
    assert chat.last(ForwardMessage).person == DESIGN
