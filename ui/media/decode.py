"""Files of pictures made into small ones. All of it blocks and none needs a screen: for workers.

They came from other people: the format is told by content and checked against a list, the
number of pixels is read from the header and bounded before anything is decoded (ATTACKS D-13).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QFile, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPainter, QPainterPath

from ui.media.bombs import gif_size, is_bearable_jpeg, is_bearable_png, webp_size
from ui.media.kinds import HEAD_BYTES, kind_of

FILE_MAX_BYTES: Final = 64 * 1024 * 1024
"""Photographs have some ten."""
PIXELS_MAX: Final = 32_000_000
"""Decoded in full: 128 MB for a moment."""
SCALED_PIXELS_MAX: Final = 256_000_000
"""JPEG is decoded at an eighth when that is enough, so that its whole is never in memory."""
SIDE_MAX_PX: Final = 30_000
"""A strip longer than any screen, photograph or scan."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A file that is a picture, and its size in pixels once it is turned upright."""

    path: Path
    width: int
    height: int

    @property
    def size(self) -> QSize:
        return QSize(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a thumbnail shall measure in device pixels. ``fills``: cut to it, not fitted in."""

    width: int
    height: int
    radius: int = 0
    fills: bool = False


def measure(path: Path) -> Shot | None:
    """Reads the header; None for what is no picture that may be decoded."""
    device = _open(path)
    if device is None:
        return None
    reader = _reader(device)
    if reader is None:
        return None
    size = reader.size()
    device.close()
    if _is_turned(reader):
        size.transpose()
    return Shot(path, size.width(), size.height())


def read_picture(path: Path, pixels_max: int = PIXELS_MAX) -> QImage | None:
    """The picture upright, made smaller where it has more pixels than that."""
    device = _open(path)
    reader = _reader(device) if device is not None else None
    if device is None or reader is None:
        return None
    size = reader.size()
    count = size.width() * size.height()
    if count > pixels_max:
        reader.setScaledSize(size * (pixels_max / count) ** 0.5)
    return _read(reader, device)


def read_thumbnail(path: Path, wish: Wish) -> QImage | None:
    """Exactly as large as wished, corners rounded, ready to be drawn."""
    box = QSize(wish.width, wish.height)
    image = read_fitted(path, box, fills=wish.fills)
    return None if image is None else _cut(image, wish)


def read_fitted(path: Path, box: QSize, *, fills: bool = False) -> QImage | None:
    """As large as there is room for in ``box``, or as fills it; never larger than it is."""
    device = _open(path)
    reader = _reader(device) if device is not None else None
    if device is None or reader is None:
        return None
    size = reader.size()
    near = _scaled(size, box.transposed() if _is_turned(reader) else box, fills=fills)
    if near != size:  # by the reader, which lets other threads run; QImage.scaled does not
        reader.setScaledSize(near)
    return _read(reader, device)


def _open(path: Path) -> QFile | None:
    """A plain file of a sane size, open for reading."""
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= FILE_MAX_BYTES:
        return None
    device = QFile(os.fspath(path))
    return device if device.open(QIODevice.OpenModeFlag.ReadOnly) else None


def _reader(device: QFile) -> QImageReader | None:
    head = bytes(device.peek(HEAD_BYTES).data())
    kind = kind_of(head)
    if kind is None or (kind == b"png" and not is_bearable_png(device)):
        return None
    if kind == b"webp" and not _is_sane(webp_size(head), PIXELS_MAX):
        return None
    reader = QImageReader(device, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if kind == b"gif":
        size = size.expandedTo(gif_size(head))
    pixels = SCALED_PIXELS_MAX if kind == b"jpeg" else PIXELS_MAX
    return reader if _is_sane(size, pixels) else None


def _is_sane(size: QSize, pixels_max: int) -> bool:
    if not size.isValid() or size.isEmpty() or max(size.width(), size.height()) > SIDE_MAX_PX:
        return False
    return size.width() * size.height() <= pixels_max


def _read(reader: QImageReader, device: QFile) -> QImage | None:
    if reader.format() == b"jpeg" and not is_bearable_jpeg(device):
        return None
    image = reader.read()
    device.close()
    return None if image.isNull() else image


def _is_turned(reader: QImageReader) -> bool:
    """Whether EXIF says that it lies on its side."""
    turn = QImageIOHandler.Transformation.TransformationRotate90
    return bool(reader.transformation() & turn)


def _scaled(size: QSize, box: QSize, *, fills: bool) -> QSize:
    """Never larger than it is."""
    how = Qt.AspectRatioMode.KeepAspectRatioByExpanding if fills else _KEEP
    wanted = size.scaled(box, how)
    is_larger = wanted.width() > size.width() or wanted.height() > size.height()
    return QSize(size) if is_larger else wanted.expandedTo(QSize(1, 1))


def _cut(image: QImage, wish: Wish) -> QImage:
    """In the middle of its place; what does not fill it stays clear."""
    box = QSize(wish.width, wish.height)
    place = QRect(0, 0, image.width(), image.height())
    place.moveCenter(QRect(0, 0, box.width(), box.height()).center())
    made = QImage(box, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    if wish.radius:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = QPainterPath()
        shown = QRectF(place & made.rect())
        radius = min(wish.radius, shown.width() / 6, shown.height() / 6)
        corners.addRoundedRect(shown, radius, radius)
        painter.setClipPath(corners)
    painter.drawImage(place, image)
    painter.end()
    return made


_KEEP: Final = Qt.AspectRatioMode.KeepAspectRatio
