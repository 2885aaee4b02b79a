"""The list of what a search everywhere has found, by pointer and by keys."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from ui.choices import Choices
from ui.look import Look
from ui.roster import Roster
from ui.search.marks import Marks
from ui.search.resultpaint import ResultsDelegate
from ui.search.results import Line, LineKind, ResultsModel
from ui.search.resultwords import ResultWords


class ResultsView(QListView):
    line_opened = Signal(object)
    left = Signal()
    """Upwards, to the words."""
    typed = Signal(str)

    def __init__(self, look: Look, roster: Roster) -> None:
        super().__init__()
        self._look = look
        self._words = ResultWords(look, roster)
        self.results = ResultsModel(self._words.describe, self)
        self.delegate = ResultsDelegate(self.results, look, self._words)
        self.setObjectName("people-list")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(look.fonts.px(24))
        self.setModel(self.results)
        self.setItemDelegate(self.delegate)
        self._choices = Choices(self, self._open_at)
        self.clicked.connect(self._open_at)
        roster.changed.connect(self.viewport().update)
        look.pictures.changed.connect(self.viewport().update)
        look.theme.changed.connect(self._lay_out_again)

    @property
    def sought(self) -> tuple[str, ...]:
        """The folded words that are looked for."""
        return self._words.sought

    def seek(self, folded: tuple[str, ...]) -> None:
        """What is marked in the rows."""
        self._words.sought = folded
        self.delegate.marks = Marks(self._look.theme, folded)

    def show_lines(self, lines: Sequence[Line]) -> None:
        at = self.currentIndex().row()
        self.results.show(lines)
        self.viewport().update()
        if self.hasFocus() and 0 <= at < len(lines):
            self._make_current(at)  # what "show more" has brought stands where it stood

    def open_first(self) -> None:
        """The first result of all."""
        numbers = range(self.results.rowCount())
        first = (at for at in numbers if self.results.line(at).kind is LineKind.RESULT)
        at = next(first, None)
        if at is not None:
            self._make_current(at)
            self._open_at(self.results.index(at))

    def enter(self) -> None:
        """By the keyboard, from the words above."""
        if self.results.rowCount() > 1:
            self._make_current(max(1, self.currentIndex().row()))
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        is_letter = bool(event.text()) and event.text().isprintable()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_at(self.currentIndex())
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 1:
            self.left.emit()
        elif is_letter and not event.modifiers() & keys:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def keyboardSearch(self, _text: str) -> None:
        """Letters belong to the words above."""

    def _open_at(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self.results.line(index.row())
        if line.kind is LineKind.RESULT:
            self.delegate.opened = line
            self.viewport().update()
        self.line_opened.emit(line)

    def _make_current(self, number: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.NoUpdate
        self.selectionModel().setCurrentIndex(self.results.index(number), flag)
        self.scrollTo(self.results.index(number))

    def _lay_out_again(self) -> None:
        """Colours or sizes of text have changed."""
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
