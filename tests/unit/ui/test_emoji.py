"""The emoji picker: what is found by which word, by keys alone, and what is kept."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.commands import React
from net.protocol.limits import EMOJI_MAX_BYTES, EMOJI_MAX_CHARS
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, click, person, wait_until
from tests.unit.ui.test_assistive import nameless
from ui.chat.menu import build_menu
from ui.compose.curtain import Curtain
from ui.compose.emoji import (
    RECENT_MAX,
    TONES,
    all_groups,
    by_char,
    drawn_groups,
    find_emoji,
    with_recent,
)
from ui.compose.emoji_list import EmojiList
from ui.compose.picker import EmojiPicker
from ui.look import Look
from ui.rescale import resize_text

CTRL = Qt.KeyboardModifier.ControlModifier


def first(wanted: str, count: int = 8) -> list[str]:
    return [one.char for one in find_emoji(wanted, all_groups())[:count]]


@pytest.mark.parametrize(
    ("wanted", "emoji"),
    [
        ("thumbs", "👍"),
        ("THUMBS UP", "👍"),
        ("+1", "👍"),
        ("拇指", "👍"),
        ("赞", "👍"),
        ("笑", "😄"),
        ("大笑", "😂"),
        ("tears joy", "😂"),
        ("pizza", "🍕"),
        ("蛋糕", "🎂"),
        ("中国", "🇨🇳"),
        ("red heart", "❤️"),
    ],
)
def test_emoji_is_found_by_a_word_of_either_language(wanted: str, emoji: str) -> None:
    assert emoji in first(wanted)


def test_what_is_called_so_comes_before_what_only_has_the_word() -> None:
    assert first("fire", 1) == ["🔥"]
    assert first("cat", 1) == ["🐈"]


def test_words_are_looked_for_at_their_beginning() -> None:
    assert "🐈" not in first("at", 100)
    assert first("zzzz") == first("  ") == []


def test_every_emoji_fits_the_wire_and_has_both_names() -> None:
    for one in (emoji for group in all_groups() for emoji in group.emoji):
        assert one.english
        assert one.chinese
        for tone in range(len(TONES)):
            shape = one.toned(tone)
            assert len(shape) <= EMOJI_MAX_CHARS
            assert len(shape.encode()) <= EMOJI_MAX_BYTES
            assert by_char()[shape] is one


def test_tone_changes_those_that_show_skin_only() -> None:
    assert by_char()["👍"].toned(5) == "👍🏿"
    assert by_char()["🧑‍🤝‍🧑"].toned(3) == "🧑🏽‍🤝‍🧑🏽"
    assert by_char()["😀"].toned(5) == "😀"


def test_those_used_last_come_first_once_and_few() -> None:
    recent = ""
    for char in ["👍", "😀", "👍", *("🍕" * 2), *(one.char for one in all_groups()[2].emoji[:40])]:
        recent = with_recent(recent, char)
    kept = recent.split()
    assert len(kept) == len(set(kept)) == RECENT_MAX
    assert with_recent("👍 😀", "😀") == "😀 👍"


def test_what_the_fonts_draw_is_offered_in_all_groups(look: Look) -> None:
    drawn = drawn_groups(look.fonts.body)
    assert "😀" in {one.char for group in drawn for one in group.emoji}
    assert [group.name for group in drawn] == [group.name for group in all_groups()]


# --- The picker ----------------------------------------------------------------
@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    return stage


def picker_of(stage: Stage) -> EmojiPicker:
    (curtain,) = (one for one in stage.window.findChildren(Curtain) if one.isVisible())
    (picker,) = curtain.findChildren(EmojiPicker)
    return picker


def is_open(stage: Stage) -> bool:
    return any(one.isVisible() for one in stage.window.findChildren(Curtain))


def test_what_was_closed_does_not_come_back_with_another_size_of_the_window(chat: Stage) -> None:
    QTest.keyClick(chat.composer.edit, Qt.Key.Key_Period, CTRL)
    picker_of(chat).left.emit()
    chat.window.resize(chat.window.width() - 100, chat.window.height())
    assert not is_open(chat)


def test_keys_alone_open_search_choose_and_go_on_writing(chat: Stage) -> None:
    edit = chat.composer.edit
    QTest.keyClicks(edit, "hi ")
    QTest.keyClick(edit, Qt.Key.Key_Period, CTRL)
    picker = picker_of(chat)
    assert picker.search.hasFocus()
    QTest.keyClicks(picker.search, "pizza")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert not is_open(chat)
    wait_until(edit.hasFocus)
    QTest.keyClicks(edit, "!")
    assert edit.toPlainText() == "hi 🍕!"
    assert chat.board.preferences.window.settings.emoji_recent == "🍕"


def test_arrows_walk_over_headings_and_letters_search(chat: Stage) -> None:
    chat.board.preferences.window.change(emoji_recent="🍕 👍")
    click(chat.composer.emoji_button)
    picker = picker_of(chat)
    grid = picker.grid
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert grid.hasFocus()
    assert grid.items.emoji(grid.currentIndex()).char == "🍕"  # type: ignore[union-attr]
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.items.emoji(grid.currentIndex()).char == "😀"  # type: ignore[union-attr]
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert picker.search.hasFocus()
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    QTest.keyClicks(grid, "cat")
    assert picker.search.text() == "cat"


def test_shift_enter_takes_one_and_stays(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    picker = picker_of(chat)
    QTest.keyClicks(picker.search, "pizza")
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    for _ in range(2):
        QTest.keyClick(picker.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert is_open(chat)
    assert chat.composer.text() == "🍕🍕"


def test_escape_and_a_press_beside_close_it_and_nothing_else(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    QTest.keyClick(picker_of(chat).search, Qt.Key.Key_Escape)
    assert not is_open(chat)
    chat.board.compose.open_emoji()
    curtain = picker_of(chat).parentWidget()
    click(curtain, QPoint(3, 3))
    assert not is_open(chat)
    assert chat.board.chat.peer_id


def test_focus_that_goes_elsewhere_closes_it(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    chat.window.side.search.setFocus()
    wait_until(lambda: not is_open(chat))


def test_window_that_changes_its_size_keeps_the_picker_in_it(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    picker = picker_of(chat)
    for width, height in ((800, 500), (1200, 800)):
        chat.window.resize(width, height)
        wait_until(lambda: picker.parentWidget().size() == chat.window.size())
        assert chat.window.rect().contains(picker.geometry())


def test_one_that_is_closed_stays_so_whatever_the_window_does(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    picker_of(chat).left.emit()
    chat.window.resize(chat.window.width() - 50, chat.window.height())
    chat.settle()
    assert not is_open(chat)


def test_another_size_of_text_closes_it(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    chat.board.preferences.window.change(text_percent=150)
    assert not is_open(chat)
    chat.board.preferences.window.change(text_percent=100)


def test_colour_of_skin_is_kept_and_taken(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    picker = picker_of(chat)
    for _ in range(2):
        click(picker.tone_button)
    QTest.keyClicks(picker.search, "thumbs up")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert chat.composer.text() == "👍🏼"
    assert chat.board.preferences.window.settings.emoji_tone == 2


def test_group_button_leads_to_its_group(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    picker = picker_of(chat)
    click(picker.tabs[4])
    row = picker.grid.rowAt(1)
    assert picker.grid.items.heading(row) == picker.tabs[4].accessibleName()


def test_cells_are_named_in_the_language_in_force(chat: Stage) -> None:
    chat.board.compose.open_emoji()
    items = picker_of(chat).grid.items
    index = items.index(1, 0)
    named = Qt.ItemDataRole.AccessibleTextRole
    assert items.data(index, named) == "grinning face"
    items.is_chinese = True
    assert items.data(index, named) == "嘿嘿"


def test_message_menu_offers_all_emoji_as_reactions(chat: Stage) -> None:
    (said,) = chat.receive("Ann", ["look"])
    chat.deliver((said,))
    menu = build_menu(chat.view, said)
    (react,) = (one.menu() for one in menu.actions() if one.menu())
    (more,) = (one for one in react.actions() if "…" in one.text())
    more.trigger()
    picker = picker_of(chat)
    QTest.keyClicks(picker.search, "pizza")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert chat.last(React).emoji == "🍕"
    assert chat.composer.text() == ""


# --- A word between colons -----------------------------------------------------
def offered(chat: Stage) -> list[str]:
    (found,) = chat.page.findChildren(EmojiList)
    return [found.item(at).text() for at in range(found.count())] if found.isVisible() else []


def test_word_behind_a_colon_offers_emoji_and_enter_takes_one(chat: Stage) -> None:
    edit = chat.composer.edit
    QTest.keyClicks(edit, "so :thu")
    assert offered(chat)[0].endswith("thumbs up")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "so 👍"
    QTest.keyClicks(edit, " :pizz")
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "so 👍 🍕"


def test_second_colon_makes_an_emoji_of_its_word(chat: Stage) -> None:
    edit = chat.composer.edit
    QTest.keyClicks(edit, ":fire: :firex:")
    assert edit.toPlainText() == "🔥 :firex:"


def test_chinese_word_behind_a_colon_is_enough(chat: Stage) -> None:
    chat.composer.edit.insertPlainText(":笑")
    assert offered(chat)


def test_colons_that_mean_something_else_offer_nothing(chat: Stage) -> None:
    for text in (":D", "12:30", "https://ab", "note: so", "a:smile", "说：笑"):
        chat.composer.edit.setPlainText("")
        chat.composer.edit.insertPlainText(text)
        assert offered(chat) == [], text


def test_escape_leaves_the_word_as_it_is(chat: Stage) -> None:
    edit = chat.composer.edit
    QTest.keyClicks(edit, ":smile")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert offered(chat) == []
    assert edit.toPlainText() == ":smile"
    assert chat.board.chat.peer_id


@pytest.mark.parametrize("percent", [100, 200])
def test_picker_fits_its_window_and_names_all_its_parts(chat: Stage, percent: int) -> None:
    resize_text(chat.app, chat.look, percent)
    chat.board.preferences.window.change(emoji_recent="🍕 👍")
    chat.board.compose.open_emoji()
    picker = picker_of(chat)
    chat.settle()
    assert misfits(picker) == []
    assert nameless(picker) == []
    resize_text(chat.app, chat.look, 100)
