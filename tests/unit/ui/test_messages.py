"""Answering, editing, deleting, reacting, forwarding: what the user does, what is shown."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMenu, QPlainTextEdit, QPushButton

from app.commands import (
    ChangeSettings,
    DeleteMessage,
    EditText,
    ForwardMessage,
    React,
    SendText,
    SetDraft,
    SetTyping,
)
from app.events import MessagesChanged, TypingChanged
from app.model import Direction, Message, MessageState, Quote, Reaction
from tests.unit.ui.stage import (
    Stage,
    bury,
    click,
    id_of,
    message,
    named,
    peer_of,
    person,
    wait_until,
)
from ui.buttons import Switch
from ui.chat.extras import chip_text
from ui.chat.menu import REACTIONS, build_menu
from ui.chat.pointer import Place
from ui.dialogs.delete import DeleteDialog
from ui.dialogs.earlier import EarlierDialog
from ui.dialogs.forward import ForwardDialog
from ui.sidebar.preview import Previews

HOSTILE = "<b>Eve</b>"


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"), person("Bob"))
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


def show(chat: Stage, text: str, **fields: object) -> Message:
    shown = message("Ann", text, **fields)
    chat.deliver((shown,))
    chat.view.viewport().repaint()
    return shown


def own(chat: Stage, text: str, **fields: object) -> Message:
    return show(chat, text, direction=Direction.OUT, **fields)


def change(chat: Stage, shown: Message, **fields: object) -> Message:
    now = replace(shown, **fields)  # type: ignore[arg-type]
    chat.tell(MessagesChanged((now,)))
    chat.view.viewport().repaint()
    return now


def choose(chat: Stage, shown: Message, label: str) -> None:
    """From the message's menu, or a menu in it."""
    menu = build_menu(chat.view, shown)
    menus = [menu, *menu.findChildren(QMenu)]
    (action,) = [one for each in menus for one in each.actions() if one.text() == label]
    action.trigger()
    bury(menu)
    chat.settle()


def labels(chat: Stage, shown: Message) -> list[str]:
    menu = build_menu(chat.view, shown)
    found = [action.text() for action in menu.actions() if action.text()]
    bury(menu)
    return found


def row_said(chat: Stage, number: int = -1) -> str:
    model = chat.view.chat_model
    return str(model.data(model.index(number % model.rowCount())))


def type_text(chat: Stage, text: str) -> None:
    chat.composer.edit.setFocus()
    chat.composer.edit.insertPlainText(text)
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)


def point_of(chat: Stage, place: Place) -> QPoint:
    """Somewhere in the last row where the pointer finds this."""
    view = chat.view
    rect = view.visualRect(view.chat_model.index(view.chat_model.rowCount() - 1))
    found = (
        QPoint(x, y)
        for y in range(rect.top(), rect.bottom(), 3)
        for x in range(rect.left(), rect.right(), 3)
        if view.hover_at(QPoint(x, y)).place is place
    )
    return next(found)


# --- Answering -------------------------------------------------------------
def test_answer_names_what_it_answers_and_the_next_text_is_ordinary_again(chat: Stage) -> None:
    asked = show(chat, "lunch?")
    choose(chat, asked, "Reply")
    assert chat.page.context.isVisible()
    type_text(chat, "yes")
    assert (chat.last(SendText).text, chat.last(SendText).reply_to) == ("yes", asked.message_id)
    assert not chat.page.context.isVisible()
    type_text(chat, "and you?")
    assert chat.last(SendText).reply_to is None


def test_strip_says_what_is_begun_and_its_button_ends_it(chat: Stage) -> None:
    strip = chat.page.context
    theirs, mine = show(chat, "when?\nwhere?"), own(chat, "at nine")
    for shown, label, title in (
        (theirs, "Reply", "Answer to Ann"),
        (mine, "Reply", "Answer to yourself"),
        (mine, "Edit", "Edit your message"),
    ):
        choose(chat, shown, label)
        assert strip.isVisible()
        assert strip._title.text() == title
        assert strip._line.text() == shown.text.replace("\n", " ")
        assert strip.close_button.accessibleName() == "An ordinary message instead"
        click(strip.close_button)
        assert strip.is_empty
        assert not strip.isVisible()
        assert chat.composer.text() == ""


def test_escape_makes_an_ordinary_text_of_an_answer_and_keeps_what_was_typed(chat: Stage) -> None:
    choose(chat, show(chat, "lunch?"), "Reply")
    chat.composer.edit.insertPlainText("yes")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Escape)
    assert not chat.page.context.isVisible()
    assert chat.composer.text() == "yes"
    assert chat.board.chat.peer_id == id_of("Ann")


def test_key_answers_the_row_it_is_on(chat: Stage) -> None:
    asked = show(chat, "lunch?")
    chat.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chat.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert chat.page.context.reply == asked
    assert chat.composer.edit.hasFocus()


def test_quote_is_shown_said_and_leads_to_what_it_quotes(chat: Stage) -> None:
    chat.write(lambda w: w.set_trust(peer_of("Ann"), accepted=True))
    (asked, *rest) = chat.receive("Ann", ["lunch?", *(f"text {n}" for n in range(80))])
    chat.deliver((asked, *rest))
    quote = Quote(id_of("Ann"), asked.message_id, "lunch?", is_here=True)
    show(chat, "well?", reply=quote, order_key=1 << 61)
    assert "Answers Ann: lunch?" in row_said(chat)
    QTest.mouseClick(
        chat.view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(chat, Place.QUOTE)
    )
    assert chat.view.message_at(chat.view.currentIndex().row()) == asked
    assert (
        chat.view.viewport()
        .rect()
        .contains(chat.view.visualRect(chat.view.currentIndex()).center())
    )


def test_quote_follows_what_it_quotes(chat: Stage) -> None:
    asked = show(chat, "lnch?")
    show(chat, "well?", reply=Quote(id_of("Ann"), asked.message_id, "lnch?", is_here=True))
    change(chat, asked, text="lunch?", edited_ms=asked.time_ms + 1)
    assert "Answers Ann: lunch?" in row_said(chat)
    change(chat, asked, text="", is_deleted=True)
    assert "This message was deleted" in row_said(chat)


# --- Editing ---------------------------------------------------------------
def test_edit_says_the_new_text_and_gives_the_begun_one_back(chat: Stage) -> None:
    sent = own(chat, "tomorow")
    chat.composer.edit.insertPlainText("begun")
    choose(chat, sent, "Edit")
    assert chat.composer.text() == "tomorow"
    chat.composer.edit.selectAll()
    type_text(chat, "tomorrow")
    assert chat.last(EditText) == EditText(sent.message_id, "tomorrow")
    assert not chat.sent(SendText)
    assert chat.composer.text() == "begun"


def test_up_in_an_empty_field_edits_the_last_own_text(chat: Stage) -> None:
    own(chat, "older")
    sent = own(chat, "newest")
    own(chat, "taken back", state=MessageState.FAILED)
    show(chat, "theirs")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Up)
    assert chat.page.context.edit == sent
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Escape)
    assert chat.composer.text() == ""


def test_text_being_edited_is_no_draft(chat: Stage) -> None:
    sent = own(chat, "sent")
    chat.composer.edit.insertPlainText("begun")
    choose(chat, sent, "Edit")
    chat.open_chat("Bob")
    assert {one.text for one in chat.sent(SetDraft)} <= {"begun", ""}
    chat.open_chat("Ann")
    assert chat.composer.text() == "begun"


def test_unchanged_text_is_not_told(chat: Stage) -> None:
    choose(chat, own(chat, "same"), "Edit")
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Return)
    assert not chat.sent(EditText)
    assert not chat.page.context.isVisible()


def test_edited_message_says_so(chat: Stage) -> None:
    shown = show(chat, "frist")
    change(chat, shown, text="first", edited_ms=shown.time_ms + 1)
    assert "first" in row_said(chat)
    assert row_said(chat).endswith("edited")


def test_earlier_texts_are_plain(chat: Stage) -> None:
    (shown,) = chat.receive("Ann", [HOSTILE])
    chat.write(lambda w: w._run("UPDATE message SET text = 'new', edited_ms = 5, edit_order = 1"))
    chat.write(
        lambda w: w._run(
            "INSERT INTO earlier_text SELECT message_row, -1, ?, 5 FROM message", (HOSTILE,)
        )
    )
    choose(chat, replace(shown, text="new", edited_ms=5), "What it said before…")
    (dialog,) = chat.window.findChildren(EarlierDialog)
    assert HOSTILE in dialog.findChild(QPlainTextEdit).toPlainText()
    bury(dialog)


# --- Deleting --------------------------------------------------------------
def test_deleting_is_asked_for_once(chat: Stage) -> None:
    sent = own(chat, "wrong window")
    for button, is_sent in ((0, False), (1, True)):
        choose(chat, sent, "Delete for both…")
        (dialog,) = chat.window.findChildren(DeleteDialog)
        click(dialog.findChildren(QPushButton)[button])
        assert bool(chat.sent(DeleteMessage)) is is_sent
        bury(dialog)
    assert chat.last(DeleteMessage) == DeleteMessage(sent.message_id)


def test_deleted_message_keeps_its_place_and_offers_nothing(chat: Stage) -> None:
    shown = own(chat, "secret")
    gone = change(chat, shown, text="", is_deleted=True)
    assert "This message was deleted" in row_said(chat)
    assert labels(chat, gone) == ["This message was deleted"]
    entry = chat.desk.roster.get(id_of("Ann"))
    assert Previews(chat.look, chat.desk.roster).of(entry).text == "This message was deleted"


def test_only_own_messages_can_be_edited_or_deleted(chat: Stage) -> None:
    theirs = labels(chat, show(chat, "theirs"))
    assert not {"Edit", "Delete for both…"} & set(theirs)
    assert {"Reply", "Forward…"} <= set(theirs)
    assert "Edit" not in labels(chat, own(chat, "x", state=MessageState.FAILED))


# --- Reactions -------------------------------------------------------------
def test_reaction_is_given_and_taken_back(chat: Stage) -> None:
    shown = show(chat, "done!")
    choose(chat, shown, REACTIONS[0])
    given = React(shown.message_id, REACTIONS[0], is_on=True, chat=id_of("Ann"))
    assert chat.last(React) == given
    change(chat, shown, reactions=(Reaction(REACTIONS[0], (id_of("Ann"), "")),))
    assert f"{REACTIONS[0]} 2" in row_said(chat)
    QTest.mouseClick(
        chat.view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(chat, Place.CHIP)
    )
    assert chat.last(React) == replace(given, is_on=False)


def test_a_reaction_of_others_is_joined_not_taken_back(chat: Stage) -> None:
    others = (Reaction(REACTIONS[0], ("",)), Reaction(REACTIONS[1], (id_of("Ann"),)))
    shown = show(chat, "done!", reactions=others)
    choose(chat, shown, REACTIONS[1])
    assert chat.last(React) == React(shown.message_id, REACTIONS[1], is_on=True, chat=id_of("Ann"))
    assert [chip_text(one) for one in others] == [REACTIONS[0], REACTIONS[1]]
    assert chip_text(Reaction("🎉", ("", id_of("Ann")))) == "🎉 2"


def test_reactions_make_room_for_themselves(chat: Stage) -> None:
    shown = show(chat, "done!")
    view = chat.view
    before = view.visualRect(view.chat_model.index(0)).height()
    change(chat, shown, reactions=tuple(Reaction(one, ("",)) for one in REACTIONS * 4))
    assert view.visualRect(view.chat_model.index(0)).height() > before + 30
    change(chat, shown, reactions=())
    assert view.visualRect(view.chat_model.index(0)).height() == before


@pytest.mark.parametrize("text", ["done!", "a longer one " * 20, "```\ncode\n```"])
def test_time_stands_at_the_end_of_the_reactions(chat: Stage, text: str) -> None:
    shown = show(chat, text)
    for count in (1, 3, 24):
        change(
            chat, shown, reactions=tuple(Reaction(one, ("",)) for one in (REACTIONS * 4)[:count])
        )
        view = chat.view
        bubble = view.delegate.placed(0, view.visualRect(view.chat_model.index(0))).bubble
        inside = QRect(QPoint(), bubble.size)
        boxes = [one.rect for one in bubble.chips]
        assert all(inside.contains(one) for one in (*boxes, bubble.meta))
        assert not any(one.intersects(bubble.meta) for one in boxes)
        assert bubble.meta.bottom() >= boxes[-1].center().y()
        assert bubble.layout is not None
        words = bubble.layout.boundingRect().translated(bubble.text_at).toAlignedRect()
        assert all(one.top() >= words.bottom() for one in boxes)
        assert bubble.size.width() - bubble.meta.right() < chat.look.fonts.px(16)


# --- Forwarding ------------------------------------------------------------
def test_message_is_forwarded_to_whom_is_chosen(chat: Stage) -> None:
    shown = show(chat, "the plan")
    choose(chat, shown, "Forward…")
    (dialog,) = chat.window.findChildren(ForwardDialog)
    dialog.findChild(QLineEdit).setText("bo")
    people = dialog.findChild(QListWidget)
    assert people.currentItem().text() == "Bob"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chat.last(ForwardMessage) == ForwardMessage(shown.message_id, id_of("Bob"), id_of("Ann"))
    assert not dialog.isVisible()
    bury(dialog)


def test_nobody_is_chosen_where_nobody_is_found(chat: Stage) -> None:
    choose(chat, show(chat, "the plan"), "Forward…")
    (dialog,) = chat.window.findChildren(ForwardDialog)
    dialog.findChild(QLineEdit).setText("nobody")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not chat.sent(ForwardMessage)
    bury(dialog)


# --- How a text looks -------------------------------------------------------
def test_markers_are_not_shown_and_markup_is(chat: Stage) -> None:
    shown = show(chat, "**bold** `code` <b>no</b>")
    view = chat.view
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    assert placed.bubble.text == "bold code <b>no</b>"
    layout = placed.bubble.layout
    assert layout is not None
    weights = [one.format.fontWeight() for one in layout.formats()]
    assert weights[0] > QFont.Weight.Medium
    choose(chat, shown, "Copy message")
    assert QGuiApplication.clipboard().text() == shown.text


# --- Typing and settings ---------------------------------------------------
def test_typing_of_the_other_stands_where_their_presence_is(chat: Stage) -> None:
    state = chat.page.header._state
    chat.tell(TypingChanged(id_of("Ann"), is_typing=True))
    assert state.text() == "is writing…"
    chat.open_chat("Bob")
    assert state.text() != "is writing…"
    chat.open_chat("Ann")
    assert state.text() == "is writing…"
    chat.tell(TypingChanged(id_of("Ann"), is_typing=False))
    assert state.text() != "is writing…"


def test_own_typing_is_told_to_whom_it_is_for_and_drafts_are_not_typing(chat: Stage) -> None:
    chat.desk.roster.set_draft(id_of("Bob"), "begun")
    chat.open_chat("Bob")
    assert not chat.sent(SetTyping)
    chat.composer.edit.setFocus()
    chat.composer.edit.insertPlainText("x")
    assert chat.last(SetTyping) == SetTyping(id_of("Bob"))
    chat.composer.edit.clear()
    assert chat.last(SetTyping) == SetTyping(id_of("Bob"), is_typing=False)


@pytest.mark.parametrize(
    ("label", "command"),
    [
        ("Tell that I have read", ChangeSettings(tells_read=False)),
        ("Tell that I am writing", ChangeSettings(tells_typing=False)),
    ],
)
def test_settings_keep_things_to_oneself(chat: Stage, label: str, command: ChangeSettings) -> None:
    for _ in range(2):
        window = chat.board.settings.open()
        (switch,) = named(window, Switch, label)
        switch.click()
        bury(window)
    assert chat.sent(ChangeSettings)[0] == command
    assert chat.sent(ChangeSettings)[1] != command
