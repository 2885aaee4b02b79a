"""What is in an offer as a tree with check boxes: what is wanted, and what to do with names
that are taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.model import Existing, OfferedFile
from net.protocol.names import is_risky
from ui.icons import pixmap
from ui.look import Look
from ui.plain import shown_line, tooltip

NAME, SIZE, EXISTING = range(3)
UNKNOWN_BYTES: Final = -1
"""Of what is known by its name only."""
_TOP: Final = 0
_ALIGN_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGN_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex
_AnyIndex = QModelIndex | QPersistentModelIndex
_Checked, _Unchecked, _Partly = (
    Qt.CheckState.Checked,
    Qt.CheckState.Unchecked,
    Qt.CheckState.PartiallyChecked,
)


@dataclass(slots=True)
class Node:
    """An entry by its number in the list of all; the first is the top, which is not shown."""

    path: str
    parent: int
    row: int
    size_bytes: int
    is_folder: bool
    is_rest: bool = False
    """Stands for all that are not listed."""
    check: Qt.CheckState = _Checked
    existing: Existing | None = None
    """None: as for what it lies in."""
    children: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Wanted:
    """As AcceptTransfer says it."""

    only: tuple[str, ...]
    choices: tuple[tuple[str, Existing], ...]


class OfferTree(QAbstractItemModel):
    chosen = Signal()
    """Something else is wanted now."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._nodes: list[Node] = []
        self._rest = 0
        self.existing = Existing.KEEP
        """For all that have nothing of their own."""

    # --- Filling -----------------------------------------------------------
    def show(self, files: Iterable[OfferedFile], rest: int, rest_bytes: int) -> None:
        """Keeps what was chosen for paths that are listed again. ``rest``: entries beyond these."""
        before = self._nodes
        self.beginResetModel()
        self._rest = rest
        self._nodes = _build(files)
        if rest > 0:
            top = self._nodes[_TOP]
            top.children.append(len(self._nodes))
            self._nodes.append(
                Node("", _TOP, len(top.children) - 1, rest_bytes, is_folder=False, is_rest=True)
            )
        self._take_over(before)
        self.endResetModel()
        self.chosen.emit()

    def _take_over(self, before: list[Node]) -> None:
        changed = {
            (one.path, one.is_rest): one
            for one in before[1:]
            if one.existing is not None or one.check is _Unchecked
        }
        for number in range(1, len(self._nodes)):
            node = self._nodes[number]
            known = changed.get((node.path, node.is_rest))
            if known is not None:
                node.existing = known.existing
                if known.check is _Unchecked:
                    self._check(number, _Unchecked)

    # --- What is wanted ----------------------------------------------------
    def wanted(self) -> Wanted:
        """The shortest way to say it. What is not listed follows its folder, or is left out."""
        rest = self._nodes[-1] if self._rest > 0 else None
        own = tuple((n.path, n.existing) for n in self._nodes[1:] if n.existing is not None)
        if rest is not None and rest.check is _Unchecked:
            leaves = (n for n in self._nodes[1:-1] if not n.children and n.check is _Checked)
            return Wanted(tuple(n.path for n in leaves), own)
        unwanted = tuple(self._cover(_TOP, _Unchecked))
        only = tuple(self._cover(_TOP, _Checked)) if unwanted else ()
        if rest is None and 0 < len(only) < len(unwanted):
            return Wanted(only, own)
        return Wanted((), (*own, *((path, Existing.LEAVE_OUT) for path in unwanted)))

    def _cover(self, number: int, check: Qt.CheckState) -> Iterator[str]:
        """The uppermost entries that are checked like this."""
        for child in self._nodes[number].children:
            node = self._nodes[child]
            if node.is_rest:
                continue
            if node.check is check:
                yield node.path
            elif node.check is _Partly:
                yield from self._cover(child, check)

    def wants_nothing(self) -> bool:
        nodes = (self._nodes[child] for child in self._nodes[_TOP].children)
        return all(node.check is _Unchecked for node in nodes)

    def wants_all(self) -> bool:
        nodes = (self._nodes[child] for child in self._nodes[_TOP].children)
        return all(node.check is _Checked for node in nodes)

    def unwanted(self) -> tuple[int, int]:
        """Files and bytes that are known and not wanted."""
        leaves = [n for n in self._nodes[1:] if not n.is_folder and n.check is _Unchecked]
        files = sum(self._rest if n.is_rest else 1 for n in leaves)
        return files, sum(max(0, n.size_bytes) for n in leaves)

    def check_all(self, check: Qt.CheckState) -> None:
        for child in self._nodes[_TOP].children:
            self._check(child, check)
        self._say_all_changed()

    def set_existing(self, existing: Existing) -> None:
        self.existing = existing
        self._say_all_changed()

    def set_existing_of(self, path: str, existing: Existing | None) -> None:
        """``None``: as for what it lies in."""
        for node in self._nodes[1:]:
            if node.path == path and not node.is_rest:
                node.existing = existing
        self._say_all_changed()

    def node(self, index: _AnyIndex) -> Node:
        return self._nodes[index.internalId()]

    def _effective(self, node: Node) -> Existing:
        while node.existing is None and node.parent != _TOP:
            node = self._nodes[node.parent]
        return node.existing or self.existing

    def _check(self, number: int, check: Qt.CheckState) -> None:
        below = [number]
        while below:
            node = self._nodes[below.pop()]
            node.check = check
            below.extend(node.children)
        above = self._nodes[number].parent
        while above != _TOP:
            node = self._nodes[above]
            states = {self._nodes[child].check for child in node.children}
            node.check = states.pop() if len(states) == 1 else _Partly
            above = node.parent

    def _say_all_changed(self) -> None:
        """The top tells Qt; whoever shows more of it draws anew what is in sight."""
        count = self.rowCount()
        if count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, EXISTING))
        self.chosen.emit()

    # --- Qt ----------------------------------------------------------------
    def _number(self, index: _AnyIndex) -> int:
        return index.internalId() if index.isValid() else _TOP

    def rowCount(self, parent: _AnyIndex = _Index()) -> int:  # noqa: B008 - Qt's signature
        if parent.column() > 0 or not self._nodes:
            return 0
        return len(self._nodes[self._number(parent)].children)

    def columnCount(self, _parent: _AnyIndex = _Index()) -> int:  # noqa: B008
        return 3

    def index(self, row: int, column: int, parent: _AnyIndex = _Index()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._nodes[self._number(parent)].children[row])

    def parent(self, index: _AnyIndex = _Index()) -> Any:  # type: ignore[override]  # noqa: B008
        above = self._nodes[index.internalId()].parent if index.isValid() else _TOP
        return self.createIndex(self._nodes[above].row, 0, above) if above else QModelIndex()

    def flags(self, index: _AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def setData(self, index: _AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self._check(index.internalId(), Qt.CheckState(value))
        self._say_all_changed()
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN_RIGHT if section == SIZE else _ALIGN_LEFT
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Name"), self.tr("Size"), self.tr("If the name is taken"))[section]

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._nodes[index.internalId()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(node, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == SIZE:
            return _ALIGN_RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and column != NAME:
            return self._look.theme.color("dim")
        if column == NAME:
            return self._of_name(node, role)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(node, column) or self._unsaid(node, column)
        return None

    def _unsaid(self, node: Node, column: int) -> str:
        """What an empty place means."""
        if column == SIZE:
            return self.tr("size not known yet")
        is_out = node.check is _Unchecked
        existing = Existing.LEAVE_OUT if is_out else self._effective(node)
        return self._look.transfer_words.existing(existing)

    def _of_name(self, node: Node, role: int) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole:
            return node.check
        if role == Qt.ItemDataRole.DecorationRole and not node.is_rest:
            return self._icon(node)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._described(node))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._described(node)
        return None

    def _described(self, node: Node) -> str:
        parts = [self._text(node, NAME), self._text(node, SIZE), self._text(node, EXISTING)]
        if self._is_risky(node):
            parts.append(self.tr("can run something when it is opened"))
        return ", ".join(part for part in parts if part)

    def _text(self, node: Node, column: int) -> str:
        if column == NAME and node.is_rest:
            return self.tr("and %Ln more", "", self._rest)
        if column == NAME:
            return shown_line(node.name)
        if column == SIZE:
            known = node.size_bytes >= 0
            return self._look.format.size(node.size_bytes) if known else ""
        is_told = not node.is_folder and not node.is_rest and node.check is not _Unchecked
        is_told = is_told or node.existing is not None
        return self._look.transfer_words.existing(self._effective(node)) if is_told else ""

    def _icon(self, node: Node) -> Any:
        look = self._look
        name, token = ("folder", "accent") if node.is_folder else ("file", "dim")
        if self._is_risky(node):
            name, token = "alert", "warn"
        return pixmap(name, look.fonts.px(17), look.theme.color(token), 1.0)

    @staticmethod
    def _is_risky(node: Node) -> bool:
        return not node.is_folder and not node.is_rest and is_risky(node.name)


def _build(files: Iterable[OfferedFile]) -> list[Node]:
    """In the offer's order; folders that are only part of a path are listed too, and have the
    size of what is listed in them."""
    nodes = [Node("", _TOP, 0, 0, is_folder=True)]
    numbers = {"": _TOP}

    def add(path: str, size_bytes: int, *, is_folder: bool) -> int:
        above = path.rpartition("/")[0]
        parent = numbers[above] if above in numbers else add(above, 0, is_folder=True)
        number = numbers[path] = len(nodes)
        siblings = nodes[parent].children
        nodes[parent].is_folder = True
        nodes.append(Node(path, parent, len(siblings), size_bytes, is_folder))
        siblings.append(number)
        return number

    for one in files:
        if one.path not in numbers:
            add(one.path, one.size_bytes, is_folder=one.is_folder)
    for node in reversed(nodes[1:]):
        nodes[node.parent].size_bytes += max(0, node.size_bytes)
    return nodes
