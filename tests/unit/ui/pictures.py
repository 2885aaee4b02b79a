"""Files of pictures for tests, and transfers that brought them."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

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
    chunk = b"IHDR" + fields
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(fields))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )


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
