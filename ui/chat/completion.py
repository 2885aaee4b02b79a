"""A list above the composer that completes what is typed."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.chat.composer import MessageEdit
from ui.chat.textlayout import utf16
from ui.look import Look

_ID = Qt.ItemDataRole.UserRole
_SHOWN_MAX: Final = 8
_WIDTH: Final = 260
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Completion(QListWidget):
    """Never has the focus: the field's keys are lent to it while it is open."""

    def __init__(self, look: Look, edit: MessageEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._edit = edit
        self.setObjectName("mentions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.hide()
        edit.installEventFilter(self)
        edit.cursorPositionChanged.connect(self.refresh)
        edit.textChanged.connect(self.refresh)
        edit.focus_changed.connect(self.refresh)
        self.itemClicked.connect(self.take)
        self.retranslate()

    def begun(self, _before: str) -> str | None:
        """Overridden: what is typed of a word in front of the cursor, its sign included."""
        return None

    def matching(self, _begun: str) -> Sequence[tuple[str, str]]:
        """Overridden: ids and what is shown of them, ready to be shown."""
        return ()

    def words_of(self, shown: str, _one: str) -> str:
        """What is written in place of what was begun."""
        return shown

    def retranslate(self) -> None:
        """Overridden: set all words."""

    def refresh(self) -> None:
        begun = self.begun(self._before())
        found = () if begun is None else self.matching(begun)
        if not found or not self._edit.hasFocus():
            self.hide()
            return
        self.clear()
        for one, shown in found[:_SHOWN_MAX]:
            QListWidgetItem(shown, self).setData(_ID, one)
        self.setCurrentRow(0)
        self.show()
        self._place()
        self.raise_()

    def _before(self) -> str:
        cursor = self._edit.textCursor()
        if cursor.hasSelection():
            return ""
        units = cursor.block().text().encode("utf-16-le")
        return units[: 2 * cursor.positionInBlock()].decode("utf-16-le", "ignore")

    def _place(self) -> None:
        """Over the chat, just above the field."""
        px = self._look.fonts.px
        self.doItemsLayout()
        rows = sum(self.sizeHintForRow(row) for row in range(self.count()))
        height = rows + self.height() - self.viewport().height()
        corner = self._edit.mapTo(self.parentWidget(), self._edit.rect().topLeft())
        width = min(px(_WIDTH), self.parentWidget().width() - corner.x())
        self.setGeometry(corner.x() - px(12), corner.y() - height - px(16), width, height)

    def take(self, item: QListWidgetItem) -> None:
        begun = self.begun(self._before())
        if begun is None:
            return
        cursor = self._edit.textCursor()
        back = utf16(begun)
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, back)
        cursor.insertText(self.words_of(item.text(), item.data(_ID)))
        self._edit.setFocus()

    # --- Keys of the field -------------------------------------------------
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit and self.isVisible() and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                return self._keep_escape(event)
            if event.type() is QEvent.Type.KeyPress:
                return self._press(event)
        return super().eventFilter(watched, event)

    @staticmethod
    def _keep_escape(event: QKeyEvent) -> bool:
        """Before the window's own shortcut takes it."""
        is_escape = event.key() == Qt.Key.Key_Escape
        if is_escape:
            event.accept()
        return is_escape

    def _press(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in _STEPS:
            self.setCurrentRow((self.currentRow() + _STEPS[key]) % self.count())
        elif key in _TAKES:
            self.take(self.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return self.press_other(event)
        return True

    def press_other(self, _event: QKeyEvent) -> bool:
        """For keys of one's own; whether it was one."""
        return False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
