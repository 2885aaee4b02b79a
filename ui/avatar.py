"""A person as a coloured disc with initials, the same on every machine."""

from typing import Final
from zlib import crc32

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.plain import initials
from ui.theme import Theme

COLORS: Final = (
    "#0f766e",
    "#2563eb",
    "#7c3aed",
    "#be185d",
    "#c2410c",
    "#0e7490",
    "#4d7c0f",
    "#b45309",
    "#6d28d9",
    "#15803d",
    "#a21caf",
    "#0369a1",
    "#b91c1c",
    "#475569",
)
"""White letters keep 4.5:1 on each; a test computes it."""


def avatar_color(peer_id: str) -> QColor:
    """From the id, never from the name: a look-alike name gets another colour."""
    return QColor(COLORS[crc32(peer_id.encode()) % len(COLORS)])


def draw_avatar(painter: QPainter, rect: QRectF, peer_id: str, name: str, font: QFont) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(avatar_color(peer_id))
    painter.drawEllipse(rect)
    letters = QFont(font)
    letters.setWeight(QFont.Weight.DemiBold)
    letters.setPixelSize(max(8, round(rect.height() * 0.37)))
    painter.setFont(letters)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))


def draw_presence(
    painter: QPainter, avatar: QRectF, *, is_online: bool, color: QColor, ground: QColor
) -> None:
    """The mark at the lower right: a full dot here, a ring away, lifted off the disc."""
    radius = avatar.height() * 0.12
    center = QPointF(avatar.right() - radius + 1, avatar.bottom() - radius + 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(center, radius + 2, radius + 2)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)
    if not is_online:
        painter.setBrush(ground)
        painter.drawEllipse(center, radius * 0.45, radius * 0.45)


class Avatar(QWidget):
    """The disc as a widget: own head, chat header, information panel."""

    def __init__(self, theme: Theme, diameter_px: int, *, ground: str) -> None:
        """``ground``: the token of what it stands on."""
        super().__init__()
        self._theme = theme
        self._diameter = diameter_px
        self._ground = ground
        self._peer_id = ""
        self._name = ""
        self._is_online: bool | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_person(self, peer_id: str, name: str, is_online: bool | None) -> None:
        """``is_online`` None: no dot."""
        shown = (peer_id, name, is_online)
        if shown != (self._peer_id, self._name, self._is_online):
            self._peer_id, self._name, self._is_online = shown
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._diameter + 2, self._diameter + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        disc = QRectF(0, 0, self._diameter, self._diameter)
        draw_avatar(painter, disc, self._peer_id, self._name, self.font())
        if self._is_online is not None:
            dot = self._theme.color("online" if self._is_online else "offline")
            ground = self._theme.color(self._ground)
            draw_presence(painter, disc, is_online=self._is_online, color=dot, ground=ground)
