"""Asks before an address is opened that may not be what it looks like."""

from PySide6.QtWidgets import QWidget

from ui.chat.arming import arm
from ui.chat.links import true_form
from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look


class LinkDialog(PlainDialog):
    """``accepted`` means: open it."""

    def __init__(self, look: Look, url: str, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._why = PlainLabel(wraps=True)
        self._address = PlainLabel(_breakable(true_form(url)), wraps=True)
        self._address.setFont(look.fonts.mono)
        self.body.addWidget(self._why)
        self.body.addWidget(self._address)
        self._open = self.add_button()
        self._leave = self.add_button(is_main=True, is_default=True)
        self._open.clicked.connect(self.accept)
        self._leave.clicked.connect(self.reject)
        self.retranslate()
        arm(self._open)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Open this address?"))
        self.title.setText(self.tr("Open this address?"))
        self._why.setText(self.tr("It may not be what it looks like. Your browser would go to:"))
        self._open.setText(self.tr("Open"))
        self._leave.setText(self.tr("Do not open"))


def _breakable(url: str) -> str:
    """A label breaks lines at spaces only; zero-width spaces let the address show in full."""
    shown = url if len(url) <= 600 else f"{url[:590]}…"
    return "\u200b".join(shown)
