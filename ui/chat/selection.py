"""Selected text inside one bubble, in the UTF-16 positions that Qt's layouts use."""

from dataclasses import dataclass

from PySide6.QtGui import QTextCharFormat, QTextLayout

from ui.chat.rows import NO_ROW, RowId
from ui.theme import Theme


@dataclass(slots=True)
class Selection:
    """``anchor`` stays where the press was, ``cursor`` follows the pointer."""

    theme: Theme
    row: RowId = NO_ROW
    anchor: int = 0
    cursor: int = 0

    @property
    def is_empty(self) -> bool:
        return self.anchor == self.cursor

    def begin(self, row: RowId, position: int) -> None:
        self.row, self.anchor, self.cursor = row, position, position

    def select(self, row: RowId, start: int, end: int) -> None:
        self.row, self.anchor, self.cursor = row, start, end

    def clear(self) -> None:
        self.begin(NO_ROW, 0)

    def ranges(self, row: RowId) -> list[QTextLayout.FormatRange]:
        """For QTextLayout.draw."""
        if self.is_empty or row != self.row:
            return []
        marked = QTextLayout.FormatRange()
        marked.start = min(self.anchor, self.cursor)
        marked.length = abs(self.cursor - self.anchor)
        style = QTextCharFormat()
        style.setBackground(self.theme.color("accent"))
        style.setForeground(self.theme.color("on_accent"))
        marked.format = style
        return [marked]

    def text(self, whole: str) -> str:
        """The selected part of the bubble's text."""
        start, end = sorted((self.anchor, self.cursor))
        return whole.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "ignore")
