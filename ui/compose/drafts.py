"""What is begun and not sent, kept for each conversation: its text and what it answers."""

from app.commands import SetDraft
from app.model import Message
from ui.desk import Desk
from ui.ids import chat_bytes
from ui.roster import Entry


class Drafts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, chat_id: str, text: str, reply: Message | None) -> None:
        """Written only when it changed."""
        reply_to = reply.message_id if reply else None
        entry = self._desk.roster.get(chat_id)
        if entry is not None and (entry.draft, entry.draft_reply) != (text, reply_to):
            self._desk.roster.set_draft(chat_id, text, reply_to)
            self._desk.submit(SetDraft(chat_id, text, reply_to=reply_to))

    def answered(self, entry: Entry) -> Message | None:
        """What the draft answers, if it is still there."""
        history = self._desk.history
        if entry.draft_reply is None or history is None:
            return None
        message_id = bytes.fromhex(entry.draft_reply)
        message = history.message(message_id, chat_bytes(entry.chat_id))
        return None if message is None or message.is_deleted else message
