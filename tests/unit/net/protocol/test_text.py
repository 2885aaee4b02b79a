"""Names and texts from others, made fit to keep and to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, clean_text, cut_utf8, is_emoji, is_sendable


@given(st.text())
def test_name_is_one_visible_line_within_the_limit(name: str) -> None:
    cleaned = clean_name(name, "fallback")
    assert cleaned
    assert len(cleaned.encode()) <= NAME_MAX_BYTES
    assert cleaned == cleaned.strip()
    hidden = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(c) in hidden for c in cleaned)
    assert clean_name(cleaned, "fallback") == cleaned


@pytest.mark.parametrize("name", ["", "   ", "\0", "\u3164\u200b", "\u202e", "\u200d\u200d"])
def test_a15_name_without_anything_to_see_gets_the_fallback(name: str) -> None:
    assert clean_name(name, "ABCDEFGH") == "ABCDEFGH"


def test_a15_name_of_a_megabyte_is_cut_between_characters() -> None:
    assert clean_name("长" * 350_000, "x") == "长" * (NAME_MAX_BYTES // 3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann\nBob: yes", "Ann Bob: yes"),
        ("gnp\u202e.exe", "gnp .exe"),
        ("zero\u200bwidth", "zero width"),
        ("tag\U000e0041s", "tag s"),
        ("\x1b[1Ared", "[1Ared"),
        ("e\u0301", "é"),
        ("👩\u200d💻 Ann", "👩\u200d💻 Ann"),
        ("陈立", "陈立"),
    ],
    ids=["F-06 newline", "F-04 bidi", "zero width", "tags", "ANSI", "NFC", "emoji", "Chinese"],
)
def test_name_shows_what_it_is(name: str, shown: str) -> None:
    assert clean_name(name, "x") == shown


def test_a14_nul_is_taken_out_of_a_text() -> None:
    assert clean_text("a\0b") == "ab"


def test_text_with_half_a_pair_cannot_be_sent() -> None:
    assert not is_sendable("\ud83d")
    assert is_sendable("😀")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(0, 50))
def test_cut_never_splits_a_code_point(text: str, size: int) -> None:
    cut = cut_utf8(text, size)
    assert text.startswith(cut)
    assert len(cut.encode()) <= size


@pytest.mark.parametrize(
    "emoji",
    [
        "👍",
        "❤️",
        "😂",
        "🎉",
        "👨\u200d👩\u200d👧\u200d👦",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1️⃣",
        "🇩🇪",
        "👍🏽",
        "⭐",
        "✅",
        "‼️",
        "↔️",
        "™️",
        "〰️",
        "❤️\u200d🔥",
        "🏳️\u200d🌈",
    ],
)
def test_emoji_is_one(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "ok",
        "中",
        "0",
        "12",
        "12\ufe0f",
        "👍 👍",
        "👍a",
        "\u202e👍",
        "\u200d",
        "\ufe0f",
        "ﷺ",
        "\ufdfd",
        "👍" * 17,
        "☺" * 17,
        "\ud83d",
    ],
)
def test_what_is_no_emoji_is_none(text: str) -> None:
    assert not is_emoji(text)
