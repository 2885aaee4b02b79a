"""To whom a message goes on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.dialogs.base import PlainDialog
from ui.fields import SearchField
from ui.look import Look

_ID = Qt.ItemDataRole.UserRole
_HEIGHT = 260


class ForwardDialog(PlainDialog):
    chat_chosen = Signal(str)
    """Of a person or a room."""

    def __init__(
        self, look: Look, chats: Sequence[tuple[str, str]], parent: QWidget | None
    ) -> None:
        """``chats``: id and name, ready to be shown, in the order to be shown."""
        super().__init__(look, parent)
        self._search = SearchField(look)
        self._list = QListWidget()
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setMinimumHeight(look.fonts.px(_HEIGHT))
        for chat_id, name in chats:
            item = QListWidgetItem(name, self._list)
            item.setData(_ID, chat_id)
        self.body.addWidget(self._search)
        self.body.addWidget(self._list)
        self._leave = self.add_button()
        self._forward = self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.reject)
        self._forward.clicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._list.currentItemChanged.connect(self._on_current)
        self._search.textChanged.connect(self._filter)
        self._filter("")
        self.retranslate()
        self._search.setFocus()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Forward"))
        self.title.setText(self.tr("Forward to"))
        self._search.setPlaceholderText(self.tr("Search people"))
        self._search.setAccessibleName(self.tr("Search people"))
        self._list.setAccessibleName(self.tr("People"))
        self._leave.setText(self.tr("Cancel"))
        self._forward.setText(self.tr("Forward"))

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        shown = []
        for number in range(self._list.count()):
            item = self._list.item(number)
            item.setHidden(wanted not in item.text().casefold())
            if not item.isHidden():
                shown.append(item)
        self._list.setCurrentItem(shown[0] if shown else None)
        self._on_current()

    def _on_current(self) -> None:
        self._forward.setEnabled(self._list.currentItem() is not None)

    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.chat_chosen.emit(item.data(_ID))
            self.accept()
