"""An address typed by hand, for people whom the network does not show by itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look

_ADDRESS_MAX_CHARS = 120


class ConnectDialog(PlainDialog):
    address_entered = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None, address: str = "") -> None:
        """``address``: from a link, written by anybody; Enter, meant for another window, leaves."""
        super().__init__(look, parent)
        self._hint = PlainLabel(wraps=True)
        self._hint.setProperty("rank", "dim")
        self._edit = QLineEdit()
        self._edit.setMaxLength(_ADDRESS_MAX_CHARS)
        self._edit.setText(address)
        self.body.addWidget(self._hint)
        self.body.addWidget(self._edit)
        self._leave = self.add_button(is_default=bool(address))
        self._connect = self.add_button(is_main=True, is_default=not address)
        self._leave.clicked.connect(self.reject)
        self._connect.clicked.connect(self._on_connect)
        self._edit.textChanged.connect(self._on_changed)
        self._on_changed()
        self.retranslate()
        (self._leave if address else self._edit).setFocus()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Connect to an address"))
        self.title.setText(self.tr("Connect to an address"))
        self._hint.setText(
            self.tr(
                "People on this network appear by themselves. For somebody elsewhere, "
                "enter the address of their computer: it stands in their settings, under "
                "“Network”."
            )
        )
        self._edit.setPlaceholderText("192.168.1.20")
        self._edit.setAccessibleName(self.tr("Address"))
        self._leave.setText(self.tr("Cancel"))
        self._connect.setText(self.tr("Connect"))

    def _on_changed(self) -> None:
        self._connect.setEnabled(bool(self._edit.text().strip()))

    def _on_connect(self) -> None:
        self.address_entered.emit(self._edit.text().strip())
        self.accept()
