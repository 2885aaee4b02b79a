"""The window as a whole: keys, names for assistive technology, faults, plain sinks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QAccessibleInterface, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolTip, QWidget

from app.commands import ChangeSettings, Connect, SetDraft, SetTrust
from app.errors import ErrorCode
from app.events import (
    Connected,
    Failed,
    NetworksChanged,
    PersonChanged,
    SettingsChanged,
    TransferChanged,
)
from app.model import Reach, TransferState, Trust
from tests.unit.ui.stage import Stage, bury, click, id_of, message, offer, person, wait_until
from ui.chat.actions import Action
from ui.dialogs.connect import ConnectDialog
from ui.dialogs.offer import OfferDialog
from ui.language import LanguageChoice
from ui.rescale import resize_text
from ui.settings.sheet import KeySheet
from ui.settings.window import SettingsWindow
from ui.theme import DARK, ThemeChoice

HOSTILE = "<b>A</b>&B \u202e<img src=//10.0.0.5/s>"
PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def two(stage: Stage) -> Stage:
    stage.be_ready(person("Ann"), person("Bob"))
    wait_until(lambda: stage.window.side.people.rows.rowCount() == 3)
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


def press(stage: Stage, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(stage.window, key, modifiers)
    stage.settle()


# --- Keys ------------------------------------------------------------------
def test_control_k_goes_to_the_search(two: Stage) -> None:
    two.open_chat("Ann")
    press(two, Qt.Key.Key_K, CONTROL)
    assert two.window.side.search.hasFocus()


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Down, ALT), (Qt.Key.Key_Tab, CONTROL)])
def test_next_chat_goes_round(two: Stage, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    shown = []
    for _ in range(3):
        press(two, key, modifiers)
        shown.append(two.board.chat.peer_id)
    assert shown == [id_of("Ann"), id_of("Bob"), id_of("Ann")]


def test_previous_chat(two: Stage) -> None:
    two.open_chat("Ann")
    press(two, Qt.Key.Key_Up, ALT)
    assert two.board.chat.peer_id == id_of("Bob")


def test_escape_steps_back_one_thing_at_a_time(two: Stage) -> None:
    two.open_chat("Ann")
    two.window.side.search.setText("ann")
    two.board.notice.say("oh")
    for left in (
        lambda: not two.board.notice.isVisible(),
        lambda: not two.window.side.search.text(),
        lambda: not two.board.chat.peer_id,
    ):
        assert not left()
        press(two, Qt.Key.Key_Escape)
        assert left()


@pytest.mark.parametrize("percent", [100, 200])
def test_words_of_the_empty_page_keep_off_its_edges(two: Stage, percent: int) -> None:
    resize_text(two.app, two.look, percent)
    two.window.resize(1200, 800)
    two.settle()
    page, edge = two.window.empty, two.look.fonts.px(16)
    for label in (page._title, page._text):
        area = label.geometry()
        assert edge <= area.left()
        assert area.right() <= page.width() - edge


def test_who_leaves_a_chat_goes_on_where_it_is_listed(two: Stage) -> None:
    people, search = two.window.side.people, two.window.side.search
    two.open_chat("Ann")
    assert two.composer.edit.hasFocus()
    press(two, Qt.Key.Key_Escape)
    assert people.hasFocus()
    assert people.rows.row(people.currentIndex().row()).chat_id == id_of("Ann")
    two.open_chat("Ann")
    search.setFocus()
    press(two, Qt.Key.Key_Escape)
    assert search.hasFocus()


def test_tab_walks_all_controls_and_comes_round(two: Stage) -> None:
    """In reading order: left column, header, chat, composer, panel at the right."""
    two.open_chat("Ann")
    two.window.resize(1200, 780)
    two.page.header.info_button.setChecked(True)
    two.composer.edit.setPlainText("x")
    two.window.side.search.setFocus()
    walked = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in walked:
            break
        walked.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert walked[-1] is not walked[0]
    page = two.page
    wanted = [two.window.side.people, page.header.info_button, page.view, page.composer.edit]
    places = [walked.index(widget) for widget in (*wanted, page.composer.send_button)]
    assert places == sorted(places)
    assert any(two.board.info.isAncestorOf(widget) for widget in walked)
    assert two.window.side.me.menu_button in walked


# --- Assistive technology --------------------------------------------------
Node = QAccessibleInterface


def tree(node: Node) -> Iterator[Node]:
    """What a screen reader is given, from this node down."""
    yield node
    for number in range(node.childCount()):
        child = node.child(number)
        if child is not None and child.isValid():
            yield from tree(child)


def name_of(node: Node) -> str:
    return node.text(QAccessible.Text.Name)


def test_everything_that_takes_the_focus_has_a_name(two: Stage) -> None:
    two.deliver((message("Ann", "hello"),))
    two.open_chat("Ann")
    two.window.resize(1200, 780)
    two.settle()
    assert unnamed_in(two.window) == []


def test_everything_about_transfers_that_takes_the_focus_has_a_name(two: Stage) -> None:
    two.open_chat("Ann")
    two.board.transfers.toggle()
    two.tell(TransferChanged(offer("Ann", state=TransferState.RUNNING)))
    two.settle()
    assert unnamed_in(two.window) == []
    two.board.decisions.act(Action.CHOOSE, offer("Ann", names=("a", "b"), files=2))
    dialog = two.window.findChild(OfferDialog)
    assert dialog is not None
    wait_until(dialog._accept.isEnabled)
    assert unnamed_in(dialog) == []
    bury(dialog)


def unnamed_in(window: QWidget) -> list[object]:
    """The roles of what takes the focus without a name."""
    root = QAccessible.queryAccessibleInterface(window)
    found = [node for node in tree(root) if node.state().focusable]  # type: ignore[attr-defined]
    assert len(found) > 5
    unnamed: list[object] = [node.role() for node in found if not name_of(node).strip()]
    del root, found  # kept by a failure, they outlive the window and end the interpreter
    return unnamed


def test_rows_are_read_out_in_words(two: Stage) -> None:
    two.open_chat("Ann")
    two.deliver((message("Ann", "hello"),))
    view = QAccessible.queryAccessibleInterface(two.view)
    assert name_of(view) == "Messages with Ann"
    said = [name_of(node) for node in tree(view)]
    assert any(text.startswith("Ann, ") and text.endswith(": hello") for text in said)


def test_icon_buttons_say_what_they_do(two: Stage) -> None:
    page = two.page
    for button in (page.composer.attach_button, page.composer.send_button, page.header.info_button):
        assert button.accessibleName()
        assert button.accessibleName() in button.toolTip()


# --- Peer text in every sink -----------------------------------------------
def test_f01_f02_every_label_is_plain_text(two: Stage) -> None:
    two.tell()
    two.be_ready(person(HOSTILE, device=HOSTILE))
    two.open_chat(HOSTILE)
    labels = two.window.findChildren(QLabel)
    assert len(labels) > 10
    rich = [one for one in labels if one.text() and one.textFormat() is not Qt.TextFormat.PlainText]
    assert rich == []


def test_f01_detail_in_a_tool_tip_is_shown_as_written(two: Stage) -> None:
    two.tell(Failed(ErrorCode.NO_SPACE, "<img src=//10.0.0.5/s>"))
    notice = two.board.notice
    assert notice.isVisible()
    assert "<img" not in notice._text.toolTip()
    assert "&lt;img" in notice._text.toolTip()
    assert not QToolTip.isVisible()


def test_f05_name_brings_no_mark_of_its_own(two: Stage) -> None:
    two.be_ready(person("✔ Bob ✓", trust=Trust.ACCEPTED))
    two.open_chat("✔ Bob ✓")
    header = two.page.header
    assert header._name.text() == "Bob"
    assert not header._badge.isVisible()


def test_verified_is_said_in_words_beside_the_mark(two: Stage) -> None:
    two.be_ready(person("Cat", trust=Trust.VERIFIED))
    two.open_chat("Cat")
    header = two.page.header
    assert header._badge.isVisible()
    assert header._badge_text.text() == "verified"


def test_f08_own_name_with_ampersand_is_shown_whole(two: Stage) -> None:
    two.window.side.me.show_me(id_of("me"), "A&B")
    assert two.window.side.me._shown.text() == "A&&B"
    assert two.window.side.me._shown.shortcut().isEmpty()


def test_f_title_holds_no_peer_text(two: Stage) -> None:
    two.be_ready(person("[*] Landline"))
    two.deliver((message("[*] Landline", "x"),))
    wait_until(lambda: two.window.windowTitle() == "(1) Landline")


# --- Faults ----------------------------------------------------------------
@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_fault_has_its_sentence_in_the_bar(two: Stage, code: ErrorCode) -> None:
    two.tell(Failed(code, "detail"))
    notice = two.board.notice
    assert notice.isVisible()
    assert notice.text().endswith((".", "。"))


def test_fault_moves_nothing(two: Stage) -> None:
    two.open_chat("Ann")
    before = two.view.geometry()
    two.tell(Failed(ErrorCode.NO_SPACE, "x"))
    assert two.view.geometry() == before


def test_fatal_fault_takes_the_page_and_the_list_is_dead(
    two: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: quits.append(True)))
    two.open_chat("Ann")
    two.tell(Failed(ErrorCode.PROFILE_TOO_NEW, "x", is_fatal=True))
    assert two.window.empty.isVisible()
    assert "newer Landline" in two.window.empty._text.text()
    assert not two.window.side.isEnabled()
    click(two.window.empty.button)
    assert quits


def test_no_network_is_said_at_the_foot(two: Stage) -> None:
    two.tell(NetworksChanged(0))
    assert two.window.side._foot.text().startswith("This computer only")
    for name in ("Ann", "Bob"):
        two.tell(PersonChanged(replace(person(name), is_online=False)))
    wait_until(lambda: two.window.side._foot.text().startswith("No network"))
    two.tell(NetworksChanged(2))
    assert two.window.side._foot.text() == "2 networks · end-to-end encrypted"


# --- Me and my settings ----------------------------------------------------
def test_own_name_is_changed_in_place(two: Stage) -> None:
    me = two.window.side.me
    click(me._shown)
    me._edit.setText("  New\u202e   Name ")
    QTest.keyClick(me._edit, Qt.Key.Key_Return)
    assert two.last(ChangeSettings) == ChangeSettings(name="New Name")
    two.tell(SettingsChanged("New Name", "requests"))
    assert me._shown.text() == "New Name"


def test_own_name_is_not_emptied_nor_changed_by_escape(two: Stage) -> None:
    me = two.window.side.me
    for text, key in (("", Qt.Key.Key_Return), ("Other", Qt.Key.Key_Escape)):
        click(me._shown)
        me._edit.setText(text)
        QTest.keyClick(me._edit, key)
        assert me._shown.isVisible()
    assert two.sent(ChangeSettings) == []


def test_theme_is_applied_at_once_and_kept(two: Stage) -> None:
    two.board.preferences.choose_theme(ThemeChoice.DARK)
    assert two.look.theme.tokens is DARK
    assert two.last(ChangeSettings) == ChangeSettings(theme="dark")
    assert two.window.palette().window().color().name() == DARK.panel


def test_language_changes_every_word_at_once(two: Stage) -> None:
    two.open_chat("Ann")
    two.board.preferences.choose_language(LanguageChoice.CHINESE)
    wait_until(lambda: bool(two.sent(ChangeSettings)))
    two.settle()
    side, page = two.window.side, two.page
    assert side.search.placeholderText() == "搜索联系人"
    assert page.composer.send_button.accessibleName() == "发送"
    assert side._foot.text() == "1 个网络 · 端到端加密"
    english = [
        one.text()
        for one in two.window.findChildren(QLabel)
        if one.isVisible() and one.text().isascii() and len(one.text().split()) > 1
    ]
    assert english in ([], ["Landline 1.0"])
    two.board.preferences.choose_language(LanguageChoice.ENGLISH)
    wait_until(lambda: side.search.placeholderText() == "Search people")


def test_reach_is_chosen_in_the_menu(two: Stage) -> None:
    two.board.preferences.choose_reach(Reach.EVERYONE)
    assert two.last(ChangeSettings) == ChangeSettings(reach=Reach.EVERYONE)


@pytest.fixture
def popped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[QMenu]]:
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: shown.append(menu))
    yield shown
    for menu in shown:
        bury(menu)


def test_the_menu_button_opens_a_menu_that_leads_everywhere(
    two: Stage, popped: list[QMenu], monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: quits.append(True)))
    click(two.window.side.me.menu_button)
    (menu,) = popped
    entries = {one.text(): one for one in menu.actions() if one.text()}
    two.composer.edit.setFocus()
    entries["Search"].trigger()
    assert two.window.focusWidget() is two.window.side.search
    entries["Transfers"].trigger()
    assert two.board.transfers.page is not None
    for label, kind in (
        ("Settings", SettingsWindow),
        ("Keyboard shortcuts", KeySheet),
        ("Connect to an address…", ConnectDialog),
    ):
        entries[label].trigger()
        (opened,) = two.window.findChildren(kind)
        bury(opened)
    entries["Quit"].trigger()
    assert quits


def test_the_plus_and_the_header_s_folder_do_what_they_say(
    two: Stage, popped: list[QMenu], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", staticmethod(lambda url: opened.append(url) or True)
    )
    click(two.window.side.me.new_button)
    assert "Connect to an address…" in [one.text() for one in popped[0].actions()]
    two.open_chat("Ann")
    two.page.header.folder_button.click()
    wait_until(lambda: bool(opened))
    assert [Path(url.toLocalFile()) for url in opened] == [two.desk.downloads()]


def test_the_empty_page_leads_to_an_address(two: Stage) -> None:
    click(two.window.empty.button)
    (dialog,) = two.window.findChildren(ConnectDialog)
    bury(dialog)


def test_its_key_closes_the_window_and_what_is_begun_is_told(two: Stage) -> None:
    two.open_chat("Ann")
    two.composer.edit.insertPlainText("half a thought")
    two.window.goes_on = lambda: True
    press(two, Qt.Key.Key_W, CONTROL)
    wait_until(lambda: not two.window.isVisible())
    assert two.last(SetDraft) == SetDraft(id_of("Ann"), "half a thought")


def test_address_by_hand_opens_the_chat_once_connected(two: Stage) -> None:
    two.board.ask_for_address()
    dialog = two.window.findChild(ConnectDialog)
    assert dialog is not None
    QTest.keyClicks(dialog._edit, " 192.0.2.1 ")
    QTest.keyClick(dialog._edit, Qt.Key.Key_Return)
    assert two.last(Connect) == Connect("192.0.2.1")
    two.tell(Connected(id_of("Bob")))
    assert two.board.chat.peer_id == id_of("Bob")
    bury(dialog)


# --- The panel at the right ------------------------------------------------
def test_panel_tells_and_changes_trust(two: Stage) -> None:
    two.window.resize(1200, 780)
    two.open_chat("Ann")
    info = two.board.info
    assert info.isVisible()
    digits = info._safety.accessibleName().replace(" ", "")
    assert len(digits) == 60
    click(info._accepts)
    assert two.last(SetTrust) == SetTrust(id_of("Ann"), auto_accept=True)
    click(info._notifies)
    assert two.last(SetTrust) == SetTrust(id_of("Ann"), muted=True)
    click(info._block)
    assert two.last(SetTrust) == SetTrust(id_of("Ann"), blocked=True)


def test_panel_stays_away_in_a_narrow_window_until_asked_for(two: Stage) -> None:
    two.window.resize(800, 600)
    two.open_chat("Ann")
    assert not two.board.info.isVisible()
    click(two.page.header.info_button)
    assert two.board.info.isVisible()
    two.open_chat("Bob")
    assert two.board.info.isVisible()


@pytest.mark.parametrize("name", ["W" * 128, "好" * 42, "a b " * 32])
def test_f09_long_name_pushes_nothing_out_of_sight(two: Stage, name: str) -> None:
    two.be_ready(person(name, device=name, trust=Trust.NEW))
    two.deliver((message(name, "hi", is_request=True),))
    two.window.resize(1200, 780)
    two.open_chat(name)
    two.window.side.me.show_me(id_of("me"), name)
    two.settle()
    page, info, me = two.page, two.board.info, two.window.side.me
    for widget in (
        *(page.request.tab_order()),
        page.header.info_button,
        page.composer.send_button,
        info._accepts,
        info._verify,
        me.menu_button,
    ):
        corner = widget.mapTo(two.window, widget.rect().bottomRight())
        assert two.window.rect().contains(corner), widget
        assert widget.parentWidget().rect().contains(widget.geometry()), widget
    assert info.widget().width() <= info.viewport().width()


def test_stranger_gets_no_automatic_acceptance(two: Stage) -> None:
    two.be_ready(person("Eve", trust=Trust.NEW))
    two.window.resize(1200, 780)
    two.open_chat("Eve")
    assert not two.board.info._accepts.isEnabled()
