"""Proof that someone can receive at the address they write from, without keeping state.

A cookie is a MAC over the address under a secret of ours that changes every
minute; an address from which it comes back has read what we sent there.
Source: PROTOCOL, "Datagram handshake"; WireGuard section 5.4.7 for the idea.
"""

import hmac
from typing import Final

from net.protocol.handshake import Entropy
from net.protocol.packet import Address

COOKIE_BYTES: Final = 16
NO_COOKIE: Final = bytes(COOKIE_BYTES)
SECRET_LIFE_S: Final = 60.0
"""A cookie is good for one to two of these: longer than any handshake takes."""
_SECRET_BYTES: Final = 32


class CookieJar:
    __slots__ = ("_entropy", "_made_s", "_secrets")

    def __init__(self, entropy: Entropy, now_s: float) -> None:
        self._entropy = entropy
        self._made_s = now_s
        self._secrets = (entropy(_SECRET_BYTES), entropy(_SECRET_BYTES))
        """The present one and the one before."""

    def bake(self, address: Address, now_s: float) -> bytes:
        self._rotate(now_s)
        return _mac(self._secrets[0], address)

    def is_ours(self, cookie: bytes, address: Address, now_s: float) -> bool:
        self._rotate(now_s)
        return any(hmac.compare_digest(cookie, _mac(secret, address)) for secret in self._secrets)

    def _rotate(self, now_s: float) -> None:
        age_s = now_s - self._made_s
        if age_s < SECRET_LIFE_S:
            return
        fresh = self._entropy(_SECRET_BYTES)
        before = self._secrets[0] if age_s < 2 * SECRET_LIFE_S else self._entropy(_SECRET_BYTES)
        self._secrets, self._made_s = (fresh, before), now_s


def _mac(secret: bytes, address: Address) -> bytes:
    host, port = address
    message = b"landline/cookie/v1\0" + port.to_bytes(2, "big") + host.encode("utf-8", "replace")
    return hmac.digest(secret, message, "sha256")[:COOKIE_BYTES]
