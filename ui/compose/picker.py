"""Choosing an emoji: by group, by word in English or Chinese, from those used last."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.compose.emoji import TONES, Emoji, by_char, drawn_groups, find_emoji
from ui.compose.grid import COLUMNS, SIDE, EmojiGrid, Part
from ui.compose.tabs import TabButton
from ui.fields import SearchField
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look

_HEIGHT: Final = 420
_TABS: Final = ("😀", "👋", "🐻", "🍔", "✈️", "⚽", "💡", "❤️", "🏁")
"""One for each of Unicode's groups, in their order."""
_RECENT: Final = "🕘"
_HAND: Final = "✋"
_BAR: Final = 9
"""The scroll bar's width in the style sheet."""


class EmojiPicker(QFrame):
    chosen = Signal(str)
    tone_chosen = Signal(int)
    left = Signal()
    """The user is done."""

    def __init__(
        self, look: Look, parent: QWidget, *, recent: str, tone: int, is_chinese: bool
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._groups = drawn_groups(look.fonts.body)
        self._recent = [by_char()[one] for one in recent.split() if one in by_char()]
        self._headings: list[int] = []
        self.setObjectName("emoji-picker")
        self.search = SearchField(look)
        self.setFocusProxy(self.search)
        self.grid = EmojiGrid(look)
        self.grid.items.tone = tone if 0 <= tone < len(TONES) else 0  # it comes from a file
        self.grid.items.is_chinese = is_chinese
        self.tabs = [TabButton(look, char) for char in (_RECENT, *_TABS)]
        self.tone_button = TabButton(look, _HAND)
        self._sample = PlainLabel()
        self._name = ElidedLabel()
        self._nothing = PlainLabel(wraps=True)
        self._lay_out()
        self._listen()
        self.retranslate()
        self._show_all()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        tabs = QHBoxLayout()
        tabs.setSpacing(0)
        for tab in self.tabs:
            tabs.addWidget(tab, 1)
        self.tabs[0].setVisible(bool(self._recent))
        large = QFont(self._look.fonts.body)
        large.setPixelSize(px(22))
        self._sample.setFont(large)
        self._sample.setFixedWidth(px(32))
        self._name.setProperty("rank", "dim")
        self._name.setFont(self._look.fonts.small)
        self._nothing.setProperty("rank", "dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        foot = QHBoxLayout()
        foot.addWidget(self._sample)
        foot.addWidget(self._name, 1)
        foot.addWidget(self.tone_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(10), px(6), px(8))
        column.setSpacing(px(6))
        column.addWidget(self.search)
        column.addLayout(tabs)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.grid, 1)
        column.addLayout(foot)

    def sizeHint(self) -> QSize:
        px = self._look.fonts.px
        return QSize(COLUMNS * px(SIDE) + _BAR + px(18), px(_HEIGHT))

    def _listen(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.grid.chosen.connect(self._take)
        self.grid.shown.connect(self._show_name)
        self.grid.left_upwards.connect(self.search.setFocus)
        self.grid.typed.connect(self._type)
        self.grid.verticalScrollBar().valueChanged.connect(self._mark_tab)
        self.tone_button.clicked.connect(self._next_tone)
        for number, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _=False, one=number: self._go_to_group(one))

    # --- What is shown -----------------------------------------------------
    def _show_all(self) -> None:
        recent: list[Part] = [(self._words()[0], self._recent)] if self._recent else []
        groups = zip(self._words()[1:], self._groups, strict=True)
        self._show([*recent, *((name, group.emoji) for name, group in groups)])
        self._mark_tab()

    def _find(self, wanted: str) -> None:
        if not wanted.strip():
            self._show_all()
            return
        self._show([("", find_emoji(wanted, self._groups))])
        self.grid.go_to_first()
        self._mark_tab()

    def _show(self, parts: Sequence[Part]) -> None:
        self._headings = self.grid.show_parts(parts)
        is_empty = self.grid.items.rowCount() == 0
        self.grid.setVisible(not is_empty)
        self._nothing.setVisible(is_empty)
        self._show_name(None)

    def _show_name(self, one: Emoji | None) -> None:
        self._sample.setText(one.toned(self.grid.items.tone) if one else "")
        self._name.setText(self.grid.items.name(one) if one else "")

    def _go_to_group(self, number: int) -> None:
        self.search.clear()
        row = self._headings[number - (not self._recent)]
        self.grid.verticalScrollBar().setValue(self.grid.verticalHeader().sectionPosition(row))

    def _mark_tab(self) -> None:
        top = self.grid.rowAt(self._look.fonts.px(SIDE))
        above = [number for number, row in enumerate(self._headings) if 0 <= row <= top]
        at = above[-1] + (not self._recent) if above else -1
        for number, tab in enumerate(self.tabs):
            tab.show_marked(number == at)

    # --- Choosing ----------------------------------------------------------
    def _take(self, one: Emoji, keeps_open: bool) -> None:
        self.chosen.emit(one.toned(self.grid.items.tone))
        if not keeps_open:
            self.left.emit()

    def _next_tone(self) -> None:
        items = self.grid.items
        items.tone = (items.tone + 1) % len(TONES)
        self.grid.viewport().update()
        self.tone_chosen.emit(items.tone)
        self._show_tone()

    def _type(self, text: str) -> None:
        self.search.setFocus()
        self.search.insert(text)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Of the search: Enter takes the one that is marked, Down goes to the grid."""
        is_key = watched is self.search and event.type() is QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.grid.choose_current()
                return True
            if event.key() == Qt.Key.Key_Down and self.grid.isVisible():
                if not self.grid.currentIndex().isValid():
                    self.grid.go_to_first()
                self.grid.setFocus()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that opened it."""
        is_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Period and is_control:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # --- Words -------------------------------------------------------------
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Emoji"))
        self.search.setPlaceholderText(self.tr("Search emoji"))
        self.search.setAccessibleName(self.tr("Search emoji"))
        self.grid.setAccessibleName(self.tr("Emoji"))
        self._nothing.setText(self.tr("No emoji is called that"))
        for tab, name in zip(self.tabs, self._words(), strict=True):
            tab.set_name(name)
        self._show_tone()

    def _show_tone(self) -> None:
        tone = self.grid.items.tone
        self.tone_button.setText(_HAND + TONES[tone])
        self.tone_button.set_name(self._tones()[tone])

    def _tones(self) -> tuple[str, ...]:
        return (
            self.tr("Skin colour: none"),
            self.tr("Skin colour: light"),
            self.tr("Skin colour: medium light"),
            self.tr("Skin colour: medium"),
            self.tr("Skin colour: medium dark"),
            self.tr("Skin colour: dark"),
        )

    def _words(self) -> tuple[str, ...]:
        return (
            self.tr("Used last"),
            self.tr("Smileys and feelings"),
            self.tr("People and gestures"),
            self.tr("Animals and nature"),
            self.tr("Food and drink"),
            self.tr("Travel and places"),
            self.tr("Activities"),
            self.tr("Objects"),
            self.tr("Symbols"),
            self.tr("Flags"),
        )
