"""A list of names, each in full: it wraps anywhere, so that ``.pdf.exe`` is always seen."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_line

_HEIGHT = 220


class NameList(QScrollArea):
    def __init__(self, look: Look, names: Iterable[str]) -> None:
        super().__init__()
        px = look.fonts.px
        self.setObjectName("names")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumHeight(px(_HEIGHT))
        inside = QWidget()
        inside.setObjectName("names-inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(px(10), px(8), px(10), px(8))
        column.setSpacing(px(6))
        self.labels = [PlainLabel(shown_line(name), wraps=True) for name in names]
        for label in self.labels:
            column.addWidget(label)
        column.addStretch(1)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
