"""What a search everywhere has found, as rows: groups with headings, and "show more"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.model import Message
from ui.roster import Entry

_Index = QModelIndex


class Group(Enum):
    MESSAGES = auto()
    FILES = auto()
    PEOPLE = auto()
    """And rooms."""


class LineKind(Enum):
    HEADING = auto()
    RESULT = auto()
    MORE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    kind: LineKind
    group: Group
    count: int = 0
    """Of the group; a heading says it."""
    is_bounded: bool = False
    """There may be more than ``count``."""
    entry: Entry | None = None
    """Of a result: the conversation it is in, or is."""
    message: Message | None = None


class ResultsModel(QAbstractListModel):
    def __init__(self, describe: Callable[[Line], str], parent: QObject) -> None:
        super().__init__(parent)
        self._describe = describe
        self._lines: list[Line] = []

    def rowCount(self, parent: QModelIndex = _Index()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(self._lines[index.row()])
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if self._lines[index.row()].kind is LineKind.HEADING:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def line(self, number: int) -> Line:
        return self._lines[number]

    def show(self, lines: Sequence[Line]) -> None:
        """What is the same at the top stays: "show more" moves nothing."""
        same = 0
        for one, other in zip(self._lines, lines, strict=False):
            if one != other:
                break
            same += 1
        if same < len(self._lines):
            self.beginRemoveRows(QModelIndex(), same, len(self._lines) - 1)
            del self._lines[same:]
            self.endRemoveRows()
        if same < len(lines):
            self.beginInsertRows(QModelIndex(), same, len(lines) - 1)
            self._lines += lines[same:]
            self.endInsertRows()
