"""The settings window: pages at the left with a search over all of them. No OK: all at once."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.fields import SearchField
from ui.labels import PlainLabel
from ui.look import Look
from ui.settings.page import Page

_SIZE: Final = (760, 560)
_LIST_WIDTH: Final = 212
MakePages = Callable[[], dict[str, Page]]


class _Search(SearchField):
    """Down goes to the pages, Escape empties it first."""

    def __init__(self, look: Look, pages: QListWidget) -> None:
        super().__init__(look)
        self._pages = pages

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._pages.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class SettingsWindow(QDialog):
    def __init__(self, look: Look, make_pages: MakePages, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.look = look
        self._make_pages = make_pages
        self._pages: list[Page] = []
        self._spoken: object = None
        """What told the language that the pages are in."""
        self.setObjectName("settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setObjectName("settings-list")
        self.search = _Search(look, self.list)
        self.stack = QStackedWidget()
        self._nothing = PlainLabel(wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("rank", "dim")
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self.search.textChanged.connect(self._find)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)
        QShortcut(QKeySequence("F6"), self).activated.connect(self._swap_side)
        self._fill()
        self.search.setFocus()

    def _lay_out(self) -> None:
        px = self.look.fonts.px
        side = QWidget()
        side.setObjectName("settings-side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(px(_LIST_WIDTH))
        column = QVBoxLayout(side)
        column.setContentsMargins(px(12), px(14), px(12), px(12))
        column.setSpacing(px(10))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self.stack, 1)
        room = self.screen().availableGeometry()
        width, height = (px(one) for one in _SIZE)
        self.resize(min(width, room.width() - 40), min(height, room.height() - 40))

    def open_page(self, number: int) -> None:
        self.search.clear()
        self.list.setCurrentRow(number)

    def pages(self) -> list[Page]:
        return list(self._pages)

    # --- Filling and finding -------------------------------------------------
    def _fill(self) -> None:
        """All pages anew, in the language in force, at the same place."""
        at = max(self.list.currentRow(), 0)
        self._spoken = self._speech()
        self.setWindowTitle(self.tr("Settings"))
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.list.setAccessibleName(self.tr("Pages"))
        self._nothing.setText(self.tr("No setting has that name."))
        self.list.blockSignals(True)
        self.list.clear()
        while self.stack.count():
            old = self.stack.widget(0)
            self.stack.removeWidget(old)
            if old is not self._nothing:
                old.setParent(None)  # or it would be found in here until it is gone
                old.deleteLater()
        made = self._make_pages()
        self._pages = list(made.values())
        for name, page in made.items():
            self.list.addItem(QListWidgetItem(name))
            page.setAccessibleName(name)
            page.rows_changed.connect(lambda: self._find(self.search.text()))
            self.stack.addWidget(page)
        self.stack.addWidget(self._nothing)
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(at, len(self._pages) - 1))
        self._find(self.search.text())

    def _show(self, number: int) -> None:
        if 0 <= number < len(self._pages):
            self._pages[number].follow()
            self.stack.setCurrentWidget(self._pages[number])

    def _find(self, text: str) -> None:
        """A page that is called so counts as found, and shows all it has."""
        words = text.casefold().split()
        found = []
        for number, page in enumerate(self._pages):
            item = self.list.item(number)
            is_named = bool(words) and all(word in item.text().casefold() for word in words)
            hits = page.find("" if is_named else text)
            item.setHidden(not hits and not is_named and bool(words))
            if not item.isHidden():
                found.append(number)
        if not found:
            self.stack.setCurrentWidget(self._nothing)
        elif self.list.currentRow() not in found:
            self.list.setCurrentRow(found[0])
        else:
            self._show(self.list.currentRow())

    def _swap_side(self) -> None:
        """F6: from the pages into the one that is shown, and back."""
        page = self.stack.currentWidget()
        if page.isAncestorOf(self.focusWidget() or self.list):
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            first = next(
                (
                    one
                    for one in page.findChildren(QWidget)
                    if one.isVisibleTo(page) and one.focusPolicy() & Qt.FocusPolicy.TabFocus
                ),
                self.list,
            )
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self._spoken != self._speech():
            self._fill()

    def _speech(self) -> object:
        """Qt tells of a change for each translator that comes or goes."""
        return self.tr("Settings"), self.look.format.locale
