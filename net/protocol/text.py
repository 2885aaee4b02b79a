"""What may stand in a name and in a text, whoever wrote it."""

import re
import unicodedata
from typing import Final

from net.protocol.limits import EMOJI_MAX_BYTES, EMOJI_MAX_CHARS, NAME_MAX_BYTES

_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u2028\u2029"
    "\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
"""Drawn as nothing or able to turn the text around them; the joiner U+200D is
left to emoji."""
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FIRST_TAG, _LAST_TAG = 0xE0000, 0xE007F
_PICTURE: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\ufe0f\U000e0020-\U000e007f]*"
)
"""From the blocks that hold Unicode's emoji; skin tones and flags' letters are in the last."""
_EMOJI: Final = re.compile(f"[0-9#*]\ufe0f?\u20e3|{_PICTURE}(?:\u200d?{_PICTURE})*")


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


def is_emoji(text: str) -> bool:
    """Emoji, as far as can be told without the tables of a year: pictures and what joins or
    colours them; no words, no spaces, nothing that turns or hides text."""
    if len(text) > EMOJI_MAX_CHARS or not _EMOJI.fullmatch(text):
        return False
    return len(text.encode()) <= EMOJI_MAX_BYTES


def cut_utf8(text: str, max_bytes: int) -> str:
    """The longest beginning of ``text`` within ``max_bytes`` that cuts no code point."""
    data = text.encode()
    return text if len(data) <= max_bytes else data[:max_bytes].decode(errors="ignore")


def _is_shown(char: str) -> bool:
    if char in _INVISIBLE or char in _BIDI or _FIRST_TAG <= ord(char) <= _LAST_TAG:
        return False
    return char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
