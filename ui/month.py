"""A calendar's month in the window's own colours, with the arrows of its other icons."""

from PySide6.QtCore import QDate, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from ui.icons import pixmap
from ui.look import Look


class Month(QCalendarWidget):
    """Paints its days itself; other months stay out of sight."""

    def __init__(self, look: Look, name: str) -> None:
        """``name``: what its days are, for assistive technology."""
        super().__init__()
        self._look = look
        self.filled: frozenset[QDate] | None = None
        """Days that stand out; None: all are alike."""
        self._set_up(name)

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate) -> None:
        look = self._look
        painter.fillRect(rect, look.theme.color("panel"))
        if (date.year(), date.month()) != (self.yearShown(), self.monthShown()):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_filled = self.filled is not None and date in self.filled
        ink = "text" if is_filled or self.filled is None else "faint"
        if date == self.selectedDate():
            ink = "on_accent"
            side = min(rect.width(), rect.height(), look.fonts.px(30))
            disc = QRectF(0, 0, side, side)
            disc.moveCenter(QRectF(rect).center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.theme.color("accent"))
            painter.drawRoundedRect(disc, look.fonts.px(8), look.fonts.px(8))
        painter.setPen(look.theme.color(ink))
        painter.setFont(look.fonts.bold if is_filled else look.fonts.body)
        number = look.format.locale.toString(date.day())
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number)
        painter.restore()

    def _set_up(self, name: str) -> None:
        look = self._look
        self.setAccessibleName(name)
        self.setLocale(look.format.locale)
        self.setFirstDayOfWeek(look.format.locale.firstDayOfWeek())
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        heading = QTextCharFormat()
        heading.setForeground(look.theme.color("faint"))
        heading.setBackground(look.theme.color("panel"))
        self.setHeaderTextFormat(heading)
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, heading)
        arrows = {
            "qt_calendar_prevmonth": ("chevron-left", self.tr("Previous month")),
            "qt_calendar_nextmonth": ("chevron-right", self.tr("Next month")),
        }
        named = {
            "qt_calendar_calendarview": name,
            "qt_calendar_monthbutton": self.tr("Month"),
            "qt_calendar_yearbutton": self.tr("Year"),
            "qt_calendar_yearedit": self.tr("Year"),
        }
        for part, text in named.items():
            self.findChild(QWidget, part).setAccessibleName(text)
        side = look.fonts.px(16)
        for part, (icon, text) in arrows.items():
            button = self.findChild(QToolButton, part)
            drawn = pixmap(icon, side, look.theme.color("dim"), self.devicePixelRatioF())
            button.setIcon(QIcon(drawn))
            button.setIconSize(QSize(side, side))
            button.setAccessibleName(text)
            button.setToolTip(text)
