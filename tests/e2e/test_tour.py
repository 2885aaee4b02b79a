"""The tour of the window can be made again, and what stands in docs/ is of all its places."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from tools.headless import ROOT
from tools.tour.__main__ import LANGUAGES, THEMES, name, page
from tools.tour.places import PLACES

COLOURS_MIN = 100
"""Of a place with text, avatars and shades; an empty frame has a handful."""


def test_every_place_is_in_the_page_and_has_its_pictures() -> None:
    assert (ROOT / "docs" / "tour.md").read_text(encoding="utf-8") == page()
    wanted = {
        name(one.key, theme, language)
        for one in PLACES
        for theme in THEMES
        for language in LANGUAGES
    }
    assert {path.name for path in (ROOT / "docs" / "tour").iterdir()} == wanted


def test_tour_is_made_anew(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.tour", "--into", str(tmp_path)]
    command += ["--theme", "dark", "--language", "zh_CN", "--settle", "60"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for one in PLACES:
        picture = QImage(str(tmp_path / "tour" / name(one.key, "dark", "zh_CN")))
        colours = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), 3)
            for y in range(0, picture.height(), 3)
        }
        assert len(colours) >= COLOURS_MIN, one.key
