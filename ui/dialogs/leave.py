"""Leaving a room and sending somebody out of it: asked for once."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look


class _AskDialog(PlainDialog):
    """``accepted`` is the answer yes."""

    def __init__(self, look: Look, name: str, parent: QWidget | None) -> None:
        """``name`` is ready for a sentence."""
        super().__init__(look, parent)
        self._name = name
        self._text = PlainLabel(wraps=True)
        self._text.setProperty("rank", "dim")
        self.body.addWidget(self._text)
        self._no = self.add_button(is_default=True)
        self._yes = self.add_button(is_main=True)
        self._no.clicked.connect(self.reject)
        self._yes.clicked.connect(self.accept)
        self.retranslate()


class LeaveDialog(_AskDialog):
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Leave the room"))
        self.title.setText(self.tr("Leave {name}?").format(name=self._name))
        self._text.setText(
            self.tr(
                "Nothing more reaches you from there, and the others see that you left. "
                "What was said stays on this computer."
            )
        )
        self._no.setText(self.tr("Stay"))
        self._yes.setText(self.tr("Leave"))


class RemoveDialog(_AskDialog):
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Remove from the room"))
        self.title.setText(self.tr("Remove {name} from this room?").format(name=self._name))
        self._text.setText(
            self.tr("They get nothing more from it. What they have already stays theirs.")
        )
        self._no.setText(self.tr("Keep"))
        self._yes.setText(self.tr("Remove"))
