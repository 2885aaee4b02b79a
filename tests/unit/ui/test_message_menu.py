"""The menu of a message: every entry does what it says, and only what fits is offered."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.commands import CancelMessage
from app.events import PersonChanged, RoomChanged
from app.model import (
    Direction,
    Message,
    MessageKind,
    MessageState,
    Reaction,
    Receipts,
    RoomAct,
    Trust,
)
from tests.unit.ui.stage import Stage, bury, message, news, offer, person, room, room_id_of, said
from ui.chat.actions import Action
from ui.chat.menu import REACTIONS, build_menu
from ui.chat.pointer import Hover, Place
from ui.chat.rows import row_id

LINK = "https://example.com/a"


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    return stage


def own(text: str, **fields: object) -> Message:
    return message("Ann", text, direction=Direction.OUT, **fields)


def labels(chat: Stage, shown: Message, under: Hover | None = None) -> list[str]:
    menu = build_menu(chat.view, shown, under)
    found = [action.text() for action in menu.actions() if action.text()]
    bury(menu)
    return found


def choose(chat: Stage, shown: Message, label: str, under: Hover | None = None) -> None:
    menu = build_menu(chat.view, shown, under)
    found = [action for action in menu.actions() if action.text() == label]
    assert len(found) == 1, [action.text() for action in menu.actions()]
    found[0].trigger()
    bury(menu)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Reply", "reply_wanted"),
        ("Edit", "edit_wanted"),
        ("Forward…", "forward_wanted"),
        ("What it said before…", "earlier_wanted"),
        ("Select text…", "whole_wanted"),
        ("Who has it…", "receipts_wanted"),
        ("Delete for all…", "delete_wanted"),
    ],
)
def test_each_entry_asks_for_what_it_says(chat: Stage, label: str, name: str) -> None:
    shown = said("Design", "", "hello", edited_ms=1, receipts=Receipts(2, 1, 0))
    asked = QSignalSpy(getattr(chat.view, name))
    choose(chat, shown, label)
    assert [asked.at(at)[0] for at in range(asked.count())] == [shown]


def test_what_is_offered_fits_whose_and_what_it_is(chat: Stage) -> None:
    theirs = ["Reply", "React", "Forward…", "Copy message", "Select text…"]
    assert labels(chat, message("Ann", "hi")) == theirs
    sent = own("hi", state=MessageState.SENT)
    ours = ["Reply", "React", "Edit", "Forward…", "Copy message", "Select text…"]
    assert labels(chat, sent) == [*ours, "Delete for both…", "Do not send"]
    assert labels(chat, replace(sent, state=MessageState.DELIVERED))[-1] == "Delete for both…"
    in_room = said("Design", "", "hi", state=MessageState.QUEUED)
    assert labels(chat, in_room)[-1] == "Delete for all…"
    assert labels(chat, replace(sent, is_deleted=True)) == ["This message was deleted"]


def test_a_text_on_its_way_is_taken_back(chat: Stage) -> None:
    shown = own("oops", state=MessageState.QUEUED)
    choose(chat, shown, "Do not send")
    assert chat.last(CancelMessage) == CancelMessage(shown.message_id)


def test_entries_copy_the_text_its_code_and_its_links(chat: Stage) -> None:
    shown = message("Ann", f"see {LINK}\n```\nmake run\n```\n```\nmake test\n```")
    chat.deliver((shown,))
    copied = QGuiApplication.clipboard().text
    for label, text in (
        ("Copy message", shown.text),
        ("Copy code: make run", "make run"),
        ("Copy code: make test", "make test"),
        (f"Copy link {LINK}", LINK),
    ):
        choose(chat, shown, label)
        assert copied().strip() == text
    choose(chat, message("Ann", "`a` and\n```\nonly\n```"), "Copy code")
    assert copied().strip() == "only"


def test_a_selection_of_this_message_only_is_copied(chat: Stage) -> None:
    shown, other = message("Ann", "one two"), message("Ann", "three")
    chat.deliver((shown, other))
    assert "Copy selection" not in labels(chat, shown)
    chat.view.selection.select(row_id(shown), 4, 7)
    assert "Copy selection" not in labels(chat, other)
    choose(chat, shown, "Copy selection")
    assert QGuiApplication.clipboard().text() == "two"


def test_link_under_the_pointer_comes_first_and_opens(chat: Stage) -> None:
    opened: list[str] = []
    chat.view.link_opened.disconnect()
    chat.view.link_opened.connect(opened.append)
    shown = message("Ann", f"{LINK} https://example.org/b")
    under = Hover(Place.LINK, row_id(shown), url="https://example.org/b")
    assert labels(chat, shown, under)[:3] == [
        "Open link https://example.org/b",
        "Copy link https://example.org/b",
        "Reply",
    ]
    choose(chat, shown, f"Open link {LINK}")
    assert opened == [LINK]


def test_a_stranger_s_links_are_not_offered(chat: Stage) -> None:
    asked = message("Eve", LINK, is_request=True)
    chat.tell(PersonChanged(person("Eve", trust=Trust.NEW)))
    chat.deliver((asked,))
    chat.open_chat("Eve")
    assert not any("link" in label for label in labels(chat, asked))


def test_a_card_s_entries_are_of_its_transfer(chat: Stage) -> None:
    asked: list[object] = []
    for signal in (chat.view.details_wanted, chat.view.transfers_wanted, chat.view.action_wanted):
        signal.disconnect()
        signal.connect(lambda *words: asked.append(words))
    transfer = offer("Ann", direction=Direction.OUT)
    card = own("", kind=MessageKind.FILES, transfer=transfer)
    for label in ("Details…", "Show how far everybody is", "Cancel"):
        choose(chat, card, label)
    assert asked == [(transfer,), ("report.pdf",), (Action.CANCEL, transfer)]
    theirs = offer("Ann")
    card = message("Ann", "", kind=MessageKind.FILES, transfer=theirs)
    assert "Show how far everybody is" not in labels(chat, card)


def test_reactions_are_those_at_hand_and_those_given_once_each(chat: Stage) -> None:
    given = (Reaction("👍", ("",)), Reaction("🦆", (person("Ann").peer_id,)))
    shown = message("Ann", "hi", reactions=given)
    menu = build_menu(chat.view, shown)
    (inner,) = [one.menu() for one in menu.actions() if isinstance(one.menu(), QMenu)]
    entries = {one.text(): one for one in inner.actions() if one.text()}
    said_once = [one.text() for one in inner.actions() if one.text()]
    assert said_once == [*REACTIONS, "🦆", "More emoji…"]
    assert [text for text, one in entries.items() if one.isChecked()] == ["👍"]
    asked = QSignalSpy(chat.view.emoji_wanted)
    entries["More emoji…"].trigger()
    assert asked.at(0) == [shown]
    bury(menu)


# --- Where it opens --------------------------------------------------------
@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[QMenu]]:
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: shown.append(menu))
    yield shown
    for menu in shown:
        bury(menu)


def ask(chat: Stage, place: QPoint, *, by_key: bool = False) -> None:
    reason = QContextMenuEvent.Reason.Keyboard if by_key else QContextMenuEvent.Reason.Mouse
    there = chat.view.viewport().mapToGlobal(place)
    QApplication.sendEvent(chat.view.viewport(), QContextMenuEvent(reason, place, there))


def frame(chat: Stage, number: int) -> QRect:
    view = chat.view
    return view.delegate.placed(number, view.visualRect(view.chat_model.index(number))).frame


def test_mouse_opens_it_on_a_bubble_and_nowhere_else(chat: Stage, opened: list[QMenu]) -> None:
    chat.deliver((message("Ann", "hi"),))
    ask(chat, frame(chat, 0).center())
    assert len(opened) == 1
    assert opened[0].activeAction() is None
    ask(chat, QPoint(frame(chat, 0).right() + 20, frame(chat, 0).center().y()))
    ask(chat, QPoint(5, 5))
    assert len(opened) == 1


def test_key_opens_it_where_one_is_at_its_first_entry(chat: Stage, opened: list[QMenu]) -> None:
    ask(chat, QPoint(), by_key=True)
    assert opened == []
    chat.deliver((message("Ann", "hi"),))
    chat.view.show_row(0)
    ask(chat, QPoint(), by_key=True)
    QTest.keyClick(chat.view, Qt.Key.Key_Return)
    assert [menu.activeAction().text() for menu in opened] == ["Reply", "Reply"]


def test_nothing_can_be_done_with_what_happened_in_a_room(chat: Stage, opened: list[QMenu]) -> None:
    chat.tell(RoomChanged(room("Design", "Ann")))
    chat.board.open_person(room_id_of("Design"))
    chat.deliver((news("Design", "Ann", RoomAct.LEFT),))
    chat.view.show_row(0)
    ask(chat, QPoint(), by_key=True)
    QTest.keyClick(chat.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert opened == []
    assert chat.page.context.is_empty
