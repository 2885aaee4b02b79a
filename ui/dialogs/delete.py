"""Deleting cannot be taken back: it is asked for once."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.ask import AskDialog
from ui.look import Look


class DeleteDialog(AskDialog):
    def __init__(
        self, look: Look, name: str, parent: QWidget | None, *, is_room: bool = False
    ) -> None:
        """``name`` is ready for a sentence."""
        super().__init__(look, parent, is_grave=True)
        self._name = name
        self._is_room = is_room
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Delete this message"))
        if self._is_room:
            title = self.tr("Delete this message for all?")
            text = self.tr(
                "It disappears here and at everyone in {name}, once they are reached. "
                "What they have read, copied or saved already stays theirs."
            )
        else:
            title = self.tr("Delete this message for both?")
            text = self.tr(
                "It disappears here and, once they are reached, at {name}. "
                "What they have read, copied or saved already stays theirs."
            )
        self.title.setText(title)
        self.text.setText(text.format(name=self._name))
        self.no.setText(self.tr("Keep"))
        self.yes.setText(self.tr("Delete"))
