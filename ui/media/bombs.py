"""What a small file can make its decoder do besides pixels: found out before there is one.

Qt unpacks all texts of a PNG when it is asked for its size, several times over (150 KB became
800 MB), and a progressive JPEG is gone through once a scan, of which a kilobyte holds twenty
(200 KB took as long as 50 pictures). ATTACKS D-13.
"""

import struct
import zlib
from typing import Final

from PySide6.QtCore import QIODevice, QSize

TEXT_MAX_BYTES: Final = 4 * 1024 * 1024
"""Of all texts and colour profiles in a PNG together; what programs write there has kilobytes."""
_TEXT_LEAST_BYTES, _TEXT_RATIO = 64 * 1024, 8
"""A small file has less: text is packed to a fifth."""
CHUNKS_MAX: Final = 20_000
"""Of a PNG: the largest file that is opened, in the smallest chunks that are usual."""
SCANS_MAX: Final = 32
"""Of a JPEG, and of the thumbnails in it: what encoders write has some ten."""
_HEADER: Final = struct.Struct(">I4s")
_MAGIC_BYTES, _CRC_BYTES = 8, 4
_BLOCK_BYTES: Final = 1024 * 1024
_SCAN: Final = b"\xff\xda"
"""Bytes of a picture never look like it; those of a thumbnail may."""


def is_bearable_png(device: QIODevice) -> bool:
    """``device``: random access, at its beginning, and left there."""
    try:
        return _walk(device)
    finally:
        device.seek(0)


def _walk(device: QIODevice) -> bool:
    """From chunk to chunk. A file that is cut off is for the decoder to judge."""
    left = min(TEXT_MAX_BYTES, _TEXT_LEAST_BYTES + _TEXT_RATIO * device.size())
    at = _MAGIC_BYTES
    for _ in range(CHUNKS_MAX):
        if at >= device.size():
            return True
        device.seek(at)
        header = device.read(_HEADER.size).data()
        if len(header) < _HEADER.size:
            return True
        length, kind = _HEADER.unpack(header)
        if kind in _TEXTS:
            if length > left:
                return False
            left -= _unpacked(kind, device.read(length).data(), left)
        if left < 0:
            return False
        at += _HEADER.size + length + _CRC_BYTES
    return False


def _unpacked(kind: bytes, data: bytes, room: int) -> int:
    """How many bytes it has in memory, or more than ``room``."""
    _, _, rest = data.partition(b"\0")
    if kind == b"tEXt" or (kind == b"iTXt" and rest[:1] != b"\1"):
        return len(data)
    if kind == b"iTXt":
        _, _, rest = rest[2:].partition(b"\0")
        packed = rest.partition(b"\0")[2]
    else:
        packed = rest[1:]
    try:
        return len(data) + len(zlib.decompressobj().decompress(packed, room + 1))
    except zlib.error:
        return len(data)


_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"iCCP"})


def is_bearable_jpeg(device: QIODevice) -> bool:
    """``device``: random access; read as a whole, and left where it stands."""
    before, count, last = device.pos(), 0, b""
    device.seek(0)
    while count <= SCANS_MAX and (block := device.read(_BLOCK_BYTES).data()):
        count += (last + block).count(_SCAN)
        last = block[-1:]
    device.seek(before)
    return count <= SCANS_MAX


def gif_size(head: bytes) -> QSize:
    """Of its canvas; Qt tells the first frame's. ``head``: the file's beginning, or all of it."""
    return QSize(*struct.unpack("<HH", head[6:10].ljust(4, b"\0")))


def webp_size(head: bytes) -> QSize:
    """Of its canvas; Qt tells its first frame's where it moves, and has unpacked all of the canvas
    by then. One pixel where nothing is said of a canvas. ``head``: the first HEAD_BYTES, or all
    of it.

    Source: the WebP container specification, "Extended File Format".
    """
    if head[12:16] != b"VP8X":
        return QSize(1, 1)
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return QSize(width, height)
