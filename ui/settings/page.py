"""One page of the settings: rows of a text and what changes it, found by their words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTranslator, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.buttons import ChoiceBox, Switch
from ui.labels import PlainLabel
from ui.look import Look
from ui.resources import TRANSLATIONS

_TAB = Qt.FocusPolicy.TabFocus
_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class Tongues:
    """Looks a sentence up in the language that is not shown, so that both find it."""

    def __init__(self) -> None:
        self._chinese = QTranslator()
        self._chinese.load("landline_zh_CN", str(TRANSLATIONS))

    def chinese(self, context: str, source: str, comment: str | None) -> str:
        """Empty where there is none."""
        return self._chinese.translate(context, source, comment or "") or ""


class Row(QFrame):
    """``words``: all it is found by, in both languages, folded."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.is_idle = False
        """It has nothing to show right now."""
        self.setObjectName("settings-row")

    def light(self, is_lit: bool) -> None:
        if self.property("lit") != is_lit:
            self.setProperty("lit", is_lit)
            self.style().unpolish(self)
            self.style().polish(self)


_Heading = tuple[PlainLabel, list[Row]]


class Page(QScrollArea):
    """Built once by ``build``; a language change makes new pages."""

    rows_changed = Signal()
    """Some came or went: what was searched for has to be found anew."""

    def __init__(self, look: Look, tongues: Tongues) -> None:
        super().__init__()
        self.look = look
        self._tongues = tongues
        self._said: dict[str, str] = {}
        self.rows: list[Row] = []
        self._headings: list[_Heading] = []
        self.setObjectName("settings-page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("settings-inside")
        self.setWidget(inside)
        px = look.fonts.px
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(px(22), px(14), px(22), px(20))
        self.column.setSpacing(px(2))
        self._target = self.column
        self.build()
        self.column.addStretch(1)

    def build(self) -> None:
        """Overridden: fills the page."""

    def follow(self) -> None:
        """Overridden where something may change while the page is shown."""

    def tr(self, source: str, comment: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        """As Qt's; remembers what stands behind the words that are shown."""
        context = type(self).__name__
        shown = QCoreApplication.translate(context, source, comment, n)
        chinese = self._tongues.chinese(context, source, comment)
        self._said[shown] = f"{shown} {source} {chinese}"
        return shown

    # --- Rows --------------------------------------------------------------
    def heading(self, text: str) -> None:
        label = PlainLabel(text)
        label.setFont(self.look.fonts.tiny_bold)
        label.setProperty("rank", "faint")
        label.setContentsMargins(self.look.fonts.px(8), self.look.fonts.px(12), 0, 0)
        self.column.addWidget(label)
        self._headings.append((label, []))

    def switch(self, text: str, hint: str, is_on: bool, change: Callable[[bool], object]) -> Switch:
        made = Switch(self.look)
        made.setChecked(is_on)
        made.switched.connect(change)
        self.row(text, hint, made)
        return made

    def choice(
        self, text: str, hint: str, choices: Mapping[Any, str], now: object,
        choose: Callable[[Any], object],
    ) -> ChoiceBox:  # fmt: skip
        values = list(choices)
        made = ChoiceBox(self.look)
        made.addItems(list(choices.values()))
        made.setCurrentIndex(values.index(now) if now in choices else -1)
        made.activated.connect(lambda at: choose(values[at]))
        made.view().setAccessibleName(text)
        self.row(text, hint, made)
        return made

    def button(self, text: str, hint: str, label: str, act: Callable[[], object]) -> QPushButton:
        made = QPushButton(label)
        made.setAutoDefault(False)
        made.clicked.connect(lambda: act())  # noqa: PLW0108 - not with what Qt adds
        self.row(text, hint, made)
        made.setAccessibleName(f"{label} {text}")
        return made

    def value(self, text: str, value: str, hint: str = "") -> PlainLabel:
        made = PlainLabel(value, wraps=True)
        made.setTextInteractionFlags(_SELECTABLE)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = self.row(text, hint, made, is_tall=True)
        row.words += f" {self._said.get(value, value)}".casefold()
        return made

    def copied(self, text: str, value: str, hint: str, label: str, copy: str) -> None:
        """A value with a button, ``label``, that copies ``copy``. ``value`` may be broken into
        lines where it would else break anywhere."""
        shown, button = PlainLabel(value), QPushButton(label)
        shown.setFont(self.look.fonts.mono)
        shown.setTextInteractionFlags(_SELECTABLE)
        shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: QGuiApplication.clipboard().setText(copy))
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(shown, 1)
        across.addWidget(button)
        self.row(text, hint, both, is_tall=True)
        shown.setAccessibleName(text)
        button.setAccessibleName(f"{label} {text}")

    def note(self, text: str) -> PlainLabel:
        label = self._dim(text)
        self.part(text, label)
        return label

    def told(self) -> Callable[[str], None]:
        """A line for what becomes of something: there only once it is called with words."""
        label = self._dim("")
        row = self.part("", label)

        def tell(text: str) -> None:
            label.setText(text)
            row.is_idle = not text
            row.setVisible(bool(text))

        tell("")
        return tell

    def part(self, text: str, part: QWidget) -> Row:
        """Without words beside it; ``text`` is what it is found by."""
        row = self._row(text)
        px, column = self.look.fonts.px, QVBoxLayout(row)
        column.setContentsMargins(px(8), px(5), px(8), px(5))
        column.addWidget(part)
        return row

    def row(self, text: str, hint: str, part: QWidget, *, is_tall: bool = False) -> Row:
        """``is_tall``: the part stands below the words, over the whole width."""
        row, px = self._row(text, hint), self.look.fonts.px
        across: QBoxLayout = QVBoxLayout(row) if is_tall else QHBoxLayout(row)
        across.setContentsMargins(px(8), px(7), px(8), px(7))
        across.setSpacing(px(6 if is_tall else 16))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(PlainLabel(text, wraps=True))
        if hint:
            words.addWidget(self._dim(hint))
        across.addLayout(words, 1)
        across.addWidget(part)
        part.setAccessibleName(text)
        part.setAccessibleDescription(hint)
        return row

    def _row(self, *texts: str) -> Row:
        row = Row(" ".join(self._said.get(text, text) for text in texts).casefold())
        self._target.addWidget(row)
        self.rows.append(row)
        if self._headings:
            self._headings[-1][1].append(row)
        return row

    def live(self, key: Callable[[], object], build: Callable[[], None]) -> "LiveRows":
        """Rows that follow something: see LiveRows. ``build`` makes them as ``self.build`` does."""
        heading = self._headings[-1] if self._headings else None
        made = LiveRows(self, key, lambda: self._build_into(made.column, heading, build))
        self.column.addWidget(made)
        made.follow()
        return made

    def _build_into(
        self, column: QVBoxLayout, heading: _Heading | None, build: Callable[[], None]
    ) -> list[Row]:
        """Under the heading that stood above them at first."""
        before, headings = len(self.rows), self._headings
        self._target, self._headings = column, [heading] if heading else []
        build()
        self._target, self._headings = self.column, headings
        return self.rows[before:]

    def drop(self, rows: Sequence[Row]) -> None:
        """They are about to be deleted."""
        gone = set(rows)
        self.rows = [one for one in self.rows if one not in gone]
        for _, under in self._headings:
            under[:] = [one for one in under if one not in gone]

    def _dim(self, text: str) -> PlainLabel:
        label = PlainLabel(text, wraps=True)
        label.setFont(self.look.fonts.small)
        label.setProperty("rank", "dim")
        return label

    # --- Searching ---------------------------------------------------------
    def find(self, text: str) -> int:
        """Shows only the rows with every word of ``text``, lit; how many there are."""
        words = text.casefold().split()
        found = 0
        for row in self.rows:
            is_found = not row.is_idle and all(word in row.words for word in words)
            row.setVisible(is_found)
            row.light(is_found and bool(words))
            found += is_found
        for label, rows in self._headings:
            label.setVisible(any(not row.isHidden() for row in rows))
        return found


class LiveRows(QWidget):
    """Rows made anew whenever ``key`` says something else; who is asked for is found again by
    the keyboard's focus."""

    def __init__(
        self, page: Page, key: Callable[[], object], build: Callable[[], list[Row]]
    ) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(page.column.spacing())
        self._page = page
        self._key = key
        self._build = build
        self._seen: object = None
        self._rows: list[Row] = []

    def follow(self) -> None:
        key = self._key()
        if key == self._seen:
            return
        self._seen = key
        focused = self.focusWidget()
        had_focus = focused is not None and focused.hasFocus()
        name = focused.accessibleName() if focused else ""
        self._page.drop(self._rows)
        for row in self._rows:
            self.column.removeWidget(row)
            row.setParent(None)  # or it would be found in here until it is gone
            row.deleteLater()
        self._rows = self._build()
        self._page.rows_changed.emit()
        if had_focus:
            self._focus_again(name)

    def _focus_again(self, name: str) -> None:
        parts = [one for one in self.findChildren(QWidget) if one.focusPolicy() & _TAB]
        same = [one for one in parts if one.accessibleName() == name]
        for one in (same or parts)[:1]:
            one.setFocus(Qt.FocusReason.OtherFocusReason)
