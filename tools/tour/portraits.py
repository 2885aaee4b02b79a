"""Pictures of some of the people of the story: head and shoulders, before a sky of their own."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

SIDE: Final = 192
COLOURS: Final = {
    "anna": ("#f6d365", "#fda085", "#8d5a3b", "#2f4858", "#4a2c20"),
    "li": ("#89d4cf", "#4a7fb0", "#e3b28b", "#f2f2f2", "#1c1c1c"),
    "marta": ("#cfd9df", "#a18cd1", "#f1c9a5", "#7b2d43", "#b5651d"),
}
"""By key: above, below, skin, clothes, hair. The others have none."""


def paint_portrait(key: str, path: Path) -> None:
    above, below, skin, clothes, hair = map(QColor, COLOURS[key])
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    sky = QLinearGradient(0, 0, 0, SIDE)
    sky.setColorAt(0, above)
    sky.setColorAt(1, below)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(image.rect(), sky)
    middle = SIDE / 2
    parts = (
        (hair, QRectF(middle - 48, 34, 96, 112)),
        (clothes, QRectF(middle - 78, 138, 156, 120)),
        (skin, QRectF(middle - 16, 112, 32, 44)),
        (skin, QRectF(middle - 36, 48, 72, 86)),
    )
    for color, place in parts:
        painter.setBrush(color)
        painter.drawEllipse(place)
    painter.setBrush(hair)
    painter.drawChord(QRectF(middle - 40, 38, 80, 76), 10 * 16, 160 * 16)
    painter.setBrush(QColor("#2b1d16"))
    for side in (-1, 1):
        painter.drawEllipse(QPointF(middle + side * 14, 92), 3.4, 4.2)
    painter.end()
    image.save(str(path))
