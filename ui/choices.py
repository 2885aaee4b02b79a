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

    def __init__(
        self,
        view: QAbstractItemView,
        act: Callable[[QModelIndex], None],
        *,
        key_of: Callable[[QModelIndex], object] | None = None,
    ) -> None:
        """``act`` is called later: not while the bus waits for its answer. ``key_of``: finds
        a row again in a list that is made anew meanwhile."""
        super().__init__(view)
        self._view = view
        self._act = act
        self._key_of = key_of
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.selectionModel().selectionChanged.connect(self._on_selected)

    def _on_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        indexes = selected.indexes()
        if indexes:
            row = QPersistentModelIndex(indexes[0])
            key = self._key_of(indexes[0]) if self._key_of is not None else None
            QTimer.singleShot(0, self, partial(self._choose, row, key))

    def _choose(self, row: QPersistentModelIndex, key: object) -> None:
        self._view.selectionModel().clearSelection()
        number = row.row() if row.isValid() else self._find(key)
        if number is not None:
            self._act(self._view.model().index(number, 0))

    def _find(self, key: object) -> int | None:
        model, key_of = self._view.model(), self._key_of
        if key_of is None:
            return None
        numbers = range(model.rowCount())
        return next((one for one in numbers if key_of(model.index(one, 0)) == key), None)
