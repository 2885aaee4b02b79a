"""The bar below the header: words to look for in the open chat, and which match is shown."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.buttons import IconButton
from ui.fields import SearchField
from ui.labels import PlainLabel
from ui.look import Look

WORDS_MAX = 200
"""Characters of a search; more is a pasted text."""
OLDER_KEY, NEWER_KEY = "F3", "Shift+F3"


class WordsEdit(SearchField):
    """Enter and Up go to older matches, Shift+Enter and Down to newer ones."""

    stepped = Signal(int)
    """1: older, -1: newer."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if has_shift else 1)
        elif event.key() == Qt.Key.Key_Up:
            self.stepped.emit(1)
        elif event.key() == Qt.Key.Key_Down:
            self.stepped.emit(-1)
        else:
            super().keyPressEvent(event)


class SearchBar(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[int, int, bool] | None = None
        self.setObjectName("search-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = WordsEdit(look, has_cross=False)
        self.words.setMaxLength(WORDS_MAX)
        self.count = PlainLabel()
        self.count.setProperty("rank", "dim")
        self.count.setFont(look.fonts.small)
        self.older_button = IconButton(look, "up", side=30, icon_side=17)
        self.newer_button = IconButton(look, "down", side=30, icon_side=17)
        self.day_button = IconButton(look, "calendar", side=30, icon_side=18)
        self.close_button = IconButton(look, "close", side=30, icon_side=17)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(7), px(16), px(7))
        row.setSpacing(px(4))
        row.addWidget(self.words, 1)
        row.addSpacing(px(6))
        row.addWidget(self.count)
        row.addSpacing(px(4))
        for button in self.tab_order()[1:]:
            row.addWidget(button)

    def tab_order(self) -> list[QWidget]:
        buttons = (self.older_button, self.newer_button, self.day_button, self.close_button)
        return [self.words, *buttons]

    def show_count(self, number: int, count: int, *, is_bounded: bool) -> None:
        """Match ``number`` of ``count`` is shown, 0 for none yet; ``is_bounded``: or of more."""
        self._shown = (number, count, is_bounded)
        self._tell_count()

    def show_no_count(self) -> None:
        """Nothing is looked for."""
        self._shown = None
        self._tell_count()

    def _tell_count(self) -> None:
        found = self._shown is not None and self._shown[1] > 0
        for button in (self.older_button, self.newer_button):
            button.setEnabled(found)
        if self._shown is None:
            self.count.setText("")
            return
        number, count, is_bounded = self._shown
        if not count:
            self.count.setText(self.tr("No matches"))
            return
        told = self._look.format.number(count) + ("+" if is_bounded else "")
        at = self._look.format.number(number) if number else "–"
        text = self.tr("{number} of {count}", "which match is shown").format(number=at, count=told)
        self.count.setText(text)

    def retranslate(self) -> None:
        self.words.setPlaceholderText(self.tr("Search"))
        self.words.setAccessibleName(self.tr("Search in this chat"))
        self.older_button.set_name(self.tr("Older match"), OLDER_KEY)
        self.newer_button.set_name(self.tr("Newer match"), NEWER_KEY)
        self.day_button.set_name(self.tr("Go to a day"))
        self.close_button.set_name(self.tr("Close the search"), "Esc")
        self._tell_count()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
