"""A question with two answers; the one that changes nothing is what Enter gives."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look


class AskDialog(PlainDialog):
    """``accepted`` is the answer yes. Subclasses set the words."""

    def __init__(self, look: Look, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self.text = PlainLabel(wraps=True)
        self.text.setProperty("rank", "dim")
        self.body.addWidget(self.text)
        self.no = self.add_button(is_default=True)
        self.yes = self.add_button(is_main=True)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self.accept)
