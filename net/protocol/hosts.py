"""Which addresses one host can have."""

import ipaddress
import re
from typing import Final

_IPV4_HOST: Final = re.compile(
    r"(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[01][0-9]|22[0-3])"
    r"(?:\.(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3}"
)
"""From 224 on there are groups, and class E. Matching takes a tenth of what ``ipaddress`` does: a
flood has another forged address every time."""


def is_host(text: str) -> bool:
    """Whether this is a numeric address at which one host can be, as far as it tells itself.

    Not a group, not 0.0.0.0 or ::, not 255.255.255.255 or another of class E. The
    broadcast address of a network looks like any other.
    """
    if ":" not in text:
        return _IPV4_HOST.fullmatch(text) is not None
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (parsed.is_multicast or parsed.is_unspecified)


def broadcast_of(interface: ipaddress.IPv4Interface) -> str | None:
    """Where all hosts of its network listen; None where there is room for two at most."""
    if interface.network.prefixlen > 30:
        return None
    return str(interface.network.broadcast_address)
