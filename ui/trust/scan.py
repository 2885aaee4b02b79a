"""QR codes in a picture of the user's: a file, or what the clipboard holds. Blocking; for a
worker thread.

A picture may come from anybody: few formats are let near it, told by its first bytes, and
what it claims to measure is checked before anything is decoded.
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from ui.media.portrait import decode, on_white

FILE_MAX_BYTES: Final = 64 * 1024 * 1024
"""Photographs have some ten."""
PIXELS_MAX: Final = 100_000_000
"""Photographs of today's phones have up to 50 million."""
_SIDE_PX: Final = 2400
"""Larger ones are made smaller: a code that fills a tenth of it is still found."""
_CODES_MAX: Final = 20
"""In one picture. A screen shows one; of several the worst counts."""


def codes_in_file(path: Path) -> tuple[str, ...] | None:
    """What the codes in it say; None when it is no picture that can be read."""
    try:
        if not path.is_file() or path.stat().st_size > FILE_MAX_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    image = decode(data, _is_bearable, is_upright=True)
    return None if image is None else codes_in_image(image)


def codes_in_image(image: QImage) -> tuple[str, ...] | None:
    if image.isNull() or not _is_bearable(image.size()):
        return None
    import zxingcpp  # noqa: PLC0415 - only who compares codes needs it

    small = _small(image)
    flat = on_white(small) if small.hasAlphaChannel() else small
    grey = flat.convertToFormat(QImage.Format.Format_Grayscale8)
    width, height, stride = grey.width(), grey.height(), grey.bytesPerLine()
    rows = memoryview(bytes(grey.constBits())).cast("B", (height, stride))
    view = zxingcpp.ImageView(rows, width, height, zxingcpp.ImageFormat.Lum, stride, 1)
    found = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode)
    return tuple(code.text for code in found[:_CODES_MAX])


def _is_bearable(size: QSize) -> bool:
    return size.isValid() and 0 < size.width() * size.height() <= PIXELS_MAX


def _small(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= _SIDE_PX:
        return image
    return image.scaled(
        _SIDE_PX,
        _SIDE_PX,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
