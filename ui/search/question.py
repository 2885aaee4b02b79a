"""What a search everywhere asks the disk, on a thread of its own: at once, then to the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from app.model import Match, Message
from ui.search.results import Group

if TYPE_CHECKING:
    from ui.desk import History

LIMIT: Final = 1000
"""Of each group; more are told as "1,000+"."""


@dataclass(slots=True)
class Found:
    """Of one group of messages."""

    matches: list[Match] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """As many of them as are shown."""
    is_bounded: bool = False
    """There may be more."""
    left_out: int = 0
    """Matches in requests of strangers."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    shown: dict[Group, int]
    """Rows of each group; behind LIMIT it reads on as far as is shown."""
    hidden: frozenset[str]
    """Conversations in which nothing is looked for."""
    requests: frozenset[str]
    """Those of them that are requests of strangers."""

    def ask_index(self, history: "History") -> dict[Group, Found]:
        """Within some milliseconds, without all words that stand inside others."""
        return self._read(
            history,
            lambda limit: history.matches(self.text, limit),
            lambda limit: history.file_matches(self.text, limit),
        )

    def ask_all(self, history: "History", is_wanted: Callable[[], bool]) -> dict[Group, Found]:
        """Takes a second for a million messages; ends early once ``is_wanted`` says no."""
        from app.store.lookup import ALL_ROWS  # noqa: PLC0415 - with the first search

        return self._read(
            history,
            lambda limit: history.deep_matches(self.text, limit, is_wanted=is_wanted),
            lambda limit: history.file_matches(self.text, limit, ALL_ROWS),
        )

    def _read(
        self,
        history: "History",
        messages: Callable[[int], list[Match]],
        files: Callable[[int], list[Match]],
    ) -> dict[Group, Found]:
        found = {}
        for group, read in ((Group.MESSAGES, messages), (Group.FILES, files)):
            limit = max(LIMIT, self.shown[group] + 1)
            matches = read(limit)
            seen = [one for one in matches if one.chat_id not in self.hidden]
            found[group] = Found(
                seen,
                history.read_matches([one.row for one in seen[: self.shown[group]]]),
                is_bounded=len(matches) >= limit,
                left_out=sum(one.chat_id in self.requests for one in matches),
            )
        return found
