"""All transfers as one sorted list: what runs, waits, stands still and is over, under headings.

Rows are found by their key, so that a change costs the same among ten and ten thousand,
and one that moves nothing repaints one row.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from app.model import Direction, Transfer, TransferState
from ui.chat.actions import is_queued
from ui.chat.card import shape_of

_Index = QModelIndex
Key = tuple[int, int, int, int, str]


class Part(IntEnum):
    """Under which heading, from the top."""

    ASKING = 0
    RUNNING = 1
    WAITING = 2
    PAUSED = 3
    FAILED = 4
    OVER = 5


_PARTS = {
    TransferState.OFFERED: Part.WAITING,
    TransferState.WAITING: Part.WAITING,
    TransferState.RUNNING: Part.RUNNING,
    TransferState.PAUSED: Part.PAUSED,
    TransferState.FAILED: Part.FAILED,
}


def part_of(transfer: Transfer) -> Part:
    if transfer.state is TransferState.OFFERED and transfer.direction is Direction.IN:
        return Part.ASKING
    return _PARTS.get(transfer.state, Part.OVER)


@dataclass(slots=True)
class Line:
    """A transfer, or a heading. ``transfer`` is shared and frozen; a change replaces it."""

    key: Key
    transfer: Transfer | None = None
    height_px: int = 0
    measured_for: tuple[int, int] = (0, 0)
    """The width, and the round of layouts it belongs to."""

    @property
    def part(self) -> Part:
        return Part(self.key[0])


class TransfersModel(QAbstractListModel):
    repainted = Signal(int)
    """This row looks different, but is as large as before."""

    def __init__(
        self,
        describe: Callable[[Line], str],
        matches: Callable[[Transfer], bool],
        parent: QObject | None = None,
    ) -> None:
        """``describe``: a row in words; ``matches``: whether it is searched for."""
        super().__init__(parent)
        self._describe = describe
        self._matches = matches
        self._all: dict[str, Transfer] = {}
        self._lines: list[Line] = []
        self._counts = dict.fromkeys(Part, 0)

    # --- Qt ----------------------------------------------------------------
    def rowCount(self, parent: QModelIndex = _Index()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(self._lines[index.row()])
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if self._lines[index.row()].transfer is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # --- Looking up --------------------------------------------------------
    def line(self, number: int) -> Line:
        return self._lines[number]

    def count(self, part: Part) -> int:
        return self._counts[part]

    def number_of(self, transfer_id: str) -> int | None:
        """The row it stands in, if it is shown."""
        transfer = self._all.get(transfer_id)
        return self._find(_key_of(transfer)) if transfer else None

    def running(self) -> list[Transfer]:
        """Whatever is searched for."""
        return [one for one in self._all.values() if one.state is TransferState.RUNNING]

    def queue(self) -> list[str]:
        """The ids of what waits to be fetched and is shown, the next one first."""
        shown = (line.transfer for line in self._part(Part.WAITING))
        return [one.transfer_id for one in shown if one is not None and is_queued(one)]

    def people(self) -> set[str]:
        """Whose names are shown."""
        return {line.transfer.peer_id for line in self._lines if line.transfer}

    def _part(self, part: Part) -> list[Line]:
        begin = bisect_left(self._lines, (part, 1, 0, 0, ""), key=_key)
        return self._lines[begin : begin + self._counts[part]]

    def _find(self, key: Key) -> int | None:
        at = bisect_left(self._lines, key, key=_key)
        return at if at < len(self._lines) and self._lines[at].key == key else None

    # --- Changes -----------------------------------------------------------
    def put_all(self, transfers: Iterable[Transfer]) -> None:
        """Beside those that are known already; what events have said since is newer."""
        for one in transfers:
            self._all.setdefault(one.transfer_id, one)
        self.search_again()

    def search_again(self) -> None:
        """Something else is searched for."""
        self.beginResetModel()
        found = [one for one in self._all.values() if self._matches(one)]
        self._counts = dict.fromkeys(Part, 0)
        for one in found:
            self._counts[part_of(one)] += 1
        lines = [Line(_key_of(one), one) for one in found]
        lines += [Line(_heading(part)) for part, count in self._counts.items() if count]
        self._lines = sorted(lines, key=_key)
        self.endResetModel()

    def put(self, transfer: Transfer) -> None:
        """New, or otherwise now."""
        known = self._all.get(transfer.transfer_id)
        before = self._find(_key_of(known)) if known else None
        self._all[transfer.transfer_id] = transfer
        key = _key_of(transfer)
        if before is not None and self._lines[before].key == key and self._matches(transfer):
            self._change(before, transfer)
            return
        if before is not None:
            self._remove(before)
        if self._matches(transfer):
            self._insert(Line(key, transfer))

    def _change(self, at: int, transfer: Transfer) -> None:
        line = self._lines[at]
        keeps_size = line.transfer is not None and shape_of(line.transfer) == shape_of(transfer)
        line.transfer = transfer
        if keeps_size:
            self.repainted.emit(at)
        else:
            line.height_px = 0
            self.dataChanged.emit(self.index(at), self.index(at))

    def _insert(self, line: Line) -> None:
        part = line.part
        if not self._counts[part]:
            self._insert_at(Line(_heading(part)))
        self._counts[part] += 1
        self._insert_at(line)
        self._repaint_part(part)

    def _insert_at(self, line: Line) -> None:
        at = bisect_left(self._lines, line.key, key=_key)
        self.beginInsertRows(QModelIndex(), at, at)
        self._lines.insert(at, line)
        self.endInsertRows()

    def _remove(self, at: int) -> None:
        part = self._lines[at].part
        self._counts[part] -= 1
        is_last = not self._counts[part]
        first = at - 1 if is_last else at
        self.beginRemoveRows(QModelIndex(), first, at)
        del self._lines[first : at + 1]
        self.endRemoveRows()
        self._repaint_part(part)

    def _repaint_part(self, part: Part) -> None:
        """Its heading counts, and whether a row can be moved depends on the others."""
        at = self._find(_heading(part))
        if at is None:
            return
        self.repainted.emit(at)
        if part is Part.WAITING:
            for row in range(at + 1, at + 1 + self._counts[part]):
                self.repainted.emit(row)


def _heading(part: Part) -> Key:
    return int(part), 0, 0, 0, ""


def _key(line: Line) -> Key:
    return line.key


def _key_of(transfer: Transfer) -> Key:
    """What waits stands in the order it is fetched, then what others fetch; what runs keeps
    its place; of the rest the newest is on top."""
    part = part_of(transfer)
    group, order = 0, -transfer.time_ms
    if is_queued(transfer):
        order = transfer.queue_key
    elif part is Part.WAITING:
        group = 1
    elif part is Part.RUNNING:
        order = transfer.time_ms
    return int(part), 1, group, order, transfer.transfer_id
