"""Who someone is: an Ed25519 key, the id made of it, and the forms people compare.

Source: PROTOCOL, "Identity".
"""

import hashlib
from base64 import b32decode, b32encode
from functools import lru_cache
from typing import Final, NewType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from net.protocol.errors import LocalProtocolError, RemoteProtocolError

PeerId = NewType("PeerId", bytes)
"""32 bytes: SHA-256 over a domain and the Ed25519 public key."""

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32
PEER_ID_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_DOMAIN_ROOT: Final = b"landline/"
_PEER_ID_DOMAIN: Final = b"landline/peer-id/v1"
_SAFETY_DOMAIN: Final = b"landline/safety-number/v1"
_SAFETY_ROUNDS: Final = 5200
"""As Signal's: makes searching for a look-alike 2^12 times dearer, costs us some 4 ms once."""

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_VALUES: Final = {char: value for value, char in enumerate(_ALPHABET)}
_MISREAD: Final = str.maketrans("018", "OIB", "- \t\r\n")
"""Digits outside the alphabet that people write for the letter they look like."""
_TEXT_CHARS: Final = 52
_CHECKED_CHARS: Final = 13
_GROUP_CHARS: Final = 7


class Identity:
    """Our own key pair. The seed stays inside; nothing here shows or stores it."""

    __slots__ = ("_key", "peer_id", "public_key")

    def __init__(self, seed: bytes) -> None:
        """``seed``: SEED_BYTES of entropy, RFC 8032's private key."""
        if len(seed) != SEED_BYTES:
            raise LocalProtocolError("an identity seed has 32 bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: Final = self._key.public_key().public_bytes_raw()
        self.peer_id: Final = peer_id_of(self.public_key)

    def sign(self, domain: bytes, message: bytes) -> bytes:
        """64 bytes that say ``message`` in ``domain`` only, never in another use."""
        return self._key.sign(_in_domain(domain, message))


def verify(public_key: bytes, domain: bytes, message: bytes, signature: bytes) -> None:
    """Return if this key signed this message in this domain.

    Raises RemoteProtocolError otherwise, and for a key or an R of small order or
    a non-canonical encoding: under a degenerate key one signature fits every message.
    """
    check_public_key(public_key)
    if len(signature) != SIGNATURE_BYTES:
        raise RemoteProtocolError("signature of wrong length")
    try:
        crypto_sign_open(signature + _in_domain(domain, message), public_key)
    except BadSignatureError:
        raise RemoteProtocolError("signature does not fit") from None


def check_public_key(public_key: bytes) -> None:
    """Return if this is a canonical point of the prime-order group, else RemoteProtocolError."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise RemoteProtocolError("public key of wrong length")
    if not crypto_core_ed25519_is_valid_point(public_key):
        raise RemoteProtocolError("degenerate public key")


def peer_id_of(public_key: bytes) -> PeerId:
    return PeerId(hashlib.sha256(_PEER_ID_DOMAIN + public_key).digest())


def encode_peer_id(peer_id: PeerId) -> str:
    """52 characters of RFC 4648 base32, upper case, no padding."""
    if len(peer_id) != PEER_ID_BYTES:
        raise LocalProtocolError("a peer id has 32 bytes")
    return b32encode(peer_id).decode("ascii")[:_TEXT_CHARS]


def display_peer_id(peer_id: PeerId) -> str:
    """For people: a check character after every 13, then 8 groups of 7 with dashes."""
    text = encode_peer_id(peer_id)
    parts = [text[i : i + _CHECKED_CHARS] for i in range(0, _TEXT_CHARS, _CHECKED_CHARS)]
    checked = "".join(part + _check_character(part) for part in parts)
    groups = (checked[i : i + _GROUP_CHARS] for i in range(0, len(checked), _GROUP_CHARS))
    return "-".join(groups)


def decode_peer_id(text: str) -> PeerId:
    """Read either form, in any case, with dashes and spaces or without.

    Raises ValueError: not 52 or 56 characters of the alphabet, a wrong check
    character, or unused last bits that are not zero (one id has one text).
    """
    if not text.isascii():
        raise ValueError("a peer id is plain letters and digits")
    plain = text.upper().translate(_MISREAD)
    if len(plain) == _TEXT_CHARS + _TEXT_CHARS // _CHECKED_CHARS:
        plain = _without_checks(plain)
    if len(plain) != _TEXT_CHARS or not _VALUES.keys() >= set(plain):
        raise ValueError("a peer id has 52 characters of A-Z and 2-7")
    peer_id = PeerId(b32decode(plain + "===="))
    if encode_peer_id(peer_id) != plain:
        raise ValueError("the last character of this peer id is wrong")
    return peer_id


def safety_number(a: PeerId, b: PeerId) -> str:
    """60 digits that both people see alike when nobody is between them, whoever is ``a``."""
    return "".join(sorted((fingerprint(a), fingerprint(b))))


def _in_domain(domain: bytes, message: bytes) -> bytes:
    """The signed bytes. The length in front keeps one domain from running into another."""
    if not domain.startswith(_DOMAIN_ROOT) or len(domain) > 255:
        raise LocalProtocolError("a signing domain begins with landline/ and has 255 bytes at most")
    return bytes((len(domain),)) + domain + message


def _without_checks(text: str) -> str:
    size = _CHECKED_CHARS + 1
    parts = [text[i : i + size] for i in range(0, len(text), size)]
    if any(not _VALUES.keys() >= set(part) for part in parts):
        raise ValueError("a peer id has characters A-Z and 2-7 only")
    if any(_check_character(part[:-1]) != part[-1] for part in parts):
        raise ValueError("a check character of this peer id is wrong: mistyped?")
    return "".join(part[:-1] for part in parts)


def _check_character(part: str) -> str:
    """Luhn modulo 32: finds any one wrong character and most neighbours swapped."""
    size = len(_ALPHABET)
    total = 0
    for place, char in enumerate(reversed(part)):
        addend = _VALUES[char] * (2 if place % 2 == 0 else 1)
        total += addend // size + addend % size
    return _ALPHABET[-total % size]


@lru_cache(maxsize=256)
def fingerprint(peer_id: PeerId) -> str:
    """This person's half of every safety number. 30 digits: six groups of five, each from five
    bytes of the iterated hash."""
    digest: bytes = _SAFETY_DOMAIN + peer_id
    for _ in range(_SAFETY_ROUNDS):
        digest = hashlib.sha512(digest + peer_id).digest()
    groups = (int.from_bytes(digest[i : i + 5], "big") % 100_000 for i in range(0, 30, 5))
    return "".join(f"{group:05d}" for group in groups)
