"""A bar of a text or a picture and buttons, which stand in a column where it is too narrow."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.look import Look

_LEAST: Final = 220
"""So narrow it can be made: what does not fit beside each other stands below."""


class StackingBar(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: list[tuple[QBoxLayout, int]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def stack(self, row: QBoxLayout, besides: int = 0) -> None:
        """From now on a column whenever its parts, and ``besides`` of the design beside them,
        are wider than the bar. A part that wraps counts as nothing."""
        self._rows.append((row, besides))

    def minimumSizeHint(self) -> QSize:
        """As high as its text and buttons need: the chat gives way, no button is cut."""
        inside = self.layout()
        least = super().minimumSizeHint().height()
        if inside is not None and inside.hasHeightForWidth():
            least = max(least, inside.totalMinimumHeightForWidth(self.width()))
        return QSize(self._look.fonts.px(_LEAST), least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
        if event.oldSize().width() != self.width():
            self.updateGeometry()

    def fit(self) -> None:
        """Also after other words, or other buttons."""
        for row, besides in self._rows:
            is_narrow = _width(row) + self._look.fonts.px(besides) > self.width()
            way = QBoxLayout.Direction
            wanted = way.TopToBottom if is_narrow else way.LeftToRight
            if row.direction() is not wanted:
                row.setDirection(wanted)
                self.updateGeometry()


def _width(row: QBoxLayout) -> int:
    """Of all buttons in it side by side."""
    items = (row.itemAt(number) for number in range(row.count()))
    total = 0
    for item in items:
        inner, part = item.layout(), item.widget()
        if isinstance(inner, QBoxLayout):
            total += _width(inner)
        elif part is not None and not part.isHidden() and not part.hasHeightForWidth():
            total += part.sizeHint().width() + row.spacing()
    return total
