"""The chat's pointer, keys and menus."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.model import Message
from ui.chat.actions import ASKING, may_lie_here, path_to_copy
from ui.chat.bubble import Placed
from ui.chat.extras import day_pill
from ui.chat.menu import build_menu
from ui.chat.model import ChatModel
from ui.chat.pointer import Hover, Place, hover_at, text_position
from ui.chat.rows import NO_ROW, RowId, row_id
from ui.chat.sliding import SlidingView
from ui.chat.tips import tip_of
from ui.choices import Choices
from ui.look import Look
from ui.plain import tooltip, whole_text

_HAND = frozenset(
    {
        Place.LINK,
        Place.MORE,
        Place.BUTTON,
        Place.QUOTE,
        Place.CHIP,
        Place.DAY,
        Place.PICTURE,
        Place.COPY,
    }
)
_TOLD_MS = 1500
"""How long a button says that it has copied."""
_DRAGGED = frozenset({Place.CARD, Place.PICTURE})


class ChatView(SlidingView):
    action_wanted = Signal(object, object)
    """Action, Transfer: a button that was armed, or the menu."""
    link_opened = Signal(str)
    whole_wanted = Signal(object)
    """A Message too long for its bubble."""
    details_wanted = Signal(object)
    """A Transfer on offer whose names the user wants to see."""
    transfers_wanted = Signal(str)
    """A file's name: how far all are who were offered it."""
    cancel_wanted = Signal(str)
    """The id of an own message that shall not go out."""
    reply_wanted = Signal(object)
    edit_wanted = Signal(object)
    delete_wanted = Signal(object)
    forward_wanted = Signal(object)
    earlier_wanted = Signal(object)
    receipts_wanted = Signal(object)
    """A Message each."""
    reaction_wanted = Signal(object, str)
    """A Message and an emoji, given or taken back."""
    emoji_wanted = Signal(object)
    """A Message that shall get a reaction which is not at hand."""
    picture_wanted = Signal(object, int)
    """A Message of pictures, and which of them shall be seen large."""
    drag_wanted = Signal(object)
    """A Message whose files are being dragged out."""
    quote_clicked = Signal(object)
    """A Message whose question shall be shown."""
    day_clicked = Signal(object, QPoint)
    """The first Message of a day, and the place on the screen below the day's name."""
    typed = Signal(str)
    """A letter typed while the chat had the focus: it is meant for the composer."""

    def __init__(self, model: ChatModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(model, look, parent)
        self._pressed = Hover(Place.NOTHING)
        self._pressed_at = QPoint()
        self._copied_timer = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._copied_timer.timeout.connect(self._forget_copied)
        self.viewport().setMouseTracking(True)
        self._choices = Choices(self, self._choose)

    # --- Looking up --------------------------------------------------------
    def message_at(self, number: int) -> Message:
        return self.chat_model.row(number).message

    def _placed_at(self, point: QPoint) -> tuple[Message, Placed] | None:
        index = self.indexAt(point)
        if not index.isValid():
            return None
        placed = self.delegate.placed(index.row(), self.visualRect(index))
        return self.message_at(index.row()), placed

    def hover_at(self, point: QPoint) -> Hover:
        found = self._placed_at(point)
        return hover_at(*found, point, self.look) if found else Hover(Place.NOTHING)

    def shows_pictures(self, message: Message) -> bool:
        """Instead of a card."""
        previews = self.delegate.previews
        return previews is not None and previews.album(message) is not None

    # --- Pointer -----------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_focus(False)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        self._pressed, self._pressed_at = self._armed_only(self.hover_at(point)), point
        self.selection.clear()
        found = self._placed_at(point)
        if found and self._pressed.place in (Place.TEXT, Place.LINK, Place.BUBBLE):
            message, placed = found
            self.selection.begin(row_id(message), text_position(placed, point))
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self.selection.row != NO_ROW:
            self._drag_selection(point)
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._drags_files(point):
            return
        hover = self.hover_at(point)
        if hover != self.delegate.hover:
            self.delegate.hover = hover
            self._show_cursor(hover)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        hover, pressed = self.hover_at(event.position().toPoint()), self._pressed
        self._pressed = Hover(Place.NOTHING)
        if hover == pressed and self.selection.is_empty:
            self._click(hover)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        found = self._placed_at(point)
        if found is None or found[1].bubble.layout is None:
            self.mousePressEvent(event)
            return
        message, placed = found
        layout = placed.bubble.layout
        position = text_position(placed, point)
        mode = layout.CursorMode.SkipWords
        start = layout.previousCursorPosition(position + 1, mode)
        end = layout.nextCursorPosition(start, mode)
        self.selection.select(row_id(message), start, end)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.delegate.hover = None
        self.viewport().update()
        super().leaveEvent(event)

    def _drag_selection(self, point: QPoint) -> None:
        for number in range(self.chat_model.rowCount()):
            if row_id(self.message_at(number)) == self.selection.row:
                rect = self.visualRect(self.chat_model.index(number))
                placed = self.delegate.placed(number, rect)
                self.selection.cursor = text_position(placed, point)
                self.viewport().update()
                return

    def _drags_files(self, point: QPoint) -> bool:
        """From where it was pressed a card is on its way out; let go, it is no click."""
        way = (point - self._pressed_at).manhattanLength()
        is_held = self._pressed.place in _DRAGGED and way >= QApplication.startDragDistance()
        message = self._message(self._pressed.row) if is_held else None
        if message is None or message.transfer is None or not may_lie_here(message.transfer):
            return False
        self._pressed = Hover(Place.NOTHING)
        self.drag_wanted.emit(message)
        return True

    def _show_cursor(self, hover: Hover) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if hover.place in _HAND:
            shape = Qt.CursorShape.PointingHandCursor
        elif hover.place is Place.TEXT:
            shape = Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def _click(self, hover: Hover) -> None:
        message = self._message(hover.row)
        if message is None:
            return
        if hover.place is Place.LINK:
            self.link_opened.emit(hover.url)
        elif hover.place is Place.MORE:
            self.whole_wanted.emit(message)
        elif hover.place is Place.BUTTON and hover.action is not None:
            self.action_wanted.emit(hover.action, message.transfer)
        elif hover.place is Place.CARD:
            self._open_details(message)
        elif hover.place is Place.COPY:
            self.copy_code(hover)
        elif hover.place is Place.PICTURE:
            self.picture_wanted.emit(message, hover.picture)
        elif hover.place is Place.QUOTE:
            self.quote_clicked.emit(message)
        elif hover.place is Place.DAY:
            self._click_day(message)
        elif hover.place is Place.CHIP:
            self.reaction_wanted.emit(message, hover.emoji)

    def _click_day(self, message: Message) -> None:
        number = self.chat_model.number_of(message)
        if number is None:
            return
        placed = self.delegate.placed(number, self.visualRect(self.chat_model.index(number)))
        if placed.day is not None:
            pill = day_pill(message, placed.day, self.look)
            below = QPoint(pill.right(), pill.bottom() + self.look.fonts.px(5))
            self.day_clicked.emit(message, self.viewport().mapToGlobal(below))

    def _armed_only(self, hover: Hover) -> Hover:
        """A press on a deciding button counts only when it was armed by then."""
        message = self._message(hover.row) if hover.action in ASKING else None
        if message is None or message.transfer is None:
            return hover
        is_armed = self.arming.is_armed(message.transfer.transfer_id)
        return hover if is_armed else Hover(Place.NOTHING)

    def _open_details(self, message: Message) -> None:
        if message.transfer is not None:
            self.details_wanted.emit(message.transfer)

    def _message(self, row: RowId) -> Message | None:
        numbers = range(self.chat_model.rowCount())
        found = (self.message_at(number) for number in numbers)
        return next((one for one in found if row_id(one) == row), None)

    # --- Tool tips ---------------------------------------------------------
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def _tip_at(self, point: QPoint) -> str:
        hover = self.hover_at(point)
        message = self._message(hover.row)
        if message is None:
            return ""
        return tooltip(tip_of(hover, message, self.delegate.cast, self.look))

    # --- Keys --------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._press_current()
        elif event.key() == Qt.Key.Key_R and self._is_control(event):
            self._reply_to_current()
        elif self._is_typing(event):
            self.typed.emit(event.text())
        else:
            self._show_focus(True)
            super().keyPressEvent(event)

    def keyboardSearch(self, _text: str) -> None:
        """Letters belong to the composer, not to a search among the rows."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        is_by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self._show_focus(is_by_key)
        super().focusInEvent(event)
        if is_by_key and not self.currentIndex().isValid() and self.chat_model.rowCount():
            self._make_current(self.chat_model.rowCount() - 1)

    def copy(self) -> None:
        """What is selected, else the row the keyboard is on."""
        text = self._text_to_copy()
        if text:
            QGuiApplication.clipboard().setText(text)

    def copy_code(self, hover: Hover) -> None:
        """The button tells for a moment that it did."""
        QGuiApplication.clipboard().setText(hover.code)
        self.delegate.copied = hover
        self.viewport().update()
        self._copied_timer.start()

    def _forget_copied(self) -> None:
        self.delegate.copied = None
        self.viewport().update()

    def _text_to_copy(self) -> str:
        if not self.selection.is_empty:
            return self._selected_text()
        index = self.currentIndex()
        if not index.isValid() or not self.delegate.shows_focus:
            return ""
        message = self.message_at(index.row())
        if message.transfer is not None:
            return path_to_copy(message.transfer)
        return whole_text(message.text)

    def _selected_text(self) -> str:
        for number in range(self.chat_model.rowCount()):
            if row_id(self.message_at(number)) == self.selection.row:
                rect = self.visualRect(self.chat_model.index(number))
                return self.selection.text(self.delegate.placed(number, rect).bubble.text)
        return ""

    def _press_current(self) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        message = self.message_at(index.row())
        if self.shows_pictures(message):
            self.picture_wanted.emit(message, 0)
        elif message.transfer is not None:
            self._open_details(message)
        else:
            self._open_menu(message, self.visualRect(index).center())

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def _choose(self, index: QModelIndex) -> None:
        """All that can be done with it, as a menu that can be read."""
        self.show_row(index.row())
        self._open_menu(self.message_at(index.row()), self.visualRect(index).center())

    def _reply_to_current(self) -> None:
        index = self.currentIndex()
        message = self.message_at(index.row()) if index.isValid() else None
        if message is not None and message.news is None and not message.is_deleted:
            self.reply_wanted.emit(message)

    def show_row(self, number: int) -> None:
        """In the middle, marked as where the keyboard is."""
        self.center_row(number)
        self._make_current(number)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_focus(True)

    def _make_current(self, number: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.NoUpdate
        self.selectionModel().setCurrentIndex(self.chat_model.index(number), flag)

    def _show_focus(self, shows: bool) -> None:
        if self.delegate.shows_focus != shows:
            self.delegate.shows_focus = shows
            self.viewport().update()

    @staticmethod
    def _is_control(event: QKeyEvent) -> bool:
        return event.modifiers() == Qt.KeyboardModifier.ControlModifier

    @staticmethod
    def _is_typing(event: QKeyEvent) -> bool:
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return bool(event.text()) and event.text().isprintable() and not event.modifiers() & keys

    # --- Menu --------------------------------------------------------------
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            if index.isValid():
                self._open_menu(self.message_at(index.row()), self.visualRect(index).center())
            return
        found = self._placed_at(event.pos())
        if found and found[1].frame.contains(event.pos()):
            self._open_menu(found[0], event.pos(), self.hover_at(event.pos()))

    def _open_menu(self, message: Message, point: QPoint, under: Hover | None = None) -> None:
        if message.news is not None:
            return
        menu = build_menu(self, message, under)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(point))
        if under is None:  # not by the pointer: the first entry is where one is
            menu.setActiveAction(menu.actions()[0])
