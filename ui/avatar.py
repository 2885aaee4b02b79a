"""A person as a disc: their picture, or initials on a colour, the same on every machine."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model import Person, Room
from ui.icons import pixmap
from ui.mirror import is_mirrored
from ui.pictures import Source, draw_picture
from ui.plain import initials
from ui.theme import CONTRAST

if TYPE_CHECKING:
    from ui.look import Look

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


@lru_cache(maxsize=256)
def _legible(color: str, ground: str, least: float) -> QColor:
    """This hue, as dark or light as this contrast with ``ground`` asks for."""
    found, below = QColor(color), QColor(ground)
    step = 4 if luminance(below) < 0.18 else -4
    while contrast(found, below) < least:
        hue, saturation, lightness, _ = found.getHsl()
        lightness = min(max((lightness or 0) + step, 0), 255)
        found = QColor.fromHsl(hue or 0, saturation or 0, lightness)
        if lightness in (0, 255):
            break
    return found


def name_color(peer_id: str, ground: str, least: float = CONTRAST) -> QColor:
    """A person's colour for their name, legible on ``ground``, a colour by its number."""
    return _legible(avatar_color(peer_id).name(), ground, least)


def luminance(color: QColor) -> float:
    """Source: WCAG 2.2, relative luminance."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


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


def draw_person(
    painter: QPainter, disc: QRectF, person: Person | None, name: str, look: "Look"
) -> None:
    """Their picture once that is decoded and is one. ``name`` is what they are called here."""
    if person is None or not draw_shown(painter, disc, person.picture, look):
        peer_id = person.peer_id if person is not None else name
        draw_avatar(painter, disc, peer_id, name, look.fonts.body)


def draw_shown(painter: QPainter, disc: QRectF, source: Source, look: "Look") -> bool:
    """False: there is no picture to be drawn, or not yet."""
    side = round(disc.height() * painter.device().devicePixelRatioF())
    picture = look.pictures.get(source, side)
    if picture is not None:
        draw_picture(painter, disc, picture, look.theme.color("line"))
    return picture is not None


def draw_room(painter: QPainter, rect: QRectF, room: Room, look: "Look") -> None:
    """Its picture once that is decoded and is one, else a group on the room's colour. What
    strangers brought us into has none until it is accepted."""
    if room.is_accepted and draw_shown(painter, rect, room.picture, look):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(avatar_color(room.room_id))
    painter.drawEllipse(rect)
    if room.is_everyone:
        _draw_crowd(painter, rect)
        return
    side = round(rect.height() * 0.58)
    ratio = painter.device().devicePixelRatioF()
    glyph = pixmap("people", side, QColor(Qt.GlobalColor.white), ratio)
    corner = rect.center() - QPointF(side / 2, side / 2)
    painter.drawPixmap(corner, glyph)


def _draw_crowd(painter: QPainter, disc: QRectF) -> None:
    """One between two, where a room has two: all who are here."""
    unit = disc.height() * 0.66 / 24
    pen = QPen(Qt.GlobalColor.white, 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.translate(disc.center())
    painter.scale(unit, unit)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_CROWD)
    painter.restore()


def _crowd() -> QPainterPath:
    """In a square of 24 around its middle, like the icons."""
    path = QPainterPath()
    path.addEllipse(QPointF(0, -3.4), 3.1, 3.1)
    path.moveTo(-5.4, 6.6)
    path.cubicTo(QPointF(-5.0, 3.2), QPointF(-2.9, 1.6), QPointF(0, 1.6))
    path.cubicTo(QPointF(2.9, 1.6), QPointF(5.0, 3.2), QPointF(5.4, 6.6))
    for side in (-1, 1):
        path.addEllipse(QPointF(side * 7.4, -2.0), 2.1, 2.1)
        path.moveTo(side * 11.2, 5.0)
        path.cubicTo(QPointF(side * 10.9, 2.9), QPointF(side * 9.7, 1.7), QPointF(side * 7.8, 1.7))
    return path


_CROWD: Final = _crowd()


def draw_presence(
    painter: QPainter, avatar: QRectF, *, is_online: bool, color: QColor, ground: QColor
) -> None:
    """The mark below, where the row's end is: a full dot here, a ring away, lifted off the disc."""
    radius = avatar.height() * 0.12
    inset = radius - 1
    x = avatar.left() + inset if is_mirrored() else avatar.right() - inset
    center = QPointF(x, avatar.bottom() - inset)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(center, radius + 2, radius + 2)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)
    if not is_online:
        painter.setBrush(ground)
        painter.drawEllipse(center, radius * 0.45, radius * 0.45)


class RoomAvatar(QWidget):
    """A room's disc as a widget."""

    def __init__(self, look: "Look", diameter_px: int) -> None:
        super().__init__()
        self._look = look
        self._diameter: float = diameter_px
        self._room: Room | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.theme.changed.connect(self.update)
        look.pictures.changed.connect(self.update)

    def show_room(self, room: Room) -> None:
        if room != self._room:
            self._room = room
            self.update()

    def grow(self, ratio: float) -> None:
        self._diameter *= ratio
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        side = round(self._diameter) + 2
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._room is not None:
            disc = QRectF(0, 0, self._diameter, self._diameter)
            draw_room(QPainter(self), disc, self._room, self._look)


class Avatar(QWidget):
    """The disc as a widget: own head, chat header, information panel."""

    clicked = Signal()

    def __init__(self, look: "Look", diameter_px: int, *, ground: str) -> None:
        """``ground``: the token of what it stands on."""
        super().__init__()
        self._look = look
        self._diameter: float = diameter_px
        self._ground = ground
        self._peer_id = ""
        self._name = ""
        self._is_online: bool | None = None
        self._picture: Source = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.theme.changed.connect(self.update)
        look.pictures.changed.connect(self.update)

    def show_person(
        self, peer_id: str, name: str, is_online: bool | None, picture: Source = ""
    ) -> None:
        """``is_online`` None: no dot."""
        shown = (peer_id, name, is_online, picture)
        if shown != (self._peer_id, self._name, self._is_online, self._picture):
            self._peer_id, self._name, self._is_online, self._picture = shown
            self.update()

    def grow(self, ratio: float) -> None:
        self._diameter *= ratio
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        side = round(self._diameter) + 2
        return QSize(side, side)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_inside = self.rect().contains(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and is_inside:
            self.clicked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Taken, or nobody is told of the release."""
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = self.width() - self._diameter if is_mirrored() else 0  # room for the dot
        disc = QRectF(left, 0, self._diameter, self._diameter)
        if not draw_shown(painter, disc, self._picture, self._look):
            draw_avatar(painter, disc, self._peer_id, self._name, self.font())
        if self._is_online is not None:
            dot = self._look.theme.color("online" if self._is_online else "offline")
            ground = self._look.theme.color(self._ground)
            draw_presence(painter, disc, is_online=self._is_online, color=dot, ground=ground)
