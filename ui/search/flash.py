"""A row that lights up once, so that the eye finds what was jumped to."""

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal
from PySide6.QtGui import QColor

from ui.chat.rows import NO_ROW, RowId
from ui.theme import Theme

_LASTS_MS = 1100
_STRONGEST = 0.2
"""Of the accent colour over what is there."""


class Flash(QObject):
    changed = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row: RowId = NO_ROW
        self._fading = QVariantAnimation(self)
        self._fading.setStartValue(_STRONGEST)
        self._fading.setEndValue(0.0)
        self._fading.setDuration(_LASTS_MS)
        self._fading.setEasingCurve(QEasingCurve.Type.InQuad)
        self._fading.valueChanged.connect(self.changed)
        self._fading.finished.connect(self._end)

    def light(self, row: RowId) -> None:
        self._fading.stop()
        self.row = row
        self._fading.start()

    def color(self) -> QColor:
        color = self._theme.color("accent")
        color.setAlphaF(float(self._fading.currentValue() or 0.0))
        return color

    def _end(self) -> None:
        self.row = NO_ROW
        self.changed.emit()
