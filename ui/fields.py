"""A line to search in, with a lens in front and, once something is typed, a cross that empties it.

Qt's own icons in such a line keep 16 pixels at any size of text, and its cross any theme's colour.
"""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from ui.buttons import IconButton
from ui.icons import pixmap
from ui.look import Look
from ui.mirror import mirrored

_LENS: Final = 16
_INSET: Final = 11
_TO_WORDS: Final = 26
_CROSS: Final = 26


class SearchField(QLineEdit):
    def __init__(self, look: Look, *, has_cross: bool = True) -> None:
        """``has_cross``: else something beside it ends the search."""
        super().__init__()
        self.look = look
        self._cross: IconButton | None = None
        if has_cross:
            self.textChanged.connect(self._show_cross)
        look.theme.changed.connect(self._fit)
        self._fit()

    def _show_cross(self, text: str) -> None:
        if self._cross is None and text:
            cross = self._cross = IconButton(self.look, "close", side=_CROSS, icon_side=14)
            cross.setParent(self)
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+A and Delete do it by keys
            cross.setCursor(Qt.CursorShape.ArrowCursor)
            cross.clicked.connect(self.clear)
            self._name()
        if self._cross is not None:
            self._cross.setVisible(bool(text))
            self._fit()

    def _fit(self) -> None:
        """Qt turns the margins over itself where the window is mirrored."""
        px, cross = self.look.fonts.px, self._cross
        end = px(_CROSS) if cross is not None and not cross.isHidden() else 0
        self.setTextMargins(px(_TO_WORDS), 0, end, 0)
        if cross is not None:
            size = cross.sizeHint()
            place = QPoint(
                self.width() - size.width() - px(4), (self.height() - size.height()) // 2
            )
            cross.setGeometry(self._turned(QRect(place, size)))

    def _turned(self, rect: QRect) -> QRect:
        return mirrored(rect, self.rect()) if self.isRightToLeft() else rect

    def _name(self) -> None:
        if self._cross is not None:
            self._cross.set_name(self.tr("Empty the search"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._name()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        px = self.look.fonts.px
        side = px(_LENS)
        place = QPoint(px(_INSET), (self.height() - side) // 2)
        lens = self._turned(QRect(place, QSize(side, side)))
        color, ratio = self.look.theme.color("faint"), self.devicePixelRatioF()
        QPainter(self).drawPixmap(lens.topLeft(), pixmap("search", side, color, ratio))
