"""A dialog of ours: plain text, fits any screen, and no text can push its buttons out."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.labels import PlainLabel
from ui.look import Look
from ui.menukey import add_menu_key
from ui.rescale import layouts_in

_WIDTH = 440
_BESIDE = 40
"""Pixels of the screen that a dialog leaves free, for its frame and the window below."""


class PlainDialog(QDialog):
    """Title, what the subclass puts in ``body``, and a row of buttons."""

    def __init__(self, look: Look, parent: QWidget | None, *, width: int = _WIDTH) -> None:
        super().__init__(parent)
        self.look = look
        add_menu_key(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = look.fonts.px
        self.title = PlainLabel(wraps=True)
        self.title.setFont(look.fonts.title)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(8))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(px(8))
        self._buttons.addStretch(1)
        self._scroll: QScrollArea | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.title)
        column.addLayout(self.body, 1)
        column.addLayout(self._buttons)
        self.setFixedWidth(self._fitting_width(width))

    def add_button(self, *, is_main: bool = False, is_default: bool = False) -> QPushButton:
        """Its text is set by the subclass. Only one is the default: what Enter presses."""
        button = QPushButton()
        button.setAutoDefault(is_default)
        button.setDefault(is_default)
        button.setProperty("main", is_main)
        self._buttons.addWidget(button)
        return button

    def retranslate(self) -> None:
        """Overridden: set all words."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        """Before anything is cut off: wider, then what stood side by side stands one over the
        other, then the body scrolls. Also after a text became longer."""
        self.ensurePolished()
        self._column.activate()  # or heights are those from before
        screen = self.screen().availableGeometry().size()
        least = self._column.minimumSize().width()
        self.setFixedWidth(min(max(self.width(), least), screen.width() - _BESIDE))
        if least > self.width():
            self._stack()
        width, most = self.width(), screen.height() - _BESIDE
        if self._scroll is None and self._least_height() > most:
            self._let_scroll()
            self._column.activate()
        self.setMaximumHeight(max(most, self._least_height()))
        self.resize(width, min(max(self._column.heightForWidth(width), self.height()), most))

    def _stack(self) -> None:
        margins = self._column.contentsMargins()
        across = self.width() - margins.left() - margins.right()
        for row in layouts_in(self._column):
            if isinstance(row, QHBoxLayout) and row.minimumSize().width() > across:
                is_buttons = row is self._buttons  # the main one comes first then
                way = QBoxLayout.Direction
                row.setDirection(way.BottomToTop if is_buttons else way.TopToBottom)

    def _least_height(self) -> int:
        for_width = self._column.minimumHeightForWidth(self.width())
        return max(for_width, self._column.minimumSize().height())

    def _let_scroll(self) -> None:
        inside = QWidget()
        self._column.removeItem(self.body)
        inside.setLayout(self.body)
        scroll = self._scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setAccessibleName(self.title.text())
        scroll.setWidget(inside)
        self._column.insertWidget(1, scroll, 1)

    def _fitting_width(self, width: int) -> int:
        screen = self.screen().availableGeometry().width()
        return min(self.look.fonts.px(width), screen - _BESIDE)
