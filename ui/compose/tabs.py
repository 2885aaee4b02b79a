"""A button that is an emoji."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.look import Look


class TabButton(QAbstractButton):
    """Marked while what it leads to is in sight."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look = look
        self._is_marked = False
        self.setText(text)
        font = QFont(look.fonts.body)
        font.setPixelSize(look.fonts.px(17))
        self.setFont(font)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(name)

    def show_marked(self, is_on: bool) -> None:
        if is_on != self._is_marked:
            self._is_marked = is_on
            self.update()

    def sizeHint(self) -> QSize:
        side = self._look.fonts.px(32)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._look.theme, self._look.fonts.px
        shape = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(shape, px(8), px(8))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(shape, px(8), px(8))
        painter.setPen(theme.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._is_marked:
            line = QRectF(0, 0, px(18), px(2.5))
            line.moveCenter(QRectF(self.rect()).center())
            line.moveBottom(self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(line, 1, 1)
