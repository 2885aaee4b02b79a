"""A question with two answers; the one that changes nothing is what Enter gives."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look


class AskDialog(PlainDialog):
    """``accepted`` is the answer yes. Subclasses set the words."""

    def __init__(self, look: Look, parent: QWidget | None, *, is_grave: bool = False) -> None:
        """``is_grave``: yes cannot be taken back, and looks it."""
        super().__init__(look, parent)
        self.text = PlainLabel(wraps=True)
        self.text.setProperty("rank", "dim")
        self.body.addWidget(self.text)
        self.no = self.add_button(is_default=True)
        self.yes = self.add_button(is_main=True)
        self.yes.setProperty("grave", is_grave)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self.accept)
