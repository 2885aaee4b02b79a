"""Pictures of rooms: made small before they are sent, looked at with care when they came.

What came is a stranger's file. Only three formats are let near it, told by its first bytes,
and what it claims to measure is checked before anything is decoded.
"""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPixmap

from net.protocol.limits import PICTURE_MAX_BYTES

SIDE_MAX_PX: Final = 512
"""Of a picture that came; ours are smaller."""
SENT_SIDE_PX: Final = 256
_KEPT_SIDE_PX: Final = 144
"""Twice the largest place it is shown in."""
_KEPT: Final = 128
_FILE_MAX_BYTES: Final = 64 * 1024 * 1024
"""Of a file the user chooses: photographs have some ten."""
_FILE_SIDE_MAX_PX: Final = 20_000
_QUALITIES: Final = (88, 75, 60, 45)


def read_picture(data: bytes) -> QImage | None:
    """The picture, cut to a square; None for whatever is not a small PNG, JPEG or WebP."""
    if len(data) > PICTURE_MAX_BYTES:
        return None
    image = decode(data, lambda size: max(size.width(), size.height()) <= SIDE_MAX_PX)
    return None if image is None else _squared(image, min(_KEPT_SIDE_PX, image.width()))


def make_picture(path: Path) -> bytes | None:
    """A file of the user's as a picture to send; None when it is none or cannot be read.

    Blocking; for a worker thread.
    """
    try:
        if path.stat().st_size > _FILE_MAX_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    image = decode(
        data, lambda size: max(size.width(), size.height()) <= _FILE_SIDE_MAX_PX, is_upright=True
    )
    return None if image is None else _packed(_squared(image, SENT_SIDE_PX))


def decode(
    data: bytes, is_bearable: Callable[[QSize], bool], *, is_upright: bool = False
) -> QImage | None:
    """The picture in it; None for what is none of the kinds, damaged, or of a size that is not
    bearable, which is asked before anything is unpacked. ``is_upright``: as its camera was held."""
    kind = kind_of(data)
    if kind is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(is_upright)
    size = reader.size()
    if not size.isValid() or not is_bearable(size):
        return None
    image = reader.read()
    return None if image.isNull() else image


def _packed(image: QImage) -> bytes | None:
    """PNG where it is small enough, for it loses nothing; else JPEG, as good as fits."""
    tries = [("PNG", -1), *(("JPEG", quality) for quality in _QUALITIES)]
    for kind, quality in tries:
        data = _saved(image, kind, quality)
        if 0 < len(data) <= PICTURE_MAX_BYTES:
            return data
    return None


def _saved(image: QImage, kind: str, quality: int) -> bytes:
    if kind == "JPEG" and image.hasAlphaChannel():
        image = on_white(image)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def on_white(image: QImage) -> QImage:
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat


def _squared(image: QImage, side_px: int) -> QImage:
    """The middle of it."""
    side = max(1, side_px)
    scaled = image.scaled(
        QSize(side, side),
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (scaled.width() - side) // 2, (scaled.height() - side) // 2
    return scaled.copy(left, top, side, side)


def kind_of(data: bytes) -> bytes | None:
    """Of the formats that are let in, told by the first bytes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"png"
    if data.startswith(b"\xff\xd8\xff"):
        return b"jpeg"
    return b"webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


class Pictures(QObject):
    """Decoded pictures at hand. Painting only asks; decoding happens between events."""

    changed = Signal()
    """One more is there."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: OrderedDict[bytes, QPixmap | None] = OrderedDict()
        self._wanted: list[bytes] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._decode_next)

    def get(self, data: bytes) -> QPixmap | None:
        """None while it is not decoded, and for what is no picture."""
        if not data:
            return None
        if data in self._kept:
            self._kept.move_to_end(data)
            return self._kept[data]
        if data not in self._wanted:
            self._wanted = [*self._wanted[-_KEPT:], data]
            self._timer.start()
        return None

    def _decode_next(self) -> None:
        data = self._wanted.pop()
        image = read_picture(data)
        self._kept[data] = None if image is None else QPixmap.fromImage(image)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if self._wanted:
            self._timer.start()
        self.changed.emit()


def draw_round(painter: QPainter, area: QRectF, picture: QPixmap) -> None:
    """As a disc."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    disc = QPainterPath()
    disc.addEllipse(area)
    painter.setClipPath(disc)
    painter.drawPixmap(area, picture, QRectF(picture.rect()))
    painter.restore()
