"""Small pictures, of people and rooms: made before they are sent, looked at with care when they
came. All of it blocks and none needs a screen: for workers.

What came is somebody else's file (ATTACKS D-13). Three formats are let near it, told by its
first bytes; what it claims to measure is checked before anything is unpacked, and what could
unpack to much, or again and again, is not unpacked at all.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter

from net.protocol.limits import PICTURE_MAX_BYTES
from ui.media.bombs import is_bearable_jpeg, is_bearable_png, webp_size

SIDE_MAX_PX: Final = 512
"""Of a picture that came; ours are smaller."""
SENT_SIDE_PX: Final = 256
_QUALITIES: Final = (88, 75, 60, 45)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_FIRST: Final = b"\0\0\0\x0dIHDR"
_PNG_NEEDED: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""Of what a PNG consists; texts in it unpack to a thousand times their size."""


def round_picture(data: bytes, side: int) -> QImage | None:
    """A disc of that many pixels, ready to be drawn; None for whatever is no small picture."""
    image = read_picture(data)
    return None if image is None else _rounded(image, side)


def read_picture(data: bytes) -> QImage | None:
    """The middle of it, as a square; None for what is no small PNG, JPEG or WebP."""
    if not 0 < len(data) <= PICTURE_MAX_BYTES:
        return None
    kind = kind_of(data)
    if kind == b"png":
        data = bare_png(data)
    elif kind == b"jpeg" and b"\xff\xd9" not in data:
        return None  # it has no end
    image = decode(data, lambda size: max(size.width(), size.height()) <= SIDE_MAX_PX)
    return None if image is None else image.copy(middle_of(image.size()))


def make_picture(image: QImage, part: QRect | None = None) -> bytes | None:
    """A square part of it as a picture to send, with nothing in it but its pixels.

    None when no quality makes it small enough.
    """
    square = image.copy(part or middle_of(image.size()))
    side = min(SENT_SIDE_PX, square.width())
    how = Qt.AspectRatioMode.IgnoreAspectRatio
    small = square.scaled(side, side, how, Qt.TransformationMode.SmoothTransformation)
    return None if small.isNull() else _packed(_plain(small))


def middle_of(size: QSize) -> QRect:
    """The largest square."""
    side = min(size.width(), size.height())
    return QRect((size.width() - side) // 2, (size.height() - side) // 2, side, side)


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
    if kind == b"png" and not is_bearable_png(buffer):
        return None
    if kind == b"jpeg" and not is_bearable_jpeg(buffer):
        return None
    if kind == b"webp" and not is_bearable(webp_size(data)):
        return None
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(is_upright)
    size = reader.size()
    if not size.isValid() or size.isEmpty() or not is_bearable(size):
        return None
    image = reader.read()
    return None if image.isNull() else image


def kind_of(data: bytes) -> bytes | None:
    """Of the formats that are let in, told by the first bytes."""
    if data.startswith(_PNG):
        return b"png"
    if data.startswith(b"\xff\xd8\xff"):
        return b"jpeg"
    return b"webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def bare_png(data: bytes) -> bytes:
    """Without all that is not needed to see it; cut off where it is broken, and nothing where
    its header is."""
    sides = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[8:16] != _PNG_FIRST or not all(0 < side <= SIDE_MAX_PX for side in sides):
        return b""
    parts, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        if name in _PNG_NEEDED:
            parts.append(data[at:end])
        at = end
    return b"".join(parts)


def on_white(image: QImage) -> QImage:
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat


def _plain(image: QImage) -> QImage:
    """Without what it says beside its pixels: texts, colour profile, resolution."""
    has_alpha = image.hasAlphaChannel()
    kind = QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32
    plain = QImage(image.size(), kind)
    plain.fill(Qt.GlobalColor.transparent)
    painter = QPainter(plain)
    painter.drawImage(0, 0, image)
    painter.end()
    return plain


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


def _rounded(image: QImage, side: int) -> QImage:
    """What is clear in it stays white: letters and other faces shall not shine through."""
    how = Qt.TransformationMode.SmoothTransformation
    small = on_white(image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, how))
    made = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(small))
    painter.drawEllipse(made.rect())
    painter.end()
    return made
