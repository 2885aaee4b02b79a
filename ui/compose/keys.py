"""The keys that mark what is written, on the field where it is."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from ui.chat.textlayout import utf16
from ui.compose.marks import BOLD, CODE, ITALIC, Change, toggle_block, toggle_mark

EMOJI_KEY: Final = "Ctrl+."
SCREENSHOT_KEY: Final = "Ctrl+Shift+S"
MARKERS: Final = {"Ctrl+B": BOLD, "Ctrl+I": ITALIC, "Ctrl+E": CODE}
BLOCK_KEY: Final = "Ctrl+Shift+C"


def add_mark_keys(edit: QPlainTextEdit) -> None:
    for key, markers in MARKERS.items():
        _on_key(edit, key, partial(toggle_mark, markers=markers))
    _on_key(edit, BLOCK_KEY, toggle_block)


def _on_key(edit: QPlainTextEdit, key: str, change: Callable[[str, int, int], Change]) -> None:
    shortcut = QShortcut(QKeySequence(key), edit, context=Qt.ShortcutContext.WidgetShortcut)
    shortcut.activated.connect(lambda: _apply(edit, change))


def _apply(edit: QPlainTextEdit, change: Callable[[str, int, int], Change]) -> None:
    """As one step of undo."""
    cursor, text = edit.textCursor(), edit.toPlainText()
    start, end = (_chars(text, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
    done = change(text, start, end)
    before, after = text[: done.start], text[: done.start] + done.text + text[done.end :]
    cursor.setPosition(utf16(before))
    cursor.setPosition(utf16(text[: done.end]), QTextCursor.MoveMode.KeepAnchor)
    if cursor.selectedText() or done.text:
        cursor.insertText(done.text)
    cursor.setPosition(utf16(after[: done.first]))
    cursor.setPosition(utf16(after[: done.last]), QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)


def _chars(text: str, units: int) -> int:
    """Qt counts in UTF-16."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))
