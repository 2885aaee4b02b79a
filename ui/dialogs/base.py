"""A dialog of ours: plain text, fits any screen, and no text can push its buttons out."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.labels import PlainLabel
from ui.look import Look

_WIDTH = 440


class PlainDialog(QDialog):
    """Title, what the subclass puts in ``body``, and a row of buttons."""

    def __init__(self, look: Look, parent: QWidget | None, *, width: int = _WIDTH) -> None:
        super().__init__(parent)
        self.look = look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = look.fonts.px
        self.title = PlainLabel(wraps=True)
        self.title.setFont(look.fonts.title)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(8))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(px(8))
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.title)
        column.addLayout(self.body, 1)
        column.addLayout(self._buttons)
        self.setFixedWidth(self._fitting_width(width))

    def add_button(self, *, is_main: bool = False, is_default: bool = False) -> QPushButton:
        """Its text is set by the subclass. Only one is the default: what Enter presses."""
        button = QPushButton()
        button.setAutoDefault(is_default)
        button.setDefault(is_default)
        button.setProperty("main", is_main)
        self._buttons.addWidget(button)
        return button

    def retranslate(self) -> None:
        """Overridden: set all words."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _fitting_width(self, width: int) -> int:
        screen = self.screen().availableGeometry().width()
        return min(self.look.fonts.px(width), screen - 40)
