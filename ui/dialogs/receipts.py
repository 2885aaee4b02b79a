"""Who has a message of ours, and who has read it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.model import MessageState
from ui.dialogs.base import PlainDialog
from ui.dialogs.names import NameList
from ui.look import Look


class ReceiptsDialog(PlainDialog):
    def __init__(
        self, look: Look, came: Sequence[tuple[str, MessageState]], parent: QWidget | None
    ) -> None:
        """``came``: each member's name, ready for a sentence, and how far it came with them."""
        super().__init__(look, parent)
        lines = [f"{name} · {look.room_words.came(state)}" for name, state in came]
        self.names = NameList(look, lines or [look.room_words.nobody_else()])
        self.body.addWidget(self.names)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Who has it"))
        self.title.setText(self.tr("Who has this message"))
        self.names.setAccessibleName(self.tr("People"))
        self._close.setText(self.tr("Close"))
