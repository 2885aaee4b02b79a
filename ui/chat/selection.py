"""Selected text inside one bubble, in the UTF-16 positions that Qt's layouts use."""

from dataclasses import dataclass

from PySide6.QtGui import QTextCharFormat, QTextLayout

from ui.theme import Theme


@dataclass(slots=True)
class Selection:
    """``anchor`` stays where the press was, ``cursor`` follows the pointer."""

    theme: Theme
    message_id: str = ""
    anchor: int = 0
    cursor: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.message_id or self.anchor == self.cursor

    def begin(self, message_id: str, position: int) -> None:
        self.message_id, self.anchor, self.cursor = message_id, position, position

    def select(self, message_id: str, start: int, end: int) -> None:
        self.message_id, self.anchor, self.cursor = message_id, start, end

    def clear(self) -> None:
        self.begin("", 0)

    def ranges(self, message_id: str) -> list[QTextLayout.FormatRange]:
        """For QTextLayout.draw."""
        if self.is_empty or message_id != self.message_id:
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
