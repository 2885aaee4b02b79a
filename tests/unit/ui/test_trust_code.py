"""What our codes say, and that only theirs for us counts as a comparison."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QTransform
from PySide6.QtWidgets import QApplication

from tests.unit.ui.stage import bury, id_of
from ui.look import Look
from ui.trust import scan
from ui.trust.code import Finding, judge, write_code
from ui.trust.qr import QrCode
from ui.trust.scan import codes_in_file, codes_in_image

ANN, ME, EVE = id_of("Ann"), id_of("me"), id_of("Eve")
THEIRS = write_code(ANN, ME)


def shot_of(look: Look, text: str) -> QImage:
    """As it stands on a screen, amid something else."""
    code = QrCode(look)
    code.show_text(text)
    code.resize(code.sizeHint())
    picture = QPixmap(700, 500)
    picture.fill(QColor("#22303c"))
    painter = QPainter(picture)
    painter.drawPixmap(230, 140, code.grab())
    painter.end()
    bury(code)
    return picture.toImage()


@pytest.mark.parametrize(
    ("texts", "finding"),
    [
        ((THEIRS,), Finding.RIGHT),
        ((write_code(ME, ANN),), Finding.OWN),
        ((write_code(ANN, EVE),), Finding.FOR_ANOTHER),
        ((write_code(EVE, ME),), Finding.SOMEBODY_ELSE),
        ((THEIRS, write_code(EVE, ME)), Finding.SOMEBODY_ELSE),
        (("https://example.org", THEIRS), Finding.RIGHT),
        (("https://example.org",), Finding.FOREIGN),
        ((f"{THEIRS}:more",), Finding.FOREIGN),
        ((f"x{THEIRS}",), Finding.FOREIGN),
        (("LANDLINE:1::",), Finding.FOREIGN),
        ((f"LANDLINE:1:{ANN}:{ANN}",), Finding.FOREIGN),
        ((), Finding.NO_CODE),
    ],
)
def test_only_their_code_for_us_is_right(texts: tuple[str, ...], finding: Finding) -> None:
    assert judge(texts, my_id=ME, their_id=ANN).finding is finding


def test_a_foreign_code_tells_whose_it_is() -> None:
    assert judge((write_code(EVE, ME),), my_id=ME, their_id=ANN).shown_by == EVE


def test_what_is_painted_is_read_again(app: QApplication, look: Look, tmp_path: Path) -> None:
    shot = shot_of(look, THEIRS)
    for format_ in ("png", "jpg", "webp"):
        target = tmp_path / f"shot.{format_}"
        assert shot.save(str(target))
        assert codes_in_file(target) == (THEIRS,)


def test_a_code_is_read_turned_smaller_and_transparent(app: QApplication, look: Look) -> None:
    shot = shot_of(look, THEIRS)
    turned = shot.transformed(QTransform().rotate(17), Qt.TransformationMode.SmoothTransformation)
    assert turned.hasAlphaChannel()
    assert codes_in_image(turned) == (THEIRS,)
    small = shot.scaledToWidth(430, Qt.TransformationMode.SmoothTransformation)
    assert codes_in_image(small) == (THEIRS,)


def test_what_is_no_bearable_picture_is_refused(
    app: QApplication, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = tmp_path / "code.svg"
    svg.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert [codes_in_file(path) for path in (svg, broken, tmp_path, tmp_path / "no")] == [None] * 4
    shot = shot_of(look, THEIRS)
    shot.save(str(tmp_path / "shot.png"))
    monkeypatch.setattr(scan, "PIXELS_MAX", 700 * 500 - 1)
    assert codes_in_file(tmp_path / "shot.png") is None
    assert codes_in_image(shot) is None
    assert codes_in_image(QImage()) is None


def test_an_empty_picture_has_no_code(app: QApplication) -> None:
    blank = QImage(300, 200, QImage.Format.Format_RGB32)
    blank.fill(Qt.GlobalColor.white)
    assert codes_in_image(blank) == ()
