"""Text of other people on its way to the screen (ATTACKS, group F)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QWidget

from ui import plain

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u3164\u034f\u115f\U000e0041\u2028\u2029"
LINES = (lambda text: plain.shown_name(text, "Unnamed"), plain.shown_line)


@pytest.mark.parametrize("markup", ["<b>x</b>", "<img src=file:///x>", "&lt;b&gt;", "<table>"])
def test_f01_markup_stays_what_was_typed(markup: str) -> None:
    assert plain.shown_name(markup, "Unnamed") == markup
    assert plain.shown_line(markup) == markup
    assert plain.shown_text(markup) == (markup, False)


@pytest.mark.parametrize("markup", ["<b>x</b>", "<img src=//10.0.0.5/s>", "&lt;b&gt;", "a < b"])
def test_f01_tool_tip_reads_as_the_text_it_was_given(markup: str) -> None:
    document = QTextDocument()
    document.setHtml(plain.tooltip(markup))
    assert document.toPlainText().replace(plain.BREAK, "") == markup


@pytest.mark.parametrize("text", ["x" * 50_000, "a\n" * 5_000, "<table>" * 9_000, "x " * 9_000])
def test_f02_tool_tip_never_fills_the_screen(text: str) -> None:
    document = QTextDocument()
    document.setHtml(plain.tooltip(text))
    shown = document.toPlainText().replace(plain.BREAK, "")
    assert len(shown) <= plain.TIP_MAX_CHARS + 1
    assert shown.count("\n") < plain.TIP_MAX_LINES
    assert shown.endswith("…")
    assert not re.search(r"[^\s\u200b]{30}", document.toPlainText()), "a word that cannot break"


def test_f08_title_keeps_what_qt_would_take_for_its_mark(app: QApplication) -> None:
    window = QWidget()
    window.setWindowTitle(plain.window_title("a[*]b\n.png"))
    assert window.windowTitle() == "a[*][*]b .png"


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("char", [*OVERRIDES, *UNSEEN])
def test_f04_nothing_unseen_or_turning_in_a_line(line, char: str) -> None:  # type: ignore[no-untyped-def]
    shown = line(f"ab{char}cd")
    assert char not in shown
    assert shown.replace(" ", "") == "abcd"


@pytest.mark.parametrize("char", OVERRIDES)
def test_f04_override_in_a_message_turns_nothing(char: str) -> None:
    assert plain.shown_text(f"photo_{char}gnp.exe") == ("photo_gnp.exe", False)


def test_f04_emoji_of_several_parts_stays_whole() -> None:
    family = "👩\u200d👩\u200d👧 ❤\ufe0f 👍🏽"
    assert plain.shown_text(family)[0] == family
    assert plain.shown_line(family) == family
    assert plain.shown_name(family, "Unnamed") == family


@pytest.mark.parametrize("tick", "✓✔✅☑🗸🗹🛡🔒🔐🔏")
def test_f05_name_cannot_bring_its_own_verified_mark(tick: str) -> None:
    assert plain.shown_name(f"{tick} Bob {tick}", "Unnamed") == "Bob"
    assert plain.shown_name(tick, "Unnamed") == "Unnamed"


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("breaker", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\t"])
def test_f06_name_has_one_line(line, breaker: str) -> None:  # type: ignore[no-untyped-def]
    shown = line(f"Bob{breaker}Bob: yes")
    assert len(shown.splitlines()) == 1
    assert "\t" not in shown


def test_f08_ampersand_makes_no_mnemonic() -> None:
    assert plain.menu_text("A&B") == "A&&B"
    assert plain.menu_text("x\tCtrl+Q") == "x Ctrl+Q"


def test_f09_long_name_keeps_its_true_ending() -> None:
    shown = plain.shown_line("invoice.pdf" + " " * 20 + "W" * 4000 + ".pdf.exe")
    assert len(shown) <= plain.LINE_MAX_CHARS
    assert shown.endswith(".pdf.exe")


def test_d10_marks_on_one_letter_are_few() -> None:
    shown, _ = plain.shown_text("z" + "\u0301" * 5000 + "a")
    assert shown.count("\u0301") == plain.MARKS_IN_A_ROW


def test_d10_marks_in_all_are_bounded() -> None:
    shown, _ = plain.shown_text("e\u0301" * 8000)
    assert shown.count("\u0301") == plain.MARKS_IN_ALL


def test_d10_long_message_is_cut_and_says_so() -> None:
    assert plain.shown_text("x" * plain.SHOWN_MAX_CHARS)[1] is False
    shown, is_cut = plain.shown_text("x" * (plain.SHOWN_MAX_CHARS + 1))
    assert is_cut
    assert len(shown) == plain.SHOWN_MAX_CHARS


@pytest.mark.parametrize("breaker", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_d10_message_of_many_lines_is_cut_and_says_so(breaker: str) -> None:
    assert plain.shown_text(breaker * (plain.SHOWN_MAX_LINES - 1))[1] is False
    shown, is_cut = plain.shown_text(f"a{breaker}" * 5000)
    assert is_cut
    assert shown.count("\n") == plain.SHOWN_MAX_LINES - 1


def test_whole_text_leaves_nothing_off() -> None:
    text = "a\n" * 5000 + "x" * 40_000
    assert plain.whole_text(text) == text


@given(st.text(max_size=400))
def test_any_name_becomes_one_visible_line(name: str) -> None:
    shown = plain.shown_name(name, "Unnamed")
    assert shown
    assert len(shown.splitlines()) == 1
    assert not set(shown) & set(OVERRIDES)
    assert plain.shown_name(shown, "Unnamed") == shown


@given(st.text(max_size=400))
def test_any_line_is_one_line_and_settles_at_once(text: str) -> None:
    shown = plain.shown_line(text)
    assert len(shown.splitlines()) <= 1
    assert plain.shown_line(shown) == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marta Kowalska", "MK"),
        ("林晓 Xiao", "林"),
        ("陈立", "陈"),
        ("Pixel 9", "P9"),
        ("zoë", "Z"),
        ("Ann von Arx", "AA"),
        ("Ann 陈", "A"),
        ("...", "?"),
        ("", "?"),
        ("(Bob) Smith", "S"),
        ("Bob (Sales)", "B"),
        ("Ann Li (not the Ann you know)", "AL"),
        ("\u2068陈立\u2069（不是你认识的 陈立）", "陈"),
        ("(Bob)", "?"),
        ("ßeta ﬁx", "ßﬁ"),
        ("և ŉ", "ևŉ"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert plain.initials(name) == letters


@pytest.mark.parametrize("stop", "。，！？；：、）”")
def test_a_long_sentence_in_chinese_is_never_broken_before_its_full_stop(stop: str) -> None:
    sentence = "在你接受或回复之前对方不会知道你看过这一条很长很长的消息" + stop
    assert f"{plain.BREAK}{stop}" not in plain.breakable(sentence)


def test_a_name_in_a_long_sentence_in_chinese_is_not_broken() -> None:
    sentence = "可能是换了密钥的 Marta Kowalska，也可能是冒用此名的人。接受之前，请先核对安全码。"
    assert plain.breakable(sentence) == sentence


def test_a_long_word_may_break_anywhere() -> None:
    word = "a" * 60
    assert plain.breakable(word) == plain.BREAK.join(word)
    assert plain.breakable(word).replace(plain.BREAK, "") == word


@pytest.mark.parametrize(("name", "letters"), [("陈立", "陈"), ("Ann Li", "AL"), ("Éa Ó", "ÉÓ")])
def test_letters_of_a_name_are_the_same_in_a_sentence(name: str, letters: str) -> None:
    assert plain.initials(name) == plain.initials(plain.isolated(name)) == letters


@given(st.text(max_size=80))
def test_d10_any_name_has_one_or_two_initials(name: str) -> None:
    assert 1 <= len(plain.initials(plain.shown_name(name, "?"))) <= 2
