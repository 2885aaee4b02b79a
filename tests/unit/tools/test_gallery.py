"""The pictures of transfers can be made again, without a display."""

import itertools
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from app.model import Direction, TransferState
from tools import poses
from tools.headless import ROOT

PATIENCE_S = 120.0


def test_every_state_is_posed_for_each_side() -> None:
    posed = {(one.state, one.direction) for one in (*poses.CHAT, *poses.OTHERS)}
    assert {state for state, _ in posed} == {*TransferState}
    for state in (TransferState.RUNNING, TransferState.PAUSED, TransferState.FAILED):
        assert {(state, direction) for direction in Direction} <= posed


def test_pictures_show_something(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tools.gallery", str(tmp_path)]
    subprocess.run(
        [*words, "--theme", "dark", "--language", "zh_CN"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    names = {path.name.partition("-dark")[0] for path in tmp_path.iterdir()}
    assert names >= {"chat", "chat-top", "dialog", "many", "panel", "panel-end", "panel-search"}
    assert names >= {"compose", "emoji", "emoji-search", "emoji-none", "picture", "picture-part"}
    for path in tmp_path.iterdir():
        image = QImage(str(path))
        places = itertools.product(range(0, image.width(), 7), range(0, image.height(), 7))
        colors = {image.pixel(x, y) for x, y in places}
        assert len(colors) > 20, path.name
