"""What stands in the middle while no conversation is open."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.icons import pixmap
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_line, tooltip

_TEXT_WIDTH = 420
_MARGIN = 16


class EmptyPage(QWidget):
    """Three faces: starting, pick somebody, and why Landline cannot start."""

    connect_wanted = Signal()
    quit_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._fault = ""
        self._has_run = False
        self._icon = QLabel()
        self._title = PlainLabel(wraps=True)
        self._title.setFont(look.fonts.large)
        self._text = PlainLabel(wraps=True)
        self._text.setProperty("rank", "dim")
        self.button = QPushButton()
        self.button.clicked.connect(self._on_clicked)
        self.restore: QPushButton | None = None
        """Made when it is needed: hardly ever."""
        self._lay_out()
        look.theme.changed.connect(self._color_icon)
        look.theme.changed.connect(self._fit_width)
        self._color_icon()
        self._fit_width()
        self.retranslate()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        center = Qt.AlignmentFlag.AlignHCenter
        column = self._column = QVBoxLayout()
        column.setSpacing(px(10))
        column.addStretch(1)
        column.addWidget(self._icon, 0, center)
        for label in (self._title, self._text):
            label.setAlignment(center)
            column.addWidget(label)
        column.addSpacing(px(6))
        column.addWidget(self.button, 0, center)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(20), 0, px(60))
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_width()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.button.minimumSizeHint().width(), super().minimumSizeHint().height())

    def _fit_width(self) -> None:
        px = self._look.fonts.px
        width = min(px(_TEXT_WIDTH), max(self.width() - 2 * px(_MARGIN), 1))
        for label in (self._title, self._text):
            label.setFixedWidth(width)

    def show_fault(
        self, sentence: str, detail: str, *, has_run: bool, wants_backup: bool = False
    ) -> None:
        """Landline could not start, or not go on: the sentence takes the page."""
        if wants_backup and self.restore is None:
            self._add_restore()
        self._fault = sentence
        self._has_run = has_run
        self._text.setToolTip(tooltip(shown_line(detail)))
        self.retranslate()
        self._color_icon()

    def _add_restore(self) -> None:
        self.restore = QPushButton()
        self.restore.clicked.connect(self.restore_wanted)
        at = self._column.indexOf(self.button)
        self._column.insertWidget(at, self.restore, 0, Qt.AlignmentFlag.AlignHCenter)
        QWidget.setTabOrder(self.restore, self.button)

    def retranslate(self) -> None:
        if self.restore is not None:
            self.restore.setText(self.tr("Put a backup back…"))
        if self._fault:
            stopped, dead = self.tr("Landline had to stop"), self.tr("Landline could not start")
            self._title.setText(stopped if self._has_run else dead)
            self._text.setText(self._fault)
            self.button.setText(self.tr("Quit"))
        else:
            self._title.setText(self.tr("Choose somebody to write to"))
            self._text.setText(
                self.tr(
                    "People on this network appear at the left by themselves. "
                    "Messages and files go straight to them: no server, no account."
                )
            )
            self.button.setText(self.tr("Connect to an address…"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_clicked(self) -> None:
        if self._fault:
            self.quit_wanted.emit()
        else:
            self.connect_wanted.emit()

    def _color_icon(self) -> None:
        name, token = ("alert", "warn") if self._fault else ("chat", "hint")
        side = self._look.fonts.px(52)
        color = self._look.theme.color(token)
        self._icon.setPixmap(pixmap(name, side, color, self.devicePixelRatioF()))
