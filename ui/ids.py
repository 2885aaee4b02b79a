"""Ids as text and as bytes. The library behind them loads on the engine's thread, not here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.store.types import ChatId
    from net.protocol.identity import PeerId


def peer_bytes(peer_id: str) -> "PeerId":
    """``peer_id``: the 52-character text form."""
    from net.protocol.identity import decode_peer_id  # noqa: PLC0415 - see above

    return decode_peer_id(peer_id)


def chat_bytes(chat_id: str) -> "ChatId":
    """``chat_id``: a peer id or a room id, as text."""
    from net.protocol.rooms import ROOM_PREFIX, decode_room_id  # noqa: PLC0415 - see above

    return decode_room_id(chat_id) if chat_id.startswith(ROOM_PREFIX) else peer_bytes(chat_id)


def is_everyone(chat_id: str | None) -> bool:
    """Whether this is the room of all who are on the network."""
    from net.protocol.rooms import EVERYONE, encode_room_id  # noqa: PLC0415 - see above

    return chat_id == encode_room_id(EVERYONE)


def shown_id(peer_id: str) -> str:
    """For people: in groups, with check characters."""
    from net.protocol.identity import display_peer_id  # noqa: PLC0415

    return display_peer_id(peer_bytes(peer_id))


def own_digits(my_id: str) -> str:
    """One's own half of every safety number, in groups."""
    from net.protocol.identity import fingerprint  # noqa: PLC0415

    digits = fingerprint(peer_bytes(my_id))
    return " ".join(digits[at : at + 5] for at in range(0, len(digits), 5))


def safety_digits(my_id: str, peer_id: str) -> str:
    """The 60 digits that both people see alike."""
    from net.protocol.identity import safety_number  # noqa: PLC0415

    return safety_number(peer_bytes(my_id), peer_bytes(peer_id))
