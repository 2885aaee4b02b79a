"""Which addresses one host can have."""

import ipaddress


def is_host(text: str) -> bool:
    """Whether this is a numeric address at which one host can be, as far as it tells itself.

    Not a group, not 0.0.0.0 or ::, not 255.255.255.255 or another of class E. The
    broadcast address of a network looks like any other.
    """
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address) and (parsed.is_reserved or parsed.packed[0] == 0):
        return False
    return not (parsed.is_multicast or parsed.is_unspecified)


def broadcast_of(interface: ipaddress.IPv4Interface) -> str | None:
    """Where all hosts of its network listen; None where there is room for two at most."""
    if interface.network.prefixlen > 30:
        return None
    return str(interface.network.broadcast_address)
