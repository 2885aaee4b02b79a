"""Asks before an address is opened that may not be what it looks like."""

from PySide6.QtWidgets import QWidget

from ui.chat.arming import arm
from ui.chat.links import true_form, true_host
from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look

_SHOWN_MAX = 600
"""Characters of an address: more than anybody reads, less than the screen holds."""


class LinkDialog(PlainDialog):
    """``accepted`` means: open it."""

    def __init__(self, look: Look, url: str, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._why = PlainLabel(wraps=True)
        address = true_form(url)
        shown = address if len(address) <= _SHOWN_MAX else f"{address[:_SHOWN_MAX]}…"
        self._address = PlainLabel(shown, wraps=True)
        self._address.setFont(look.fonts.mono)
        self._host = PlainLabel(true_host(url), wraps=True)
        """By itself: in front of it there may stand more than anybody reads."""
        self._host.setFont(look.fonts.title)
        self._address.setProperty("rank", "dim")
        self.body.addWidget(self._why)
        self.body.addWidget(self._host)
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
