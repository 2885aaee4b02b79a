"""Who one is: the name, the picture, the id."""

from PySide6.QtWidgets import QLineEdit

from app.commands import ChangeSettings
from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
from ui.ids import own_digits, shown_id
from ui.settings.face import MyPicture
from ui.settings.own import OwnPage


class ProfilePage(OwnPage):
    def build(self) -> None:
        desk = self.place.desk
        self.edit = QLineEdit(desk.my_name)
        self.edit.setMaxLength(NAME_MAX_BYTES)
        self.edit.editingFinished.connect(self._rename)
        name = self.tr("My name")
        hint = self.tr("Others see it. It need not be unique.")
        self.row(name, hint, self.edit, is_tall=True)
        self.picture = MyPicture(self.look, desk, self.place.worker, ground="panel")
        seen = self.tr("Whoever you have accepted sees it. Strangers never do.")
        self.row(self.tr("My picture"), seen, self.picture, is_tall=True)
        from app.settings import device_name  # noqa: PLC0415 - the engine has loaded it

        self.value(self.tr("This computer"), device_name())
        if desk.my_id:
            self._build_key(desk.my_id)

    def _build_key(self, my_id: str) -> None:
        """What others can compare; nothing here is a secret."""
        self.heading(self.tr("My key"))
        digits, shown, copy = own_digits(my_id), shown_id(my_id), self.tr("Copy")
        self.copied(
            self.tr("My safety code"), digits,
            self.tr("My half of the safety number that I compare with each of my people."),
            copy, digits,
        )  # fmt: skip
        half = len(shown) // 2 + 1  # behind a dash
        self.copied(
            self.tr("My ID"), f"{shown[:half]}\n{shown[half:]}",
            self.tr("Made of your key. Nobody else can have it."), copy, shown,
        )  # fmt: skip

    def _rename(self) -> None:
        """An empty name is none: the one in force comes back."""
        name = clean_name(cut_utf8(self.edit.text(), NAME_MAX_BYTES), "")
        if not name:
            self.edit.setText(self.place.desk.my_name)
        elif name != self.place.desk.my_name:
            self.place.desk.submit(ChangeSettings(name=name))
