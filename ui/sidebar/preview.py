"""The second line of a row at the left: the last thing said, or what is going on."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from app.model import Direction, Message, MessageState, Transfer, TransferState, Trust
from ui.chat.cast import Cast, waits
from ui.chat.line import said_line
from ui.chat.marks import MARKS
from ui.chat.news import news_text
from ui.look import Look
from ui.names import is_held, person_name
from ui.plain import shown_line
from ui.roster import Entry, Roster, Section


@dataclass(frozen=True, slots=True)
class Preview:
    icon: str
    """Of ui.icons; empty for none."""
    text: str
    is_draft: bool = False
    doubt: str = ""
    """Of a contact: that the name looks like a better known one's."""


class Previews(QObject):
    def __init__(self, look: Look, roster: Roster) -> None:
        """``roster`` tells who said the last line in a room."""
        super().__init__()
        self._look = look
        self._roster = roster

    def of(self, entry: Entry, *, is_open: bool = False) -> Preview:
        """A stranger's words are not shown here. A draft is, unless its chat ``is_open``."""
        line = self._line(entry, is_open=is_open)
        person, other = entry.person, entry.resembles
        if person is None or other is None or person.trust is Trust.NEW:
            return line
        return replace(line, doubt=self._look.words.not_the(other, person.peer_id))

    def _line(self, entry: Entry, *, is_open: bool) -> Preview:
        standing = self._standing(entry)
        if standing is not None:
            return standing
        if entry.draft and not is_open:
            draft = self.tr("Draft: {text}").format(text=shown_line(entry.draft))
            return Preview("edit", draft, is_draft=True)
        if entry.last is None:
            return Preview("", self._unwritten(entry))
        return self._in_room(entry.last) if entry.room is not None else self._text(entry.last)

    def _standing(self, entry: Entry) -> Preview | None:
        """What counts more than what was said last."""
        person = entry.person
        if person and entry.resembles is not None and person.trust is Trust.NEW:
            return Preview("alert", self._look.words.not_the(entry.resembles, person.peer_id))
        if person and person.trust is Trust.BLOCKED:
            return Preview("blocked", self.tr("Blocked"))
        if entry.section is Section.REQUESTS:
            return Preview("", self._request(entry))
        if person and person.successor and not person.is_moved:
            return Preview("alert", self.tr("Came back with another key?"))
        return None

    def _request(self, entry: Entry) -> str:
        is_room = entry.room is not None
        return self._look.room_words.wants_you() if is_room else self.tr("Wants to write to you")

    def _unwritten(self, entry: Entry) -> str:
        """Before anything was said."""
        if entry.room is not None:
            return self._look.room_words.who(entry.room, self._roster.people_here())
        return shown_line(entry.person.device) if entry.person else ""

    def _in_room(self, last: Message) -> Preview:
        if last.news is not None:
            cast = Cast(self._look.words.me(), is_room=True, find=self._name)
            return Preview("", news_text(last.news, last, cast, self._look))
        said = self._text(last)
        if last.direction is Direction.OUT:
            return said
        author = self._name(last.peer_id)
        return Preview("", self._look.room_words.said(author, said.text))

    def _name(self, peer_id: str) -> str:
        return person_name(peer_id, self._roster, self._look)

    def _text(self, message: Message) -> Preview:
        if message.transfer is not None:
            return Preview("attach", self._transfer(message.transfer))
        icon = MARKS[self._state(message)] if message.direction is Direction.OUT else ""
        if message.is_deleted:
            return Preview(icon, self._look.words.deleted())
        return Preview(icon, said_line(message.text))

    def _state(self, message: Message) -> MessageState:
        """As the chat draws it: what they have not accepted yet waits here."""
        is_kept = waits(message, lambda one: is_held(one, self._roster))
        return MessageState.QUEUED if is_kept else message.state

    def _transfer(self, transfer: Transfer) -> str:
        title = self._look.transfer_words.title(transfer)
        if transfer.state is TransferState.RUNNING:
            done = self._look.format.percent(transfer.done_bytes, transfer.size_bytes)
            return f"{title} · {done}"
        if transfer.state is TransferState.OFFERED and transfer.direction is Direction.IN:
            return self.tr("{name} · waits for your answer").format(name=title)
        if transfer.state is TransferState.FAILED:
            return self.tr("{name} · stopped").format(name=title)
        return title
