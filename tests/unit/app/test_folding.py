"""What is marked in a text is what was looked for, as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import find_words, fold


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("Straße", "strasse", ["Straße"]),
        ("Straße", "as", ["aß"]),
        ("CAFE\u0301 au lait", "café", ["CAFE\u0301"]),
        ("ＡＢＣ全角", "abc", ["ＡＢＣ"]),
        ("明天开会，会议室", "会", ["会", "会"]),
        ("aaaa", "aa", ["aaaa"]),
        ("한국어", "한국", ["한국"]),
        ("か が", "か", ["か"]),
    ],
)
def test_words_are_marked_as_they_were_written(text: str, word: str, marked: list[str]) -> None:
    found = [text[start:end] for start, end in find_words(text, [fold(word)])]
    assert "".join(found) == "".join(marked)


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_marks_lie_in_the_text_in_order_and_apart(text: str, words: list[str]) -> None:
    spans = find_words(text, map(fold, words))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
