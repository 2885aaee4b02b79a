"""A list of people to tick, with a field that narrows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.model import Room
from ui.avatar import draw_avatar, draw_room, draw_shown
from ui.choices import Choices
from ui.fields import SearchField
from ui.icons import pixmap
from ui.look import Look
from ui.mirror import is_mirrored, mirrored

_ID = Qt.ItemDataRole.UserRole
_NOTE = Qt.ItemDataRole.UserRole + 1
_HEIGHT = 240
_ROW = 34
_SEEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
"""Qt's own ticking reacts to the box alone; here the whole row does."""


@dataclass(frozen=True, slots=True)
class Chats:
    """What there is to be ticked, in the order to be shown."""

    names: Sequence[tuple[str, str]]
    """Conversations' ids and names, ready to be shown."""
    rooms: Mapping[str, Room] = field(default_factory=dict)
    """Those of them that are rooms, by id."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is said beside some names: not on the network, or not who they look like."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Hashes of people's, by id."""
    ticked: str = ""
    """From the beginning: the conversation one comes from, or nobody."""


class _Search(SearchField):
    """Down goes to the list; Enter ticks the first one found, if anything was looked for."""

    left = Signal()
    found_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.found_wanted.emit()
        else:
            super().keyPressEvent(event)


class _TickList(QListWidget):
    def __init__(self) -> None:
        super().__init__()
        self._choices = Choices(
            self, lambda index: self.itemClicked.emit(self.itemFromIndex(index))
        )

    def selectionCommand(
        self, _index: QModelIndex | QPersistentModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """See Choices."""
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Space and item is not None:
            self.itemClicked.emit(item)
        else:
            super().keyPressEvent(event)


class _TickDelegate(QStyledItemDelegate):
    """A box, a face and a name; the style's own box is unseen on a dark ground."""

    def __init__(self, look: Look, chats: Chats, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._chats = chats

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        look, px = self._look, self._look.fonts.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect

        def turned(rect: QRect) -> QRect:
            return mirrored(rect, area) if is_mirrored() else rect

        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.theme.color("accent_soft"))
            painter.drawRoundedRect(QRectF(area), px(6), px(6))
        box = QRect(area.left() + px(8), area.center().y() - px(8), px(17), px(17))
        self._draw_box(painter, turned(box), index.data(Qt.ItemDataRole.CheckStateRole))
        face = QRect(box.right() + px(10), area.center().y() - px(11), px(23), px(23))
        name = index.data(Qt.ItemDataRole.DisplayRole)
        self._draw_face(painter, QRectF(turned(face)), index.data(_ID), name)
        line = area.adjusted(face.right() + 1 + px(9) - area.left(), 0, -px(6), 0)
        note = index.data(_NOTE)
        if note:
            room = QFontMetrics(look.fonts.small).horizontalAdvance(note) + px(4)
            self._draw_note(painter, turned(line), note)
            line.setRight(line.right() - room - px(8))
        self._draw_name(painter, turned(line), name)
        painter.restore()

    def _draw_face(self, painter: QPainter, area: QRectF, chat_id: str, name: str) -> None:
        room = self._chats.rooms.get(chat_id)
        if room is not None:
            draw_room(painter, area, room, self._look)
        elif not draw_shown(painter, area, self._chats.pictures.get(chat_id, ""), self._look):
            draw_avatar(painter, area, chat_id, name, self._look.fonts.body)

    def _draw_box(self, painter: QPainter, box: QRect, state: object) -> None:
        look, px = self._look, self._look.fonts.px
        is_on = state in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        painter.setPen(QPen(look.theme.color("accent" if is_on else "hint"), 1.3))
        painter.setBrush(look.theme.color("accent" if is_on else "panel"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        if is_on:
            ratio = painter.device().devicePixelRatioF()
            tick = pixmap("mark-sent", box.width(), look.theme.color("on_accent"), ratio)
            painter.drawPixmap(box.topLeft(), tick)

    def _draw_note(self, painter: QPainter, area: QRect, note: str) -> None:
        painter.setFont(self._look.fonts.small)
        painter.setPen(self._look.theme.color("dim"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)

    def _draw_name(self, painter: QPainter, area: QRect, name: str) -> None:
        font = self._look.fonts.body
        elided = Qt.TextElideMode.ElideRight
        painter.setFont(font)
        painter.setPen(self._look.theme.color("text"))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        line = QFontMetrics(font).elidedText(name, elided, area.width())
        painter.drawText(area, align | Qt.TextFlag.TextSingleLine, line)


class PeoplePicker(QWidget):
    changed = Signal()

    def __init__(self, look: Look, chats: Chats) -> None:
        super().__init__()
        self._has_rooms = bool(chats.rooms)
        self.search = _Search(look)
        self.list = _TickList()
        self.list.setItemDelegate(_TickDelegate(look, chats, self.list))
        look.pictures.changed.connect(self.list.viewport().update)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMinimumHeight(look.fonts.px(_HEIGHT))
        for chat_id, name in chats.names:
            item = QListWidgetItem(name, self.list)
            item.setFlags(_SEEN)
            item.setSizeHint(QSize(1, look.fonts.px(_ROW)))
            is_on = chat_id == chats.ticked
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            note = chats.notes.get(chat_id, "")
            item.setData(_ID, chat_id)
            item.setData(_NOTE, note)
            said = ", ".join(filter(None, (name, note)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.fonts.px(8))
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.list.itemClicked.connect(self._toggle)
        self.search.textChanged.connect(self._filter)
        self.search.left.connect(self._enter_list)
        self.search.found_wanted.connect(self._tick_found)
        self.retranslate()

    def chosen(self) -> tuple[str, ...]:
        items = (self.list.item(number) for number in range(self.list.count()))
        ticked = Qt.CheckState.Checked
        return tuple(item.data(_ID) for item in items if item.checkState() is ticked)

    def _shown(self) -> list[QListWidgetItem]:
        items = [self.list.item(number) for number in range(self.list.count())]
        return [item for item in items if not item.isHidden()]

    def _enter_list(self) -> None:
        shown = self._shown()
        if shown:
            self.list.setCurrentItem(shown[0])
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _tick_found(self) -> None:
        """The first who is not ticked yet; then one can look for the next."""
        for item in self._shown():
            if item.checkState() is not Qt.CheckState.Checked:
                self._toggle(item)
                break
        self.search.clear()

    def _toggle(self, item: QListWidgetItem) -> None:
        is_on = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)
        self.changed.emit()

    def _filter(self, text: str) -> None:
        """Ticked ones stay in sight: nobody is added unseen."""
        wanted = text.strip().casefold()
        for number in range(self.list.count()):
            item = self.list.item(number)
            is_ticked = item.checkState() is Qt.CheckState.Checked
            item.setHidden(not is_ticked and wanted not in item.text().casefold())

    def retranslate(self) -> None:
        if self._has_rooms:
            search, what = self.tr("Search people and rooms"), self.tr("People and rooms")
        else:
            search, what = self.tr("Search people"), self.tr("People")
        self.search.setPlaceholderText(search)
        self.search.setAccessibleName(search)
        self.list.setAccessibleName(what)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
