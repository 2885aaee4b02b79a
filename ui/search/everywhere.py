"""Search in all that was said, offered, and in all names: over the list at the left."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.folding import fold
from ui.buttons import IconButton
from ui.desk import Desk
from ui.fields import SearchField
from ui.labels import PlainLabel
from ui.look import Look
from ui.roster import Entry, Section
from ui.search.bar import WORDS_MAX
from ui.search.marks import Marks
from ui.search.names import Wanted
from ui.search.question import Found, Question
from ui.search.results import Group, Line, LineKind
from ui.search.resultview import ResultsView
from ui.search.searcher import Searcher
from ui.sidebar.model import found_order, is_wanted

FIRST: Final = 5
"""Rows of each group, until more are asked for."""
MORE: Final = 25


class Everywhere(QWidget):
    closed = Signal()
    chat_wanted = Signal(str)
    message_wanted = Signal(object)
    """A Message that shall be shown where it stands."""

    def __init__(self, desk: Desk, look: Look, searcher: Searcher) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._searcher = searcher
        searcher.setParent(self)
        self._found: dict[Group, Found] = {}
        self._people: list[Entry] = []
        self._shown = dict.fromkeys(Group, FIRST)
        """Rows of each group."""
        self._is_complete = True
        """Otherwise messages are still being read for words inside words."""
        self.setObjectName("everywhere")
        self.words = SearchField(look, has_cross=False)
        self.words.setMaxLength(WORDS_MAX)
        self.close_button = IconButton(look, "close", side=30, icon_side=17)
        self.view = ResultsView(look, desk.roster)
        self.hint = PlainLabel(wraps=True)
        self.aside = PlainLabel(wraps=True)
        self._lay_out()
        self._listen()
        self.retranslate()
        self._show()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.hint.setContentsMargins(px(24), px(28), px(24), 0)
        self.hint.setProperty("rank", "dim")
        self.aside.setContentsMargins(px(18), px(8), px(18), px(10))
        self.aside.setProperty("rank", "dim")
        row = QHBoxLayout()
        row.setContentsMargins(px(12), 0, px(8), px(8))
        row.setSpacing(px(4))
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.hint, 1)
        column.addWidget(self.aside)

    def _listen(self) -> None:
        self.words.textChanged.connect(self._on_words_changed)
        self.words.returnPressed.connect(self.view.open_first)
        self.words.installEventFilter(self)
        self.close_button.clicked.connect(self.closed)
        self.view.left.connect(self.words.setFocus)
        self.view.typed.connect(self._type)
        self.view.line_opened.connect(self._open)
        self._desk.messages_changed.connect(self._on_messages_changed)
        self._desk.ready.connect(self._ask_again)  # who is a stranger is known now

    def tab_order(self) -> list[QWidget]:
        return [self.words, self.close_button, self.view]

    def is_used(self) -> bool:
        """Whether the keyboard is in it."""
        return any(part.hasFocus() for part in self.tab_order())

    def new_marks(self) -> Marks:
        """For a chat, of the same words."""
        return Marks(self._look.theme, self.view.sought)

    # --- Asking ------------------------------------------------------------
    def _on_words_changed(self, _text: str) -> None:
        self._shown = dict.fromkeys(Group, FIRST)
        self._ask()

    def _ask(self) -> None:
        from app.store.search import search_terms  # noqa: PLC0415 - with the first search

        text, terms = self.words.text(), search_terms(self.words.text())
        self.view.seek(tuple(map(fold, terms)))
        if not terms:
            self._searcher.forget()
            self._found, self._people, self._is_complete = {}, [], True
            self._show()
            return
        question = Question(text, dict(self._shown), self._hidden(), self._requests())
        self._searcher.ask(
            question.ask_index, lambda found: self._on_found_at_once(question, found)
        )

    def _on_found_at_once(self, question: Question, found: dict[Group, Found]) -> None:
        is_wanted = self._searcher.is_wanted
        self._is_complete = False
        self._on_found(found)
        self._searcher.ask(lambda history: question.ask_all(history, is_wanted), self._on_all_found)

    def _on_all_found(self, found: dict[Group, Found]) -> None:
        self._is_complete = True
        self._on_found(found)

    def _on_found(self, found: dict[Group, Found]) -> None:
        self._found = found
        wanted = Wanted(self.words.text())
        people = (one for one in self._desk.roster if one.section is not None)
        self._people = sorted((one for one in people if is_wanted(one, wanted)), key=found_order)
        self._show()

    def _hidden(self) -> frozenset[str]:
        """Where nothing is looked for: whom the list does not show, and strangers."""
        unlisted = (one.chat_id for one in self._desk.roster if one.section is None)
        return self._requests().union(unlisted)

    def _requests(self) -> frozenset[str]:
        asking = (one for one in self._desk.roster if one.section is Section.REQUESTS)
        return frozenset(one.chat_id for one in asking)

    def _on_messages_changed(self, _messages: object) -> None:
        """A method: what is connected to one that is deleted is not called any more."""
        self._ask_again()

    def _ask_again(self) -> None:
        if self.isVisible() and self.words.text().strip():
            self._ask()

    # --- Showing -----------------------------------------------------------
    def _show(self) -> None:
        lines: list[Line] = []
        for group in (Group.MESSAGES, Group.FILES):
            found = self._found.get(group, Found())
            entries = ((self._desk.roster.get(one.chat_id), one) for one in found.messages)
            rows = [
                Line(LineKind.RESULT, group, entry=entry, message=one)
                for entry, one in entries
                if entry is not None
            ]
            lines += _group(group, rows, found, is_complete=self._is_complete)
        people = self._people[: self._shown[Group.PEOPLE]]
        rows = [Line(LineKind.RESULT, Group.PEOPLE, entry=one) for one in people]
        lines += _with_heading(Group.PEOPLE, rows, len(self._people))
        self.view.show_lines(lines)
        self.view.setVisible(bool(lines))
        self.hint.setVisible(not lines)
        self._tell_hint()

    def _open(self, line: Line) -> None:
        if line.kind is LineKind.MORE:
            self._shown[line.group] += MORE
            self._ask()
        elif line.message is not None:
            self.message_wanted.emit(line.message)
        elif line.entry is not None:
            self.chat_wanted.emit(line.entry.chat_id)

    # --- Keys and words ----------------------------------------------------
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        is_key = watched is self.words and event.type() is QEvent.Type.KeyPress
        if is_key and event.key() == Qt.Key.Key_Down:
            self.view.enter()
            return True
        return super().eventFilter(watched, event)

    def _type(self, letter: str) -> None:
        self.words.setFocus()
        self.words.insert(letter)

    def _tell_hint(self) -> None:
        left_out = sum(one.left_out for one in self._found.values())
        self.aside.setVisible(left_out > 0)
        self.aside.setText(self.tr("%n more in requests from strangers", "", left_out))
        if self.words.text().strip():
            self.hint.setText(self.tr("Nothing was found.") if self._is_complete else "")
        else:
            self.hint.setText(
                self.tr("Finds words in messages, and the names of files, people and rooms.")
            )

    def retranslate(self) -> None:
        self.words.setPlaceholderText(self.tr("Search everywhere"))
        self.words.setAccessibleName(self.tr("Search everywhere"))
        self.close_button.set_name(self.tr("Close the search"), "Esc")
        self.view.setAccessibleName(self.tr("What was found"))
        self.view.viewport().update()
        self._tell_hint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _group(group: Group, rows: list[Line], found: Found, *, is_complete: bool) -> list[Line]:
    has_more = found.is_bounded or not is_complete
    lines = _with_heading(group, rows, len(found.matches), has_more=has_more)
    is_cut = len(rows) == len(found.matches) and found.is_bounded
    return [*lines, Line(LineKind.MORE, group)] if rows and is_cut else lines


def _with_heading(
    group: Group, rows: list[Line], count: int, *, has_more: bool = False
) -> list[Line]:
    if not rows:
        return []
    more = [Line(LineKind.MORE, group)] if len(rows) < count else []
    return [Line(LineKind.HEADING, group, count, has_more), *rows, *more]
