"""Where messages are written."""

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from net.protocol.limits import TEXT_MAX_BYTES
from ui.buttons import IconButton
from ui.files import holds_files, local_paths
from ui.look import Look

_LINES_MAX = 8
PASTE_MAX_CHARS = 4 * TEXT_MAX_BYTES
"""Of a pasted text; what cannot be one message by far is not put into the field at all."""
_DRAFT_MS = 800


class MessageEdit(QPlainTextEdit):
    """Enter sends or breaks the line, as is set; Enter that ends a composition does neither."""

    send_pressed = Signal()
    files_pasted = Signal(object)
    picture_pasted = Signal(object)
    """A QImage."""
    too_long = Signal()
    focus_changed = Signal()
    up_pressed = Signal()
    """In an empty field."""
    left = Signal()
    """Escape."""
    resized = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.has_context = False
        """Escape takes away what stands above the field first."""
        self.enter_sends = True
        """Else it breaks the line, and Ctrl+Enter sends."""
        self._is_composing = False
        self.setObjectName("message-edit")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._fit_height)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        look.theme.changed.connect(self._fit_height)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._fit_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up and not self.toPlainText() and not self._is_composing:
            self.up_pressed.emit()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self._is_composing:
            event.accept()
        elif self._sends(event.modifiers()):
            self.send_pressed.emit()
        else:
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()

    def _sends(self, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return True
        return self.enter_sends and not modifiers & Qt.KeyboardModifier.ShiftModifier

    def event(self, event: QEvent) -> bool:
        """Escape, before the window's own shortcut takes it."""
        if self.has_context and event.type() is QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                self.left.emit()
                return True
        return super().event(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return holds_files(source) or source.hasText() or source.hasImage()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures are sent, text goes in as plain text. What a browser or an
        office program copies as text and as a picture is text."""
        if holds_files(source):
            self.files_pasted.emit(local_paths(source))
            return
        text = source.text()
        if len(text) > PASTE_MAX_CHARS:
            self.too_long.emit()
        elif text.strip() or (text and not source.hasImage()):
            self.textCursor().insertText(text)
        elif source.hasImage():
            self.picture_pasted.emit(QImage(source.imageData()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_composing = False
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.px(200), self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.fonts.px(80), self._wanted_height())

    def _wanted_height(self) -> int:
        line = self.fontMetrics().lineSpacing()
        lines = max(1, min(_LINES_MAX, round(self.document().size().height())))
        return lines * line + 2

    def _fit_height(self) -> None:
        height = self._wanted_height()
        if height != self.height():
            self.setFixedHeight(height)
        is_full = self.document().size().height() > _LINES_MAX
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if is_full else policy.ScrollBarAlwaysOff
        )


class Composer(QWidget):
    """The bar at the bottom. Drafts are told after a pause in typing, and when asked for."""

    text_entered = Signal(str)
    files_pasted = Signal(object)
    picture_pasted = Signal(object)
    attach_wanted = Signal()
    emoji_wanted = Signal()
    too_long = Signal()
    typing_changed = Signal(bool)
    """At every change by the user's own hand: whether there is something begun."""
    draft_changed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._name = ""
        self._takes_files = True
        self.setObjectName("composer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.edit = MessageEdit(look)
        self.attach_button = IconButton(look, "attach", side=38)
        self.emoji_button = IconButton(look, "emoji", side=38)
        self.send_button = IconButton(look, "send", side=40, is_main=True)
        self._is_filling = False
        self._last = ""
        self._field = QFrame()
        self._draft_timer = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._lay_out()
        self._listen()
        self.retranslate()
        self._on_changed()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        self._field.setObjectName("message-field")
        inside = QHBoxLayout(self._field)
        inside.setContentsMargins(px(12), px(9), px(8), px(9))
        inside.addWidget(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(10), px(14), px(10))
        row.setSpacing(px(8))
        bottom = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.attach_button, 0, bottom)
        row.addWidget(self._field, 1)
        row.addWidget(self.emoji_button, 0, bottom)
        row.addWidget(self.send_button, 0, bottom)

    def _listen(self) -> None:
        self.edit.send_pressed.connect(self._send)
        self.edit.files_pasted.connect(self.files_pasted)
        self.edit.picture_pasted.connect(self.picture_pasted)
        self.edit.too_long.connect(self.too_long)
        self.edit.resized.connect(self._show_hint)
        self.edit.focus_changed.connect(self._show_focus)
        self.edit.textChanged.connect(self._on_changed)
        self.send_button.clicked.connect(self._send)
        self.attach_button.clicked.connect(self.attach_wanted)
        self.emoji_button.clicked.connect(self.emoji_wanted)
        self._draft_timer.timeout.connect(self.tell_draft)

    # --- Content -----------------------------------------------------------
    def show_chat(self, name: str, draft: str, *, takes_files: bool = True) -> None:
        self._name = name
        self._takes_files = takes_files
        self.replace_text(draft)
        self._draft_timer.stop()
        self.retranslate()

    def show_name(self, name: str) -> None:
        """They are called so by now."""
        if name != self._name:
            self._name = name
            self.retranslate()

    def text(self) -> str:
        return self.edit.toPlainText()

    def replace_text(self, text: str) -> None:
        self._is_filling = True
        self.edit.setPlainText(text)
        self._is_filling = False
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def put_back(self, text: str) -> None:
        """A message that was not taken: in front of whatever was begun meanwhile."""
        begun = self.text()
        self.replace_text(f"{text}\n{begun}" if begun.strip() else text)

    def type_letter(self, letter: str) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.textCursor().insertText(letter)

    def tell_draft(self) -> None:
        self._draft_timer.stop()
        self.draft_changed.emit(self.text())

    def _send(self) -> None:
        """Empty does nothing; a text above the limit stays where it is."""
        text = self.text().strip("\n")
        if not text.strip():
            return
        if len(text.encode("utf-8", "ignore")) > TEXT_MAX_BYTES:
            self.too_long.emit()
            return
        self.edit.clear()
        self._draft_timer.stop()
        self.text_entered.emit(text)

    def _on_changed(self) -> None:
        """Also called when only the look of the text has changed."""
        text = self.text()
        self.send_button.setEnabled(bool(text.strip()))
        if text == self._last:
            return
        self._last = text
        if not self._is_filling:
            self.typing_changed.emit(bool(text))
        self._draft_timer.start()

    # --- Looks -------------------------------------------------------------
    def let_enter_send(self, is_on: bool) -> None:
        self.edit.enter_sends = is_on
        self.retranslate()

    def retranslate(self) -> None:
        self._show_hint()
        self.edit.setAccessibleName(self.tr("Message to {name}").format(name=self._name))
        self.edit.setAccessibleDescription(
            self.tr("Enter sends, Shift+Enter breaks the line")
            if self.edit.enter_sends
            else self.tr("Ctrl+Enter sends, Enter breaks the line")
        )
        self.attach_button.set_name(self.tr("Attach files"), "Ctrl+O")
        self.emoji_button.set_name(self.tr("Emoji"), "Ctrl+.")
        enter = self.tr("Enter")
        key = enter if self.edit.enter_sends else f"Ctrl+{enter}"
        self.send_button.set_name(self.tr("Send"), key)

    def _show_hint(self) -> None:
        """As much of it as stays on one line."""
        room = self.edit.viewport().width() - self._look.fonts.px(8)
        metrics = self.edit.fontMetrics()
        long = self.tr("Message {name} — drop files anywhere in this window")
        hint = long.format(name=self._name)
        if not self.isEnabled():
            hint = self.tr("Sending is off here")
        elif not self._takes_files or metrics.horizontalAdvance(hint) > room:
            hint = self.tr("Message {name}").format(name=self._name)
        self.edit.setPlaceholderText(
            metrics.elidedText(hint, Qt.TextElideMode.ElideRight, max(room, 0))
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.EnabledChange:
            self._show_hint()
        super().changeEvent(event)

    def _show_focus(self) -> None:
        self._field.setProperty("lit", self.edit.hasFocus())
        self._field.style().unpolish(self._field)
        self._field.style().polish(self._field)
