"""What a tool tip says about the place under the pointer."""

from PySide6.QtCore import QCoreApplication

from app.model import Message
from ui.chat.cast import Cast
from ui.chat.describe import state_text
from ui.chat.pointer import Hover, Place
from ui.look import Look


def tip_of(hover: Hover, message: Message, cast: Cast, look: Look) -> str:
    """Of the place itself, else of the whole message."""
    if hover.place is Place.DAY:
        return QCoreApplication.translate("ChatView", "Go to a day")
    if hover.place is Place.MARK:
        return state_text(message, cast, look)
    if hover.place is Place.COPY:
        return look.words.copy_code()
    if hover.action is not None:
        return look.transfer_words.action(hover.action)
    if hover.place is Place.CHIP:
        return givers(message, hover.emoji, cast)
    return hover.url or "\n".join([*_of_card(message, cast, look), _time(message, look)])


def _time(message: Message, look: Look) -> str:
    return look.format.full_time(message.time_ms)


def _of_card(message: Message, cast: Cast, look: Look) -> list[str]:
    """What a card may have had to cut off, and what it does not show."""
    transfer = message.transfer
    if transfer is None:
        return []
    name, is_here = cast.other(message), cast.is_here(transfer.peer_id)
    return look.transfer_words.tips(transfer, name, look.format, is_here=is_here)


def givers(message: Message, emoji: str, cast: Cast) -> str:
    """Who gave this reaction."""
    people = next((one.people for one in message.reactions if one.emoji == emoji), ())
    return ", ".join(cast.name(one) for one in people)
