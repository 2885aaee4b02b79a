"""An application whose windows are drawn into memory, on a screen of a usual size."""

import json
import os
import sys
import tempfile
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

_NO_HINTS: Final = "This plugin does not support propagateSizeHints()"
"""Said of every window with a least size; nobody resizes one in memory."""


def offscreen_app(screen: dict[str, object]) -> QApplication:
    """``screen``: as Qt's offscreen plugin describes it."""
    qInstallMessageHandler(_say)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as screens:
        json.dump({"screens": [screen]}, screens)
        screens.flush()
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens.name}"
        app = QApplication(["Landline"])
    app.setStyle("Fusion")
    return app


def _say(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if text != _NO_HINTS:
        print(text, file=sys.stderr)
