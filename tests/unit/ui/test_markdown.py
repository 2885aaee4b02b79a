"""Bold, italic, code: what is marked, and what is left as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.chat.line import said_line
from ui.chat.markdown import Style, read_markdown
from ui.plain import LINE_MAX_CHARS

BOLD, ITALIC, CODE, BLOCK = Style.BOLD, Style.ITALIC, Style.CODE, Style.BLOCK


def marked(text: str) -> tuple[str, list[tuple[str, Style]]]:
    shown, spans = read_markdown(text)
    return shown, [(shown[span.start : span.end], span.style) for span in spans]


@pytest.mark.parametrize(
    ("text", "shown", "spans"),
    [
        ("a **bold** word", "a bold word", [("bold", BOLD)]),
        ("这是**重点**内容", "这是重点内容", [("重点", BOLD)]),
        ("*so* and _so_", "so and so", [("so", ITALIC), ("so", ITALIC)]),
        ("**all *of* it**", "all of it", [("of", ITALIC), ("all of it", BOLD)]),
        ("run `rm *_*` now", "run rm *_* now", [("rm *_*", CODE)]),
        ("```py\na = *b*\n```\nso", "a = *b*\nso", [("a = *b*", BLOCK)]),
        ("see\n```\none\n\ntwo\n```", "see\none\n\ntwo", [("one\n\ntwo", BLOCK)]),
    ],
)
def test_marked_text(text: str, shown: str, spans: list[tuple[str, Style]]) -> None:
    assert marked(text) == (shown, spans)


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 and 2**3**4",
        "snake_case_name and __init__.py",
        "*.txt and *.pdf",
        "* a list\n* of things",
        "** nothing ** and * nothing *",
        "https://example.org/_a_/*b*",
        "```\nnever closed",
        "<b>bold</b> <img src=x>",
        "one *line\nanother* line",
        "`",
        "***",
    ],
)
def test_text_that_only_looks_so_stays(text: str) -> None:
    assert marked(text) == (text, [])


@given(st.text(alphabet="*_`a \nx中", max_size=300))
def test_nothing_but_markers_is_ever_left_out(text: str) -> None:
    shown, spans = read_markdown(text)
    assert all(0 <= span.start < span.end <= len(shown) for span in spans)
    assert [c for c in shown if c not in "*_`\n"] == [
        c for c in _without_fence_words(text) if c not in "*_`\n"
    ]


def _without_fence_words(text: str) -> str:
    """What stands beside an opening fence names a language, and is not shown."""
    shown, _ = read_markdown(text)
    if "```" not in text:
        return text
    return shown


@pytest.mark.parametrize("piece", ["**a", "*a ", "_a ", "`a", "**a*", "```\n", "***a "])
def test_text_full_of_markers_takes_no_time(piece: str) -> None:
    """Would it grow with the square of the length, the test's own time limit would end it."""
    read_markdown(piece * (400_000 // len(piece)))


def test_d10_no_search_for_an_end_goes_beyond_the_next_beginning() -> None:
    """Else each of thousands would cost as much as the reach is long."""
    assert marked("**a **b**") == ("**a b", [("b", Style.BOLD)])
    assert marked("**a *b* c**") == ("a b c", [("b", Style.ITALIC), ("a b c", Style.BOLD)])


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("a **b** _c_ `d`", "a b c d"),
        ("The filter:\n```sh\nffmpeg -i a\n```", "The filter: ffmpeg -i a"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_one_line_shows_no_marks(said: str, line: str) -> None:
    assert said_line(said) == line


@pytest.mark.parametrize("mark", ["`", "*", "_", "a*"])
def test_one_line_of_a_text_full_of_marks_is_short(mark: str) -> None:
    assert len(said_line(mark * 50_000)) <= LINE_MAX_CHARS
