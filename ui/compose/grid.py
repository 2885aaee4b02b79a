"""The emoji in rows under their headings; only those in sight are drawn."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.chat.brush import ALIGN_CENTER
from ui.compose.emoji import Emoji
from ui.look import Look

COLUMNS: Final = 9
SIDE: Final = 38
_HEADING: Final = 28
_GLYPH_PX: Final = 23
Index = QModelIndex | QPersistentModelIndex
Part = tuple[str, Sequence[Emoji]]
"""A heading, empty for none, and what stands below it."""


class EmojiModel(QAbstractTableModel):
    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self.tone = 0
        self.is_chinese = False
        self._rows: list[str | Sequence[Emoji]] = []

    def show(self, parts: Sequence[Part]) -> list[int]:
        """The rows of the headings, one a part; -1 where it has none."""
        self.beginResetModel()
        self._rows = []
        headings = []
        for heading, emoji in parts:
            headings.append(len(self._rows) if heading else -1)
            self._rows += [heading] if heading else []
            self._rows += [emoji[at : at + COLUMNS] for at in range(0, len(emoji), COLUMNS)]
        self.endResetModel()
        return headings

    def heading(self, row: int) -> str | None:
        found = self._rows[row]
        return found if isinstance(found, str) else None

    def emoji(self, index: Index) -> Emoji | None:
        found = self._rows[index.row()] if index.isValid() else ""
        return None if isinstance(found, str) else next(iter(found[index.column() :]), None)

    def name(self, one: Emoji) -> str:
        return one.chinese if self.is_chinese else one.english

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else COLUMNS

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.emoji(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.emoji(index)
        if one is None:
            is_heading = role == Qt.ItemDataRole.DisplayRole and index.column() == 0
            return self.heading(index.row()) if is_heading else None
        if role == Qt.ItemDataRole.DisplayRole:
            return one.toned(self.tone)
        is_named = role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return self.name(one) if is_named else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, owner: QObject) -> None:
        super().__init__(owner)
        self._look = look
        self._font = QFont(look.fonts.body)
        self._font.setPixelSize(look.fonts.px(_GLYPH_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, EmojiModel)
        text = index.data()
        if not text:
            return
        if model.heading(index.row()) is not None:
            painter.setFont(self._look.fonts.tiny_bold)
            painter.setPen(self._look.theme.color("faint"))
            inset = self._look.fonts.px(8)
            start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(option.rect.adjusted(inset, 0, -inset, 0), start, text)
            return
        self._draw_ground(painter, option)
        painter.setFont(self._font)
        painter.setPen(self._look.theme.color("text"))
        painter.drawText(option.rect, ALIGN_CENTER, text)

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        states = QStyle.StateFlag
        is_chosen = bool(option.state & states.State_Selected)
        if is_chosen or option.state & states.State_MouseOver:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.color("accent_soft" if is_chosen else "hover"))
            radius = self._look.fonts.px(8)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), radius, radius)
            painter.restore()


class EmojiGrid(QTableView):
    chosen = Signal(object, bool)
    """An Emoji, and whether the user means to choose more."""
    shown = Signal(object)
    """The Emoji under the cursor or pointer; None for none."""
    left_upwards = Signal()
    typed = Signal(str)
    """Letters belong into the search."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._headings: list[int] = []
        self.items = EmojiModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_Delegate(look, self))
        self.setObjectName("emoji-grid")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._fix_cells()
        self.clicked.connect(self._choose)
        self.entered.connect(lambda index: self.shown.emit(self.items.emoji(index)))

    def _fix_cells(self) -> None:
        px = self._look.fonts.px
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
            header.setDefaultSectionSize(px(SIDE))
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_parts(self, parts: Sequence[Part]) -> list[int]:
        """The rows of the headings; nothing is chosen."""
        self._shape_headings(px=SIDE, columns=1)
        self._headings = self.items.show(parts)
        self._shape_headings(px=_HEADING, columns=COLUMNS)
        self.scrollToTop()
        return self._headings

    def _shape_headings(self, *, px: int, columns: int) -> None:
        """Qt keeps heights when the rows are others."""
        for row in self._headings:
            if row >= 0:
                self.setSpan(row, 0, 1, columns)
                self.verticalHeader().resizeSection(row, self._look.fonts.px(px))

    def go_to(self, row: int, column: int = 0) -> None:
        index = self.items.index(row, column)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def go_to_first(self) -> None:
        rows = range(self.items.rowCount())
        first = next((row for row in rows if self.items.heading(row) is None), None)
        if first is not None:
            self.go_to(first)

    def selectionChanged(self, *changes: object) -> None:
        super().selectionChanged(*changes)
        self.shown.emit(self.items.emoji(self.currentIndex()))

    def choose_current(self, *, keeps_open: bool = False) -> None:
        one = self.items.emoji(self.currentIndex())
        if one is not None:
            self.chosen.emit(one, keeps_open)

    def _choose(self, index: QModelIndex) -> None:
        one = self.items.emoji(index)
        if one is not None:
            self.chosen.emit(one, False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = Qt.KeyboardModifier
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose_current(keeps_open=bool(event.modifiers() & modifiers.ShiftModifier))
        elif event.key() == Qt.Key.Key_Up and self._is_at_top():
            self.left_upwards.emit()
        elif text.isprintable() and text and not event.modifiers() & modifiers.ControlModifier:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def _is_at_top(self) -> bool:
        row = self.currentIndex().row()
        return all(self.items.heading(above) is not None for above in range(max(row, 0)))
