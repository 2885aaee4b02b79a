"""Name, version and what this person's Landline is called on the wire."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.version import VERSION
from net.protocol.identity import decode_peer_id, display_peer_id
from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look


class AboutDialog(PlainDialog):
    def __init__(self, look: Look, my_id: str, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._text = PlainLabel(wraps=True)
        self._id_heading = PlainLabel()
        self._id_heading.setFont(look.fonts.tiny_bold)
        self._id_heading.setProperty("rank", "faint")
        self._id = PlainLabel(_two_lines(my_id), wraps=True)
        self._id.setFont(look.fonts.mono)
        self._id.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._text, self._id_heading, self._id):
            self.body.addWidget(part)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("About Landline"))
        self.title.setText(f"Landline {VERSION}")
        self._text.setText(
            self.tr(
                "Chat and files between the people on one network. No server, no account; "
                "everything is encrypted from end to end."
            )
        )
        self._id_heading.setText(self.tr("Your ID"))
        self._close.setText(self.tr("Close"))


def _two_lines(my_id: str) -> str:
    if not my_id:
        return "–"
    groups = display_peer_id(decode_peer_id(my_id)).split("-")
    return "\n".join("-".join(groups[at : at + 4]) for at in (0, 4))
