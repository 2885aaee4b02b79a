"""Markdown by keys: put there, taken away, shown while it is written, undone in one step."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextLayout
from PySide6.QtTest import QTest

from app.commands import SendText
from tests.unit.ui.stage import Stage, bury, person, wait_until
from ui.chat.composer import Composer, MessageEdit
from ui.chat.markdown import Style, blocks, inline_marks, read_markdown
from ui.compose.keys import add_mark_keys
from ui.compose.marks import BOLD, CODE, ITALIC, toggle_block, toggle_mark
from ui.compose.styling import Styling
from ui.look import Look
from ui.theme import DARK, ThemeChoice

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def composer(look: Look) -> Iterator[Composer]:
    made = Composer(look)
    Styling(look, made.edit.document(), made.edit)
    add_mark_keys(made.edit)
    made.resize(500, 80)
    made.show()
    made.activateWindow()
    made.edit.setFocus()
    wait_until(made.edit.hasFocus)
    yield made
    bury(made)


@pytest.fixture
def edit(composer: Composer) -> MessageEdit:
    return composer.edit


def toggled(text: str, markers: tuple[str, ...]) -> str:
    """``text`` has its selection between ‹ and ›, or | for a cursor; so has the result."""
    if "|" in text:
        start = end = text.index("|")
        plain = text.replace("|", "")
    else:
        start, end = text.index("‹"), text.index("›") - 1
        plain = text.replace("‹", "").replace("›", "")
    change = toggle_mark(plain, start, end, markers)
    made = plain[: change.start] + change.text + plain[change.end :]
    if change.first == change.last:
        return f"{made[: change.first]}|{made[change.first :]}"
    chosen = made[change.first : change.last]
    return f"{made[: change.first]}‹{chosen}›{made[change.last :]}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a ‹word› b", "a **‹word›** b"),
        ("a **‹word›** b", "a ‹word› b"),
        ("a ‹**word**› b", "a ‹word› b"),
        ("a‹ word ›b", "a **‹word›** b"),
        ("a wo|rd b", "a **‹word›** b"),
        ("你好|世界", "你好**|**世界"),
        ("a |", "a **|**"),
        ("a **|**", "a |"),
        ("a **word|**", "a **word**|"),
        ("‹one\n\ntwo›", "‹**one**\n\n**two**›"),
    ],
)
def test_bold_is_put_there_and_taken_away(before: str, after: str) -> None:
    assert toggled(before, BOLD) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("‹word›", "_‹word›_"),
        ("_‹word›_", "‹word›"),
        ("*‹word›*", "‹word›"),
        ("**‹word›**", "**_‹word›_**"),
        ("‹**word**›", "_‹**word**›_"),
    ],
)
def test_italic_does_not_take_one_star_of_two(before: str, after: str) -> None:
    assert toggled(before, ITALIC) == after


def test_what_keys_mark_is_what_readers_see() -> None:
    made = toggled("say ‹x = 1› now", CODE).replace("‹", "").replace("›", "")
    assert read_markdown(made)[0] == "say x = 1 now"


def test_lines_become_a_block_and_text_again() -> None:
    text = "see\na = 1\nb = 2\nok"
    change = toggle_block(text, 5, 12)
    made = text[: change.start] + change.text + text[change.end :]
    assert made == "see\n```\na = 1\nb = 2\n```\nok"
    back = toggle_block(made, 10, 10)
    assert made[: back.start] + back.text + made[back.end :] == text


@pytest.mark.parametrize(
    "text",
    ["**a _b_ c** d", "`**a**` *b*", "2*3*4 snake_case_name", "😀 **b** 😀", "https://a/_b_ _c_"],
)
def test_marks_in_the_typed_text_are_those_that_are_read(text: str) -> None:
    shown, spans = read_markdown(text)
    read = sorted((shown[one.start : one.end], one.style.name) for one in spans)
    typed = sorted(
        (read_markdown(text[one.start : one.end])[0], one.style.name) for one in inline_marks(text)
    )
    assert typed == read


def test_open_fence_is_no_block() -> None:
    assert blocks("a\n```\nb") == []
    assert blocks("a\n```py\nb\n```") == [(1, 3)]


# --- In the field --------------------------------------------------------------
def formats(edit: MessageEdit, line: int = 0) -> list[QTextLayout.FormatRange]:
    return edit.document().findBlockByNumber(line).layout().formats()


def test_key_marks_the_selection_behind_emoji_and_one_undo_takes_it_back(
    edit: MessageEdit,
) -> None:
    edit.setPlainText("")
    edit.textCursor().insertText("😀 word")
    cursor = edit.textCursor()
    cursor.movePosition(cursor.MoveOperation.PreviousWord, cursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Qt.Key.Key_B, CTRL)
    assert edit.toPlainText() == "😀 **word**"
    assert edit.textCursor().selectedText() == "word"
    edit.undo()
    assert edit.toPlainText() == "😀 word"
    edit.redo()
    assert edit.toPlainText() == "😀 **word**"


def test_keys_for_each_kind(edit: MessageEdit) -> None:
    for key, modifiers, expected in (
        (Qt.Key.Key_I, CTRL, "__"),
        (Qt.Key.Key_E, CTRL, "``"),
        (Qt.Key.Key_C, CTRL | SHIFT, "```\n\n```"),
    ):
        edit.clear()
        QTest.keyClick(edit, key, modifiers)
        assert edit.toPlainText() == expected


def test_marks_are_shown_while_they_are_written_and_stay_plain(edit: MessageEdit) -> None:
    edit.setPlainText("😀 **bold** and `code`")
    weights = {(one.start, one.length): one.format.fontWeight() for one in formats(edit)}
    assert weights[(5, 4)] == QFont.Weight.DemiBold
    assert edit.textCursor().charFormat().fontWeight() == QFont.Weight.Normal
    edit.setPlainText("bold and code")
    assert formats(edit) == []


def test_fence_that_closes_shows_the_lines_above_it_as_code(edit: MessageEdit) -> None:
    edit.setPlainText("```\na\n")
    assert formats(edit, 1) == []
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    edit.textCursor().insertText("```")
    assert [one.length for one in formats(edit, 1)] == [1]
    edit.undo()
    assert formats(edit, 1) == []


def test_marks_take_the_colours_of_a_new_theme(look: Look, edit: MessageEdit) -> None:
    edit.setPlainText("**b**")
    look.theme.choose(ThemeChoice.DARK)
    assert formats(edit)[0].format.foreground().color() == QColor(DARK.faint)


def test_a_new_look_of_the_text_is_no_typing(composer: Composer) -> None:
    told: list[bool] = []
    composer.typing_changed.connect(told.append)
    composer.replace_text("**a draft**")
    wait_until(lambda: bool(formats(composer.edit)))
    assert told == []


def test_mark_styles_are_those_of_the_wire() -> None:
    assert {one.style for one in inline_marks("**a** *b* `c`")} == {
        Style.BOLD,
        Style.ITALIC,
        Style.CODE,
    }


# --- What Enter does -----------------------------------------------------------
def test_enter_breaks_the_line_where_ctrl_enter_sends(stage: Stage) -> None:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    edit = stage.composer.edit
    stage.board.preferences.window.change(enter_sends=False)
    QTest.keyClicks(edit, "a")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QTest.keyClicks(edit, "b")
    assert stage.sent(SendText) == []
    assert "Ctrl+Enter" in edit.accessibleDescription()
    QTest.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert [one.text for one in stage.sent(SendText)] == ["a\nb"]
    stage.board.preferences.window.change(enter_sends=True)
    QTest.keyClicks(edit, "c")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert [one.text for one in stage.sent(SendText)] == ["a\nb", "c"]
