"""Acting on a painted row through the accessibility tree."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelection, QModelIndex, QObject, QPersistentModelIndex, QTimer
from PySide6.QtWidgets import QAbstractItemView


class Choices(QObject):
    """A row that is selected through the accessibility tree is acted on.

    A screen reader's one action for a row is to select it. Views with this select
    nothing at keys and pointer, so whatever is selected was chosen that way.
    """

    def __init__(self, view: QAbstractItemView, act: Callable[[QModelIndex], None]) -> None:
        """``act`` is called later: not while the bus waits for its answer."""
        super().__init__(view)
        self._view = view
        self._act = act
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.selectionModel().selectionChanged.connect(self._on_selected)

    def _on_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        indexes = selected.indexes()
        if indexes:
            row = QPersistentModelIndex(indexes[0])
            QTimer.singleShot(0, self, partial(self._choose, row))

    def _choose(self, row: QPersistentModelIndex) -> None:
        self._view.selectionModel().clearSelection()
        if row.isValid():
            self._act(self._view.model().index(row.row(), row.column()))
