"""The app's icon as packages need it: ``python -m tools.app_icons [FOLDER]``.

PNGs in the folders of freedesktop's icon theme, one .ico and one .icns; the same bytes from
the same sources. Source: Icon Theme Specification; ICO and ICNS with PNGs in them.
"""

import struct
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from ui.icons import app_image
from ui.resources import ICONS

SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)
ICNS_TYPES: Final = {
    16: b"icp4",
    32: b"icp5",
    64: b"icp6",
    128: b"ic07",
    256: b"ic08",
    512: b"ic09",
}
ICO_MAX: Final = 256
"""Pixels: a size is one byte there, and 0 means this."""


def png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ico(pngs: dict[int, bytes]) -> bytes:
    held = {size: data for size, data in pngs.items() if size <= ICO_MAX}
    head = struct.pack("<HHH", 0, 1, len(held))
    place = len(head) + 16 * len(held)
    for size, data in held.items():
        side = size % ICO_MAX
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), place)
        place += len(data)
    return head + b"".join(held.values())


def icns(pngs: dict[int, bytes]) -> bytes:
    parts = b"".join(
        kind + struct.pack(">I", 8 + len(pngs[size])) + pngs[size]
        for size, kind in ICNS_TYPES.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def build(folder: Path) -> None:
    pngs = {size: png(app_image(size)) for size in SIZES}
    theme = folder / "hicolor"
    for size, data in pngs.items():
        _write(theme / f"{size}x{size}" / "apps" / "landline.png", data)
    _write(theme / "scalable" / "apps" / "landline.svg", (ICONS / "landline.svg").read_bytes())
    for name in ("landline-symbolic.svg", "landline-unread-symbolic.svg"):
        _write(theme / "symbolic" / "apps" / name, (ICONS / name).read_bytes())
    _write(folder / "landline.ico", ico(pngs))
    _write(folder / "landline.icns", icns(pngs))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/icons"))
