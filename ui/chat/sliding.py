"""The list of bubbles: stays where the reader is, slides its window as they scroll."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMargins, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ui.chat.arming import Arming
from ui.chat.delegate import ChatDelegate
from ui.chat.model import ChatModel
from ui.chat.rows import RowId, row_id
from ui.chat.selection import Selection
from ui.look import Look

_PREFETCH_PX: Final = 600
"""Rows are read this long before the reader gets to them."""
_AT_BOTTOM_PX: Final = 24
_COLUMN: Final = 1000
"""Wider, the two sides of a conversation would drift apart."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a reader is: a message and how far below the top edge its row ends."""

    order_key: int
    row: RowId
    offset_px: int


class SlidingView(QListView):
    """Layout and scrolling only; ChatView adds pointer, keys and menus."""

    bottom_changed = Signal(bool)
    """The reader came to the end, or left it."""

    def __init__(self, model: ChatModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.chat_model = model
        self.arming = Arming(self)
        self.selection = Selection(look.theme)
        self.delegate = ChatDelegate(model, look, self.arming, self.selection)
        self._sticks = True
        self._is_adjusting = False
        self._is_resting = False
        self._slide_timer = QTimer(self, singleShot=True, interval=0)
        self._set_up()
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self._listen()

    def _set_up(self) -> None:
        self.setObjectName("chat-view")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(self.look.fonts.px(32))

    def _listen(self) -> None:
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        self._slide_timer.timeout.connect(self._slide)
        self.arming.armed.connect(self.viewport().update)
        self.chat_model.repainted.connect(self._on_repainted)
        self.look.theme.changed.connect(self.relay)

    # --- Where the reader is -----------------------------------------------
    @property
    def is_at_bottom(self) -> bool:
        return self._sticks and not self.chat_model.has_newer

    def spot(self) -> Spot | None:
        """None at the bottom, where new messages keep the view."""
        index = self._top_index()
        if self.is_at_bottom or not index.isValid():
            return None
        message = self.chat_model.row(index.row()).message
        return Spot(message.order_key, row_id(message), self._end(index))

    def go_to_bottom(self) -> None:
        self._sticks = True
        self.scrollToBottom()
        self._settle()

    def go_to_row(self, number: int, offset_px: int | None = None) -> None:
        """``offset_px``: where the row's end shall stand; None puts its start near the top."""
        self._sticks = False
        self._settle()
        rect = self.visualRect(self.chat_model.index(number))
        end = self._end(self.chat_model.index(number))
        wanted = rect.top() - self.look.fonts.px(8) if offset_px is None else end - offset_px
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + wanted)
        self._note_place()

    def center_row(self, number: int) -> None:
        """Into the middle, a tall one with its start near the top; not if all of it is in sight."""
        self._sticks = False
        self._settle()
        rect, room = self.visualRect(self.chat_model.index(number)), self.viewport().rect()
        if not room.contains(rect):
            above = max(self.look.fonts.px(8), (room.height() - rect.height()) // 2)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + rect.top() - above)
        self._note_place()
        self.bottom_changed.emit(self.is_at_bottom)

    def relay(self) -> None:
        """Colours, fonts or words changed: every layout anew, the reader stays."""
        with self.held_in_place():
            self.delegate.forget_layouts()
            self.scheduleDelayedItemsLayout()

    @contextmanager
    def held_in_place(self) -> Iterator[None]:
        """Whatever happens to the rows inside, what is being read does not move."""
        spot = self.spot()
        was_adjusting, self._is_adjusting = self._is_adjusting, True
        try:
            yield
            self._settle()
            if spot is not None:
                self._restore(spot)
            elif self._sticks:
                self.scrollToBottom()
        finally:
            self._is_adjusting = was_adjusting
        self._note_place()

    def _restore(self, spot: Spot) -> None:
        number = self._find(spot)
        if number is None:
            return
        bar = self.verticalScrollBar()
        moved = self._end(self.chat_model.index(number)) - spot.offset_px
        bar.setValue(bar.value() + moved)

    def _find(self, spot: Spot) -> int | None:
        model = self.chat_model
        for number in range(model.rowCount()):
            if row_id(model.row(number).message) == spot.row:
                return number
        return None

    def _end(self, index: QModelIndex) -> int:
        """Of the bubble: the room below the newest goes to the next that comes."""
        is_last = index.row() == self.chat_model.rowCount() - 1
        below = self.delegate.below_last.bottom() if is_last else 0
        return self.visualRect(index).bottom() - below

    def _top_index(self) -> QModelIndex:
        for y in (1, self.look.fonts.px(20), self.look.fonts.px(60)):
            index = self.indexAt(QPoint(self.viewport().width() // 2, y))
            if index.isValid():
                return index
        return QModelIndex()

    # --- Sliding -----------------------------------------------------------
    def _on_scrolled(self) -> None:
        if not self._is_adjusting:
            self._note_place()
            self._slide_timer.start()

    def _note_place(self) -> None:
        bar = self.verticalScrollBar()
        was_at_bottom = self.is_at_bottom
        self._sticks = bar.value() >= bar.maximum() - _AT_BOTTOM_PX
        if self.is_at_bottom != was_at_bottom:
            self.bottom_changed.emit(self.is_at_bottom)

    def _slide(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() < _PREFETCH_PX and self.chat_model.has_older:
            self._slide_through(self.chat_model.load_older)
        elif bar.value() > bar.maximum() - _PREFETCH_PX and self.chat_model.has_newer:
            self._slide_through(self.chat_model.load_newer)

    def _slide_through(self, load: Callable[[], None]) -> None:
        self._sticks = False
        with self.held_in_place():
            load()
        self._note_place()

    def _on_range_changed(self) -> None:
        if self._is_adjusting:
            return
        if self._sticks:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        else:
            self._note_place()

    def _on_repainted(self, number: int) -> None:
        self.viewport().update(self.visualRect(self.chat_model.index(number)))

    # --- Layout ------------------------------------------------------------
    def aside_px(self) -> int:
        """What stays free on either side in a wide window."""
        return max(0, (self.width() - self.look.fonts.px(_COLUMN)) // 2)

    def doItemsLayout(self) -> None:
        aside = self.aside_px()
        left, right = 0, self.width() - self.viewport().width()
        if self.isRightToLeft():
            left, right = right, left
        self.delegate.width_px = self.width() - 2 * aside
        self.delegate.beside = QMargins(left - aside, 0, right - aside, 0)
        super().doItemsLayout()
        self._rest_on_the_ground()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._is_resting:
            super().resizeEvent(event)
            return
        spot = self.spot()
        was_adjusting, self._is_adjusting = self._is_adjusting, True
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._settle()
        if spot is not None:
            self._restore(spot)
        elif self._sticks:
            self.scrollToBottom()
        self._is_adjusting = was_adjusting
        self._note_place()

    def _settle(self) -> None:
        """Lay out now, so that rectangles and the scroll range are true."""
        self.executeDelayedItemsLayout()

    def _rest_on_the_ground(self) -> None:
        """A short conversation stands at the bottom, above the composer."""
        margins = QMargins(0, max(0, self.height() - self.contentsSize().height()), 0, 0)
        if margins != self.viewportMargins() and not self._is_resting:
            self._is_resting = True
            self.setViewportMargins(margins)
            self._is_resting = False
