"""``landline:`` links: anybody can write one, so that none does more than to show something.

landline:connect?address=192.168.1.20    the dialog for an address, filled in
landline:chat/<peer id>                  the conversation with somebody who is known here
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

SCHEME: Final = "landline"
_LINK_MAX_CHARS: Final = 500
_ADDRESS_MAX_CHARS: Final = 120
_ADDRESS_CHARS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%"
)


@dataclass(frozen=True, slots=True)
class ConnectLink:
    address: str
    """Not looked at yet beyond its letters."""


@dataclass(frozen=True, slots=True)
class ChatLink:
    peer_id: str
    """As Landline writes it; whether anybody has it is another question."""


Link = ConnectLink | ChatLink


def parse_link(text: str) -> Link | None:
    """None: nothing that Landline knows how to show."""
    if len(text) > _LINK_MAX_CHARS or not text.isascii() or not text.isprintable():
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme != SCHEME or parts.fragment:
        return None
    where = f"{parts.netloc}{parts.path}".strip("/")  # browsers turn a: into a://
    if where == "connect":
        return _connect(parts.query)
    kind, _, peer_id = where.partition("/")
    return _chat(peer_id) if kind == "chat" and not parts.query else None


def _connect(query: str) -> ConnectLink | None:
    try:
        found = parse_qs(query, strict_parsing=True, max_num_fields=1)
    except ValueError:
        return None
    (address,) = found.get("address", [""])[:1]
    is_good = 0 < len(address) <= _ADDRESS_MAX_CHARS and _ADDRESS_CHARS.issuperset(address)
    return ConnectLink(address) if is_good else None


def _chat(peer_id: str) -> ChatLink | None:
    from net.protocol.identity import encode_peer_id  # noqa: PLC0415 - the window opens first
    from ui.ids import peer_bytes  # noqa: PLC0415

    try:
        return ChatLink(encode_peer_id(peer_bytes(peer_id)))
    except ValueError:
        return None
