"""Check boxes of a tree in the theme's colours: the style's own are hardly seen in the dark."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from ui.chat.brush import Brush
from ui.look import Look

_Index = QModelIndex | QPersistentModelIndex


class CheckDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, view: QTreeView) -> None:
        super().__init__(view)
        self._look = look
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        check = index.data(Qt.ItemDataRole.CheckStateRole)
        if check is None:
            return
        item = QStyleOptionViewItem(option)
        self.initStyleOption(item, index)
        element = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        area = self._view.style().subElementRect(element, item, self._view)
        is_lit = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        _CheckPainter(painter, self._look).draw(area, Qt.CheckState(check), is_lit=is_lit)
        painter.restore()


class _CheckPainter(Brush):
    def draw(self, area: QRect, check: Qt.CheckState, *, is_lit: bool) -> None:
        """Over what the style has drawn there."""
        self._painter.fillRect(area, self._color("accent_soft" if is_lit else "bg"))
        box = QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5)
        is_on = check is Qt.CheckState.Checked
        token = "hint" if check is Qt.CheckState.Unchecked else "accent"
        self._painter.setPen(QPen(self._color(token), 1.4))
        self._painter.setBrush(self._color("accent" if is_on else "panel"))
        self._painter.drawRoundedRect(box, 3.5, 3.5)
        if is_on:
            self._draw_icon("check", area, area.width() - 4, "on_accent")
        elif check is Qt.CheckState.PartiallyChecked:
            bar = box.adjusted(3, 0, -3, 0)
            bar.setTop(box.center().y() - 1)
            bar.setHeight(2)
            self._fill(bar, 1, "accent")
