"""What stands in the rows of a search everywhere."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.folding import fold
from app.model import Direction, Message
from ui.look import Look
from ui.names import chat_name, doubt, person_name
from ui.plain import shown_line
from ui.roster import Entry, Roster
from ui.search.results import Group, Line, LineKind
from ui.search.snippet import snippet


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a row; only from ``start`` to ``end`` it is somebody else's words."""

    text: str
    start: int = 0
    end: int = 0


def _told(text: str, quoted: str) -> Told:
    start = max(0, text.find(quoted))
    return Told(text, start, start + len(quoted))


class ResultWords(QObject):
    def __init__(self, look: Look, roster: Roster) -> None:
        super().__init__()
        self._look = look
        self._roster = roster
        self.sought: tuple[str, ...] = ()
        """The folded words that are looked for."""

    def group(self, group: Group) -> str:
        return {
            Group.MESSAGES: self.tr("Messages"),
            Group.FILES: self.tr("Files"),
            Group.PEOPLE: self.tr("People and rooms"),
        }[group]

    def count(self, line: Line) -> str:
        return self._look.format.number(line.count) + ("+" if line.is_bounded else "")

    def more(self) -> str:
        return self.tr("Show more")

    def said(self, line: Line) -> Told:
        text = snippet(line.message.text, self.sought) if line.message else ""
        author = self._author(line.message) if line.message else ""
        return _told(self._look.room_words.said(author, text) if author else text, text)

    def _author(self, message: Message) -> str:
        """Said where the row's name does not tell it."""
        if message.direction is Direction.OUT:
            return self._look.words.me()
        in_room = message.room_id is not None
        return person_name(message.peer_id, self._roster, self._look) if in_room else ""

    def file(self, line: Line) -> Told:
        """The first name that was meant, with how many others are offered beside it."""
        transfer = line.message.transfer if line.message else None
        if transfer is None:
            return Told("")
        meant = (one for one in transfer.names if any(word in fold(one) for word in self.sought))
        name = next(meant, "")
        others = transfer.files - 1
        shown = shown_line(name) or self._look.transfer_words.title(transfer)
        if not name or others <= 0 or transfer.folders:
            return _told(shown, shown)
        return _told(self.tr("{name} and %n more", "", others).format(name=shown), shown)

    def about(self, entry: Entry) -> str:
        if entry.room is not None:
            return self._look.room_words.who(entry.room, self._roster.people_here())
        device = shown_line(entry.person.device) if entry.person else ""
        return " · ".join(filter(None, (doubt(entry, self._look), device)))

    def describe(self, line: Line) -> str:
        """A row as one sentence for assistive technology."""
        if line.kind is LineKind.HEADING:
            return f"{self.group(line.group)}, {self.count(line)}"
        if line.entry is None:
            return f"{self.more()}, {self.group(line.group)}"
        parts = [chat_name(line.entry, self._look)]
        if line.message is not None:
            parts.append(doubt(line.entry, self._look))
            parts.append(self._look.format.full_time(line.message.time_ms))
        told = {Group.MESSAGES: self.said, Group.FILES: self.file}.get(line.group)
        parts.append(told(line).text if told else self.about(line.entry))
        return ", ".join(filter(None, parts))
