"""A row of the chat in words, for assistive technology and for whoever asks Qt for its text."""

from app.model import Direction, Message, Transfer
from ui.chat.cast import Cast
from ui.chat.extras import gap_text, quoted_line
from ui.chat.news import news_text
from ui.chat.rows import Row
from ui.look import Look
from ui.plain import shown_text

_MAX_CHARS = 1000
"""Read aloud, more than this is a burden; the whole is in the message's own dialog."""


def describe_row(row: Row, cast: Cast, look: Look) -> str:
    message = row.message
    if message.news is not None:
        return news_text(message.news, message, cast, look)
    words, fmt = look.words, look.format
    is_own = message.direction is Direction.OUT
    author = cast.author(message)
    if message.transfer is not None:
        said = _transfer_text(message.transfer, cast.other(message), cast, look)
    elif message.is_deleted:
        said = words.deleted()
    else:
        said = shown_text(message.text[:_MAX_CHARS])[0]
    parts = [gap_text(message, author, look)] if row.is_behind_gap else []
    parts += [f"{author}, {fmt.clock(message.time_ms)}: {said}"]
    if receiver := cast.receiver(message):
        parts.append(look.room_words.for_whom(receiver))
    if message.reply is not None:
        parts.append(words.answers(cast.quoted(message), quoted_line(message, look)))
    if message.is_forwarded:
        parts.append(words.forwarded())
    if message.edited_ms is not None:
        parts.append(words.edited())
    if cast.mentions_me(message):
        parts.append(look.room_words.mentioned())
    parts += [words.reaction(one.emoji, len(one.people)) for one in message.reactions]
    if is_own:
        parts.append(state_text(message, cast, look))
    return ". ".join(parts)


def _transfer_text(transfer: Transfer, name: str, cast: Cast, look: Look) -> str:
    words = look.transfer_words
    is_here = cast.is_here(transfer.peer_id)
    line = words.line(transfer, name, look.format, is_here=is_here)
    return f"{words.title(transfer)}, {line}"


def state_text(message: Message, cast: Cast, look: Look) -> str:
    """How far a message of ours came, in a room with how many."""
    if message.receipts is None:
        if cast.waits(message):
            return look.words.held()
        return look.words.message_state(message.state)
    return look.room_words.receipts(message.receipts)
