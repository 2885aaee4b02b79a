"""Name, version, and what Landline is built from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPlainTextEdit

from app.version import VERSION
from ui.settings.licences import licence_text, licences
from ui.settings.page import Page


class AboutPage(Page):
    def build(self) -> None:
        px = self.look.fonts.px
        self.value(
            f"Landline {VERSION}",
            self.tr(
                "Chat and files between the people on one network. No server, no account; "
                "everything is encrypted from end to end."
            ),
        )
        self.heading(self.tr("Built with"))
        found = licences()
        self._sources = list(found.values())
        self.list = QListWidget()
        self.list.addItems(list(found))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(px(150))
        self.row(self.tr("Licences"), self.tr("Choose one to read it."), self.list, is_tall=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(px(220))
        self.row(self.tr("Text of the licence"), "", self.text, is_tall=True)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def _show(self, number: int) -> None:
        self.text.setPlainText(licence_text(self._sources[number]))
