"""The pictures of one transfer, and how they stand in its bubble."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt

from ui.media.decode import Shot

SINGLE_MAX: Final = QSize(320, 320)
"""One picture in the chat, whatever size it has."""
SINGLE_LEAST: Final = QSize(136, 72)
"""Narrow pictures keep room for their time and name below."""
_TILE: Final = 158
_GAP: Final = 4
TILES_MAX: Final = 4
"""Shown of several; the last of them tells how many more there are."""


@dataclass(frozen=True, slots=True)
class Album:
    transfer_id: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """``tiles`` from the grid's own top left corner, for the first of the pictures."""

    size: QSize
    tiles: tuple[QRect, ...]
    more: int = 0
    """Pictures behind the last tile."""

    @property
    def fills(self) -> bool:
        """Tiles of several are cut to a square; a single picture is shown whole."""
        return len(self.tiles) > 1


def lay_pictures(album: Album, room_px: int, px: Callable[[float], int]) -> Grid:
    """``px`` makes lengths of the design real."""
    if len(album.shots) == 1:
        size = _single(album.shots[0], room_px, px)
        return Grid(size, (QRect(0, 0, size.width(), size.height()),))
    gap = px(_GAP)
    side = min(px(_TILE), (room_px - gap) // 2)
    count = min(len(album.shots), TILES_MAX)
    tiles = tuple(
        QRect((at % 2) * (side + gap), (at // 2) * (side + gap), side, side) for at in range(count)
    )
    if count == 3:
        tiles = (*tiles[:2], QRect(0, side + gap, 2 * side + gap, side))
    rows = (count + 1) // 2
    size = QSize(2 * side + gap, rows * side + (rows - 1) * gap)
    return Grid(size, tiles, len(album.shots) - count)


def _single(shot: Shot, room_px: int, px: Callable[[float], int]) -> QSize:
    """In proportion, as far as its bounds let it be; small ones are not made larger."""
    most = QSize(min(room_px, px(SINGLE_MAX.width())), px(SINGLE_MAX.height()))
    size = shot.size
    if size.width() > most.width() or size.height() > most.height():
        size = size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
    least = QSize(px(SINGLE_LEAST.width()), px(SINGLE_LEAST.height()))
    return size.expandedTo(least).boundedTo(most)
