"""All files of one conversation, to look through and to search by name."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.model import Message
from ui.choices import Choices
from ui.dialogs.base import PlainDialog
from ui.fields import SearchField
from ui.labels import PlainLabel
from ui.look import Look
from ui.media.filepaint import FilePainter, describe_file, row_height
from ui.media.previews import Previews

_WIDTH: Final = 480
_HEIGHT: Final = 420
_Index = QModelIndex | QPersistentModelIndex


class _Files(QAbstractListModel):
    def __init__(self, look: Look, messages: Sequence[Message]) -> None:
        super().__init__()
        self._look = look
        self._all = tuple(messages)
        self.shown = self._all

    def filter(self, text: str) -> None:
        wanted = text.casefold().split()
        self.beginResetModel()
        self.shown = tuple(one for one in self._all if _has(one, wanted))
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return describe_file(self.shown[index.row()], self._look)
        return None


def _has(message: Message, words: Sequence[str]) -> bool:
    names = " ".join(message.transfer.names).casefold() if message.transfer else ""
    return all(word in names for word in words)


class _Rows(QStyledItemDelegate):
    def __init__(self, files: _Files, look: Look, previews: Previews) -> None:
        super().__init__(files)
        self._files = files
        self._look = look
        self._previews = previews

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(1, row_height(self._look))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        lit = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus
        painter.save()
        drawn = FilePainter(painter, self._look, self._previews)
        is_lit = bool(option.state & lit)
        drawn.draw(self._files.shown[index.row()], option.rect, is_lit=is_lit)
        painter.restore()


class _List(QListView):
    entered_row = Signal(int)
    menu_wanted = Signal(int, object)

    def __init__(self, model: QAbstractListModel) -> None:
        super().__init__()
        self.setModel(model)
        self._choices = Choices(self, self._open_menu)

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.entered_row.emit(index.row())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_menu(self.currentIndex())
            return
        index = self.indexAt(event.pos())
        if index.isValid():
            self.menu_wanted.emit(index.row(), event.globalPos())

    def _open_menu(self, index: QModelIndex) -> None:
        if index.isValid():
            at = self.visualRect(index).center()
            self.menu_wanted.emit(index.row(), self.viewport().mapToGlobal(at))


class AllFilesDialog(PlainDialog):
    opened = Signal(object)
    menu_wanted = Signal(object, object)
    """A Message, and where on the screen."""

    def __init__(
        self,
        look: Look,
        previews: Previews,
        messages: Sequence[Message],
        title: Callable[[], str],
        parent: QWidget | None,
    ) -> None:
        """``title`` in the language of the moment."""
        super().__init__(look, parent, width=_WIDTH)
        self._title = title
        self._files = _Files(look, messages)
        self.search = SearchField(look)
        self.list = _List(self._files)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(_Rows(self._files, look, previews))
        self.list.setMinimumHeight(look.fonts.px(_HEIGHT))
        self._none = PlainLabel(wraps=True)
        self._none.setProperty("rank", "dim")
        self._none.hide()
        for part in (self.search, self._none, self.list):
            self.body.addWidget(part)
        self._close = self.add_button()
        self._listen(previews)
        self.retranslate()
        self.search.setFocus()

    def _listen(self, previews: Previews) -> None:
        self.search.textChanged.connect(self._filter)
        self.list.clicked.connect(lambda index: self._open(index.row()))
        self.list.entered_row.connect(self._open)
        self.list.menu_wanted.connect(
            lambda row, at: self.menu_wanted.emit(self._files.shown[row], at)
        )
        previews.decoded.connect(self.list.viewport().update)
        previews.measured.connect(self.list.viewport().update)
        self._close.clicked.connect(self.reject)

    def _filter(self, text: str) -> None:
        self._files.filter(text)
        self._none.setVisible(not self._files.shown)

    def _open(self, row: int) -> None:
        self.opened.emit(self._files.shown[row])

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Shared files"))
        self.title.setText(self._title())
        self.search.setPlaceholderText(self.tr("Search by name"))
        self.search.setAccessibleName(self.tr("Search by name"))
        self.list.setAccessibleName(self.tr("Shared files"))
        self._none.setText(self.tr("No file has this in its name."))
        self._close.setText(self.tr("Close"))
