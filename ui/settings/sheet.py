"""The sheet of keys: those that work in this window, each with its words."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look
from ui.settings.keys import KeyTable

_MOST_PX = 900
"""Where the screen has room for it: all keys at once."""
_AROUND_PX = 124
"""Title, button and margins."""


def keys_of(window: QWidget) -> set[str]:
    """As QKeySequence spells them."""
    return {one.key().toString() for one in window.findChildren(QShortcut)} - {""}


class KeySheet(PlainDialog):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._of = parent
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumHeight(look.fonts.px(220))
        self.body.addWidget(self._list, 1)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.accept)
        self.retranslate()
        px = look.fonts.px
        wanted = self._list.widget().sizeHint().height() + px(_AROUND_PX)
        self.resize(self.width(), min(px(_MOST_PX), wanted))

    def retranslate(self) -> None:
        title = self.tr("Keyboard shortcuts")
        self.setWindowTitle(title)
        self.title.setText(title)
        self._list.setAccessibleName(title)
        self._close.setText(self.tr("Close"))
        self._fill()

    def _fill(self) -> None:
        px, here = self.look.fonts.px, keys_of(self._of)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, px(4), 0)
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(0, 1)
        at = 0
        for heading, group in KeyTable().groups().items():
            shown = {one.what: _shown(one.keys, here) for one in group}
            label = PlainLabel(heading)
            label.setFont(self.look.fonts.tiny_bold)
            label.setProperty("rank", "faint")
            label.setContentsMargins(0, px(10) if at else 0, 0, px(2))
            grid.addWidget(label, at, 0, 1, 2)
            for what, keys in shown.items():
                if not keys:
                    continue
                at += 1
                grid.addWidget(PlainLabel(what, wraps=True), at, 0)
                key = PlainLabel(keys)
                key.setProperty("rank", "dim")
                grid.addWidget(key, at, 1, Qt.AlignmentFlag.AlignRight)
            at += 1
        grid.setRowStretch(at, 1)
        self._list.setWidget(inside)


def _shown(keys: tuple[str, ...], here: set[str]) -> str:
    """Those there are, as this system writes them; empty where there is none."""
    found = [one for one in (QKeySequence(key) for key in keys) if one.toString() in here]
    names = [one.toString(QKeySequence.SequenceFormat.NativeText) for one in found]
    is_row = len(found) > 2 and all(
        int(b.toString()[-1], 36) - int(a.toString()[-1], 36) == 1 for a, b in pairwise(found)
    )
    return f"{names[0]} … {names[-1]}" if is_row else "  ·  ".join(names)
