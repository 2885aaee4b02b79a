"""Between the list view and the geometry and paint of its rows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model import Direction, Message, Transfer
from ui.chat.actions import ASKING, actions_of
from ui.chat.arming import Arming
from ui.chat.bubble import Bubbles, Placed
from ui.chat.cardpaint import CardState
from ui.chat.cast import Cast
from ui.chat.model import ChatModel
from ui.chat.paint import NO_CARD, RowPainter, RowState
from ui.chat.pointer import Hover, Place
from ui.chat.rows import row_id
from ui.chat.selection import Selection
from ui.look import Look

if TYPE_CHECKING:
    from ui.media.previews import Previews
    from ui.search.flash import Flash
    from ui.search.marks import Marks

_Index = QModelIndex | QPersistentModelIndex
_BELOW_LAST = 10


class ChatDelegate(QStyledItemDelegate):
    """Draws what ``model`` holds; the view tells it about pointer, selection and name."""

    def __init__(self, model: ChatModel, look: Look, arming: Arming, selection: Selection) -> None:
        super().__init__(model)
        self._model = model
        self._look = look
        self._arming = arming
        self._selection = selection
        self._bubbles = Bubbles(look)
        self._round = 0
        self.width_px = 0
        """Of the view; it sets both before it lays out."""
        self.beside = QMargins()
        """What the scroll bar takes of it: nothing moves when the bar comes or goes."""
        self.hover: Hover | None = None
        self.copied: Hover | None = None
        """The button on lines of code that was just pressed."""
        self.shows_focus = False
        self.marks: Marks | None = None
        """The words that are looked for."""
        self.flash: Flash | None = None

    @property
    def cast(self) -> Cast:
        return self._bubbles.cast

    @cast.setter
    def cast(self, cast: Cast) -> None:
        if cast != self._bubbles.cast:
            self._bubbles.cast = cast
            self.forget_layouts()

    @property
    def previews(self) -> "Previews | None":
        """What is shown as pictures and not as cards; None: nothing."""
        return self._bubbles.previews

    @previews.setter
    def previews(self, previews: "Previews") -> None:
        self._bubbles.previews = previews

    def forget_layouts(self) -> None:
        """Colours, fonts or words have changed."""
        self._bubbles.clear()
        self._round += 1

    def placed(self, row_number: int, area: QRect) -> Placed:
        return self._bubbles.place(self._model.row(row_number), area.marginsAdded(self.beside))

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = self._model.row(index.row())
        wanted = (self.width_px, self._round)
        if row.size is None or row.measured_for != wanted:
            row.size = QSize(1, self._bubbles.row_height(row, self.width_px))
            row.measured_for = wanted
        is_last = index.row() == self._model.rowCount() - 1
        return row.size.grownBy(self.below_last) if is_last else row.size

    @property
    def below_last(self) -> QMargins:
        """Room between the newest message and the composer."""
        return QMargins(0, 0, 0, self._look.fonts.px(_BELOW_LAST))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = self._model.row(index.row())
        placed = self.placed(index.row(), option.rect)
        painter.save()
        if self.flash is not None and self.flash.row == row_id(row.message):
            painter.fillRect(option.rect, self.flash.color())
        state = self._state(option, index.row(), placed.bubble.text)
        RowPainter(painter, self._look, state).draw(row, placed)
        painter.restore()

    def _state(self, option: QStyleOptionViewItem, number: int, text: str) -> RowState:
        message = self._model.row(number).message
        transfer = message.transfer
        return RowState(
            waits=self.cast.waits(message),
            receiver=self.cast.receiver(message),
            author=self.cast.author(message),
            picture=self.cast.picture(message.peer_id),
            quoted=self.cast.quoted(message),
            card=self._card(message, transfer) if transfer else NO_CARD,
            has_focus=self._is_found_card(message)
            or (self.shows_focus and bool(option.state & QStyle.StateFlag.State_HasFocus)),
            selection=[*self._marked(message, text), *self._selection.ranges(row_id(message))],
            previews=self.previews,
            hovered_code=_code_of(self.hover, message),
            copied_code=_code_of(self.copied, message),
        )

    def _is_found_card(self, message: Message) -> bool:
        """Its names may be out of sight, behind "and 2 more" or a picture."""
        is_here = self.marks is not None and self.marks.here == row_id(message)
        return is_here and message.transfer is not None

    def _marked(self, message: Message, text: str) -> list[QTextLayout.FormatRange]:
        """Words that are looked for; what Landline itself says is not searched."""
        if self.marks is None or message.is_deleted or message.news is not None:
            return []
        return self.marks.ranges(text, is_here=self.marks.here == row_id(message))

    def _card(self, message: Message, transfer: Transfer) -> CardState:
        hover = self.hover
        is_asked = actions_of(transfer) == ASKING
        return CardState(
            who=self.cast.who(message),
            hovered=hover.action if hover and hover.row == row_id(message) else None,
            is_armed=not is_asked or self._arming.is_armed(transfer.transfer_id),
            is_mine=message.direction is Direction.OUT,
            marks=self.marks,
            is_found=self.marks is not None and self.marks.here == row_id(message),
        )


def _code_of(hover: Hover | None, message: Message) -> str | None:
    """The lines whose button it is, if they are in this message."""
    is_here = hover is not None and hover.place is Place.COPY and hover.row == row_id(message)
    return hover.code if hover is not None and is_here else None
