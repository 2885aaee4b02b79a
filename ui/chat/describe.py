"""A row of the chat in words, for assistive technology and for whoever asks Qt for its text."""

from app.model import Direction
from ui.chat.extras import quoted_line
from ui.chat.rows import Row
from ui.look import Look
from ui.plain import shown_text

_MAX_CHARS = 1000
"""Read aloud, more than this is a burden; the whole is in the message's own dialog."""


def describe_row(row: Row, name: str, look: Look) -> str:
    message = row.message
    words, fmt = look.words, look.format
    is_own = message.direction is Direction.OUT
    author = words.me() if is_own else name
    if message.transfer is not None:
        line = words.transfer_line(message.transfer, name, fmt)
        said = f"{words.title(message.transfer)}, {line}"
    elif message.is_deleted:
        said = words.deleted()
    else:
        said = shown_text(message.text[:_MAX_CHARS])[0]
    parts = [f"{author}, {fmt.clock(message.time_ms)}: {said}"]
    if message.reply is not None:
        quoted = name if message.reply.peer_id == message.peer_id else words.me()
        parts.append(words.answers(quoted, quoted_line(message, look)))
    if message.is_forwarded:
        parts.append(words.forwarded())
    if message.edited_ms is not None:
        parts.append(words.edited())
    parts += [words.reaction(one.emoji, len(one.people)) for one in message.reactions]
    if is_own:
        parts.append(words.message_state(message.state))
    return ". ".join(parts)
