"""Two real windows on one desktop: they meet, talk, and a file goes from hand to hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.model import MessageState, TransferState
from tests.e2e.desktop import (
    Area,
    Desktop,
    Person,
    accept,
    insist,
    missing_programs,
    open_desktop,
    open_window,
    say,
    wait_until,
)
from ui.theme import LIGHT

LEFT = Area(10, 30, 850, 560)
RIGHT = Area(890, 30, 850, 560)
BELOW = Area(10, 660, 500, 300)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    missing = missing_programs("pcmanfm")
    if missing:
        pytest.skip(f"a desktop without a screen needs {', '.join(missing)}")
    with open_desktop(tmp_path) as made:
        yield made
        made.look("last")


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

    content = _drag_a_file(desktop, ann)
    wait_until("Bob is asked", lambda: any(one.names for one in bob.transfers()))
    desktop.look("asked")
    accept(desktop, bob)
    wait_until("it is done on both sides", lambda: _is_done(ann) and _is_done(bob))
    desktop.look("done")
    assert (bob.downloads / "报告 report.txt").read_bytes() == content
    for person in (ann, bob):
        assert "Traceback" not in desktop.log(person.name)


def _is_read(desktop: Desktop, reader: Person, writer: Person, text: str) -> bool:
    desktop.focus(reader.window)
    return writer.has(text, MessageState.READ)


def _is_done(person: Person) -> bool:
    return any(one.state is TransferState.DONE for one in person.transfers())


def _drag_a_file(desktop: Desktop, to: Person) -> bytes:
    """Out of a file manager, onto the chat."""
    folder = desktop.folder / "to-send"
    folder.mkdir()
    content = ("真的 real\n" * 50_000).encode()
    (folder / "报告 report.txt").write_bytes(content)
    manager = desktop.start("pcmanfm", ["pcmanfm", "--no-desktop", str(folder)])
    window = desktop.window_of(manager, folder.name)
    desktop.place(window, BELOW)

    def act() -> None:
        area = desktop.area_of(window)
        start = (area.left + 220, area.top + 120)
        end = desktop.area_of(to.window).point(0.65, 0.4)
        desktop.drag(start, end, lambda: _look_at_overlay(desktop, to))

    insist("the file is on offer", act, lambda: bool(to.transfers()))
    return content


def _look_at_overlay(desktop: Desktop, person: Person) -> None:
    """The dashed frame names recipient and size before anything is let go."""
    area = desktop.area_of(person.window)
    wait_until(
        "the overlay is there",
        lambda: desktop.find(LIGHT.accent, area, (6, 2)) is not None,
    )
    desktop.look("hover")
