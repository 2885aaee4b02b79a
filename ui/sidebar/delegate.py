"""Between the list view and the paint of its rows."""

from collections.abc import Callable

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.look import Look
from ui.names import chat_name
from ui.plain import shown_line
from ui.roster import Section
from ui.sidebar.model import ListModel, ListRow, RowKind
from ui.sidebar.paint import HEIGHTS, RowPainter
from ui.sidebar.preview import Previews

_Index = QModelIndex | QPersistentModelIndex


class ListDelegate(QStyledItemDelegate):
    def __init__(
        self, model: ListModel, look: Look, previews: Previews, beside: Callable[[], QMargins]
    ) -> None:
        """``beside``: what the view has beside its rows right now."""
        super().__init__(model)
        self._model = model
        self._look = look
        self._previews = previews
        self._beside = beside
        self.drop_chat = ""
        """Whose row files hover over."""
        self.shown_chat = ""
        """Whose chat is open."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = self._model.row(index.row())
        return QSize(1, self._look.fonts.px(HEIGHTS[row.kind]))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, area = self._model.row(index.row()), option.rect.marginsAdded(self._beside())
        painter.save()
        drawn = RowPainter(painter, self._look, self._ground(option, row))
        if row.kind is RowKind.HEADING:
            drawn.draw_heading(area, row)
        else:
            state = option.state
            by_key = QStyle.StateFlag.State_KeyboardFocusChange
            has_focus = bool(state & QStyle.StateFlag.State_HasFocus and state & by_key)
            is_dropped_on = bool(row.chat_id) and row.chat_id == self.drop_chat
            drawn.draw_ground(area, option.rect, is_framed=has_focus, is_dashed=is_dropped_on)
            if row.entry is None:
                drawn.draw_requests(area, row)
            else:
                is_open = row.chat_id == self.shown_chat
                preview = self._previews.of(row.entry, is_open=is_open)
                drawn.draw_chat(area, row.entry, preview, is_marked=row.is_marked)
        painter.restore()

    def _ground(self, option: QStyleOptionViewItem, row: ListRow) -> str:
        """The token a row stands on."""
        if row.entry is not None and row.chat_id == self.shown_chat:
            return "selected"
        is_hovered = option.state & QStyle.StateFlag.State_MouseOver
        return "hover" if is_hovered and row.kind is not RowKind.HEADING else "side"


def describe(row: ListRow, look: Look, previews: Previews) -> str:
    """A row as one sentence for assistive technology."""
    if row.entry is None:
        is_open = look.words.unfolded(row.is_open)
        return f"{look.words.section(row.section)}, {row.chats}, {is_open}"
    entry = row.entry
    parts = [chat_name(entry, look)]
    if entry.room is not None and not entry.is_everyone:
        parts.append(look.room_words.members(len(entry.room.members)))
    if entry.person is not None:
        parts.append(look.words.online(entry.person.is_online))
    if entry.unread and entry.section is not Section.REQUESTS:
        parts.append(look.words.unread(entry.unread))
    elif row.is_marked:
        parts.append(look.words.marked())
    preview = previews.of(entry)
    parts += [preview.doubt, shown_line(preview.text)]
    return ", ".join(part for part in parts if part)
