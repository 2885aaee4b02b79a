"""A pointer, a keyboard and a screen reader: three ways to do the same in a window."""

from enum import Enum, auto
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QListView,
    QMenu,
    QWidget,
)

from app.model import Message
from tests.unit.ui.stage import (
    Stage,
    wait_until,
)
from tests.unit.ui.test_assistive import choose

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Way(Enum):
    """The table's columns."""

    POINTER = auto()
    KEYS = auto()
    READER = auto()


C = TypeVar("C")


def press(widget: QWidget, way: Way) -> None:
    """A button, a switch: whatever has one thing to do."""
    wait_until(lambda: widget.isVisible() and widget.isEnabled())
    if way is Way.POINTER:
        assert not widget.visibleRegion().isEmpty()
        QTest.mouseClick(widget, LEFT)
    elif way is Way.KEYS:
        tab_to(widget)
        QTest.keyClick(widget, Qt.Key.Key_Space)
    else:
        thing = accessible(widget)
        assert thing.text(QAccessible.Text.Name)
        thing.actionInterface().doAction(main_action(thing))
    QApplication.processEvents()


def tab_to(widget: QWidget) -> None:
    """Along the chain that Tab follows, from anywhere in its window."""
    window = widget.window()
    window.activateWindow()
    wait_until(window.isActiveWindow)
    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    chain = [widget]
    while (following := chain[-1].nextInFocusChain()) is not widget:
        chain.append(following)
    assert window in chain
    widget.setFocus(Qt.FocusReason.TabFocusReason)


def accessible(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)


def main_action(thing: QAccessibleInterface) -> str:
    return next(one for one in thing.actionInterface().actionNames() if one in ("Press", "Toggle"))


def button(root: QWidget, text: str) -> QAbstractButton:
    """By what stands on it, or by its name."""
    found = [
        one
        for one in root.findChildren(QAbstractButton)
        if one.isVisible() and text in (one.text(), one.accessibleName())
    ]
    assert found, text
    return found[0]


def shown_menus() -> list[QMenu]:
    tops = QApplication.topLevelWidgets()
    return [one for one in tops if isinstance(one, QMenu) and one.isVisible()]


def pick(text: str, way: Way) -> None:
    """An entry of a menu that is open."""

    def found() -> list[tuple[QMenu, QAction]]:
        return [
            (menu, one) for menu in shown_menus() for one in menu.actions() if one.text() == text
        ]

    wait_until(lambda: bool(found()))
    ((menu, entry),) = found()
    assert entry.isEnabled()
    if way is Way.POINTER:
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
    elif way is Way.KEYS:
        for _ in menu.actions():
            if menu.activeAction() is entry:
                break
            QTest.keyClick(menu, Qt.Key.Key_Down)
        assert menu.activeAction() is entry
        QTest.keyClick(menu, Qt.Key.Key_Right if entry.menu() else Qt.Key.Key_Return)
    else:
        things = (accessible(menu).child(at) for at in range(accessible(menu).childCount()))
        (thing,) = [one for one in things if one.text(QAccessible.Text.Name) == text]
        names = thing.actionInterface().actionNames()
        thing.actionInterface().doAction("ShowMenu" if "ShowMenu" in names else "Press")
    QApplication.processEvents()


def open_menu(view: QListView, number: int, way: Way) -> None:
    """That of a row."""
    index = view.model().index(number, 0)
    view.scrollTo(index)
    if way is Way.POINTER:
        place = point_of(view, number)
        asked = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)
        )
        QApplication.sendEvent(view.viewport(), asked)
    elif way is Way.KEYS:
        tab_to(view)
        steps = number - view.currentIndex().row()
        for _ in range(abs(steps)):
            QTest.keyClick(view, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
        assert view.currentIndex().row() == number
        QTest.keyClick(view, Qt.Key.Key_F10, SHIFT)
    else:
        choose(view, number)
    wait_until(lambda: bool(shown_menus()))


def point_of(view: QListView, number: int) -> QPoint:
    """In a chat, the bubble; else the row."""
    area = view.visualRect(view.model().index(number, 0))
    delegate = view.itemDelegate()
    placed = getattr(delegate, "placed", None)
    return placed(number, area).frame.center() if placed else area.center()


def dialog(kind: type[QDialog]) -> QDialog:
    found: list[QDialog] = []

    def is_open() -> bool:
        tops = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind)]
        found[:] = [one for one in tops if one.isVisible()]
        return bool(found)

    wait_until(is_open)
    return found[0]


def tell(stage: Stage, shown: Message) -> int:
    """Its row."""
    stage.deliver((shown,))
    stage.settle()
    model = stage.view.chat_model
    wait_until(lambda: model.number_of(shown) is not None)
    number = model.number_of(shown)
    assert number is not None
    return number
