"""The button below the list that goes on looking where names end."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from ui.plain import menu_text, shown_line

_SHOWN_CHARS = 18


class EverywhereOffer(QPushButton):
    """In sight while something stands in ``words``."""

    def __init__(self, words: QLineEdit) -> None:
        super().__init__()
        self._words = words
        self.setObjectName("everywhere-offer")
        words.textChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        text = shown_line(self._words.text())
        if len(text) > _SHOWN_CHARS:
            text = f"{text[:_SHOWN_CHARS]}…"
        told = self.tr("Search messages for “{words}”").format(words=text)
        self.setText(menu_text(told))
        self.setAccessibleName(told)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._show()
        super().changeEvent(event)
