"""A small calendar that leads to the messages of a day."""

from typing import Final

from PySide6.QtCore import QDate, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.desk import Pages
from ui.format import moment
from ui.ids import chat_bytes
from ui.look import Look
from ui.month import Month

_SIZE: Final = (324, 256)


def day_key(day: QDate) -> int:
    """The least order key of a message of that day, by the clock of this place."""
    from app.store.ordering import CLOCK_SHIFT  # noqa: PLC0415 - with the first calendar

    return max(0, day.startOfDay().toMSecsSinceEpoch()) << CLOCK_SHIFT


class DayPicker(QFrame):
    """Goes when a day is chosen, or when something else is clicked."""

    day_chosen = Signal(QDate)

    def __init__(self, look: Look, history: Pages, chat_id: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._look = look
        self._history = history
        self._chat = chat_bytes(chat_id)
        self.setObjectName("day-picker")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Go to a day"))
        self.calendar = Month(look, self.tr("Days with messages"))
        column = QVBoxLayout(self)
        margin = look.fonts.px(6)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self.calendar)
        self.setFixedSize(QSize(*map(look.fonts.px, _SIZE)))
        self.calendar.activated.connect(self._choose)
        self.calendar.clicked.connect(self._choose)
        self.calendar.currentPageChanged.connect(self._mark_days)

    def open_at(self, day: QDate, corner: QPoint) -> None:
        """``corner``: where its upper right corner stands on the screen, if there is room."""
        first = self._history.messages_after(self._chat, -1, 1)
        last = self._history.messages_before(self._chat, None, 1)
        if first and last:
            newest = max(moment(last[0].time_ms).date(), self._look.today())
            self.calendar.setDateRange(min(moment(first[0].time_ms).date(), newest), newest)
        self.calendar.setSelectedDate(day)
        self._mark_days(self.calendar.yearShown(), self.calendar.monthShown())
        self.adjustSize()
        screen = self.parentWidget().screen().availableGeometry()
        left = min(max(corner.x() - self.width(), screen.left()), screen.right() - self.width())
        top = min(corner.y(), screen.bottom() - self.height())
        self.move(left, top)
        self.show()
        self.calendar.setFocus()

    def _mark_days(self, year: int, month: int) -> None:
        """Days on which something was said stand out from those without a word."""
        first = QDate(year, month, 1)
        days = [first.addDays(number) for number in range(first.daysInMonth() + 1)]
        filled = self._history.filled(self._chat, [day_key(day) for day in days])
        has_messages = zip(days, filled, strict=False)
        self.calendar.filled = frozenset(day for day, is_filled in has_messages if is_filled)

    def _choose(self, day: QDate) -> None:
        if self.isVisible():
            self.close()
            self.day_chosen.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
