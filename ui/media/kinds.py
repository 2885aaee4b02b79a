"""Which files are pictures: told by their first bytes, never by their name alone."""

from typing import Final

HEAD_BYTES: Final = 30
"""Up to the end of what a WebP says of its canvas."""
_ENDINGS: Final = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp"})


def kind_of(head: bytes) -> bytes | None:
    """Qt's name of the format; None for all that is never decoded (SVG, TIFF, ICNS ...).

    ``head``: the first HEAD_BYTES of the file.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"png"
    if head.startswith(b"\xff\xd8\xff"):
        return b"jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return b"gif"
    if head.startswith(b"BM"):
        return b"bmp"
    return b"webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def is_picture_name(name: str) -> bool:
    """What it would be opened with: a program must not pose as a picture (ATTACKS F-13)."""
    return "." in name and name.rpartition(".")[2].lower() in _ENDINGS
