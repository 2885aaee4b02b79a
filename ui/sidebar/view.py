"""The list at the left: opens chats, takes files dropped on a row."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QMargins,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ui.choices import Choices
from ui.files import accept_copy, holds_files, is_for_many, local_paths
from ui.look import Look
from ui.roster import Roster
from ui.sidebar.delegate import ListDelegate, describe
from ui.sidebar.model import ListModel, ListRow, RowKind
from ui.sidebar.preview import Previews

_HEIGHT_MAX: Final = (1 << 24) - 1
"""Qt's own: no limit."""


class ListWidget(QListView):
    person_opened = Signal(str)
    requests_toggled = Signal()
    menu_wanted = Signal(str, object, bool)
    """Of a conversation, at a point of the screen; whether the keyboard goes on in it."""
    files_hovered = Signal(str, object)
    """Conversation and paths under the pointer; an empty id when they left."""
    files_dropped = Signal(str, object)
    files_dropped_for_many = Signal(str, object)
    """Also for others than the row's."""

    def __init__(self, look: Look, roster: Roster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        previews = Previews(look, roster)
        self.rows = ListModel(lambda row: describe(row, look, previews), self)
        self.delegate = ListDelegate(self.rows, look, previews, self.beside)
        self._hovering: tuple[object, ...] = ()
        self.setObjectName("people-list")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(self.rows)
        self.setItemDelegate(self.delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._choices = Choices(self, self._choose, key_of=self._row_key)
        self.setMouseTracking(True)
        self.viewport().setAcceptDrops(True)  # a scroll area itself is told of no drag
        self.verticalScrollBar().setSingleStep(look.fonts.px(27))
        look.theme.changed.connect(self.viewport().update)
        look.pictures.changed.connect(self.viewport().update)

    def beside(self) -> QMargins:
        """What the scroll bar takes of the rows: no word moves when it comes or goes."""
        bar = self.width() - self.viewport().width()
        return QMargins(bar, 0, 0, 0) if self.isRightToLeft() else QMargins(0, 0, bar, 0)

    # --- Content -----------------------------------------------------------
    def show_rows(self, rows: list[ListRow]) -> None:
        """Keeps the scroll place and the current row where they were."""
        place = self.verticalScrollBar().value()
        current = self._row_key(self.currentIndex())
        if self.rows.show(rows):
            self.doItemsLayout()
            self.verticalScrollBar().setValue(place)
            if current is not None:
                self._restore_current(current)

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Such a row keeps its height; QListView would lay out all the others again."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def fit_rows(self, fits: bool) -> None:
        """As high as its rows, or as there is room."""
        rows = range(self.rows.rowCount())
        height = sum(self.sizeHintForRow(number) for number in rows) if fits else _HEIGHT_MAX
        self.setMaximumHeight(height)

    def mark_shown(self, chat_id: str) -> None:
        """Whose chat is open: highlighted, and made the current row."""
        self.delegate.shown_chat = chat_id
        number = self.rows.find(chat_id) if chat_id else None
        if number is not None:
            self._make_current(number)
            self.scrollTo(self.rows.index(number))
        self.viewport().update()

    def _row_key(self, index: QModelIndex) -> object:
        return self.rows.row(index.row()).key if index.isValid() else None

    def _restore_current(self, key: object) -> None:
        for number in range(self.rows.rowCount()):
            if self.rows.row(number).key == key:
                self._make_current(number)
                return

    def _make_current(self, number: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.NoUpdate
        self.selectionModel().setCurrentIndex(self.rows.index(number), flag)

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    # --- Opening -----------------------------------------------------------
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if is_enter and index.isValid():
            self._open(index)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse at the pointer; by key under the current row."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_menu(self.currentIndex())
            return
        row = self._row_at(self.indexAt(event.pos()))
        if row is not None and row.kind is RowKind.CHAT:
            self.menu_wanted.emit(row.chat_id, event.globalPos(), False)

    def _open_menu(self, index: QModelIndex) -> None:
        row = self._row_at(index)
        if row is not None and row.kind is RowKind.CHAT:
            self.scrollTo(index)
            area = self.visualRect(index)
            under = self.viewport().mapToGlobal(area.bottomLeft() + QPoint(area.height(), 0))
            self.menu_wanted.emit(row.chat_id, under, True)

    def _row_at(self, index: QModelIndex) -> ListRow | None:
        return self.rows.row(index.row()) if index.isValid() else None

    def _choose(self, index: QModelIndex) -> None:
        """Through the accessibility tree, a row can be chosen only: it opens the conversation,
        and the menu of one that is open."""
        row = self.rows.row(index.row())
        if row.kind is RowKind.CHAT and row.chat_id == self.delegate.shown_chat:
            self._make_current(index.row())
            self._open_menu(index)
        else:
            self._open(index)

    def keyboardSearch(self, _text: str) -> None:
        """Rows say whole sentences; the search field finds people."""

    def _open(self, index: QModelIndex) -> None:
        row = self.rows.row(index.row())
        if row.kind is RowKind.REQUESTS:
            self.requests_toggled.emit()
        elif row.kind is RowKind.CHAT:
            self.person_opened.emit(row.chat_id)

    # --- Files -------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if holds_files(event.mimeData()):
            self._hovering = local_paths(event.mimeData())
            self._hover(event)
            accept_copy(event)  # refused where it comes in, no move of it is told
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._hover(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._hovering = ()
        self._say_hovered("")

    def dropEvent(self, event: QDropEvent) -> None:
        chat_id, paths = self._chat_at(event.position().toPoint()), local_paths(event.mimeData())
        self._hovering = ()
        self._say_hovered("")
        if chat_id and paths:
            accept_copy(event)
            is_many = is_for_many(event)
            (self.files_dropped_for_many if is_many else self.files_dropped).emit(chat_id, paths)

    def _hover(self, event: QDragMoveEvent) -> None:
        chat_id = self._chat_at(event.position().toPoint()) if self._hovering else ""
        self._say_hovered(chat_id)
        if chat_id:
            accept_copy(event)
        else:
            event.ignore()

    def _say_hovered(self, chat_id: str) -> None:
        if chat_id != self.delegate.drop_chat:
            self.delegate.drop_chat = chat_id
            self.viewport().update()
            self.files_hovered.emit(chat_id, self._hovering)

    def _chat_at(self, point: QPoint) -> str:
        index = self.indexAt(point)
        return self.rows.row(index.row()).chat_id if index.isValid() else ""
