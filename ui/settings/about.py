"""Name, version, and what Landline is built from."""

import platform
import sys

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from app.version import VERSION
from ui.icons import app_icon
from ui.labels import PlainLabel
from ui.settings.licences import licence_text, licences, reflowed
from ui.settings.page import Page

_ICON = 56


class AboutPage(Page):
    def build(self) -> None:
        px = self.look.fonts.px
        self.part(f"Landline {VERSION}", self._head())
        self.button(
            self.tr("For a fault report"),
            self.tr("The versions of Landline, Qt, Python and the system."),
            self.tr("Copy"),
            lambda: QGuiApplication.clipboard().setText(versions()),
        )
        self.heading(self.tr("Licences"))
        found = licences()
        self._sources = list(found.values())
        self.list = QListWidget()
        self.list.addItems(list(found))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(px(150))
        text = self.tr("Landline and what it is built with")
        self.row(text, self.tr("Choose one to read it."), self.list, is_tall=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(px(220))
        self.text.document().setDocumentMargin(px(8))
        self.row(self.tr("Text of the licence"), "", self.text, is_tall=True)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def _head(self) -> QWidget:
        px = self.look.fonts.px
        icon, name, version = QLabel(), PlainLabel("Landline"), self._dim(VERSION)
        icon.setPixmap(app_icon().pixmap(px(_ICON)))
        name.setFont(self.look.fonts.large)
        claim = PlainLabel(
            self.tr(
                "Chat and files between the people on one network. No server, no account; "
                "everything is encrypted from end to end."
            ),
            wraps=True,
        )
        first = QHBoxLayout()
        first.setSpacing(px(8))
        first.addWidget(name)
        first.addWidget(version, 1)
        words = QVBoxLayout()
        words.setSpacing(px(4))
        words.addLayout(first)
        words.addWidget(claim)
        head = QWidget()
        across = QHBoxLayout(head)
        across.setContentsMargins(0, 0, 0, px(6))
        across.setSpacing(px(16))
        across.addWidget(icon)
        across.addLayout(words, 1)
        return head

    def _show(self, number: int) -> None:
        self.text.setPlainText(reflowed(licence_text(self._sources[number])))


def versions() -> str:
    """In English, for whoever mends it; nothing of the person is in it."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"Landline {VERSION}, Qt {qVersion()}, Python {python}, {platform.platform()}"
