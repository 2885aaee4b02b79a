"""A narrow window shows one column at a time, and nothing is out of reach in it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.errors import ErrorCode
from app.events import Failed
from tests.unit.ui.stage import Stage, click, id_of, person, wait_until

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def narrow(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.receive("Ann", ["hello"])
    stage.be_ready(person("Ann"), person("Bob"))
    stage.window.resize(480, 700)
    stage.settle()
    return stage


def seen(stage: Stage) -> list[str]:
    columns = {
        "list": stage.window.side,
        "middle": stage.window.middle,
        "person": stage.board.info,
        "room": stage.board.room_info,
    }
    return [name for name, column in columns.items() if column.isVisible()]


def test_window_may_be_narrow_and_the_list_fills_it(narrow: Stage) -> None:
    assert narrow.window.width() == 480
    assert seen(narrow) == ["list"]
    assert narrow.window.side.width() == 480


def test_chat_covers_the_list_and_leads_back(narrow: Stage) -> None:
    narrow.open_chat("Ann")
    assert seen(narrow) == ["middle"]
    assert narrow.page.header.back_button.isVisible()
    click(narrow.page.header.back_button)
    assert seen(narrow) == ["list"]
    assert narrow.board.chat.peer_id == ""
    narrow.open_chat("Ann")
    QTest.keyClick(narrow.composer.edit, Qt.Key.Key_Escape)
    assert seen(narrow) == ["list"]


def test_what_is_known_of_a_person_covers_the_chat_and_leads_back(narrow: Stage) -> None:
    narrow.open_chat("Ann")
    for leave in (
        lambda: click(narrow.board.info.back_button),
        lambda: QTest.keyClick(narrow.window, Qt.Key.Key_Escape),
    ):
        click(narrow.page.header.info_button)
        assert seen(narrow) == ["person"]
        narrow.settle()
        assert narrow.board.info.width() == 480
        leave()
        assert seen(narrow) == ["middle"]
        assert narrow.board.chat.peer_id == id_of("Ann")


@pytest.mark.parametrize("key", [Qt.Key.Key_K, Qt.Key.Key_J])
def test_keys_lead_to_the_list_and_to_transfers(narrow: Stage, key: Qt.Key) -> None:
    narrow.open_chat("Ann")
    QTest.keyClick(narrow.window, key, CTRL)
    assert seen(narrow) == (["list"] if key is Qt.Key.Key_K else ["middle"])
    assert narrow.page.isHidden() or narrow.board.chat.peer_id == ""


def test_covered_messages_are_not_read(narrow: Stage) -> None:
    narrow.window.activateWindow()
    wait_until(narrow.window.isActiveWindow)
    narrow.open_chat("Ann")
    click(narrow.page.header.back_button)
    narrow.deliver(narrow.receive("Ann", ["unseen"]))
    entry = narrow.desk.roster.get(id_of("Ann"))
    assert entry is not None
    assert entry.unread


def test_wider_again_there_are_columns_again(narrow: Stage) -> None:
    narrow.open_chat("Ann")
    narrow.window.resize(1200, 700)
    narrow.settle()
    assert seen(narrow) == ["list", "middle", "person"]
    assert not narrow.page.header.back_button.isVisible()
    assert not narrow.board.info.back_button.isVisible()
    narrow.window.resize(900, 700)
    narrow.settle()
    assert seen(narrow) == ["list", "middle"]


def test_what_failed_is_told_over_the_list_too(narrow: Stage) -> None:
    narrow.tell(Failed(ErrorCode.UNREACHABLE, "nobody there"))
    assert narrow.board.notice.isVisible()
    assert narrow.window.side.geometry().contains(narrow.board.notice.geometry())


def test_why_it_cannot_run_is_seen(narrow: Stage) -> None:
    narrow.tell(Failed(ErrorCode.NO_SPACE, "full", is_fatal=True))
    assert seen(narrow) == ["middle"]


def test_hint_of_the_composer_comes_back_with_the_room_for_it(narrow: Stage) -> None:
    narrow.open_chat("Ann")
    assert narrow.composer.edit.placeholderText() == "Message Ann"
    narrow.window.resize(1400, 700)
    narrow.settle()
    assert narrow.composer.edit.placeholderText().startswith("Message Ann — drop files")
