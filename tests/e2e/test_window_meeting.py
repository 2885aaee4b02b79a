"""Two real windows on one desktop: they meet, talk, and a file goes from hand to hand."""

from contextlib import suppress
from itertools import cycle
from pathlib import Path

from app.model import MessageState, TransferState
from tests.e2e.desktop import (
    Area,
    Desktop,
    Person,
    Point,
    accept,
    insist,
    open_window,
    say,
    wait_until,
)
from ui.theme import LIGHT

LEFT = Area(10, 30, 850, 560)
RIGHT = Area(890, 30, 850, 560)
BELOW = Area(10, 660, 500, 300)
BELOW_RIGHT = Area(600, 660, 500, 300)
PROGRAMS = ("pcmanfm",)
FILE = "报告 report.txt"
CONTENT = ("真的 real\n" * 50_000).encode()
OVERLAY_S = 5.0


def test_two_windows_meet_talk_and_pass_a_file(desktop: Desktop) -> None:
    ann = open_window(desktop, "Ann-of-the-left", LEFT)
    bob = open_window(desktop, "Bob-of-the-right", RIGHT)

    say(desktop, ann, bob.name, "Hello from the left")
    wait_until("it is delivered", lambda: ann.has("Hello from the left", MessageState.DELIVERED))
    assert bob.has("Hello from the left")
    say(desktop, bob, ann.name, "And from the right")
    wait_until(
        "it is read, for Ann has the chat open in front of her",
        lambda: _is_read(desktop, ann, bob, "And from the right"),
    )
    desktop.look("talk")

    _drag_a_file(desktop, ann)
    wait_until("Bob is asked", lambda: any(one.names for one in bob.transfers()))
    desktop.look("asked")
    accept(desktop, bob)
    wait_until("it is done on both sides", lambda: _is_done(ann) and _is_done(bob))
    desktop.look("done")
    assert (bob.downloads / FILE).read_bytes() == CONTENT

    taken = _drag_out_of_the_card(desktop, bob)
    assert taken.read_bytes() == CONTENT
    assert (bob.downloads / taken.name).exists(), "what is dragged out is copied"
    _drag_onto_the_row(desktop, ann)
    wait_until("Bob is asked again", lambda: len(bob.transfers()) == 2)
    for person in (ann, bob):
        assert "Traceback" not in desktop.log(person.name)


def _is_read(desktop: Desktop, reader: Person, writer: Person, text: str) -> bool:
    desktop.focus(reader.window)
    return writer.has(text, MessageState.READ)


def _is_done(person: Person) -> bool:
    return any(one.state is TransferState.DONE for one in person.transfers())


def _drag_a_file(desktop: Desktop, to: Person) -> None:
    """Out of a file manager, onto the chat."""
    folder = desktop.folder / "to-send"
    folder.mkdir()
    (folder / FILE).write_bytes(CONTENT)
    manager = desktop.start("pcmanfm", ["pcmanfm", "--no-desktop", str(folder)])
    window = desktop.window_of(manager, folder.name)
    desktop.place(window, BELOW)

    def act() -> None:
        area = desktop.area_of(window)
        start = (area.left + 220, area.top + 95)
        end = desktop.area_of(to.window).point(0.65, 0.4)
        _drag_over(desktop, to, start, end)

    insist("the file is on offer", act, lambda: bool(to.transfers()))


def _drag_out_of_the_card(desktop: Desktop, person: Person) -> Path:
    """From the chat into a folder; the badge is where the card is held."""
    folder = desktop.folder / "taken"
    folder.mkdir()
    desktop.start("pcmanfm-taken", ["pcmanfm", "--no-desktop", str(folder)])
    window = desktop.window_named(folder.name)
    desktop.place(window, BELOW_RIGHT)
    chat = _chat_of(desktop, person)

    def act() -> None:
        badge = desktop.find(LIGHT.accent_soft, chat, (30, 16))
        if badge is not None:
            end = desktop.area_of(window).point(0.7, 0.7)
            desktop.drag(badge.point(), end, lambda: desktop.look("dragged-out"))

    insist("the file is in the folder", act, lambda: _is_whole(folder / FILE, CONTENT))
    return folder / FILE


def _chat_of(desktop: Desktop, person: Person) -> Area:
    """Where the messages of others stand."""
    area = desktop.area_of(person.window)
    return Area(area.left + 290, area.top + 70, area.width // 3, area.height - 150)


def _is_whole(path: Path, content: bytes) -> bool:
    return path.exists() and path.stat().st_size == len(content)


def _drag_onto_the_row(desktop: Desktop, person: Person) -> None:
    """What was taken, onto the one conversation at the left, which is marked."""
    window = desktop.window_named("taken")
    area = desktop.area_of(person.window)
    left = Area(area.left, area.top, 270, area.height)
    heights = cycle((123, 95))  # of the file: its folder may be shown in a tab, or alone

    def act() -> None:
        row = desktop.find(LIGHT.selected, left, (100, 10))
        if row is not None:
            manager = desktop.area_of(window)
            start = (manager.left + 220, manager.top + next(heights))
            _drag_over(desktop, person, start, row.point())

    insist("the file is on offer again", act, lambda: len(person.transfers()) == 2)


def _drag_over(desktop: Desktop, person: Person, start: Point, end: Point) -> None:
    """Let go once the overlay names recipient and size over the chat; a hand that held nothing
    tries again."""
    chat = _chat_of(desktop, person)
    before = desktop.picture_of(chat)

    def look_at_overlay() -> None:
        wait_until("the overlay is there", lambda: desktop.picture_of(chat) != before, OVERLAY_S)
        desktop.look("hover")

    with suppress(AssertionError):
        desktop.drag(start, end, look_at_overlay)
