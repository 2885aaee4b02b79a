"""Pictures of people, from a file of one's own to the other one's list."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from net.protocol.limits import PICTURE_MAX_BYTES
from tests.e2e.desktop import Desktop, Person, insist, open_window, say, wait_until
from tests.e2e.test_window_meeting import LEFT
from tools.headless import Headless

PINK = "#ff00aa"
DISC = (14, 8)
"""The least that is seen of one in the list."""


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Headless]:
    """On the same loopback as the window."""
    made = Headless(tmp_path / "ben", "--name", "Ben", "--bind", "127.0.0.1")
    yield made
    made.kill()


def painted(path: Path, side: int) -> Path:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(PINK))
    assert image.save(str(path))
    return path


def test_a_window_shows_the_picture_of_a_contact_and_gives_its_own(
    desktop: Desktop, ben: Headless
) -> None:
    theirs = painted(desktop.folder / "theirs.png", 64)
    photo = painted(desktop.folder / "photo.png", 900)
    ann = open_window(desktop, "Ann-of-the-left", LEFT)
    ben.ask("set", picture=str(theirs))
    say(desktop, ann, "Ben", "Show yourself")
    there = ben.wait("message", text="Show yourself")["peer_id"]
    assert not desktop.find(PINK, desktop.area_of(ann.window), DISC)
    ben.ask("trust", peer=there, accepted=True)
    wait_until(
        "Ben is seen",
        lambda: desktop.find(PINK, desktop.area_of(ann.window), DISC) is not None,
    )
    desktop.look("seen")

    _choose(desktop, ann, photo)
    ben.wait("peer", peer_id=there, where=lambda line: line["picture"] is not None)
    given = base64.b64decode(ben.ask("picture", of=there)["image"])
    assert len(given) <= PICTURE_MAX_BYTES
    assert QImage.fromData(given).pixelColor(9, 9) == QColor(PINK)
    assert "Traceback" not in desktop.log(ann.name)


def _choose(desktop: Desktop, person: Person, path: Path) -> None:
    """By a click on one's own disc, then by keys."""
    area = desktop.area_of(person.window)

    def found(title: str) -> list[str]:
        return desktop.windows_of(person.process, f"^{title}")

    disc = (area.left + 30, area.top + 18)
    insist("the profile is open", lambda: desktop.click(disc), lambda: bool(found("Settings")))
    settings = found("Settings")[0]
    insist(
        "a file is asked for",
        lambda: desktop.press(settings, "Tab", "Tab", "Tab", "space"),
        lambda: bool(found("My picture")),
    )
    desktop.write(found("My picture")[0], str(path))
    desktop.press(found("My picture")[0], "Return")
    part = desktop.window_of(person.process, "^Choose a part$")
    insist(
        "the part is chosen",
        lambda: desktop.press(part, "Return"),
        lambda: not found("Choose a part"),
    )
