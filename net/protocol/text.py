"""What may stand in a name and in a text, whoever wrote it."""

import unicodedata
from typing import Final

from net.protocol.limits import NAME_MAX_BYTES

_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u2028\u2029"
    "\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
"""Drawn as nothing or able to turn the text around them; the joiner U+200D is
left to emoji."""
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FIRST_TAG, _LAST_TAG = 0xE0000, 0xE007F


def clean_text(text: str) -> str:
    """A message without NUL, which would end it early in C strings; all else is kept."""
    return text.replace("\0", "")


def is_sendable(text: str) -> bool:
    """False for text with half a surrogate pair, which no UTF-8 can carry."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_name(name: str, fallback: str) -> str:
    """A name of one visible line, NFC, at most NAME_MAX_BYTES; ``fallback`` if none is left."""
    composed = unicodedata.normalize("NFC", name.encode(errors="ignore").decode())
    line = " ".join("".join(c if _is_shown(c) else " " for c in composed).split())
    line = cut_utf8(line, NAME_MAX_BYTES).strip()
    return line if any(not c.isspace() and c != "\u200d" for c in line) else fallback


def cut_utf8(text: str, max_bytes: int) -> str:
    """The longest beginning of ``text`` within ``max_bytes`` that cuts no code point."""
    data = text.encode()
    return text if len(data) <= max_bytes else data[:max_bytes].decode(errors="ignore")


def _is_shown(char: str) -> bool:
    if char in _INVISIBLE or char in _BIDI or _FIRST_TAG <= ord(char) <= _LAST_TAG:
        return False
    return char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
