"""Files of pictures for tests, and transfers that brought them."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter

from app.model import Message, MessageKind, TransferState
from tests.unit.ui.stage import Stage, message, offer


def paint(path: Path, size: QSize, color: str = "#2563eb") -> int:
    """One colour; the size of the file in bytes."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    assert image.save(str(path))
    return path.stat().st_size


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be so large and has nothing in it."""
    fields = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", fields)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def png_with(*chunks: bytes, side: int = 16) -> bytes:
    """A whole PNG with these chunks in front of its pixels."""
    pixels = zlib.compress(bytes(1 + 3 * side) * side)
    end = png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return png_header(side, side) + b"".join(chunks) + end


def jpeg_with(more_scans: int, side: int = 16) -> bytes:
    """A progressive JPEG whose last scan comes so many times again."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("#2563eb"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setProgressiveScanWrite(True)
    assert writer.write(image)
    data = bytes(buffer.data().data())
    begin, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + data[begin:end] * more_scans + data[end:]


def moving(still: bytes, *, frames: int = 2, canvas: tuple[int, int] = (16, 16)) -> bytes:
    """A WebP whose frames are this one, of 16 by 16. Source: the WebP container specification."""
    begin = still.index(b"VP8", 12)
    length = int.from_bytes(still[begin + 4 : begin + 8], "little")
    body = still[begin : begin + 8 + length + length % 2]
    frame = _riff(b"ANMF", bytes(6) + _sides(16, 16) + bytes(4) + body)
    parts = [
        _riff(b"VP8X", b"\x02" + bytes(3) + _sides(*canvas)),
        _riff(b"ANIM", bytes(6)),
        *[frame] * frames,
    ]
    return _riff(b"RIFF", b"WEBP" + b"".join(parts))


def _riff(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data


def _sides(width: int, height: int) -> bytes:
    return (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def received(folder: Path, names: Sequence[str], name: str = "Ben", **fields: object) -> Message:
    """Files that lie in ``folder``, as the card of the transfer that brought them."""
    size = sum((folder / one).stat().st_size for one in names)
    path = folder / names[0] if len(names) == 1 else folder
    values = {
        "state": TransferState.DONE,
        "files": len(names),
        "names": tuple(names),
        "size_bytes": size,
        "done_bytes": size,
        "path": str(path),
        **fields,
    }
    return message(name, "", kind=MessageKind.FILES, transfer=offer(name, **values))


def show(stage: Stage, *messages: Message) -> None:
    stage.deliver(messages)
    stage.settle()
