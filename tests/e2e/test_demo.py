"""`make demo` does what it says, where there is no display."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from tools.headless import ROOT


def test_demo_leaves_a_transcript_pictures_and_what_was_sent(tmp_path: Path) -> None:
    into = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--into", str(into)],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "DISPLAY"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "both closed cleanly" in (into / "transcript.txt").read_text("utf-8")
    received = into / "received" / "ming" / "README.md"
    assert received.read_bytes() == (ROOT / "README.md").read_bytes()
    pictures = [QImage(str(path)) for path in sorted(into.glob("*.png"))]
    assert [picture.isNull() for picture in pictures] == [False] * 4
    lights = [picture.pixelColor(picture.width() // 2, 200).lightness() for picture in pictures]
    assert [light > 128 for light in lights] == [False, True, False, True], "dark, light, twice"
