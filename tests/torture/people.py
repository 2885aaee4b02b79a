"""A person who talks without pause in a process of their own, and what was promised to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.rig import HERE, Place
from tests.sim.chaos import BrokenPromiseError
from tools.headless import Headless, Line

WINDOW = 3
"""Texts whose acknowledgement by the own disk is awaited at a time."""
PAGE = 1000
LADDER = {"queued": 0, "sent": 1, "delivered": 2, "read": 3}


@dataclass(frozen=True, slots=True)
class Said:
    """``number`` rises with each text of this person in this chat."""

    chat: str
    number: int


class Person:
    """A profile that stays, and one process after the other on it."""

    def __init__(self, name: str, folder: Path, place: Place) -> None:
        self.name = name
        self.one: Headless | None = None
        self.acknowledged: dict[str, Said] = {}
        """By id: ``message`` with state queued was printed."""
        self.told: dict[str, int] = {}
        """By id, the highest step of the ladder that was printed."""
        self.peer_id = ""
        self._folder = folder
        self._place = place
        self.last_number = 0
        self._asked: dict[str, Said] = {}
        self._shown: set[str] = set()
        self._read = 0

    def start(self) -> None:
        downloads = self._folder / f"{self.name}-downloads"
        downloads.mkdir(exist_ok=True)
        options = ["--name", self.name, "--downloads", str(downloads)]
        if self._place is HERE:
            options += ["--bind", "127.0.0.1"]
        profile = self._folder / self.name
        self.one = Headless(profile, *options, prefix=self._place.command([]))
        self._asked, self._shown, self._read = {}, set(), 0

    def be_ready(self) -> Headless:
        """Running, and the same person as ever."""
        if self.one is None:
            self.start()
        assert self.one is not None
        peer_id = self.one.peer_id
        need(self.peer_id in ("", peer_id), f"{self.name} became somebody else")
        self.peer_id = peer_id
        return self.one

    def say(self, chat: str, padding: int) -> None:
        """Another text, unless too many are on their way to the disk."""
        if self.one is None or len(self._asked) >= WINDOW:
            return
        self.last_number += 1
        said = Said(chat, self.last_number)
        text = f"{said.number} {'x' * padding}"
        self._asked[self.one.say("send", to=chat, text=text)] = said

    def kill(self) -> bool:
        """Whether it was still starting."""
        one, self.one = self.one, None
        assert one is not None
        one.kill()
        self.listen(one)
        one.check_manners()
        self.look_at_files()
        return not one.all("ready")

    def listen(self, one: Headless) -> None:
        """Takes in what was printed since."""
        while self._read < len(one.lines):
            line = one.lines[self._read]
            self._read += 1
            self._take(line)

    def look_at_files(self) -> None:
        names = [path.name for path in (self._folder / self.name).glob("*damaged*")]
        need(not names, f"{self.name}: set aside: {names}")

    def history(self, chat: str, since: int) -> list[Line]:
        """Texts of both sides, oldest first, back to a page where both are before ``since``."""
        pages = list(self._pages(chat, since))
        return [line for page in reversed(pages) for line in page if line["kind"] == "text"]

    def _pages(self, chat: str, since: int) -> Iterator[Sequence[Line]]:
        assert self.one is not None
        before: dict[str, str] = {}
        while True:
            fields = {"with": chat, "limit": PAGE, **before}
            page = self.one.ask("history", within_s=60, **fields)["messages"]
            yield page
            if len(page) < PAGE or _is_before(page, since):
                return
            before = {"before": page[0]["id"]}

    def _take(self, line: Line) -> None:
        match line["event"]:
            case "message" if line.get("ref") in self._asked:
                self.acknowledged[line["id"]] = self._asked.pop(line["ref"])
                self._climb(line)
            case "message" if line["direction"] == "in":
                need(line["id"] not in self._shown, f"{self.name} was shown a text twice")
                self._shown.add(line["id"])
            case "state":
                self._climb(line)
            case "error":
                raise BrokenPromiseError(f"{self.name}: {line}")

    def _climb(self, line: Line) -> None:
        need(line["state"] in LADDER, f"{self.name}: a text failed: {line}")
        step = LADDER[line["state"]]
        need(step >= self.told.get(line["id"], 0), f"{self.name}: a state went back: {line}")
        self.told[line["id"]] = step


def need(is_so: bool, promise: str) -> None:
    if not is_so:
        raise BrokenPromiseError(promise)


def is_own_text(line: Line) -> bool:
    return bool(line["direction"] == "out" and line["kind"] == "text")


def _is_before(page: Sequence[Line], since: int) -> bool:
    """Whether each side's first text of the page is."""
    first: dict[str, int] = {}
    for line in page:
        if line["kind"] == "text":
            first.setdefault(line["direction"], number_of(line))
    return len(first) == 2 and max(first.values()) < since


def number_of(line: Line) -> int:
    return int(line["text"].partition(" ")[0])


def check_chat(one: Person, other: Person, names: Mapping[Person, str], since: int) -> None:
    """What ``one`` said in a chat, on both disks. ``names``: what each calls the chat.

    ``since``: only texts from that number on are judged.
    """
    own = [line for line in one.history(names[one], since) if is_own_text(line)]
    mine = [(number_of(line), line["id"]) for line in own if number_of(line) >= since]
    theirs = [
        (number_of(line), line["id"])
        for line in other.history(names[other], since)
        if (line["direction"], line["peer_id"]) == ("in", one.peer_id) and number_of(line) >= since
    ]
    numbers = [number for number, _ in mine]
    need(numbers == sorted(set(numbers)), f"{one.name}'s texts are doubled or out of order")
    need(mine == theirs, f"{other.name} has {one.name}'s texts otherwise: {_differ(mine, theirs)}")
    for line in own:
        step = LADDER.get(line["state"], -1)
        need(step >= one.told.get(line["id"], 0), f"the disk is behind what was told: {line}")
    there = {identifier for _, identifier in mine}
    for identifier, said in one.acknowledged.items():
        is_here = identifier in there or said.chat != names[one] or said.number < since
        need(is_here, f"{one.name}'s text {said.number} was acknowledged and is lost")


def _differ(mine: list[tuple[int, str]], theirs: list[tuple[int, str]]) -> str:
    lost = sorted(set(mine) - set(theirs))[:5]
    more = sorted(set(theirs) - set(mine))[:5]
    return f"{len(mine)} and {len(theirs)}; not there {lost}, only there {more}"
