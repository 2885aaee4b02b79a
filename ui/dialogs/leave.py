"""Leaving a room and sending somebody out of it: asked for once."""

from PySide6.QtWidgets import QWidget

from ui.dialogs.ask import AskDialog
from ui.look import Look


class _NamedDialog(AskDialog):
    def __init__(self, look: Look, name: str, parent: QWidget | None) -> None:
        """``name`` is ready for a sentence."""
        super().__init__(look, parent, is_grave=True)
        self._name = name
        self.retranslate()


class LeaveDialog(_NamedDialog):
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Leave the room"))
        self.title.setText(self.tr("Leave {name}?").format(name=self._name))
        self.text.setText(
            self.tr(
                "Nothing more reaches you from there, and the others see that you left. "
                "What was said stays on this computer."
            )
        )
        self.no.setText(self.tr("Stay"))
        self.yes.setText(self.tr("Leave"))


class RemoveDialog(_NamedDialog):
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Remove from the room"))
        self.title.setText(self.tr("Remove {name} from this room?").format(name=self._name))
        self.text.setText(
            self.tr("They get nothing more from it. What they have already stays theirs.")
        )
        self.no.setText(self.tr("Keep"))
        self.yes.setText(self.tr("Remove"))
