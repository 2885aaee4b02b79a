"""The list of all transfers: pointer, keys and menu."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QToolTip

from app.model import Transfer
from ui.chat.actions import ASKING, MOVING, Action, actions_of, is_queued, menu_actions_of
from ui.chat.arming import Arming
from ui.choices import Choices
from ui.look import Look
from ui.plain import tooltip
from ui.roster import Roster
from ui.transfers.delegate import NO_HOVER, Hover, TransfersDelegate
from ui.transfers.model import TransfersModel

_MOVES = {
    Qt.Key.Key_Up: Action.MOVE_UP,
    Qt.Key.Key_Down: Action.MOVE_DOWN,
    Qt.Key.Key_Home: Action.MOVE_FIRST,
}
"""With Ctrl."""


class TransfersView(QListView):
    action_wanted = Signal(object, object)
    """Action, Transfer."""
    details_wanted = Signal(object)
    chat_wanted = Signal(object)
    """A Transfer each."""

    def __init__(self, model: TransfersModel, look: Look, roster: Roster) -> None:
        super().__init__()
        self._look = look
        self.rows = model
        self.arming = Arming(self)
        self.delegate = TransfersDelegate(model, look, roster, self.arming)
        self._pressed = NO_HOVER
        self.setObjectName("transfers-view")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(look.fonts.px(32))
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self._choices = Choices(self, self._choose)
        self.arming.armed.connect(self.viewport().update)
        model.repainted.connect(self._on_repainted)
        look.theme.changed.connect(self.relay)

    def relay(self) -> None:
        """Colours, fonts or words changed: every layout anew."""
        self.delegate.forget_layouts()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def doItemsLayout(self) -> None:
        self.delegate.width_px = self.width()
        bar = self.width() - self.viewport().width()
        self.delegate.left_px = -bar if self.isRightToLeft() else 0
        super().doItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower row may be a higher one."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _on_repainted(self, number: int) -> None:
        self.viewport().update(self.visualRect(self.rows.index(number)))

    # --- The current row ---------------------------------------------------
    def current(self) -> Transfer | None:
        index = self.currentIndex()
        return self.rows.line(index.row()).transfer if index.isValid() else None

    @contextmanager
    def kept_current(self) -> Iterator[None]:
        """Wherever its transfer goes inside, the keyboard goes along."""
        current = self.current()
        yield
        number = self.rows.number_of(current.transfer_id) if current else None
        if number is not None and self.currentIndex().row() != number:
            self._make_current(number)

    def _make_current(self, number: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.NoUpdate
        self.selectionModel().setCurrentIndex(self.rows.index(number), flag)

    # --- Pointer -----------------------------------------------------------
    def hover_at(self, point: QPoint) -> Hover:
        index = self.indexAt(point)
        transfer = self.rows.line(index.row()).transfer if index.isValid() else None
        if transfer is None:
            return NO_HOVER
        action = self.delegate.action_at(index.row(), self.visualRect(index), point)
        return Hover(transfer.transfer_id, action)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_focus(False)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        self._pressed = self._armed_only(self.hover_at(point))
        index = self.indexAt(point)
        if index.isValid() and self._pressed.transfer_id:
            self._make_current(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._show_hover(self.hover_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hover, pressed = self.hover_at(event.position().toPoint()), self._pressed
        self._pressed = NO_HOVER
        transfer = self._transfer(hover)
        is_click = event.button() is Qt.MouseButton.LeftButton and hover == pressed
        if not is_click or transfer is None:
            return
        if hover.action is None:
            self.details_wanted.emit(transfer)
        else:
            self.action_wanted.emit(hover.action, transfer)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_hover(NO_HOVER)
        super().leaveEvent(event)

    def _show_hover(self, hover: Hover) -> None:
        if hover != self.delegate.hover:
            self.delegate.hover = hover
            shape = (
                Qt.CursorShape.PointingHandCursor if hover.action else Qt.CursorShape.ArrowCursor
            )
            self.viewport().setCursor(shape)
            self.viewport().update()

    def _armed_only(self, hover: Hover) -> Hover:
        """A press on a deciding button counts only when it was armed by then."""
        is_deciding = hover.action in ASKING
        return NO_HOVER if is_deciding and not self.arming.is_armed(hover.transfer_id) else hover

    def _transfer(self, hover: Hover) -> Transfer | None:
        number = self.rows.number_of(hover.transfer_id)
        return self.rows.line(number).transfer if number is not None else None

    # --- Tool tips ---------------------------------------------------------
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def _tip_at(self, point: QPoint) -> str:
        hover = self.hover_at(point)
        transfer, words = self._transfer(hover), self._look.transfer_words
        if transfer is None:
            return ""
        if hover.action is not None:
            return tooltip(words.action(hover.action))
        name, is_here = self.delegate.name(transfer), self.delegate.is_here(transfer)
        told = words.tips(transfer, name, self._look.format, is_here=is_here)
        return tooltip("\n".join([*told, self._look.format.full_time(transfer.time_ms)]))

    # --- Keys --------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._show_focus(True)
        transfer = self.current()
        if transfer is None or not self._press(event, transfer):
            super().keyPressEvent(event)

    def _press(self, event: QKeyEvent, transfer: Transfer) -> bool:
        """Whether the key means something for this row."""
        is_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        move = _MOVES.get(Qt.Key(event.key())) if is_control else None
        if move is not None:
            return self._want(move, transfer, is_possible=is_queued(transfer))
        if event.matches(QKeySequence.StandardKey.Copy):
            possible = Action.COPY_PATH in menu_actions_of(transfer)
            return self._want(Action.COPY_PATH, transfer, is_possible=possible)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.details_wanted.emit(transfer)
            return True
        if event.key() == Qt.Key.Key_Space:
            steps = (Action.PAUSE, Action.RESUME)
            step = next((one for one in actions_of(transfer) if one in steps), None)
            return step is None or self._want(step, transfer, is_possible=True)
        return False

    def _want(self, action: Action, transfer: Transfer, *, is_possible: bool) -> bool:
        if is_possible:
            self.action_wanted.emit(action, transfer)
        return True

    def keyboardSearch(self, _text: str) -> None:
        """Rows say whole sentences; the search field finds transfers."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        is_by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self._show_focus(is_by_key)
        if is_by_key and self.current() is None:
            self.make_first_current()

    def make_first_current(self) -> None:
        for number in range(self.rows.rowCount()):
            if self.rows.line(number).transfer is not None:
                self._make_current(number)
                return

    def _show_focus(self, shows: bool) -> None:
        if self.delegate.shows_focus != shows:
            self.delegate.shows_focus = shows
            self.viewport().update()

    # --- Menu --------------------------------------------------------------
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        transfer = self.rows.line(index.row()).transfer if index.isValid() else None
        if transfer is not None:
            point = self.visualRect(index).center() if is_key else event.pos()
            menu = self.build_menu(transfer)
            menu.popup(self.viewport().mapToGlobal(point))
            if is_key:
                menu.setActiveAction(menu.actions()[0])

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def _choose(self, index: QModelIndex) -> None:
        self._make_current(index.row())
        transfer = self.current()
        if transfer is not None:
            menu = self.build_menu(transfer)
            menu.popup(self.viewport().mapToGlobal(self.visualRect(index).center()))
            menu.setActiveAction(menu.actions()[0])

    def build_menu(self, transfer: Transfer) -> QMenu:
        """Everything that can be done about it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        moves = MOVING if is_queued(transfer) and len(self.rows.queue()) > 1 else ()
        for action in (*menu_actions_of(transfer), *moves):
            entry = menu.addAction(self._look.transfer_words.action(action))
            entry.triggered.connect(
                lambda _=False, wanted=action: self.action_wanted.emit(wanted, transfer)
            )
        if menu.actions():
            menu.addSeparator()
        details = menu.addAction(self._look.words.details())
        details.triggered.connect(lambda: self.details_wanted.emit(transfer))
        chat = menu.addAction(self.tr("Go to the conversation"))
        chat.triggered.connect(lambda: self.chat_wanted.emit(transfer))
        return menu
