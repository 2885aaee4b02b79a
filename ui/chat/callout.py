"""The members of a room above the composer while an @ is typed."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.chat.completion import Completion
from ui.chat.composer import MessageEdit
from ui.chat.mentions import begun_mention, matching, mentioned
from ui.look import Look


class MentionList(Completion):
    def __init__(self, look: Look, edit: MessageEdit, parent: QWidget) -> None:
        self._people: Sequence[tuple[str, str]] = ()
        self._chosen: dict[str, str] = {}
        self._picked: dict[str, dict[str, str]] = {}
        """Ids by name, for each conversation."""
        super().__init__(look, edit, parent)

    def show_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Whom one can call here: peer ids and names, ready to be shown. Nobody: no list."""
        if people != self._people:
            self._people = people
            self.refresh()

    def show_chat(self, chat_id: str) -> None:
        """Who was picked in another conversation does not count here, but there again."""
        self._chosen = self._picked.setdefault(chat_id, {})

    def forget(self) -> None:
        """It is said: who is called next is picked anew."""
        self._chosen.clear()

    def mentioned(self, text: str) -> tuple[str, ...]:
        return mentioned(text, self._people, self._chosen)

    def begun(self, before: str) -> str | None:
        begun = begun_mention(before) if self._people else None
        return None if begun is None else f"@{begun}"

    def matching(self, begun: str) -> Sequence[tuple[str, str]]:
        return matching(begun[1:], self._people)

    def words_of(self, shown: str, one: str) -> str:
        self._chosen[shown] = one
        return f"@{shown} "

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Members to mention"))
