"""Names from strangers become names every system takes: Windows, macOS and POSIX at once.

One set of rules on every platform, so that what lands here can be copied there, and
no rule is missing because it was tested on the other system. What people see stays
the sender's text; what is written is what ``safe_name`` returns.

Twins (``A`` and ``a``, composed and decomposed, ``a:b`` and ``a_b``) are no matter of
this module: only the disk knows which of them it takes for one, so whoever creates
them does it without overwriting and numbers what was refused (``collision_name``).

Order matters: first everything invisible goes and the text is composed (NFC), then
the characters, then the shape (dots, spaces, reserved words, length). Compatibility
forms are never folded into plain ones (NFKC would turn ``．．／`` into ``../``).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

FILE_NAME_MAX_BYTES: Final = 255
"""UTF-8, composed and decomposed: the strictest of ext4, APFS, HFS+, NTFS."""
EXTENSION_MAX_BYTES: Final = 32
"""A longer tail after the last dot is no file type; it is cut like the rest."""
PARTIAL_PREFIX: Final = ".landline-"
"""Folders of transfers under way start like this; no received name may."""

_LOOK_AT_CHARS: Final = 2048
"""Of a longer name only this much and its end is looked at: work is bounded."""
_REPLACEMENT: Final = "_"
_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    "\u180b\u180c\u180d\u180f"  # Mongolian variation selectors
)
"""Blank on screen though Unicode counts them as letters, marks or symbols."""
_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_VIRAMA_CLASS: Final = 9
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)
_PLAIN: Final = re.compile(r"[0-9A-Za-z_-]+(?:[ .][0-9A-Za-z_-]+)*")
_NUMBERED: Final = re.compile(r" \([0-9]+\)(?:\.|$)")
_WIDE_GAP: Final = re.compile(r"\s{4,}")
"""Spaces that push the true extension out of sight."""
_NO_END: Final = ". \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
"""Dots and every space of Unicode: Windows drops the plain ones, people see none of them."""
_PACKED_TAILS: Final = (".tar",)

_RISKY_EXTENSIONS: Final = frozenset({
    "afploc", "ahk", "apk", "app", "appimage", "appinstaller", "application", "appref-ms",
    "au3", "bash", "bat", "chm", "cmd", "com", "command", "cpl", "csh", "deb", "deskthemepack",
    "desktop", "diagcab", "diagcfg", "diagpkg", "dll", "dmg", "docm", "dotm", "dylib", "exe",
    "fileloc", "fish", "flatpak", "flatpakref", "flatpakrepo", "ftploc", "gadget", "hta", "htm",
    "html", "img", "inetloc", "inf", "iqy", "iso", "jar", "jnlp", "js", "jse", "ksh",
    "library-ms", "lnk", "mht", "mhtml", "mobileconfig", "msc", "msi", "msix", "msp", "mst",
    "oqy", "pif", "pkg", "pl", "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "py", "pyc",
    "pyw", "pyz", "pyzw", "rb", "rdp", "reg", "rpm", "rqy", "run", "scf", "scpt", "scr", "sct",
    "search-ms", "settings-ms", "sh", "shtml", "sldm", "slk", "snap", "so", "svg", "svgz",
    "sys", "terminal", "theme", "themepack", "tool", "udl", "url", "vb", "vbe", "vbs",
    "vbscript", "vhd", "vhdx", "webloc", "wll", "workflow", "ws", "wsc", "wsf", "wsh", "xbap",
    "xht", "xhtml", "xla", "xlam", "xll", "xlsb", "xlsm", "xltm", "zsh",
})  # fmt: skip
_RISKY_NAMES: Final = frozenset({"autorun.inf", "desktop.ini", ".directory"})


def safe_name(component: str) -> str:
    """The name to write for one path component. Total and idempotent; never empty,
    never ``.`` or ``..``, at most 255 bytes of UTF-8 in NFC and in NFD."""
    if _is_plain(component):
        return component
    looked_at = component[:_LOOK_AT_CHARS] + component[_LOOK_AT_CHARS:][-FILE_NAME_MAX_BYTES:]
    shaped = _shape(_clean(looked_at))
    return _shape(_clean(_truncate(shaped, "")))


def safe_path(components: Iterable[str]) -> tuple[str, ...]:
    """Each component made safe by itself: no component can name another folder."""
    return tuple(safe_name(component) for component in components)


def collision_name(name: str, number: int) -> str:
    """``report.pdf`` and 2 give ``report (2).pdf``, still at most 255 bytes.

    ``name`` is a safe name; ``number`` is at least 2.
    """
    return _truncate(name, f" ({number})")


def is_numbered(name: str) -> bool:
    """Whether it may be one that ``collision_name`` gave."""
    return _NUMBERED.search(name) is not None


def is_risky(name: str) -> bool:
    """Whether opening it may run something, or hide it: to be marked, never opened unasked."""
    lowered = name.strip(" .").lower()
    extension = lowered.rpartition(".")[2] if "." in lowered else ""
    is_hidden = name.startswith((".", "-"))
    return is_hidden or lowered in _RISKY_NAMES or extension in _RISKY_EXTENSIONS


def _is_plain(name: str) -> bool:
    """Most names: nothing below would change them. Thirty times as fast to find out."""
    if len(name) > FILE_NAME_MAX_BYTES or not _PLAIN.fullmatch(name):
        return False
    return name.partition(".")[0].lower() not in _RESERVED


def _clean(text: str) -> str:
    """No invisible, control or forbidden character is left; composed."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii() and composed.isprintable() and _FORBIDDEN.isdisjoint(composed):
        return composed
    kept = [char for at, char in enumerate(composed) if not _is_dropped(composed, at)]
    replaced = "".join(_REPLACEMENT if _is_refused(char) else char for char in kept)
    return unicodedata.normalize("NFC", replaced)


def _is_dropped(text: str, at: int) -> bool:
    char = text[at]
    if char in (_ZWNJ, _ZWJ):
        return not _is_joiner_in_place(text, at)
    return char in _INVISIBLE or unicodedata.category(char) == "Cf"


def _is_joiner_in_place(text: str, at: int) -> bool:
    """Joiners carry meaning inside emoji, Persian and Indic words, and only there
    (after RFC 5892, appendix A.1 and A.2)."""
    if at == 0 or at + 1 == len(text):
        return False
    before, after = text[at - 1], text[at + 1]
    if before in _INVISIBLE or after in _INVISIBLE:
        return False
    if unicodedata.combining(before) == _VIRAMA_CLASS:
        return unicodedata.category(after).startswith("L")
    if text[at] == _ZWNJ:
        return all(unicodedata.bidirectional(char) == "AL" for char in (before, after))
    is_after_emoji = before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")
    return is_after_emoji and unicodedata.category(after) == "So"


def _is_refused(char: str) -> bool:
    if char in _FORBIDDEN:
        return True
    is_noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return is_noncharacter or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def _shape(text: str) -> str:
    """Ends, gaps and reserved words; expects cleaned text."""
    name = _WIDE_GAP.sub(" ", text).lstrip().rstrip(_NO_END)
    if not name:
        return _REPLACEMENT
    if name.partition(".")[0].rstrip().lower() in _RESERVED or _is_partial(name):
        return _REPLACEMENT + name
    return name


def _is_partial(name: str) -> bool:
    return name.lower().startswith(PARTIAL_PREFIX)


def _truncate(name: str, suffix: str) -> str:
    """``name`` with ``suffix`` before its extension, the stem cut as far as needed."""
    stem, extension = _split(name)
    room = FILE_NAME_MAX_BYTES - _width(suffix) - _width(extension)
    return _cut(stem, room) + suffix + extension


def _split(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; a leading dot starts a stem, not an extension."""
    stem, dot, tail = name.rpartition(".")
    if not stem.strip(".") or _width(tail) >= EXTENSION_MAX_BYTES:
        return name, ""
    for packed in _PACKED_TAILS:
        if stem.lower().endswith(packed) and len(stem) > len(packed):
            return stem[: -len(packed)], stem[-len(packed) :] + dot + tail
    return stem, dot + tail


def _cut(text: str, room_bytes: int) -> str:
    """The longest prefix of whole characters that fits, composed or decomposed.

    A base keeps its combining marks or goes with them.
    """
    if _width(text) <= room_bytes:
        return text
    end = used = 0
    while end < len(text) and used + (width := _width(text[end])) <= room_bytes:
        used += width
        end += 1
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip(_NO_END + _ZWJ + _ZWNJ) or _REPLACEMENT


def _width(text: str) -> int:
    """Bytes of UTF-8 in the longer of both forms."""
    if text.isascii():
        return len(text)
    decomposed = unicodedata.normalize("NFD", text)
    return max(len(form.encode("utf-8", "surrogatepass")) for form in (text, decomposed))
