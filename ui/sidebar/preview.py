"""The second line of a row at the left: the last thing said, or what is going on."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.model import Direction, Message, Transfer, TransferState
from ui.chat.marks import MARKS
from ui.look import Look
from ui.plain import shown_line
from ui.roster import Entry, Section


@dataclass(frozen=True, slots=True)
class Preview:
    icon: str
    """Of ui.icons; empty for none."""
    text: str
    is_draft: bool = False


class Previews(QObject):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def of(self, entry: Entry, *, is_open: bool = False) -> Preview:
        """A stranger's words are not shown here. A draft is, unless its chat ``is_open``."""
        if entry.section is Section.REQUESTS:
            return Preview("", self.tr("Wants to write to you"))
        if entry.draft and not is_open:
            draft = self.tr("Draft: {text}").format(text=shown_line(entry.draft))
            return Preview("edit", draft, is_draft=True)
        if entry.last is None:
            return Preview("", shown_line(entry.person.device))
        if entry.last.transfer is not None:
            return Preview("attach", self._transfer(entry.last.transfer))
        return self._text(entry.last)

    def _text(self, message: Message) -> Preview:
        icon = MARKS[message.state] if message.direction is Direction.OUT else ""
        if message.is_deleted:
            return Preview(icon, self._look.words.deleted())
        return Preview(icon, shown_line(message.text))

    def _transfer(self, transfer: Transfer) -> str:
        title = self._look.words.title(transfer)
        if transfer.state is TransferState.RUNNING:
            done = self._look.format.percent(transfer.done_bytes, transfer.size_bytes)
            return f"{title} · {done}"
        if transfer.state is TransferState.OFFERED and transfer.direction is Direction.IN:
            return self.tr("{name} · waits for your answer").format(name=title)
        if transfer.state is TransferState.FAILED:
            return self.tr("{name} · stopped").format(name=title)
        return title
