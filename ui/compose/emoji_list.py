"""Emoji above the composer while :a word is typed."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLocale
from PySide6.QtGui import QKeyEvent

from ui.chat.completion import Completion
from ui.compose.emoji import by_char, drawn_groups, find_emoji

_BEGUN: Final = re.compile(r"(?<![\w:：/])[:：](?:[A-Za-z][A-Za-z-]+|\+1|-1|[\u4e00-\u9fff]+)$")
"""A colon and two letters, or one that is Chinese: not :D, 12:30 or https://."""
_CLOSES: Final = ":："


class EmojiList(Completion):
    def begun(self, before: str) -> str | None:
        found = _BEGUN.search(before[-40:])
        return None if found is None else found[0]

    def matching(self, begun: str) -> Sequence[tuple[str, str]]:
        is_chinese = self._look.format.locale.language() == QLocale.Language.Chinese
        found = find_emoji(begun[1:], drawn_groups(self._look.fonts.body))
        return [
            (one.char, f"{one.char}  {one.chinese if is_chinese else one.english}")
            for one in found[:8]
        ]

    def words_of(self, _shown: str, one: str) -> str:
        return one

    def press_other(self, event: QKeyEvent) -> bool:
        """A second colon behind a word that is an emoji's: it becomes that emoji."""
        begun = self.begun(self._before())
        if not event.text() or event.text() not in _CLOSES or begun is None:
            return False
        word = begun[1:].lower()
        row = next((at for at in range(self.count()) if word in self._words(at)), None)
        if row is None:
            return False
        self.take(self.item(row))
        return True

    def _words(self, row: int) -> list[str]:
        return by_char()[self.item(row).text().partition(" ")[0]].words.split("|")

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Emoji with that name"))
