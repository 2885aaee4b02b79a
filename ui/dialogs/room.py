"""A room's beginning, and who comes later."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
from ui.dialogs.base import PlainDialog
from ui.dialogs.picker import Chats, PeoplePicker
from ui.look import Look


class NewRoomDialog(PlainDialog):
    room_wanted = Signal(str, object)
    """Its name, and a tuple of peer ids."""

    def __init__(self, look: Look, people: Chats, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self.name = QLineEdit()
        self.picker = PeoplePicker(look, people)
        self.body.addWidget(self.name)
        self.body.addWidget(self.picker)
        self._leave = self.add_button()
        self.create_button = self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.reject)
        self.create_button.clicked.connect(self._create)
        self.name.textChanged.connect(self._on_changed)
        self.picker.changed.connect(self._on_changed)
        self._on_changed()
        self.retranslate()
        self.name.setFocus()

    def _wanted_name(self) -> str:
        return clean_name(cut_utf8(self.name.text(), NAME_MAX_BYTES), "")

    def _on_changed(self) -> None:
        self.create_button.setEnabled(bool(self._wanted_name() and self.picker.chosen()))

    def _create(self) -> None:
        self.room_wanted.emit(self._wanted_name(), self.picker.chosen())
        self.accept()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("New room"))
        self.title.setText(self.tr("New room"))
        self.name.setPlaceholderText(self.tr("Name of the room"))
        self.name.setAccessibleName(self.tr("Name of the room"))
        self._leave.setText(self.tr("Cancel"))
        self.create_button.setText(self.tr("Create"))


class AddPeopleDialog(PlainDialog):
    people_chosen = Signal(object)
    """A tuple of peer ids."""

    def __init__(self, look: Look, people: Chats, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self.picker = PeoplePicker(look, people)
        self.body.addWidget(self.picker)
        self._leave = self.add_button()
        self.add = self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.reject)
        self.add.clicked.connect(self._choose)
        self.picker.changed.connect(self._on_changed)
        self._on_changed()
        self.retranslate()
        self.picker.search.setFocus()

    def _on_changed(self) -> None:
        self.add.setEnabled(bool(self.picker.chosen()))

    def _choose(self) -> None:
        self.people_chosen.emit(self.picker.chosen())
        self.accept()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Add people"))
        self.title.setText(self.tr("Add people to this room"))
        self._leave.setText(self.tr("Cancel"))
        self.add.setText(self.tr("Add"))
