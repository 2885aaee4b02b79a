"""Buttons that paint themselves from the theme's tokens."""

from PySide6.QtCore import QDate, QLocale, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QSizePolicy,
    QWidget,
)

from ui.icons import pixmap
from ui.look import Look


class IconButton(QAbstractButton):
    """A square with an icon. Its name is both tool tip and what a screen reader says."""

    def __init__(
        self, look: Look, icon: str, *, side: int = 34, is_main: bool = False, icon_side: int = 19
    ) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._design = side, icon_side
        self._is_main = is_main
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.theme.changed.connect(self.update)

    def set_name(self, name: str, shortcut: str = "") -> None:
        """``shortcut`` as people read it, only told here."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({shortcut})" if shortcut else name)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.fonts.px(self._design[0])
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        shape = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = self._look.fonts.px(8)
        ground = self._ground()
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ground))
            painter.drawRoundedRect(shape, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("text" if self._is_main else "accent"), 2))
            painter.drawRoundedRect(shape, radius, radius)
        side = self._look.fonts.px(self._design[1])
        icon = pixmap(self._icon, side, theme.color(self._ink()), self.devicePixelRatioF())
        place = QRect(0, 0, side, side)
        place.moveCenter(self.rect().center())
        painter.drawPixmap(place.topLeft(), icon)

    def _ground(self) -> str:
        if self._is_main and not self.isEnabled():
            return "track"
        if self._is_main:
            return "accent_lit" if self.underMouse() else "accent"
        is_lit = self.isChecked() or self.isDown() or (self.underMouse() and self.isEnabled())
        return "hover" if is_lit else ""

    def _ink(self) -> str:
        if self._is_main:
            return "on_accent" if self.isEnabled() else "panel"
        if not self.isEnabled():
            return "hint"
        return "text" if self.isChecked() else "dim"


class Switch(QCheckBox):
    """A check box drawn as a switch; to assistive technology it is a check box."""

    switched = Signal(bool)
    """By the user. What Qt calls ``clicked`` leaves out those who use the accessibility tree."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._is_told = False
        self.toggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        px = self._look.fonts.px
        return QSize(px(36), px(25))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def setChecked(self, is_on: bool) -> None:
        """By the program: how it stands."""
        self._is_told = True
        super().setChecked(is_on)
        self._is_told = False

    def _on_toggled(self, is_on: bool) -> None:
        if not self._is_told:
            self.switched.emit(is_on)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, 0, self.width(), self._look.fonts.px(21)).adjusted(1, 1, -1, -1)
        track.moveCenter(QRectF(self.rect()).center())  # more than is drawn can be hit
        painter.setPen(Qt.PenStyle.NoPen)
        token = "accent" if self.isChecked() else "hint"
        painter.setBrush(theme.color(token if self.isEnabled() else "track"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        knob = track.adjusted(2, 2, -2, -2)
        knob.setWidth(knob.height())
        if self.isChecked() != self.isRightToLeft():
            knob.moveRight(track.right() - 2)
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(knob)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("text"), 1.5))
            painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)


class ChoiceBox(QComboBox):
    """One of a few, dressed as the other fields are. A wheel that passes over it scrolls what
    is around it instead of choosing."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_chevron(self, self._look)


class DateBox(QDateEdit):
    """A day, written or taken from a calendar."""

    def __init__(self, look: Look, day: QDate) -> None:
        super().__init__(day)
        self._look = look
        self.setLocale(look.format.locale)
        short = look.format.locale.dateFormat(QLocale.FormatType.ShortFormat)
        self.setDisplayFormat(short if "yyyy" in short else short.replace("yy", "yyyy"))
        self.setCalendarPopup(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_chevron(self, self._look)


def _draw_chevron(field: QWidget, look: Look) -> None:
    """Where the sheet leaves room for it, at the end of the line."""
    side = look.fonts.px(16)
    color = look.theme.color("dim" if field.isEnabled() else "hint")
    icon = pixmap("chevron-down", side, color, field.devicePixelRatioF())
    left = look.fonts.px(9)
    if not field.isRightToLeft():
        left = field.width() - left - side
    QPainter(field).drawPixmap(left, (field.height() - side) // 2, icon)
