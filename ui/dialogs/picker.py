"""A list of people to tick, with a field that narrows it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.look import Look

_ID = Qt.ItemDataRole.UserRole
_HEIGHT = 240
_ROW = 30
_SEEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
"""Qt's own ticking reacts to the box alone; here the whole row does."""


class _TickList(QListWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Space and item is not None:
            self.itemClicked.emit(item)
        else:
            super().keyPressEvent(event)


class PeoplePicker(QWidget):
    changed = Signal()

    def __init__(self, look: Look, people: Sequence[tuple[str, str]]) -> None:
        """``people``: peer id and name, ready to be shown, in the order to be shown."""
        super().__init__()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.list = _TickList()
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setMinimumHeight(look.fonts.px(_HEIGHT))
        for peer_id, name in people:
            item = QListWidgetItem(name, self.list)
            item.setFlags(_SEEN)
            item.setSizeHint(QSize(1, look.fonts.px(_ROW)))
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(_ID, peer_id)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.fonts.px(8))
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.list.itemClicked.connect(self._toggle)
        self.search.textChanged.connect(self._filter)
        self.retranslate()

    def chosen(self) -> tuple[str, ...]:
        items = (self.list.item(number) for number in range(self.list.count()))
        ticked = Qt.CheckState.Checked
        return tuple(item.data(_ID) for item in items if item.checkState() is ticked)

    def _toggle(self, item: QListWidgetItem) -> None:
        is_on = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)
        self.changed.emit()

    def _filter(self, text: str) -> None:
        """Ticked ones stay in sight: nobody is added unseen."""
        wanted = text.strip().casefold()
        for number in range(self.list.count()):
            item = self.list.item(number)
            is_ticked = item.checkState() is Qt.CheckState.Checked
            item.setHidden(not is_ticked and wanted not in item.text().casefold())

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search people"))
        self.search.setAccessibleName(self.tr("Search people"))
        self.list.setAccessibleName(self.tr("People"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
