"""Before files go to many people at once."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.ask import AskDialog
from ui.look import Look


class SendDialog(AskDialog):
    def __init__(self, look: Look, count: int, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._count = count
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Send files"))
        self.title.setText(self.tr("Send to %n people?", "", self._count))
        self.text.setText(
            self.tr("Each of them is asked first. The files go to each one separately.")
        )
        self.no.setText(self.tr("Do not send"))
        self.yes.setText(self.tr("Send"))
