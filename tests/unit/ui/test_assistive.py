"""What a screen reader can do with painted rows, asked through Qt's own accessible objects.

Over the real bus: tests/e2e/test_window_screenreader.py.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QMenu, QWidget

from app.model import Direction
from tests.unit.ui.stage import Stage, bury, id_of, message, person, wait_until
from tests.unit.ui.test_fits import dialogs, pose

ALWAYS_FOCUSABLE = Qt.FocusPolicy.TabFocus


@pytest.fixture
def two(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.deliver(stage.receive("Ann", ["hello", "again"]))
    stage.deliver((stage.receive_offer("Ann", ("report.pdf",)),))
    stage.be_ready(person("Ann"), person("Bob"))
    stage.window.side.refresh()
    return stage


def choose(view: QListView, number: int) -> None:
    """As a screen reader does: the one action of the row's accessible object."""
    row = QAccessible.queryAccessibleInterface(view).child(number)
    action = row.actionInterface()
    action.doAction(action.actionNames()[0])


def menu_of(view: QWidget) -> QMenu:
    found: list[QMenu] = []

    def is_open() -> bool:
        found[:] = [one for one in view.findChildren(QMenu) if one.isVisible()]
        return bool(found)

    wait_until(is_open)
    return found[0]


def test_a_conversation_is_opened_and_left_and_opened_again(two: Stage) -> None:
    people = two.window.side.people
    number = people.rows.find(id_of("Ann"))
    assert number is not None
    for _ in range(2):
        choose(people, number)
        wait_until(lambda: two.board.chat.peer_id == id_of("Ann"))
        two.board.step_back()
        assert two.board.chat.peer_id == ""


def test_a_row_that_was_chosen_is_found_again_in_a_list_made_anew(two: Stage) -> None:
    people = two.window.side.people
    number = people.rows.find(id_of("Ann"))
    assert number is not None
    choose(people, number)
    people.rows.beginResetModel()  # somebody came, before the choice was acted on
    people.rows.endResetModel()
    wait_until(lambda: two.board.chat.peer_id == id_of("Ann"))


def test_keys_move_in_the_list_without_opening(two: Stage) -> None:
    people = two.window.side.people
    people.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(people, key)
        two.settle()
    assert two.board.chat.peer_id == ""
    assert people.currentIndex().isValid()


def test_every_row_of_a_chat_offers_its_menu(two: Stage) -> None:
    two.open_chat("Ann")
    view = two.view
    for number in range(view.chat_model.rowCount()):
        choose(view, number)
        menu = menu_of(view)
        assert view.currentIndex().row() == number
        assert any(one.isEnabled() for one in menu.actions())
        bury(menu)


def test_files_are_accepted_from_that_menu(two: Stage) -> None:
    two.open_chat("Ann")
    view = two.view
    wanted = []
    view.action_wanted.connect(lambda action, _: wanted.append(action.name))
    choose(view, view.chat_model.rowCount() - 1)
    menu = menu_of(view)
    (accept,) = [one for one in menu.actions() if one.text() == "Accept"]
    accept.trigger()
    assert wanted == ["ACCEPT"]
    bury(menu)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is announced while somebody listens."""
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(
        QAccessible, "updateAccessibility", lambda event: said.append(event.message())
    )
    return said


def test_what_is_said_in_the_open_chat_is_announced(two: Stage, heard: list[str]) -> None:
    two.open_chat("Ann")
    two.window.activateWindow()
    wait_until(two.window.isActiveWindow)
    two.deliver(two.receive("Ann", ["lunch?"]))
    two.deliver((message("Bob", "elsewhere"),))
    two.deliver((message("Ann", "mine", direction=Direction.OUT, order_key=1 << 61),))
    assert len(heard) == 1
    assert heard[0].startswith("Ann, ")
    assert heard[0].endswith("lunch?")


def test_nothing_is_announced_from_behind_other_windows(two: Stage, heard: list[str]) -> None:
    two.open_chat("Ann")
    front = QWidget()
    front.show()
    front.activateWindow()
    wait_until(front.isActiveWindow)
    two.deliver(two.receive("Ann", ["lunch?"]))
    assert heard == []
    bury(front)


def nameless(root: QWidget) -> list[str]:
    """Focusable parts of ``root`` that a screen reader could only call by their kind."""
    return [
        f"{type(one).__name__} {one.objectName()!r}"
        for one in (root, *root.findChildren(QWidget))
        if one.focusPolicy() & ALWAYS_FOCUSABLE
        and not one.isWindow()
        and not one.objectName().startswith("qt_")
        and not _is_of_combo_box(one)
        and not _name(one)
    ]


def _is_of_combo_box(one: QWidget) -> bool:
    """Its list, which Qt calls by the box's own name once it is open."""
    parent = one.parentWidget()
    return parent is not None and parent.inherits("QComboBoxPrivateContainer")


def _name(one: QWidget) -> str:
    found: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(one)
    return found.text(QAccessible.Text.Name) if found is not None else ""


def test_every_focusable_part_of_every_dialog_has_a_name(two: Stage, app: QApplication) -> None:
    faults = []
    for kind in dialogs():
        dialog = pose(kind, two)
        dialog.show()
        two.settle()
        faults += [f"{kind.__name__}: {one}" for one in nameless(dialog)]
        bury(dialog)
    assert not faults, "\n".join(faults)


def test_every_focusable_part_of_the_window_has_a_name(two: Stage) -> None:
    two.open_chat("Ann")
    two.board.transfers.toggle()
    assert nameless(two.window) == []


def test_a_row_has_one_action(two: Stage) -> None:
    row = QAccessible.queryAccessibleInterface(two.window.side.people).child(0)
    actions: QAccessibleActionInterface = row.actionInterface()
    assert len(actions.actionNames()) == 1
