"""All words that a window, and what it opened, gives out: said, drawn, offered, copied."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QBuffer,
    QIODevice,
    QModelIndex,
    QSize,
)
from PySide6.QtGui import QAction, Qt, QTextDocument
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QGroupBox,
    QMenu,
    QTabBar,
    QWidget,
)

from ui.buttons import IconButton
from ui.media.shared import FileButton
from ui.plain import BREAK

_SAID = (
    "windowTitle",
    "text",
    "title",
    "toolTip",
    "statusTip",
    "whatsThis",
    "accessibleName",
    "accessibleDescription",
    "placeholderText",
    "toPlainText",
    "currentText",
)
_ROLES = {
    Qt.ItemDataRole.DisplayRole: "shown",
    Qt.ItemDataRole.ToolTipRole: "toolTip",
    Qt.ItemDataRole.StatusTipRole: "toolTip",
    Qt.ItemDataRole.AccessibleTextRole: "accessibleName",
    Qt.ItemDataRole.AccessibleDescriptionRole: "accessibleDescription",
}
_DRAWN = re.compile(r"<text[^>]*font-size=\"([\d.]+)\"[^>]*>(.*?)</text>", re.DOTALL)
_SHARED = ("ui.labels", "ui.buttons", "ui.fields")
_PAINTS_ITSELF = (IconButton, FileButton)
"""Their words are no button's label to Qt."""

Heard = dict[str, set[str]]
"""By the sink what it gave out: ``Class.property``; of a part that many use, ``Owner.property``."""


def hear(root: QWidget) -> Heard:
    """Of all that is in sight in it, in its own form: read back as a user would get it."""
    heard: Heard = defaultdict(set)
    for one in (root, *root.findChildren(QWidget)):
        if one.isVisible() or one is root:
            for sink, text in _of_widget(one):
                heard[sink].add(text)
    for text in drawn(root)[0]:
        heard[f"{type(root).__name__}.drawn"].add(text)
    return {sink: {text for text in texts if text} for sink, texts in heard.items()}


def hear_windows() -> Iterator[Heard]:
    for one in QApplication.topLevelWidgets():
        if one.isVisible():
            yield hear(one)


def hear_menu(menu: QMenu) -> Heard:
    """Before it pops up."""
    found = {_read_mnemonic(one.text()) for one in _actions(menu)}
    return {"QMenu.action": found}


def _of_widget(one: QWidget) -> Iterator[tuple[str, str]]:
    kind = _kind(one)
    for name in _SAID:
        getter = getattr(one, name, None)
        found = getter() if callable(getter) else None
        if isinstance(found, str):
            yield f"{kind}.{name}", _read(one, name, found)
    for action in one.actions():
        yield f"{kind}.action", _read_mnemonic(action.text())
        yield f"{kind}.actionTip", read_tip(action.toolTip())
    if isinstance(one, QTabBar):
        yield from ((f"{kind}.tab", _read_mnemonic(one.tabText(at))) for at in range(one.count()))
    if isinstance(one, QAbstractItemView) and one.model() is not None:
        yield from _of_model(kind, one.model())


def _kind(one: QWidget) -> str:
    owner: QWidget | None = one
    while owner is not None:
        module = type(owner).__module__
        if module.startswith("ui.") and module not in _SHARED:
            return type(owner).__name__
        owner = owner.parentWidget()
    return type(one).__name__


def _of_model(kind: str, model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    waiting = [QModelIndex()]
    while waiting:
        parent = waiting.pop()
        for row in range(model.rowCount(parent)):
            for column in range(_columns(model, parent)):
                index = model.index(row, column, parent)
                waiting.append(index)
                for role, name in _ROLES.items():
                    found = index.data(role)
                    if isinstance(found, str):
                        yield f"{kind}.{name}", read_tip(found) if name == "toolTip" else found


def _columns(model: QAbstractItemModel, parent: QModelIndex) -> int:
    """A list has one, and does not say so."""
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)


def _actions(menu: QMenu) -> Iterator[QAction]:
    for one in menu.actions():
        yield one
        below = one.menu()
        if isinstance(below, QMenu):
            yield from _actions(below)


def _read(one: QWidget, name: str, found: str) -> str:
    if name == "toolTip":
        return read_tip(found)
    if name == "windowTitle":
        return found.replace("[*][*]", "[*]")
    is_label = name == "text" and isinstance(one, QAbstractButton)
    if (is_label and not isinstance(one, _PAINTS_ITSELF)) or (
        name == "title" and isinstance(one, QGroupBox | QMenu)
    ):
        return _read_mnemonic(found)
    return found


def _read_mnemonic(text: str) -> str:
    """As Qt shows it: a single & is lost, and underlines what follows."""
    return re.sub(r"&(.)", r"\1", text)


def read_tip(text: str) -> str:
    """As QToolTip shows it: what may be HTML is."""
    if not Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText().replace(BREAK, "").replace("\u2028", "\n")


def drawn(root: QWidget) -> tuple[set[str], float]:
    """What it paints, piece by piece joined, and the largest size of its letters."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setSize(root.size().expandedTo(QSize(1, 1)))
    root.render(device)
    pieces = _DRAWN.findall(bytes(buffer.data().data()).decode())
    words = unescape("".join(text.strip("\n") for _size, text in pieces))
    return {words.replace(BREAK, "")}, max((float(size) for size, _ in pieces), default=0.0)
