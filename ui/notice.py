"""A quiet bar that says what went wrong, over the chat, moving nothing."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ui.buttons import IconButton
from ui.icons import pixmap
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_line, tooltip

_STAYS_MS = 12_000


class Notice(QFrame):
    """One sentence at a time, the newest; goes by itself after a while or when closed."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._area = parent.rect()
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._text = PlainLabel(wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button = IconButton(look, "close", side=26, icon_side=16)
        self._timer = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._lay_out()
        self.close_button.clicked.connect(self.hide)
        self._timer.timeout.connect(self._on_timeout)
        look.theme.changed.connect(self._color_icon)
        self.retranslate()
        self.hide()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(8), px(8), px(8))
        row.setSpacing(px(10))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._color_icon()

    def say(self, sentence: str, detail: str = "") -> None:
        """``detail``: one English line for whoever hovers, taken as plain text."""
        self._text.setText(sentence)
        self._text.setToolTip(tooltip(shown_line(detail)) if detail else "")
        self.setAccessibleName(sentence)
        self.fit(self._area)
        self.show()
        self.raise_()
        self._timer.start()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def fit(self, area: QRect) -> None:
        """Across the top of ``area``, as high as the sentence needs."""
        self._area = area
        margin = self._look.fonts.px(10)
        width = max(0, area.width() - 2 * margin)
        height = max(self.layout().totalHeightForWidth(width), self._look.fonts.px(42))
        self.setGeometry(area.left() + margin, area.top() + margin, width, height)

    def text(self) -> str:
        return self._text.text()

    def retranslate(self) -> None:
        self.close_button.set_name(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _color_icon(self) -> None:
        color = self._look.theme.color("warn")
        self._icon.setPixmap(
            pixmap("alert", self._look.fonts.px(20), color, self.devicePixelRatioF())
        )

    def _on_timeout(self) -> None:
        """Not while somebody is reading it."""
        if self.underMouse():
            self._timer.start()
        else:
            self.hide()
