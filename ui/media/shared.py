"""The newest files of a conversation, in the panel at the right."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.model import Message
from ui.labels import PlainLabel
from ui.look import Look
from ui.media.filepaint import FilePainter, describe_file, row_height
from ui.media.previews import Previews

SHOWN: Final = 4


class FileButton(QAbstractButton):
    """One shared file; a click opens it."""

    menu_wanted = Signal(object)
    """Where, on the screen."""

    def __init__(self, look: Look, previews: Previews) -> None:
        super().__init__()
        self._look = look
        self._previews = previews
        self.message: Message | None = None
        self.setAccessibleName(self.tr("Shared file"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        previews.decoded.connect(self.update)
        previews.measured.connect(self.update)
        look.theme.changed.connect(self.update)

    def show_file(self, message: Message) -> None:
        self.message = message
        name = describe_file(message, self._look)
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.px(120), row_height(self._look))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.message is None:
            return
        painter = QPainter(self)
        is_lit = self.underMouse() or self.isDown()
        drawn = FilePainter(painter, self._look, self._previews)
        drawn.draw(self.message, self.rect(), is_lit=is_lit)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.theme.color("accent"), 2))
            radius = self._look.fonts.px(8)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class SharedSection(QWidget):
    opened = Signal(object)
    menu_wanted = Signal(object, object)
    """A Message, and where on the screen."""
    all_wanted = Signal()
    shown = Signal()
    """It came in sight: what is in it may be old."""

    def __init__(self, look: Look, previews: Previews) -> None:
        super().__init__()
        self._look = look
        self._previews = previews
        self._heading = PlainLabel()
        self._heading.setFont(look.fonts.tiny_bold)
        self._heading.setProperty("rank", "faint")
        self._none = PlainLabel(wraps=True)
        self._none.setFont(look.fonts.small)
        self._none.setProperty("rank", "dim")
        self.buttons = [FileButton(look, previews) for _ in range(SHOWN)]
        self.all_button = QPushButton()
        self.all_button.setProperty("quiet", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.fonts.px(8), 0, 0)
        column.setSpacing(look.fonts.px(2))
        for part in (self._heading, self._none, *self.buttons, self.all_button):
            column.addWidget(part)
        for button in self.buttons:
            button.clicked.connect(lambda _checked=False, one=button: self._open(one))
            button.menu_wanted.connect(lambda at, one=button: self._ask_for_menu(one, at))
        self.all_button.clicked.connect(self.all_wanted)
        self.retranslate()
        self.show_files(())

    def show_files(self, messages: Sequence[Message]) -> None:
        """The newest first; those beyond the few that are shown have a window of their own."""
        for button in self.buttons:
            button.hide()
        for button, message in zip(self.buttons, messages, strict=False):
            button.show_file(message)
            button.show()
        self._none.setVisible(not messages)
        self.all_button.setVisible(len(messages) > SHOWN)

    def tab_order(self) -> list[QWidget]:
        return [*self.buttons, self.all_button]

    def _open(self, button: FileButton) -> None:
        if button.message is not None:
            self.opened.emit(button.message)

    def _ask_for_menu(self, button: FileButton, at: object) -> None:
        if button.message is not None:
            self.menu_wanted.emit(button.message, at)

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Shared files"))
        self._none.setText(self.tr("Files you send each other are listed here."))
        self.all_button.setText(self.tr("All files…"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
