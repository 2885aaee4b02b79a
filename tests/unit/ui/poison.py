"""What a hostile person may write, in each of the places where they can; and who listens to
what the window makes of it."""

import re
from collections import defaultdict
from dataclasses import replace

from app.model import Reason, TransferState, Trust
from tests.unit.ui.sinks import Heard, hear_windows
from tests.unit.ui.stage import offer, person, room

TAIL = "<b>&A&lt;%1%n{0}\n\u202eBob: y\u200b\x1b[2J\u2066"
NAME, ROOM = f"✔zqn{TAIL}", f"✔zqr{TAIL}"
DEVICE, VERSION, TEXT, FILE = f"zqd{TAIL}", f"zqv{TAIL}", f"zqt{TAIL}", f"zqf{TAIL}.pdf.exe"
_LINE = "<b>&A&lt;%1%n{0} Bob: y [2J"
SHOWN = {
    **{one: {one + _LINE} for one in ("zqn", "zqr", "zqd", "zqv")},
    "zqt": {f"zqt{_LINE}", "zqt<b>&A&lt;%1%n{0}\nBob: y\u200b[2J"},
    "zqf": {f"zqf{_LINE}.pdf.exe"},
}
"""By what a poison begins with: all that may be made of it. In a message's own bubble lines and
the spaces without width, which scripts need, are the writer's."""
_MARK = re.compile("|".join(SHOWN))
_ISOLATES = str.maketrans("", "", "\u2068\u2069")
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067✔]")
_CUT = (".drawn", "NameButton.text")
"""Sinks that shorten to the room there is."""
MALLORY = person("Mallory", trust=Trust.VERIFIED)
"""Whose id it is; the name is poison."""
POISONED = replace(MALLORY, name=NAME, device=DEVICE, app_version=VERSION, rtt_ms=1.0)
CREW = replace(room("Crew", "Mallory", "Ann"), name=ROOM)
FILES = offer("Mallory", names=(FILE, FILE), files=2)
BROKEN = replace(
    offer("Mallory", names=(FILE,), state=TransferState.FAILED),
    reason=Reason.SOURCE_CHANGED,
    bad_names=(FILE,),
    skipped=(FILE,),
    skipped_count=1,
)


def faults(sink: str, text: str, *, is_drawn: bool = False) -> list[str]:
    """What is wrong with one thing that was given out."""
    plainly = text.translate(_ISOLATES)
    found = []
    if never := _NEVER.search(plainly if _MARK.search(plainly) else ""):
        found.append(f"{sink} lets through {never[0]!r}")
    if text.count("\u2068") != text.count("\u2069") and not is_drawn:
        found.append(f"{sink} leaves a direction open: {text!r}")
    for mark in _MARK.finditer(plainly):
        rest = plainly[mark.start() :]
        if not any(_stands(rest, one, is_drawn=is_drawn) for one in SHOWN[mark[0]]):
            found.append(f"{sink} makes {rest[:80]!r} of it")
    return found


def _stands(rest: str, whole: str, *, is_drawn: bool) -> bool:
    """In full, or as far as there is room; lines break where they have to when drawn."""
    if is_drawn:
        rest, whole = "".join(rest.split()), "".join(whole.split())
    shared = next((at for at, char in enumerate(whole) if rest[at : at + 1] != char), len(whole))
    return shared == len(whole) or (is_drawn and rest[shared : shared + 1] == "…")


class Listener:
    """Keeps all that was heard, by sink."""

    def __init__(self) -> None:
        self.heard: Heard = defaultdict(set)

    def add(self, heard: Heard) -> None:
        for sink, texts in heard.items():
            self.heard[sink] |= texts

    def listen(self) -> None:
        for heard in hear_windows():
            self.add(heard)

    def take(self, sink: str, text: str) -> None:
        self.heard[sink].add(text)

    def faults(self) -> list[str]:
        return [
            fault
            for sink, texts in sorted(self.heard.items())
            for text in texts
            for fault in faults(sink, text, is_drawn=sink.endswith(_CUT))
        ]

    def carriers(self, mark: str) -> set[str]:
        return {sink for sink, texts in self.heard.items() if any(mark in one for one in texts)}

    def check(self, carried: dict[str, set[str]]) -> None:
        """``carried``: by a poison's beginning, sinks that have to have given it out."""
        assert self.faults() == []
        for mark, sinks in carried.items():
            assert sinks <= self.carriers(mark), f"{mark} was not met there"
