"""Who speaks in a chat, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.model import Direction, Message, MessageState, Quote
from ui.chat.card import Who

_ON_ITS_WAY: Final = (MessageState.QUEUED, MessageState.SENT)


def _nobody(_peer_id: str) -> str:
    return ""


def _always(_peer_id: str) -> bool:
    return True


def _never(_peer_id: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Cast:
    """``names``: by peer id, each ready for a sentence; ``me``: what oneself is called.

    ``find`` names whoever is not among them, somebody who has left the room. ``own_name``
    is what others write when they mean us, empty when nobody can be mentioned.
    """

    me: str = ""
    names: dict[str, str] = field(default_factory=dict)
    is_room: bool = False
    my_id: str = ""
    own_name: str = ""
    find: Callable[[str], str] = field(default=_nobody, compare=False)
    is_strange: bool = False
    """Who speaks was not accepted: what looks like a link is only text."""
    is_here: Callable[[str], bool] = field(default=_always, compare=False)
    """Whether somebody is on the network now."""
    is_held: Callable[[str], bool] = field(default=_never, compare=False)
    """Whether what is more waits here until they accept us."""
    picture: Callable[[str], str] = field(default=_nobody, compare=False)
    """The hash of somebody's; empty: none."""

    def name(self, peer_id: str) -> str:
        if not peer_id or peer_id == self.my_id:
            return self.me
        return self.names.get(peer_id) or self.find(peer_id)

    def author(self, message: Message) -> str:
        return self.me if is_own(message) else self.name(message.peer_id)

    def other(self, message: Message) -> str:
        """The other side of a pair, whoever wrote it; of files, whoever gives or gets them."""
        return self.name(message.transfer.peer_id if message.transfer else message.peer_id)

    def who(self, message: Message) -> Who:
        """The other side of a transfer."""
        transfer = message.transfer
        is_here = transfer is None or self.is_here(transfer.peer_id)
        return Who(self.other(message), is_here)

    def waits(self, message: Message) -> bool:
        return waits(message, self.is_held)

    def receiver(self, message: Message) -> str:
        """For whom files of ours in a room are; empty for all else."""
        is_for_one = is_own(message) and message.room_id is not None and message.transfer
        return self.other(message) if is_for_one else ""

    def quoted(self, message: Message) -> str:
        """Whose words it answers."""
        quote = message.reply
        if quote is None:
            return ""
        return self.name(self.quoted_author(message, quote))

    def quoted_author(self, message: Message, quote: Quote) -> str:
        """Empty for oneself. In a pair there are two, and ours goes by any other id."""
        if self.is_room:
            return "" if quote.peer_id == self.my_id else quote.peer_id
        return quote.peer_id if quote.peer_id == message.peer_id else ""

    def mentions_me(self, message: Message) -> bool:
        return bool(self.my_id) and self.my_id in message.mentions


NO_CAST: Final = Cast()


def waits(message: Message, is_held: Callable[[str], bool]) -> bool:
    """Whether a text of ours stays here until they accept us."""
    is_text = message.receipts is None and message.transfer is None
    return is_text and message.state in _ON_ITS_WAY and is_held(message.peer_id)


def is_own(message: Message) -> bool:
    return message.direction is Direction.OUT
