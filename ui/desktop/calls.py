"""Whom a message calls: what the task bar, the tray and notifications may speak about."""

from app.model import Direction, Message, MessageKind, Trust
from ui.roster import Roster


def is_said(message: Message) -> bool:
    """By another person, in words or files."""
    return message.direction is Direction.IN and message.kind is not MessageKind.NEWS


def is_call(message: Message, roster: Roster) -> bool:
    """Not by strangers, not where it was turned off. To everyone a stranger may speak, too:
    only who is on the list calls there."""
    entry = roster.get(message.chat_id)
    if not is_said(message) or message.is_request or entry is None or entry.is_muted:
        return False
    author = roster.person(message.peer_id)
    return not entry.is_everyone or (author is not None and author.trust is not Trust.NEW)
