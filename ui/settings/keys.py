"""Words for every key of the window. The sheet that F1 opens shows those that are in force."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from ui.menukey import MENU_KEY


@dataclass(frozen=True, slots=True)
class Keys:
    """``keys``: as QKeySequence reads them, each does it."""

    keys: tuple[str, ...]
    what: str


class KeyTable(QObject):
    def groups(self) -> dict[str, list[Keys]]:
        """By heading, in the language in force."""
        return {
            self.tr("Conversations"): self._conversations(),
            self.tr("Writing"): self._writing(),
            self.tr("Window"): self._window(),
        }

    def _conversations(self) -> list[Keys]:
        return [
            Keys(("Ctrl+K",), self.tr("Find people and conversations")),
            Keys(("Ctrl+F",), self.tr("Search here")),
            Keys(("F3",), self.tr("Next match")),
            Keys(("Shift+F3",), self.tr("Previous match")),
            Keys(("Ctrl+Shift+F",), self.tr("Search everywhere")),
            Keys(("Alt+Down", "Ctrl+Tab"), self.tr("Next conversation")),
            Keys(("Alt+Up", "Ctrl+Shift+Tab"), self.tr("Previous conversation")),
            Keys(
                tuple(f"Ctrl+{number}" for number in range(1, 10)),
                self.tr("Conversation by position"),
            ),
            Keys(("Ctrl+O",), self.tr("Send files")),
            Keys(("Ctrl+Shift+O",), self.tr("Send to several people")),
            Keys(("Ctrl+J",), self.tr("Transfers")),
        ]

    def _writing(self) -> list[Keys]:
        return [
            Keys(("Ctrl+B",), self.tr("Bold")),
            Keys(("Ctrl+I",), self.tr("Italic")),
            Keys(("Ctrl+E",), self.tr("Code")),
            Keys(("Ctrl+Shift+C",), self.tr("Block of code")),
            Keys(("Ctrl+.",), self.tr("Emoji")),
            Keys(("Ctrl+Shift+S",), self.tr("Take a screenshot")),
        ]

    def _window(self) -> list[Keys]:
        return [
            Keys(("Ctrl+,",), self.tr("Settings")),
            Keys(("F1",), self.tr("Keyboard shortcuts")),
            Keys(("Ctrl++", "Ctrl+="), self.tr("Larger text")),
            Keys(("Ctrl+-",), self.tr("Smaller text")),
            Keys(("Ctrl+0",), self.tr("Normal text size")),
            Keys((MENU_KEY,), self.tr("Menu of what has the focus")),
            Keys(("Esc",), self.tr("Close or go back")),
            Keys(("Ctrl+W",), self.tr("Close the window")),
            Keys(("Ctrl+Q",), self.tr("Quit")),
        ]
