"""What Qt's own lists take for as many rows. Prints one line of JSON, in milliseconds and MB.

python -m bench.barelist
"""

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QListView, QWidget

from bench.frames import Frames
from bench.hoard import MESSAGES, PEOPLE
from bench.pace import FRAMES, KEYS, ROUNDS, STEP_PX, TURNS
from bench.paint import memory_mb

_Index = QModelIndex


class Rows(QAbstractListModel):
    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def rowCount(self, parent: QModelIndex = _Index()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else self._count

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"printer {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None

    def append(self) -> None:
        self.beginInsertRows(QModelIndex(), self._count, self._count)
        self._count += 1
        self.endInsertRows()


def main(_words: list[str]) -> int:
    app = QApplication(["bare"])
    window = QWidget()
    window.resize(1080, 720)
    view = QListView(window)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.resize(760, 720)
    window.show()
    app.processEvents()
    told = {name: list(times) for name, times in _times(view)}
    told["memory"] = [memory_mb()]
    print(json.dumps(told), flush=True)
    return 0


def _times(view: QListView) -> Iterator[tuple[str, Iterator[float]]]:
    frames = Frames(view.viewport())
    rows, chance, bar = Rows(MESSAGES), random.Random(1), view.verticalScrollBar()
    yield "open", iter([frames.timed_ms(lambda: view.setModel(rows))])
    view.scrollToBottom()
    steps = (lambda: bar.setValue(bar.value() - STEP_PX) for _ in range(FRAMES))
    yield "scroll", map(frames.timed_ms, steps)
    jumps = (rows.index(chance.randrange(MESSAGES)) for _ in range(TURNS))
    yield "jump", (frames.timed_ms(lambda: view.scrollTo(one)) for one in jumps)  # noqa: B023
    yield "append", iter([frames.timed_ms(lambda: _append(rows, view))])
    yield "filter", _filter(view)


def _append(rows: Rows, view: QListView) -> None:
    rows.append()
    view.scrollToBottom()


def _filter(view: QListView) -> Iterator[float]:
    proxy, edit = QSortFilterProxyModel(), QLineEdit(view.window())
    rows = Rows(PEOPLE)
    proxy.setSourceModel(rows)
    view.setModel(proxy)
    edit.textChanged.connect(proxy.setFilterFixedString)
    edit.show()
    frames = Frames(edit)
    for text in KEYS * ROUNDS:
        yield frames.timed_ms(lambda: edit.setText(text))  # noqa: B023


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
