"""While it is written, a text already looks a little as it will be read."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ui.chat.markdown import Mark, Style, blocks, inline_marks
from ui.chat.textlayout import utf16
from ui.look import Look

_LINE_MAX_CHARS: Final = 4000
"""Of one line; a longer one is pasted, and looked at by nobody while it is."""


class Styling(QSyntaxHighlighter):
    """Formats lie over the text: they are neither in it nor in its undo."""

    def __init__(self, look: Look, document: QTextDocument, owner: QObject) -> None:
        super().__init__(owner)
        self._look = look
        self._in_code: frozenset[int] = frozenset()
        self._is_stale = False
        document.contentsChange.connect(lambda: self._find_blocks(document))
        document.contentsChanged.connect(self._show_blocks)
        self.setDocument(document)
        look.theme.changed.connect(self.rehighlight)

    def _find_blocks(self, document: QTextDocument) -> None:
        """Before the lines that changed are asked for."""
        found = frozenset(
            line for begin, end in blocks(document.toPlainText()) for line in range(begin, end + 1)
        )
        self._is_stale = self._is_stale or found != self._in_code
        self._in_code = found

    def _show_blocks(self) -> None:
        """A fence changes other lines, too."""
        if self._is_stale:
            self._is_stale = False
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self.currentBlock().blockNumber() in self._in_code:
            self.setFormat(0, utf16(text), self._code())
        elif len(text) <= _LINE_MAX_CHARS:
            for mark in inline_marks(text):
                self._show(text, mark)

    def _show(self, text: str, mark: Mark) -> None:
        start, end = utf16(text[: mark.start]), utf16(text[: mark.end])
        if mark.style is Style.CODE:
            self.setFormat(start, end - start, self._code())
        else:
            for at in range(start, end):
                self._thicken(at, mark.style)
        for at in (start, end - mark.marker_chars):
            dim = self.format(at)
            dim.setForeground(self._look.theme.color("faint"))
            self.setFormat(at, mark.marker_chars, dim)

    def _thicken(self, at: int, style: Style) -> None:
        """Letter by letter: one mark may lie in another."""
        shape = self.format(at)
        if style is Style.BOLD:
            shape.setFontWeight(QFont.Weight.DemiBold)
        else:
            shape.setFontItalic(True)
        self.setFormat(at, 1, shape)

    def _code(self) -> QTextCharFormat:
        shape = QTextCharFormat()
        shape.setFontFamilies(self._look.fonts.mono.families())
        shape.setBackground(self._look.theme.color("hover"))
        return shape
