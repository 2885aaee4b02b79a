"""Writing: what Enter does, what a paste brings, what is too long."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from net.protocol.limits import TEXT_MAX_BYTES
from tests.unit.ui.stage import bury, wait_until
from ui.chat.composer import PASTE_MAX_CHARS, Composer
from ui.look import Look

ENTER = Qt.Key.Key_Return
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def composer(look: Look):  # type: ignore[no-untyped-def]
    made = Composer(look)
    made.sent = []  # type: ignore[attr-defined]
    made.text_entered.connect(made.sent.append)  # type: ignore[attr-defined]
    made.resize(500, 80)
    made.show()
    made.edit.setFocus()
    yield made
    bury(made)


def compose(composer: Composer, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(composer.edit, event)


def test_enter_sends_and_empties(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "hello")
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == ["hello"]
    assert composer.text() == ""


def test_button_sends_once_there_is_something(composer: Composer) -> None:
    assert not composer.send_button.isEnabled()
    QTest.keyClicks(composer.edit, "hello")
    QTest.mouseClick(composer.send_button, Qt.MouseButton.LeftButton)
    assert composer.sent == ["hello"]
    assert not composer.send_button.isEnabled()


def test_field_is_lit_while_one_writes_in_it(composer: Composer) -> None:
    composer.activateWindow()
    wait_until(lambda: bool(composer._field.property("lit")))
    composer.attach_button.setFocus()
    assert not composer._field.property("lit")


def test_shift_enter_breaks_the_line(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "a")
    QTest.keyClick(composer.edit, ENTER, SHIFT)
    QTest.keyClicks(composer.edit, "b")
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == ["a\nb"]


def test_enter_while_an_input_method_composes_never_sends(composer: Composer) -> None:
    compose(composer, "ni hao")
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == []
    compose(composer, "", commit="你好")
    assert composer.text() == "你好"
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == ["你好"]


def test_given_up_composition_lets_enter_send_again(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "a")
    compose(composer, "x")
    compose(composer, "")
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == ["a"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(composer: Composer, text: str) -> None:
    composer.edit.setPlainText(text)
    QTest.keyClick(composer.edit, ENTER)
    assert composer.sent == []
    assert not composer.send_button.isEnabled()


def test_text_above_the_limit_stays_and_is_reported(composer: Composer) -> None:
    told = []
    composer.too_long.connect(lambda: told.append(True))
    text = "好" * (TEXT_MAX_BYTES // 3 + 1)
    composer.edit.setPlainText(text)
    QTest.keyClick(composer.edit, ENTER)
    assert told == [True]
    assert composer.sent == []
    assert composer.text() == text


def test_text_at_the_limit_is_sent(composer: Composer) -> None:
    composer.edit.setPlainText("x" * TEXT_MAX_BYTES)
    QTest.keyClick(composer.edit, ENTER)
    assert [len(text) for text in composer.sent] == [TEXT_MAX_BYTES]


def test_f12_pasted_html_comes_as_its_text(composer: Composer) -> None:
    data = QMimeData()
    data.setHtml("<h1>big</h1><img src='file:///etc/passwd'>")
    data.setText("big")
    composer.edit.insertFromMimeData(data)
    assert composer.text() == "big"


def test_f12_html_alone_is_not_taken(composer: Composer) -> None:
    data = QMimeData()
    data.setData("text/html", b"<b>x</b>")
    composer.edit.insertFromMimeData(data)
    assert "<" not in composer.text()


def test_f12_giant_paste_is_refused_whole(composer: Composer) -> None:
    told = []
    composer.too_long.connect(lambda: told.append(True))
    data = QMimeData()
    data.setText("x" * (PASTE_MAX_CHARS + 1))
    composer.edit.insertFromMimeData(data)
    assert told == [True]
    assert composer.text() == ""


@pytest.mark.parametrize(("text", "is_picture"), [("", True), (" ", True), ("table", False)])
def test_picture_that_brings_words_is_those_words(
    composer: Composer, text: str, is_picture: bool
) -> None:
    pasted: list[QImage] = []
    composer.picture_pasted.connect(pasted.append)
    data = QMimeData()
    data.setImageData(QImage(2, 3, QImage.Format.Format_RGB32))
    data.setText(text)
    composer.edit.insertFromMimeData(data)
    assert [one.size().height() for one in pasted] == [3] * is_picture
    assert composer.text() == ("" if is_picture else text)


def test_pasted_spaces_are_spaces(composer: Composer) -> None:
    data = QMimeData()
    data.setText("  ")
    composer.edit.insertFromMimeData(data)
    assert composer.text() == "  "


def test_pasted_files_are_handed_on_not_written_out(composer: Composer) -> None:
    pasted = []
    composer.files_pasted.connect(pasted.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a")])
    assert composer.edit.canInsertFromMimeData(data)
    composer.edit.insertFromMimeData(data)
    assert [[str(path) for path in paths] for paths in pasted] == [["/tmp/a"]]
    assert composer.text() == ""


def test_field_grows_with_its_lines_up_to_a_limit(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, 4, 30, 60):
        composer.edit.setPlainText("\n".join("x" * lines))
        heights.append(composer.edit.height())
    assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4]
    composer.edit.clear()
    assert composer.edit.height() == heights[0]


def test_refused_text_comes_back_before_what_was_begun(composer: Composer) -> None:
    composer.put_back("first")
    assert composer.text() == "first"
    composer.put_back("zeroth")
    assert composer.text() == "zeroth\nfirst"


def test_f08_name_with_ampersand_stands_in_the_hint(composer: Composer) -> None:
    composer.show_chat("A&B", "")
    QTest.qWait(0)
    assert "A&B" in composer.edit.placeholderText()


def test_braces_in_a_name_are_only_braces(composer: Composer) -> None:
    composer.show_chat("{name} %1 {0}", "")
    assert "{name} %1 {0}" in composer.edit.accessibleName()
