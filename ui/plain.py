"""Text of other people, made safe to show. Every sink of it goes through here.

Qt guesses HTML in labels, tool tips and message boxes, takes ``&`` for a mnemonic
in buttons and menus and a tab there for a shortcut, and lets direction overrides
turn what follows. What is shown is plain, of the expected number of lines, and
as long as we allow.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from PySide6.QtGui import Qt

from app.folding import fold
from net.protocol.text import clean_name

SHOWN_MAX_CHARS: Final = 16 * 1024
"""Of one message in its bubble; layout cost grows with it. The rest is one click away."""
SHOWN_MAX_LINES: Final = 200
"""Line breaks of one message in its bubble: a screen is some fifty lines."""
MARKS_IN_A_ROW: Final = 6
"""Combining marks on one letter; living scripts stay below, "zalgo" uses hundreds."""
MARKS_IN_ALL: Final = 2000
LINE_MAX_CHARS: Final = 300
"""Of a name or preview: more than any column shows."""
NAME_MAX_CHARS: Final = 40
"""Of a name among other words."""
TIP_MAX_CHARS: Final = 1000
"""Of a tool tip: a corner of the screen."""
TIP_MAX_LINES: Final = 25
"""Of a tool tip: the names of twenty files, and what is said about them."""

_NAMES_KEPT: Final = 8192
"""Twice the people an engine remembers."""

_OVERRIDES: Final = dict.fromkeys(
    map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
"""They would turn what stands around them; the marks that only hint at direction stay."""
_CONTROLS: Final = {
    code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
}
_FOR_TEXT: Final = _OVERRIDES | _CONTROLS
_BREAKS: Final = re.compile("\r\n?|[\u2028\u2029]")
"""What a layout, or an editor with an exported text, begins a line at, besides its own."""
_TICKS: Final = dict.fromkeys(map(ord, "✓✔✅☑🗸🗹🮱√⍻𐄂🛡🔒🔐🔏"))
"""A name must not bring its own verified mark, a tick in a shield, nor a lock."""
_JOINER: Final = "\u200d"
"""Builds one emoji of several; draws nothing itself."""
_UNSEEN_KINDS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters by category, blank on the screen."""
_BLANKS: Final = dict.fromkeys(map(ord, _UNSEEN_LETTERS))
BREAK: Final = "\u200b"
_LONG_WORD: Final = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]{25,}")
"""Without Han, kana and the punctuation that goes with them: a name among these is a word."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def shown_name(name: str, fallback: str) -> str:
    """A person's name: one visible line without marks that the window itself gives out."""
    return clean_name(name.translate(_TICKS)[:LINE_MAX_CHARS], fallback)


def shown_line(text: str) -> str:
    """Any peer text as one line: previews, file names, device names.

    Too long, it loses its middle: a file's true ending must stay in sight.
    """
    kept = text
    if len(text) > LINE_MAX_CHARS:
        kept = f"{text[: LINE_MAX_CHARS - 60]}…{text[-59:]}"
    if kept.isprintable():  # nearly always, and a hundredth of the cost
        seen = kept if kept.isascii() else kept.translate(_BLANKS)
        return " ".join(seen.split())
    return " ".join("".join(_shown_or_space(char) for char in kept).split())


def shown_text(text: str) -> tuple[str, bool]:
    """A message's body for its bubble, and whether something had to be left off."""
    cut = text[:SHOWN_MAX_CHARS]
    lines = _BREAKS.sub("\n", cut).split("\n", SHOWN_MAX_LINES)
    is_cut = len(cut) < len(text) or len(lines) > SHOWN_MAX_LINES
    return whole_text("\n".join(lines[:SHOWN_MAX_LINES])), is_cut


def whole_text(text: str) -> str:
    """A message's body in full, for a view that scrolls."""
    plain = _BREAKS.sub("\n", text).translate(_FOR_TEXT)
    return plain if plain.isascii() else _few_marks(plain)


def breakable(text: str) -> str:
    """For a label that wraps: a word longer than a column may break anywhere. Han breaks by
    itself, and never before a full stop."""
    return _LONG_WORD.sub(lambda word: BREAK.join(word.group()), text)


def is_spelled(name: str, word: str) -> bool:
    """Whether a name is this very word, however it is written: case, accents, width, dots."""
    return len(name) < LINE_MAX_CHARS and _letters(name) == _letters(word)


@lru_cache(_NAMES_KEPT)
def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def short_name(name: str) -> str:
    """For a sentence or a menu, which have other things to say, too."""
    return name if len(name) <= NAME_MAX_CHARS else f"{name[: NAME_MAX_CHARS - 1]}…"


def isolated(text: str) -> str:
    """For a place inside a sentence of ours: its direction ends where it ends."""
    return text if text.isascii() else f"{_ISOLATE}{text}{_END_ISOLATE}"


def menu_text(text: str) -> str:
    """For an action or button: no mnemonic, no shortcut column."""
    return shown_line(text).replace("&", "&&")


def tooltip(text: str) -> str:
    """QToolTip guesses HTML whatever is said; this is the text as HTML that cannot be else, and
    never more than a corner of the screen: a word without an end breaks, too."""
    lines = text[:TIP_MAX_CHARS].split("\n", TIP_MAX_LINES)[:TIP_MAX_LINES]
    shown = "\n".join(lines)
    if len(shown) < len(text):
        shown += "…"
    return Qt.convertFromPlainText(breakable(shown), Qt.WhiteSpaceMode.WhiteSpaceNormal)


def window_title(text: str) -> str:
    """For a window's frame: Qt takes ``[*]`` there for the place of its mark of changes."""
    return shown_line(text).replace("[*]", "[*][*]")


def _shown_or_space(char: str) -> str:
    if char == _JOINER or _is_selector(char):
        return char
    category = unicodedata.category(char)
    if category in _UNSEEN_KINDS or char in _UNSEEN_LETTERS:
        return " " if category == "Cc" else ""
    return char


_LETTER: Final = re.compile(r"\w")
_REMARK: Final = re.compile(r"(?<=\w)\W*[(（].*[)）]$")
"""Behind a name: whom it is not, or what somebody is."""
_NO_ISOLATES: Final = {ord(_ISOLATE): None, ord(_END_ISOLATE): None}


def initials(name: str) -> str:
    """One or two letters for an avatar: of the first and last word, or one Han character.
    ``name`` may be ready for a sentence."""
    called = _REMARK.sub("", name.translate(_NO_ISOLATES))
    words = [word for word in called.split() if _LETTER.match(word)]
    if not words:
        return "?"
    first = _large(words[0][0])
    if len(words) == 1 or not _is_narrow(first):
        return first
    last = _large(words[-1][0])
    return first + last if _is_narrow(last) else first


def _large(char: str) -> str:
    """One letter, also where its large form has two (ß, ﬁ)."""
    large = char.upper()
    return large if len(large) == 1 else char


def _is_narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) not in {"W", "F"}


def _few_marks(text: str) -> str:
    marks = {char for char in set(text) if _is_mark(char)}
    return "".join(_without_excess(text, marks)) if marks else text


def _without_excess(text: str, marks: set[str]) -> Iterator[str]:
    in_a_row = in_all = 0
    for char in text:
        if char in marks:
            in_a_row += 1
            in_all += 1
            if in_a_row > MARKS_IN_A_ROW or in_all > MARKS_IN_ALL:
                continue
        else:
            in_a_row = 0
        yield char


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"} and not _is_selector(char)


def _is_selector(char: str) -> bool:
    """Variation selectors count as marks in Unicode; emoji need them."""
    return "\ufe00" <= char <= "\ufe0f"
