"""The members of a room above the composer while an @ is typed."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.chat.composer import MessageEdit
from ui.chat.mentions import begun_mention, matching, mentioned
from ui.look import Look

_ID = Qt.ItemDataRole.UserRole
_SHOWN_MAX: Final = 8
_WIDTH: Final = 260
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class MentionList(QListWidget):
    """Never has the focus: the field's keys are lent to it while it is open."""

    def __init__(self, look: Look, edit: MessageEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._edit = edit
        self._people: Sequence[tuple[str, str]] = ()
        self._chosen: dict[str, str] = {}
        self._picked: dict[str, dict[str, str]] = {}
        """Ids by name, for each conversation."""
        self.setObjectName("mentions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.hide()
        edit.installEventFilter(self)
        edit.cursorPositionChanged.connect(self._refresh)
        edit.textChanged.connect(self._refresh)
        edit.focus_changed.connect(self._refresh)
        self.itemClicked.connect(self._take)
        self.retranslate()

    def show_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Whom one can call here: peer ids and names, ready to be shown. Nobody: no list."""
        if people != self._people:
            self._people = people
            self._refresh()

    def show_chat(self, chat_id: str) -> None:
        """Who was picked in another conversation does not count here, but there again."""
        self._chosen = self._picked.setdefault(chat_id, {})

    def forget(self) -> None:
        """It is said: who is called next is picked anew."""
        self._chosen.clear()

    def mentioned(self, text: str) -> tuple[str, ...]:
        return mentioned(text, self._people, self._chosen)

    def _before(self) -> str:
        cursor = self._edit.textCursor()
        return "" if cursor.hasSelection() else cursor.block().text()[: cursor.positionInBlock()]

    def _refresh(self) -> None:
        begun = begun_mention(self._before()) if self._people else None
        found = [] if begun is None else matching(begun, self._people)
        if not found or not self._edit.hasFocus():
            self.hide()
            return
        self.clear()
        for peer_id, name in found[:_SHOWN_MAX]:
            QListWidgetItem(name, self).setData(_ID, peer_id)
        self.setCurrentRow(0)
        self.show()
        self._place()
        self.raise_()

    def _place(self) -> None:
        """Over the chat, just above the field."""
        px = self._look.fonts.px
        self.doItemsLayout()
        rows = sum(self.sizeHintForRow(row) for row in range(self.count()))
        height = rows + self.height() - self.viewport().height()
        corner = self._edit.mapTo(self.parentWidget(), self._edit.rect().topLeft())
        width = min(px(_WIDTH), self.parentWidget().width() - corner.x())
        self.setGeometry(corner.x() - px(12), corner.y() - height - px(16), width, height)

    def _take(self, item: QListWidgetItem) -> None:
        cursor = self._edit.textCursor()
        begun = begun_mention(self._before())
        if begun is None:
            return
        back = len((begun + "@").encode("utf-16-le")) // 2
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, back)
        self._chosen[item.text()] = item.data(_ID)
        cursor.insertText(f"@{item.text()} ")
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
            self._take(self.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Members to mention"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
