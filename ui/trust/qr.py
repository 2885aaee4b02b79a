"""A QR code, dark on white in every theme, with the quiet zone that readers need."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look

QUIET_MODULES: Final = 4
"""Source: ISO/IEC 18004."""
_SIDE: Final = 205
"""At least; it grows to whole modules."""
_DARK, _WHITE = QColor("#000000"), QColor("#ffffff")


class QrCode(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        import segno  # noqa: PLC0415 - only who compares codes needs it

        code = segno.make_qr(text, error="m", boost_error=False)
        self._rows = tuple(bytes(row) for row in code.matrix)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        modules = len(self._rows) + 2 * QUIET_MODULES
        side = modules * -(-self._look.fonts.px(_SIDE) // modules)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._look.theme.color("line"))
        painter.setBrush(_WHITE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._look.fonts.px(8)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, radius, radius)
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        modules = len(self._rows)
        ratio = self.devicePixelRatioF()
        step = int(self.width() * ratio / (modules + 2 * QUIET_MODULES))
        painter.scale(1 / ratio, 1 / ratio)  # whole pixels of the screen, or edges blur
        first = (round(self.width() * ratio) - step * modules) // 2
        for line, row in enumerate(self._rows):
            for column, is_dark in enumerate(row):
                if is_dark:
                    place = QRect(first + column * step, first + line * step, step, step)
                    painter.fillRect(place, _DARK)
