"""Web addresses inside a message: http and https only, everything else is text."""

import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QUrl

_OUTSIDE: Final = r"\s<>\"'`{}|\\^\u2000-\u206f\u3000-\u303f\ufeff\uff00-\uffef"
"""Never part of an address: spaces, quotes, unseen characters, Chinese punctuation."""
_LINK: Final = re.compile(rf"\bhttps?://[^{_OUTSIDE}]+", re.IGNORECASE)
_AFTER: Final = ".,;:!?…"
"""Punctuation that ends the sentence, not the address."""
_BRACKETS: Final = {")": "(", "]": "["}
SHORT_MAX_CHARS: Final = 60
"""Of an address in a menu that is not shortened."""
_END_CHARS: Final = 12
HOST_MAX_CHARS: Final = 60
"""Of a host that is read to its end, where its owner stands; a longer one is asked about."""
LINKS_MAX: Final = 50
"""Marked in one message."""


@dataclass(frozen=True, slots=True)
class Link:
    """``start`` and ``end`` count characters of the shown text."""

    start: int
    end: int
    url: str


def find_links(text: str) -> list[Link]:
    links = []
    for match in _LINK.finditer(text):
        url = _trimmed(match.group())
        if _host(url):
            links.append(Link(match.start(), match.start() + len(url), url))
        if len(links) == LINKS_MAX:
            break
    return links


def is_deceptive(url: str) -> bool:
    """True where the eye may be led astray: letters that only look Latin, or stand for others, a
    name before an @, a host without an end, a number written in another way."""
    if not url.isascii() or "@" in url.split("/", 3)[2]:
        return True
    host = true_host(url)
    is_coded = any(label.startswith("xn--") for label in host.split("."))
    return is_coded or len(host) > HOST_MAX_CHARS or host not in url.lower()


def true_form(url: str) -> str:
    """The address as the browser will take it: the host in its ASCII form."""
    return bytes(QUrl(url).toEncoded().data()).decode("ascii", "replace")


def true_host(url: str) -> str:
    """Whom the browser will ask, in ASCII."""
    return QUrl(url).host(QUrl.ComponentFormattingOption.FullyEncoded)


def short_form(url: str) -> str:
    """For a place where there is no room: the host stays whole, and the end of what follows."""
    if len(url) <= SHORT_MAX_CHARS:
        return url
    scheme, _, rest = url.split("/", 2)
    host, slash, path = rest.partition("/")
    return f"{scheme}//{host[:HOST_MAX_CHARS]}{slash}…{path[-_END_CHARS:]}"


def _host(url: str) -> str:
    parsed = QUrl(url, QUrl.ParsingMode.StrictMode)
    is_web = parsed.isValid() and parsed.scheme().lower() in ("http", "https")
    return parsed.host() if is_web else ""


def _trimmed(url: str) -> str:
    """Brackets are counted once, not at each end: there may be thousands."""
    count = {char: url.count(char) for char in "()[]"}
    end = len(url)
    while end:
        last = url[end - 1]
        is_extra = last in _BRACKETS and count[last] > count[_BRACKETS[last]]
        if last not in _AFTER and not is_extra:
            break
        if is_extra:
            count[last] -= 1
        end -= 1
    return url[:end]
