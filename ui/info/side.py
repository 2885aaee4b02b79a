"""What the panels at the right have in common: a column that scrolls, in one look."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.buttons import IconButton
from ui.labels import PlainLabel
from ui.look import Look
from ui.widths import hold_width

WIDTH = 286
_MARGIN = 18


class SidePanel(QScrollArea):
    left = Signal()
    """Where it is all that is seen: back to the chat."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("info")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._files = QVBoxLayout()
        self._files_order: list[QWidget] = []
        self.back_button = IconButton(look, "left")
        self.back_button.setParent(self)
        self.back_button.set_name(self.tr("Back"), "Esc")
        self.back_button.clicked.connect(self.left)
        look.theme.changed.connect(self._fit_margins)
        self.fill(False)

    def own_width(self) -> int:
        return self._look.fonts.px(WIDTH)

    def fill(self, fills: bool) -> None:
        """``fills``: it is all that is seen, and leads back; else a column of its own width."""
        hold_width(self, self.own_width(), fills=fills)
        self.back_button.setVisible(fills)
        self.back_button.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gap, button = self._look.fonts.px(12), self.back_button
        button.resize(button.sizeHint())
        left = self.width() - gap - button.width() if self.isRightToLeft() else gap
        button.move(left, gap)
        self._fit_margins()

    def _fit_margins(self) -> None:
        """The scroll bar stands in the margin: nothing moves when it comes."""
        side, bar = self._look.fonts.px(_MARGIN), self.verticalScrollBar()
        beside = max(0, side - bar.width()) if bar.isVisible() else side
        left, right = (beside, side) if self.isRightToLeft() else (side, beside)
        inside = self.widget()
        if inside is not None:
            inside.layout().setContentsMargins(left, side, right, side)

    def retranslate(self) -> None:
        """Overridden: all words anew."""

    def add_files(self, section: QWidget, order: list[QWidget]) -> None:
        """What was shared, in the place the panel has for it; ``order``: of its parts by Tab."""
        self._files.addWidget(section)
        self._files_order = order

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
            self.back_button.set_name(self.tr("Back"), "Esc")
        super().changeEvent(event)

    def _column(self) -> QVBoxLayout:
        """What everything is put into; a stretch ends it."""
        px = self._look.fonts.px
        inside = QWidget()
        inside.setObjectName("info-inside")
        self.setWidget(inside)  # before anything is put in: who else would keep it?
        column = QVBoxLayout(inside)
        column.setSpacing(px(6))
        self._fit_margins()
        return column

    def _heading(self) -> PlainLabel:
        label = PlainLabel()
        label.setFont(self._look.fonts.tiny_bold)
        label.setProperty("rank", "faint")
        return label

    def _row(self, *parts: QWidget, first_grows: bool = False) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, self._look.fonts.px(4), 0, self._look.fonts.px(4))
        for number, part in enumerate(parts):
            row.addWidget(part, 1 if first_grows and number == 0 else 0)
        return row
