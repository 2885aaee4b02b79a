"""Sixty digits to compare by eye or by voice: three lines of four groups of five."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look

_COLUMNS = 4
_GROUP = 5
_LARGE = 1.3


class SafetyNumber(QWidget):
    def __init__(self, look: Look, *, is_large: bool = False) -> None:
        super().__init__()
        self._look = look
        self._is_large = is_large
        self._groups: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.theme.changed.connect(self.update)

    def show_digits(self, digits: str) -> None:
        self._groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
        self.setAccessibleName(self.digits())
        self.update()

    @property
    def _font(self) -> QFont:
        font = QFont(self._look.fonts.mono)
        if self._is_large:
            font.setPointSizeF(font.pointSizeF() * _LARGE)
        return font

    def sizeHint(self) -> QSize:
        px = self._look.fonts.px
        group = QFontMetrics(self._font).horizontalAdvance("0" * (_GROUP + 1))
        return QSize(max(px(200), _COLUMNS * group + px(24)), 3 * self._line() + px(18))

    def digits(self) -> str:
        """In groups, as it is read out."""
        return " ".join(self._groups)

    def _line(self) -> int:
        return QFontMetrics(self._font).height() + self._look.fonts.px(4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, px = self._look, self._look.fonts.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.color("code"))
        painter.drawRoundedRect(QRectF(self.rect()), px(9), px(9))
        painter.setFont(self._font)
        painter.setPen(look.theme.color("text"))
        inside = self.rect().adjusted(px(12), px(9), -px(12), -px(9))
        width = inside.width() // _COLUMNS
        for number, group in enumerate(self._groups):
            line, column = divmod(number, _COLUMNS)
            left, top = inside.left() + column * width, inside.top() + line * self._line()
            place = QRect(left, top, width, self._line())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, group)
