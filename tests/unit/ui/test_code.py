"""Lines of code and links in a chat: seen, copied, opened, by mouse and from the menu."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from app.model import Message
from tests.unit.ui.pictures import show
from tests.unit.ui.stage import Stage, bury, click, message, person, wait_until
from ui.chat.bubble import Placed
from ui.chat.menu import build_menu
from ui.chat.pointer import Place
from ui.dialogs.whole import WholeDialog

CODE = "ffmpeg -i field.mov \\\n  -vf 'scale=1920:-2' out.mp4"


def _placed(stage: Stage, one: Message) -> Placed:
    number = stage.view.chat_model.number_of(one)
    assert number is not None
    area = stage.view.visualRect(stage.view.chat_model.index(number))
    return stage.view.delegate.placed(number, area)


def _open(stage: Stage, text: str) -> Message:
    stage.be_ready(person("Ben"))
    stage.open_chat("Ben")
    said = message("Ben", text)
    show(stage, said)
    return said


def _button(placed: Placed, number: int = 0) -> QPoint:
    copy = placed.bubble.blocks[number].copy
    return placed.frame.topLeft() + placed.bubble.text_at + copy.center()


def test_a_button_copies_the_lines_of_code_and_says_so(stage: Stage) -> None:
    said = _open(stage, f"Use this:\n```sh\n{CODE}\n```\nand wait")
    point = _button(_placed(stage, said))
    assert stage.view.hover_at(point).place is Place.COPY
    QTest.mouseClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert QGuiApplication.clipboard().text() == CODE
    assert stage.view.delegate.copied is not None
    wait_until(lambda: stage.view.delegate.copied is None)


def test_the_menu_copies_code_for_the_keyboard(stage: Stage) -> None:
    said = _open(stage, "```\none\n```\nthen\n```\ntwo\n```")
    menu = build_menu(stage.view, said)
    entries = [one for one in menu.actions() if one.text().startswith("Copy code")]
    assert [one.text() for one in entries] == ["Copy code: one", "Copy code: two"]
    entries[1].trigger()
    assert QGuiApplication.clipboard().text() == "two"
    bury(menu)


def test_blocks_stand_apart_inside_the_bubble_and_below_each_other(stage: Stage) -> None:
    long = "x = " + "word " * 200
    said = _open(stage, f"```\n{long}\n```\nbetween\n```\nshort\n```")
    placed = _placed(stage, said)
    first, second = placed.bubble.blocks
    assert first.code == long
    assert first.rect.bottom() < second.rect.top()
    inside = placed.bubble.size.width() - 2 * placed.bubble.text_at.x()
    assert first.rect.width() == second.rect.width() == inside
    assert second.rect.bottom() < placed.bubble.meta.top() - placed.bubble.text_at.y() + 1
    layout = placed.bubble.layout
    assert layout is not None
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    assert all(line.naturalTextRect().right() <= inside for line in lines)
    rows = [line.naturalTextRect() for line in lines]
    assert all(a.bottom() <= b.top() + 1 for a, b in itertools.pairwise(rows))


def test_code_alone_and_an_empty_block_have_their_place(stage: Stage) -> None:
    said = _open(stage, "```\na\n```")
    block = _placed(stage, said).bubble.blocks[0]
    assert block.rect.contains(block.copy)
    empty = message("Ben", "```\n\n```")
    show(stage, empty)
    assert _placed(stage, empty).bubble.size.height() > 0


def test_a_link_under_the_pointer_comes_first_in_the_menu(stage: Stage) -> None:
    said = _open(stage, "see https://example.org/a and https://example.org/b")
    placed = _placed(stage, said)
    second = placed.bubble.links[1]
    assert placed.bubble.layout is not None
    x = placed.bubble.layout.lineAt(0).cursorToX(second.start + 5)
    if isinstance(x, tuple):
        x = x[0]
    at = placed.frame.topLeft() + placed.bubble.text_at + QPoint(int(x), 8)
    hover = stage.view.hover_at(at)
    assert hover.url == "https://example.org/b"
    opened: list[str] = []
    stage.view.link_opened.disconnect()
    stage.view.link_opened.connect(opened.append)
    menu = build_menu(stage.view, said, hover)
    opens, copies = menu.actions()[:2]
    assert opens.text() == "Open link https://example.org/b"
    opens.trigger()
    copies.trigger()
    assert opened == ["https://example.org/b"]
    assert QGuiApplication.clipboard().text() == "https://example.org/b"
    bury(menu)


@pytest.fixture
def whole(stage: Stage) -> Iterator[Callable[[str], WholeDialog]]:
    opened: list[WholeDialog] = []

    def show(text: str) -> WholeDialog:
        opened.append(WholeDialog(stage.look, message("Ann", text), stage.window))
        opened[-1].show()
        stage.settle()
        return opened[-1]

    yield show
    for one in opened:
        bury(one)


def test_long_lines_of_code_are_read_sideways_or_wrapped_as_one_likes(
    whole: Callable[[str], WholeDialog],
) -> None:
    line = "for (;;) " + "x = y + 1; " * 60
    dialog = whole(f"See:\n```\n{line}\nshort\n```")
    sideways = dialog.findChild(QPlainTextEdit).horizontalScrollBar()
    assert sideways.maximum() > 0
    click(dialog.wraps, QPoint(8, dialog.wraps.height() // 2))
    assert dialog.wraps.isChecked()
    assert sideways.maximum() == 0


def test_words_are_wrapped_and_nobody_is_asked(whole: Callable[[str], WholeDialog]) -> None:
    dialog = whole("word " * 300)
    assert dialog.findChild(QPlainTextEdit).horizontalScrollBar().maximum() == 0
    assert not dialog.wraps.isVisible()
