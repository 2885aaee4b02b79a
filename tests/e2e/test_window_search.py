"""Searches in a real window, by keys; a screen reader says what was found."""

from pathlib import Path

from tests.e2e.conftest import Instances
from tests.e2e.desktop import Area, Desktop, Person, insist, open_chat, open_window, wait_until
from tests.e2e.headless import Headless
from tests.e2e.rig import HERE
from tests.e2e.screenreader import ScreenReader
from ui.theme import LIGHT

PROGRAMS = ("at-spi-bus-launcher",)
CHEN = "陈立"
FIRST = "Where the day begins"
ROOM = "设计组 Atlas"
LINES = 36
NEEDLES = (3, 17, 30)
HAN = (8, 24)
MARK = (12, 3)
"""The least of a found word's background that is in one piece."""


def test_words_are_found_in_a_chat_in_a_room_and_everywhere(
    desktop: Desktop, reader: ScreenReader, instances: Instances, tmp_path: Path
) -> None:
    chen = instances.start(CHEN, place=HERE)
    ann = open_window(desktop, "Ann-who-seeks", Area(10, 30, 1200, 620))
    me = str(chen.wait("peer", name=ann.name)["peer_id"])
    _fill(desktop, ann, chen, me, tmp_path)

    _search(desktop, ann, reader, "needle", "1 of 4")
    wait_until("the word is marked", lambda: _is_marked(desktop, ann))
    for key, count, number in (
        ("Return", "2 of 4", 30),
        ("Return", "3 of 4", 17),
        ("F3", "4 of 4", 3),
        ("shift+Return", "3 of 4", 17),
    ):
        desktop.press(ann.window, key)
        reader.wait("label", count)
        wait_until(f"line {number} is in sight", lambda n=number: _sees(reader, f"line {n} "))  # type: ignore[misc]
    _search(desktop, ann, reader, "会", "2 of 2")  # the next one above where one was
    wait_until("the older one is in sight", lambda: _sees(reader, f"line {HAN[0]} "))
    _search(desktop, ann, reader, "nothing of the kind", "No matches")
    _go_to_the_day(desktop, ann, reader)

    open_chat(desktop, ann, "atlas")
    wait_until("the room is open", lambda: _sees(reader, "created this room"))
    _search(desktop, ann, reader, "needle", "1 of 1")
    wait_until("the word is marked", lambda: _is_marked(desktop, ann))

    _search_everywhere(desktop, ann, reader)
    assert "Traceback" not in desktop.log(ann.name)
    assert not (ann.profile / "landline.db.suspect").exists()


def _fill(desktop: Desktop, ann: Person, chen: Headless, me: str, folder: Path) -> None:
    """Ann finds him as his name sounds; then he says much, and makes a room."""

    def greet() -> None:
        open_chat(desktop, ann, "chenl")
        desktop.write(ann.window, FIRST)
        desktop.press(ann.window, "Return")

    insist("Ann has said something", greet, lambda: ann.has(FIRST))
    for number in range(LINES):
        more = " needle" if number in NEEDLES else " 明天开会" if number in HAN else " straw"
        chen.send(me, f"line {number}{more}")
    (folder / "needles.pdf").write_bytes(b"%PDF")
    chen.ask("send_files", to=me, paths=[str(folder / "needles.pdf")])
    room = str(chen.ask("room_create", name=ROOM, people=[me])["room"])
    chen.send(room, "a needle in the room")
    wait_until("all of it is there", lambda: ann.has("a needle in the room"))
    wait_until("the file too", lambda: bool(ann.transfers()))


def _search(desktop: Desktop, ann: Person, reader: ScreenReader, words: str, count: str) -> None:
    """Ctrl+F; the words as a reader for the blind writes them, in any script."""

    def act() -> None:
        desktop.press(ann.window, "ctrl+f")
        reader.wait("text", "Search in this chat").write(words)

    insist(f"{words} is counted", act, lambda: reader.find("label", count) is not None)


def _is_marked(desktop: Desktop, ann: Person) -> bool:
    area = desktop.area_of(ann.window)
    chat = Area(area.left + 300, area.top + 110, area.width - 310, area.height - 190)
    return desktop.find(LIGHT.found_here, chat, MARK) is not None


def _sees(reader: ScreenReader, text: str) -> bool:
    """A row of the chat with this in it is on the screen."""
    return reader.find_with("list item", text) is not None


def _go_to_the_day(desktop: Desktop, ann: Person, reader: ScreenReader) -> None:
    """From the newest to where this day begins."""
    _search(desktop, ann, reader, f"line {LINES - 1}", "1 of 1")
    wait_until("the newest is in sight", lambda: not _sees(reader, FIRST))

    def act() -> None:
        reader.act("push button", "Go to a day", "Press")
        desktop.press(ann.window, "Return")

    insist("the day's beginning is in sight", act, lambda: _sees(reader, FIRST))
    desktop.press(ann.window, "Escape")


def _search_everywhere(desktop: Desktop, ann: Person, reader: ScreenReader) -> None:
    def act() -> None:
        desktop.press(ann.window, "ctrl+shift+f")
        reader.wait("text", "Search everywhere").write("needle")

    insist("texts are counted", act, lambda: _sees(reader, "Messages, 4"))
    assert _sees(reader, "Files, 1")
    assert _sees(reader, "needles.pdf")
    reader.wait("text", "Search everywhere").write("atlas")
    wait_until("the room is found by name", lambda: _sees(reader, "People and rooms, 1"))
    desktop.press(ann.window, "Escape")
    wait_until("the search is left", lambda: reader.find("text", "Search everywhere") is None)
