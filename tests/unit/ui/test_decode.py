"""Pictures from other people: which are decoded, how much of them, and how they come out."""

import os
import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.unit.ui.pictures import jpeg_with, moving, paint, png_chunk, png_header, png_with
from ui.media.album import Album, lay_pictures
from ui.media.bombs import CHUNKS_MAX, SCANS_MAX, TEXT_MAX_BYTES, is_bearable_png
from ui.media.decode import FILE_MAX_BYTES, Shot, Wish, measure, read_picture, read_thumbnail
from ui.media.kinds import is_picture_name, kind_of
from ui.media.portrait import decode

pytestmark = pytest.mark.usefixtures("app")
GIF = bytes.fromhex("47494638396102000100800000ff00000000ff2c0000000002000100000202440a003b")
"""Two pixels."""
EXIF_TURNED = (
    b"\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01"
    b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
)
"""A JPEG segment: the camera was held upright."""


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "webp"])
def test_a_picture_is_measured_and_made_small(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    paint(path, QSize(600, 400))
    assert measure(path) == Shot(path, 600, 400)
    made = read_thumbnail(path, Wish(90, 60))
    assert made is not None
    assert made.size() == QSize(90, 60)


def test_of_a_gif_the_first_frame_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(GIF)
    assert measure(path) == Shot(path, 2, 1)
    assert read_picture(path) is not None


def test_d13_a_moving_picture_is_as_large_as_its_canvas(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    paint(path, QSize(16, 16))
    still = path.read_bytes()
    path.write_bytes(moving(still))
    assert read_picture(path) is not None
    for canvas in ((16, 2_000_000), (2**24, 16), (20_000, 20_000)):
        path.write_bytes(moving(still, canvas=canvas))
        assert measure(path) is None
        assert read_picture(path) is None


def test_what_the_camera_turned_is_upright(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    paint(path, QSize(64, 32))
    data = path.read_bytes()
    path.write_bytes(data[:2] + EXIF_TURNED + data[2:])
    assert measure(path) == Shot(path, 32, 64)
    made, whole = read_thumbnail(path, Wish(16, 32)), read_picture(path)
    assert made is not None
    assert whole is not None
    assert (made.size(), whole.size()) == (QSize(16, 32), QSize(32, 64))
    assert made.pixelColor(8, 1).alpha() == made.pixelColor(8, 30).alpha() == 255


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"II*\0" + bytes(60),
        b"icns" + bytes(60),
        b"MZ" + bytes(60),
        b"",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_only_formats_on_the_list_are_decoded_whatever_the_name(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    assert measure(path) is None
    assert read_thumbnail(path, Wish(10, 10)) is None


@pytest.mark.parametrize("size", [(60_000, 10), (8_000, 8_000), (29_000, 29_000)])
def test_d13_too_many_pixels_are_refused_before_decoding(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(*size))
    assert measure(path) is None
    assert read_picture(path) is None


PACKED = zlib.compress(bytes(8_000_000))
TEXT_BOMBS = {
    "zTXt": b"Comment\0\0" + PACKED,
    "iTXt": b"Comment\0\1\0\0\0" + PACKED,
    "iCCP": b"sRGB\0\0" + PACKED,
}


@pytest.mark.parametrize("kind", TEXT_BOMBS)
def test_d13_packed_texts_in_a_png_are_refused_before_qt_unpacks_them(
    tmp_path: Path, kind: str
) -> None:
    data = png_with(png_chunk(kind.encode(), TEXT_BOMBS[kind]))
    path = tmp_path / "bomb.png"
    path.write_bytes(data)
    assert len(data) < 10_000
    assert measure(path) is None
    assert read_picture(path) is None
    assert decode(data, lambda _size: True) is None


def test_d13_many_plain_texts_in_a_png_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_with(png_chunk(b"tEXt", b"a\0" + bytes(TEXT_MAX_BYTES // 2)) * 3))
    assert measure(path) is None
    path.write_bytes(png_with(png_chunk(b"teST", b"") * CHUNKS_MAX))
    assert measure(path) is None


def test_what_programs_write_into_a_png_is_no_bomb(tmp_path: Path) -> None:
    written = zlib.compress(b"1.5 mm f/2 " * 400)
    chunks = (
        png_chunk(b"tEXt", b"Software\0Landline"),
        png_chunk(b"zTXt", b"Raw profile type exif\0\0" + written),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"),
        png_chunk(b"iTXt", b"Comment\0\1\0en\0c\0" + written),
    )
    data = png_with(*chunks)
    path = tmp_path / "a.png"
    path.write_bytes(data)
    assert measure(path) == Shot(path, 16, 16)
    assert read_picture(path) is not None
    assert decode(data, lambda _size: True) is not None


def test_what_cannot_be_unpacked_takes_no_room() -> None:
    broken = png_chunk(b"zTXt", b"a\0\0nothing packed")
    for data in (png_with(broken), png_with()[:-5], broken):
        device = QBuffer()
        device.setData(data)
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        assert is_bearable_png(device)
        assert device.pos() == 0


def test_d13_a_jpeg_with_too_many_scans_is_not_gone_through(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with(0))
    assert read_picture(path) is not None
    assert decode(jpeg_with(0), lambda _size: True) is not None
    path.write_bytes(jpeg_with(SCANS_MAX))
    assert read_picture(path) is None
    assert read_thumbnail(path, Wish(8, 8)) is None
    assert decode(jpeg_with(SCANS_MAX), lambda _size: True) is None


def test_d13_a_gif_is_as_large_as_its_canvas_whatever_its_first_frame_is(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gif"
    path.write_bytes(GIF[:6] + struct.pack("<HH", 29_000, 29_000) + GIF[10:])
    assert measure(path) is None


@pytest.mark.parametrize("data", [GIF[:30], png_header(4, 4)])
def test_a_picture_that_ends_early_is_none_or_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cut"
    for end in range(len(data) - 1):
        path.write_bytes(data[:end])
        assert read_thumbnail(path, Wish(8, 8)) is None


def test_a_file_that_is_too_large_or_no_plain_file_is_never_read(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    paint(large, QSize(4, 4))
    os.truncate(large, FILE_MAX_BYTES + 1)
    assert measure(large) is None
    link = tmp_path / "link.png"
    paint(tmp_path / "real.png", QSize(4, 4))
    link.symlink_to(tmp_path / "real.png")
    assert measure(link) is None
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        assert measure(tmp_path / "pipe.png") is None
    assert measure(tmp_path / "gone.png") is None
    assert measure(tmp_path / "no\0name.png") is None


def test_a_small_picture_stands_in_the_middle_and_is_not_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    paint(path, QSize(4, 4), "#ff0000")
    made = read_thumbnail(path, Wish(20, 10, radius=3))
    assert made is not None
    assert made.size() == QSize(20, 10)
    assert made.pixelColor(10, 5) == QColor("#ff0000")
    assert made.pixelColor(1, 1).alpha() == 0


def test_a_tile_is_filled_and_its_corners_are_round(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    paint(path, QSize(200, 100), "#00ff00")
    made = read_thumbnail(path, Wish(50, 50, radius=8, fills=True))
    assert made is not None
    assert made.pixelColor(25, 1) == QColor("#00ff00")
    assert made.pixelColor(0, 0).alpha() == 0


def test_a_picture_with_more_pixels_than_allowed_is_made_smaller(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    paint(path, QSize(400, 200))
    made = read_picture(path, pixels_max=20_000)
    assert made is not None
    assert made.width() * made.height() <= 20_000
    assert abs(made.width() - 2 * made.height()) <= 2


def test_kinds_and_names() -> None:
    assert kind_of(b"RIFF\0\0\0\0WEBPVP8 ") == b"webp"
    assert kind_of(b"RIFF\0\0\0\0WAVEfmt ") is None
    assert is_picture_name("Holiday.JPG")
    assert not is_picture_name("holiday.jpg.exe")
    assert not is_picture_name("jpg")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9])
def test_places_of_pictures_do_not_overlap_and_stay_inside(app: QApplication, count: int) -> None:
    shots = tuple(Shot(Path(f"{number}.png"), 900, 600) for number in range(count))
    grid = lay_pictures(Album("t", shots), 300, round)
    assert grid.size.width() <= 300
    assert len(grid.tiles) + grid.more == count
    for number, tile in enumerate(grid.tiles):
        assert tile.right() < grid.size.width()
        assert tile.bottom() < grid.size.height()
        assert not any(tile.intersects(other) for other in grid.tiles[number + 1 :])


def test_a_long_narrow_picture_keeps_within_its_bounds(app: QApplication) -> None:
    for size in ((10, 20_000), (20_000, 10), (1, 1)):
        grid = lay_pictures(Album("t", (Shot(Path("a.png"), *size),)), 300, round)
        assert 72 <= grid.size.height() <= 320
        assert 136 <= grid.size.width() <= 300
