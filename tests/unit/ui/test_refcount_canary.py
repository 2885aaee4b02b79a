"""The Qt binding gives back every reference it takes.

Some releases of PySide6 lose one reference to None in common calls; on Python
3.11 None is not immortal, and after enough paints the interpreter aborts. The
range in requirements.txt leaves those releases out; this test notices one that
gets past it.
"""

import gc
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollBar,
)

CALLS = 2000
OBJECTS = (None, True, False, 0, "", ())
"""Shared by the whole interpreter: losing them is fatal before Python 3.12."""

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on"
)


class Sender(QObject):
    said = Signal(object)


@pytest.fixture
def painter(app: QApplication) -> Iterator[QPainter]:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    made = QPainter(image)
    yield made
    made.end()


def counts() -> list[int]:
    return [sys.getrefcount(shared) for shared in OBJECTS]


def drifting(calls: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """The calls that lose (below zero) or keep (above) references, and how many of each object."""
    found = {}
    gc.collect()
    for name, call in calls.items():
        call()
        before = counts()
        for _ in range(CALLS):
            call()
        lost = [(now - then) / CALLS for now, then in zip(counts(), before, strict=True)]
        if any(abs(part) > 0.5 for part in lost):
            found[name] = lost
    return found


def painting(painter: QPainter) -> dict[str, Callable[[], object]]:
    rect, color = QRect(0, 0, 40, 20), QColor("#123456")
    layout = QTextLayout("some text 文字")
    layout.beginLayout()
    layout.createLine().setLineWidth(40)
    layout.endLayout()
    path = QPainterPath()
    pixels = QImage(4, 4, QImage.Format.Format_ARGB32)
    return {
        "setRenderHint": lambda: painter.setRenderHint(QPainter.RenderHint.Antialiasing),
        "setBrush": lambda: painter.setBrush(color),
        "setPen to none": lambda: painter.setPen(Qt.PenStyle.NoPen),
        "setPen": lambda: painter.setPen(QPen(color, 1)),
        "drawRoundedRect": lambda: painter.drawRoundedRect(QRectF(rect), 8, 8),
        "drawText": lambda: painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "x"),
        "drawEllipse": lambda: painter.drawEllipse(rect),
        "drawLine": lambda: painter.drawLine(0, 0, 5, 5),
        "drawPath": lambda: painter.drawPath(path),
        "drawImage": lambda: painter.drawImage(0, 0, pixels),
        "fillRect": lambda: painter.fillRect(rect, color),
        "save and restore": lambda: (painter.save(), painter.restore()),
        "setFont": lambda: painter.setFont(QApplication.font()),
        "setOpacity": lambda: painter.setOpacity(1.0),
        "layout.draw": lambda: layout.draw(painter, QPointF(0, 0)),
    }


def laying_out() -> None:
    layout = QTextLayout("some text")
    layout.setTextOption(QTextOption())
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(100)
    line.setPosition(QPointF(0, 0))
    layout.endLayout()


def widgets() -> dict[str, Callable[[], object]]:
    label, line, text = QLabel(), QLineEdit(), QPlainTextEdit()
    bar, entries, mime, timer = QScrollBar(), QListWidget(), QMimeData(), QTimer()
    sender = Sender()
    sender.said.connect(lambda _value: None)
    return {
        "label.setText": lambda: label.setText("x"),
        "label.update": label.update,
        "label.setProperty": lambda: label.setProperty("rank", "dim"),
        "line.setText": lambda: line.setText("x"),
        "text.setPlainText": lambda: text.setPlainText("x"),
        "bar.setValue": lambda: bar.setValue(3),
        "entries.item of nothing": lambda: entries.item(99),
        "mime.setUrls": lambda: mime.setUrls([]),
        "timer.start and stop": lambda: (timer.start(1000), timer.stop()),
        "emit": lambda: sender.said.emit(None),
        "emit a tuple": lambda: sender.said.emit(()),
        "sendEvent": lambda: QApplication.sendEvent(label, QEvent(QEvent.Type.None_)),
        "text layout": laying_out,
        "findChild of nothing": lambda: label.findChild(QLabel, "none"),
    }


def test_painting_loses_no_shared_reference(painter: QPainter) -> None:
    assert drifting(painting(painter)) == {}


@pytest.mark.usefixtures("app")
def test_widgets_lose_no_shared_reference() -> None:
    assert drifting(widgets()) == {}
