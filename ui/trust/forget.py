"""Forgetting somebody: asked for once, for it cannot be taken back."""

from PySide6.QtWidgets import QWidget

from ui.chat.arming import arm
from ui.dialogs.ask import AskDialog
from ui.look import Look


class ForgetDialog(AskDialog):
    def __init__(self, look: Look, name: str, parent: QWidget | None) -> None:
        """``name`` is ready for a sentence."""
        super().__init__(look, parent, is_grave=True)
        self._name = name
        self.retranslate()
        arm(self.yes)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Forget"))
        self.title.setText(self.tr("Forget {name}?").format(name=self._name))
        self.text.setText(
            self.tr(
                "All messages with them are deleted from this computer, and what was not "
                "delivered is never sent. Files that have arrived stay in their folder. If they "
                "come back, they are a stranger. This cannot be undone."
            )
        )
        self.no.setText(self.tr("Keep"))
        self.yes.setText(self.tr("Delete and forget"))
