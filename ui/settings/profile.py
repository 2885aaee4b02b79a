"""Who one is: the name, the id."""

from PySide6.QtWidgets import QApplication, QLineEdit

from app.commands import ChangeSettings
from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
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
        from app.settings import device_name  # noqa: PLC0415 - the engine has loaded it

        self.value(self.tr("This computer"), device_name())
        self.value(
            self.tr("My ID"), desk.my_id or "–",
            self.tr("Made of your key. Nobody else can have it."),
        ).setFont(self.look.fonts.mono)  # fmt: skip
        self.button(
            self.tr("Copy my ID"), self.tr("To send it to somebody by another way."),
            self.tr("Copy"), lambda: QApplication.clipboard().setText(desk.my_id),
        )  # fmt: skip

    def _rename(self) -> None:
        """An empty name is none: the one in force comes back."""
        name = clean_name(cut_utf8(self.edit.text(), NAME_MAX_BYTES), "")
        if not name:
            self.edit.setText(self.place.desk.my_name)
        elif name != self.place.desk.my_name:
            self.place.desk.submit(ChangeSettings(name=name))
