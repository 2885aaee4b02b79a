"""The project's own SVG icons, drawn in whatever colour the theme asks for."""

from functools import cache, lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.mirror import is_mirrored
from ui.resources import ICONS

_SMALL_PX: Final = 32
_CACHED: Final = 400
"""Name, size and colour pairs kept; the window uses some sixty at once."""
_SIDED: Final = frozenset({"send", "chevron-left", "chevron-right", "left", "right"})
"""They point onwards or back: the other way in a window from right to left."""


class _Screen(NamedTuple):
    ratio: float
    """Of its pixels to those that widgets count."""
    is_turned: bool


def pixmap(name: str, size_px: int, color: QColor, ratio: float) -> QPixmap:
    """``name`` in ``color``, crisp at this device pixel ratio."""
    return _drawn(name, size_px, color.name(), "", _Screen(ratio, _is_turned(name)))


def mark_pixmap(name: str, size_px: int, color: QColor, ground: QColor, ratio: float) -> QPixmap:
    """As ``pixmap``, for an icon that shows what it stands on through its shape."""
    return _drawn(name, size_px, color.name(), ground.name(), _Screen(ratio, _is_turned(name)))


def _is_turned(name: str) -> bool:
    return name in _SIDED and is_mirrored()


def app_icon() -> QIcon:
    """Drawn from the SVG here, not through Qt's icon plugin, so that it is there frozen too."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(QPixmap.fromImage(app_image(size)))
    return icon


def app_image(size_px: int) -> QImage:
    """The app's own icon; in small a simpler drawing, whose edges lie on whole pixels."""
    name = "landline-small" if size_px <= _SMALL_PX else "landline"
    return _render(QSvgRenderer(str(ICONS / f"{name}.svg")), size_px)


@lru_cache(maxsize=_CACHED)
def _drawn(name: str, size_px: int, color: str, ground: str, screen: _Screen) -> QPixmap:
    source = _source(name).replace("currentColor", color).replace('"ground"', f'"{ground}"')
    renderer = QSvgRenderer(QByteArray(source.encode()))
    image = _render(renderer, round(size_px * screen.ratio))
    if screen.is_turned:
        image = image.flipped(Qt.Orientation.Horizontal)
    drawn = QPixmap.fromImage(image)
    drawn.setDevicePixelRatio(screen.ratio)
    return drawn


def _render(renderer: QSvgRenderer, size_px: int) -> QImage:
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return image


@cache
def _source(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8")
